//! The retry budget of a process: what keeps retries from multiplying the load on a provider that fails.
//!
//! Every retry costs tokens and every success brings some back, so that retries are a small share of the calls that
//! go well, and end altogether when none does. Costs as in the AWS SDKs' standard retry mode, the bucket a fifth of
//! theirs, since a process makes a handful of calls at a time.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>

use std::sync::{Mutex, PoisonError};

/// What the bucket holds.
const CAPACITY: u32 = 100;
/// What a success brings back that needed no retry.
const REFILL: u32 = 1;

/// What a retry costs, by what it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A failure: the provider may be down.
    Transient,
    /// A request to wait, which was obeyed.
    Throttle,
}

impl Cost {
    const fn tokens(self) -> u32 {
        match self {
            Self::Transient => 14,
            Self::Throttle => 5,
        }
    }
}

/// The bucket.
#[derive(Debug)]
pub struct Budget(Mutex<u32>);

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(CAPACITY))
    }
}

impl Budget {
    /// Pays for a retry. Whether there was enough; if not, there is no retry.
    #[must_use]
    pub fn pay(&self, cost: Cost) -> bool {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = tokens.checked_sub(cost.tokens());
        *tokens = left.unwrap_or(*tokens);
        left.is_some()
    }

    /// Refills after a success: by what its last retry cost, or a little if it needed none.
    pub fn refill(&self, paid: Option<Cost>) {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = paid.map_or(REFILL, Cost::tokens);
        *tokens = tokens.saturating_add(brought).min(CAPACITY);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn without_a_success_seven_failures_are_retried() {
        let budget = Budget::default();
        let paid = (0..100).filter(|_| budget.pay(Cost::Transient)).count();
        assert_eq!(paid, 7);
        // Two are left, and a throttled call costs five.
        assert!(!budget.pay(Cost::Throttle));
        (0..3).for_each(|_| budget.refill(None));
        assert!(budget.pay(Cost::Throttle));
    }

    #[test]
    fn a_retry_that_succeeds_costs_nothing_in_the_end() {
        let budget = Budget::default();
        for _ in 0..100 {
            assert!(budget.pay(Cost::Transient));
            budget.refill(Some(Cost::Transient));
        }
    }

    proptest! {
        /// 100 tokens, and a fourteenth or a fifth of a retry for each success: whatever the order of things.
        #[test]
        fn retries_never_exceed_the_budget(steps in proptest::collection::vec(0_u8..3, 0..400)) {
            let budget = Budget::default();
            let (mut spent, mut successes) = (0_u32, 0_u32);
            for step in steps {
                let cost = match step {
                    0 => Cost::Transient,
                    1 => Cost::Throttle,
                    _ => {
                        successes += 1;
                        budget.refill(None);
                        continue;
                    }
                };
                if budget.pay(cost) {
                    spent += if cost == Cost::Transient { 14 } else { 5 };
                }
            }
            prop_assert!(spent <= 100 + successes, "{spent} spent, {successes} successes");
        }
    }
}
