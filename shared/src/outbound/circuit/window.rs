//! What one process has seen of a provider since the circuit last changed, and whether that is enough to open it.
//!
//! Counted in the process, because a count in the store would be a write for each call. A process that makes few calls
//! needs longer to be sure; the others' circuit then opens for it too.

use std::collections::VecDeque;

use crate::outbound::policy::TripRule;

/// The latest calls a share is taken of. More are not remembered.
const LATEST: usize = 64;

/// The latest ends of calls, all of one generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    generation: u64,
    in_a_row: u32,
    /// When each ended, Unix milliseconds, and whether it failed.
    latest: VecDeque<(i64, bool)>,
}

impl Window {
    /// Begins anew if the circuit's generation is another than before: what was seen until then led to it, or is
    /// older.
    pub fn renew(&mut self, generation: u64) {
        if self.generation != generation {
            *self = Self {
                generation,
                ..Self::default()
            };
        }
    }

    /// Notes a call that passed at `generation` and ended at `now`, Unix milliseconds. Whether the circuit is to open.
    pub fn note(&mut self, rule: TripRule, generation: u64, failed: bool, now: i64) -> bool {
        if self.generation != generation {
            return false;
        }
        self.in_a_row = if failed {
            self.in_a_row.saturating_add(1)
        } else {
            0
        };
        match rule {
            TripRule::Consecutive(count) => failed && self.in_a_row >= count,
            TripRule::Share {
                consecutive,
                percent,
                least,
                span,
            } => {
                let oldest = now - i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
                self.latest.retain(|(at, _)| *at > oldest && *at <= now);
                if self.latest.len() == LATEST {
                    self.latest.pop_front();
                }
                self.latest.push_back((now, failed));
                let all = self.latest.len();
                let bad = self.latest.iter().filter(|(_, failed)| *failed).count();
                let is_enough = all >= least as usize && bad * 100 >= all * percent as usize;
                failed && (self.in_a_row >= consecutive || is_enough)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SHARE: TripRule = TripRule::Share {
        consecutive: 4,
        percent: 50,
        least: 8,
        span: Duration::from_mins(1),
    };

    /// The number of the call, from 1, at which the circuit opens; one call every `pause` ms, `x` fails.
    fn opens_at(rule: TripRule, calls: &str, pause: i64) -> Option<usize> {
        let mut window = Window::default();
        let mut ends = (1..).zip(calls.chars());
        ends.find(|(number, end)| window.note(rule, 0, *end == 'x', number * pause))
            .map(|(number, _)| usize::try_from(number).unwrap())
    }

    #[test]
    fn five_in_a_row_open_and_a_success_between_does_not() {
        let rule = TripRule::Consecutive(5);
        assert_eq!(opens_at(rule, "xxxxxx", 1), Some(5));
        assert_eq!(opens_at(rule, "xxxx.xxxxx", 1), Some(10));
        assert_eq!(opens_at(rule, &"xxxx.".repeat(50), 1), None);
    }

    #[test]
    fn four_in_a_row_or_half_of_eight_open_the_other_rule() {
        assert_eq!(opens_at(SHARE, "xxxx", 1), Some(4));
        assert_eq!(
            opens_at(SHARE, "xx.xx.x", 1),
            None,
            "seven calls are too few"
        );
        assert_eq!(opens_at(SHARE, "xx.xx..x", 1), Some(8));
        assert_eq!(
            opens_at(SHARE, &"x..".repeat(50), 1),
            None,
            "a third is not half"
        );
        // Nine of 16 lie in the window at any time; then 30 seconds pass between calls, and two.
        assert_eq!(opens_at(SHARE, &"x.".repeat(20), 30_000), None);
        assert_eq!(opens_at(SHARE, &"x.".repeat(20), 5_000), Some(9));
    }

    #[test]
    fn what_passed_at_another_generation_does_not_count() {
        let mut window = Window::default();
        let rule = TripRule::Consecutive(2);
        assert!(!window.note(rule, 0, true, 1));
        window.renew(3);
        assert!(!window.note(rule, 0, true, 2), "a slow failure from before");
        assert!(!window.note(rule, 3, true, 3));
        window.renew(3);
        assert!(window.note(rule, 3, true, 4));
    }

    #[test]
    fn memory_is_bounded_and_a_clock_set_back_forgets() {
        let mut window = Window::default();
        for number in 0..1000 {
            window.note(SHARE, 0, false, 100_000 + number);
        }
        assert_eq!(window.latest.len(), LATEST);
        window.note(SHARE, 0, false, 1);
        assert_eq!(window.latest.len(), 1);
    }
}
