//! What words can mean, as bits.

/// What a word can be.
pub(crate) mod class {
    macro_rules! bits {
        ($($name:ident = $bit:literal),+ $(,)?) => { $(pub(crate) const $name: u64 = 1 << $bit;)+ };
    }
    bits! {
        DIGIT = 0, OH = 1, TEEN = 2, TENS = 3, HUNDRED = 4, THOUSAND = 5, MULTIPLE = 6, ORDINAL = 7, MONTH = 8,
        WEEKDAY = 9, LETTER = 10, NATO = 11, FILLER = 12, SEPARATOR = 13, CORRECTION = 14, UNIT = 15, OVER = 16,
        MEASURE = 17, FRAME = 18, TITLE = 19, GREETING = 20, RELATION = 21, SPEAKER = 22, STREET = 23,
        SOLID_STREET = 24, DWELLING = 25, STATE = 26, STATE_HEAD = 27, TLD = 28, PROVIDER = 29, MEDICAL = 30,
        HOMONYM = 31, GENERATION = 32, CUE = 33, DRUG = 34, DIAGNOSIS = 35, NAME_CUE = 36, DIRECTION = 37,
        SECRET_HEAD = 38, INTRODUCTION = 39, MENTION = 40, LEAD = 41, LINK = 42, SAID_AT = 43, SAID_DOT = 44,
        OLD = 45, BOX = 46, JOIN = 47, BE = 48, WHOLE_CUE = 49, LABEL = 50, HOME = 51, HOLIDAY = 52,
    }
    /// A word that is part of a spoken number.
    pub(crate) const CARDINAL: u64 = DIGIT | OH | TEEN | TENS | HUNDRED | THOUSAND | MULTIPLE;
}

/// Whether people are called so.
pub(crate) mod name {
    pub(crate) const FIRST: u8 = 1;
    pub(crate) const LAST: u8 = 2;
    pub(crate) const COMMON: u8 = 4;
    /// A name that is an English word as well.
    pub(crate) const WORD: u8 = 8;
    /// A name from the longer lists.
    pub(crate) const RARE: u8 = 16;
}
