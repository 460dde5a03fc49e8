//! One check of one request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;

use super::memory::Memory;
use super::policy::{OnTrouble, Policy};
use super::quota::Quota;
use super::store::{Counted, Store, Trouble};
use super::subject::Subject;
use super::window::Verdict;
use crate::clock::Clock;

/// How long the store is left alone after it failed, in milliseconds, so that not every request of an outage
/// waits for its time-out.
const PAUSE_MS: u64 = 1000;
/// How long a key that the store throttles is denied without asking, in milliseconds. Long enough to cool it,
/// and within it the counts that deny it properly were written.
const COOLING_MS: u64 = 5000;

/// How long a request waits for its count, on AWS. `DynamoDB`'s p99.9 for such a write is a twentieth of it; a
/// limit is not worth more of a sender's patience.
pub const TIMEOUT: Duration = Duration::from_millis(300);

/// Counts requests in the table of limits. One per process and purpose: organisations and addresses each have
/// their own, so that a flood of addresses pushes nothing out of the organisations' memory.
#[derive(Debug)]
pub struct Limiter {
    store: Store,
    memory: Memory,
    clock: Clock,
    /// Unix milliseconds.
    paused_until: AtomicU64,
}

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Counted, and within the limit.
    Admitted(Quota),
    /// Over the limit.
    Over(Quota),
    /// The store did not count it, so the limit is not enforced across processes. What to do is the policy's
    /// choice.
    StoreTrouble {
        /// Whether the request may pass all the same.
        admit: bool,
        /// When refused: when to come again. When admitted: what this process has left to admit by itself.
        quota: Quota,
    },
}

impl Decision {
    /// Whether the request may pass.
    #[must_use]
    pub const fn admits(&self) -> bool {
        match self {
            Self::Admitted(_) => true,
            Self::Over(_) => false,
            Self::StoreTrouble { admit, .. } => *admit,
        }
    }

    /// What is left.
    #[must_use]
    pub const fn quota(&self) -> Quota {
        match self {
            Self::Admitted(quota) | Self::Over(quota) | Self::StoreTrouble { quota, .. } => *quota,
        }
    }

    /// The stable name, for the request's log line and metric.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Admitted(_) => "admitted",
            Self::Over(_) => "over",
            Self::StoreTrouble { admit: true, .. } => "store_trouble_open",
            Self::StoreTrouble { admit: false, .. } => "store_trouble_closed",
        }
    }
}

impl Limiter {
    /// Counts in `table` (key `limit`, TTL attribute `expires_at`) over the client's connections, and waits
    /// at most `timeout` ([`TIMEOUT`]) for each write.
    #[must_use]
    pub fn new(client: &Client, table: String, timeout: Duration, clock: Clock) -> Self {
        Self {
            store: Store::new(client, table, timeout),
            memory: Memory::default(),
            clock,
            paused_until: AtomicU64::new(0),
        }
    }

    /// Another of the same table and time-out, with a memory of its own.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self {
            store: self.store.clone(),
            memory: Memory::default(),
            clock: self.clock.clone(),
            paused_until: AtomicU64::new(0),
        }
    }

    /// Counts one request of `subject` and says whether `policy` admits it. Takes at most the time-out, and
    /// once in a denial's period as long again to share the denial.
    ///
    /// No answer means "not counted": a caller that gives up may have been counted, and never the reverse.
    pub async fn check(&self, policy: &Policy, subject: &Subject) -> Decision {
        let key = policy.key(subject);
        let now = self.now();
        if let Some(until) = self.memory.denied_until(&key, policy, now) {
            return Decision::Over(Quota::new(0, until, now));
        }
        if now < self.paused_until.load(Ordering::Relaxed) {
            return self.without_store(&key, policy, now);
        }
        let until = match self.store.count(&key, policy, now).await {
            Ok(Counted::Yes(counts)) => match counts.judge(policy.window, policy.limit, now) {
                Verdict::Admit {
                    remaining,
                    renews_at,
                } => {
                    self.memory.admit(&key, policy, now);
                    return Decision::Admitted(Quota::new(remaining, renews_at, now));
                }
                Verdict::Deny { until } => {
                    self.memory.deny(&key, policy, until, now);
                    if let Err(Trouble(cause)) = self.store.deny(&key, policy, until, now).await {
                        tracing::warn!(cause, limit = policy.name, "denial could not be shared");
                    }
                    until
                }
            },
            Ok(Counted::Denied(until)) => until.unwrap_or(now + PAUSE_MS),
            Ok(Counted::TooHot) => {
                tracing::warn!(limit = policy.name, "the store throttles one key");
                now + COOLING_MS
            }
            Err(Trouble(cause)) => {
                self.paused_until.store(now + PAUSE_MS, Ordering::Relaxed);
                tracing::error!(
                    metric = "Limits",
                    outcome = "uncounted",
                    cause,
                    limit = policy.name,
                    "limits cannot be counted"
                );
                return self.without_store(&key, policy, now);
            }
        };
        self.memory.deny(&key, policy, until, now);
        Decision::Over(Quota::new(0, until, now))
    }

    /// The quota of a subject that this process knows to be over its limit. Asks nobody and counts nothing.
    #[must_use]
    pub fn known_over(&self, policy: &Policy, subject: &Subject) -> Option<Quota> {
        let now = self.now();
        let until = self
            .memory
            .denied_until(&policy.key(subject), policy, now)?;
        Some(Quota::new(0, until, now))
    }

    fn without_store(&self, key: &str, policy: &Policy, now: u64) -> Decision {
        let refuse = |until| Decision::StoreTrouble {
            admit: false,
            quota: Quota::new(0, until, now),
        };
        match policy.on_trouble {
            OnTrouble::Closed => refuse(now + PAUSE_MS),
            OnTrouble::Open => match self.memory.judge(key, policy, now) {
                Verdict::Admit {
                    remaining,
                    renews_at,
                } => Decision::StoreTrouble {
                    admit: true,
                    quota: Quota::new(remaining, renews_at, now),
                },
                Verdict::Deny { until } => refuse(until),
            },
        }
    }

    /// Unix milliseconds.
    fn now(&self) -> u64 {
        let ms = self.clock.now().unix_timestamp_nanos() / 1_000_000;
        u64::try_from(ms).unwrap_or_default()
    }
}
