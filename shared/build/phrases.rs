//! Phrases, put into a tree over word numbers.

use crate::redaction::number::cue::{Cue, NAMED};
use crate::redaction::words::table_layout::{NUMBERS, edge, edge_slot};

/// `PhraseTrie`, as it is made.
pub struct Phrases {
    roots: Vec<u16>,
    edges: Vec<u64>,
    ends: Vec<u8>,
    nodes: u16,
}

impl Phrases {
    pub fn new(edges: usize, nodes: usize) -> Self {
        Self {
            roots: vec![0; NUMBERS],
            edges: vec![0; edges],
            ends: vec![0; nodes],
            nodes: 1,
        }
    }

    /// The node that `number` leads to from `node`, made if there is none.
    pub fn child(&mut self, node: u16, number: u16) -> u16 {
        if node == 0 {
            let root = &mut self.roots[usize::from(number)];
            if *root == 0 {
                *root = self.nodes;
                self.nodes += 1;
            }
            return *root;
        }
        let edge = edge(node, number);
        let slots = self.edges.len();
        let mut at = edge_slot(edge) % slots;
        while self.edges[at] != 0 && self.edges[at] >> 32 != edge {
            at = (at + 1) % slots;
        }
        if self.edges[at] == 0 {
            self.edges[at] = edge << 32 | u64::from(self.nodes);
            self.nodes += 1;
        }
        (self.edges[at] & 0xffff) as u16
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
        let (roots, edges) = (self.roots.iter(), self.edges.iter());
        write(
            &format!("{name}_roots"),
            roots.flat_map(|root| root.to_le_bytes()).collect(),
        );
        write(
            &format!("{name}_edges"),
            edges.flat_map(|edge| edge.to_le_bytes()).collect(),
        );
        write(&format!("{name}_ends"), self.ends.clone());
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
