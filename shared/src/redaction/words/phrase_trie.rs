//! Phrases as a tree over word numbers, built by the compiler: every phrase of a text is found in one pass.

use crate::redaction::number::cue::Cue;
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::lexicon_table::NUMBERS;
use crate::redaction::words::word_key::spread;

/// Most ways through the words of one phrase.
pub(crate) const FRONTS: usize = 1 << 12;

/// The tree: `EDGES` slots of an open table, at most `NODES` nodes.
pub(crate) struct PhraseTrie<const EDGES: usize, const NODES: usize> {
    /// The node that a phrase's first word leads to.
    roots: [u16; NUMBERS],
    /// Which words may be the second after a first word: a bit for each remainder of a word's number by 64.
    seconds: [u64; NUMBERS],
    /// From the top: node and word number (32 bits), and the node they lead to (16); 0 is free.
    edges: [u64; EDGES],
    /// What ends at a node.
    ends: [Option<Cue>; NODES],
    nodes: u16,
}

impl<const EDGES: usize, const NODES: usize> PhraseTrie<EDGES, NODES> {
    pub(crate) const fn new() -> Self {
        Self {
            roots: [0; NUMBERS],
            seconds: [0; NUMBERS],
            edges: [0; EDGES],
            ends: [None; NODES],
            nodes: 1,
        }
    }

    /// The node that `number` leads to from `node`, made if there is none.
    pub(crate) const fn child(&mut self, node: u16, number: usize) -> u16 {
        if node == 0 {
            if self.roots[number] == 0 {
                self.roots[number] = self.nodes;
                self.nodes += 1;
            }
            return self.roots[number];
        }
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
    pub(crate) const fn end(&mut self, node: u16, cue: Cue) {
        if node != 0 && self.ends[node as usize].is_none() {
            self.ends[node as usize] = Some(cue);
        }
    }

    /// The node that the word `number` leads to from `node`; 0 when no phrase goes on so.
    #[inline]
    const fn follow(&self, node: u16, number: usize) -> u16 {
        if node == 0 {
            return self.roots[number % NUMBERS];
        }
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

    /// Works out the second words, when all phrases are there.
    pub(crate) const fn close(&mut self) {
        let mut first = [0; NODES];
        let mut number = 0;
        while number < NUMBERS {
            first[self.roots[number] as usize] = number;
            number += 1;
        }
        let mut at = 0;
        while at < EDGES {
            let node = (self.edges[at] >> 48) as usize;
            if node != 0 && first[node] != 0 {
                self.seconds[first[node]] |= 1 << (self.edges[at] >> 32 & 63);
            }
            at += 1;
        }
    }

    /// Whether a phrase may begin with `token` and go on with `next`.
    #[inline]
    #[allow(clippy::needless_bitwise_bool)] // `||` would branch
    pub(crate) fn may_go_on(&self, token: &Token, next: &Token) -> bool {
        let second = self.seconds[usize::from(token.word) % NUMBERS] >> (next.word & 63) & 1;
        (next.shape != Shape::Word) | (second != 0)
    }

    /// What the word alone is as a phrase.
    pub(crate) const fn single(&self, number: usize) -> Option<Cue> {
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
