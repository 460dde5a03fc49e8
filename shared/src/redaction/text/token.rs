//! One pass over the bytes of a text: words, numbers, punctuation and placeholders with their byte ranges.
//!
//! Everything after this works on token indices, so a finding maps back to the text without a diff.

use crate::redaction::text::anchor_bits::{mask, mask_of_mark, seldom};
use crate::redaction::text::placeholder::placeholder;
use crate::redaction::words::fold::folded_key;
use crate::redaction::words::lexicon::{Word, look_up, word as known_word};
use crate::redaction::words::word_key::{Glimpse, glimpse, key_at, spread};

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) len: u16,
    pub(crate) shape: Shape,
    looks: u8,
    pub(crate) word: Word,
}

/// Bits of a token's looks.
const GLUED: u8 = 1;
const CAPITAL: u8 = 1 << 1;

impl Token {
    /// A token of no text with this mask.
    #[cfg(test)]
    pub(crate) fn of_mask(mask: u16) -> Self {
        let mut none = token(0, 0, Shape::Word, false);
        none.add_mask(mask);
        none
    }

    pub(crate) fn start(&self) -> usize {
        self.start as usize
    }

    pub(crate) fn end(&self) -> usize {
        self.start as usize + usize::from(self.len)
    }

    /// No white space before this token.
    #[inline]
    pub(crate) fn glued(&self) -> bool {
        self.looks & GLUED != 0
    }

    /// The first letter is upper case.
    #[inline]
    pub(crate) fn capital(&self) -> bool {
        self.looks & CAPITAL != 0
    }

    /// Which detectors begin here, and what it means for the token before it: bits of [`mask`].
    #[inline]
    pub(crate) fn mask(&self) -> u16 {
        self.word.mask()
    }

    pub(crate) fn add_mask(&mut self, mask: u16) {
        self.word = self.word.with_mask(mask);
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

/// The marks that are tokens of their own wherever they stand.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let byte = i as u8;
        table[i] = CLASSES[i] == PUNCT && byte != b'[' && byte != b'\'';
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
#[inline(never)]
pub(crate) fn tokenize(text: &str, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    tokens.clear();
    tokens.reserve(bytes.len() / 4 + 8);
    let mut at = 0;
    let mut glued = false;
    while let Some(&byte) = bytes.get(at) {
        // Nearly all of a transcript is words of fifteen letters at most, with one space after them.
        if (byte | 0x20).wrapping_sub(b'a') < 26 {
            at = match glimpse(&bytes[at..]) {
                Some(seen) if seen.next == b' ' => {
                    tokens.push(glimpsed(at, &seen, glued));
                    glued = false;
                    at + seen.length + 1
                }
                Some(seen) if seen.next < 0x80 && seen.next != b'\'' => {
                    tokens.push(glimpsed(at, &seen, glued));
                    let next = at + seen.length;
                    glued = true;
                    if PLAIN[usize::from(seen.next)] {
                        tokens.push(mark(next, next + 1, seen.next, true));
                        glued = bytes.get(next + 1) != Some(&b' ');
                        next + 1 + usize::from(!glued)
                    } else {
                        next
                    }
                }
                Some(seen) if let Some(end) = contracted(bytes, at, &seen) => {
                    tokens.push(glimpsed(at, &seen, glued));
                    tokens.push(clitic(at + seen.length, end));
                    glued = true;
                    end
                }
                _ => {
                    let end = long_word(bytes, at, glued, tokens);
                    glued = true;
                    end
                }
            };
        } else if CLASSES[usize::from(byte)] == SPACE {
            at += 1;
            glued = false;
        } else {
            (at, glued) = other(bytes, at, glued, tokens);
        }
    }
}

/// Anything but an ASCII word or a space: the end of it, and whether the next token is glued to it.
fn other(bytes: &[u8], at: usize, glued: bool, tokens: &mut Vec<Token>) -> (usize, bool) {
    let byte = bytes[at];
    let class = CLASSES[usize::from(byte)];
    if class == PUNCT {
        if byte == b'['
            && let Some(end) = placeholder(bytes, at)
        {
            let mut removed = token(at, end, Shape::Placeholder, glued);
            removed.add_mask(mask::RUN | mask::AFTER_LETTER | mask::SELDOM);
            tokens.push(removed);
            // "[PERSON_1]'s"
            let tail = apostrophe(bytes, end).map(|inner| letters(bytes, inner));
            if let Some(tail) = tail
                && is_clitic(&bytes[end + 1..tail])
            {
                tokens.push(clitic(end, tail));
                return (tail, true);
            }
            return (end, true);
        }
        tokens.push(mark(at, at + 1, byte, glued));
        return (at + 1, true);
    }
    if class == LINE {
        let mut line = token(at, at + 1, Shape::Newline, glued);
        line.add_mask(mask::TURN | mask::AFTER_LETTER);
        tokens.push(line);
        return (at + 1, false);
    }
    if class == DIGIT {
        let mut end = at + 1;
        while end < bytes.len() && bytes[end].is_ascii_digit() && end - at < 4096 {
            end += 1;
        }
        number(bytes, at, end, glued, tokens);
        return (end, true);
    }
    let (folded, length) = high(bytes, at);
    if length == 0 {
        return (long_word(bytes, at, glued, tokens), true);
    }
    if folded == b' ' || folded == b'\n' {
        return (at + length, false);
    }
    tokens.push(mark(at, at + length, folded, glued));
    (at + length, true)
}

fn number(bytes: &[u8], start: usize, end: usize, glued: bool, tokens: &mut Vec<Token>) {
    let mut number = token(start, end, Shape::Number, glued);
    if end - start <= 2 {
        let known = known_word(key_at(bytes, start, end));
        number.word = number.word.numbered(known);
    }
    number.add_mask(mask::DATE | mask::RUN | mask::AFTER_LETTER | mask::AFTER_CUE);
    // From 90 on: an age that counts as identifying.
    if matches!(bytes[start..end], [b'9', _] | [b'1', _, _]) {
        number.add_mask(mask::SELDOM);
        number.word = number.word.with_seldom(seldom::AGE);
    }
    if glued
        && let Some(word) = tokens.last_mut()
        && word.shape == Shape::Word
    {
        word.add_mask(mask::CODE);
    }
    tokens.push(number);
}

fn mark(start: usize, end: usize, byte: u8, glued: bool) -> Token {
    let mut mark = token(start, end, Shape::Punct, glued);
    mark.word = Word::of_mark(byte).with_mask(mask_of_mark(byte, glued));
    mark
}

fn token(start: usize, end: usize, shape: Shape, glued: bool) -> Token {
    Token {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        len: u16::try_from(end - start).unwrap_or(u16::MAX),
        shape,
        looks: u8::from(glued) * GLUED,
        word: Word::default(),
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

/// A text is shorter than four gigabytes ([`crate::redaction::Policy`]), what was glimpsed shorter than sixteen bytes.
#[inline]
#[allow(clippy::cast_possible_truncation)]
fn glimpsed(start: usize, seen: &Glimpse, glued: bool) -> Token {
    let capital = seen.capital();
    let name = u16::from(capital) * u16::from(seen.length > 1) * mask::AFTER_LEAD;
    let word = look_up(spread(seen.key)).with_mask(name);
    Token {
        start: start as u32,
        len: seen.length as u16,
        shape: Shape::Word,
        looks: (u8::from(glued) * GLUED) | (u8::from(capital) * CAPITAL),
        // Hardly any has, so that the branch costs less than what it spares.
        word: if seen.capitals() {
            with_capitals(word, seen.code(), seen.mixed)
        } else {
            word
        },
    }
}

/// A word with capitals after its first letter.
#[inline(never)]
fn with_capitals(word: Word, code: bool, mixed: bool) -> Word {
    let name = false;
    in_print(word, Print { name, code, mixed })
}

fn long_word(bytes: &[u8], start: usize, glued: bool, tokens: &mut Vec<Token>) -> usize {
    let mut at = letters(bytes, start);
    let mut tail = None;
    while let Some(inner) = apostrophe(bytes, at) {
        let end = letters(bytes, inner);
        if end == inner || end - start > 4096 {
            break;
        }
        if is_clitic(&bytes[inner..end]) {
            tail = Some((at, end));
            break;
        }
        at = end;
    }
    let key = key_at(bytes, start, at);
    let spread = spread(key);
    let mut known = look_up(spread);
    if known.number() == 0 && known.names() == 0 && !bytes[start..at].is_ascii()
        || bytes[start..at].contains(&b'\'') && known.number() == 0
    {
        let folded = std::str::from_utf8(&bytes[start..at])
            .ok()
            .and_then(folded_key);
        known = folded.map_or(known, |key| known_word(key).spelled(spread));
    }
    let capital =
        bytes[start].is_ascii_uppercase() || bytes[start] >= 0xc3 && capital_high(bytes, start);
    let print = Print {
        name: capital && at - start > 1,
        code: matches!(at - start, 2..=4) && bytes[start..at].iter().all(u8::is_ascii_uppercase),
        mixed: at - start >= 8 && capitals_inside(bytes, start, at),
    };
    let mut first = token(start, at, Shape::Word, glued);
    first.looks |= u8::from(capital) * CAPITAL;
    first.word = in_print(known, print);
    tokens.push(first);
    if let Some((from, end)) = tail {
        tokens.push(clitic(from, end));
        return end;
    }
    at
}

/// The end of `'s`, `'m` or `'ll` after the word that was seen at `start`.
#[inline]
fn contracted(bytes: &[u8], start: usize, seen: &Glimpse) -> Option<usize> {
    let from = start + seen.length + 1;
    let tail = (seen.next == b'\'').then(|| glimpse(bytes.get(from..)?))??;
    let end = from + tail.length;
    ((1..=2).contains(&tail.length) && tail.next < 0x80 && is_clitic(&bytes[from..end]))
        .then_some(end)
}

fn clitic(start: usize, end: usize) -> Token {
    let mut clitic = token(start, end, Shape::Clitic, true);
    clitic.add_mask(mask::AFTER_LEAD | mask::AFTER_CUE);
    clitic
}

/// What its capitals make of a word.
#[derive(Clone, Copy)]
struct Print {
    /// The first of several letters is one: it may be a name.
    name: bool,
    /// Two to four letters, all of them: they may belong to a code.
    code: bool,
    /// Some inside a long word: a credential.
    mixed: bool,
}

#[inline]
fn in_print(known: Word, print: Print) -> Word {
    let mask = (u16::from(print.code) * (mask::RUN | mask::AFTER_LETTER))
        | (u16::from(print.name) * mask::AFTER_LEAD)
        | (u16::from(print.mixed) * mask::SELDOM);
    let word = known.with_mask(mask);
    // Hardly any is, so that the branch costs less than what it spares.
    if print.mixed {
        return word.with_seldom(seldom::SECRET);
    }
    word
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
    match *tail {
        [one] => matches!(one | 0x20, b's' | b'm' | b'd' | b't'),
        [one, two] => matches!([one | 0x20, two | 0x20], [b'r' | b'v', b'e'] | [b'l', b'l']),
        _ => false,
    }
}
