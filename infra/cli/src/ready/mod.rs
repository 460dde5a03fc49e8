//! The production-readiness test: each check does the thing, on a running stage, and sees what came of it.
//!
//! Who acts: the command makes a synthetic organisation with endpoints of its own, has each check work with it, and
//! removes it. No check reads another tenant's data or changes a setting, so that it may run in production. A check
//! that this stage gives no means for is skipped, and says what is missing; it counts neither for nor against.

mod checks;
mod report;
mod tenant;
mod trial;

pub use checks::CHECKS;
pub use report::{Line, Report, Verdict};
pub use trial::Trial;

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{stack::home::Home, stage::Reached};

/// One check.
pub struct Check {
    /// A stable name.
    pub name: &'static str,
    /// What it shows, as a sentence.
    pub shows: &'static str,
    run: checks::Run,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Makes the checks whose name `chosen` picks, one after the other, and tells `progress` of each when it is made.
/// Whatever a check waits for may take `patience`.
///
/// # Errors
/// When the synthetic organisation cannot be made: then nothing can be said of anything.
pub async fn test(
    home: &Home,
    reached: &Reached,
    chosen: impl Fn(&str) -> bool,
    patience: Duration,
    mut progress: impl FnMut(&Line),
) -> Result<Report> {
    let mut trial = Trial::begin(home, reached, patience).await?;
    let mut lines = Vec::new();
    for check in CHECKS.iter().filter(|check| chosen(check.name)) {
        let began = Instant::now();
        let found = (check.run)(&mut trial).await;
        let line = Line::new(check, found, began.elapsed());
        progress(&line);
        lines.push(line);
    }
    let left = trial.end().await.err();
    Ok(Report {
        stage: reached.stage,
        lines,
        left: left.map(|error| format!("{error:#}")),
    })
}
