//! `endpoint disable` and `endpoint enable`.

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::endpoint::{Directory, Released, SETTLED_AFTER, Switched};

/// `endpoint disable`.
#[derive(Debug, Args)]
#[command(after_help = "\
Its webhooks are verified and acknowledged as before, and kept encrypted for seven days: enable it before then, or
what is older is lost. It takes effect within half a minute, when every receiver has read the registry again.")]
pub(super) struct Disable {
    /// The endpoint
    name: String,
}

/// `endpoint enable`.
#[derive(Debug, Args)]
#[command(after_help = "\
Waits until no receiver holds deliveries back any more, then sends what was held to the queue, the oldest ones not
necessarily first. It may be interrupted at any point and run again: nothing is lost, and nothing is applied twice.

If the registry's table did not answer meanwhile, a receiver may go on holding for ten minutes: `endpoint list` shows
what is held of an enabled endpoint, and --release-only sends it.")]
pub(super) struct Enable {
    /// The endpoint
    name: String,
    /// Only send what is still held of an enabled endpoint, without waiting
    #[arg(long)]
    release_only: bool,
    /// Deliveries to send each second, at most
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
}

impl Disable {
    pub(super) async fn run(self, directory: &Directory) -> Result<()> {
        match directory.switch(&self.name, false).await? {
            Switched::Now => println!(
                "{} is disabled: within half a minute its deliveries are held instead of applied, each for 7 days.",
                self.name
            ),
            Switched::Before => println!("{} is disabled already.", self.name),
        }
        Ok(())
    }
}

impl Enable {
    pub(super) async fn run(self, directory: &Directory) -> Result<()> {
        let name = &self.name;
        if !self.release_only {
            match directory.switch(name, true).await? {
                Switched::Now => println!("{name} is enabled."),
                Switched::Before => println!("{name} is enabled already."),
            }
            settle(SETTLED_AFTER).await;
        }
        let shown = stderr().is_terminal();
        let released = directory
            .release(name, self.rate, |sent| {
                if shown {
                    eprint!("\rsent {sent} ");
                }
            })
            .await?;
        if shown && released.sent > 0 {
            eprintln!();
        }
        report(name, &released);
        let left = directory.count_held(name).await?.count;
        if left > released.unreadable.len() {
            println!(
                "{left} are held still, newer ones among them: run `endpoint enable {name} --release-only`."
            );
        }
        if !released.unreadable.is_empty() {
            bail!(
                "{} held deliveries cannot be read and were left",
                released.unreadable.len()
            );
        }
        Ok(())
    }
}

/// Waits until every receiver has read the registry again, and shows that it waits.
async fn settle(time: Duration) {
    eprintln!(
        "waiting {} s until no receiver holds deliveries back any more (interrupted, run the command again)",
        time.as_secs()
    );
    let (start, shown) = (Instant::now(), stderr().is_terminal());
    while let Some(left) = time.checked_sub(start.elapsed()) {
        if shown {
            eprint!("\r{:>3} s ", left.as_secs());
        }
        tokio::time::sleep(left.min(Duration::from_secs(1))).await;
    }
    if shown {
        eprint!("\r");
    }
}

fn report(name: &str, released: &Released) {
    println!(
        "{} held deliveries of {name} were sent to the queue.",
        released.sent
    );
    if released.gone > 0 {
        println!(
            "{} were gone: released by somebody else, or past their seven days.",
            released.gone
        );
    }
    for delivery in &released.unreadable {
        println!("  {delivery} cannot be read and was left");
    }
}
