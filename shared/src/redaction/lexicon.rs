//! The dictionaries: a small table of words that mean something to a detector, probed for every word of the text,
//! and a large one of names and ordinary words, probed only beside a cue.
//!
//! Keys are the first sixteen bytes of the lower-cased word folded into 64 bits, so a probe never compares strings.

use std::sync::Mutex;

use super::anchor::mask_of;
use super::cue::CueTrie;
use super::doc::Buffers;

/// Bits of [`Lexicon::class`]: what a word can be.
pub(crate) mod class {
    macro_rules! bits {
        ($($name:ident = $bit:literal),+ $(,)?) => { $(pub(crate) const $name: u64 = 1 << $bit;)+ };
    }
    bits! {
        DIGIT = 0, OH = 1, TEEN = 2, TENS = 3, HUNDRED = 4, THOUSAND = 5, MULTIPLE = 6, ORDINAL = 7, MONTH = 8,
        WEEKDAY = 9, LETTER = 10, NATO = 11, FILLER = 12, SEPARATOR = 13, CORRECTION = 14, UNIT = 15, OVER = 16,
        MEASURE = 17, FRAME = 18, TITLE = 19, GREETING = 20, RELATION = 21, SPEAKER = 22, STREET = 23,
        SOLID_STREET = 24, DWELLING = 25, STATE = 26, STATE_HEAD = 27, TLD = 28, PROVIDER = 29, SPEAK_VERB = 30,
        MEDICAL = 31, HOMONYM = 32, GENERATION = 33, CUE = 34, AGE_HINT = 35, NAME_TAIL = 36, DRUG = 37,
        DIAGNOSIS = 38, NAME_CUE = 39, DIRECTION = 40, SECRET_HEAD = 41, INTRODUCTION = 42, MENTION = 43, LEAD = 44, LINK = 45,
    }
    /// A word that is part of a spoken number.
    pub(crate) const CARDINAL: u64 = DIGIT | OH | TEEN | TENS | HUNDRED | THOUSAND | MULTIPLE;

    pub(super) fn named(name: &str) -> Option<u64> {
        Some(match name {
            "digit" => DIGIT,
            "oh" => OH,
            "teen" => TEEN,
            "tens" => TENS,
            "hundred" => HUNDRED,
            "thousand" => THOUSAND,
            "multiple" => MULTIPLE,
            "ordinal" => ORDINAL,
            "month" => MONTH,
            "weekday" => WEEKDAY,
            "letter" => LETTER,
            "nato" => NATO,
            "filler" => FILLER,
            "separator" => SEPARATOR,
            "correction" => CORRECTION,
            "unit" => UNIT,
            "over" => OVER,
            "measure" => MEASURE,
            "frame" => FRAME,
            "title" => TITLE,
            "greeting" => GREETING,
            "relation" => RELATION,
            "speaker" => SPEAKER,
            "street" => STREET,
            "solidstreet" => SOLID_STREET,
            "dwelling" => DWELLING,
            "state" => STATE,
            "statehead" => STATE_HEAD,
            "tld" => TLD,
            "provider" => PROVIDER,
            "speakverb" => SPEAK_VERB,
            "medical" => MEDICAL,
            "homonym" => HOMONYM,
            "generation" => GENERATION,
            "agehint" => AGE_HINT,
            "nametail" => NAME_TAIL,
            "drug" => DRUG,
            "diagnosis" => DIAGNOSIS,
            "namecue" => NAME_CUE,
            "direction" => DIRECTION,
            "secrethead" => SECRET_HEAD,
            "introduction" => INTRODUCTION | NAME_CUE,
            "mention" => MENTION | NAME_CUE,
            "lead" => LEAD | NAME_CUE,
            "link" => LINK,
            _ => return None,
        })
    }
}

/// Bits of [`Lexicon::name_class`].
pub(crate) mod name {
    pub(crate) const FIRST: u8 = 1;
    pub(crate) const LAST: u8 = 2;
    pub(crate) const COMMON: u8 = 4;
}

const MASK: [u64; 9] = [
    0,
    0xff,
    0xffff,
    0x00ff_ffff,
    0xffff_ffff,
    0x00ff_ffff_ffff,
    0xffff_ffff_ffff,
    0x00ff_ffff_ffff_ffff,
    u64::MAX,
];
const FOLD: u64 = 0x2020_2020_2020_2020;

fn load(bytes: &[u8]) -> u64 {
    if let Some(head) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*head);
    }
    let mut padded = [0_u8; 8];
    padded[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// A word of up to seven ASCII letters at `start`, found eight bytes at a time: its length and key. `None` when the
/// word is longer, touches the end of the text, or a byte beyond ASCII follows.
#[inline]
pub(crate) fn short_word(text: &[u8], start: usize) -> Option<(usize, u64, bool)> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let raw = u64::from_le_bytes(*text.get(start..start + 8)?.first_chunk::<8>()?);
    let folded = raw | FOLD;
    let low = folded & !HIGH;
    // Bit 7 of each byte: the byte is a letter.
    let letters = (low + 0x1f1f_1f1f_1f1f_1f1f) & !(low + 0x0505_0505_0505_0505) & HIGH & !raw;
    let length = ((!letters & HIGH).trailing_zeros() / 8) as usize;
    if length > 7 || length == 0 || text[start + length] >= 0x80 {
        return None;
    }
    Some((length, folded & MASK[length], raw & 0x20 == 0))
}

/// The key of the word at `text[start..end]`; never 0. Case does not matter.
#[inline]
pub(crate) fn key_at(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    let head = (load(&text[start..]) & MASK[length.min(8)]) | (FOLD & MASK[length.min(8)]);
    let mut key = head;
    if length > 8 {
        let more = (length - 8).min(8);
        let tail = (load(&text[start + 8..]) & MASK[more]) | (FOLD & MASK[more]);
        key ^= tail.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ ((length as u64) << 56);
    }
    key
}

/// The key of a whole word.
pub(crate) fn key_of(word: &str) -> u64 {
    key_at(word.as_bytes(), 0, word.len())
}

/// One multiplication spreads a key; every filter and table takes other bits of it.
#[inline]
pub(crate) fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The place of a spread key in the filter of given names: 131,072 bits, so that 93 of 100 other words are refused.
#[inline]
fn given_bit(spread: u64) -> (usize, u64) {
    (index(spread >> 53), 1 << (spread >> 46 & 63))
}

/// The low bits of a hash as an index; only the low 32 are used.
#[inline]
fn index(hash: u64) -> usize {
    (hash & 0xffff_ffff) as u32 as usize
}

/// An open-addressing table from word keys to small values.
pub(crate) struct Table<V> {
    slots: Vec<(u64, V)>,
    mask: usize,
    filter: Vec<u64>,
    len: usize,
}

impl<V: Copy + Default> Table<V> {
    pub(crate) fn with_capacity(words: usize) -> Self {
        let size = (words * 2).next_power_of_two();
        Self {
            slots: vec![(0, V::default()); size],
            mask: size - 1,
            filter: vec![0; (size / 8).max(1)],
            len: 0,
        }
    }

    #[inline]
    fn slot(&self, key: u64, spread: u64) -> usize {
        let mut at = index(spread >> 20) & self.mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != key {
            at = (at + 1) & self.mask;
        }
        at
    }

    #[inline]
    fn bit(&self, spread: u64) -> (usize, u64) {
        (
            index(spread >> 32) & (self.filter.len() - 1),
            1 << (spread >> 58),
        )
    }

    /// The value of `key`, put there as the default when it was absent. A full table keeps its words and ignores more.
    pub(crate) fn entry(&mut self, key: u64) -> &mut V {
        let spread = spread(key);
        let at = self.slot(key, spread);
        if self.slots[at].0 == 0 && self.len * 4 < self.slots.len() * 3 {
            self.slots[at].0 = key;
            self.len += 1;
            let (word, bit) = self.bit(spread);
            self.filter[word] |= bit;
        }
        &mut self.slots[at].1
    }

    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<V> {
        self.get_spread(key, spread(key))
    }

    #[inline]
    pub(crate) fn get_spread(&self, key: u64, spread: u64) -> Option<V> {
        let (word, bit) = self.bit(spread);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let at = self.slot(key, spread);
        (self.slots[at].0 == key && key != 0).then(|| self.slots[at].1)
    }
}

/// The engine's words.
pub(crate) struct Lexicon {
    words: Table<u16>,
    classes: Vec<u64>,
    values: Vec<u16>,
    masks: Vec<u16>,
    names: Table<u8>,
    given: Vec<u64>,
    pool: Mutex<Vec<Buffers>>,
    /// The cue phrases over this lexicon's word numbers.
    pub(crate) cues: CueTrie,
}

impl Lexicon {
    /// Parses the embedded dictionaries: about a millisecond.
    pub(crate) fn new() -> Self {
        let mut lexicon = Self {
            words: Table::with_capacity(2048),
            classes: vec![0],
            values: vec![0],
            masks: Vec::new(),
            names: Table::with_capacity(16_000),
            given: vec![0; 2048],
            pool: Mutex::new(Vec::new()),
            cues: CueTrie::default(),
        };
        let mut bit = 0;
        for vocabulary in [
            include_str!("data/vocabulary.txt"),
            include_str!("data/clinical.txt"),
        ] {
            for word in vocabulary
                .lines()
                .filter(|l| !l.starts_with("# "))
                .flat_map(str::split_ascii_whitespace)
            {
                if let Some(name) = word.strip_prefix('@') {
                    bit = class::named(name).unwrap_or(0);
                    continue;
                }
                let (word, value) = word.split_once('=').unwrap_or((word, ""));
                let number = lexicon.intern(word);
                lexicon.classes[usize::from(number)] |= bit;
                if let Ok(value) = value.parse() {
                    lexicon.values[usize::from(number)] = value;
                }
            }
        }
        for (text, flag) in [
            (include_str!("data/first_names.txt"), name::FIRST),
            (include_str!("data/last_names.txt"), name::LAST),
            (include_str!("data/common_words.txt"), name::COMMON),
        ] {
            for word in text
                .lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_ascii_whitespace)
            {
                let key = key_of(word);
                *lexicon.names.entry(key) |= flag;
                if flag == name::FIRST {
                    let (word, bit) = given_bit(spread(key));
                    lexicon.given[word] |= bit;
                }
            }
        }
        CueTrie::build(&mut lexicon, include_str!("data/cues.txt"));
        debug_assert!(
            lexicon.classes.len() < 3000,
            "the table of words is too small"
        );
        lexicon.masks = lexicon
            .classes
            .iter()
            .map(|bits| mask_of(*bits, ""))
            .collect();
        for word in [
            "at", "dot", "one", "po", "p", "post", "as", "for", "like", "double", "triple",
        ] {
            let number = usize::from(lexicon.intern(word));
            if number < lexicon.masks.len() {
                lexicon.masks[number] = mask_of(lexicon.classes[number], word);
            } else {
                lexicon.masks.push(mask_of(0, word));
            }
        }
        lexicon
    }

    pub(crate) fn buffers(&self) -> Buffers {
        self.pool
            .lock()
            .ok()
            .and_then(|mut pool| pool.pop())
            .unwrap_or_default()
    }

    pub(crate) fn keep(&self, buffers: Buffers) {
        if let Ok(mut pool) = self.pool.lock()
            && pool.len() < 4
        {
            pool.push(buffers);
        }
    }

    /// The number of `word`, which becomes one of the words that matter.
    pub(crate) fn intern(&mut self, word: &str) -> u16 {
        let next = u16::try_from(self.classes.len()).unwrap_or(0);
        let number = self.words.entry(key_of(word));
        if *number == 0 {
            *number = next;
            self.classes.push(0);
            self.values.push(0);
            return next;
        }
        *number
    }

    pub(crate) fn add_class(&mut self, number: u16, bits: u64) {
        self.classes[usize::from(number)] |= bits;
    }

    /// The number of a word by its key; 0 when the word means nothing to a detector.
    pub(crate) fn number(&self, key: u64) -> u16 {
        self.words.get(key).unwrap_or(0)
    }

    /// The number of a word, and whether it may be a given name (no is certain), from its spread key.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    pub(crate) fn look_up(&self, key: u64, spread: u64) -> (u16, bool) {
        let (word, bit) = given_bit(spread);
        (
            self.words.get_spread(key, spread).unwrap_or(0),
            self.given[word & 2047] & bit != 0,
        )
    }

    #[inline]
    pub(crate) fn class(&self, number: u16) -> u64 {
        self.classes[usize::from(number)]
    }

    #[inline]
    pub(crate) fn value(&self, number: u16) -> u16 {
        self.values[usize::from(number)]
    }

    #[inline]
    pub(crate) fn mask(&self, number: u16) -> u16 {
        self.masks[usize::from(number)]
    }

    /// Whether the word with this key is a given name, a family name or an ordinary word.
    pub(crate) fn name_class(&self, key: u64) -> u8 {
        self.names.get(key).unwrap_or(0)
    }
}
