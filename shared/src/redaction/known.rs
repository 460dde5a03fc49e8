//! Names and numbers the caller already knows (the booking, the caller id): every mention goes.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::words::word_key::key_of;

/// The deny list of one call. It holds patient data: keep it as short as the call, and never log it.
#[derive(Clone, Default)]
pub struct Known {
    /// Lower-cased phrases.
    phrases: Vec<String>,
    /// Keys of single words of names.
    pub(crate) words: Vec<u64>,
    /// Digits of numbers.
    pub(crate) numbers: Vec<String>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("phrases", &self.phrases.len())
            .field("numbers", &self.numbers.len())
            .finish_non_exhaustive()
    }
}

/// Fewest digits by which a number is recognised.
const FEWEST_DIGITS: usize = 4;

impl Known {
    /// Nothing known.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a person's name; each of its parts of two letters or more is looked for.
    pub fn name(&mut self, name: &str) -> &mut Self {
        let lower = name.trim().to_lowercase();
        self.words.extend(
            lower
                .split(|c: char| !c.is_alphanumeric() && c != '\'')
                .filter(|part| part.len() > 1)
                .map(key_of),
        );
        if lower.contains(' ') {
            self.phrases.push(lower);
        }
        self
    }

    /// Adds a number (telephone, member id, record): it is found in any grouping, and spoken.
    pub fn number(&mut self, number: &str) -> &mut Self {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= FEWEST_DIGITS {
            // Without the country code too.
            if digits.len() == 11 && digits.starts_with('1') {
                self.numbers.push(digits[1..].to_owned());
            }
            self.numbers.push(digits);
        }
        self
    }

    /// Adds any other text (an e-mail address, a street): it is found letter by letter, in any case.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let lower = text.trim().to_lowercase();
        if lower.len() >= 3 {
            self.phrases.push(lower);
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty() && self.words.is_empty() && self.numbers.is_empty()
    }
}

/// Adds phrases and written numbers, whatever stands around them.
pub(crate) fn literals(text: &str, known: &Known, found: &mut Vec<Finding>) {
    if known.is_empty() {
        return;
    }
    let lower = text.to_ascii_lowercase();
    for phrase in &known.phrases {
        found.extend(
            lower
                .match_indices(phrase.as_str())
                .map(|(at, m)| Finding::new(at, at + m.len(), Kind::Known, "known")),
        );
    }
    for number in &known.numbers {
        written(text, number, found);
    }
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        if word.len() > 1
            && known.words.contains(&key_of(word))
            && (word.len() > 3 || word.starts_with(char::is_uppercase))
        {
            found.push(Finding::new(at, at + word.len(), Kind::Known, "known"));
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
}

/// The digits of `number` in a row, with up to two separators between neighbours.
fn written(text: &str, number: &str, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let wanted = number.as_bytes();
    let mut start = 0;
    while let Some(offset) = bytes[start..].iter().position(|b| *b == wanted[0]) {
        let first = start + offset;
        start = first + 1;
        let mut at = first;
        let mut matched = 0;
        let mut gap = 0;
        while at < bytes.len() && matched < wanted.len() {
            if bytes[at] == wanted[matched] {
                matched += 1;
                gap = 0;
            } else if matched > 0
                && gap < 2
                && matches!(bytes[at], b' ' | b'-' | b'.' | b'(' | b')')
            {
                gap += 1;
            } else {
                break;
            }
            at += 1;
        }
        let free = (first == 0 || !bytes[first - 1].is_ascii_digit())
            && bytes.get(at).is_none_or(|b| !b.is_ascii_digit());
        if matched == wanted.len() && free {
            found.push(Finding::new(first, at, Kind::Known, "known"));
            start = at;
        }
    }
}
