//! Turns: who speaks from where to where.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::role::role;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;

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

impl Doc<'_> {
    #[inline(never)]
    pub(super) fn split_turns(&mut self) {
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
}
