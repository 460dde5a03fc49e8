//! The consumer's rules: begin, then finish.

use std::time::Duration;

use time::OffsetDateTime;

use super::policy::{self, ms};
use super::write::{Clause, Count, Field, Guard, Write};
use super::{Owner, Policy, Record, State, Subject, Terms, Verdict, gate};

/// States in which nobody works on the delivery and somebody should. A message is the order to do so: `Received`
/// because the message may be faster than the receiver's mark, `Dead` because it came back from the dead letters,
/// `Held` because its endpoint was enabled.
const OPEN: &[State] = &[
    State::Received,
    State::Queued,
    State::Failed,
    State::Dead,
    State::Held,
];

/// What it means that a delivery could not be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is this attempt's own: the write was made and its answer was lost.
    Ours,
    /// The claim found counts no more; see [`replace`].
    Expired,
    /// Another attempt works on it.
    InProgress {
        /// When that attempt's lease will be over for everybody.
        retry_after: Duration,
    },
    /// There is nothing left to do.
    Duplicate(State),
}

/// Begins to process a delivery: one that waits, or one whose processor's lease ran out.
///
/// A message without a claim is begun too: it came from a receiver that knew of no claims, or its claim expired.
/// Not to process it would be to lose it.
#[must_use]
pub fn begin(
    policy: &Policy,
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
) -> Write {
    let over = Clause::LeaseEndedBy(ms(now - policy.slack));
    Write {
        guard: Guard(vec![
            vec![Clause::Absent],
            vec![Clause::State(OPEN)],
            vec![Clause::State(&[State::Processing]), over],
        ]),
        fields: processing(subject, terms, owner, now, Count::Next),
    }
}

/// Begins a delivery whose claim has expired and still lies in the table, in `found`'s place.
#[must_use]
pub fn replace(
    policy: &Policy,
    found: &Record,
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
) -> Write {
    let mut fields = processing(subject, terms, owner, now, Count::Set(1));
    fields.extend([Field::Attempts(Count::Set(0)), Field::QueuedAt(None)]);
    Write {
        guard: gate::expired(policy, found, now),
        fields,
    }
}

fn processing(
    subject: &Subject,
    terms: Terms,
    owner: Owner,
    now: OffsetDateTime,
    starts: Count,
) -> Vec<Field> {
    let remembered_until = terms.remembered_until(subject.received_at);
    let mut fields = vec![
        Field::State(State::Processing),
        Field::Owner(owner),
        Field::LeaseUntil(terms.lease_until(now)),
        Field::Starts(starts),
        Field::StartedAt(Some(now)),
        Field::FinishedAt(None),
        Field::Reason(None),
        Field::ExpiresAt(policy::open_until(remembered_until, now)),
    ];
    fields.extend(subject.fields());
    fields
}

/// What it means that [`begin`] or [`replace`] was refused because of `found`.
#[must_use]
pub fn refused(policy: &Policy, found: &Record, owner: Owner, now: OffsetDateTime) -> Refused {
    if found.owner == owner && found.state == State::Processing {
        return Refused::Ours;
    }
    if found.expires_at <= (now - policy.slack).unix_timestamp() {
        return Refused::Expired;
    }
    if found.state.is_final() {
        return Refused::Duplicate(found.state);
    }
    let slack = i64::try_from(policy.slack.as_millis()).unwrap_or(i64::MAX);
    Refused::InProgress {
        retry_after: policy::wait(found.lease_until.saturating_add(slack), now),
    }
}

/// Records how the attempt ended.
///
/// The owner keeps a late attempt off its successor's claim. The state keeps an attempt off its own earlier verdict:
/// one whose `Done` was stored and whose answer was lost may believe that it failed.
#[must_use]
pub fn finish(
    owner: Owner,
    verdict: Verdict,
    reason: Option<&'static str>,
    remembered_until: OffsetDateTime,
    now: OffsetDateTime,
) -> Write {
    let expires_at = match verdict {
        Verdict::Done | Verdict::Ignored => policy::finished_until(remembered_until, now),
        Verdict::Failed => policy::open_until(remembered_until, now),
        Verdict::Dead => policy::parked_until(remembered_until, now),
    };
    let state = Clause::State(&[State::Processing]);
    Write {
        guard: Guard(vec![vec![Clause::Owner(owner), state]]),
        fields: vec![
            Field::State(verdict.state()),
            Field::FinishedAt(Some(now)),
            Field::Reason(reason),
            Field::ExpiresAt(expires_at),
        ],
    }
}
