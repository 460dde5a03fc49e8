//! `endpoint`: registers a stage's webhook endpoints and looks after them.

mod add;
mod given;
mod list;
mod rotate;
mod switch;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{
    endpoint::Directory,
    stack::home::Home,
    stage::{OnStage, Reached},
};

const EXAMPLES: &str = "\
Examples:
  # A Vapi endpoint of the running local stack, and a list of all
  cargo sallyport endpoint add vapi front-desk --organization 5a11e900-0000-4000-8000-000000000001
  cargo sallyport endpoint list

  # Stripe issues its secret itself: it is read from standard input and never from the command line
  cargo sallyport endpoint add stripe payments --organization $ORG --secret-stdin --stage dev < secret.txt

  # A new secret without a refused webhook: rotate, tell the provider, finish
  cargo sallyport endpoint rotate front-desk --stage prod
  cargo sallyport endpoint rotate front-desk --finish --stage prod

  # Stop applying an endpoint's deliveries, then apply what came meanwhile
  cargo sallyport endpoint disable front-desk --stage prod
  cargo sallyport endpoint enable front-desk --stage prod

AWS: all stages but local take credentials and region from the environment or from the profile AWS_PROFILE. For
a profile that signs in (IAM Identity Center):
  eval \"$(aws configure export-credentials --format env)\"";

/// `endpoint` and its commands.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Endpoint {
    #[command(flatten)]
    on: OnStage,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register an endpoint, and print its URL and secret; run again, it completes what is missing
    Add(add::Add),
    /// Give an endpoint a new secret beside the old one, or retire the old one
    Rotate(rotate::Rotate),
    /// Show the endpoints: whose they are, their state, what is held for them, the age of their secrets
    List(list::List),
    /// Hold an endpoint's deliveries back from now on: they are taken and kept for seven days
    Disable(switch::Disable),
    /// Apply an endpoint's deliveries again, and those that were held back
    Enable(switch::Enable),
}

impl Endpoint {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached: Reached = self.on.stage.reach(home).await?;
        let directory = Directory::open(&reached)?;
        match self.command {
            Command::Add(add) => add.run(&directory).await,
            Command::Rotate(rotate) => rotate.run(&directory).await,
            Command::List(list) => list.run(&directory).await,
            Command::Disable(disable) => disable.run(&directory).await,
            Command::Enable(enable) => enable.run(&directory).await,
        }
    }
}
