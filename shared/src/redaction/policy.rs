//! What an organisation wants: which optional kinds go, how values are replaced, its own rules, and a version that
//! every audit names.

use std::sync::Arc;

use crate::redaction::custom::{RuleError, Rules};

/// What stands in place of a removed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `[SSN_1]`: the kind, and a number that is the same for the same value within one [`super::Vault`].
    #[default]
    Token,
    /// `***`
    Mask,
    /// Nothing (`null` for a bare JSON value).
    Drop,
}

/// The default limit of one text: 16 MiB, well above the largest request taken (6 MB).
const MOST_BYTES: usize = 16 << 20;

/// The version of the rule for all. Raised when the engine learns something: what was redacted under another one can
/// then be found, and redacted again.
pub const VERSION: &str = "1";

/// An organisation's choices.
#[derive(Clone, Debug)]
pub struct Policy {
    version: Arc<str>,
    operator: Operator,
    medications: bool,
    diagnoses: bool,
    most_bytes: usize,
    rules: Rules,
    problem: Option<RuleError>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: VERSION.into(),
            operator: Operator::default(),
            medications: false,
            diagnoses: false,
            most_bytes: MOST_BYTES,
            rules: Rules::default(),
            problem: None,
        }
    }
}

impl Policy {
    /// Names the version that audits carry.
    #[must_use]
    pub fn version(mut self, version: impl Into<Arc<str>>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets how values are replaced.
    #[must_use]
    pub fn operator(mut self, operator: Operator) -> Self {
        self.operator = operator;
        self
    }

    /// Removes medications, and diagnoses with procedures, too. Off by default: transcripts kept for care need them.
    #[must_use]
    pub fn clinical(mut self, medications: bool, diagnoses: bool) -> Self {
        self.medications = medications;
        self.diagnoses = diagnoses;
        self
    }

    /// Sets the longest text that is looked at, in bytes; longer ones are replaced whole.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// Adds the organisation's own patterns as (id, regular expression). One bad pattern makes the policy refuse every
    /// text: a rule that silently does not run would leak what it was written for. [`Policy::problem`] says which.
    #[must_use]
    pub fn rules<'r>(mut self, patterns: impl IntoIterator<Item = (&'r str, &'r str)>) -> Self {
        match Rules::compile(patterns) {
            Ok(rules) => self.rules = rules,
            Err(error) => self.problem = Some(error),
        }
        self
    }

    /// The rule that could not be used.
    #[must_use]
    pub fn problem(&self) -> Option<&RuleError> {
        self.problem.as_ref()
    }

    pub(crate) fn name(&self) -> Arc<str> {
        Arc::clone(&self.version)
    }

    pub(crate) fn replacement(&self) -> Operator {
        self.operator
    }

    pub(crate) fn custom(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.problem.is_some()
    }

    pub(crate) fn most_bytes(&self) -> usize {
        self.most_bytes.min(u32::MAX as usize - 1)
    }

    pub(crate) fn removes_medications(&self) -> bool {
        self.medications
    }

    pub(crate) fn removes_diagnoses(&self) -> bool {
        self.diagnoses
    }
}
