//! Whether a word is an ordinary English one, so that a word which is none can be taken for a name where a name is due.
//! A Bloom filter of 64 kB: of a thousand words that are in no list, about five are taken for ordinary.

use crate::redaction::words::lexicon::{name, word};
use crate::redaction::words::table_layout::{PROBES, ordinary_bit};
use crate::redaction::words::tables::ORDINARY;
use crate::redaction::words::word_key::{key_of, spread};

fn listed(key: u64) -> bool {
    let spread = spread(key);
    let held = (0..PROBES).all(|probe| {
        let bit = ordinary_bit(spread, probe);
        ORDINARY[bit >> 6] >> (bit & 63) & 1 != 0
    });
    held || word(key).names() & name::COMMON != 0
}

/// Endings that the list leaves out, and what stands for them in it.
const ENDINGS: &[(&str, &str)] = &[
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ied", "y"),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ings", ""),
    ("ings", "e"),
    ("ly", ""),
    ("er", ""),
    ("r", ""),
    ("ers", ""),
    ("ness", ""),
    ("able", ""),
    ("able", "e"),
];

/// Whether the word, in any case, is an ordinary one or a form of it.
pub(crate) fn ordinary(word: &str) -> bool {
    if listed(key_of(word)) {
        return true;
    }
    if word.len() > 24 || !word.is_ascii() {
        return false;
    }
    let word = word.to_ascii_lowercase();
    ENDINGS.iter().any(|(ending, stands)| {
        word.strip_suffix(ending)
            .is_some_and(|stem| stem.len() >= 3 && listed(key_of(&[stem, stands].concat())))
    })
}

#[cfg(test)]
mod tests {
    use super::ordinary;

    #[test]
    fn words_and_their_forms_are_ordinary_and_names_are_not() {
        for word in [
            "grapefruit",
            "Wheelchairs",
            "vomiting",
            "graduated",
            "because",
        ] {
            assert!(ordinary(word), "{word}");
        }
        for word in ["Oyelaran", "zbigniew", "thibodeaux", "Xochitl"] {
            assert!(!ordinary(word), "{word}");
        }
    }
}
