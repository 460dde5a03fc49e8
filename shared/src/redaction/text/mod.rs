//! How a text is read: once, into tokens with byte ranges, turns, cues and the places where detectors begin.

pub(crate) mod anchor;
pub(crate) mod anchor_bits;
mod ask;
mod byte_class;
pub(crate) mod chunk;
mod cues;
pub(crate) mod doc;
mod long_word;
pub(crate) mod placeholder;
pub(crate) mod role;
pub(crate) mod token;
mod tokenize;
pub(crate) mod turn;
