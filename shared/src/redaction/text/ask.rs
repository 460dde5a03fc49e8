//! What a detector asks of the token at a place. Past the end of the text there is nothing.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::lexicon::{check_of, class_of, value_of};
use crate::redaction::words::word_key::{key_at, key_of, spread};
use crate::redaction::words::word_set::WordSet;

impl<'a> Doc<'a> {
    #[inline]
    pub(crate) fn shape(&self, at: usize) -> Option<Shape> {
        self.tokens.get(at).map(|token| token.shape)
    }

    /// The source text of a token; empty past the end.
    #[inline]
    pub(crate) fn word(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .and_then(|token| self.text.get(token.start()..token.end()))
            .unwrap_or("")
    }

    /// The bytes of a token; none past the end.
    #[inline]
    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        self.tokens
            .get(at)
            .and_then(|token| self.text.as_bytes().get(token.start()..token.end()))
            .unwrap_or(&[])
    }

    /// How many bytes a token has; none past the end.
    #[inline]
    pub(crate) fn len_of(&self, at: usize) -> usize {
        self.tokens
            .get(at)
            .map_or(0, |token| usize::from(token.len))
    }

    /// The class bits of a word; 0 for anything else.
    #[inline]
    pub(crate) fn class(&self, at: usize) -> u64 {
        self.tokens
            .get(at)
            .map_or(0, |token| class_of(token.word.number()))
    }

    #[inline]
    pub(crate) fn has(&self, at: usize, bits: u64) -> bool {
        self.class(at) & bits != 0
    }

    #[inline]
    pub(crate) fn value(&self, at: usize) -> u16 {
        self.tokens
            .get(at)
            .map_or(0, |token| value_of(token.word.number()))
    }

    #[inline]
    pub(crate) fn is_punct(&self, at: usize, byte: u8) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.word.number() == u16::from(byte))
    }

    /// Whether the token is the word `word` in any case. What identifies a constant word is a constant, too, but only
    /// where the two meet.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    pub(crate) fn is(&self, at: usize, word: &str) -> bool {
        let check = check_of(spread(key_of(word)));
        self.tokens.get(at).is_some_and(|token| {
            (token.word.check() == check) & (usize::from(token.len) == word.len())
        })
    }

    /// Whether one of the tokens `from..to` is the word `word` in any case. Which one is not asked, so that no branch is.
    #[inline]
    pub(crate) fn holds(&self, from: usize, to: usize, word: &str) -> bool {
        let check = check_of(spread(key_of(word)));
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        tokens.iter().fold(false, |found, token| {
            found | (token.word.check() == check) & (usize::from(token.len) == word.len())
        })
    }

    /// Whether the token is one of the words, in any case.
    #[inline]
    pub(crate) fn is_any(&self, at: usize, words: &WordSet) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| words.holds(token.word.check(), token.len))
    }

    /// Whether one of the tokens `from..to` is one of the words.
    #[inline(never)]
    pub(crate) fn says(&self, from: usize, to: usize, words: &WordSet) -> bool {
        (from..to).any(|at| self.is_any(at, words))
    }

    pub(crate) fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::glued)
    }

    pub(crate) fn capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::capital)
    }

    /// The dictionary key of a token's text.
    pub(crate) fn key(&self, at: usize) -> u64 {
        self.tokens.get(at).map_or(0, |token| {
            key_at(self.text.as_bytes(), token.start(), token.end())
        })
    }

    pub(crate) fn name_class(&self, at: usize) -> u8 {
        self.tokens.get(at).map_or(0, |token| token.word.names())
    }

    /// Whether a sentence ends between `at - 1` and `at`.
    pub(crate) fn after_stop(&self, at: usize) -> bool {
        at > 0
            && (self.is_punct(at - 1, b'.')
                || self.is_punct(at - 1, b'?')
                || self.is_punct(at - 1, b'!')
                || self.shape(at - 1) == Some(Shape::Newline))
    }
}
