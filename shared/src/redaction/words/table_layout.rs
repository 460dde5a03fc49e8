//! How the tables of words are laid out: what those who build them (`shared/build.rs`) and those who read them agree on.

use crate::redaction::words::word_key::spread;

/// Slots of the table of words: three times as many as there are words, so that most probes end at once. A slot holds,
/// from the top: the word's mask (16 bits), its number (12), which of the seldom words it is (3), names bits (5), and
/// 28 bits of its spread key; 0 is free.
pub(crate) const WORDS: usize = 1 << 16;
pub(crate) const MASK_AT: u32 = 48;
pub(crate) const NUMBER_AT: u32 = 36;
pub(crate) const NAMES_AT: u32 = 28;
/// The bits of a slot that tell words apart. With the slot's place they are 44 bits of a word's key.
pub(crate) const CHECK: u64 = 0xfff_ffff;
/// Most words that mean something to a detector.
pub(crate) const NUMBERS: usize = 1 << 12;
/// Slots of the edges of cue phrases, of which some stay free, and of clinical terms.
pub(crate) const CUE_EDGES: usize = 1 << 14;
pub(crate) const CLINICAL_EDGES: usize = 1 << 12;
/// Slots of the table of rare names: twice as many as there are, so that most probes end soon.
pub(crate) const RARE_NAMES: usize = 1 << 17;
/// The bits of a spread key that tell names of one slot apart; above them, what a name can be.
pub(crate) const RARE_CHECK: u16 = 0x3fff;
/// Words of 64 bits of the filter of ordinary words, and the bits that each word sets.
pub(crate) const ORDINARY_WORDS: usize = 1 << 13;
pub(crate) const PROBES: usize = 5;

/// Where the search for a word begins, by its spread key.
#[inline]
pub(crate) fn word_slot(spread: u64) -> usize {
    (spread >> 48) as usize
}

/// The way from a node of a phrase by the word with this number.
#[inline]
pub(crate) fn edge(node: u16, number: u16) -> u64 {
    u64::from(node) << 16 | u64::from(number)
}

/// Where the search for an edge begins.
#[inline]
pub(crate) fn edge_slot(edge: u64) -> usize {
    (spread(edge) >> 48) as usize
}

/// Where the search for a rare name begins.
pub(crate) fn rare_slot(spread: u64) -> usize {
    (spread >> 47) as usize
}

#[allow(clippy::cast_possible_truncation)] // fourteen bits
pub(crate) fn rare_check(spread: u64) -> u16 {
    (spread & u64::from(RARE_CHECK)) as u16
}

/// The bit that a word sets in the filter at this probe.
pub(crate) fn ordinary_bit(spread: u64, probe: usize) -> usize {
    let first = (spread >> 40) as usize;
    let step = (spread >> 8) as usize | 1;
    first.wrapping_add(step.wrapping_mul(probe)) % (ORDINARY_WORDS * 64)
}
