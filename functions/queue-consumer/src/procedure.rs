//! The database's procedures for deliveries.

use sallyport::clock::rfc3339_ms;
use sallyport::database::{DatabaseError, Procedures};
use sallyport::delivery::QueueMessage;
use sallyport::secrets::Secrets;
use sallyport::webhook::{CallEvent, Event};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What the database made of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    /// It changed the call.
    Applied,
    /// It was there already.
    Duplicate,
    /// It is recorded; the call had moved on.
    Stale,
    /// It is recorded, and nothing acts upon it.
    Ignored,
}

impl Effect {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Duplicate => "duplicate",
            Self::Stale => "stale",
            Self::Ignored => "ignored",
        }
    }
}

/// What names a delivery in every procedure.
#[derive(Serialize)]
struct Subject<'a> {
    #[serde(rename = "p_delivery")]
    delivery: &'a str,
    #[serde(rename = "p_organization")]
    organization: String,
    #[serde(rename = "p_endpoint")]
    endpoint: &'a str,
    #[serde(rename = "p_provider")]
    provider: &'a str,
    #[serde(rename = "p_event_type")]
    event_type: &'a str,
    #[serde(rename = "p_received_at")]
    received_at: String,
    #[serde(rename = "p_started_at")]
    started_at: String,
}

impl<'a> Subject<'a> {
    fn of(message: &'a QueueMessage, started_at: OffsetDateTime) -> Self {
        Self {
            delivery: message.delivery.as_str(),
            organization: message.organization.to_string(),
            endpoint: &message.endpoint,
            provider: &message.provider,
            event_type: &message.event_type,
            received_at: rfc3339_ms(message.received_at),
            started_at: rfc3339_ms(started_at),
        }
    }
}

#[derive(Serialize)]
struct ApplyCallEvent<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    #[serde(rename = "p_call")]
    call: &'a CallEvent,
}

#[derive(Serialize)]
struct RecordReason<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    #[serde(rename = "p_reason")]
    reason: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    outcome: Effect,
}

/// Applies one event in one transaction. Doing it twice is doing it once.
pub(crate) async fn apply(
    procedures: &Procedures,
    secrets: &Secrets,
    message: &QueueMessage,
    event: &Event,
    started_at: OffsetDateTime,
) -> Result<Effect, DatabaseError> {
    let subject = Subject::of(message, started_at);
    let answer: Answer = match event {
        Event::Call(call) => {
            let arguments = ApplyCallEvent { subject, call };
            procedures
                .call(secrets, "apply_call_event", &arguments)
                .await?
        }
        other => {
            let reason = match other {
                Event::Ignored { reason } => reason,
                // No procedure applies these yet. An ignored delivery may be applied by a replay.
                _ => "no_handler_for_event_type",
            };
            let arguments = RecordReason { subject, reason };
            procedures
                .call(secrets, "record_ignored_delivery", &arguments)
                .await?
        }
    };
    Ok(answer.outcome)
}

/// Has the log say that a delivery was given up for this reason, unless it is finished.
pub(crate) async fn record_dead(
    procedures: &Procedures,
    secrets: &Secrets,
    message: &QueueMessage,
    reason: &str,
    started_at: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let subject = Subject::of(message, started_at);
    let arguments = RecordReason { subject, reason };
    let called = procedures.call(secrets, "record_dead_delivery", &arguments);
    let _: IgnoredAny = called.await?;
    Ok(())
}
