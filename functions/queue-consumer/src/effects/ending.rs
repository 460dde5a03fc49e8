//! What the end of a call means for its effect.

use std::time::Duration;

use sallyport::outbound::{CallError, Class};

use crate::failure::Failure;

/// How long a call waits that the provider asked to wait without saying how long.
const PATIENCE: Duration = Duration::from_mins(1);

/// How an attempt at an effect ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// It is done, under this id of the provider.
    Done(Option<String>),
    /// It will never be done, for this stable reason.
    Failed(String),
    /// It may have been done.
    Ambiguous,
    /// Nothing was sent, or what was sent may be sent again: the message comes again because of this.
    Again(Failure),
    /// It was looked for and is not there.
    Absent,
}

impl Ending {
    /// The end of a call that did not succeed. `code` is the provider's own for why, where its answer says one.
    pub(super) fn of(error: &CallError, code: Option<String>) -> Self {
        match error.class() {
            Some(Class::Ambiguous) => Self::Ambiguous,
            Some(Class::Permanent) => {
                let status = error.status().unwrap_or_default();
                Self::Failed(code.unwrap_or_else(|| format!("status_{status}")))
            }
            _ => Self::Again(again(error)),
        }
    }
}

/// Why the message comes again after a call that was not refused for good.
pub(crate) fn again(error: &CallError) -> Failure {
    match error {
        CallError::Rejected { retry_after, .. } => Failure::Waiting {
            retry_after: *retry_after,
        },
        CallError::Failed {
            class, retry_after, ..
        } => match class {
            Class::Throttled => Failure::Waiting {
                retry_after: retry_after.unwrap_or(PATIENCE),
            },
            Class::Auth => Failure::CredentialRefused,
            Class::Permanent => Failure::Refused,
            Class::NotSent | Class::Server | Class::Ambiguous => Failure::Provider,
        },
    }
}
