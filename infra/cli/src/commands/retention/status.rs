//! `retention status`.

use anyhow::Result;
use clap::Args;
use sallyport::{
    clock::rfc3339_ms,
    retention::{Retention, RunState},
};

/// `retention status`.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// Print JSON, one object for each class
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) async fn run(self, stores: &Retention) -> Result<()> {
        let classes = stores.status().await?;
        if self.json {
            for class in &classes {
                println!("{}", serde_json::to_string(class)?);
            }
            return Ok(());
        }
        println!(
            "{:<16}  {:>5}  {:>11}  {:<9}  {:>9}  {:>9}  {:<24}  LATE",
            "CLASS", "DAYS", "BOUNDS", "LAST RUN", "DUE", "REMOVED", "LAST SUCCESS"
        );
        for class in classes {
            let number = |count: Option<u64>| {
                count.map_or_else(|| "-".to_owned(), |count| count.to_string())
            };
            println!(
                "{:<16}  {:>5}  {:>11}  {:<9}  {:>9}  {:>9}  {:<24}  {}",
                class.class,
                class.keep_days,
                format!("{}-{}", class.min_days, class.max_days),
                class.state.map_or("never", RunState::as_str),
                number(class.due),
                number(class.removed),
                class
                    .last_success
                    .map_or_else(|| "never".to_owned(), rfc3339_ms),
                if class.late { "late" } else { "-" },
            );
        }
        Ok(())
    }
}
