//! Short lists of words in the detectors' rules ("is", "was"): a token that is none of them is refused by eight bits
//! of its key, without comparing a letter.

use crate::redaction::text::token::hash_of;
use crate::redaction::words::word_key::{key_in_const, spread};

/// A list of lower-case words.
pub(crate) struct WordSet {
    hashes: [u64; 4],
    words: &'static [&'static str],
}

impl WordSet {
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let mut hashes = [0; 4];
        let mut i = 0;
        while i < words.len() {
            let word = words[i].as_bytes();
            let hash = hash_of(spread(key_in_const(word, 0, word.len())));
            hashes[(hash >> 6) as usize] |= 1 << (hash & 63);
            i += 1;
        }
        Self { hashes, words }
    }

    /// Whether a word with this hash can be one of them.
    #[inline]
    pub(crate) fn may_hold(&self, hash: u8) -> bool {
        self.hashes[usize::from(hash >> 6)] >> (hash & 63) & 1 != 0
    }

    /// Whether the word, in any case, is one of them.
    pub(crate) fn holds(&self, word: &[u8]) -> bool {
        self.words
            .iter()
            .any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
    }
}

/// A [`WordSet`] made by the compiler.
macro_rules! words {
    ($($word:literal),+ $(,)?) => {{
        const SET: &$crate::redaction::words::word_set::WordSet =
            &$crate::redaction::words::word_set::WordSet::new(&[$($word),+]);
        SET
    }};
}
pub(crate) use words;
