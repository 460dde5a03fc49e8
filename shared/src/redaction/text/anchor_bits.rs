//! Which detectors begin at a word or a mark, as bits.

use crate::redaction::words::meaning::{class, name};

/// Bits of a token's mask: which detectors begin at it.
pub(crate) mod mask {
    pub(crate) const AT: u16 = 1;
    pub(crate) const WEB: u16 = 1 << 1;
    pub(crate) const DATE: u16 = 1 << 2;
    pub(crate) const AGE: u16 = 1 << 3;
    pub(crate) const PLACE: u16 = 1 << 4;
    pub(crate) const NAME: u16 = 1 << 5;
    /// Says something of a name only when one of the next two words can be one.
    pub(crate) const BEFORE_NAME: u16 = 1 << 6;
    /// A name that is no ordinary word, or a given name that is one.
    pub(crate) const GIVEN: u16 = 1 << 7;
    pub(crate) const CUE: u16 = 1 << 8;
    pub(crate) const LETTER: u16 = 1 << 9;
    pub(crate) const RUN: u16 = 1 << 10;
    pub(crate) const TURN: u16 = 1 << 11;
    pub(crate) const SECRET: u16 = 1 << 12;
    /// A number is glued to this word.
    pub(crate) const CODE: u16 = 1 << 13;
    /// A word that is a whole cue.
    pub(crate) const WHOLE_CUE: u16 = 1 << 14;
}

/// Bits of what a token means for the one before it.
pub(crate) mod after {
    /// A letter before it may begin something.
    pub(crate) const LETTER: u8 = 1;
    /// "this", "called" or "so" before it may introduce a name.
    pub(crate) const NAME: u8 = 1 << 1;
    /// A cue phrase may go on with it.
    pub(crate) const CUE: u8 = 1 << 2;
}

/// The mask of a word with these class bits and names bits.
pub(crate) fn mask_of(bits: u64, names: u8) -> u16 {
    const NAMES: u64 = class::TITLE | class::GREETING | class::RELATION;
    const BEFORE: u64 = class::INTRODUCTION | class::MENTION | class::LEAD;
    const DATES: u64 =
        class::MONTH | class::ORDINAL | class::TENS | class::TEEN | class::DIGIT | class::HOLIDAY;
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
    when(bits & class::SAID_AT != 0, mask::AT)
        | when(bits & class::SAID_DOT != 0, mask::WEB)
        | when(bits & DATES != 0, mask::DATE)
        | when(
            bits & (class::TENS | class::HUNDRED | class::SAID_ONE) != 0,
            mask::AGE,
        )
        | when(
            bits & (class::STREET | class::STATE | class::BOX | class::HOME) != 0,
            mask::PLACE,
        )
        | when(
            bits & NAMES != 0 || bits & class::NAME_CUE != 0 && bits & BEFORE == 0,
            mask::NAME,
        )
        | when(bits & BEFORE & !class::NAME_CUE != 0, mask::BEFORE_NAME)
        | when(
            names & (name::FIRST | name::COMMON) == name::FIRST
                || names & (name::FIRST | name::LAST | name::COMMON | name::WORD) == name::LAST
                || names & (name::FIRST | name::WORD) == name::FIRST | name::WORD
                    && bits & class::HOMONYM != 0,
            mask::GIVEN,
        )
        | when(bits & class::CUE != 0, mask::CUE)
        | when(bits & (class::LETTER | class::NATO) != 0, mask::LETTER)
        | when(bits & RUNS != 0, mask::RUN)
        | when(bits & class::SPEAKER != 0, mask::TURN)
        | when(bits & class::SECRET_HEAD != 0, mask::SECRET)
        | when(bits & class::WHOLE_CUE != 0, mask::WHOLE_CUE)
}

/// What a word with these class bits and names bits means for the token before it; `later`: cue phrases go on with it.
pub(crate) fn after_of(bits: u64, names: u8, later: bool) -> u8 {
    let mut after = 0;
    if mask_of(bits, names) & mask::RUN != 0 || bits & class::JOIN != 0 {
        after |= after::LETTER;
    }
    if names & name::FIRST != 0 || bits & class::BE != 0 {
        after |= after::NAME;
    }
    if later {
        after |= after::CUE;
    }
    after
}

/// The mask of a punctuation mark.
#[allow(clippy::needless_bitwise_bool)] // `||` would branch
pub(crate) fn mask_of_mark(byte: u8, glued: bool) -> u16 {
    const MASKS: [u16; 256] = {
        let mut masks = [0; 256];
        masks[b'@' as usize] = mask::AT;
        masks[b':' as usize] = mask::WEB;
        masks[b'.' as usize] = mask::WEB;
        masks[b'-' as usize] = mask::WEB;
        masks
    };
    let joined = glued | (byte == b'@') | (byte == b':');
    MASKS[usize::from(byte)] * u16::from(joined)
}
