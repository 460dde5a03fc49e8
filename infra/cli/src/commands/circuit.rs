//! `circuit`: has calls to a provider made or not made, whatever the circuit says.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, ValueEnum};
use sallyport::{
    clock::Clock,
    outbound::{
        Chance, Dependency, Target,
        circuit::{Circuits, Key, Mode, Table},
    },
};

use crate::{stack::home::Home, stage::OnStage};

/// One answer of the table.
const ANSWER: Duration = Duration::from_secs(5);

/// `circuit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each provider and credential has a circuit of its own. CREDENTIAL is the organisation's id, or `alerts` for Slack and
PagerDuty. Every function takes the decision over within some five seconds.

Examples:
  cargo sallyport circuit twilio 5a11e900-0000-4000-8000-000000000001
  cargo sallyport circuit twilio 5a11e900-0000-4000-8000-000000000001 --set open --stage prod
  cargo sallyport circuit twilio 5a11e900-0000-4000-8000-000000000001 --set auto --stage prod")]
pub struct Circuit {
    #[command(flatten)]
    on: OnStage,
    /// The provider: twilio, `google_calendar`, vapi, slack or pagerduty
    #[arg(value_parser = parse_dependency)]
    provider: Dependency,
    /// What names the credential
    credential: String,
    /// Who decides from now on
    #[arg(long, value_enum, value_name = "MODE")]
    set: Option<Set>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Set {
    /// The circuit itself
    Auto,
    /// You: no call is made, and what needs one waits in the queue
    Open,
    /// You: every call is made, whatever becomes of it
    Closed,
}

fn parse_dependency(text: &str) -> Result<Dependency> {
    Dependency::parse(text).with_context(|| {
        let names = Dependency::ALL.map(Dependency::as_str);
        format!("the providers are {}", names.join(", "))
    })
}

impl Circuit {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let client = aws_sdk_dynamodb::Client::new(&reached.aws);
        let name = reached.outputs.get("CircuitsTable")?.to_owned();
        let table = Table::new(&client, name, ANSWER);
        let key = Key::of(Target {
            dependency: self.provider,
            credential: &self.credential,
        });
        let unavailable = |_| anyhow!("the table of circuits does not answer");
        let record = match self.set {
            None => table.find(&key).await.map_err(unavailable)?,
            Some(set) => {
                let mode = match set {
                    Set::Auto => Mode::Auto,
                    Set::Open => Mode::ForcedOpen,
                    Set::Closed => Mode::ForcedClosed,
                };
                let circuits = Circuits::new(table, Clock::system(), Chance::system());
                circuits.decide(&key, mode).await.map_err(unavailable)?
            }
        };
        println!(
            "{}: {}, mode {}, generation {}",
            key.as_str(),
            record.state.as_str(),
            record.mode.as_str(),
            record.generation
        );
        Ok(())
    }
}
