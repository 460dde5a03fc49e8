//! `deliveries`: what came in and is not finished.

use std::io::Write;

use anyhow::{Context, Result};
use clap::Args;
use sallyport::delivery::claim::State;
use uuid::Uuid;

use super::age::age;
use crate::{
    delivery::{self, Filter, Listed, Listing},
    stack::home::Home,
    stage::OnStage,
};

/// `deliveries`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --state: everything that is not finished, the oldest first.

  received    claimed at the door, perhaps not yet in the queue
  queued      in the queue
  processing  begun
  failed      an attempt failed; it comes again by itself, up to five times in an hour and more
  dead        given up: `replay` begins it again while its dead letter is kept (seven days)
  held        its endpoint is disabled: `endpoint enable` sends it
  done, ignored   finished; REASON says why nothing acted upon it

REASON is a closed code. `unreported` is that of a dead letter whose consumer was killed or ran out of time before it
could say one. LETTER says whether there is a dead letter to replay; ATTEMPTS counts how often it was begun.

It reads the log, the claims and the dead letters; dead letters are hidden for the second in which they are read.

Examples:
  cargo sallyport deliveries
  cargo sallyport deliveries --state dead --stage prod
  cargo sallyport deliveries --org 5a11e900-0000-4000-8000-000000000001 --json")]
pub struct Deliveries {
    #[command(flatten)]
    on: OnStage,
    /// Only those in this state
    #[arg(long, value_name = "STATE", value_parser = parse_state)]
    state: Option<State>,
    /// Only those of this organisation
    #[arg(long, value_name = "UUID", alias = "organization")]
    org: Option<Uuid>,
    /// How many to show at most
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn parse_state(text: &str) -> Result<State> {
    State::parse(text).with_context(|| {
        let names = State::ALL.map(State::as_str);
        format!("the states are {}", names.join(", "))
    })
}

impl Deliveries {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let reached = self.on.stage.reach(home).await?;
        let deliveries = delivery::Deliveries::open(&reached).await?;
        let filter = Filter {
            state: self.state,
            organization: self.org,
            limit: self.limit,
        };
        let listing = deliveries.list(filter).await?;
        if self.json {
            println!("{}", serde_json::to_string(&listing)?);
            return Ok(());
        }
        table(&listing, &mut std::io::stdout().lock())
    }
}

fn table(listing: &Listing, out: &mut impl Write) -> Result<()> {
    let cells = |listed: &Listed| {
        [
            listed.delivery.to_string(),
            listed.state.to_owned(),
            age(listed.age_s),
            listed.provider.clone(),
            listed.event_type.clone(),
            listed.endpoint.clone(),
            listed
                .attempts
                .map_or_else(|| "-".to_owned(), |attempts| attempts.to_string()),
            if listed.dead_letter { "yes" } else { "-" }.to_owned(),
            listed.reason.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    };
    let titles = [
        "DELIVERY", "STATE", "AGE", "PROVIDER", "TYPE", "ENDPOINT", "ATTEMPTS", "LETTER", "REASON",
    ];
    let mut rows = vec![titles.map(str::to_owned)];
    rows.extend(listing.deliveries.iter().map(cells));
    if listing.deliveries.is_empty() {
        writeln!(out, "Nothing to show.")?;
    } else {
        let widths = std::array::from_fn::<_, 9, _>(|column| {
            rows.iter()
                .map(|row| row[column].len())
                .max()
                .unwrap_or_default()
        });
        for row in &rows {
            let padded = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
        }
    }
    if listing.truncated {
        writeln!(
            out,
            "… and more than are shown: narrow it down with --state and --org"
        )?;
    }
    for id in &listing.unreadable {
        writeln!(
            out,
            "The dead letter {id} cannot be read: see infra/runbooks/dead-letters.md"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sallyport::{delivery::DeliveryId, webhook::EventKey};

    use super::*;

    #[test]
    fn the_table_shows_what_an_operator_acts_upon() {
        let dead = Listed {
            delivery: DeliveryId::derive("vapi-demo", &EventKey::of(["a"])),
            state: "dead",
            reason: Some("database_refused".into()),
            age_s: 7300,
            provider: "vapi".into(),
            event_type: "status-update".into(),
            endpoint: "front-desk".into(),
            organization: Uuid::from_u128(7),
            attempts: Some(5),
            dead_letter: true,
        };
        let stuck = Listed {
            state: "queued",
            reason: None,
            attempts: None,
            dead_letter: false,
            ..dead.clone()
        };
        let listing = Listing {
            deliveries: vec![dead, stuck],
            dead_letters: 2,
            unreadable: vec!["m-1".into()],
            truncated: true,
        };
        let mut out = Vec::new();
        table(&listing, &mut out).unwrap();
        let id = listing.deliveries[0].delivery.as_str();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                "\
DELIVERY                              STATE   AGE  PROVIDER  TYPE           ENDPOINT    ATTEMPTS  LETTER  REASON
{id}  dead    2h   vapi      status-update  front-desk  5         yes     database_refused
{id}  queued  2h   vapi      status-update  front-desk  -         -       -
… and more than are shown: narrow it down with --state and --org
The dead letter m-1 cannot be read: see infra/runbooks/dead-letters.md
"
            )
        );
    }

    #[test]
    fn only_the_known_states_can_be_asked_for() {
        assert_eq!(parse_state("dead").unwrap(), State::Dead);
        let error = parse_state("deceased").unwrap_err().to_string();
        assert!(error.contains("processing"), "{error}");
    }
}
