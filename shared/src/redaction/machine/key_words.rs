//! The words of a field's name: `dateOfBirth`, `date_of_birth` and `Date-Of-Birth` have the same three.

use crate::redaction::words::lexicon::hash_of;
use crate::redaction::words::word_key::{key_in_const, key_of, spread};
use crate::redaction::words::word_set::{WordSet, words};

/// A list of words in one string, which refuses most others by eight bits of their key.
pub(crate) struct List {
    hashes: [u64; 4],
    words: &'static str,
}

impl List {
    pub(crate) const fn new(words: &'static str) -> Self {
        let bytes = words.as_bytes();
        let mut hashes = [0; 4];
        let (mut start, mut end) = (0, 0);
        while end <= bytes.len() {
            if end == bytes.len() || bytes[end] == b' ' {
                let hash = hash_of(spread(key_in_const(bytes, start, end)));
                hashes[(hash >> 6) as usize] |= 1 << (hash & 63);
                start = end + 1;
            }
            end += 1;
        }
        Self { hashes, words }
    }

    fn has(&self, hash: u8, word: &str) -> bool {
        self.hashes[usize::from(hash >> 6)] >> (hash & 63) & 1 != 0
            && self.words.split(' ').any(|other| other == word)
    }
}

/// A [`List`] made by the compiler.
macro_rules! list {
    ($words:literal $(,)?) => {{
        const LIST: &$crate::redaction::machine::key_words::List =
            &$crate::redaction::machine::key_words::List::new($words);
        LIST
    }};
}
pub(crate) use list;

pub(crate) const MOST_WORDS: usize = 12;

/// What field names shorten, and what it stands for.
const SHORT: &[(&str, &str)] = &[
    ("acct", "account"),
    ("addr", "address"),
    ("bday", "birthday"),
    ("brth", "birth"),
    ("cust", "customer"),
    ("dt", "date"),
    ("fname", "first name"),
    ("forename", "first name"),
    ("lic", "license"),
    ("lname", "last name"),
    ("mbr", "member"),
    ("mname", "middle name"),
    ("mob", "mobile"),
    ("nbr", "number"),
    ("nm", "name"),
    ("num", "number"),
    ("pat", "patient"),
    ("ph", "phone"),
    ("phn", "phone"),
    ("pol", "policy"),
    ("pt", "patient"),
    ("ptnt", "patient"),
    ("subscr", "subscriber"),
    ("surname", "last name"),
    ("telephone", "phone"),
    ("telephones", "phones"),
];

/// The words that field names are glued of (`dateofbirth`, `phonenumber1`).
#[rustfmt::skip]
const GLUED: &WordSet = words![
    "acct", "addr", "fname", "lname", "num", "nbr", "mbr", "account", "address", "api", "bank", "billing",
    "birth", "birthday", "caller", "card", "cell", "city", "client", "code", "contact", "credit", "customer",
    "date", "day", "dea", "device", "dob", "driver", "drivers", "email", "emergency", "expiry", "family",
    "fax", "first", "full", "given", "group", "guarantor", "guardian", "health", "holder", "home", "id",
    "insurance", "insured", "key", "last", "licence", "license", "line", "mail", "maiden", "medical",
    "medicare", "member", "middle", "mobile", "mrn", "name", "national", "no", "npi", "number", "of", "owner",
    "parent", "passport", "patient", "person", "phone", "place", "plan", "plate", "policy", "post", "postal",
    "preferred", "provider", "recipient", "record", "refresh", "routing", "rx", "secret", "security",
    "serial", "social", "sort", "ssn", "state", "street", "subscriber", "tax", "token", "work", "zip",
];

/// The lower-cased words of a field name.
pub(crate) struct Words {
    text: String,
    ends: [u16; MOST_WORDS],
    /// Some bits of each word's key, and of that of them all.
    hashes: [u8; MOST_WORDS],
    whole: u8,
    count: usize,
}

impl Words {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn of(name: &str) -> Self {
        let mut words = Self {
            text: String::with_capacity(name.len()),
            ends: [0; MOST_WORDS],
            hashes: [0; MOST_WORDS],
            whole: 0,
            count: 0,
        };
        let mut before = ' ';
        let mut chars = name.chars().take(120).peekable();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() {
                let next_lower = chars.peek().is_some_and(|n| n.is_lowercase());
                if c.is_uppercase()
                    && (before.is_lowercase()
                        || before.is_ascii_digit()
                        || before.is_uppercase() && next_lower)
                {
                    words.close();
                }
                words.text.extend(c.to_lowercase());
            } else {
                words.close();
                // "Member #"
                if c == '#' && words.count > 0 {
                    words.text.push_str("number");
                    words.close();
                }
            }
            before = c;
        }
        words.close();
        let mut hashes = [0; MOST_WORDS];
        for (hash, word) in hashes.iter_mut().zip(words.iter()) {
            *hash = hash_of(spread(key_of(word)));
        }
        words.hashes = hashes;
        words.whole = hash_of(spread(key_of(&words.text)));
        words
    }

    fn close(&mut self) {
        let start = self.count.checked_sub(1).map_or(0, |i| self.ends[i]);
        let end = u16::try_from(self.text.len()).unwrap_or(start);
        if end > start && self.count < MOST_WORDS {
            self.ends[self.count] = end;
            self.count += 1;
            self.normalise(usize::from(start));
        }
    }

    /// Writes the last word, which begins at `start`, out in full: `acct`, `lname`, `dateofbirth`, `phone2`.
    fn normalise(&mut self, start: usize) {
        let word = &self.text[start..];
        if word.len() <= 10 && long(word) != word {
            let long = long(word).to_owned();
            self.replace(start, &long);
            return;
        }
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if bare.len() < word.len() && bare.len() > 2 && bare != "last" && glued(bare) {
            let bare = long(bare).to_owned();
            self.replace(start, &bare);
        } else if (6..=40).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_lowercase())
            && !glued(bare)
            && !matches!(bare, "username" | "cardholder")
        {
            let mut parts = Vec::new();
            if parts_of(bare, &mut parts) {
                let parts: Vec<&str> = parts.into_iter().map(long).collect();
                self.replace(start, &parts.join(" "));
            }
        }
    }

    fn replace(&mut self, start: usize, parts: &str) {
        self.text.truncate(start);
        self.count -= 1;
        for part in parts.split(' ') {
            if self.count < MOST_WORDS && !part.is_empty() {
                self.text.push_str(part);
                self.ends[self.count] = u16::try_from(self.text.len()).unwrap_or(u16::MAX);
                self.count += 1;
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn first(&self) -> &str {
        self.iter().next().unwrap_or("")
    }

    fn word(&self, i: usize) -> &str {
        let start = i
            .checked_sub(1)
            .map_or(0, |before| usize::from(self.ends[before]));
        &self.text[start..usize::from(self.ends[i])]
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count).map(|i| self.word(i))
    }

    pub(crate) fn any(&self, list: &List) -> bool {
        (0..self.count).any(|i| list.has(self.hashes[i], self.word(i)))
    }

    /// Whether the last word is in the list.
    pub(crate) fn last_of(&self, list: &List) -> bool {
        self.count > 0 && list.has(self.hashes[self.count - 1], self.last())
    }

    pub(crate) fn last(&self) -> &str {
        self.iter().last().unwrap_or("")
    }

    /// Whether a word ends with `tail`: `PGPASSWORD`.
    pub(crate) fn ends_with(&self, tail: &str) -> bool {
        self.iter().any(|word| word.ends_with(tail))
    }

    /// Whether all the words, written together, are in the list.
    pub(crate) fn whole(&self, list: &List) -> bool {
        list.has(self.whole, &self.text)
    }

    /// Whether the words appear one after another.
    pub(crate) fn phrase(&self, phrase: &[&str]) -> bool {
        self.count >= phrase.len()
            && (0..=self.count - phrase.len()).any(|i| {
                phrase
                    .iter()
                    .enumerate()
                    .all(|(k, word)| self.word(i + k) == *word)
            })
    }
}

fn glued(word: &str) -> bool {
    GLUED.holds_text(word)
}

/// What a shortened word stands for; any other is itself.
fn long(word: &str) -> &str {
    SHORT
        .iter()
        .find(|(short, _)| *short == word)
        .map_or(word, |(_, long)| *long)
}

/// Splits a word into words of field names, the longest first.
fn parts_of<'a>(word: &'a str, parts: &mut Vec<&'a str>) -> bool {
    if word.is_empty() {
        return parts.len() > 1;
    }
    if parts.len() >= 5 {
        return false;
    }
    for length in (2..=word.len().min(10)).rev() {
        if glued(&word[..length]) {
            parts.push(&word[..length]);
            if parts_of(&word[length..], parts) {
                return true;
            }
            parts.pop();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_name_is_read_in_words_however_it_is_written() {
        for (name, words) in [
            ("dateOfBirth", "date of birth"),
            ("dateofbirth", "date of birth"),
            ("DATE-OF-BIRTH", "date of birth"),
            ("pt_lname", "patient last name"),
            ("phonenumber2", "phone number"),
            ("acctNum", "account number"),
            ("memberID", "member id"),
            ("Member #", "member number"),
            ("sha256", "sha256"),
        ] {
            let split = Words::of(name);
            assert_eq!(split.iter().collect::<Vec<_>>().join(" "), words, "{name}");
        }
    }
}
