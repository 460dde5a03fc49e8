//! The dictionaries as the detectors see them: what a word can be, what number it says, and whether people are called
//! so. The tables are built before the compiler runs (`shared/build.rs`), so an engine that starts has nothing to parse.

use std::sync::Mutex;

use crate::redaction::text::anchor_bits::mask_of;
use crate::redaction::text::doc::Buffers;
pub(crate) use crate::redaction::words::meaning::{class, name};
use crate::redaction::words::rare_names;
use crate::redaction::words::table_layout::{
    CHECK, MASK_AT, NAMES_AT, NUMBER_AT, NUMBERS, WORDS, word_slot,
};
use crate::redaction::words::tables::{CLASSES, SLOTS, VALUES};
use crate::redaction::words::word_key::spread;

/// The bits of names in the byte that they share with [`crate::redaction::text::anchor_bits::seldom`].
const NAMES: u8 = 0x1f;

/// What the dictionaries say of a word, as a slot of their table holds it ([`WORDS`]). It is all that a token knows of
/// its text, so that finding a word and remembering it take no more than copying the slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(u64);

#[allow(clippy::cast_possible_truncation)] // The fields of a slot.
impl Word {
    /// A punctuation mark.
    pub(crate) const fn of_mark(byte: u8) -> Self {
        Self((byte as u64) << NUMBER_AT)
    }

    /// Its number among the words that mean something to a detector, 0 for all others; the byte of a punctuation mark.
    #[inline]
    pub(crate) const fn number(self) -> u16 {
        (self.0 >> NUMBER_AT) as u16 & (NUMBERS - 1) as u16
    }

    /// Given name, family name, ordinary word: bits of [`name`].
    #[inline]
    pub(crate) const fn names(self) -> u8 {
        (self.0 >> NAMES_AT) as u8 & NAMES
    }

    /// Which detectors begin at it, and what it means for the token before it.
    #[inline]
    pub(crate) const fn mask(self) -> u16 {
        (self.0 >> MASK_AT) as u16
    }

    /// Bits of [`crate::redaction::text::anchor_bits::seldom`].
    #[inline]
    pub(crate) const fn seldom(self) -> u8 {
        (self.0 >> NAMES_AT) as u8 & !NAMES
    }

    /// Some bits of the word's spread key, for refusing a word without reading it ([`hash_of`]).
    #[inline]
    pub(crate) const fn hash(self) -> u8 {
        hash_of(self.0)
    }

    /// The bits of the word's spread key that tell words apart ([`check_of`]); 0 for anything else.
    #[inline]
    pub(crate) const fn check(self) -> u32 {
        (self.0 & CHECK) as u32
    }

    #[inline]
    pub(crate) const fn with_mask(self, mask: u16) -> Self {
        Self(self.0 | (mask as u64) << MASK_AT)
    }

    #[inline]
    pub(crate) const fn with_seldom(self, seldom: u8) -> Self {
        Self(self.0 | (seldom as u64) << NAMES_AT)
    }

    /// The same with the number of another word.
    pub(crate) const fn numbered(self, other: Self) -> Self {
        Self(self.0 | other.0 & (NUMBERS as u64 - 1) << NUMBER_AT)
    }

    /// The same with the key of another spelling; 0 for none.
    pub(crate) const fn spelled(self, spread: u64) -> Self {
        Self(self.0 & !CHECK | spread & CHECK)
    }
}

/// The bits of a spread key that a [`Word`] answers for.
#[inline]
pub(crate) const fn hash_of(spread: u64) -> u8 {
    (spread >> 16 & 0xff) as u8
}

/// The bits of a spread key that a [`Word`] remembers.
#[inline]
#[allow(clippy::cast_possible_truncation)] // 28 bits
pub(crate) const fn check_of(spread: u64) -> u32 {
    (spread & CHECK) as u32
}

/// Looks a word up by its spread key: one probe for nearly every word.
#[inline]
pub(crate) fn look_up(spread: u64) -> Word {
    let mut at = word_slot(spread);
    loop {
        let slot = SLOTS[at % WORDS];
        if (slot ^ spread) & CHECK == 0 {
            return Word(slot);
        }
        if slot == 0 {
            return rare(spread);
        }
        at += 1;
    }
}

/// A word that is in no list but perhaps that of the rare names.
#[inline(never)]
fn rare(spread: u64) -> Word {
    let names = rare_names::names(spread);
    Word(u64::from(names) << NAMES_AT)
        .spelled(spread)
        .with_mask(mask_of(0, names, false))
}

/// Looks a word up by its key.
pub(crate) fn word(key: u64) -> Word {
    look_up(spread(key))
}

/// The class bits of the word with this number.
#[inline]
pub(crate) fn class_of(number: u16) -> u64 {
    CLASSES[usize::from(number) % NUMBERS]
}

/// The number that the word with this number says ("twelve"), or the letter it stands for.
#[inline]
pub(crate) fn value_of(number: u16) -> u16 {
    u16::from(VALUES[usize::from(number) % NUMBERS])
}

/// Memory that one text leaves for the next.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Buffers>>);

impl Pool {
    pub(crate) fn take(&self) -> Buffers {
        self.0
            .lock()
            .ok()
            .and_then(|mut kept| kept.pop())
            .unwrap_or_default()
    }

    pub(crate) fn keep(&self, buffers: Buffers) {
        if let Ok(mut kept) = self.0.lock()
            && kept.len() < 4
        {
            kept.push(buffers);
        }
    }
}
