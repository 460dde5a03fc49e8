//! The database's procedures for deliveries: one for each kind of event, called once for each delivery.

use sallyport::clock::rfc3339_ms;
use sallyport::database::{DatabaseError, Procedures};
use sallyport::delivery::QueueMessage;
use sallyport::secrets::Secrets;
use sallyport::webhook::{CallEvent, ChangeEvent, Event, MessageEvent, PaymentEvent};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::effects::Planned;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It changed something.
    Applied,
    /// It was there already.
    Duplicate,
    /// It is recorded; more was known before.
    Stale,
    /// It is recorded, and nothing acts upon it.
    Ignored,
    /// It goes on in a fresh message, because a provider is not to be called for now.
    #[serde(skip)]
    Requeued,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Duplicate => "duplicate",
            Self::Stale => "stale",
            Self::Ignored => "ignored",
            Self::Requeued => "requeued",
        }
    }
}

/// What a procedure made of a delivery.
#[derive(Debug, Deserialize)]
pub(crate) struct Applied {
    pub(crate) outcome: Outcome,
    /// The delivery's effects that are not settled, whether it was applied now or before.
    #[serde(default)]
    pub(crate) effects: Vec<Planned>,
}

/// What names a delivery in every procedure.
#[derive(Serialize)]
pub(crate) struct Subject<'a> {
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
    pub(crate) fn of(message: &'a QueueMessage, started_at: OffsetDateTime) -> Self {
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

/// A delivery and what it tells, under the name that the procedure gives it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    #[serde(flatten)]
    event: Named<'a>,
}

#[derive(Serialize)]
enum Named<'a> {
    #[serde(rename = "p_call")]
    Call(&'a CallEvent),
    #[serde(rename = "p_message")]
    Message(&'a MessageEvent),
    #[serde(rename = "p_payment")]
    Payment(&'a PaymentEvent),
    #[serde(rename = "p_change")]
    Change(&'a ChangeEvent),
    #[serde(rename = "p_reason")]
    Reason(&'a str),
}

/// Applies one event in one transaction. Doing it twice is doing it once. A change of a calendar is not applied here,
/// since the event does not say what it is.
pub(crate) async fn apply(
    procedures: &Procedures,
    secrets: &Secrets,
    subject: Subject<'_>,
    event: &Event,
) -> Result<Applied, DatabaseError> {
    let (procedure, event) = match event {
        Event::Call(call) => ("apply_call_event", Named::Call(call)),
        Event::Message(message) => ("apply_message_event", Named::Message(message)),
        Event::Payment(payment) => ("apply_payment_event", Named::Payment(payment)),
        Event::Change(change) => ("apply_change_event", Named::Change(change)),
        Event::CalendarChanged(_) => {
            let reason = "calendar_not_asked";
            ("record_ignored_delivery", Named::Reason(reason))
        }
        Event::Ignored { reason } => ("record_ignored_delivery", Named::Reason(reason)),
    };
    let arguments = Told { subject, event };
    procedures.call(secrets, procedure, &arguments).await
}

/// Has the log say that a delivery was given up for this reason, unless it is finished.
pub(crate) async fn record_dead(
    procedures: &Procedures,
    secrets: &Secrets,
    message: &QueueMessage,
    reason: &str,
    started_at: OffsetDateTime,
) -> Result<(), DatabaseError> {
    let (subject, event) = (Subject::of(message, started_at), Named::Reason(reason));
    let arguments = Told { subject, event };
    let called = procedures.call(secrets, "record_dead_delivery", &arguments);
    let _: IgnoredAny = called.await?;
    Ok(())
}
