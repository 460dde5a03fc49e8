//! An organisation's own rules: regular expressions with bounded size, on an engine that is linear in the text.

use std::fmt;

use regex::{Regex, RegexBuilder};

use crate::redaction::budget::Budget;
use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;

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

/// A rule that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The rule's place in the policy, from 1.
    pub place: usize,
    /// The rule's id: the organisation's own words, not for logs.
    pub id: String,
    /// What is wrong with its pattern.
    pub flaw: RuleFlaw,
}

/// What can be wrong with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFlaw {
    /// It is the one after [`MOST_RULES`].
    TooMany,
    /// Its pattern is longer than [`LONGEST_PATTERN`].
    TooLong,
    /// Its pattern is no regular expression.
    Syntax,
    /// Its pattern compiles to more than a rule may have.
    TooLarge,
    /// Its pattern matches the empty text.
    Empty,
}

impl RuleFlaw {
    /// A stable word for logs.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooMany => "too_many",
            Self::TooLong => "too_long",
            Self::Syntax => "syntax",
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} ({}): ", self.place, self.id)?;
        match self.flaw {
            RuleFlaw::TooMany => write!(f, "a policy has at most {MOST_RULES} rules"),
            RuleFlaw::TooLong => write!(f, "the pattern has more than {LONGEST_PATTERN} bytes"),
            RuleFlaw::Syntax => f.write_str("the pattern is no regular expression"),
            RuleFlaw::TooLarge => write!(
                f,
                "the pattern compiles to more than {} KiB: repeat `[0-9A-Za-z_]`, not `\\w`, which is every letter \
                 of every script, and repeat less",
                MOST_MEMORY >> 10
            ),
            RuleFlaw::Empty => f.write_str("the pattern matches the empty text"),
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
            let rule = if rules.len() == MOST_RULES {
                Err(RuleFlaw::TooMany)
            } else {
                compile(pattern)
            };
            rules.push(rule.map_err(|flaw| RuleError {
                place: rules.len() + 1,
                id: id.to_owned(),
                flaw,
            })?);
        }
        Ok(Self(rules))
    }
}

fn compile(pattern: &str) -> Result<Regex, RuleFlaw> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(RuleFlaw::TooLong);
    }
    let regex = RegexBuilder::new(pattern)
        .size_limit(MOST_MEMORY)
        .dfa_size_limit(MOST_MEMORY)
        .nest_limit(32)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => RuleFlaw::TooLarge,
            _ => RuleFlaw::Syntax,
        })?;
    if regex.is_match("") {
        return Err(RuleFlaw::Empty);
    }
    Ok(regex)
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
