//! What a replay would do, and what it cannot do and why.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sallyport::{
    clock::Clock,
    delivery::{
        DeliveryId, QueueMessage,
        claim::{Record, State},
    },
};
use serde::Serialize;

use super::Deliveries;
use super::list::state;
use super::log::Logged;

/// What is to be replayed.
#[derive(Clone, Debug)]
pub enum Which {
    /// Every dead letter.
    DeadLetters,
    /// These deliveries.
    These(BTreeSet<DeliveryId>),
}

/// What is done about a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It goes back into the deliveries queue, and then out of the dead letters.
    Send,
    /// It was applied: a replay was interrupted after it was sent. It goes out of the dead letters.
    Remove,
}

/// One dead letter, and what is done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The queue's id of it.
    #[serde(skip)]
    pub letter: String,
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Who sent it.
    pub provider: String,
    /// The provider's name for it.
    pub event_type: String,
    /// Why it is dead.
    pub reason: Option<String>,
    /// What is done.
    pub step: Step,
}

/// What cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The delivery, or the queue's id of a message that names none.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a replay would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Plan {
    /// The dead letters, as they were found.
    pub planned: Vec<Planned>,
    /// What is left as it is.
    pub refused: Vec<Refused>,
    /// Whether there are more dead letters than were looked at.
    pub truncated: bool,
}

impl Deliveries {
    /// Plans a replay. Changes nothing.
    ///
    /// # Errors
    /// When the dead letters, the claims or the log cannot be read.
    pub async fn plan(&self, which: &Which) -> Result<Plan> {
        let (letters, truncated) = self.dead_letters.look().await?;
        let mut plan = Plan {
            truncated,
            ..Plan::default()
        };
        let named = match which {
            Which::DeadLetters => None,
            Which::These(named) => Some(named),
        };
        let mut wanted = Vec::new();
        for letter in letters {
            match letter.message {
                Ok(message) if named.is_none_or(|named| named.contains(&message.delivery)) => {
                    wanted.push((letter.id, message));
                }
                Err(error) if named.is_none() => plan.refused.push(Refused {
                    what: letter.id,
                    why: format!("{error}: no build can begin it; look at what wrote it"),
                }),
                _ => {}
            }
        }
        let absent: Vec<_> = named
            .into_iter()
            .flatten()
            .filter(|delivery| {
                wanted
                    .iter()
                    .all(|(_, message)| message.delivery != **delivery)
            })
            .collect();
        let letters = wanted.iter().map(|(_, message)| &message.delivery);
        let rows = self
            .log
            .named(letters.chain(absent.iter().copied()))
            .await?;
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| (row.delivery.clone(), row))
            .collect();
        for (letter, message) in wanted {
            let claim = self.claims.find(&message.delivery).await?;
            let row = rows.get(&message.delivery);
            match step(row, claim.as_ref()) {
                Ok(step) => plan
                    .planned
                    .push(planned(letter, &message, row, claim.as_ref(), step)),
                Err(why) => plan.refused.push(Refused {
                    what: message.delivery.to_string(),
                    why,
                }),
            }
        }
        for delivery in absent {
            let claim = self.claims.find(delivery).await?;
            plan.refused.push(Refused {
                what: delivery.to_string(),
                why: why_absent(rows.get(delivery), claim.as_ref()),
            });
        }
        Ok(plan)
    }
}

/// What is to be done about a dead letter.
fn step(row: Option<&Logged>, claim: Option<&Record>) -> Result<Step, String> {
    if state(row, claim).is_some_and(State::is_final) {
        return Ok(Step::Remove);
    }
    let now = Clock::system().now().unix_timestamp() * 1000;
    match claim {
        Some(claim) if claim.state == State::Processing && claim.lease_until > now => {
            let seconds = (claim.lease_until - now) / 1000 + 1;
            Err(format!(
                "an attempt is at work on it: look again in {seconds} s"
            ))
        }
        _ => Ok(Step::Send),
    }
}

fn planned(
    letter: String,
    message: &QueueMessage,
    row: Option<&Logged>,
    claim: Option<&Record>,
    step: Step,
) -> Planned {
    let reason = row.and_then(|row| row.reason.clone());
    Planned {
        letter,
        delivery: message.delivery.clone(),
        provider: message.provider.clone(),
        event_type: message.event_type.clone(),
        reason: reason.or_else(|| claim.and_then(|claim| claim.reason.clone())),
        step,
    }
}

/// Why a delivery that is no dead letter cannot be replayed.
fn why_absent(row: Option<&Logged>, claim: Option<&Record>) -> String {
    let reason = row.and_then(|row| row.reason.as_deref());
    match state(row, claim) {
        None => "nobody knows it on this stage".to_owned(),
        Some(State::Done) => "it was applied".to_owned(),
        Some(State::Ignored) => format!(
            "nothing acts upon it ({})",
            reason.unwrap_or("no reason is kept")
        ),
        Some(State::Held) => {
            "it is held for its disabled endpoint: `endpoint enable` sends it".to_owned()
        }
        Some(State::Dead) => {
            "its dead letter is gone: they are kept for seven days. Have its provider send it again"
                .to_owned()
        }
        Some(State::Received | State::Queued | State::Processing | State::Failed) => {
            "it is no dead letter: it is in the queue still, and comes again by itself".to_owned()
        }
    }
}
