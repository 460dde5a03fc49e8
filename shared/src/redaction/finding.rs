//! A detected value: where it is, what it is, and which rule found it. Never the value itself.

use crate::redaction::kind::Kind;

/// One detected value as a byte range of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// The rule that found it: a stable id for audits.
    pub rule: &'static str,
    /// The range is an unquoted JSON scalar, so its replacement must bring quotes.
    pub(crate) bare_json: bool,
}

impl Finding {
    pub(crate) fn new(start: usize, end: usize, kind: Kind, rule: &'static str) -> Self {
        Self {
            start,
            end,
            kind,
            rule,
            bare_json: false,
        }
    }
}
