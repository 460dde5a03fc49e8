//! `logs`: what a function, or a server of the stack, has written.

use std::{
    collections::HashSet,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    aws, function_log,
    stack::{home::Home, state::State},
};

#[derive(Debug, Args)]
pub struct Logs {
    /// A function (webhook-receiver, queue-consumer, …; all when absent) or a server (postgres, emulator, supervisor)
    name: Option<String>,
    /// Go on showing what is written until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Show the lines as they were written, and Lambda's own START, END and REPORT lines
    #[arg(long)]
    raw: bool,
}

impl Logs {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        match self.name.as_deref() {
            Some(name) if home.log(name).is_file() => self.server(home, &home.log(name)).await,
            name => self.functions(home, name.unwrap_or_default()).await,
        }
    }

    async fn functions(&self, home: &Home, name: &str) -> Result<()> {
        let config = aws::local(&State::require(home)?.summary.aws_endpoint_url);
        let mut since = 0;
        // Lines of the last millisecond are read again: more may have come with the same time.
        let mut shown: HashSet<(i64, String, String)> = HashSet::new();
        loop {
            let lines = function_log::read(&config, name, since).await?;
            if lines.is_empty() && since == 0 && !self.follow {
                bail!(
                    "no function {name:?} has written anything yet: send it something with `cargo sallyport send`"
                );
            }
            for line in lines {
                since = since.max(line.at_ms);
                let wanted = self.raw || !line.is_platform();
                if wanted && shown.insert((line.at_ms, line.function.clone(), line.text.clone())) {
                    let text = if self.raw {
                        line.text.clone()
                    } else {
                        line.pretty()
                    };
                    writeln!(std::io::stdout(), "{text}")?;
                }
            }
            shown.retain(|(at, ..)| *at >= since);
            if !self.waits(home).await? {
                return Ok(());
            }
        }
    }

    async fn server(&self, home: &Home, log: &Path) -> Result<()> {
        let mut shown = 0;
        loop {
            shown = show(log, shown)?;
            if !self.waits(home).await? {
                return Ok(());
            }
        }
    }

    /// Waits a moment when following. False when there is nothing more to wait for.
    async fn waits(&self, home: &Home) -> Result<bool> {
        if !self.follow || State::read(home)?.is_none() {
            return Ok(false);
        }
        Ok(tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(300)) => true,
            _ = tokio::signal::ctrl_c() => false,
        })
    }
}

/// Prints the whole lines past `from`. Returns where it stopped.
fn show(log: &Path, from: u64) -> Result<u64> {
    let mut file = std::fs::File::open(log)?;
    file.seek(SeekFrom::Start(from))?;
    let mut new = Vec::new();
    file.read_to_end(&mut new)?;
    let end = new
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    std::io::stdout().lock().write_all(&new[..end])?;
    Ok(from + end as u64)
}
