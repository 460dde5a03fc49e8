//! When many things go wrong at once: which alerts may have a message of their own, and which are told in one. Pure.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::record::MINUTE;

/// How many alerts may begin within a minute, each with a message of its own. More are a storm.
pub(crate) const MOST: usize = 10;

/// The alerts that began within the last minute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gate {
    /// The latest that were admitted, by the first digits of their fingerprints, and when.
    admitted: VecDeque<(String, i64)>,
    /// While it lasts nobody is admitted.
    storm_until: i64,
}

impl Gate {
    /// Whether the alert `name` may have a message of its own. Asked again within a minute, the answer is the same.
    pub(crate) fn admit(&mut self, name: &str, now: i64) -> bool {
        self.admitted.retain(|(_, at)| *at > now - MINUTE);
        if self.admitted.iter().any(|(known, _)| known == name) {
            return true;
        }
        if self.storm_until <= now && self.admitted.len() < MOST {
            self.admitted.push_back((name.to_owned(), now));
            return true;
        }
        self.storm_until = now + MINUTE;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(gate: &mut Gate, names: std::ops::Range<usize>, now: i64) -> usize {
        names
            .filter(|name| gate.admit(&name.to_string(), now))
            .count()
    }

    #[test]
    fn the_eleventh_alert_of_a_minute_is_a_storm() {
        let mut gate = Gate::default();
        assert_eq!(admitted(&mut gate, 0..40, 0), MOST);
        assert_eq!(admitted(&mut gate, 0..40, 1), MOST, "the same again");
    }

    #[test]
    fn a_storm_lasts_until_nothing_new_has_come_for_a_minute() {
        let mut gate = Gate::default();
        admitted(&mut gate, 0..11, 0);
        assert!(!gate.admit("b", MINUTE - 1), "it is held up by who asks");
        assert!(!gate.admit("c", 2 * MINUTE - 2));
        assert!(gate.admit("d", 3 * MINUTE - 2));
    }

    #[test]
    fn ten_a_minute_for_ever_are_no_storm() {
        let mut gate = Gate::default();
        for tenth in 0..1000 {
            assert!(
                gate.admit(&tenth.to_string(), tenth * MINUTE / 10),
                "{tenth}"
            );
        }
    }
}
