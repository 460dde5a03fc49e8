//! Standard Webhooks: the many senders that sign by the specification, Svix's customers among them.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks>, specification 1.0.0.

use serde::Deserialize;

use super::super::proof::StandardWebhooks as Proof;
use super::super::{EventKey, Head, Provider, Refusal, Request, Verification, json};

/// The provider.
pub(super) struct StandardWebhooks;

/// What the specification recommends of a body, and does not require.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
}

impl Provider for StandardWebhooks {
    fn name(&self) -> &'static str {
        "standard-webhooks"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let request = verification.request;
        let window = verification.settings()?;
        Proof::of(&request.headers)?.verify(request, verification.secrets, window)
    }

    /// The message id, which retries repeat. It is signed; the body may be anything.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let id = Proof::of(&request.headers)
            .map_err(|_| Refusal::UnreadableEvent)?
            .id;
        let kind = json::parse(&request.body)
            .map_or_else(|_| "message".to_owned(), |Envelope { kind }| kind);
        Ok(Head::new(EventKey::of([id]), &kind))
    }
}
