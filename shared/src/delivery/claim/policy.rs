//! The times and counts of the protocol.

use std::time::Duration;

use time::OffsetDateTime;

/// The longest lease: no invocation of a Lambda function lasts longer.
const LONGEST_LEASE: Duration = Duration::from_mins(15);
/// How long a finished claim answers for its delivery, at least.
const FINISHED: Duration = Duration::from_hours(24);
/// How long a message can stay in the deliveries queue: an open claim outlives its message.
const QUEUED: Duration = Duration::from_hours(24);
/// How long a claim is kept whose body waits outside the queue: dead letters and held bodies are kept for 7 days.
const PARKED: Duration = Duration::from_hours(8 * 24);
/// The longest a provider is believed to retry.
const LONGEST_HORIZON: Duration = Duration::from_hours(30 * 24);

/// What the protocol is tuned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// How far two machines' clocks may differ: a lease is over for others only this much later. Synchronised hosts
    /// differ by milliseconds; this leaves room for one that has lost its time server for a while.
    pub slack: Duration,
    /// Attempts at the gate that may end without being given back. Then the delivery is taken to be what kills
    /// them, and rests.
    pub max_attempts: u32,
    /// How long it rests before each further attempt. It is never refused for good: what looked like poison may
    /// have been an outage.
    pub rest: Duration,
}

impl Policy {
    /// What runs.
    pub const STANDARD: Self = Self {
        slack: Duration::from_secs(2),
        max_attempts: 5,
        rest: Duration::from_mins(15),
    };
}

/// What an attempt asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// How long this attempt can act: the time left to its invocation, at most 15 minutes.
    pub lease: Duration,
    /// How long after its receipt the provider may still retry the delivery, at most 30 days.
    pub retry_horizon: Duration,
}

impl Terms {
    /// When a lease taken now ends, Unix milliseconds.
    pub(super) fn lease_until(self, now: OffsetDateTime) -> i64 {
        ms(later(now, self.lease.min(LONGEST_LEASE)))
    }

    /// Until when a retry of the delivery is to be recognised.
    pub(super) fn remembered_until(self, received_at: OffsetDateTime) -> OffsetDateTime {
        later(received_at, self.retry_horizon.min(LONGEST_HORIZON))
    }
}

/// When an unfinished claim expires, Unix seconds.
pub(super) fn open_until(remembered_until: OffsetDateTime, now: OffsetDateTime) -> i64 {
    later(at_least(remembered_until, now, FINISHED), QUEUED).unix_timestamp()
}

/// When a finished claim expires, Unix seconds.
pub(super) fn finished_until(remembered_until: OffsetDateTime, now: OffsetDateTime) -> i64 {
    at_least(remembered_until, now, FINISHED).unix_timestamp()
}

/// When a claim expires whose body is parked, Unix seconds.
pub(super) fn parked_until(remembered_until: OffsetDateTime, now: OffsetDateTime) -> i64 {
    at_least(remembered_until, now, PARKED).unix_timestamp()
}

fn at_least(
    remembered_until: OffsetDateTime,
    now: OffsetDateTime,
    time: Duration,
) -> OffsetDateTime {
    remembered_until.max(later(now, time))
}

// Saturating: a time of receipt comes out of a message, and nothing that comes from outside may panic.
fn later(moment: OffsetDateTime, time: Duration) -> OffsetDateTime {
    moment.saturating_add(time::Duration::try_from(time).unwrap_or(time::Duration::MAX))
}

/// Unix milliseconds.
pub(super) fn ms(moment: OffsetDateTime) -> i64 {
    let nanoseconds = moment.unix_timestamp_nanos();
    i64::try_from(nanoseconds.div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

/// What somebody is told to wait until the time `at`, Unix milliseconds: whole seconds, at least one.
pub(super) fn wait(at: i64, now: OffsetDateTime) -> Duration {
    let left = u64::try_from(at.saturating_sub(ms(now))).unwrap_or_default();
    Duration::from_secs(left.div_ceil(1000).max(1))
}
