//! `export`: everything that is held about a person.

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write, stdout},
    path::PathBuf,
};

use anyhow::{Context, Result};
use clap::Args;
use uuid::Uuid;

use crate::{retention::stores, stack::home::Home, stage::OnStage};

/// `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
One JSON document, whole when it ends in its count. It holds a patient's data: write it where only they can read it.")]
pub struct Export {
    #[command(flatten)]
    on: OnStage,
    /// The contact
    contact: Uuid,
    /// Whose records
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
    /// A new file, readable by you alone; standard output without it
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let stores = stores(&reached)?;
        let mut out: BufWriter<Box<dyn Write + Send>> = BufWriter::new(match &self.to {
            Some(path) => Box::new(new_file(path)?),
            None => Box::new(stdout()),
        });
        let count = stores
            .export(self.organization, self.contact, &mut out)
            .await?;
        writeln!(out)?;
        out.flush()?;
        eprintln!("{count} records");
        Ok(())
    }
}

fn new_file(path: &PathBuf) -> Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .with_context(|| format!("create {}", path.display()))
}
