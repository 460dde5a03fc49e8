//! The times and counts of the protocol.

use std::time::Duration;

use crate::outbound::backoff::LONGEST;

/// What the protocol is tuned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// How far two machines' clocks may differ: what another has written is over only this much later.
    pub slack: Duration,
    /// How many probes must succeed before it closes, whoever makes them.
    pub close_after: u32,
}

impl Policy {
    /// What runs.
    pub const STANDARD: Self = Self {
        slack: Duration::from_secs(2),
        close_after: 2,
    };
}

/// How long a call waits for its circuit, on AWS. `DynamoDB`'s p99.9 for such an operation is a tenth of it.
pub const TIMEOUT: Duration = Duration::from_millis(300);
/// How long what was read is believed, on average.
pub const BELIEVED: Duration = Duration::from_secs(5);
/// What a probe's lease has above the time its call may take: the process may be slow, or frozen for a moment.
pub const LEASE_MARGIN: Duration = Duration::from_secs(5);
/// How long a circuit is remembered that nothing happens to.
pub const REMEMBERED: Duration = Duration::from_hours(7 * 24);
/// What somebody is told to wait whom an operator's decision stops.
pub const FORCED: Duration = Duration::from_mins(1);

/// The first open time.
const FIRST: Duration = Duration::from_secs(15);
/// The longest open time, unless the provider asks for more.
const CAP: Duration = Duration::from_mins(5);

/// How long a circuit stays open: what doubles with each failed probe, or what the provider asked for if that is
/// longer, times `about_one`. Never shorter than the provider asked for.
#[must_use]
pub fn open_time(failed_probes: u32, asked: Option<Duration>, about_one: f64) -> Duration {
    let factor = 2_u32.checked_pow(failed_probes).unwrap_or(u32::MAX);
    let asked = asked.unwrap_or_default().min(LONGEST);
    let time = FIRST.saturating_mul(factor).min(CAP).max(asked);
    time.mul_f64(about_one).max(asked)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_open_time_doubles_up_to_its_cap() {
        let times: Vec<u64> = (0..7).map(|n| open_time(n, None, 1.0).as_secs()).collect();
        assert_eq!(times, [15, 30, 60, 120, 240, 300, 300]);
        assert_eq!(open_time(u32::MAX, None, 1.0), CAP);
    }

    #[test]
    fn the_provider_is_obeyed_up_to_ten_minutes() {
        let asked = |seconds| open_time(0, Some(Duration::from_secs(seconds)), 1.0).as_secs();
        assert_eq!([asked(3), asked(100), asked(86_400)], [15, 100, 600]);
    }

    proptest! {
        #[test]
        fn it_is_spread_by_a_fifth_and_never_below_what_was_asked(
            probes: u32,
            asked in proptest::option::of(0_u64..100_000),
            factor in 0.8..1.2,
        ) {
            let asked = asked.map(Duration::from_secs);
            let (time, exact) = (open_time(probes, asked, factor), open_time(probes, asked, 1.0));
            prop_assert!(time >= asked.unwrap_or_default().min(LONGEST));
            prop_assert!(time >= exact.mul_f64(0.799) && time <= exact.mul_f64(1.201));
        }
    }
}
