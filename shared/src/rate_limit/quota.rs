//! What is left of a limit, and how a client is told: `RateLimit`, `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers-11) and `Retry-After` (RFC 9110 §10.2.3).

use std::time::Duration;

use super::Policy;

/// The longest SQS delays a message.
const LONGEST_DELAY_S: u64 = 900;

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many more requests the window takes now.
    pub remaining: u64,
    /// When it takes more than that.
    pub renews_in: Duration,
}

/// The values of the header fields that tell a client its quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// `RateLimit`.
    pub rate_limit: String,
    /// `RateLimit-Policy`.
    pub rate_limit_policy: String,
    /// `Retry-After`, in seconds: of an answer that refuses, and never earlier than `RateLimit` says.
    pub retry_after: String,
}

impl Quota {
    pub(super) fn new(remaining: u64, renews_at: u64, now: u64) -> Self {
        Self {
            remaining,
            renews_in: Duration::from_millis(renews_at.saturating_sub(now)),
        }
    }

    /// The header fields' values. `random` is any number, drawn anew for each answer: clients that were refused
    /// together shall not return together. No field names whose quota it is.
    #[must_use]
    pub fn fields(&self, policy: &Policy, random: u64) -> Fields {
        let seconds = self.seconds();
        // A tenth, and at least one second in which to spread.
        let later = seconds + random % (seconds / 10 + 2);
        let name = policy.name;
        Fields {
            rate_limit: format!(r#""{name}";r={};t={later}"#, self.remaining),
            rate_limit_policy: format!(
                r#""{name}";q={};w={}"#,
                policy.limit,
                policy.window.span_s()
            ),
            retry_after: later.to_string(),
        }
    }

    /// How long a delivery over the limit waits in the queue: until the quota renews or for as long as SQS
    /// delays, whichever is sooner, less up to a quarter, so that what was deferred together is spread.
    #[must_use]
    pub fn deferral(&self, random: u64) -> Duration {
        let seconds = self.seconds().min(LONGEST_DELAY_S);
        Duration::from_secs(seconds - random % (seconds / 4 + 1))
    }

    /// Rounded up: a client that waits as long finds what it was promised.
    fn seconds(&self) -> u64 {
        self.renews_in.as_secs() + u64::from(self.renews_in.subsec_nanos() > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quota(remaining: u64, ms: u64) -> Quota {
        Quota::new(remaining, ms, 0)
    }

    #[test]
    fn the_fields_are_structured_fields_of_the_draft() {
        let fields = quota(417, 311_001).fields(&Policy::organization(1000), 0);
        assert_eq!(fields.rate_limit, r#""organization";r=417;t=312"#);
        assert_eq!(fields.rate_limit_policy, r#""organization";q=1000;w=3600"#);
        assert_eq!(fields.retry_after, "312");
    }

    #[test]
    fn a_deferral_fits_a_queue() {
        assert_eq!(quota(0, 3_660_000).deferral(0).as_secs(), 900);
        assert_eq!(quota(0, 3_660_000).deferral(225).as_secs(), 675);
        assert_eq!(quota(0, 10_000).deferral(0).as_secs(), 10);
        assert_eq!(quota(0, 0).deferral(7).as_secs(), 0);
    }

    proptest! {
        #[test]
        fn nobody_is_told_to_return_early_or_much_too_late(ms in 0u64..4_000_000, random: u64) {
            let fields = quota(0, ms).fields(&Policy::organization(1000), random);
            let after: u64 = fields.retry_after.parse().unwrap();
            prop_assert!(after * 1000 >= ms);
            prop_assert!(after * 1000 <= ms + ms / 10 + 3000);
            let told = format!(";t={after}");
            prop_assert!(fields.rate_limit.ends_with(&told));
            prop_assert!(quota(0, ms).deferral(random) <= Duration::from_mins(15));
        }
    }
}
