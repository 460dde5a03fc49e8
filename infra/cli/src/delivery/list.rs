//! The list of deliveries, out of the three places that know of them.

use std::collections::BTreeMap;

use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _};
use sallyport::{
    clock::Clock,
    delivery::{
        DeliveryId,
        claim::{Record, State},
    },
};
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::log::{Logged, MOST};
use super::{Deliveries, Letter};

/// The states in which somebody may have to act.
pub(super) const UNFINISHED: [State; 6] = [
    State::Received,
    State::Queued,
    State::Processing,
    State::Failed,
    State::Dead,
    State::Held,
];
/// The reason of a dead letter whose consumer did not live to say one: it was killed, or ran out of time.
pub(super) const UNREPORTED: &str = "unreported";
/// Claims asked for at a time.
const AT_ONCE: usize = 16;

/// Which deliveries are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Those in this state; without one, those that are not finished.
    pub state: Option<State>,
    /// Those of this organisation.
    pub organization: Option<Uuid>,
    /// No more than so many, the oldest.
    pub limit: usize,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Which.
    pub delivery: DeliveryId,
    /// Its state's name.
    pub state: &'static str,
    /// Why it is in it.
    pub reason: Option<String>,
    /// How long ago it came, in seconds.
    pub age_s: u64,
    /// Who sent it.
    pub provider: String,
    /// The provider's name for it.
    pub event_type: String,
    /// Through which endpoint it came.
    pub endpoint: String,
    /// Whose it is.
    pub organization: Uuid,
    /// How often it was begun, while its claim tells.
    pub attempts: Option<u32>,
    /// Whether it can be replayed.
    pub dead_letter: bool,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// The deliveries, the oldest first.
    pub deliveries: Vec<Listed>,
    /// How many dead letters there are.
    pub dead_letters: usize,
    /// The queue's ids of those that cannot be read.
    pub unreadable: Vec<String>,
    /// Whether there is more than was looked at.
    pub truncated: bool,
}

/// What the three places know of one delivery.
#[derive(Default)]
struct Known {
    logged: Option<Logged>,
    claim: Option<Record>,
    letter: Option<Letter>,
}

impl Deliveries {
    /// Lists deliveries, and has the log say of dead letters that nobody reported that they are dead.
    ///
    /// # Errors
    /// When one of the places does not answer: a list without it would be wrong.
    pub async fn list(&self, filter: Filter) -> Result<Listing> {
        let (letters, more_letters) = self.dead_letters.look().await?;
        let mut listing = Listing {
            deliveries: Vec::new(),
            dead_letters: letters.len(),
            unreadable: Vec::new(),
            truncated: more_letters,
        };
        let mut known = BTreeMap::<DeliveryId, Known>::new();
        for letter in letters {
            let delivery = letter
                .message
                .as_ref()
                .map(|message| message.delivery.clone());
            match delivery {
                Ok(delivery) => known.entry(delivery).or_default().letter = Some(letter),
                Err(_) => listing.unreadable.push(letter.id),
            }
        }
        let finished = filter.state.filter(|state| state.is_final());
        if finished.is_none() {
            let (claims, more) = self.scan.unfinished().await?;
            listing.truncated |= more;
            for (delivery, claim) in claims {
                known.entry(delivery).or_default().claim = Some(claim);
            }
        }
        let states = finished.map_or(UNFINISHED.to_vec(), |state| vec![state]);
        let logged = self.log.in_states(&states, filter.organization).await?;
        listing.truncated |= logged.len() >= MOST;
        let more = self.log.named(known.keys()).await?;
        for row in logged.into_iter().chain(more) {
            let delivery = row.delivery.clone();
            known.entry(delivery).or_default().logged = Some(row);
        }
        self.report(&mut known).await?;
        let all = futures::stream::iter(known);
        let listed = all.map(async |(delivery, known)| self.listed(delivery, known).await);
        let listed: Vec<_> = listed.buffered(AT_ONCE).try_collect().await?;
        let wanted = |listed: &Listed| {
            let state = match filter.state {
                Some(state) => listed.state == state.as_str(),
                None => UNFINISHED
                    .iter()
                    .any(|state| state.as_str() == listed.state),
            };
            let organization = filter
                .organization
                .is_none_or(|id| id == listed.organization);
            state && organization
        };
        listing.deliveries = listed.into_iter().flatten().filter(wanted).collect();
        listing
            .deliveries
            .sort_by_key(|listed| std::cmp::Reverse(listed.age_s));
        listing.truncated |= listing.deliveries.len() > filter.limit;
        listing.deliveries.truncate(filter.limit);
        Ok(listing)
    }

    /// Dead letters of which neither log nor claim says that they are dead, although nobody can be at work on them.
    async fn report(&self, known: &mut BTreeMap<DeliveryId, Known>) -> Result<()> {
        let now = Clock::system().now();
        for known in known.values_mut() {
            let Some(Ok(message)) = known.letter.as_ref().map(|letter| &letter.message) else {
                continue;
            };
            let state = state(known.logged.as_ref(), known.claim.as_ref());
            let is_at_work = known.claim.as_ref().is_some_and(|claim| {
                claim.state == State::Processing && claim.lease_until > now.unix_timestamp() * 1000
            });
            let is_told = known
                .logged
                .as_ref()
                .is_some_and(|row| row.state == State::Dead.as_str());
            if state.is_some_and(State::is_final) || is_at_work || is_told {
                continue;
            }
            let claimed = known
                .claim
                .as_ref()
                .filter(|claim| claim.state == State::Dead);
            let reason = claimed.and_then(|claim| claim.reason.as_deref());
            let reason = reason.unwrap_or(UNREPORTED).to_owned();
            // An organisation that is not in the database has no log: the list says it all the same.
            let recorded = self.log.record_dead(message, &reason).await;
            if recorded.is_ok()
                && let Some(row) = self
                    .log
                    .named([&message.delivery])
                    .await?
                    .into_iter()
                    .next()
            {
                known.logged = Some(row);
            }
            // What the claim says is older than the letter.
            if let Some(claim) = &mut known.claim {
                claim.state = State::Dead;
                claim.reason = Some(reason);
            }
        }
        Ok(())
    }

    async fn listed(&self, delivery: DeliveryId, mut known: Known) -> Result<Option<Listed>> {
        if known.claim.is_none() {
            known.claim = self.claims.find(&delivery).await?;
        }
        let Known {
            logged,
            claim,
            letter,
        } = known;
        let message = letter
            .as_ref()
            .and_then(|letter| letter.message.as_ref().ok());
        let state = state(logged.as_ref(), claim.as_ref());
        let Some(state) = state.or(message.map(|_| State::Dead)) else {
            return Ok(None);
        };
        let about = logged
            .as_ref()
            .map(|row| {
                (
                    &row.provider,
                    &row.event_type,
                    &row.endpoint,
                    row.organization,
                    row.received_at,
                )
            })
            .or(claim.as_ref().map(|claim| {
                (
                    &claim.provider,
                    &claim.event_type,
                    &claim.endpoint,
                    claim.organization,
                    claim.received_at,
                )
            }))
            .or(message.map(|message| {
                (
                    &message.provider,
                    &message.event_type,
                    &message.endpoint,
                    message.organization,
                    message.received_at,
                )
            }));
        let Some((provider, event_type, endpoint, organization, received_at)) = about else {
            return Ok(None);
        };
        let of_claim = claim.as_ref().filter(|claim| claim.state == state);
        let of_log = logged.as_ref().filter(|row| row.state == state.as_str());
        let reason = of_log
            .and_then(|row| row.reason.clone())
            .or_else(|| of_claim.and_then(|claim| claim.reason.clone()))
            .or_else(|| {
                message
                    .map(|_| UNREPORTED.to_owned())
                    .filter(|_| state == State::Dead)
            });
        Ok(Some(Listed {
            state: state.as_str(),
            reason,
            age_s: age(received_at),
            provider: provider.clone(),
            event_type: event_type.clone(),
            endpoint: endpoint.clone(),
            organization,
            attempts: claim.as_ref().map(|claim| claim.starts),
            dead_letter: letter.is_some(),
            delivery,
        }))
    }
}

/// The state a delivery is in: what the log calls finished is; else the claim knows better, which is written first.
pub(super) fn state(logged: Option<&Logged>, claim: Option<&Record>) -> Option<State> {
    let logged = logged.and_then(|row| State::parse(&row.state));
    match (logged, claim) {
        (Some(state), _) if state.is_final() => Some(state),
        (_, Some(claim)) => Some(claim.state),
        (state, None) => state,
    }
}

fn age(received_at: OffsetDateTime) -> u64 {
    let age = Clock::system().now() - received_at;
    age.whole_seconds().try_into().unwrap_or_default()
}
