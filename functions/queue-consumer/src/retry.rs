//! When a failed message is tried again.

use std::time::Duration;

use crate::failure::Failure;

/// Waits after the first, second, third and fourth failed receive. Together over an hour: an outage of minutes,
/// or of most of an hour, dead-letters nothing.
const SCHEDULE: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_hours(1),
];

/// The wait of a message that cannot succeed: none, so that it reaches the dead-letter queue and people soon.
const HOPELESS: Duration = Duration::ZERO;

/// How long to hide a message after its `receives`-th receive failed.
///
/// The last failure waits for nothing: the queue's redrive policy takes the message at its next receive. Up to a
/// tenth is added by a digest of the message's id, so that what failed together does not come back together.
pub(crate) fn delay(failure: &Failure, receives: u32, message_id: &str) -> Duration {
    if let Failure::InProgress { retry_after } = failure {
        return *retry_after;
    }
    if !failure.is_retryable() {
        return HOPELESS;
    }
    let step = usize::try_from(receives.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(wait) = SCHEDULE.get(step) else {
        return HOPELESS;
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
                let wait = delay(&Failure::DeadlineExceeded, receives, id).as_secs_f64();
                let least = f64::from(seconds);
                assert!((least..least * 1.1).contains(&wait), "{receives}: {wait}");
            }
        }
        let waits = ["a", "b", "c"].map(|id| delay(&Failure::DeadlineExceeded, 4, id));
        assert_ne!(waits[0], waits[1]);
        assert_ne!(waits[1], waits[2]);
    }

    #[test]
    fn the_last_failure_and_a_hopeless_one_wait_for_nothing() {
        assert_eq!(delay(&Failure::DeadlineExceeded, 5, "a"), Duration::ZERO);
        assert_eq!(delay(&Failure::UnknownProvider, 1, "a"), Duration::ZERO);
    }
}
