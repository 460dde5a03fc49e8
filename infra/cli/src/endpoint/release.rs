//! Releases what is held for an endpoint: each delivery into the queue, and only then out of the bucket.
//!
//! It may be killed anywhere and run again, and two may run at once: a delivery that was sent twice is a duplicate
//! to the consumer's claim.

use std::time::Duration;

use anyhow::{Context, Result};
use sallyport::{
    delivery::{DeliveryId, Held, Queue, StoreError},
    endpoint::FRESH,
};
use tokio::time::{MissedTickBehavior, interval};

/// How long after an endpoint was enabled no receiver holds its deliveries any more: the registry's cache, and the
/// longest a request that read it may still take (the function's time-out in template.yaml).
pub const SETTLED_AFTER: Duration = FRESH.saturating_add(Duration::from_secs(10));

/// What became of the held deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Sent to the queue and removed.
    pub sent: u64,
    /// Gone when they were fetched: released by somebody else, or past their life.
    pub gone: u64,
    /// Left where they are, because they cannot be read.
    pub unreadable: Vec<DeliveryId>,
}

/// Releases what is held for `endpoint`, at most `rate` deliveries a second, and lets `tell` know how many were sent.
///
/// # Errors
/// When a store or the queue does not do what it is asked. Nothing is lost: what was not sent is still held.
pub async fn release(
    held: &Held,
    queue: &Queue,
    endpoint: &str,
    rate: u32,
    mut tell: impl FnMut(u64),
) -> Result<Released> {
    let mut ticks = interval(Duration::from_secs(1) / rate.max(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut outcome = Released::default();
    let mut next = None;
    loop {
        let page = held.list(endpoint, next.as_deref()).await;
        let page = page.with_context(|| unfinished(&outcome, endpoint))?;
        for delivery in page.deliveries {
            ticks.tick().await;
            let message = match held.get(endpoint, &delivery).await {
                Ok(message) => message,
                Err(StoreError::Gone) => {
                    outcome.gone += 1;
                    continue;
                }
                Err(StoreError::Altered) => {
                    outcome.unreadable.push(delivery);
                    continue;
                }
                Err(error) => return Err(error).with_context(|| unfinished(&outcome, endpoint)),
            };
            let queued = queue.send(&message, Duration::ZERO).await;
            queued.with_context(|| unfinished(&outcome, endpoint))?;
            let removed = held.remove(endpoint, &delivery).await;
            removed.with_context(|| unfinished(&outcome, endpoint))?;
            outcome.sent += 1;
            tell(outcome.sent);
        }
        next = page.next;
        if next.is_none() {
            return Ok(outcome);
        }
    }
}

fn unfinished(outcome: &Released, endpoint: &str) -> String {
    format!(
        "stopped after {} deliveries; nothing is lost: run `endpoint enable {endpoint} --release-only` for the rest",
        outcome.sent
    )
}
