//! A token: a word, a number, a mark, a line's end or a placeholder, with its byte range.
//!
//! Everything after the tokenizer works on token indices, so a finding maps back to the text without a diff.

use crate::redaction::text::anchor_bits::{mask, mask_of_mark};
use crate::redaction::words::lexicon::Word;

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
    pub(super) looks: u8,
    pub(crate) word: Word,
}

/// Bits of a token's looks.
pub(super) const GLUED: u8 = 1;

pub(super) const CAPITAL: u8 = 1 << 1;

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

pub(super) fn token(start: usize, end: usize, shape: Shape, glued: bool) -> Token {
    Token {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        len: u16::try_from(end - start).unwrap_or(u16::MAX),
        shape,
        looks: u8::from(glued) * GLUED,
        word: Word::default(),
    }
}

pub(super) fn mark(start: usize, end: usize, byte: u8, glued: bool) -> Token {
    let mut mark = token(start, end, Shape::Punct, glued);
    mark.word = Word::of_mark(byte).with_mask(mask_of_mark(byte, glued));
    mark
}

pub(super) fn clitic(start: usize, end: usize) -> Token {
    let mut clitic = token(start, end, Shape::Clitic, true);
    clitic.add_mask(mask::AFTER_LEAD | mask::AFTER_CUE);
    clitic
}
