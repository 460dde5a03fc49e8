//! Short lists of words in the detectors' rules ("is", "was"): a token that is none of them is refused by eight bits
//! of its key, without comparing a letter.

use crate::redaction::words::lexicon::hash_of;
use crate::redaction::words::word_key::{key_in_const, reads, spread};

/// A list of lower-case words: one text and four bytes for each word, as a list of texts would take sixteen, and a
/// relocation at the start of the program.
pub(crate) struct WordSet {
    hashes: [u64; 4],
    entries: &'static [Entry],
    words: &'static str,
}

/// Where a word stands in the text of its list.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    hash: u8,
    len: u8,
    start: u16,
}

/// The entries of `N` words with a space after each.
#[allow(clippy::cast_possible_truncation)] // A list of 64 KB does not compile: its words would be no words.
pub(crate) const fn entries<const N: usize>(words: &str) -> [Entry; N] {
    let text = words.as_bytes();
    let mut entries = [Entry {
        hash: 0,
        len: 0,
        start: 0,
    }; N];
    let (mut start, mut end, mut word) = (0, 0, 0);
    while end < text.len() {
        if text[end] == b' ' {
            entries[word] = Entry {
                hash: hash_of(spread(key_in_const(text, start, end))),
                len: (end - start) as u8,
                start: start as u16,
            };
            word += 1;
            start = end + 1;
        }
        end += 1;
    }
    assert!(word == N && text.len() < 1 << 16);
    entries
}

impl WordSet {
    pub(crate) const fn new(words: &'static str, entries: &'static [Entry]) -> Self {
        let mut hashes = [0; 4];
        let mut i = 0;
        while i < entries.len() {
            let hash = entries[i].hash;
            hashes[(hash >> 6) as usize] |= 1 << (hash & 63);
            i += 1;
        }
        Self {
            hashes,
            entries,
            words,
        }
    }

    /// Whether a word with this hash can be one of them.
    #[inline]
    pub(crate) fn may_hold(&self, hash: u8) -> bool {
        self.hashes[usize::from(hash >> 6)] >> (hash & 63) & 1 != 0
    }

    /// Whether the word with this hash, in any case, is one of them.
    pub(crate) fn holds(&self, hash: u8, word: &[u8]) -> bool {
        self.entries.iter().any(|entry| {
            let start = usize::from(entry.start);
            entry.hash == hash
                && usize::from(entry.len) == word.len()
                && self
                    .words
                    .as_bytes()
                    .get(start..start + word.len())
                    .is_some_and(|other| reads(word, other))
        })
    }
}

/// A [`WordSet`] made by the compiler.
macro_rules! words {
    ($($word:literal),+ $(,)?) => {{
        use $crate::redaction::words::word_set::{Entry, WordSet, entries};
        const WORDS: &str = concat!($($word, " "),+);
        const ENTRIES: &[Entry] = &entries::<{ [$($word),+].len() }>(WORDS);
        const SET: &WordSet = &WordSet::new(WORDS, ENTRIES);
        SET
    }};
}
pub(crate) use words;
