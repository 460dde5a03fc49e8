//! `backfill`: has stored words redacted again.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use sallyport::{
    clock::Clock,
    database::{Database, Procedures},
    delivery::Queue,
    redaction::VERSION,
    secrets::Secrets,
};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{stack::home::Home, stage::OnStage};

/// The order to begin at the beginning, as the redaction function reads it.
const ORDER: &str = r#"{"backfill":{}}"#;
/// Between two looks at what is left.
const PAUSE: Duration = Duration::from_millis(500);

/// `backfill`.
#[derive(Debug, Args)]
#[command(after_help = "\
Transcripts, summaries and analyses that were redacted by an older engine, or under an older policy of their
organisation, are redacted again by the redaction function, page by page. It goes on without this command: interrupt
it when you like, and run it again to look. A second order beside a running one does no harm.")]
pub struct Backfill {
    #[command(flatten)]
    on: OnStage,
    /// Only say how many calls are left
    #[arg(long)]
    dry_run: bool,
    /// How long to go on looking without seeing any progress, in seconds
    #[arg(long, default_value_t = 120, value_name = "S")]
    patience: u64,
}

#[derive(Deserialize)]
struct Page {
    left: u64,
}

/// Where the words are, and who redacts them.
struct Words {
    procedures: Procedures,
    secrets: Secrets,
}

impl Words {
    async fn outdated(&self) -> Result<u64> {
        let none = json!({ "p_engine": VERSION, "p_limit": 0 });
        let page: Page = self
            .procedures
            .call(&self.secrets, "outdated_call_words", &none)
            .await
            .context("ask the database what is left")?;
        Ok(page.left)
    }
}

impl Backfill {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let words = Words {
            procedures: Procedures {
                database: Database::new(reached.outputs.get("PostgrestUrl")?.to_owned())?,
                secret: reached.outputs.get("DatabaseSecret")?.to_owned(),
            },
            secrets: Secrets::new(&reached.aws, Clock::system()),
        };
        let all = words.outdated().await?;
        println!("{all} calls hold words that were redacted under an older policy.");
        if self.dry_run || all == 0 {
            return Ok(());
        }
        let queue = Queue::new(
            &reached.aws,
            reached.outputs.get("TranscriptsQueueUrl")?.to_owned(),
        );
        queue
            .send_text("backfill".to_owned(), ORDER.to_owned(), Duration::ZERO)
            .await
            .context("order the redaction")?;
        self.watch(&words, all).await
    }

    async fn watch(&self, words: &Words, all: u64) -> Result<()> {
        let shown = stderr().is_terminal();
        let (mut left, mut seen) = (all, Instant::now());
        while left > 0 {
            sleep(PAUSE).await;
            let now = words.outdated().await?;
            if now < left {
                seen = Instant::now();
            }
            left = now;
            if shown {
                eprint!("\r{} of {all} redacted again ", all.saturating_sub(left));
            }
            if seen.elapsed() > Duration::from_secs(self.patience) {
                bail!(
                    "no progress for {} s with {left} calls left: look at `sallyport logs redaction` and the transcripts' \
                     dead-letter queue; nothing is lost, and a further `backfill` goes on from here",
                    self.patience
                );
            }
        }
        if shown {
            eprintln!();
        }
        println!("All of them are redacted under the policy of now.");
        Ok(())
    }
}
