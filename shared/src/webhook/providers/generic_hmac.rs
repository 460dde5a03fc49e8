//! Any sender that signs its body with an HMAC and has no provider here.
//!
//! The settings compose the proof, with the fields and defaults of Vapi's. A sender that signs no time needs
//! `{"timestamp_header":null,"payload_format":"{body}"}`.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::super::proof::HmacPlan;
use super::super::{EventKey, Head, Provider, Refusal, Request, Verification, json};

/// The provider.
pub(super) struct GenericHmac;

/// The two fields that most senders have in common.
#[derive(Default, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Provider for GenericHmac {
    fn name(&self) -> &'static str {
        "generic-hmac"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let plan: HmacPlan = verification.settings()?;
        plan.verify(verification.request, verification.secrets)
    }

    /// The body's `id` where it has one. Elsewhere nothing tells a retry from an event with an equal body, and the
    /// time of receipt is part of the key: done twice can be noticed, swallowed cannot.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let Envelope { id, kind } = json::parse(&request.body).unwrap_or_default();
        let kind = kind.unwrap_or_else(|| "message".to_owned());
        let key = match id.map(RawValue::get) {
            Some(id) if id != "null" => EventKey::of(["id", &kind, id]),
            _ => EventKey::of([
                hex::encode(Sha256::digest(&request.body)),
                request.received_at.unix_timestamp_nanos().to_string(),
            ]),
        };
        Ok(Head::new(key, &kind))
    }

    /// Unknown; what a sender that does not would lose is worse.
    fn retries(&self) -> bool {
        false
    }
}
