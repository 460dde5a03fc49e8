//! Why a call did not succeed, in the terms by which callers decide.

use std::time::Duration;

use super::{Class, Reply};

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nothing was sent.
    #[error("call rejected: {}", reason.as_str())]
    Rejected {
        /// Why not.
        reason: Rejection,
        /// When it is worth coming again.
        retry_after: Duration,
    },
    /// It was attempted, and this is how its last attempt ended.
    #[error("call failed: {}", class.as_str())]
    Failed {
        /// What follows from it.
        class: Class,
        /// The HTTP status, if there was an answer.
        status: Option<u16>,
        /// What the provider asked to wait, capped.
        retry_after: Option<Duration>,
        /// The answer, if it was read to its end. It may quote what was sent: never log it.
        reply: Option<Box<Reply>>,
    },
}

/// Why a call was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// The circuit is open: the provider fails, and is left alone for a while.
    CircuitOpen,
    /// The credential's rate is used up, or the provider asked to wait.
    RateGate,
    /// It could not have ended in the time that was given.
    NoTime,
}

impl Rejection {
    /// The stable name, for a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CircuitOpen => "circuit_open",
            Self::RateGate => "rate_gate",
            Self::NoTime => "no_time",
        }
    }
}

impl CallError {
    /// What the last attempt's end means; `None` when nothing was sent.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        match self {
            Self::Rejected { .. } => None,
            Self::Failed { class, .. } => Some(*class),
        }
    }

    /// The HTTP status of the last attempt's answer.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Rejected { .. } => None,
            Self::Failed { status, .. } => *status,
        }
    }

    /// Whether the request may have been applied: look before it is sent again.
    #[must_use]
    pub const fn is_ambiguous(&self) -> bool {
        matches!(self.class(), Some(Class::Ambiguous))
    }
}
