//! `retention keep`.

use anyhow::Result;
use clap::Args;
use sallyport::retention::Retention;
use uuid::Uuid;

/// `retention keep`.
#[derive(Debug, Args)]
pub(super) struct Keep {
    /// The record class, as `retention status` names it
    class: String,
    /// Days, within the class's bounds; without it the product's own time applies again
    days: Option<u32>,
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
}

impl Keep {
    pub(super) async fn run(self, stores: &Retention) -> Result<()> {
        stores
            .keep(self.organization, &self.class, self.days)
            .await?;
        match self.days {
            Some(days) => println!("{} are kept for {days} days", self.class),
            None => println!("{} are kept as long as the product says", self.class),
        }
        Ok(())
    }
}
