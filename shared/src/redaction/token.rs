//! One pass over the bytes of a text: words, numbers, punctuation and placeholders with their byte ranges.
//!
//! Everything after this works on token indices, so a finding maps back to the text without a diff.

use super::lexicon::{Lexicon, key_at, short_word, spread};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Letters (any non-ASCII character counts as one), with inner apostrophes.
    Word,
    /// The tail of a contraction or a possessive: `'s`, `'m`, `'ll`.
    Clitic,
    /// ASCII digits.
    Number,
    /// One punctuation byte (dashes and quotes of Unicode folded to ASCII).
    Punct,
    /// One or more line ends.
    Newline,
    /// `[SSN_1]`: something already removed.
    Placeholder,
}

/// Sixteen bytes, so that a megabyte of text costs about 3.5 MB of tokens.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) len: u16,
    /// The word's number in the lexicon; the byte of a punctuation mark.
    pub(crate) word: u16,
    pub(crate) shape: Shape,
    /// No white space before this token.
    pub(crate) glued: bool,
    /// The first letter is upper case.
    pub(crate) capital: bool,
    /// May be a given name: the first test of the dictionary.
    pub(crate) given: bool,
    /// Capitalised, perhaps a given name, or glued to a number: worth a detector's look.
    pub(crate) notable: bool,
    /// Capitals inside a long word: perhaps a credential.
    pub(crate) odd: bool,
    /// Some bits of the word's key, for finding repetitions.
    pub(crate) hash: u8,
}

impl Token {
    pub(crate) fn start(&self) -> usize {
        self.start as usize
    }

    pub(crate) fn end(&self) -> usize {
        self.start as usize + usize::from(self.len)
    }
}

const SPACE: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const LINE: u8 = 3;
const PUNCT: u8 = 4;
const HIGH: u8 = 5;

const CLASSES: [u8; 256] = {
    let mut table = [PUNCT; 256];
    let mut i = 0;
    while i < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let b = i as u8;
        table[i] = match b {
            b'\n' => LINE,
            b'\r' | b'\t' | b' ' | 0x0b | 0x0c => SPACE,
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => HIGH,
            _ => PUNCT,
        };
        i += 1;
    }
    table
};

/// What a non-ASCII character at `at` stands for, and its length in bytes.
fn high(bytes: &[u8], at: usize) -> (u8, usize) {
    match bytes[at..] {
        [0xc2, 0xa0, ..] => (b' ', 2),
        [0xc2, 0x85, ..] => (b'\n', 2),
        [0xc2, 0xb7 | 0xbf | 0xa1 | 0xab | 0xbb | 0xb0, ..] => (b';', 2),
        [0xe2, 0x80, 0x90..=0x95, ..] | [0xe2, 0x88, 0x92, ..] => (b'-', 3),
        [0xe2, 0x80, 0x98 | 0x99 | 0x9b, ..] => (b'\'', 3),
        [0xe2, 0x80, 0x9c..=0x9e, ..] => (b'"', 3),
        [0xe2, 0x80, 0xa6 | 0xa2, ..] => (b';', 3),
        [0xe2, 0x80, 0x80..=0x8f | 0xa8..=0xaf, ..] | [0xe3, 0x80, 0x80, ..] => (b' ', 3),
        _ => (0, 0),
    }
}

/// Splits `text`. Tokens are in order, do not overlap and end on character boundaries.
pub(crate) fn tokenize(text: &str, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    tokens.clear();
    tokens.reserve(bytes.len() / 4 + 8);
    let mut at = 0;
    let mut glued = false;
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        match class {
            LETTER => at = word(bytes, at, glued, lexicon, tokens),
            SPACE => {
                at += 1;
                glued = false;
                continue;
            }
            LINE => {
                tokens.push(token(at, at + 1, Shape::Newline, glued));
                at += 1;
                glued = false;
                continue;
            }
            DIGIT => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at].is_ascii_digit() && at - start < 4096 {
                    at += 1;
                }
                let mut number = token(start, at, Shape::Number, glued);
                if at - start <= 2 {
                    number.word = lexicon.number(key_at(bytes, start, at));
                }
                tokens.push(number);
            }
            PUNCT => {
                if bytes[at] == b'['
                    && let Some(end) = placeholder(bytes, at)
                {
                    tokens.push(token(at, end, Shape::Placeholder, glued));
                    at = end;
                } else {
                    let mut punct = token(at, at + 1, Shape::Punct, glued);
                    punct.word = u16::from(bytes[at]);
                    tokens.push(punct);
                    at += 1;
                }
            }
            _ => {
                if class == HIGH {
                    let (folded, length) = high(bytes, at);
                    if length > 0 {
                        if folded == b' ' || folded == b'\n' {
                            glued = false;
                            at += length;
                            continue;
                        }
                        let mut punct = token(at, at + length, Shape::Punct, glued);
                        punct.word = u16::from(folded);
                        tokens.push(punct);
                        at += length;
                        glued = true;
                        continue;
                    }
                }
                at = word(bytes, at, glued, lexicon, tokens);
            }
        }
        glued = true;
    }
}

fn token(start: usize, end: usize, shape: Shape, glued: bool) -> Token {
    Token {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        len: u16::try_from(end - start).unwrap_or(u16::MAX),
        word: 0,
        shape,
        glued,
        capital: false,
        given: false,
        notable: false,
        odd: false,
        hash: 0,
    }
}

/// The end of an apostrophe (ASCII or typographic) at `at`.
#[inline]
fn apostrophe(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..)? {
        [b'\'', ..] => Some(at + 1),
        [0xe2, 0x80, 0x99, ..] => Some(at + 3),
        _ => None,
    }
}

#[inline]
fn word(
    bytes: &[u8],
    start: usize,
    glued: bool,
    lexicon: &Lexicon,
    tokens: &mut Vec<Token>,
) -> usize {
    if let Some((length, key, capital)) = short_word(bytes, start) {
        let end = start + length;
        let next = bytes[end];
        if next != b'\'' {
            let spread = spread(key);
            let (word, given) = lexicon.look_up(key, spread);
            tokens.push(Token {
                start: u32::try_from(start).unwrap_or(u32::MAX),
                len: u16::try_from(length).unwrap_or(0),
                word,
                shape: Shape::Word,
                glued,
                capital,
                given,
                notable: capital || given || next.is_ascii_digit(),
                odd: false,
                hash: hash_of(spread),
            });
            return end;
        }
    }
    long_word(bytes, start, glued, lexicon, tokens)
}

fn long_word(
    bytes: &[u8],
    start: usize,
    glued: bool,
    lexicon: &Lexicon,
    tokens: &mut Vec<Token>,
) -> usize {
    let mut at = letters(bytes, start);
    let mut clitic = None;
    while let Some(inner) = apostrophe(bytes, at) {
        let end = letters(bytes, inner);
        if end == inner || end - start > 4096 {
            break;
        }
        if is_clitic(&bytes[inner..end]) {
            clitic = Some((at, end));
            break;
        }
        at = end;
    }
    let mut first = token(start, at, Shape::Word, glued);
    let key = key_at(bytes, start, at);
    let spread = spread(key);
    (first.word, first.given) = lexicon.look_up(key, spread);
    first.hash = hash_of(spread);
    first.capital =
        bytes[start].is_ascii_uppercase() || bytes[start] >= 0xc3 && capital_high(bytes, start);
    let digit_next = bytes.get(at).is_some_and(u8::is_ascii_digit);
    first.odd = at - start >= 8 && capitals_inside(bytes, start, at);
    first.notable = first.capital || first.given || digit_next;
    tokens.push(first);
    if let Some((from, end)) = clitic {
        tokens.push(token(from, end, Shape::Clitic, true));
        return end;
    }
    at
}

/// The bits of a spread key that a token remembers.
#[inline]
pub(crate) fn hash_of(spread: u64) -> u8 {
    (spread >> 24 & 0xff) as u8
}

/// Whether one of the bytes 1 to 7 of a word of eight or more is upper case.
#[inline]
fn capitals_inside(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes[start + 1..end.min(start + 8)]
        .iter()
        .fold(0_u8, |found, b| found | (!b & 0x20))
        != 0
}

fn capital_high(bytes: &[u8], start: usize) -> bool {
    std::str::from_utf8(&bytes[start..(start + 4).min(bytes.len())])
        .or_else(|e| std::str::from_utf8(&bytes[start..start + e.valid_up_to()]))
        .ok()
        .and_then(|s| s.chars().next())
        .is_some_and(char::is_uppercase)
}

#[inline]
fn letters(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let stop = bytes.len().min(start + 4000);
    while at < stop && CLASSES[usize::from(bytes[at])] == LETTER {
        at += 1;
    }
    if at < bytes.len() && bytes[at] >= 0x80 {
        letters_slow(bytes, start, at)
    } else {
        at
    }
}

#[cold]
fn letters_slow(bytes: &[u8], start: usize, from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match CLASSES[usize::from(bytes[at])] {
            LETTER => at += 1,
            HIGH if high(bytes, at).1 == 0 => {
                at += 1;
                while at < bytes.len() && (0x80..0xc0).contains(&bytes[at]) {
                    at += 1;
                }
            }
            _ => break,
        }
        if at - start > 4000 {
            break;
        }
    }
    at
}

fn is_clitic(tail: &[u8]) -> bool {
    matches!(
        tail,
        b"s" | b"S"
            | b"m"
            | b"M"
            | b"d"
            | b"D"
            | b"t"
            | b"T"
            | b"re"
            | b"RE"
            | b"ll"
            | b"LL"
            | b"ve"
            | b"VE"
            | b"Re"
            | b"Ll"
            | b"Ve"
    )
}

/// Whether `value` is nothing but what an earlier redaction left: placeholders and masks, with signs between.
pub(crate) fn already_removed(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut at = 0;
    let mut removed = value.contains("***");
    while at < bytes.len() {
        if bytes[at] == b'['
            && let Some(end) = placeholder(bytes, at)
        {
            removed = true;
            at = end;
        } else if bytes[at].is_ascii_alphanumeric() || bytes[at] >= 0x80 {
            return false;
        } else {
            at += 1;
        }
    }
    removed
}

/// The end of a placeholder `[KIND_12]`, `[KIND]` or `[REDACTED]` that starts at `at`.
fn placeholder(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < bytes.len()
        && end - at < 40
        && (bytes[end].is_ascii_uppercase() || bytes[end] == b'_' || bytes[end].is_ascii_digit())
    {
        end += 1;
    }
    let inner = &bytes[at + 1..end];
    let label = inner.strip_suffix(b"]").unwrap_or(inner);
    (bytes.get(end) == Some(&b']')
        && label.len() >= 2
        && label[0].is_ascii_uppercase()
        && known_label(label))
    .then_some(end + 1)
}

/// Only our own labels are immune: a caller cannot hide a value by writing brackets around it.
fn known_label(label: &[u8]) -> bool {
    let text = std::str::from_utf8(label).unwrap_or("");
    let kind = match text.rsplit_once('_') {
        Some((head, number))
            if !number.is_empty()
                && number.len() <= 6
                && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            head
        }
        _ => text,
    };
    kind == "REDACTED" || super::kind::Kind::from_label(kind).is_some()
}
