//! `ready`: the production-readiness test.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

use crate::{
    ready::{CHECKS, Line, Report, Verdict, test},
    stack::home::Home,
    stage::OnStage,
};

/// `ready`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each check does the thing on the running stage and looks at what came of it. The test makes a synthetic organisation
with endpoints of its own and removes them again, so that it may run in production; what was audited stays, under the
name \"Readiness test (synthetic)\". A check that the stage gives no means for is skipped and says what is missing.

Exit code: 0 when every check that could be made was passed, 1 otherwise.")]
pub struct Ready {
    #[command(flatten)]
    on: OnStage,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Only the checks whose name contains this; some need the ones before them
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// How long anything may take to come to rest, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    patience: u64,
    /// Show the checks, and make none
    #[arg(long)]
    list: bool,
}

impl Ready {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        if self.list {
            for check in CHECKS {
                println!("  {:<26}{}", check.name, check.shows);
            }
            return Ok(());
        }
        let reached = self.on.stage.reach(home).await?;
        let chosen = |name: &str| self.only.as_ref().is_none_or(|text| name.contains(text));
        if !CHECKS.iter().any(|check| chosen(check.name)) {
            bail!("no check has that in its name: `ready --list` shows them");
        }
        let progress = |line: &Line| {
            if !self.json {
                show(line);
            }
        };
        let report = test(
            home,
            &reached,
            chosen,
            Duration::from_secs(self.patience),
            progress,
        )
        .await?;
        if self.json {
            let whole = json!({
                "stage": report.stage.as_str(), "ready": report.is_ready(), "score": report.score(),
                "checks": report.lines, "left_behind": report.left,
            });
            println!("{whole}");
        } else {
            conclude(&report);
        }
        if !report.is_ready() {
            bail!("the stage {} is not ready", report.stage);
        }
        Ok(())
    }
}

fn show(line: &Line) {
    let mark = match line.verdict {
        Verdict::Passed => '✓',
        Verdict::Failed => '✗',
        Verdict::Skipped => '–',
    };
    println!(
        "  {mark} {:<26}{:>7} ms  {}",
        line.name, line.took_ms, line.detail
    );
    if line.verdict == Verdict::Failed {
        println!("    not shown: {}", line.shows);
    }
}

fn conclude(report: &Report) {
    println!(
        "\n{} passed, {} failed, {} skipped: score {}",
        report.count(Verdict::Passed),
        report.count(Verdict::Failed),
        report.count(Verdict::Skipped),
        report.score()
    );
    if let Some(left) = &report.left {
        println!("Left behind: {left}");
    }
}
