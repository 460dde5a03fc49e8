//! The numbers of each dependency.

use std::time::Duration;

use super::Dependency;

/// How a dependency is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The longest one attempt may take, from the first byte of the connection to the last of the answer.
    pub attempt: Duration,
    /// How often one call is attempted, at most.
    pub attempts: u32,
    /// When failures open the circuit.
    pub trip: TripRule,
    /// How fast one process may call with one credential.
    pub rate: Rate,
}

/// When failures open a circuit. Only failures of the provider count: what it refuses with a reason does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TripRule {
    /// So many failures in a row. Slow to open when only some calls fail, and so for where a circuit that opens
    /// without need does harm: a message not sent, an alert not raised.
    Consecutive(u32),
    /// So many failures in a row, or a share of the latest calls. Opens on a brownout within seconds.
    Share {
        /// Failures in a row.
        consecutive: u32,
        /// Failures in a hundred calls.
        percent: u32,
        /// How many calls there must be before the share is looked at.
        least: u32,
        /// How far back calls are looked at.
        span: Duration,
    },
}

/// A rate, with room for a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The time one call takes from the rate.
    pub interval: Duration,
    /// How many calls may come at once.
    pub burst: u32,
}

const FIVE_IN_A_ROW: TripRule = TripRule::Consecutive(5);
const SHARE: TripRule = TripRule::Share {
    consecutive: 4,
    percent: 50,
    least: 8,
    span: Duration::from_mins(1),
};

/// Time-outs leave room for the slowest in a thousand answers. Rates lie below what the providers allow a credential,
/// since every process has its own; what bounds all of them together is the provider's 429, which closes the gate.
pub(super) const fn of(dependency: Dependency) -> Policy {
    match dependency {
        // Twilio queues what it accepts, and sends it at the sender's own rate.
        Dependency::Twilio => Policy {
            attempt: Duration::from_secs(8),
            attempts: 3,
            trip: FIVE_IN_A_ROW,
            rate: per_second(10, 10),
        },
        // 600 requests a minute and user.
        Dependency::GoogleCalendar => Policy {
            attempt: Duration::from_secs(8),
            attempts: 3,
            trip: SHARE,
            rate: per_second(5, 10),
        },
        // One message a second and channel, with short bursts.
        Dependency::Slack => Policy {
            attempt: Duration::from_secs(5),
            attempts: 3,
            trip: FIVE_IN_A_ROW,
            rate: per_second(1, 3),
        },
        // 120 events a minute and integration key.
        Dependency::PagerDuty => Policy {
            attempt: Duration::from_secs(5),
            attempts: 3,
            trip: FIVE_IN_A_ROW,
            rate: per_second(2, 10),
        },
        // No figure is published.
        Dependency::Vapi => Policy {
            attempt: Duration::from_secs(10),
            attempts: 3,
            trip: SHARE,
            rate: per_second(2, 5),
        },
    }
}

const fn per_second(calls: u32, burst: u32) -> Rate {
    Rate {
        interval: Duration::from_millis(1000 / calls as u64),
        burst,
    }
}
