//! Supabase Auth hooks: questions and notices of the login service.
//!
//! Standard Webhooks, with secrets written `v1,whsec_…`, several joined by `|`. The login waits 5 s for all
//! attempts together, and fails when the answer is not JSON. `webhook-id` is new on each attempt, so the hook's own
//! `metadata.uuid` names the event.
//!
//! Source: <https://supabase.com/docs/guides/auth/auth-hooks>, and `internal/hooks` of supabase/auth.

use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use super::super::event::{ChangeEvent, ChangeSource, Operation, Version};
use super::super::proof::StandardWebhooks as Proof;
use super::super::scalar::Scalar;
use super::super::{
    Accepted, Answer, Event, EventKey, Handling, Head, Provider, Queued, Refusal, Request,
    Unreadable, Verification, json,
};

/// The provider.
pub(super) struct SupabaseAuth;

#[derive(Deserialize)]
struct Envelope {
    metadata: Option<Metadata>,
    sms: Option<IgnoredAny>,
    email_data: Option<IgnoredAny>,
    claims: Option<IgnoredAny>,
    factor_id: Option<IgnoredAny>,
    valid: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Metadata {
    uuid: Option<String>,
    name: Option<String>,
}

impl Envelope {
    /// The hook's name; older servers leave it out, and the fields tell.
    fn hook(&self) -> &str {
        let named = self
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.name.as_deref());
        named.unwrap_or(match self {
            Self { sms: Some(_), .. } => "send-sms",
            Self {
                email_data: Some(_),
                ..
            } => "send-email",
            Self {
                claims: Some(_), ..
            } => "customize-access-token",
            Self {
                factor_id: Some(_), ..
            } => "mfa-verification-attempt",
            Self { valid: Some(_), .. } => "password-verification-attempt",
            _ => "user-created",
        })
    }
}

impl Provider for SupabaseAuth {
    fn name(&self) -> &'static str {
        "supabase-auth"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let request = verification.request;
        let window = verification.settings()?;
        Proof::of(&request.headers)?.verify(request, verification.secrets, window)
    }

    /// Without a uuid the attempts of one hook share their bytes, and hooks of one type differ by their time.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let envelope: Envelope = json::parse(&request.body)?;
        let stated = envelope
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.uuid.clone());
        let uuid = stated.filter(|uuid| !uuid.is_empty());
        let id = uuid.unwrap_or_else(|| hex::encode(Sha256::digest(&request.body)));
        Ok(Head::new(
            EventKey::of([envelope.hook(), &id]),
            envelope.hook(),
        ))
    }

    /// All but the notice of a finished registration decide what happens next.
    fn handling(&self, event_type: &str) -> Handling {
        match event_type {
            "after-user-created" => Handling::Queue,
            _ => Handling::Inline,
        }
    }

    /// An empty object: nothing to add. An answer without content fails the login.
    fn acknowledge(&self, _accepted: Accepted, _delivery: &str) -> Answer {
        Answer::json(&serde_json::json!({}))
    }

    /// A finished registration is a new row among the users. What the login waits for is answered, or not, at once.
    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        if queued.event_type != "after-user-created" {
            return Ok(Event::Ignored {
                reason: match self.handling(queued.event_type) {
                    Handling::Inline => "inline_answer_not_offered",
                    Handling::Queue => "unknown_event_type",
                },
            });
        }
        let Registration { metadata, user } =
            json::parse(queued.body).map_err(|_| Unreadable { field: "user" })?;
        Ok(Event::Change(Box::new(ChangeEvent {
            version: Version,
            source: ChangeSource::Users,
            schema: "auth".to_owned(),
            table: "users".to_owned(),
            operation: Operation::Insert,
            row_id: Some(user.id.row_id().ok_or(Unreadable { field: "user.id" })?),
            occurred_at: metadata.time.moment().unwrap_or(queued.received_at),
        })))
    }
}

/// What is taken from the notice of a registration: nothing about the person.
#[derive(Deserialize)]
struct Registration {
    #[serde(default)]
    metadata: Noted,
    user: User,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Noted {
    time: Scalar,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    id: Scalar,
}
