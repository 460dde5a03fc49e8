//! One pass over the bytes of a text: words, numbers, punctuation and placeholders with their byte ranges.

use crate::redaction::text::anchor_bits::{mask, seldom};
use crate::redaction::text::byte_class::{CLASSES, DIGIT, LINE, PLAIN, PUNCT, SPACE, high};
use crate::redaction::text::long_word::{
    Print, apostrophe, in_print, is_clitic, letters, long_word,
};
use crate::redaction::text::placeholder::placeholder;
use crate::redaction::text::token::{CAPITAL, GLUED, Shape, Token, clitic, mark, token};
use crate::redaction::words::lexicon::{Word, look_up, word as known_word};
use crate::redaction::words::word_key::{Glimpse, glimpse, key_at, spread};

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

/// The end of `'s`, `'m` or `'ll` after the word that was seen at `start`.
#[inline]
fn contracted(bytes: &[u8], start: usize, seen: &Glimpse) -> Option<usize> {
    let from = start + seen.length + 1;
    let tail = (seen.next == b'\'').then(|| glimpse(bytes.get(from..)?))??;
    let end = from + tail.length;
    ((1..=2).contains(&tail.length) && tail.next < 0x80 && is_clitic(&bytes[from..end]))
        .then_some(end)
}
