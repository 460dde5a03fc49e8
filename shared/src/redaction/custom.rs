//! An organisation's own rules: regular expressions with bounded size, on an engine that is linear in the text.

use std::fmt;

use regex::{Regex, RegexBuilder};

use super::budget::Budget;
use super::finding::Finding;
use super::kind::Kind;

/// Most rules of one organisation.
pub const MOST_RULES: usize = 32;
/// Longest pattern, in bytes.
pub const LONGEST_PATTERN: usize = 512;
/// Bound on one compiled program and on its lazy automaton, in bytes.
const MOST_MEMORY: usize = 256 << 10;

/// Static names for audits, which hold no organisation's text.
const NAMES: [&str; MOST_RULES] = [
    "custom-1",
    "custom-2",
    "custom-3",
    "custom-4",
    "custom-5",
    "custom-6",
    "custom-7",
    "custom-8",
    "custom-9",
    "custom-10",
    "custom-11",
    "custom-12",
    "custom-13",
    "custom-14",
    "custom-15",
    "custom-16",
    "custom-17",
    "custom-18",
    "custom-19",
    "custom-20",
    "custom-21",
    "custom-22",
    "custom-23",
    "custom-24",
    "custom-25",
    "custom-26",
    "custom-27",
    "custom-28",
    "custom-29",
    "custom-30",
    "custom-31",
    "custom-32",
];

/// Compiled rules.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Regex>);

/// Why a rule is not usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// More than [`MOST_RULES`].
    TooMany,
    /// The pattern of the rule with this id is longer than [`LONGEST_PATTERN`], does not parse, or needs too much memory.
    Pattern(String),
    /// The pattern of the rule with this id matches the empty text.
    Empty(String),
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(f, "more than {MOST_RULES} rules"),
            Self::Pattern(id) => write!(f, "rule {id}: the pattern does not parse or is too large"),
            Self::Empty(id) => write!(f, "rule {id}: the pattern matches the empty text"),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rules {
    pub(crate) fn compile<'r>(
        patterns: impl IntoIterator<Item = (&'r str, &'r str)>,
    ) -> Result<Self, RuleError> {
        let mut rules = Vec::new();
        for (id, pattern) in patterns {
            if rules.len() == MOST_RULES {
                return Err(RuleError::TooMany);
            }
            let bad = || RuleError::Pattern(id.to_owned());
            if pattern.len() > LONGEST_PATTERN {
                return Err(bad());
            }
            let regex = RegexBuilder::new(pattern)
                .size_limit(MOST_MEMORY)
                .dfa_size_limit(MOST_MEMORY)
                .nest_limit(32)
                .build()
                .map_err(|_| bad())?;
            if regex.is_match("") {
                return Err(RuleError::Empty(id.to_owned()));
            }
            rules.push(regex);
        }
        Ok(Self(rules))
    }
}

/// Adds the matches of the rules. Placeholders are not searched.
pub(crate) fn find(text: &str, rules: &Rules, budget: &Budget<'_>, found: &mut Vec<Finding>) {
    for (regex, name) in rules.0.iter().zip(NAMES) {
        if budget.spent() {
            return;
        }
        found.extend(
            regex
                .find_iter(text)
                .filter(|m| !m.is_empty() && !placeholder(m.as_str()))
                .map(|m| Finding::new(m.start(), m.end(), Kind::Custom, name)),
        );
    }
}

fn placeholder(value: &str) -> bool {
    value.starts_with('[')
        && value.ends_with(']')
        && value[1..value.len() - 1]
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
