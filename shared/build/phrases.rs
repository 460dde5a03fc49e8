//! Phrases, put into a tree over word numbers.

use crate::redaction::number::cue::{Cue, NAMED};
use crate::redaction::words::table_layout::{NUMBERS, edge, edge_slot};

/// The bits of an edge by which it is found.
const KEY: u64 = 0xffff_ffff << 32;

/// `PhraseTrie`, as it is made.
pub struct Phrases {
    roots: Vec<u16>,
    edges: Vec<u64>,
    /// What ends at each node; node 0 is where phrases begin.
    ends: Vec<u8>,
}

impl Phrases {
    pub fn new(edges: usize) -> Self {
        Self {
            roots: vec![0; NUMBERS],
            edges: vec![0; edges],
            ends: vec![0],
        }
    }

    /// The node that `number` leads to from `node`, made if there is none.
    pub fn child(&mut self, node: u16, number: u16) -> u16 {
        if node == 0 {
            let root = usize::from(number);
            if self.roots[root] == 0 {
                self.roots[root] = self.node();
            }
            return self.roots[root];
        }
        let edge = edge(node, number);
        let slots = self.edges.len();
        let mut at = edge_slot(edge) % slots;
        while self.edges[at] != 0 && self.edges[at] >> 32 != edge {
            at = (at + 1) % slots;
        }
        if self.edges[at] == 0 {
            self.edges[at] = edge << 32 | u64::from(self.node());
        }
        (self.edges[at] & 0xffff) as u16
    }

    /// A new node.
    fn node(&mut self) -> u16 {
        let node = u16::try_from(self.ends.len()).expect("a tree has less than 65,536 nodes");
        self.ends.push(0);
        node
    }

    /// Ends a phrase at `node`, unless an earlier one ends there.
    pub fn end(&mut self, node: u16, place: u8) {
        let end = &mut self.ends[usize::from(node)];
        if node != 0 && *end == 0 {
            *end = place;
        }
    }

    /// What the word alone is as a phrase.
    pub fn single(&self, number: u16) -> Option<Cue> {
        let end = self.ends[usize::from(self.roots[usize::from(number)])];
        NAMED
            .get(usize::from(end).checked_sub(1)?)
            .map(|(_, cue)| *cue)
    }

    /// Writes the tables whose names begin with `name`.
    pub fn write(&self, name: &str, write: &impl Fn(&str, Vec<u8>)) {
        let goes_on = self.goes_on();
        let step = |node: u16| {
            let place = usize::from(node);
            u32::from(goes_on[place]) << 24 | u32::from(self.ends[place]) << 16 | u32::from(node)
        };
        let roots = self.roots.iter().map(|root| step(*root));
        write(
            &format!("{name}_roots"),
            roots.flat_map(u32::to_le_bytes).collect(),
        );
        let edges = self.edges.iter();
        let edges = edges.map(|edge| edge & KEY | u64::from(step((edge & 0xffff) as u16)));
        write(
            &format!("{name}_edges"),
            edges.flat_map(u64::to_le_bytes).collect(),
        );
    }

    /// Which words the phrases of each node go on with: a bit for each remainder of a word's number by 8.
    fn goes_on(&self) -> Vec<u8> {
        let mut bits = vec![0; self.ends.len()];
        for edge in self.edges.iter().filter(|edge| **edge != 0) {
            bits[(edge >> 48) as usize] |= 1 << (edge >> 32 & 7);
        }
        bits
    }

    /// Writes which words follow a first word.
    pub fn write_seconds(&self, name: &str, write: &impl Fn(&str, Vec<u8>)) {
        let seconds = self.seconds();
        let bytes = seconds.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        write(&format!("{name}_seconds"), bytes);
    }

    fn seconds(&self) -> Vec<u64> {
        let mut first = vec![None; self.ends.len()];
        for (number, root) in self
            .roots
            .iter()
            .enumerate()
            .filter(|(_, root)| **root != 0)
        {
            first[usize::from(*root)] = Some(number);
        }
        let mut seconds = vec![0; NUMBERS];
        for edge in self.edges.iter().filter(|edge| **edge != 0) {
            if let Some(number) = first[(edge >> 48) as usize] {
                seconds[number] |= 1 << (edge >> 32 & 63);
            }
        }
        seconds
    }
}

/// The place of the cue with this name in [`NAMED`], from 1.
pub fn place(cue: &str) -> u8 {
    let place = NAMED.iter().position(|(name, _)| *name == cue);
    let place = place.unwrap_or_else(|| panic!("a file of phrases names the unknown cue {cue:?}"));
    u8::try_from(place + 1).expect("there are few cues")
}
