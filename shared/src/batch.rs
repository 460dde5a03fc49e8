//! A batch of queue messages, worked on side by side, each for itself.
//!
//! Who acts: SQS hands over a batch, [`work`] has each message attended to and names those that must come again. A
//! message that is not named is deleted. The waits between attempts only keep an outage from wasting them; what they
//! add up to is how long an outage may last.

use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::StreamExt as _;
use tokio::time::Instant;

use crate::clock::time_left;
use crate::delivery::Queue;

/// Messages worked on at once: all that template.yaml hands over (`BatchSize`), so that a batch takes as long as its
/// longest message. How many reach the database is bounded by the number of workers.
const CONCURRENCY: usize = 10;
/// Kept back from the invocation's remaining time, to postpone what failed and to answer.
const RESERVE: Duration = Duration::from_secs(3);
/// The time for a batch when the invocation does not tell its own.
const UNTOLD: Duration = Duration::from_secs(30);

/// Waits after the first, second, third and fourth failed receive. Together over an hour: an outage of minutes,
/// or of most of an hour, dead-letters nothing.
const SCHEDULE: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_hours(1),
];

/// The bounds of an attempt at one message.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// When nothing more may be begun.
    pub until: Instant,
    /// When whatever is still said about a failure must have been said: `until`, and half of what is kept back to
    /// answer.
    pub report_until: Instant,
    /// How long the invocation lasts at most: until then this attempt may be at work.
    pub lease: Duration,
    /// How often SQS has handed this message out, this time included.
    pub receives: u32,
}

/// When a message must come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// By the schedule.
    Later,
    /// After this time.
    After(Duration),
    /// At once: it cannot succeed, and shall reach the dead-letter queue and people soon.
    Hopeless,
}

/// The batch could not be worked on at all; SQS gives all of it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message of the batch has no id to report it by")]
pub struct UnreportableBatch;

/// Has every message of a batch attended to and names those that must come again. `deadline` is when Lambda ends the
/// invocation.
///
/// # Errors
/// [`UnreportableBatch`] before anything was done.
pub async fn work<Attempt>(
    queue: &Queue,
    batch: SqsEvent,
    deadline: SystemTime,
    attend: impl Fn(SqsMessage, Bounds) -> Attempt,
) -> Result<SqsBatchResponse, UnreportableBatch>
where
    Attempt: Future<Output = Result<(), Again>>,
{
    let nameless = |message: &SqsMessage| message.message_id.is_none();
    if batch.records.iter().any(nameless) {
        let messages = batch.records.len();
        tracing::error!(messages, "batch cannot be reported on");
        return Err(UnreportableBatch);
    }
    let lease = time_left(deadline, UNTOLD);
    let reserve = RESERVE.min(lease / 4);
    let until = Instant::now() + lease.saturating_sub(reserve);
    let attempt = |message: SqsMessage| {
        let receives = receives(&message);
        let id = message.message_id.clone().unwrap_or_default();
        let receipt = message.receipt_handle.clone();
        let bounds = Bounds {
            until,
            report_until: until + reserve / 2,
            lease,
            receives,
        };
        // Boxed: the clients' futures are deep and large.
        let attempt = Box::pin(attend(message, bounds));
        async move {
            let again = attempt.await.err()?;
            if let Some(receipt) = receipt {
                // When this fails the queue's own visibility time-out applies, which is longer than most of ours.
                let _ = queue.postpone(&receipt, delay(again, receives, &id)).await;
            }
            Some(id)
        }
    };
    let failed: Vec<String> = futures::stream::iter(batch.records)
        .map(attempt)
        .buffer_unordered(CONCURRENCY)
        .filter_map(std::future::ready)
        .collect()
        .await;
    let mut response = SqsBatchResponse::default();
    for id in failed {
        response.add_failure(id);
    }
    Ok(response)
}

fn receives(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// How long to hide a message after its `receives`-th receive failed.
///
/// The last failure waits for nothing: the queue's redrive policy takes the message at its next receive. Up to a
/// tenth is added by a digest of the message's id, so that what failed together does not come back together.
fn delay(again: Again, receives: u32, message_id: &str) -> Duration {
    match again {
        Again::After(wait) => return wait,
        Again::Hopeless => return Duration::ZERO,
        Again::Later => {}
    }
    let step = usize::try_from(receives.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(wait) = SCHEDULE.get(step) else {
        return Duration::ZERO;
    };
    let seed = message_id.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    *wait + *wait * (seed % 100) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_with_a_tenth_of_jitter() {
        for (receives, seconds) in [(1, 5), (2, 60), (3, 600), (4, 3600)] {
            for id in ["a", "b", "059f36b4-87a3-44ab-83d2-661975830a7d"] {
                let wait = delay(Again::Later, receives, id).as_secs_f64();
                let least = f64::from(seconds);
                assert!((least..least * 1.1).contains(&wait), "{receives}: {wait}");
            }
        }
        let waits = ["a", "b", "c"].map(|id| delay(Again::Later, 4, id));
        assert_ne!(waits[0], waits[1]);
        assert_ne!(waits[1], waits[2]);
    }

    #[test]
    fn the_last_failure_and_a_hopeless_one_wait_for_nothing() {
        assert_eq!(delay(Again::Later, 5, "a"), Duration::ZERO);
        assert_eq!(delay(Again::Hopeless, 1, "a"), Duration::ZERO);
        let told = Duration::from_secs(7);
        assert_eq!(delay(Again::After(told), 5, "a"), told);
    }
}
