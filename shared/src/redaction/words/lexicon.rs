//! The dictionaries as the detectors see them: what a word can be, what number it says, and whether people are called
//! so. The tables are built by the compiler (`lexicon_table`), so an engine that starts has nothing to parse.

use std::sync::Mutex;

use crate::redaction::text::anchor::{after_of, mask_of};
use crate::redaction::text::doc::Buffers;
use crate::redaction::words::lexicon_table::{CHECK, NUMBERS, TABLE};
use crate::redaction::words::rare_names;
use crate::redaction::words::word_key::spread;

/// Bits of [`class_of`]: what a word can be.
pub(crate) mod class {
    macro_rules! bits {
        ($($name:ident = $bit:literal),+ $(,)?) => { $(pub(crate) const $name: u64 = 1 << $bit;)+ };
    }
    bits! {
        DIGIT = 0, OH = 1, TEEN = 2, TENS = 3, HUNDRED = 4, THOUSAND = 5, MULTIPLE = 6, ORDINAL = 7,
        MONTH = 8, WEEKDAY = 9, LETTER = 10, NATO = 11, FILLER = 12, SEPARATOR = 13, CORRECTION = 14, UNIT = 15,
        OVER = 16, MEASURE = 17, FRAME = 18, TITLE = 19, GREETING = 20, RELATION = 21, SPEAKER = 22, STREET = 23,
        SOLID_STREET = 24, DWELLING = 25, STATE = 26, STATE_HEAD = 27, TLD = 28, PROVIDER = 29, SPEAK_VERB = 30,
        MEDICAL = 31, HOMONYM = 32, GENERATION = 33, CUE = 34, AGE_HINT = 35, NAME_TAIL = 36, DRUG = 37,
        DIAGNOSIS = 38, NAME_CUE = 39, DIRECTION = 40, SECRET_HEAD = 41, INTRODUCTION = 42, MENTION = 43, LEAD = 44,
        LINK = 45, SAID_AT = 46, SAID_DOT = 47, SAID_ONE = 48, BOX = 49, JOIN = 50, BE = 51, WHOLE_CUE = 52, LABEL = 53,
        HOME = 54, HOLIDAY = 55,
    }
    /// A word that is part of a spoken number.
    pub(crate) const CARDINAL: u64 = DIGIT | OH | TEEN | TENS | HUNDRED | THOUSAND | MULTIPLE;

    /// The classes by the names that the vocabulary file gives them.
    pub(crate) const NAMED: &[(&str, u64)] = &[
        ("digit", DIGIT),
        ("oh", OH),
        ("teen", TEEN),
        ("tens", TENS),
        ("hundred", HUNDRED),
        ("thousand", THOUSAND),
        ("multiple", MULTIPLE),
        ("ordinal", ORDINAL),
        ("month", MONTH),
        ("weekday", WEEKDAY),
        ("letter", LETTER),
        ("nato", NATO),
        ("filler", FILLER),
        ("separator", SEPARATOR),
        ("correction", CORRECTION),
        ("unit", UNIT),
        ("over", OVER),
        ("measure", MEASURE),
        ("frame", FRAME),
        ("title", TITLE),
        ("greeting", GREETING),
        ("relation", RELATION),
        ("speaker", SPEAKER),
        ("street", STREET),
        ("solidstreet", SOLID_STREET),
        ("dwelling", DWELLING),
        ("state", STATE),
        ("statehead", STATE_HEAD),
        ("tld", TLD),
        ("provider", PROVIDER),
        ("speakverb", SPEAK_VERB),
        ("medical", MEDICAL),
        ("homonym", HOMONYM),
        ("generation", GENERATION),
        ("agehint", AGE_HINT),
        ("nametail", NAME_TAIL),
        ("drug", DRUG),
        ("diagnosis", DIAGNOSIS),
        ("namecue", NAME_CUE),
        ("direction", DIRECTION),
        ("secrethead", SECRET_HEAD),
        ("introduction", INTRODUCTION | NAME_CUE),
        ("mention", MENTION | NAME_CUE),
        ("lead", LEAD | NAME_CUE),
        ("link", LINK),
        ("said_at", SAID_AT),
        ("said_dot", SAID_DOT),
        ("said_one", SAID_ONE),
        ("box", BOX),
        ("join", JOIN),
        ("be", BE),
        ("label", LABEL),
        ("home", HOME),
        ("holiday", HOLIDAY),
    ];
}

/// Bits of [`Word::names`].
pub(crate) mod name {
    pub(crate) const FIRST: u8 = 1;
    pub(crate) const LAST: u8 = 2;
    pub(crate) const COMMON: u8 = 4;
    /// A name that is an English word as well.
    pub(crate) const WORD: u8 = 8;
    /// A name from the longer lists.
    pub(crate) const RARE: u8 = 16;
}

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
    let mut at = (spread >> 48) as usize;
    loop {
        let slot = TABLE.slots[at & (TABLE.slots.len() - 1)];
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
    TABLE.classes[usize::from(number) & (NUMBERS - 1)]
}

/// The number that the word with this number says ("twelve"), or the letter it stands for.
#[inline]
pub(crate) fn value_of(number: u16) -> u16 {
    u16::from(TABLE.values[usize::from(number) & (NUMBERS - 1)])
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
