//! What was done to a text, without any of it: counts by kind, rules, ranges in the output, and the policy's version.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::redaction::engine::{Profile, Refusal};
use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;

/// One replacement, as a byte range of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// First byte of the replacement.
    pub start: usize,
    /// One past its last byte; equal to `start` when the value was dropped.
    pub end: usize,
    /// What was removed.
    pub kind: Kind,
    /// The rule that found it.
    pub rule: &'static str,
}

/// The record of one redaction. Safe to store and log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// The policy's version.
    pub policy: Arc<str>,
    /// The profile used.
    pub profile: Profile,
    /// How many values of each kind were removed.
    pub counts: BTreeMap<Kind, u32>,
    /// Each replacement in order.
    pub marks: Vec<Mark>,
    /// Set when the text was replaced whole.
    pub refused: Option<Refusal>,
}

/// A redacted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// The text without the values.
    pub text: String,
    /// What was removed, as byte ranges of the input.
    pub findings: Vec<Finding>,
    /// The record.
    pub audit: Audit,
}
