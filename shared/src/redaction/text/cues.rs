//! The cues of a text: the phrases that announce a value, turn by turn.

use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::text::anchor_bits::mask;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::tables::CUES;

impl Doc<'_> {
    #[inline(never)]
    pub(super) fn find_cues(&mut self) {
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
}
