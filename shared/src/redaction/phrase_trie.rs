//! Phrases as a tree over word numbers, built by the compiler: every phrase of a text is found in one pass.

use super::cue::Cue;
use super::token::{Shape, Token};
use super::word_key::spread;

/// Most ways through the words of one phrase.
pub(super) const FRONTS: usize = 1 << 12;

/// The tree: `EDGES` slots of an open table, at most `NODES` nodes.
pub(crate) struct PhraseTrie<const EDGES: usize, const NODES: usize> {
    /// From the top: node and word number (32 bits), and the node they lead to (16); 0 is free.
    edges: [u64; EDGES],
    /// What ends at a node.
    ends: [Option<Cue>; NODES],
    nodes: usize,
}

impl<const EDGES: usize, const NODES: usize> PhraseTrie<EDGES, NODES> {
    pub(super) const fn new() -> Self {
        Self {
            edges: [0; EDGES],
            ends: [None; NODES],
            nodes: 1,
        }
    }

    /// The node that `number` leads to from `node`, made if there is none.
    pub(super) const fn child(&mut self, node: u16, number: usize) -> u16 {
        let edge = edge(node, number);
        let mut at = slot(edge) % EDGES;
        while self.edges[at] != 0 && self.edges[at] >> 32 != edge {
            at = (at + 1) % EDGES;
        }
        if self.edges[at] == 0 {
            self.edges[at] = edge << 32 | self.nodes as u64;
            self.nodes += 1;
        }
        (self.edges[at] & 0xffff) as u16
    }

    /// Ends a phrase at `node`, unless an earlier one ends there.
    pub(super) const fn end(&mut self, node: u16, cue: Cue) {
        if node != 0 && self.ends[node as usize].is_none() {
            self.ends[node as usize] = Some(cue);
        }
    }

    /// The node that the word `number` leads to from `node`; 0 when no phrase goes on so.
    #[inline]
    const fn follow(&self, node: u16, number: usize) -> u16 {
        let edge = edge(node, number);
        let mut at = slot(edge) % EDGES;
        loop {
            let found = self.edges[at];
            if found == 0 {
                return 0;
            }
            if found >> 32 == edge {
                return (found & 0xffff) as u16;
            }
            at = (at + 1) % EDGES;
        }
    }

    /// What the word alone is as a phrase.
    pub(super) const fn single(&self, number: usize) -> Option<Cue> {
        self.ends[self.follow(0, number) as usize]
    }

    /// The longest phrase that starts at token `first`, and the index after it. Clitics, hyphens and the dots of
    /// abbreviations are skipped.
    pub(crate) fn longest(&self, tokens: &[Token], first: usize) -> Option<(Cue, usize)> {
        let (mut node, mut best, mut at) = (0, None, first);
        while at < tokens.len() && at < first + 14 {
            let token = &tokens[at];
            match token.shape {
                Shape::Word | Shape::Number => {
                    node = if token.word == 0 {
                        0
                    } else {
                        self.follow(node, usize::from(token.word))
                    };
                    if node == 0 {
                        break;
                    }
                    if let Some(cue) = self.ends[usize::from(node)] {
                        best = Some((cue, at + 1));
                    }
                }
                Shape::Clitic => {}
                Shape::Punct if token.glued && matches!(token.word, 0x2d | 0x2e | 0x27) => {}
                _ => break,
            }
            at += 1;
        }
        best
    }
}

const fn edge(node: u16, number: usize) -> u64 {
    (node as u64) << 16 | number as u64
}

const fn slot(edge: u64) -> usize {
    (spread(edge) >> 48) as usize
}
