//! `retention`: what is kept how long, what would go, and what must stay.

mod hold;
mod keep;
mod plan;
mod run;
mod status;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{retention::stores, stack::home::Home, stage::OnStage};

const EXAMPLES: &str = "\
Examples:
  # What would go now, before anything goes
  cargo sallyport retention plan
  cargo sallyport retention plan --organization $ORG

  # A class was refused by the guard: look, then approve what you have seen
  cargo sallyport retention run messages --dry-run --stage prod
  cargo sallyport retention run messages --approve 1200 --by dana --reason 'first sweep after the import' --stage prod

  # Keep everything about a person until the matter is over
  cargo sallyport retention hold place --organization $ORG --contact $CONTACT --reason 'case 2026-17' --by dana
  cargo sallyport retention hold release $HOLD --organization $ORG --by dana";

/// `retention` and its commands.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Retention {
    #[command(flatten)]
    on: OnStage,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count what would go now, by class and organisation; nothing is removed
    Plan(plan::Plan),
    /// Sweep a class now, as its schedule does
    Run(run::Run),
    /// Show each class: its bounds, its last run, whether it is late
    Status(status::Status),
    /// Place, release and list legal holds, which win over every policy
    Hold(hold::Hold),
    /// Set how long an organisation keeps a class
    Keep(keep::Keep),
}

impl Retention {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let stores = stores(&reached)?;
        match self.command {
            Command::Plan(plan) => plan.run(&stores).await,
            Command::Run(run) => run.run(&stores).await,
            Command::Status(status) => status.run(&stores).await,
            Command::Hold(hold) => hold.run(&stores).await,
            Command::Keep(keep) => keep.run(&stores).await,
        }
    }
}
