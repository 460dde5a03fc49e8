//! Short lists of words in the detectors' rules ("is", "was"): a token is one of them when 28 bits of its spread key
//! and its length are. Whether one is, is as good as random, so that it takes one look and one branch: the compiler
//! finds for each list how its words spread over a table without meeting.

use crate::redaction::words::lexicon::check_of;
use crate::redaction::words::table_layout::CHECK;
use crate::redaction::words::word_key::{key_in_const, key_of, spread};

/// A list of lower-case words.
pub(crate) struct WordSet {
    /// A power of two of places.
    table: &'static [u32],
    multiplier: u32,
}

/// What identifies a word: the check of its spread key, and its length.
#[inline]
const fn entry(check: u32, length: u16) -> u32 {
    check | (length as u32) << CHECK.count_ones()
}

/// A place without a word: what is no word has no check.
const FREE: u32 = u32::MAX;
/// Most places of a table.
const PLACES: usize = 1 << 12;

/// The entries of `N` words with a space after each.
#[allow(clippy::cast_possible_truncation)] // A word of 64 KB is no word.
pub(crate) const fn entries<const N: usize>(words: &str) -> [u32; N] {
    let text = words.as_bytes();
    let mut entries = [0; N];
    let (mut start, mut end, mut word) = (0, 0, 0);
    while end < text.len() {
        if text[end] == b' ' {
            let check = check_of(spread(key_in_const(text, start, end)));
            entries[word] = entry(check, (end - start) as u16);
            word += 1;
            start = end + 1;
        }
        end += 1;
    }
    assert!(word == N);
    entries
}

/// Places for so many words: few enough to stay in the caches, enough that most multipliers will do.
pub(crate) const fn places(words: usize) -> usize {
    let (most, square) = (PLACES, words * words / 5);
    let mut places = 2;
    while places < most && (places < words || places < square) {
        places *= 2;
    }
    places
}

#[inline]
const fn place(entry: u32, multiplier: u32, places: usize) -> usize {
    (entry.wrapping_mul(multiplier) >> (u32::BITS - places.trailing_zeros())) as usize
}

/// A multiplier that leads no two entries to one place.
pub(crate) const fn multiplier(entries: &[u32], places: usize) -> u32 {
    let (mut multiplier, mut tries) = (0x9e37_79b9, 0);
    while !apart(entries, multiplier, places) {
        multiplier = multiplier
            .wrapping_mul(0x0019_660d)
            .wrapping_add(0x3c6e_f35e);
        tries += 1;
        assert!(tries < 1 << 10, "a word stands twice in a list");
    }
    multiplier
}

const fn apart(entries: &[u32], multiplier: u32, places: usize) -> bool {
    let mut taken = [0_u64; PLACES / 64];
    let mut i = 0;
    while i < entries.len() {
        let at = place(entries[i], multiplier, places);
        if taken[at / 64] >> (at % 64) & 1 != 0 {
            return false;
        }
        taken[at / 64] |= 1 << (at % 64);
        i += 1;
    }
    true
}

/// The table of these entries.
pub(crate) const fn table<const PLACES: usize>(entries: &[u32], multiplier: u32) -> [u32; PLACES] {
    let mut table = [FREE; PLACES];
    let mut i = 0;
    while i < entries.len() {
        table[place(entries[i], multiplier, PLACES)] = entries[i];
        i += 1;
    }
    table
}

impl WordSet {
    pub(crate) const fn new(table: &'static [u32], multiplier: u32) -> Self {
        Self { table, multiplier }
    }

    /// Whether the word with this check and of this length, in any case, is one of them.
    #[inline]
    pub(crate) fn holds(&self, check: u32, length: u16) -> bool {
        let word = entry(check, length);
        let at = place(word, self.multiplier, self.table.len());
        self.table.get(at) == Some(&word)
    }

    /// Whether a word that is no token's, in any case, is one of them.
    pub(crate) fn holds_text(&self, word: &str) -> bool {
        let length = u16::try_from(word.len()).unwrap_or(u16::MAX);
        self.holds(check_of(spread(key_of(word))), length)
    }
}

/// A [`WordSet`] made by the compiler.
macro_rules! words {
    ($($word:literal),+ $(,)?) => {{
        use $crate::redaction::words::word_set::{WordSet, entries, multiplier, places, table};
        const ENTRIES: &[u32] = &entries::<{ [$($word),+].len() }>(concat!($($word, " "),+));
        const PLACES: usize = places(ENTRIES.len());
        const MULTIPLIER: u32 = multiplier(ENTRIES, PLACES);
        const TABLE: &[u32] = &table::<PLACES>(ENTRIES, MULTIPLIER);
        const SET: &WordSet = &WordSet::new(TABLE, MULTIPLIER);
        SET
    }};
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_holds_its_words_in_any_case_and_no_others() {
        let set = words!["is", "was", "are", "were", "prescription", "a"];
        for word in ["is", "was", "Are", "WERE", "prescription", "A"] {
            assert!(set.holds_text(word), "{word}");
        }
        for word in ["", "i", "wax", "prescriptions", "si", "were "] {
            assert!(!set.holds_text(word), "{word}");
        }
    }

    #[test]
    fn what_is_no_word_is_in_no_list() {
        let set = words!["is", "was", "are"];
        assert!((0..=u16::MAX).all(|length| !set.holds(0, length)));
    }
}
