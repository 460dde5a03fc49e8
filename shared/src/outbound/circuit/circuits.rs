//! The protocol, on its table and by its clock, with what this process remembers of each circuit.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::policy::{BELIEVED, Policy, open_time};
use super::rules::{self, Answer, Verdict};
use super::table::{Table, Unavailable, Written};
use super::window::Window;
use super::{Key, Mode, Record, State, Write};
use crate::alert::{Code, Condition, OrganizationRef, Publisher};
use crate::clock::{Clock, unix_ms};
use crate::outbound::chance::Chance;
use crate::outbound::policy::TripRule;
use crate::outbound::{Class, Target};
use crate::owner::Owner;

/// Circuits above which all are forgotten and read again.
const CAPACITY: usize = 1000;
/// What a call is told to wait that lost the probe to another, or could not ask for it.
const SOON: Duration = Duration::from_secs(1);

/// The right to make one call, and how its end is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Nothing is noted: the store did not answer, or an operator decided.
    Unnoted,
    /// The circuit was closed, at this generation.
    Closed(u64),
    /// This call is the probe, and the circuit is as recorded.
    Probe(Box<Record>),
}

/// How a call ended, in the circuit's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It did what it was asked.
    Succeeded,
    /// The provider failed, and may have asked to wait.
    Failed(Class, Option<Duration>),
    /// It says nothing of the provider's health.
    Neither,
}

/// The circuits of every target.
#[derive(Debug)]
pub struct Circuits {
    table: Table,
    clock: Clock,
    chance: Chance,
    policy: Policy,
    teller: Option<Publisher>,
    known: Mutex<HashMap<Key, Known>>,
}

#[derive(Debug, Default)]
struct Known {
    record: Record,
    /// Unix milliseconds: from when, and until when, it is believed.
    read_at: i64,
    fresh_until: i64,
    window: Window,
}

impl Circuits {
    /// The circuits in `table`.
    #[must_use]
    pub fn new(table: Table, clock: Clock, chance: Chance) -> Self {
        Self {
            table,
            clock,
            chance,
            policy: Policy::STANDARD,
            teller: None,
            known: Mutex::default(),
        }
    }

    /// Has people told when a circuit opens, stays open after a probe, and is closed again. An alert that cannot be published is lost;
    /// the alarm on the transitions' lines tells of it then.
    #[must_use]
    pub fn telling(mut self, teller: Publisher) -> Self {
        self.teller = Some(teller);
        self
    }

    /// Asks to make a call that takes at most `call`. A circuit that is known to be closed costs nothing; one that is
    /// half open costs a write.
    ///
    /// # Errors
    /// When to come again.
    pub async fn admit(
        &self,
        target: Target<'_>,
        key: &Key,
        call: Duration,
    ) -> Result<Pass, Duration> {
        let mut record = match self.believed(key) {
            Some(record) => record,
            // A store that is away stops no calls. It is asked again by the next one.
            None => match self.table.find(key).await {
                Ok(record) => self.learn(key, record),
                Err(Unavailable) => return Ok(Pass::Unnoted),
            },
        };
        for _ in 0..2 {
            let now = self.clock.now();
            match rules::answer(&self.policy, &record, now) {
                Answer::Pass => return Ok(Pass::Closed(record.generation)),
                Answer::PassUnnoted => return Ok(Pass::Unnoted),
                Answer::Reject { retry_after } => return Err(retry_after.max(SOON)),
                Answer::Probe => {}
            }
            let owner = Owner::random();
            let write = rules::probe(&self.policy, &record, owner, call, now);
            let is_ours = match self.table.write(key, &write).await {
                Ok(Written::Made(held)) => {
                    record = self.learn(key, held);
                    true
                }
                Ok(Written::Refused(found)) => {
                    record = self.learn(key, found);
                    // Made by an attempt whose answer was lost.
                    record.owner == Some(owner)
                }
                // It may have been made, and then its lease runs out.
                Err(Unavailable) => return Err(SOON),
            };
            if is_ours {
                log(target, key, "half_open", record.reason);
                return Ok(Pass::Probe(Box::new(record)));
            }
        }
        Err(SOON)
    }

    /// Notes how a call ended. Writes only where that changes the circuit.
    pub async fn note(&self, target: Target<'_>, key: &Key, pass: Pass, end: End) {
        match pass {
            Pass::Unnoted => {}
            Pass::Closed(generation) => {
                let rule = target.dependency.policy().trip;
                if let End::Failed(class, asked) = end
                    && self.count(key, rule, generation, true)
                {
                    self.trip(target, key, generation, class, asked).await;
                } else if end == End::Succeeded {
                    self.count(key, rule, generation, false);
                }
            }
            Pass::Probe(held) => self.judge(target, key, &held, end).await,
        }
    }

    /// Lets an operator decide, at once for this process and within seconds for the others.
    ///
    /// # Errors
    /// [`Unavailable`]: not decided, or not known to be.
    pub async fn decide(&self, key: &Key, mode: Mode) -> Result<Record, Unavailable> {
        let now = self.clock.now();
        // Whichever of the two finds the item as it expects; the second time for one that came meanwhile.
        for write in [
            rules::decide(mode, now),
            rules::decide_first(mode, now),
            rules::decide(mode, now),
        ] {
            if let Written::Made(record) = self.table.write(key, &write).await? {
                return Ok(self.learn(key, record));
            }
        }
        Err(Unavailable)
    }

    async fn trip(
        &self,
        target: Target<'_>,
        key: &Key,
        seen: u64,
        class: Class,
        asked: Option<Duration>,
    ) {
        let open = open_time(0, asked, self.chance.about_one());
        let write = rules::trip(seen, class, open, self.clock.now());
        if self.write(key, &write).await.is_some() {
            log(target, key, "opened", Some(class));
            let condition = Condition::firing(Code::CircuitOpen).reason(class.as_str());
            self.tell(target, condition).await;
        }
    }

    async fn judge(&self, target: Target<'_>, key: &Key, held: &Record, end: End) {
        let verdict = match end {
            End::Succeeded => Verdict::Success,
            End::Neither => Verdict::Neither,
            End::Failed(class, asked) => {
                let failed = held.failed_probes.saturating_add(1);
                Verdict::Failure(class, open_time(failed, asked, self.chance.about_one()))
            }
        };
        let write = rules::verdict(&self.policy, held, verdict, self.clock.now());
        match self.write(key, &write).await.map(|record| record.state) {
            Some(State::Closed) => {
                log(target, key, "closed", None);
                self.tell(target, Condition::resolved(Code::CircuitOpen))
                    .await;
            }
            Some(State::Open) => {
                let class = class_of(end);
                log(target, key, "reopened", class);
                let reason = class.map_or("unknown", Class::as_str);
                let condition = Condition::firing(Code::CircuitOpen).reason(reason);
                self.tell(target, condition).await;
            }
            Some(State::HalfOpen) | None => {}
        }
    }

    /// Publishes what became of a circuit; only who made the transition does.
    async fn tell(&self, target: Target<'_>, condition: Condition) {
        if let Some(teller) = &self.teller {
            let condition = condition
                .dependency(target.dependency.as_str())
                .organization(OrganizationRef::of_credential(target.credential));
            // Its failure is logged where it fails, and is no reason to stop a call.
            let _ = teller.publish(condition).await;
        }
    }

    /// The circuit after the write, if it was made.
    async fn write(&self, key: &Key, write: &Write) -> Option<Record> {
        match self.table.write(key, write).await {
            Ok(Written::Made(record)) => Some(self.learn(key, record)),
            // Others went on without this call; what it saw is of no use any more.
            Ok(Written::Refused(found)) => {
                self.learn(key, found);
                None
            }
            Err(Unavailable) => None,
        }
    }

    fn count(&self, key: &Key, rule: TripRule, generation: u64, failed: bool) -> bool {
        let now = unix_ms(self.clock.now());
        let mut known = self.known();
        let known = known.entry(key.clone()).or_default();
        known.window.note(rule, generation, failed, now)
    }

    fn believed(&self, key: &Key) -> Option<Record> {
        let now = unix_ms(self.clock.now());
        let known = self.known();
        let known = known.get(key)?;
        let is_fresh = (known.read_at..known.fresh_until).contains(&now);
        is_fresh.then(|| known.record.clone())
    }

    fn learn(&self, key: &Key, record: Record) -> Record {
        let now = unix_ms(self.clock.now());
        let believed = BELIEVED.mul_f64(self.chance.about_one());
        let mut known = self.known();
        if known.len() >= CAPACITY && !known.contains_key(key) {
            known.clear();
        }
        let entry = known.entry(key.clone()).or_default();
        entry.window.renew(record.generation);
        entry.record = record.clone();
        entry.read_at = now;
        entry.fresh_until =
            now.saturating_add(i64::try_from(believed.as_millis()).unwrap_or_default());
        record
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Key, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn class_of(end: End) -> Option<Class> {
    match end {
        End::Failed(class, _) => Some(class),
        End::Succeeded | End::Neither => None,
    }
}

/// The line of a transition. Whoever makes the write writes it, so each is counted once.
fn log(target: Target<'_>, key: &Key, outcome: &'static str, reason: Option<Class>) {
    tracing::warn!(
        metric = "Circuits",
        dependency = target.dependency.as_str(),
        outcome,
        reason = reason.map(Class::as_str),
        circuit = key.as_str(),
        "circuit"
    );
}
