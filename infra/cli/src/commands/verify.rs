//! `verify`: runs signature vectors through the proofs that the receiver uses.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use sallyport::webhook::vector::Vectors;

#[derive(Debug, Args)]
pub struct Verify {
    /// The vectors: a JSON file of schema webhook-intake-vectors/1
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
}

impl Verify {
    /// Prints a line for each vector that got another verdict than it must, and how many did and did not.
    pub(super) fn run(self) -> Result<()> {
        let path = self.vectors.display();
        let text = fs::read(&self.vectors).with_context(|| format!("read {path}"))?;
        let file: Vectors =
            serde_json::from_slice(&text).with_context(|| format!("{path} holds no vectors"))?;
        if file.schema != "webhook-intake-vectors/1" {
            bail!(
                "{path} is of schema {:?}, not webhook-intake-vectors/1",
                file.schema
            );
        }
        let (passed, failed): (Vec<_>, Vec<_>) = file.run().partition(Result::is_ok);
        for failure in failed.iter().filter_map(|result| result.as_ref().err()) {
            println!("{failure}");
        }
        println!("{} passed, {} failed", passed.len(), failed.len());
        if !failed.is_empty() {
            bail!(
                "{} vectors got another verdict than they must",
                failed.len()
            );
        }
        Ok(())
    }
}
