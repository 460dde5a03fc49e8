//! Why a message was not applied.

use std::time::Duration;

use sallyport::alert::PublishError;
use sallyport::batch::Again;
use sallyport::database::DatabaseError;
use sallyport::delivery::claim::ClaimError;
use sallyport::delivery::{MessageError, QueueError, StoreError};
use sallyport::webhook::Unreadable;

/// When to look for what a call may have done: the provider's own report of it takes seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(20);

/// Why a message was not applied. Whatever the reason, the message stays in the queue until it is applied or
/// dead-lettered; none of the texts quotes it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("no provider of this name")]
    UnknownProvider,
    #[error(transparent)]
    Body(#[from] StoreError),
    #[error(transparent)]
    Payload(#[from] Unreadable),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error("the transcripts {0}")]
    HandOver(#[from] QueueError),
    #[error("another attempt is at work")]
    InProgress {
        /// When it will have ended or lost its right.
        retry_after: Duration,
    },
    #[error("the right to act was lost to a later attempt")]
    Superseded,
    #[error("an effect must wait")]
    Waiting {
        /// When it is worth coming again.
        retry_after: Duration,
    },
    #[error("it is not known whether an effect was applied")]
    EffectAmbiguous,
    #[error("a provider did not do what it was asked")]
    Provider,
    #[error("a provider refuses the organisation's credential")]
    CredentialRefused,
    #[error("a provider refuses what it was asked")]
    Refused,
    #[error("the event bus did not take an alert")]
    Alert(#[from] PublishError),
    #[error("an effect of a kind that this build does not know")]
    UnknownEffect,
    #[error("the calendar moved on while it was read")]
    CalendarMoved,
    #[error("the time for the batch ran out")]
    DeadlineExceeded,
    #[error("panic")]
    Panicked,
}

impl Failure {
    /// A stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Message(_) => "unreadable_message",
            Self::UnknownProvider => "unknown_provider",
            Self::Body(StoreError::Unavailable) => "body_store_unavailable",
            Self::Body(StoreError::Gone) => "body_gone",
            Self::Body(StoreError::Altered) => "body_altered",
            Self::Payload(_) => "unreadable_payload",
            Self::Database(error) if error.is_retryable() => "database_unavailable",
            Self::Database(_) => "database_refused",
            Self::Claim(_) => "claims_unavailable",
            Self::HandOver(_) => "transcripts_queue_unavailable",
            Self::InProgress { .. } => "in_progress",
            Self::Superseded => "superseded",
            Self::Waiting { .. } => "effect_waiting",
            Self::EffectAmbiguous => "effect_ambiguous",
            Self::Provider => "provider_unavailable",
            Self::CredentialRefused => "credential_refused",
            Self::Refused => "provider_refused",
            Self::Alert(_) => "alert_not_published",
            Self::UnknownEffect => "unknown_effect",
            Self::CalendarMoved => "calendar_moved",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Panicked => "panic",
        }
    }

    /// Whether trying the same message again can succeed.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Message(_)
            | Self::UnknownProvider
            | Self::Body(StoreError::Gone | StoreError::Altered)
            | Self::Payload(_)
            | Self::Refused
            | Self::Panicked => false,
            Self::Body(StoreError::Unavailable)
            | Self::Claim(_)
            | Self::HandOver(_)
            | Self::InProgress { .. }
            | Self::Superseded
            | Self::Waiting { .. }
            | Self::EffectAmbiguous
            | Self::Provider
            | Self::CredentialRefused
            | Self::Alert(_)
            | Self::UnknownEffect
            | Self::CalendarMoved
            | Self::DeadlineExceeded => true,
            Self::Database(error) => error.is_retryable(),
        }
    }

    /// Whether it says nothing against the message: it waits for somebody else, and its receives are not to be counted.
    pub(crate) fn is_wait(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::EffectAmbiguous)
    }

    /// When the message must come again.
    pub(crate) fn again(&self) -> Again {
        match self {
            Self::InProgress { retry_after } | Self::Waiting { retry_after } => {
                Again::After(*retry_after)
            }
            Self::EffectAmbiguous => Again::After(LOOK_AGAIN),
            retryable if retryable.is_retryable() => Again::Later,
            _ => Again::Hopeless,
        }
    }
}
