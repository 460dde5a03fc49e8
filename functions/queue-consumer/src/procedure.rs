//! The database's procedures for deliveries.

use std::time::Duration;

use sallyport::clock::rfc3339_ms;
use sallyport::database::{Database, DatabaseError, ServiceKey};
use sallyport::delivery::QueueMessage;
use sallyport::secrets::Secrets;
use sallyport::webhook::{CallEvent, Event};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The longest one call may take. A procedure is a handful of index look-ups.
const CALL_LIMIT: Duration = Duration::from_secs(8);

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

#[derive(Serialize)]
struct ApplyCallEvent<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    #[serde(rename = "p_call")]
    call: &'a CallEvent,
}

#[derive(Serialize)]
struct RecordIgnored<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    #[serde(rename = "p_reason")]
    reason: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    outcome: Effect,
}

/// The procedures, with the key that opens them.
#[derive(Debug)]
pub(crate) struct Procedures {
    pub(crate) database: Database,
    pub(crate) secret: String,
}

impl Procedures {
    /// Applies one event in one transaction. Doing it twice is doing it once.
    pub(crate) async fn apply(
        &self,
        secrets: &Secrets,
        message: &QueueMessage,
        event: &Event,
        started_at: OffsetDateTime,
    ) -> Result<Effect, DatabaseError> {
        let subject = Subject {
            delivery: message.delivery.as_str(),
            organization: message.organization.to_string(),
            endpoint: &message.endpoint,
            provider: &message.provider,
            event_type: &message.event_type,
            received_at: rfc3339_ms(message.received_at),
            started_at: rfc3339_ms(started_at),
        };
        match event {
            Event::Call(call) => {
                let arguments = ApplyCallEvent { subject, call };
                self.call(secrets, "apply_call_event", &arguments).await
            }
            Event::Ignored { reason } => {
                let arguments = RecordIgnored { subject, reason };
                self.call(secrets, "record_ignored_delivery", &arguments)
                    .await
            }
        }
    }

    /// Calls with the key at hand, and once more with a newer one if that was refused and there is one.
    async fn call(
        &self,
        secrets: &Secrets,
        procedure: &str,
        arguments: &impl Serialize,
    ) -> Result<Effect, DatabaseError> {
        let known = secrets
            .get(&self.secret)
            .await
            .map_err(|_| DatabaseError::NoKey)?;
        let key = ServiceKey::parse(&known).map_err(|_| DatabaseError::NoKey)?;
        let mut answer = self
            .database
            .call::<Answer>(procedure, arguments, &key, CALL_LIMIT)
            .await;
        if answer.as_ref().is_err_and(DatabaseError::is_refused_key)
            && let Some(newer) = secrets.newer(&self.secret, &known).await
        {
            let key = ServiceKey::parse(&newer).map_err(|_| DatabaseError::NoKey)?;
            answer = self
                .database
                .call(procedure, arguments, &key, CALL_LIMIT)
                .await;
        }
        answer.map(|answer| answer.outcome)
    }
}
