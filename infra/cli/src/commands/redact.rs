//! `redact`: hides identifiers in texts, line by line, of any number.

use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use sallyport::redaction::{
    Engine, Policy, Profile,
    jsonl::{Request, respond},
};

#[derive(Debug, Args)]
pub struct Redact {
    /// How lines are read that name no profile of their own
    #[arg(long, value_enum, default_value_t = Kind::Speech)]
    profile: Kind,
    /// A rule to apply beyond the rule for all, as ID=PATTERN, of any number: what a policy will do before it is stored
    #[arg(long = "rule", value_name = "ID=PATTERN", value_parser = rule)]
    rules: Vec<(String, String)>,
}

fn rule(text: &str) -> Result<(String, String), &'static str> {
    text.split_once('=')
        .map(|(id, pattern)| (id.to_owned(), pattern.to_owned()))
        .ok_or("a rule is ID=PATTERN")
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
    /// Reads JSON lines `{"id","text","profile"}` from standard input and writes `{"id","text","spans","us"}` for each;
    /// `us` are the microseconds that the engine took.
    ///
    /// A rule that cannot be used ends the run before the first line, with what is wrong with it.
    /// A line that cannot be read ends the run with its number; it is never quoted, since it may hold what was to
    /// be hidden.
    pub(super) fn run(self) -> Result<()> {
        let rules = self.rules.iter().map(|(id, p)| (id.as_str(), p.as_str()));
        let policy = Policy::default().rules(rules);
        if let Some(problem) = policy.problem() {
            bail!("{problem}");
        }
        let engine = Engine::new(policy);
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
            let start = Instant::now();
            let redacted = request.redact(&engine, default);
            let us = start.elapsed().as_secs_f64() * 1e6;
            let response = respond(request, redacted, us);
            serde_json::to_writer(&mut out, &response)?;
            out.write_all(b"\n")?;
        }
        Ok(out.flush()?)
    }
}
