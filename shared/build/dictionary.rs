//! The words that mean something, each with a number, and the phrases they make.

use std::collections::HashMap;

use crate::lists::{lines, words};
use crate::phrases::{Phrases, place};
use crate::redaction::number::cue::Cue;
use crate::redaction::text::anchor_bits::{mask_of, seldom_of};
use crate::redaction::words::meaning::{class, name};
use crate::redaction::words::table_layout::{
    CHECK, CLINICAL_EDGES, CUE_EDGES, MASK_AT, NAMES_AT, NUMBER_AT, NUMBERS, WORDS, word_slot,
};
use crate::redaction::words::word_key::{key_of, spread};

/// Numbers that punctuation marks have: their bytes.
const MARKS: u16 = 1 << 8;
/// Most ways through the words of one phrase.
const FRONTS: usize = 1 << 12;

/// The classes by the names that the vocabulary gives them.
const CLASSES: &[(&str, u64)] = &[
    ("digit", class::DIGIT),
    ("oh", class::OH),
    ("teen", class::TEEN),
    ("tens", class::TENS),
    ("hundred", class::HUNDRED),
    ("thousand", class::THOUSAND),
    ("multiple", class::MULTIPLE),
    ("ordinal", class::ORDINAL),
    ("month", class::MONTH),
    ("weekday", class::WEEKDAY),
    ("letter", class::LETTER),
    ("nato", class::NATO),
    ("filler", class::FILLER),
    ("separator", class::SEPARATOR),
    ("correction", class::CORRECTION),
    ("unit", class::UNIT),
    ("over", class::OVER),
    ("measure", class::MEASURE),
    ("frame", class::FRAME),
    ("title", class::TITLE),
    ("greeting", class::GREETING),
    ("relation", class::RELATION),
    ("speaker", class::SPEAKER),
    ("street", class::STREET),
    ("solidstreet", class::SOLID_STREET),
    ("dwelling", class::DWELLING),
    ("state", class::STATE),
    ("statehead", class::STATE_HEAD),
    ("tld", class::TLD),
    ("provider", class::PROVIDER),
    ("medical", class::MEDICAL),
    ("homonym", class::HOMONYM),
    ("generation", class::GENERATION),
    ("drug", class::DRUG),
    ("diagnosis", class::DIAGNOSIS),
    ("namecue", class::NAME_CUE),
    ("direction", class::DIRECTION),
    ("secrethead", class::SECRET_HEAD),
    ("introduction", class::INTRODUCTION | class::NAME_CUE),
    ("mention", class::MENTION | class::NAME_CUE),
    ("lead", class::LEAD | class::NAME_CUE),
    ("link", class::LINK),
    ("said_at", class::SAID_AT),
    ("said_dot", class::SAID_DOT),
    ("old", class::OLD),
    ("box", class::BOX),
    ("join", class::JOIN),
    ("be", class::BE),
    ("label", class::LABEL),
    ("home", class::HOME),
    ("holiday", class::HOLIDAY),
];

/// The number of the word in a slot.
#[allow(clippy::cast_possible_truncation)] // 12 bits
fn number_of(slot: u64) -> u16 {
    (slot >> NUMBER_AT) as u16 % NUMBERS as u16
}

pub struct Dictionary {
    slots: Vec<u64>,
    classes: Vec<u64>,
    values: Vec<u8>,
    /// The next word's number: 0 is no word, and a punctuation mark has its byte's.
    numbers: u16,
    cues: Phrases,
    clinical: Phrases,
    /// Words that stand in a cue phrase after its first word.
    later: Vec<bool>,
    /// Words in figures, as cue phrases have them ("last 4"): they have a number and no class.
    figures: Vec<bool>,
}

impl Dictionary {
    pub fn new() -> Self {
        Self {
            slots: vec![0; WORDS],
            classes: vec![0; NUMBERS],
            values: vec![0; NUMBERS],
            numbers: MARKS,
            cues: Phrases::new(CUE_EDGES),
            clinical: Phrases::new(CLINICAL_EDGES),
            later: vec![false; NUMBERS],
            figures: vec![false; NUMBERS],
        }
    }

    /// The slot of a word, taken for it if it is new.
    fn slot(&mut self, word: &str) -> &mut u64 {
        let spread = spread(key_of(word));
        let check = spread & CHECK;
        let mut at = word_slot(spread) % WORDS;
        while self.slots[at] != 0 && self.slots[at] & CHECK != check {
            at = (at + 1) % WORDS;
        }
        self.slots[at] |= check;
        &mut self.slots[at]
    }

    /// The number of a word, given to it if it is new.
    fn intern(&mut self, word: &str) -> u16 {
        let next = self.numbers;
        let slot = self.slot(word);
        let number = number_of(*slot);
        if number != 0 {
            return number;
        }
        assert!(usize::from(next) < NUMBERS, "{word:?} is one word too many");
        *slot |= u64::from(next) << NUMBER_AT;
        self.numbers += 1;
        self.figures[usize::from(next)] = word.bytes().all(|byte| byte.is_ascii_digit());
        next
    }

    /// Reads `@class word word=value …`.
    pub fn vocabulary(&mut self, text: &str) {
        let classes: HashMap<&str, u64> = CLASSES.iter().copied().collect();
        let mut bits = 0;
        for word in words(text) {
            if let Some(name) = word.strip_prefix('@').filter(|name| !name.is_empty()) {
                let named = classes.get(name);
                bits = *named
                    .unwrap_or_else(|| panic!("the vocabulary names the unknown class {name:?}"));
                continue;
            }
            let (word, value) = match word.split_once('=') {
                Some((said, value)) if !said.is_empty() => (said, Some(value)),
                _ => (word, None),
            };
            let number = usize::from(self.intern(word));
            self.classes[number] |= bits;
            if let Some(value) = value {
                self.values[number] = value
                    .parse()
                    .unwrap_or_else(|_| panic!("{word:?} cannot say {value:?}"));
            }
        }
    }

    /// Reads what announces a value: `kind: word/word/_ word, …` lines.
    pub fn cues(&mut self, text: &str) {
        for (place, words) in phrases(text) {
            for node in self.ways(&words, |dictionary, node, number| {
                if node == 0 {
                    dictionary.classes[usize::from(number)] |= class::CUE;
                } else {
                    dictionary.later[usize::from(number)] = true;
                }
                dictionary.cues.child(node, number)
            }) {
                self.cues.end(node, place);
            }
        }
    }

    /// Reads medications, diagnoses and procedures in the same form.
    pub fn clinical_terms(&mut self, text: &str) {
        for (place, words) in phrases(text) {
            for node in self.ways(&words, |dictionary, node, number| {
                dictionary.clinical.child(node, number)
            }) {
                self.clinical.end(node, place);
            }
        }
    }

    /// The nodes to which the words of a phrase lead, whichever of its alternatives are taken.
    fn ways(&mut self, phrase: &str, child: impl Fn(&mut Self, u16, u16) -> u16) -> Vec<u16> {
        let mut fronts = vec![0];
        for word in phrase.split(' ').filter(|word| !word.is_empty()) {
            let mut next = Vec::new();
            for other in word.split('/') {
                if other == "_" {
                    next.extend(&fronts);
                    continue;
                }
                let number = self.intern(other);
                for front in &fronts {
                    next.push(child(self, *front, number));
                }
            }
            assert!(
                next.len() <= FRONTS,
                "{phrase:?} can be said in too many ways"
            );
            fronts = next;
        }
        fronts
    }

    /// Reads a list of words.
    pub fn names(&mut self, text: &str, bit: u8) {
        for word in words(text) {
            *self.slot(word) |= u64::from(bit) << NAMES_AT;
        }
    }

    /// Works out what each word means to the detectors, when all files are read.
    pub fn close(&mut self) {
        for at in 0..WORDS {
            let word = self.slots[at];
            if word == 0 {
                continue;
            }
            let number = number_of(word);
            let names = (word >> NAMES_AT & 0x1f) as u8;
            let place = usize::from(number);
            self.classes[place] |= self.as_phrase(number, names);
            let bits = self.classes[place];
            let mask = mask_of(bits, names, self.later[place]);
            if self.figures[place] {
                self.classes[place] = 0;
            }
            self.slots[at] |= u64::from(mask) << MASK_AT | u64::from(seldom_of(bits)) << NAMES_AT;
        }
    }

    /// The class bits of a word that is a whole cue, or a clinical term and no name.
    fn as_phrase(&self, number: u16, names: u8) -> u64 {
        let cue = if self.cues.single(number).is_some() {
            class::WHOLE_CUE
        } else {
            0
        };
        match self.clinical.single(number) {
            _ if names & (name::FIRST | name::LAST) != 0 => cue,
            Some(Cue::Medication) => cue | class::DRUG,
            Some(_) => cue | class::DIAGNOSIS,
            None => cue,
        }
    }

    pub fn write(&self, write: &impl Fn(&str, Vec<u8>)) {
        let bytes = |numbers: &[u64]| {
            numbers
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect()
        };
        write("words", bytes(&self.slots));
        write("classes", bytes(&self.classes));
        write("values", self.values.clone());
        self.cues.write("cue", write);
        self.cues.write_seconds("cue", write);
        self.clinical.write("clinical", write);
    }
}

/// The phrases of a file, each with the place of its cue.
fn phrases(text: &str) -> impl Iterator<Item = (u8, String)> {
    lines(text)
        .filter_map(|line| line.split_once(':'))
        .flat_map(|(cue, phrases)| {
            let place = place(cue);
            phrases
                .split(',')
                .map(move |phrase| (place, phrase.to_owned()))
        })
}
