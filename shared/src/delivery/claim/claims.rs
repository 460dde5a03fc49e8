//! Claims as the receiver and the consumer use them.

use std::marker::PhantomData;
use std::time::Duration;

use time::OffsetDateTime;

use super::policy::ms;
use super::{
    ClaimError, Owner, Policy, Record, State, Subject, Table, Terms, Verdict, Write, Written, gate,
    processing,
};
use crate::clock::Clock;
use crate::delivery::DeliveryId;

/// The right of one attempt to act on a delivery, in the phase `P`: [`Receiving`] or [`Processing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<P> {
    delivery: DeliveryId,
    owner: Owner,
    lease_until: i64,
    attempt: u32,
    remembered_until: OffsetDateTime,
    phase: PhantomData<P>,
}

/// The phase from receipt to queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiving {}

/// The phase from queue to verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processing {}

/// What a receiver is to do with a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Queue it, then [`Claims::mark_queued`]; [`Claims::release`] if it could not be queued.
    Proceed(Claim<Receiving>),
    /// It is durable already: success.
    Duplicate(State),
    /// Another attempt is about to queue it. No success yet: that attempt may die. 409 with `Retry-After`.
    InProgress {
        /// When it is worth coming again.
        retry_after: Duration,
    },
    /// Another body came under the same name. Refuse, and alert.
    Conflict,
    /// Too many attempts died of it. Refuse for now, and alert.
    Poisoned {
        /// How many.
        attempts: u32,
        /// When one more attempt will be let in.
        retry_after: Duration,
    },
}

/// What a consumer is to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Process it while [`Claim::holds_at`], then [`Claims::finish`].
    Proceed(Claim<Processing>),
    /// There is nothing left to do: delete the message.
    Duplicate(State),
    /// Another attempt works on it, and may die. Leave the message in the queue.
    InProgress {
        /// When it is worth coming again.
        retry_after: Duration,
    },
}

/// What became of a later write on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is stored, by this call or an earlier one whose answer was lost.
    Yes,
    /// The claim has moved on without this attempt, to this state; `None` when it is gone.
    Superseded(Option<State>),
}

impl<P> Claim<P> {
    /// Which delivery.
    #[must_use]
    pub const fn delivery(&self) -> &DeliveryId {
        &self.delivery
    }

    /// Which attempt of its phase this is, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the lease lasts at `now`, by the clock that took it. After that another attempt may be at work, and
    /// no effect may be begun.
    #[must_use]
    pub fn holds_at(&self, now: OffsetDateTime) -> bool {
        ms(now) < self.lease_until
    }

    fn new(subject: &Subject, terms: Terms, record: &Record, attempt: u32) -> Self {
        Self {
            delivery: subject.delivery.clone(),
            owner: record.owner,
            lease_until: record.lease_until,
            attempt,
            remembered_until: terms.remembered_until(subject.received_at),
            phase: PhantomData,
        }
    }
}

/// A table that refuses to replace nothing, or shows one expired claim after another, is not to be believed.
const STRANGE: ClaimError = ClaimError::Unavailable;

/// The protocol, on its table and by its clock.
#[derive(Clone, Debug)]
pub struct Claims {
    table: Table,
    clock: Clock,
    policy: Policy,
}

impl Claims {
    /// The claims in `table`.
    #[must_use]
    pub const fn new(table: Table, clock: Clock) -> Self {
        Self {
            table,
            clock,
            policy: Policy::STANDARD,
        }
    }

    /// Claims a delivery for a receiver. One call; a second one only where an expired claim lies in the way.
    ///
    /// # Errors
    /// [`ClaimError`]: not claimed, or not known to be.
    pub async fn take(&self, subject: &Subject, terms: Terms) -> Result<Admission, ClaimError> {
        let (owner, now, policy) = (Owner::random(), self.clock.now(), &self.policy);
        let mut write = gate::take(policy, subject, terms, owner, now);
        for _ in 0..2 {
            let found = match self.attempt(subject, &write).await? {
                Ok(record) => return Ok(admitted(subject, terms, &record)),
                Err(found) => found,
            };
            return Ok(match gate::refused(policy, &found, subject, owner, now) {
                gate::Refused::Ours => admitted(subject, terms, &found),
                gate::Refused::Expired => {
                    write = gate::replace(policy, &found, subject, terms, owner, now);
                    continue;
                }
                gate::Refused::InProgress { retry_after } => Admission::InProgress { retry_after },
                gate::Refused::Duplicate(state) => Admission::Duplicate(state),
                gate::Refused::Conflict => Admission::Conflict,
                gate::Refused::Poisoned {
                    attempts,
                    retry_after,
                } => Admission::Poisoned {
                    attempts,
                    retry_after,
                },
            });
        }
        Err(STRANGE)
    }

    /// Looks again at a delivery that was [`Admission::InProgress`], without claiming it and without a write.
    /// [`Admission::InProgress`] while nothing has changed, and where only a new attempt could tell more.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn look(&self, subject: &Subject) -> Result<Admission, ClaimError> {
        let (owner, now) = (Owner::random(), self.clock.now());
        let found = self.table.find(&subject.delivery).await?;
        let refused = found.map(|found| gate::refused(&self.policy, &found, subject, owner, now));
        Ok(match refused {
            Some(gate::Refused::Duplicate(state)) => Admission::Duplicate(state),
            Some(gate::Refused::Conflict) => Admission::Conflict,
            Some(gate::Refused::InProgress { retry_after }) => {
                Admission::InProgress { retry_after }
            }
            _ => Admission::InProgress {
                retry_after: Duration::from_secs(1),
            },
        })
    }

    /// Records that the delivery is in the queue. Whatever this returns, it is, and success may be answered.
    ///
    /// # Errors
    /// [`ClaimError`]: not recorded, or not known to be.
    pub async fn mark_queued(&self, claim: &Claim<Receiving>) -> Result<Recorded, ClaimError> {
        let write = gate::mark_queued(claim.owner, self.clock.now());
        self.record(claim, &write, State::Queued).await
    }

    /// Records that the delivery's body is stored and waits for its endpoint. Success may be answered only after
    /// [`Recorded::Yes`]: this record is what refers to the body.
    ///
    /// # Errors
    /// [`ClaimError`]: not recorded, or not known to be.
    pub async fn hold(&self, claim: &Claim<Receiving>) -> Result<Recorded, ClaimError> {
        let write = gate::hold(claim.owner, claim.remembered_until, self.clock.now());
        self.record(claim, &write, State::Held).await
    }

    /// Gives a claim back whose delivery could not be queued, so that the provider's retry need not wait.
    ///
    /// # Errors
    /// [`ClaimError`]; the lease then runs out by itself.
    pub async fn release(&self, claim: &Claim<Receiving>) -> Result<Recorded, ClaimError> {
        let write = gate::release(claim.owner, claim.attempt);
        self.record(claim, &write, State::Received).await
    }

    /// Begins to process a delivery. One call; a second one only where an expired claim lies in the way.
    ///
    /// # Errors
    /// [`ClaimError`]: not begun, or not known to be.
    pub async fn begin(&self, subject: &Subject, terms: Terms) -> Result<Start, ClaimError> {
        let (owner, now, policy) = (Owner::random(), self.clock.now(), &self.policy);
        let mut write = processing::begin(policy, subject, terms, owner, now);
        for _ in 0..2 {
            let found = match self.attempt(subject, &write).await? {
                Ok(record) => return Ok(started(subject, terms, &record)),
                Err(found) => found,
            };
            return Ok(match processing::refused(policy, &found, owner, now) {
                processing::Refused::Ours => started(subject, terms, &found),
                processing::Refused::Expired => {
                    write = processing::replace(policy, &found, subject, terms, owner, now);
                    continue;
                }
                processing::Refused::InProgress { retry_after } => {
                    Start::InProgress { retry_after }
                }
                processing::Refused::Duplicate(state) => Start::Duplicate(state),
            });
        }
        Err(STRANGE)
    }

    /// Records how processing ended. `reason` is a stable code, never a text that could quote the payload.
    ///
    /// Only after [`Recorded::Yes`] may the message of a [`Verdict::Done`] or [`Verdict::Ignored`] be deleted.
    ///
    /// # Errors
    /// [`ClaimError`]: not recorded, or not known to be. The message must come again.
    pub async fn finish(
        &self,
        claim: &Claim<Processing>,
        verdict: Verdict,
        reason: Option<&'static str>,
    ) -> Result<Recorded, ClaimError> {
        let (until, now) = (claim.remembered_until, self.clock.now());
        let write = processing::finish(claim.owner, verdict, reason, until, now);
        self.record(claim, &write, verdict.state()).await
    }

    /// The claim of a delivery; `None` when there is none that counts.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn find(&self, delivery: &DeliveryId) -> Result<Option<Record>, ClaimError> {
        let now = self.clock.now().unix_timestamp();
        let found = self.table.find(delivery).await?;
        Ok(found.filter(|record| record.expires_at > now))
    }

    /// The claim after the write, or the one that stood against it.
    async fn attempt(
        &self,
        subject: &Subject,
        write: &Write,
    ) -> Result<Result<Box<Record>, Box<Record>>, ClaimError> {
        match self.table.write(&subject.delivery, write).await? {
            Written::Made(record) => Ok(Ok(record)),
            Written::Refused(Some(found)) => Ok(Err(found)),
            Written::Refused(None) => Err(STRANGE),
        }
    }

    async fn record<P>(
        &self,
        claim: &Claim<P>,
        write: &Write,
        state: State,
    ) -> Result<Recorded, ClaimError> {
        Ok(match self.table.write(&claim.delivery, write).await? {
            Written::Made(_) => Recorded::Yes,
            Written::Refused(Some(found)) if found.owner == claim.owner && found.state == state => {
                Recorded::Yes
            }
            Written::Refused(found) => Recorded::Superseded(found.map(|found| found.state)),
        })
    }
}

fn admitted(subject: &Subject, terms: Terms, record: &Record) -> Admission {
    Admission::Proceed(Claim::new(subject, terms, record, record.attempts))
}

fn started(subject: &Subject, terms: Terms, record: &Record) -> Start {
    Start::Proceed(Claim::new(subject, terms, record, record.starts))
}
