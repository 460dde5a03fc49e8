//! Why a message must come again.

use std::time::Duration;

use sallyport::batch::Again;
use sallyport::delivery::QueueError;

use crate::store::TableError;

/// Why a message was not attended to. It stays in the queue until it is, or is a dead letter, of which an alarm tells
/// people past this function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("another relay is telling it")]
    Held {
        /// When it will have ended or lost its right.
        wait: Duration,
    },
    #[error("others were faster each time")]
    Contended,
    #[error("the time for the batch ran out")]
    DeadlineExceeded,
    #[error("panic")]
    Panicked,
}

impl Failure {
    /// A stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Table(_) => "table_unavailable",
            Self::Queue(_) => "queue_unavailable",
            Self::Held { .. } => "held",
            Self::Contended => "contended",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Panicked => "panic",
        }
    }

    /// When the message must come again.
    pub(crate) const fn again(self) -> Again {
        match self {
            Self::Held { wait } => Again::After(wait),
            Self::Contended => Again::After(Duration::from_secs(1)),
            Self::Panicked => Again::Hopeless,
            _ => Again::Later,
        }
    }
}
