//! The receiver's rules: claim, queue, mark; or give back; or hold.

use std::time::Duration;

use time::OffsetDateTime;

use super::policy::{self, ms};
use super::write::{Clause, Count, Field, Guard, Write};
use super::{Owner, Policy, Record, State, Subject, Terms};

/// What a refused claim means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is this attempt's own: the write was made and its answer was lost.
    Ours,
    /// The claim found counts no more; see [`replace`].
    Expired,
    /// Another attempt holds it and has not queued it yet.
    InProgress {
        /// When that attempt's lease will be over for everybody.
        retry_after: Duration,
    },
    /// It is durable already.
    Duplicate(State),
    /// The same delivery with another body.
    Conflict,
    /// Too many attempts died of it.
    Poisoned {
        /// How many.
        attempts: u32,
        /// When the next attempt will be let in.
        retry_after: Duration,
    },
}

/// Claims a delivery that nobody has claimed, or takes it over from an attempt whose lease ran out before it could
/// say that the delivery is queued.
///
/// Each clause of a takeover stands against one mishap. Without the state a delivery that is queued or done would
/// be received again; without the lease two attempts would be at it; without the body the second body would be
/// acknowledged and the first one applied; without the count a delivery that kills its receiver would do so
/// without end.
#[must_use]
pub fn take(
    policy: &Policy,
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
) -> Write {
    let unqueued = [
        Clause::State(&[State::Received]),
        Clause::Body(subject.body),
    ];
    let over = Clause::LeaseEndedBy(ms(now - policy.slack));
    let rested = Clause::LeaseEndedBy(ms(now - policy.slack - policy.rest));
    let below = Clause::AttemptsBelow(policy.max_attempts);
    Write {
        guard: Guard(vec![
            vec![Clause::Absent],
            [&unqueued[..], &[over, below]].concat(),
            [&unqueued[..], &[rested]].concat(),
        ]),
        fields: received(subject, terms, owner, now, Count::Next),
    }
}

/// Claims a delivery whose claim has expired and still lies in the table, in `found`'s place.
#[must_use]
pub fn replace(
    policy: &Policy,
    found: &Record,
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
) -> Write {
    let mut fields = received(subject, terms, owner, now, Count::Set(1));
    fields.extend([
        Field::Starts(Count::Set(0)),
        Field::QueuedAt(None),
        Field::StartedAt(None),
        Field::FinishedAt(None),
        Field::Reason(None),
    ]);
    Write {
        guard: expired(policy, found, now),
        fields,
    }
}

fn received(
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
    attempts: Count,
) -> Vec<Field> {
    let remembered_until = terms.remembered_until(subject.received_at);
    let mut fields = vec![
        Field::State(State::Received),
        Field::Owner(owner),
        Field::LeaseUntil(terms.lease_until(now)),
        Field::Attempts(attempts),
        Field::ExpiresAt(policy::open_until(remembered_until, now)),
    ];
    fields.extend(subject.fields());
    fields
}

/// That the claim is the expired one that was found, or has been removed since.
pub(super) fn expired(policy: &Policy, found: &Record, now: OffsetDateTime) -> Guard {
    let by = (now - policy.slack).unix_timestamp();
    Guard(vec![
        vec![Clause::Absent],
        vec![Clause::Owner(found.owner), Clause::ExpiredBy(by)],
    ])
}

/// What it means that [`take`] or [`replace`] was refused because of `found`.
#[must_use]
pub fn refused(
    policy: &Policy,
    found: &Record,
    subject: &Subject,
    owner: Owner,
    now: OffsetDateTime,
) -> Refused {
    if found.owner == owner && found.state == State::Received {
        return Refused::Ours;
    }
    if found.expires_at <= (now - policy.slack).unix_timestamp() {
        return Refused::Expired;
    }
    if found.body != subject.body {
        return Refused::Conflict;
    }
    if found.state != State::Received {
        return Refused::Duplicate(found.state);
    }
    let slack = i64::try_from(policy.slack.as_millis()).unwrap_or(i64::MAX);
    let rest = i64::try_from(policy.rest.as_millis()).unwrap_or(i64::MAX);
    let over = found.lease_until.saturating_add(slack);
    if over > ms(now) {
        return Refused::InProgress {
            retry_after: policy::wait(over, now),
        };
    }
    Refused::Poisoned {
        attempts: found.attempts,
        retry_after: policy::wait(over.saturating_add(rest), now),
    }
}

/// Records that the delivery is in the queue.
///
/// Either clause alone would do: a consumer that began it has changed both. Whoever weakens one still has the other.
#[must_use]
pub fn mark_queued(owner: Owner, now: OffsetDateTime) -> Write {
    Write {
        guard: still_received(owner),
        fields: vec![Field::State(State::Queued), Field::QueuedAt(Some(now))],
    }
}

/// Records that the delivery's body is stored and waits for its endpoint to be enabled.
#[must_use]
pub fn hold(owner: Owner, remembered_until: OffsetDateTime, now: OffsetDateTime) -> Write {
    Write {
        guard: still_received(owner),
        fields: vec![
            Field::State(State::Held),
            Field::Reason(Some("endpoint_disabled")),
            Field::ExpiresAt(policy::parked_until(remembered_until, now)),
        ],
    }
}

fn still_received(owner: Owner) -> Guard {
    let state = Clause::State(&[State::Received]);
    Guard(vec![vec![Clause::Owner(owner), state]])
}

/// Gives the claim back after a failure that was not the delivery's fault: the next attempt need not wait for the
/// lease, and this one, number `attempt`, does not count.
#[must_use]
pub fn release(owner: Owner, attempt: u32) -> Write {
    Write {
        guard: Guard(vec![vec![Clause::Owner(owner)]]),
        fields: vec![
            Field::LeaseUntil(0),
            Field::Attempts(Count::Set(attempt.saturating_sub(1))),
        ],
    }
}
