//! `retention run`.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use sallyport::retention::{Approval, Order, Retention, RunState};
use tokio::time::Instant;

/// `retention run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The record class, as `retention status` names it
    class: String,
    /// Only count
    #[arg(long = "dry-run")]
    dry: bool,
    /// Let up to this many go, where the guard lets go fewer
    #[arg(long, value_name = "ROWS", requires = "by", requires = "reason")]
    approve: Option<u64>,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// How long to work, in seconds; a further run goes on from there
    #[arg(long, default_value_t = 600, value_name = "S")]
    patience: u64,
}

impl Run {
    pub(super) async fn run(self, stores: &Retention) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(self.patience);
        let order = Order {
            class: self.class,
            dry_run: self.dry,
            every: None,
            approval: self.approve.map(|rows| Approval {
                rows,
                by: format!("operator:{}", self.by.unwrap_or_default()),
                reason: self.reason.unwrap_or_default(),
            }),
        };
        let report = stores.sweep(&order, until).await?;
        println!(
            "{} of {}: {} due, {} held, {} removed in {} batches (the longest {} ms)",
            report.state.as_str(),
            report.class,
            report.due,
            report.held,
            report.removed,
            report.batches,
            report.longest_batch_ms
        );
        match report.state {
            RunState::Refused => bail!(
                "more than {} at once need an approval: look with `retention plan --class {}`, then run with `--approve {} --by … --reason …`",
                report.guard,
                report.class,
                report.due
            ),
            RunState::Partial => println!("The time was short: run it again to go on."),
            _ => {}
        }
        Ok(())
    }
}
