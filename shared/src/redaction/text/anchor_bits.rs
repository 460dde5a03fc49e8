//! Which detectors begin at a word or a mark, as bits.

use crate::redaction::words::meaning::{class, name};

/// Bits of a token's mask: which detectors begin at it, and what it means for the token before it.
pub(crate) mod mask {
    pub(crate) const AT: u16 = 1;
    pub(crate) const WEB: u16 = 1 << 1;
    pub(crate) const DATE: u16 = 1 << 2;
    /// A month, an ordinal or a holiday: number words shortly before it may begin a date.
    pub(crate) const MONTH: u16 = 1 << 3;
    /// One of the [`super::seldom`].
    pub(crate) const SELDOM: u16 = 1 << 4;
    /// A name that is no ordinary word, a given name that is one, or a word that introduces names.
    pub(crate) const NAME: u16 = 1 << 5;
    /// Says something of a name only when one of the next two words can be one.
    pub(crate) const BEFORE_NAME: u16 = 1 << 6;
    pub(crate) const CUE: u16 = 1 << 7;
    pub(crate) const LETTER: u16 = 1 << 8;
    pub(crate) const RUN: u16 = 1 << 9;
    pub(crate) const TURN: u16 = 1 << 10;
    /// A number is glued to this word.
    pub(crate) const CODE: u16 = 1 << 11;
    /// A word that is a whole cue.
    pub(crate) const WHOLE_CUE: u16 = 1 << 12;
    /// A letter before it may begin something.
    pub(crate) const AFTER_LETTER: u16 = 1 << 13;
    /// "this", "called" or "so" before it may introduce a name.
    pub(crate) const AFTER_LEAD: u16 = 1 << 14;
    /// A cue phrase may go on with it.
    pub(crate) const AFTER_CUE: u16 = 1 << 15;
}

/// What [`mask::SELDOM`] stands for.
pub(crate) mod seldom {
    pub(crate) const AGE: u8 = 1 << 5;
    pub(crate) const PLACE: u8 = 1 << 6;
    pub(crate) const SECRET: u8 = 1 << 7;
}

/// The mask of a word with these class bits and names bits; `later`: cue phrases go on with it.
pub(crate) fn mask_of(bits: u64, names: u8, later: bool) -> u16 {
    const NAMES: u64 = class::TITLE | class::GREETING | class::RELATION;
    const BEFORE: u64 = class::INTRODUCTION | class::MENTION | class::LEAD;
    const MONTHS: u64 = class::MONTH | class::ORDINAL | class::HOLIDAY;
    const RUNS: u64 = class::DIGIT
        | class::TEEN
        | class::TENS
        | class::MULTIPLE
        | class::OH
        | class::LETTER
        | class::NATO;
    const fn when(condition: bool, bit: u16) -> u16 {
        if condition { bit } else { 0 }
    }
    let given = names & (name::FIRST | name::COMMON) == name::FIRST
        || names & (name::FIRST | name::LAST | name::COMMON | name::WORD) == name::LAST
        || names & (name::FIRST | name::WORD) == name::FIRST | name::WORD
            && bits & class::HOMONYM != 0;
    let introduces = bits & NAMES != 0 || bits & class::NAME_CUE != 0 && bits & BEFORE == 0;
    when(bits & class::SAID_AT != 0, mask::AT)
        | when(bits & class::SAID_DOT != 0, mask::WEB)
        | when(bits & MONTHS != 0, mask::DATE | mask::MONTH)
        | when(
            bits & (class::TEEN | class::TENS | class::THOUSAND) != 0,
            mask::DATE,
        )
        | when(seldom_of(bits) != 0, mask::SELDOM)
        | when(given || introduces, mask::NAME)
        | when(bits & BEFORE & !class::NAME_CUE != 0, mask::BEFORE_NAME)
        | when(bits & class::CUE != 0, mask::CUE)
        | when(bits & (class::LETTER | class::NATO) != 0, mask::LETTER)
        | when(bits & RUNS != 0, mask::RUN)
        | when(bits & class::SPEAKER != 0, mask::TURN)
        | when(bits & class::WHOLE_CUE != 0, mask::WHOLE_CUE)
        | when(bits & (RUNS | class::JOIN) != 0, mask::AFTER_LETTER)
        | when(
            names & name::FIRST != 0 || bits & class::BE != 0,
            mask::AFTER_LEAD,
        )
        | when(later, mask::AFTER_CUE)
}

/// Which of the [`seldom`] a word with these class bits is.
pub(crate) fn seldom_of(bits: u64) -> u8 {
    const PLACES: u64 = class::STREET | class::STATE | class::BOX | class::HOME;
    let place = bits & PLACES != 0;
    let secret = bits & class::SECRET_HEAD != 0;
    let age = bits & (class::HUNDRED | class::OLD) != 0;
    (u8::from(place) * seldom::PLACE)
        | (u8::from(secret) * seldom::SECRET)
        | (u8::from(age) * seldom::AGE)
}

/// The mask of a punctuation mark.
#[inline]
pub(crate) fn mask_of_mark(byte: u8, glued: bool) -> u16 {
    const fn mask(byte: u8, glued: bool) -> u16 {
        let starts = match byte {
            b'@' => mask::AT,
            b':' => mask::WEB,
            b'.' | b'-' if glued => mask::WEB,
            _ => 0,
        };
        // What a cue phrase passes over ([`crate::redaction::words::phrase_trie`]).
        let passed = glued && matches!(byte, b'-' | b'.' | b'\'');
        mask::AFTER_LETTER | starts | if passed { mask::AFTER_CUE } else { 0 }
    }
    const MASKS: [[u16; 256]; 2] = {
        let mut masks = [[0; 256]; 2];
        let mut byte = 0;
        while byte < 256 {
            #[allow(clippy::cast_possible_truncation)]
            let mark = byte as u8;
            masks[0][byte] = mask(mark, false);
            masks[1][byte] = mask(mark, true);
            byte += 1;
        }
        masks
    };
    MASKS[usize::from(glued)][usize::from(byte)]
}
