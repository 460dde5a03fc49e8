//! `silence`: what the alert relay is not to tell, for a time.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use sallyport::alert::{Code, Scope, Service};
use sallyport::clock::rfc3339_ms;
use time::{Duration, OffsetDateTime};

use crate::{
    silence::{Silences, parse_time},
    stack::home::Home,
    stage::OnStage,
};

/// `silence`.
#[derive(Debug, Args)]
#[command(after_help = "\
WHAT is a code (as `queue_age`; the runbook has a section for each), a function (as `redaction`), or the fingerprint of one
alert, which stands in its thread. What is silenced is still counted, and told when the silence is over if it is still
wrong. The end of what was told before is told all the same.

Examples:
  cargo sallyport silence queue_age --for 2h --stage prod
  cargo sallyport silence                                     # those in force
  cargo sallyport silence queue_age --end")]
pub struct Silence {
    #[command(flatten)]
    on: OnStage,
    /// A code, a function or a fingerprint
    #[arg(value_parser = parse_scope)]
    what: Option<Scope>,
    /// For how long: 90m, 2h, 3d; at most a week
    #[arg(long = "for", value_name = "TIME", value_parser = parse_time, requires = "what")]
    time: Option<Duration>,
    /// Have it told again
    #[arg(long, requires = "what", conflicts_with = "time")]
    end: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "what")]
    json: bool,
}

fn parse_scope(text: &str) -> Result<Scope> {
    Scope::named(text).with_context(|| {
        let codes = Code::ALL.iter().map(|code| code.as_str());
        let functions = Service::ALL.iter().map(|one| one.as_str());
        let known: Vec<_> = functions.chain(codes).collect();
        format!("a fingerprint, or one of {}", known.join(", "))
    })
}

impl Silence {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let silences = Silences::open(&reached)?;
        match (self.what, self.time, self.end) {
            (Some(what), Some(time), _) => {
                let until = OffsetDateTime::now_utc() + time;
                silences.hold(&what, until).await?;
                println!("not told until {}", rfc3339_ms(until));
            }
            (Some(what), None, true) => {
                let was = silences.end(&what).await?;
                println!(
                    "{}",
                    if was {
                        "told again"
                    } else {
                        "it was not silenced"
                    }
                );
            }
            (Some(_), None, false) => bail!("for how long? --for 2h; or --end"),
            (None, ..) => {
                let held = silences.list().await?;
                if self.json {
                    println!("{}", serde_json::to_string(&held)?);
                } else if held.is_empty() {
                    println!("Nothing is silenced.");
                } else {
                    for one in held {
                        println!("{}  until {}", one.what, one.until);
                    }
                }
            }
        }
        Ok(())
    }
}
