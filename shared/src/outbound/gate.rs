//! The rate gate of a process, one per credential: it keeps within the provider's rate, and waits when it is told to.
//!
//! It only saves refusals: other processes call too, and the bound is the provider's. A 429 closes the gate and never
//! the circuit, for a provider that says "later" is well. The rate is kept by the generic cell rate algorithm: one
//! instant per credential, the time at which all calls so far would be due if they came evenly.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::policy::Rate;

/// Credentials above which those without a debt are forgotten.
const CAPACITY: usize = 1000;

/// The gates of a process.
#[derive(Debug, Default)]
pub struct Gate(Mutex<HashMap<String, Entry>>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    due: Instant,
    closed_until: Instant,
}

impl Gate {
    /// Takes a place: when the call may begin, which is now or a little later.
    ///
    /// # Errors
    /// The wait, when it is longer than `patience`; no place is taken then.
    pub fn pass(
        &self,
        key: &str,
        rate: Rate,
        now: Instant,
        patience: Duration,
    ) -> Result<Instant, Duration> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entry(&mut entries, key, now);
        let ahead = rate.interval.saturating_mul(rate.burst.saturating_sub(1));
        let in_rate = entry.due.checked_sub(ahead).unwrap_or(now);
        let begin = in_rate.max(entry.closed_until).max(now);
        let wait = begin.duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        entry.due = entry.due.max(begin) + rate.interval;
        Ok(begin)
    }

    /// Closes the gate until this time, if it is not closed for longer.
    pub fn close(&self, key: &str, until: Instant, now: Instant) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entry(&mut entries, key, now);
        entry.closed_until = entry.closed_until.max(until);
    }
}

fn entry<'a>(entries: &'a mut HashMap<String, Entry>, key: &str, now: Instant) -> &'a mut Entry {
    if entries.len() >= CAPACITY && !entries.contains_key(key) {
        entries.retain(|_, entry| entry.due.max(entry.closed_until) > now);
    }
    entries.entry(key.to_owned()).or_insert(Entry {
        due: now,
        closed_until: now,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate {
        interval: Duration::from_millis(100),
        burst: 3,
    };
    const NONE: Duration = Duration::ZERO;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let (gate, now) = (Gate::default(), Instant::now());
        for _ in 0..3 {
            assert_eq!(gate.pass("a", RATE, now, NONE), Ok(now));
        }
        assert_eq!(gate.pass("a", RATE, now, NONE), Err(RATE.interval));
        // Who was sent away took no place.
        assert_eq!(
            gate.pass("a", RATE, now, RATE.interval),
            Ok(now + RATE.interval)
        );
        assert_eq!(
            gate.pass("b", RATE, now, NONE),
            Ok(now),
            "credentials share nothing"
        );
    }

    #[test]
    fn a_closed_gate_opens_at_the_latest_time_it_was_told() {
        let (gate, now) = (Gate::default(), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        gate.close("a", later(9), now);
        gate.close("a", later(3), now);
        assert_eq!(gate.pass("a", RATE, now, NONE), Err(Duration::from_secs(9)));
        assert_eq!(gate.pass("b", RATE, now, NONE), Ok(now));
        assert_eq!(gate.pass("a", RATE, later(9), NONE), Ok(later(9)));
    }

    #[test]
    fn debts_outlive_a_flood_of_credentials() {
        let (gate, now) = (Gate::default(), Instant::now());
        gate.close("a", now + Duration::from_mins(1), now);
        for number in 0..3 * CAPACITY {
            let at = now + Duration::from_millis(200 * u64::try_from(number).unwrap() / 10);
            let _ = gate.pass(&number.to_string(), RATE, at, NONE);
        }
        let at = now + Duration::from_secs(59);
        assert_eq!(gate.pass("a", RATE, at, NONE), Err(Duration::from_secs(1)));
        assert!(gate.0.lock().unwrap().len() <= CAPACITY + 1);
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_its_rate_and_a_burst(
            steps in proptest::collection::vec((0_u64..300, 0_u64..250), 1..80),
        ) {
            let (gate, mut now) = (Gate::default(), Instant::now());
            let mut begun = Vec::new();
            for (pause, patience) in steps {
                now += Duration::from_millis(pause);
                begun.extend(gate.pass("a", RATE, now, Duration::from_millis(patience)));
            }
            for (first, from) in begun.iter().enumerate() {
                for (more, to) in begun[first..].iter().enumerate() {
                    let span = to.duration_since(*from).as_millis();
                    let allowed = span / RATE.interval.as_millis() + u128::from(RATE.burst);
                    prop_assert!((more as u128) < allowed, "{} in {span} ms", more + 1);
                }
            }
        }
    }
}
