//! The tables that `shared/build.rs` makes of the files in `data/`. They are in the binary, so that only the pages that
//! a text touches are ever loaded.

use crate::redaction::words::phrase_trie::PhraseTrie;
use crate::redaction::words::table_layout::{
    CLINICAL_EDGES, CUE_EDGES, NUMBERS, ORDINARY_WORDS, RARE_NAMES, WORDS,
};

/// The numbers of one file, little-endian.
macro_rules! table {
    ($file:literal, $int:ty) => {{
        const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/", $file));
        const CHUNKS: &[[u8; size_of::<$int>()]] = BYTES.as_chunks().0;
        let mut numbers = [0; CHUNKS.len()];
        let mut i = 0;
        while i < CHUNKS.len() {
            numbers[i] = <$int>::from_le_bytes(CHUNKS[i]);
            i += 1;
        }
        numbers
    }};
}

/// The words.
pub(crate) static SLOTS: [u64; WORDS] = table!("words", u64);
/// Class bits by word number.
pub(crate) static CLASSES: [u64; NUMBERS] = table!("classes", u64);
/// Spoken values by word number.
pub(crate) static VALUES: [u8; NUMBERS] = table!("values", u8);

/// What announces a value.
pub(crate) static CUES: PhraseTrie<CUE_EDGES> = PhraseTrie {
    roots: table!("cue_roots", u32),
    edges: table!("cue_edges", u64),
};
/// Which words may be the second after the first word of a cue, by its number: a bit for each remainder of a word's
/// number by 64.
pub(crate) static CUE_SECONDS: [u64; NUMBERS] = table!("cue_seconds", u64);
/// Medications, diagnoses and procedures.
pub(crate) static CLINICAL: PhraseTrie<CLINICAL_EDGES> = PhraseTrie {
    roots: table!("clinical_roots", u32),
    edges: table!("clinical_edges", u64),
};

/// The rare names.
pub(crate) static RARE: [u16; RARE_NAMES] = table!("rare_names", u16);
/// The filter of ordinary words.
pub(crate) static ORDINARY: [u64; ORDINARY_WORDS] = table!("ordinary_words", u64);
