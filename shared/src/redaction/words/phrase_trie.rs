//! Phrases as a tree over word numbers: every phrase of a text is found in one pass.

use crate::redaction::number::cue::{Cue, NAMED};
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::table_layout::{NUMBERS, edge, edge_slot};

/// The tree: `EDGES` slots of an open table.
pub(crate) struct PhraseTrie<const EDGES: usize> {
    /// The step that a phrase's first word makes.
    pub(crate) roots: [u32; NUMBERS],
    /// From the top: node and word number (32 bits), and the step from there; 0 is free.
    pub(crate) edges: [u64; EDGES],
}

/// Where a word leads, from the top: a bit for each remainder by 8 of the numbers of the words that go on from there,
/// what ends there (8 bits: the place in [`NAMED`] from 1, or 0), and the node (16 bits).
#[derive(Clone, Copy)]
struct Step(u32);

impl Step {
    const NONE: Self = Self(0);

    fn node(self) -> u16 {
        (self.0 & 0xffff) as u16
    }

    /// Whether a phrase may go on with the word of this number.
    fn goes_on(self, number: u16) -> bool {
        self.0 >> 24 >> (number & 7) & 1 != 0
    }

    fn end(self) -> u8 {
        (self.0 >> 16 & 0xff) as u8
    }
}

impl<const EDGES: usize> PhraseTrie<EDGES> {
    /// The step that the word `number` makes from `node`; to node 0 when no phrase goes on so.
    #[inline]
    fn follow(&self, node: u16, number: u16) -> Step {
        let edge = edge(node, number);
        let mut at = edge_slot(edge);
        loop {
            let found = self.edges[at % EDGES];
            if found >> 32 == edge {
                return Step((found & 0xffff_ffff) as u32);
            }
            if found == 0 {
                return Step::NONE;
            }
            at += 1;
        }
    }

    /// The longest phrase that starts with the word at `first`, and the index after it. Clitics, hyphens and the dots of
    /// abbreviations are skipped.
    pub(crate) fn longest(&self, tokens: &[Token], first: usize) -> Option<(Cue, usize)> {
        let number = tokens.get(first)?.word.number();
        let mut step = Step(self.roots[usize::from(number) % NUMBERS]);
        let (mut best, mut at) = ((step.end(), first + 1), first + 1);
        while step.node() != 0 && at < tokens.len() && at < first + 14 {
            let token = &tokens[at];
            match token.shape {
                Shape::Word | Shape::Number => {
                    let number = token.word.number();
                    if number == 0 || !step.goes_on(number) {
                        break;
                    }
                    step = self.follow(step.node(), number);
                    if step.end() != 0 {
                        best = (step.end(), at + 1);
                    }
                }
                Shape::Clitic => {}
                Shape::Punct
                    if token.glued() && matches!(token.word.number(), 0x2d | 0x2e | 0x27) => {}
                _ => break,
            }
            at += 1;
        }
        let (place, end) = best;
        let (_, cue) = NAMED.get(usize::from(place).checked_sub(1)?)?;
        Some((*cue, end))
    }
}
