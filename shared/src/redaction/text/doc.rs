//! A tokenised text with its turns and cues: what every detector reads.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::readings::Readings;
use crate::redaction::text::anchor::Anchors;
use crate::redaction::text::anchor_bits::mask;
use crate::redaction::text::placeholder::kind_of;
use crate::redaction::text::role::role;
use crate::redaction::text::token::{Shape, Token, tokenize};
use crate::redaction::words::lexicon::{Pool, check_of, class, class_of, value_of};
use crate::redaction::words::tables::CUES;
use crate::redaction::words::word_key::{key_at, key_of, spread};
use crate::redaction::words::word_set::WordSet;

/// One speaker's turn: a line, or the part of a line after a speaker's label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// First token after the label.
    pub(crate) first: usize,
    /// One past the last token.
    pub(crate) end: usize,
    /// Index of its first cue in [`Doc::cues`], and one past its last.
    pub(crate) cues: (usize, usize),
    /// The cues it holds, as bits.
    pub(crate) asks: u64,
}

/// The text under examination.
pub(crate) struct Doc<'a> {
    pub(crate) text: &'a str,
    pool: &'a Pool,
    pub(crate) tokens: Vec<Token>,
    pub(crate) turns: Vec<Turn>,
    pub(crate) cues: Vec<Hit>,
    /// Tokens that already belong to a finding.
    pub(crate) taken: Vec<bool>,
    pub(crate) findings: Vec<Finding>,
    /// Boxed, as they are large and a text's reading is passed on from hand to hand.
    pub(crate) anchors: Box<Anchors>,
    pub(crate) readings: Box<Readings>,
}

/// The memory of a finished [`Doc`], for the next one.
#[derive(Default)]
pub(crate) struct Buffers {
    tokens: Vec<Token>,
    turns: Vec<Turn>,
    cues: Vec<Hit>,
    taken: Vec<bool>,
    anchors: Box<Anchors>,
    readings: Box<Readings>,
}

/// Buffers above this many tokens are given back to the allocator.
const KEPT_TOKENS: usize = 1 << 16;

impl<'a> Doc<'a> {
    pub(crate) fn new(text: &'a str, pool: &'a Pool) -> Self {
        let mut buffers = pool.take();
        tokenize(text, &mut buffers.tokens);
        let Buffers {
            tokens,
            mut turns,
            mut cues,
            mut taken,
            mut anchors,
            mut readings,
        } = buffers;
        turns.clear();
        cues.clear();
        readings.clear();
        taken.clear();
        taken.resize(tokens.len(), false);
        anchors.collect(&tokens);
        let mut doc = Self {
            text,
            pool,
            tokens,
            turns,
            cues,
            taken,
            findings: Vec::with_capacity(text.len() / 64),
            anchors,
            readings,
        };
        doc.take_placeholders();
        doc.split_turns();
        doc.find_cues();
        doc
    }

    /// What an earlier reading removed is taken, and is to the detectors what it was to that reading. Numbers are met
    /// in the order in which they were said ([`Doc::meet_removed`]).
    fn take_placeholders(&mut self) {
        for i in 0..self.anchors.removed.len() {
            let at = self.anchors.removed[i] as usize;
            self.taken[at] = true;
            if !self.removed_kind(at).is_some_and(Kind::is_number) {
                self.meet_removed(at);
            }
        }
    }

    /// Whether an earlier reading removed anything.
    pub(crate) fn has_placeholders(&self) -> bool {
        !self.anchors.removed.is_empty()
    }

    /// Whether an earlier reading removed a value of this kind from a turn.
    pub(crate) fn has_removed(&self, turn: &Turn, kind: Kind) -> bool {
        self.has_placeholders()
            && (turn.first..turn.end).any(|at| self.removed_kind(at) == Some(kind))
    }

    /// What the placeholder at `at` stands for.
    pub(crate) fn removed_kind(&self, at: usize) -> Option<Kind> {
        kind_of(self.bytes(at))
    }

    /// Notes the value that a placeholder stands for among the findings, from which it goes when they are resolved.
    pub(crate) fn meet_removed(&mut self, at: usize) {
        let token = self.tokens[at];
        let kind = self.removed_kind(at).unwrap_or(Kind::Id);
        let removed = Finding::new(token.start(), token.end(), kind, "removed");
        self.findings.push(removed);
    }

    /// The findings; the memory goes back to the pool.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let Self {
            pool,
            tokens,
            turns,
            cues,
            taken,
            findings,
            anchors,
            readings,
            ..
        } = self;
        if tokens.capacity() <= KEPT_TOKENS {
            pool.keep(Buffers {
                tokens,
                turns,
                cues,
                taken,
                anchors,
                readings,
            });
        }
        findings
    }

    #[inline(never)]
    fn split_turns(&mut self) {
        let n = self.tokens.len();
        let mut first = 0;
        // Whether lines begin with their speakers: only then any role is one ("Front desk:").
        let mut labelled = false;
        if let Some(label) = self.label(0, true).or_else(|| self.first_role()) {
            first = label;
            labelled = true;
        }
        for i in 0..self.anchors.turn.len() {
            let at = self.anchors.turn[i] as usize;
            if at < first {
                continue;
            }
            let newline = self.tokens[at].shape == Shape::Newline;
            if newline {
                self.push_turn(first, at);
                first = at + 1;
                if let Some(label) = self.label(first, true) {
                    first = label;
                    labelled = true;
                } else if let Some(label) = role(self, first).filter(|_| labelled) {
                    first = label;
                }
            } else if let Some(label) = self.label(at, false) {
                self.push_turn(first, at);
                first = label;
            }
        }
        self.push_turn(first, n);
    }

    fn push_turn(&mut self, first: usize, end: usize) {
        if first < end {
            self.turns.push(Turn {
                first,
                end,
                cues: (0, 0),
                asks: 0,
            });
        }
    }

    /// The end of a role at the start of the text, when the next line has one too.
    fn first_role(&self) -> Option<usize> {
        let label = role(self, 0)?;
        let lines = self.anchors.turn.iter().map(|at| *at as usize);
        let line = lines
            .filter(|at| self.tokens[*at].shape == Shape::Newline)
            .find(|at| *at > label)?
            + 1;
        self.label(line, true).or_else(|| role(self, line))?;
        Some(label)
    }

    /// A speaker's label at `at`: `Agent:`, `[doctor]`, `Speaker 1:`. Returns the token after it.
    fn label(&self, at: usize, line_start: bool) -> Option<usize> {
        let mut i = at;
        let bracket = self.is_punct(i, b'[');
        if bracket {
            i += 1;
        }
        if !self.has(i, class::SPEAKER) {
            return None;
        }
        i += 1;
        if self.is_punct(i, b'_') && self.shape(i + 1) == Some(Shape::Word) {
            i += 2;
        }
        if self.shape(i) == Some(Shape::Number) && line_start {
            i += 1;
        }
        let close = if bracket { b']' } else { b':' };
        if !self.is_punct(i, close) {
            return None;
        }
        i += 1;
        if bracket && self.is_punct(i, b':') {
            i += 1;
        }
        Some(i)
    }

    #[inline(never)]
    fn find_cues(&mut self) {
        let mut next = 0;
        for t in 0..self.turns.len() {
            let turn = self.turns[t];
            let (from, mut asks) = (self.cues.len(), 0);
            let mut resume = turn.first;
            while let Some(at) = self
                .anchors
                .cue
                .get(next)
                .map(|at| *at as usize)
                .filter(|at| *at < turn.end)
            {
                next += 1;
                if at < resume {
                    continue;
                }
                // "mrnr472348": the cue is glued to its value.
                if self.glued_mrn(at) {
                    asks |= Cue::Mrn.bit();
                    self.cues.push(Hit {
                        first: at,
                        end: at,
                        cue: Cue::Mrn,
                    });
                } else if let Some((cue, end)) = CUES.longest(&self.tokens[..turn.end], at) {
                    asks |= cue.bit();
                    self.cues.push(Hit {
                        first: at,
                        end,
                        cue,
                    });
                    resume = end;
                }
            }
            self.turns[t].cues = (from, self.cues.len());
            self.turns[t].asks = asks;
        }
    }

    fn glued_mrn(&self, at: usize) -> bool {
        let code = self.tokens[at].mask() & mask::CODE != 0;
        code && {
            let word = self.bytes(at);
            (3..=5).contains(&word.len()) && word[..3].eq_ignore_ascii_case(b"mrn")
        }
    }

    pub(crate) fn turn_cues(&self, turn: &Turn) -> &[Hit] {
        &self.cues[turn.cues.0..turn.cues.1]
    }

    /// The cues of a turn that end at or before token `at`, nearest first; only the nearest few, so that the cost of a
    /// long turn stays linear.
    pub(crate) fn cues_before(&self, turn: &Turn, at: usize) -> impl Iterator<Item = &Hit> {
        let hits = self.turn_cues(turn);
        hits[..hits.partition_point(|hit| hit.end <= at)]
            .iter()
            .rev()
            .take(12)
    }

    /// Whether one of the `back` turns before turn `t` holds `cue`.
    pub(crate) fn asked(&self, t: usize, back: usize, cue: Cue) -> bool {
        let before = &self.turns[t.saturating_sub(back)..t];
        before.iter().fold(0, |asks, turn| asks | turn.asks) & cue.bit() != 0
    }

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

    /// Records tokens `first..end` as a finding, unless all of it is taken already.
    pub(crate) fn add(&mut self, first: usize, end: usize, kind: Kind, rule: &'static str) {
        if first >= end || end > self.tokens.len() {
            return;
        }
        if self.tokens[first..end]
            .iter()
            .all(|token| token.shape == Shape::Placeholder)
        {
            return;
        }
        for taken in &mut self.taken[first..end] {
            *taken = true;
        }
        let (from, to) = (self.tokens[first].start(), self.tokens[end - 1].end());
        self.findings.push(Finding::new(from, to, kind, rule));
    }

    /// Records a byte range and takes the tokens it touches.
    pub(crate) fn add_bytes(&mut self, start: usize, end: usize, kind: Kind, rule: &'static str) {
        let first = self.tokens.partition_point(|token| token.end() <= start);
        for (token, taken) in self.tokens[first..].iter().zip(&mut self.taken[first..]) {
            if token.start() >= end {
                break;
            }
            *taken = true;
        }
        self.findings.push(Finding::new(start, end, kind, rule));
    }

    /// The token that contains or follows byte `at`.
    pub(crate) fn token_at(&self, at: usize) -> usize {
        self.tokens.partition_point(|token| token.end() <= at)
    }
}
