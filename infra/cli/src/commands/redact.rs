//! `redact`: hides identifiers in texts, line by line, of any number.

use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
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
        let mut lines = BufReader::with_capacity(BUFFER, stdin().lock());
        let mut out = BufWriter::with_capacity(BUFFER, stdout().lock());
        let mut line = String::new();
        for number in 1.. {
            line.clear();
            let Ok(length) = lines.read_line(&mut line) else {
                bail!("line {number} is not UTF-8");
            };
            if length == 0 {
                break;
            }
            if !line.trim().is_empty() {
                let request = request(&line, number)?;
                let start = Instant::now();
                let redacted = request.redact(&engine, default);
                let us = start.elapsed().as_secs_f64() * 1e6;
                serde_json::to_writer(&mut out, &respond(request, redacted, us))?;
                out.write_all(b"\n")?;
            }
            // Whoever writes a line and waits has its answer.
            if lines.buffer().is_empty() {
                out.flush()?;
            }
        }
        Ok(out.flush()?)
    }
}

/// Bytes read and written at once.
const BUFFER: usize = 1 << 16;

/// The request of a line, which an error names and never quotes.
fn request(line: &str, number: u64) -> Result<Request> {
    let Ok(request) = serde_json::from_str::<Request>(line) else {
        bail!("line {number} is no JSON object with an \"id\" and a \"text\"");
    };
    match request.profile.as_deref() {
        None | Some("speech" | "machine") => Ok(request),
        Some(_) => bail!("line {number}: a profile is \"speech\" or \"machine\""),
    }
}
