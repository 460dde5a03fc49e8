//! `erase`: a person or a call, for good.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use sallyport::{
    clock::rfc3339_ms,
    retention::{ERASURES, NewErasure, Order, RequestStatus, Retention, Scope},
};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{retention::stores, stack::home::Home, stage::OnStage};

const EXAMPLES: &str = "\
Examples:
  # Hide everything about a person at once, and remove it when the grace is over
  cargo sallyport erase request contact $CONTACT --organization $ORG --by dana
  cargo sallyport erase status $REQUEST --organization $ORG

  # After a restore, before anybody is let in: erase again what the backup did not know to be erased
  cargo sallyport erase replay --stage prod";

/// `erase` and its commands.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Erase {
    #[command(flatten)]
    on: OnStage,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask for an erasure: what it is about is hidden at once
    Request(Ask),
    /// Show how a request stands
    Status(Status),
    /// Carry out the requests whose grace is over, as the schedule does
    Run,
    /// Hold everybody against the ledger of erasures and erase again who is back
    Replay,
}

#[derive(Debug, Args)]
struct Ask {
    /// What is erased
    scope: Subject,
    /// Its id
    subject: Uuid,
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
    /// Why
    #[arg(long, value_enum, default_value_t)]
    basis: Basis,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    /// A person, with all that hangs on them
    Contact,
    /// A call
    Call,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Basis {
    /// GDPR, article 17
    #[default]
    Gdpr,
    /// California Consumer Privacy Act
    Ccpa,
    /// Nothing but the patient's wish
    Patient,
}

#[derive(Debug, Args)]
struct Status {
    /// The request
    request: Uuid,
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
}

impl Erase {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let stores = stores(&reached)?;
        let until = Instant::now() + Duration::from_mins(30);
        match self.command {
            Command::Request(ask) => ask.run(&stores).await,
            Command::Status(status) => status.run(&stores).await,
            Command::Run => run(&stores, until).await,
            Command::Replay => replay(&stores, until).await,
        }
    }
}

impl Ask {
    async fn run(self, stores: &Retention) -> Result<()> {
        let basis = match self.basis {
            Basis::Gdpr => "gdpr_article_17",
            Basis::Ccpa => "ccpa",
            Basis::Patient => "patient_request",
        };
        let (procedures, secrets) = stores.procedures();
        let erasure = NewErasure {
            organization: self.organization,
            scope: match self.scope {
                Subject::Contact => Scope::Contact,
                Subject::Call => Scope::Call,
            },
            subject: self.subject,
            basis: basis.to_owned(),
            requested_by: format!("operator:{}", self.by),
        };
        let asked = erasure.ask(procedures, secrets).await?;
        let Some(erase_after) = asked.erase_after else {
            bail!(
                "rejected: the organisation has no such {}",
                self.scope.name()
            );
        };
        println!(
            "{}  hidden, to be removed after {}",
            asked.request,
            rfc3339_ms(erase_after)
        );
        Ok(())
    }
}

impl Subject {
    const fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Call => "call",
        }
    }
}

impl Status {
    async fn run(self, stores: &Retention) -> Result<()> {
        let (procedures, secrets) = stores.procedures();
        let status =
            RequestStatus::of(procedures, secrets, self.organization, self.request).await?;
        let status = status.context("the organisation has no such request")?;
        println!("{}", serde_json::to_string_pretty(&status)?);
        Ok(())
    }
}

async fn run(stores: &Retention, until: Instant) -> Result<()> {
    let order = Order {
        class: ERASURES.to_owned(),
        dry_run: false,
        approval: None,
        every: None,
    };
    let report = stores.sweep(&order, until).await?;
    println!(
        "{}: {} due, {} carried out",
        report.state.as_str(),
        report.due,
        report.removed
    );
    Ok(())
}

async fn replay(stores: &Retention, until: Instant) -> Result<()> {
    let replayed = stores.replay(until).await?;
    println!(
        "{} contacts and calls held against the ledger, {} of them had been erased and were back",
        replayed.seen, replayed.back
    );
    if replayed.left > 0 {
        bail!(
            "{} of them could not be erased again: a hold is on them, or a store failed; let nobody in before a further \
             replay finds none",
            replayed.left
        );
    }
    Ok(())
}
