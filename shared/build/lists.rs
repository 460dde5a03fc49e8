//! Lists of words that only say what a word is: one to a place, in any order.

use crate::redaction::words::meaning::name;
use crate::redaction::words::table_layout::{
    ORDINARY_WORDS, PROBES, RARE_CHECK, RARE_NAMES, ordinary_bit, rare_check, rare_slot,
};
use crate::redaction::words::word_key::{key_of, spread};

/// The lines that are no comments.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("# "))
}

/// The words of a list.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    lines(text)
        .flat_map(|line| line.split(' '))
        .filter(|word| !word.is_empty())
}

/// The table of rare names.
pub fn rare_names(first: &str, last: &str) -> Vec<u8> {
    let mut slots = vec![0_u16; RARE_NAMES];
    let firsts = words(first).map(|word| (word, name::FIRST));
    let lasts = words(last).map(|word| (word, name::LAST));
    for (word, bit) in firsts.chain(lasts) {
        let spread = spread(key_of(word));
        let check = rare_check(spread);
        let mut at = rare_slot(spread) % RARE_NAMES;
        while slots[at] != 0 && slots[at] & RARE_CHECK != check {
            at = (at + 1) % RARE_NAMES;
        }
        slots[at] |= check | u16::from(bit) << 14;
    }
    slots.iter().flat_map(|slot| slot.to_le_bytes()).collect()
}

/// The filter of ordinary words.
pub fn ordinary_words(text: &str) -> Vec<u8> {
    let mut filter = vec![0_u64; ORDINARY_WORDS];
    for word in words(text) {
        let spread = spread(key_of(word));
        for bit in (0..PROBES).map(|probe| ordinary_bit(spread, probe)) {
            filter[bit >> 6] |= 1 << (bit & 63);
        }
    }
    filter.iter().flat_map(|word| word.to_le_bytes()).collect()
}
