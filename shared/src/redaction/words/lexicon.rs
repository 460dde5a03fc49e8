//! The dictionaries as the detectors see them: what a word can be, what number it says, and whether people are called
//! so. The tables are built before the compiler runs (`shared/build.rs`), so an engine that starts has nothing to parse.

use std::sync::Mutex;

use crate::redaction::text::anchor_bits::{after_of, mask_of};
use crate::redaction::text::doc::Buffers;
pub(crate) use crate::redaction::words::meaning::{class, name};
use crate::redaction::words::rare_names;
use crate::redaction::words::table_layout::{CHECK, NUMBERS, WORDS, word_slot};
use crate::redaction::words::tables::{CLASSES, SLOTS, VALUES};
use crate::redaction::words::word_key::spread;

/// What the dictionaries say of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its number among the words that mean something to a detector; 0 for all others.
    pub(crate) number: u16,
    /// Given name, family name, ordinary word.
    pub(crate) names: u8,
    /// The detectors that begin at it.
    pub(crate) mask: u16,
    /// What it means for the token before it.
    pub(crate) after: u8,
}

/// Looks a word up by its spread key: one probe for nearly every word.
#[inline]
pub(crate) fn look_up(spread: u64) -> Word {
    let mut at = word_slot(spread);
    loop {
        let slot = SLOTS[at % WORDS];
        if (slot ^ spread) & CHECK == 0 {
            return Word {
                number: (slot >> 36 & 0xfff) as u16,
                names: (slot >> 32 & 0xf) as u8,
                mask: (slot >> 48) as u16,
                after: (slot >> 24 & 0xff) as u8,
            };
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
    Word {
        number: 0,
        names,
        mask: mask_of(0, names),
        after: after_of(0, names, false),
    }
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
