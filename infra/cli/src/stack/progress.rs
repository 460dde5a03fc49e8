//! What a person sees while the stack comes up: one line per step, on standard error, with its time.

use std::{future::Future, time::Instant};

use anyhow::Result;

/// Prints steps as they start and end.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    quiet: bool,
}

impl Progress {
    /// Steps are printed on standard error.
    #[must_use]
    pub fn shown() -> Self {
        Self { quiet: false }
    }

    /// Nothing is printed.
    #[must_use]
    pub fn quiet() -> Self {
        Self { quiet: true }
    }

    /// Whether nothing is shown.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// A line that is not a step.
    pub fn say(self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }

    /// Runs one step: says `doing` when it starts if it `takes_long`, and what came of it when it ended.
    pub async fn step<T>(
        self,
        part: &str,
        takes_long: Option<&str>,
        work: impl Future<Output = Result<(T, String)>>,
    ) -> Result<T> {
        if let Some(doing) = takes_long {
            self.say(&format!("  …  {part:<10} {doing}"));
        }
        let start = Instant::now();
        let (value, outcome) = work
            .await
            .inspect_err(|_| self.say(&format!("  ✗  {part}")))?;
        self.say(&format!(
            "  ✓  {part:<10} {outcome:<58} {:>6.1} s",
            start.elapsed().as_secs_f64()
        ));
        Ok(value)
    }
}
