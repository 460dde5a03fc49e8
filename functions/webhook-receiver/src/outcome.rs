//! How a request ended: exactly one outcome, one answer, one log line.

use std::time::Duration;

use sallyport::delivery::DeliveryId;
use sallyport::webhook::{Accepted, Answer, Refusal};

use crate::answer;
use crate::gateway::Response;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The delivery is in the queue. Emitted by the intake after the queue took it.
    Accepted,
    /// The delivery is in the queue to be recorded, though nothing will act upon it. Emitted by the intake for
    /// events whose sender waits for content this product does not give.
    Ignored,
    /// A set-up exchange with the provider, no event. Emitted by the intake.
    Handshake,
    /// Refused, with the one reason. Emitted by the router and the intake.
    Refused(Refusal),
    /// A health question. Emitted by the health routes.
    Probed,
}

impl Outcome {
    /// The outcome's stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Ignored => "ignored",
            Self::Handshake => "handshake",
            Self::Refused(_) => "refused",
            Self::Probed => "probed",
        }
    }

    /// The reason's stable code, where there is one.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code()),
            _ => None,
        }
    }
}

/// An outcome with its answer. The only way to answer, so that no answer is without an outcome.
#[derive(Debug)]
pub(crate) struct Conclusion {
    pub(crate) outcome: Outcome,
    pub(crate) response: Response,
}

/// What the intake concludes when it does not refuse.
#[derive(Debug)]
pub(crate) enum Success {
    /// The delivery is durable.
    Durable(Accepted, Answer),
    /// A set-up exchange.
    Handshake(Answer),
}

impl Conclusion {
    pub(crate) fn of(result: Result<Success, Refusal>) -> Self {
        let (outcome, response) = match result {
            Ok(Success::Durable(Accepted::Accepted, text)) => {
                (Outcome::Accepted, answer::success(text))
            }
            Ok(Success::Durable(Accepted::Ignored, text)) => {
                (Outcome::Ignored, answer::success(text))
            }
            Ok(Success::Handshake(text)) => (Outcome::Handshake, answer::success(text)),
            Err(refusal) => (Outcome::Refused(refusal), answer::problem(refusal)),
        };
        Self { outcome, response }
    }
}

/// What became known of a request on its way. All of it is ours or registered, none of it the sender's choice.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    pub(crate) provider: Option<&'static str>,
    pub(crate) endpoint: Option<String>,
    pub(crate) delivery: Option<DeliveryId>,
    pub(crate) event_type: Option<String>,
}

impl Trail {
    /// The one line of the request. Faults of ours are errors; refusals are the gate at work.
    pub(crate) fn log(&self, outcome: Outcome, latency: Duration) {
        let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    outcome = outcome.as_str(),
                    reason = outcome.reason(),
                    provider = self.provider,
                    endpoint = self.endpoint.as_deref(),
                    delivery = self.delivery.as_ref().map(DeliveryId::as_str),
                    event_type = self.event_type.as_deref(),
                    latency_ms,
                    "request"
                )
            };
        }
        match outcome {
            Outcome::Refused(refusal) if refusal.is_ours() => line!(error),
            Outcome::Probed => line!(debug),
            _ => line!(info),
        }
    }
}
