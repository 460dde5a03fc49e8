//! A refused request: the one reason, and what its sender is told of when to come again.

use std::time::Duration;

use sallyport::rate_limit::{Fields, Policy, Quota};
use sallyport::webhook::Refusal;

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The reason.
    pub refusal: Refusal,
    /// When to come again, where that is known.
    pub retry_after: Option<Duration>,
    /// The header fields of the limit that was exceeded.
    pub limit: Option<Fields>,
}

impl Rejection {
    /// Refused until this time has passed.
    pub(crate) fn until(refusal: Refusal, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..refusal.into()
        }
    }

    /// Refused because a limit was exceeded that was counted.
    pub(crate) fn over(refusal: Refusal, policy: &Policy, quota: Quota) -> Self {
        Self {
            limit: Some(quota.fields(policy, random())),
            ..refusal.into()
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            retry_after: None,
            limit: None,
        }
    }
}

/// Drawn anew for each answer, so that those refused together do not return together.
pub(crate) fn random() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().1
}
