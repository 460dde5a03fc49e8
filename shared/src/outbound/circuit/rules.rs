//! The protocol's rules: what a circuit lets pass, and every write that may change it. Pure.

use std::time::Duration;

use time::OffsetDateTime;

use super::policy::{FORCED, LEASE_MARGIN, Policy, REMEMBERED};
use super::record::Record;
use super::write::{Clause, Field, Guard, Write};
use super::{Mode, State};
use crate::clock::unix_ms;
use crate::outbound::Class;
use crate::owner::Owner;

/// What a circuit says to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It passes, and is noted under the circuit's generation.
    Pass,
    /// It passes, and is not noted.
    PassUnnoted,
    /// It passes if [`probe`] can be written.
    Probe,
    /// It does not pass.
    Reject {
        /// When it is worth coming again.
        retry_after: Duration,
    },
}

/// How a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The provider did what it was asked.
    Success,
    /// The provider failed in this way, and stays alone for this long.
    Failure(Class, Duration),
    /// Nothing was learnt of its health: another may probe at once.
    Neither,
}

/// What a circuit says to a call at `now`.
#[must_use]
pub fn answer(policy: &Policy, record: &Record, now: OffsetDateTime) -> Answer {
    let over = |at: i64| at.saturating_add(slack(policy)) <= unix_ms(now);
    let until = |at: i64| {
        let left = at.saturating_add(slack(policy)) - unix_ms(now);
        Duration::from_millis(u64::try_from(left).unwrap_or_default())
    };
    match (record.mode, record.state) {
        (Mode::ForcedOpen, _) => Answer::Reject {
            retry_after: FORCED,
        },
        (Mode::ForcedClosed, _) => Answer::PassUnnoted,
        (Mode::Auto, State::Closed) => Answer::Pass,
        (Mode::Auto, State::Open) if over(record.open_until) => Answer::Probe,
        (Mode::Auto, State::Open) => Answer::Reject {
            retry_after: until(record.open_until),
        },
        (Mode::Auto, State::HalfOpen) if over(record.lease_until) => Answer::Probe,
        (Mode::Auto, State::HalfOpen) => Answer::Reject {
            retry_after: until(record.lease_until),
        },
    }
}

/// Opens a closed circuit for `open`, because of failures of calls that passed it at the generation `seen`.
///
/// The generation is what drops a slow failure from before an outage that is over by now.
#[must_use]
pub fn trip(seen: u64, reason: Class, open: Duration, now: OffsetDateTime) -> Write {
    Write {
        guard: Guard(vec![
            vec![Clause::Absent],
            vec![
                Clause::State(State::Closed),
                Clause::Generation(seen),
                Clause::Mode(Mode::Auto),
            ],
        ]),
        fields: vec![
            Field::State(State::Open),
            Field::Generation(seen.saturating_add(1)),
            Field::Mode(Mode::Auto),
            Field::OpenedAt(unix_ms(now)),
            Field::OpenUntil(after(now, open)),
            Field::FailedProbes(0),
            Field::LeaseUntil(0),
            Field::Successes(0),
            Field::Reason(reason),
            Field::ExpiresAt(Some(after(now, REMEMBERED) / 1000)),
        ],
    }
}

/// Takes the probe of a circuit that was `seen`, for a call that takes at most `call`. Its generation is the next one.
///
/// The lease is for those who do not probe. Who does is never stopped by it: a late verdict meets the generation.
#[must_use]
pub fn probe(
    policy: &Policy,
    seen: &Record,
    owner: Owner,
    call: Duration,
    now: OffsetDateTime,
) -> Write {
    let ended = unix_ms(now).saturating_sub(slack(policy));
    let generation = Clause::Generation(seen.generation);
    Write {
        guard: Guard(vec![
            vec![
                Clause::State(State::Open),
                Clause::OpenEndedBy(ended),
                generation,
                Clause::Mode(Mode::Auto),
            ],
            vec![
                Clause::State(State::HalfOpen),
                Clause::LeaseEndedBy(ended),
                generation,
                Clause::Mode(Mode::Auto),
            ],
        ]),
        fields: vec![
            Field::State(State::HalfOpen),
            Field::Generation(seen.generation.saturating_add(1)),
            Field::Owner(owner),
            Field::LeaseUntil(after(now, call + LEASE_MARGIN)),
            Field::ExpiresAt(Some(after(now, REMEMBERED) / 1000)),
        ],
    }
}

/// What the probe that is recorded in `held` found.
///
/// Successes are counted in the item, so that it closes as soon as the provider is well, whoever calls it.
#[must_use]
pub fn verdict(policy: &Policy, held: &Record, verdict: Verdict, now: OffsetDateTime) -> Write {
    let successes = held.successes.saturating_add(1);
    let fields = match verdict {
        Verdict::Success if successes >= policy.close_after => vec![
            Field::State(State::Closed),
            Field::Successes(0),
            Field::FailedProbes(0),
            Field::LeaseUntil(0),
        ],
        Verdict::Success => vec![Field::Successes(successes), Field::LeaseUntil(0)],
        Verdict::Neither => vec![Field::LeaseUntil(0)],
        Verdict::Failure(reason, open) => vec![
            Field::State(State::Open),
            Field::OpenedAt(unix_ms(now)),
            Field::OpenUntil(after(now, open)),
            Field::FailedProbes(held.failed_probes.saturating_add(1)),
            Field::Successes(0),
            Field::LeaseUntil(0),
            Field::Reason(reason),
        ],
    };
    Write {
        guard: Guard(vec![vec![
            Clause::State(State::HalfOpen),
            Clause::Generation(held.generation),
        ]]),
        fields,
    }
}

/// An operator decides about a stored circuit. Its state stays, and counts again with [`Mode::Auto`].
#[must_use]
pub fn decide(mode: Mode, now: OffsetDateTime) -> Write {
    Write {
        guard: Guard(vec![vec![Clause::Present]]),
        fields: vec![Field::Mode(mode), Field::ExpiresAt(remembered(mode, now))],
    }
}

/// An operator decides about a circuit that is not stored.
#[must_use]
pub fn decide_first(mode: Mode, now: OffsetDateTime) -> Write {
    Write {
        guard: Guard(vec![vec![Clause::Absent]]),
        fields: vec![
            Field::State(State::Closed),
            Field::Generation(0),
            Field::Mode(mode),
            Field::ExpiresAt(remembered(mode, now)),
        ],
    }
}

/// What an operator decided is not forgotten.
fn remembered(mode: Mode, now: OffsetDateTime) -> Option<i64> {
    (mode == Mode::Auto).then(|| after(now, REMEMBERED) / 1000)
}

fn slack(policy: &Policy) -> i64 {
    i64::try_from(policy.slack.as_millis()).unwrap_or(i64::MAX)
}

/// Unix milliseconds.
fn after(now: OffsetDateTime, time: Duration) -> i64 {
    let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    unix_ms(now).saturating_add(time)
}
