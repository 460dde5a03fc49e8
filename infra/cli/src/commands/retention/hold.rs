//! `retention hold`.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use sallyport::{
    clock::rfc3339_ms,
    retention::{NewHold, Retention},
};
use uuid::Uuid;

/// `retention hold` and its commands.
#[derive(Debug, Args)]
pub(super) struct Hold {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Keep what a hold is on: all of an organisation, or of it a class, a person or a call
    Place(Place),
    /// End a hold: policy applies again
    Release(Release),
    /// Show the holds in force
    List(List),
}

#[derive(Debug, Args)]
struct Place {
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
    /// Only this record class
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only what hangs on this contact
    #[arg(long, value_name = "UUID", conflicts_with = "call")]
    contact: Option<Uuid>,
    /// Only what hangs on this call
    #[arg(long, value_name = "UUID")]
    call: Option<Uuid>,
    /// The matter's reference; never a person's data
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who places it
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Debug, Args)]
struct Release {
    /// The hold
    hold: Uuid,
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
    /// Who releases it
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Debug, Args)]
struct List {
    /// Only this organisation's
    #[arg(long, value_name = "UUID")]
    organization: Option<Uuid>,
}

impl Hold {
    pub(super) async fn run(self, stores: &Retention) -> Result<()> {
        match self.command {
            Command::Place(place) => place.run(stores).await,
            Command::Release(release) => release.run(stores).await,
            Command::List(list) => list.run(stores).await,
        }
    }
}

impl Place {
    async fn run(self, stores: &Retention) -> Result<()> {
        let hold = NewHold {
            organization: self.organization,
            reason: self.reason,
            placed_by: format!("operator:{}", self.by),
            class: self.class,
            contact: self.contact,
            call: self.call,
        };
        println!("{}", stores.hold(&hold).await?);
        Ok(())
    }
}

impl Release {
    async fn run(self, stores: &Retention) -> Result<()> {
        let by = format!("operator:{}", self.by);
        if !stores.release(self.organization, self.hold, &by).await? {
            bail!("the organisation has no such hold in force");
        }
        println!("released");
        Ok(())
    }
}

impl List {
    async fn run(self, stores: &Retention) -> Result<()> {
        for hold in stores.holds(self.organization).await? {
            let on = match (hold.contact_id, hold.call_id) {
                (Some(contact), _) => format!("contact {contact}"),
                (None, Some(call)) => format!("call {call}"),
                (None, None) => "everything".to_owned(),
            };
            println!(
                "{}  {}  {}  {}  {on}  {}  {}",
                hold.id,
                rfc3339_ms(hold.created_at),
                hold.org_id,
                hold.class.as_deref().unwrap_or("every class"),
                hold.placed_by,
                hold.reason
            );
        }
        Ok(())
    }
}
