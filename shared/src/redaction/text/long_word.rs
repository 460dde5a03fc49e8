//! Words that sixteen bytes do not show whole: longer ones, words beyond ASCII, and those with an apostrophe inside.

use crate::redaction::text::anchor_bits::{mask, seldom};
use crate::redaction::text::byte_class::{CLASSES, HIGH, LETTER, high};
use crate::redaction::text::token::{CAPITAL, Shape, Token, clitic, token};
use crate::redaction::words::fold::folded_key;
use crate::redaction::words::lexicon::{Word, look_up, word as known_word};
use crate::redaction::words::word_key::{key_at, spread};

pub(super) fn long_word(bytes: &[u8], start: usize, glued: bool, tokens: &mut Vec<Token>) -> usize {
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

/// What its capitals make of a word.
#[derive(Clone, Copy)]
pub(super) struct Print {
    /// The first of several letters is one: it may be a name.
    pub(super) name: bool,
    /// Two to four letters, all of them: they may belong to a code.
    pub(super) code: bool,
    /// Some inside a long word: a credential.
    pub(super) mixed: bool,
}

#[inline]
pub(super) fn in_print(known: Word, print: Print) -> Word {
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
pub(super) fn letters(bytes: &[u8], start: usize) -> usize {
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

/// The end of an apostrophe (ASCII or typographic) at `at`.
#[inline]
pub(super) fn apostrophe(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..)? {
        [b'\'', ..] => Some(at + 1),
        [0xe2, 0x80, 0x99, ..] => Some(at + 3),
        _ => None,
    }
}

pub(super) fn is_clitic(tail: &[u8]) -> bool {
    match *tail {
        [one] => matches!(one | 0x20, b's' | b'm' | b'd' | b't'),
        [one, two] => matches!([one | 0x20, two | 0x20], [b'r' | b'v', b'e'] | [b'l', b'l']),
        _ => false,
    }
}
