//! What came of the checks.

use std::time::Duration;

use serde::Serialize;

use super::Check;
use super::checks::Found;
use crate::stage::Stage;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was shown.
    Passed,
    /// It was not so.
    Failed,
    /// This stage gives no means to show it.
    Skipped,
}

/// One check's line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The check's name.
    pub name: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// What was seen, what went wrong, or what is missing.
    pub detail: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// Every line.
#[derive(Clone, Debug)]
pub struct Report {
    /// The stage that was tested.
    pub stage: Stage,
    /// In the order of the checks.
    pub lines: Vec<Line>,
    /// What of the synthetic organisation could not be removed.
    pub left: Option<String>,
}

impl Line {
    pub(super) fn new(check: &Check, found: anyhow::Result<Found>, took: Duration) -> Self {
        let (verdict, detail) = match found {
            Ok(Found::Shown(detail)) => (Verdict::Passed, detail),
            Ok(Found::Missing(detail)) => (Verdict::Skipped, detail),
            Err(error) => (Verdict::Failed, format!("{error:#}")),
        };
        Self {
            name: check.name,
            shows: check.shows,
            verdict,
            detail,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Report {
    /// How many lines have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let of_verdict = |line: &&Line| line.verdict == verdict;
        self.lines.iter().filter(of_verdict).count()
    }

    /// Passed checks of those that could be made, in per cent, rounded down: 100 means every one.
    #[must_use]
    pub fn score(&self) -> usize {
        let made = self.lines.len() - self.count(Verdict::Skipped);
        (self.count(Verdict::Passed) * 100)
            .checked_div(made)
            .unwrap_or(0)
    }

    /// Whether the stage may be relied on: something was shown, and nothing was not so.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.count(Verdict::Passed) > 0 && self.count(Verdict::Failed) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdicts: &[Verdict]) -> Report {
        let line = |verdict: &Verdict| Line {
            name: "a",
            shows: "b",
            verdict: *verdict,
            detail: String::new(),
            took_ms: 1,
        };
        Report {
            stage: Stage::Local,
            lines: verdicts.iter().map(line).collect(),
            left: None,
        }
    }

    #[test]
    fn what_could_not_be_tried_counts_neither_way() {
        use Verdict::{Failed, Passed, Skipped};
        let mixed = report(&[Passed, Passed, Failed, Skipped]);
        assert_eq!((mixed.score(), mixed.is_ready()), (66, false));
        let good = report(&[Passed, Skipped]);
        assert_eq!((good.score(), good.is_ready()), (100, true));
    }

    #[test]
    fn a_stage_of_which_nothing_was_shown_is_not_ready() {
        let nothing = report(&[Verdict::Skipped]);
        assert_eq!((nothing.score(), nothing.is_ready()), (0, false));
    }
}
