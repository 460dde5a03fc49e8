//! Phrases as a tree over word numbers: every phrase of a text is found in one pass.

use crate::redaction::number::cue::{Cue, NAMED};
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::table_layout::{NUMBERS, edge, edge_slot};

/// The tree: `EDGES` slots of an open table, at most `NODES` nodes.
pub(crate) struct PhraseTrie<const EDGES: usize, const NODES: usize> {
    /// The node that a phrase's first word leads to.
    pub(crate) roots: [u16; NUMBERS],
    /// From the top: node and word number (32 bits), and the node they lead to (16); 0 is free.
    pub(crate) edges: [u64; EDGES],
    /// What ends at a node: the place in [`NAMED`], from 1; 0 when nothing does.
    pub(crate) ends: [u8; NODES],
}

impl<const EDGES: usize, const NODES: usize> PhraseTrie<EDGES, NODES> {
    /// The node that the word `number` leads to from `node`; 0 when no phrase goes on so.
    #[inline]
    fn follow(&self, node: u16, number: u16) -> u16 {
        if node == 0 {
            return self.roots[usize::from(number) % NUMBERS];
        }
        let edge = edge(node, number);
        let mut at = edge_slot(edge);
        loop {
            let found = self.edges[at % EDGES];
            if found == 0 {
                return 0;
            }
            if found >> 32 == edge {
                return (found & 0xffff) as u16;
            }
            at += 1;
        }
    }

    /// The longest phrase that starts at token `first`, and the index after it. Clitics, hyphens and the dots of
    /// abbreviations are skipped.
    pub(crate) fn longest(&self, tokens: &[Token], first: usize) -> Option<(Cue, usize)> {
        let (mut node, mut best, mut at) = (0, None, first);
        while at < tokens.len() && at < first + 14 {
            let token = &tokens[at];
            match token.shape {
                Shape::Word | Shape::Number => {
                    let number = token.word.number();
                    node = if number == 0 {
                        0
                    } else {
                        self.follow(node, number)
                    };
                    if node == 0 {
                        break;
                    }
                    let end = self.ends[usize::from(node) % NODES];
                    if let Some(place) = usize::from(end).checked_sub(1) {
                        best = Some((place, at + 1));
                    }
                }
                Shape::Clitic => {}
                Shape::Punct
                    if token.glued() && matches!(token.word.number(), 0x2d | 0x2e | 0x27) => {}
                _ => break,
            }
            at += 1;
        }
        let (place, end) = best?;
        NAMED.get(place).map(|(_, cue)| (*cue, end))
    }
}
