//! Why words were not stored.

use sallyport::batch::Again;
use sallyport::database::DatabaseError;
use sallyport::delivery::{MessageError, QueueError, StoreError};
use sallyport::webhook::Unreadable;

/// Why words were not stored. The message stays in the queue until they are, or is dead-lettered; none of the texts
/// quotes it.
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
    Queue(#[from] QueueError),
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
            Self::Queue(_) => "queue_unavailable",
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
            | Self::Panicked => false,
            Self::Body(StoreError::Unavailable) | Self::Queue(_) | Self::DeadlineExceeded => true,
            Self::Database(error) => error.is_retryable(),
        }
    }

    /// When the message must come again.
    pub(crate) fn again(&self) -> Again {
        if self.is_retryable() {
            Again::Later
        } else {
            Again::Hopeless
        }
    }
}
