//! The dictionaries and cue phrases as tables, built by the compiler from the files in `data/`. Building them when an
//! engine starts took two milliseconds; so it takes none, and only the pages that a text touches are ever loaded.

use crate::redaction::number::cue::Cue;
use crate::redaction::text::anchor::{after_of, mask_of};
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::phrase_trie::{FRONTS, PhraseTrie};
use crate::redaction::words::word_key::{key_in_const, spread};

/// Slots of the table of words: three times as many as there are words, so that most probes end at once.
const SLOTS: usize = 1 << 16;
/// The bits of a slot that tell words apart. With the slot's place they are forty bits of a word's key.
pub(crate) const CHECK: u64 = 0xff_ffff;
/// Most words that mean something to a detector.
pub(crate) const NUMBERS: usize = 1 << 12;
/// The tables.
pub(crate) struct Table {
    /// From the top: anchors (16 bits), the word's number (12), names bits (4), what it means for
    /// the token before it (8), and 24 bits of its spread key; 0 is free.
    pub(crate) slots: [u64; SLOTS],
    /// Class bits by word number.
    pub(crate) classes: [u64; NUMBERS],
    /// Spoken values by word number.
    pub(crate) values: [u8; NUMBERS],
    /// Words with a number, and one: number 0 is no word.
    numbers: usize,
    /// What announces a value.
    pub(crate) cues: PhraseTrie<{ 1 << 15 }, { 3 << 12 }>,
    /// Medications, diagnoses and procedures.
    pub(crate) clinical: PhraseTrie<{ 1 << 12 }, { 1 << 12 }>,
    /// Words that stand in a cue phrase after its first word.
    later: [bool; NUMBERS],
}

pub(crate) static TABLE: Table = Table::build();

impl Table {
    const fn build() -> Self {
        let mut table = Self {
            slots: [0; SLOTS],
            classes: [0; NUMBERS],
            values: [0; NUMBERS],
            numbers: 1,
            cues: PhraseTrie::new(),
            clinical: PhraseTrie::new(),
            later: [false; NUMBERS],
        };
        table.vocabulary(include_str!("data/vocabulary.txt").as_bytes());
        table.phrases(include_str!("data/cues.txt").as_bytes(), false);
        table.phrases(include_str!("data/clinical.txt").as_bytes(), true);
        table.names(include_str!("data/first_names.txt").as_bytes(), name::FIRST);
        table.names(include_str!("data/last_names.txt").as_bytes(), name::LAST);
        table.names(
            include_str!("data/common_words.txt").as_bytes(),
            name::COMMON,
        );
        table.names(include_str!("data/word_names.txt").as_bytes(), name::WORD);
        table.cues.close();
        let mut slot = 0;
        while slot < SLOTS {
            let word = table.slots[slot];
            let names = (word >> 32 & 0xf) as u8;
            if word != 0 {
                let number = (word >> 36) as usize;
                table.classes[number] |= table.as_phrase(number, names);
                let bits = table.classes[number];
                let after = after_of(bits, names, table.later[number]);
                table.slots[slot] |= (mask_of(bits, names) as u64) << 48 | (after as u64) << 24;
            }
            slot += 1;
        }
        table
    }

    /// The class bits of a word that is a whole cue, or a clinical term and no name.
    const fn as_phrase(&self, number: usize, names: u8) -> u64 {
        let cue = if self.cues.single(number).is_some() {
            class::WHOLE_CUE
        } else {
            0
        };
        match self.clinical.single(number) {
            Some(Cue::Medication) if names & (name::FIRST | name::LAST) == 0 => cue | class::DRUG,
            Some(_) if names & (name::FIRST | name::LAST) == 0 => cue | class::DIAGNOSIS,
            _ => cue,
        }
    }

    /// The slot of a word, taken for it if it is new.
    const fn slot(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        let spread = spread(key_in_const(text, start, end));
        let check = spread & CHECK;
        let mut at = (spread >> 48) as usize % SLOTS;
        while self.slots[at] != 0 && self.slots[at] & CHECK != check {
            at = (at + 1) % SLOTS;
        }
        self.slots[at] |= check;
        at
    }

    /// The number of a word, given to it if it is new.
    const fn intern(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        let slot = self.slot(text, start, end);
        let mut number = (self.slots[slot] >> 36) as usize;
        if number == 0 {
            number = self.numbers;
            self.numbers += 1;
            self.slots[slot] |= (number as u64) << 36;
        }
        number
    }

    /// Reads `@class word word=value …`.
    const fn vocabulary(&mut self, text: &[u8]) {
        let mut bits = 0;
        let mut at = 0;
        while at < text.len() {
            at = past_comment(text, at);
            let end = word_end(text, at);
            if end == at {
                at += 1;
                continue;
            }
            if text[at] == b'@' && end > at + 1 {
                bits = named(text, at + 1, end);
            } else {
                let stop = until(text, at + 1, end, b'=');
                let number = self.intern(text, at, stop);
                self.classes[number] |= bits;
                if stop < end {
                    self.values[number] = decimal(text, stop + 1, end);
                }
            }
            at = end;
        }
    }

    /// Reads a list of words.
    const fn names(&mut self, text: &[u8], bit: u8) {
        let mut at = 0;
        while at < text.len() {
            at = past_comment(text, at);
            let end = word_end(text, at);
            if end == at {
                at += 1;
                continue;
            }
            let slot = self.slot(text, at, end);
            self.slots[slot] |= (bit as u64) << 32;
            at = end;
        }
    }

    /// Reads `kind: word/word/_ word, …` lines.
    const fn phrases(&mut self, text: &[u8], clinical: bool) {
        let mut at = 0;
        while at < text.len() {
            at = past_comment(text, at);
            let end = line_end(text, at);
            let colon = until(text, at, end, b':');
            if colon < end {
                let cue = Cue::named(text, at, colon);
                let mut from = colon + 1;
                while from < end {
                    let stop = until(text, from, end, b',');
                    self.phrase(cue, text, from, stop, clinical);
                    from = stop + 1;
                }
            }
            at = end + 1;
        }
    }

    const fn phrase(&mut self, cue: Cue, text: &[u8], from: usize, end: usize, clinical: bool) {
        let mut fronts = [0_u16; FRONTS];
        let mut count = 1;
        let mut at = from;
        while at < end {
            let stop = until(text, at, word_end(text, at), b',');
            if stop == at {
                at += 1;
                continue;
            }
            let mut next = [0_u16; FRONTS];
            let mut found = 0;
            while at < stop {
                let word = until(text, at, stop, b'/');
                let skip = word == at + 1 && text[at] == b'_';
                let number = if skip { 0 } else { self.intern(text, at, word) };
                let mut front = 0;
                while front < count {
                    next[found] = if skip {
                        fronts[front]
                    } else if clinical {
                        self.clinical.child(fronts[front], number)
                    } else {
                        self.announce(fronts[front], number)
                    };
                    found += 1;
                    front += 1;
                }
                at = word + 1;
            }
            (fronts, count) = (next, found);
            at = stop;
        }
        let mut front = 0;
        while front < count {
            if clinical {
                self.clinical.end(fronts[front], cue);
            } else {
                self.cues.end(fronts[front], cue);
            }
            front += 1;
        }
    }

    /// The node of a cue phrase that goes on with the word `number`.
    const fn announce(&mut self, node: u16, number: usize) -> u16 {
        if node == 0 {
            self.classes[number] |= class::CUE;
        } else {
            self.later[number] = true;
        }
        self.cues.child(node, number)
    }
}

const fn line_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at
}

/// Past a line that begins with `# `.
pub(crate) const fn past_comment(text: &[u8], mut at: usize) -> usize {
    while (at == 0 || text[at - 1] == b'\n')
        && at + 1 < text.len()
        && text[at] == b'#'
        && text[at + 1] == b' '
    {
        at = line_end(text, at) + 1;
    }
    at
}

pub(crate) const fn word_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] != b' ' && text[at] != b'\n' {
        at += 1;
    }
    at
}

const fn decimal(text: &[u8], mut at: usize, end: usize) -> u8 {
    let mut value = 0;
    while at < end {
        value = value * 10 + (text[at] - b'0');
        at += 1;
    }
    value
}

/// The first `byte` in `text[at..end]`, or `end`.
const fn until(text: &[u8], mut at: usize, end: usize, byte: u8) -> usize {
    while at < end && text[at] != byte {
        at += 1;
    }
    at
}

/// Whether `text[start..end]` is `word`.
pub(crate) const fn equal(text: &[u8], start: usize, end: usize, word: &str) -> bool {
    let word = word.as_bytes();
    let mut i = 0;
    while i < word.len() && start + i < end && text[start + i] == word[i] {
        i += 1;
    }
    i == word.len() && start + i == end
}

/// The bits of a class by its name in the file. An unknown name does not compile.
const fn named(text: &[u8], start: usize, end: usize) -> u64 {
    let mut i = 0;
    while i < class::NAMED.len() {
        let (name, bits) = class::NAMED[i];
        if equal(text, start, end, name) {
            return bits;
        }
        i += 1;
    }
    panic!("the vocabulary names an unknown class")
}
