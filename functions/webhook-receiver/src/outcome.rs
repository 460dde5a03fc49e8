//! How a request ended: exactly one outcome, one answer, one log line that is also the metric.
//!
//! By construction: an answer is only had from [`Record::conclude`], which takes the one [`Conclusion`]; a record that
//! is dropped without one, because somebody forgot it or the future was cancelled, writes `internal` itself, and an
//! alarm watches for that.

use std::time::{Duration, Instant};

use sallyport::delivery::DeliveryId;
use sallyport::webhook::{Answer, Refusal};

use crate::answer;
use crate::gateway::Response;
use crate::rejection::Rejection;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The delivery is in the queue. Emitted by the intake after the queue took it.
    Accepted,
    /// The same, with a delay: its organisation is over its limit and its provider would not send it again.
    Deferred,
    /// It was durable already. Emitted by the intake for what the claim says is past `received`.
    Duplicate,
    /// The delivery is in the queue to be recorded, though nothing will act upon it. Emitted by the intake for
    /// events whose sender waits for content this product does not give.
    Ignored,
    /// The delivery is in the bucket and waits for its endpoint to be enabled. Emitted by the intake.
    Held,
    /// A set-up exchange with the provider, no event. Emitted by the intake.
    Handshake,
    /// Refused, with the one reason. Emitted by the router, the intake and the limits;
    /// [`Refusal::Internal`] by the handler for a panic, and by a record that nobody concluded.
    Refused(Refusal),
    /// A health question, or a browser's question whether it may ask one. Emitted by the health routes.
    Probed,
}

impl Outcome {
    /// The outcome's stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Held => "held",
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

/// An outcome with its answer.
#[derive(Debug)]
pub(crate) struct Conclusion {
    pub(crate) outcome: Outcome,
    pub(crate) response: Response,
}

/// What the intake concludes when it does not refuse.
#[derive(Debug)]
pub(crate) struct Success {
    outcome: Outcome,
    answer: Answer,
}

impl Success {
    pub(crate) const fn new(outcome: Outcome, answer: Answer) -> Self {
        Self { outcome, answer }
    }
}

impl Conclusion {
    pub(crate) fn of(result: Result<Success, Rejection>) -> Self {
        match result {
            Ok(Success { outcome, answer }) => Self {
                outcome,
                response: answer::success(answer),
            },
            Err(rejection) => Self::refused(rejection),
        }
    }

    pub(crate) fn refused(rejection: impl Into<Rejection>) -> Self {
        let rejection = rejection.into();
        Self {
            outcome: Outcome::Refused(rejection.refusal),
            response: answer::problem(&rejection),
        }
    }
}

/// The record of one request, from its first moment to its one outcome.
#[derive(Debug)]
pub(crate) struct Record {
    began: Instant,
    pub(crate) trail: Trail,
    concluded: bool,
}

impl Record {
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            trail: Trail::default(),
            concluded: false,
        }
    }

    /// Writes the outcome and gives out the answer.
    pub(crate) fn conclude(mut self, conclusion: Conclusion) -> Response {
        self.concluded = true;
        self.trail.log(conclusion.outcome, self.began.elapsed());
        conclusion.response
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if !self.concluded {
            self.trail
                .log(Outcome::Refused(Refusal::Internal), self.began.elapsed());
        }
    }
}

/// What became known of a request on its way. All of it is ours or registered, none of it the sender's choice.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    pub(crate) provider: Option<&'static str>,
    pub(crate) endpoint: Option<String>,
    pub(crate) delivery: Option<DeliveryId>,
    pub(crate) event_type: Option<String>,
    pub(crate) limit: Option<&'static str>,
}

impl Trail {
    /// The one line of the request. Faults of ours are errors; refusals are the gate at work.
    fn log(&self, outcome: Outcome, latency: Duration) {
        let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    metric = "Requests",
                    outcome = outcome.as_str(),
                    reason = outcome.reason(),
                    provider = self.provider,
                    endpoint = self.endpoint.as_deref(),
                    delivery = self.delivery.as_ref().map(DeliveryId::as_str),
                    event_type = self.event_type.as_deref(),
                    limit = self.limit,
                    latency_ms,
                    "request"
                )
            };
        }
        match outcome {
            Outcome::Refused(refusal) if refusal.is_alarming() => line!(error),
            Outcome::Probed => line!(debug),
            _ => line!(info),
        }
    }
}
