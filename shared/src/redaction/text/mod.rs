//! How a text is read: once, into tokens with byte ranges, turns, cues and the places where detectors begin.

pub(crate) mod anchor;
pub(crate) mod anchor_bits;
pub(crate) mod chunk;
pub(crate) mod doc;

pub(crate) mod placeholder;
pub(crate) mod role;
pub(crate) mod token;
