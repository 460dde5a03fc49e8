//! A tokenised text with its turns and cues: what every detector reads.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Hit;
use crate::redaction::number::readings::Readings;
use crate::redaction::text::anchor::Anchors;
use crate::redaction::text::placeholder::kind_of;
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::text::tokenize::tokenize;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::Pool;

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
