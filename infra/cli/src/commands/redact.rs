//! `redact`: hides identifiers in texts, line by line, of any number.

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use sallyport::redaction::{
    Engine, Profile,
    jsonl::{Request, respond},
};

#[derive(Debug, Args)]
pub struct Redact {
    /// How lines are read that name no profile of their own
    #[arg(long, value_enum, default_value_t = Kind::Speech)]
    profile: Kind,
}

/// A profile's name on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// What people say: recall first
    Speech,
    /// JSON, logs and errors: evidence first
    Machine,
}

impl Redact {
    /// Reads JSON lines `{"id","text","profile"}` from standard input and writes `{"id","text","spans"}` for each.
    ///
    /// A line that cannot be read ends the run with its number; it is never quoted, since it may hold what was to
    /// be hidden.
    pub(super) fn run(self) -> Result<()> {
        let engine = Engine::default();
        let default = match self.profile {
            Kind::Speech => Profile::Speech,
            Kind::Machine => Profile::Machine,
        };
        let mut out = BufWriter::new(stdout().lock());
        for (index, line) in stdin().lock().lines().enumerate() {
            let number = index + 1;
            let Ok(line) = line else {
                bail!("line {number} is not UTF-8")
            };
            if line.trim().is_empty() {
                continue;
            }
            let Ok(request) = serde_json::from_str::<Request>(&line) else {
                bail!("line {number} is no JSON object with an \"id\" and a \"text\"");
            };
            if !matches!(
                request.profile.as_deref(),
                None | Some("speech" | "machine")
            ) {
                bail!("line {number}: a profile is \"speech\" or \"machine\"");
            }
            serde_json::to_writer(&mut out, &respond(&engine, request, default))?;
            out.write_all(b"\n")?;
        }
        Ok(out.flush()?)
    }
}
