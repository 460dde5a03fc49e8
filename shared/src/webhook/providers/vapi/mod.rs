//! Vapi: voice calls.
//!
//! Vapi has no signature of its own: each customer chooses a header token or composes an HMAC from the parts
//! below, so the settings say which. Events carry no id either; call, type, status and time make one.
//!
//! Source: Vapi's server authentication guide and the `HMACAuthenticationPlan` of its `OpenAPI` file.

mod analysis;
mod payload;
mod told;
mod words;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::super::proof::{HmacPlan, bearer, is_any_of};
use super::super::{
    Event, EventKey, Handling, Head, Provider, Queued, Refusal, Request, Unreadable, Verification,
    Words, json,
};

/// The provider.
pub(super) struct Vapi;

/// How an endpoint's requests are proved.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Proof {
    Hmac(HmacPlan),
    Bearer {
        #[serde(default = "authorization")]
        header: String,
    },
    Secret {
        #[serde(default = "x_vapi_secret")]
        header: String,
    },
}

fn authorization() -> String {
    "authorization".to_owned()
}

fn x_vapi_secret() -> String {
    "x-vapi-secret".to_owned()
}

impl Default for Proof {
    fn default() -> Self {
        Self::Hmac(HmacPlan::default())
    }
}

/// Types that Vapi waits on during a call: the answer's content steers the call.
const INLINE: &[&str] = &[
    "assistant-request",
    "call.endpointing.request",
    "function-call",
    "handoff-destination-request",
    "knowledge-base-request",
    "tool-calls",
    "transfer-destination-request",
    "voice-request",
];

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    message: Message<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: String,
    status: Option<String>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    call: Option<Call>,
}

#[derive(Deserialize)]
struct Call {
    id: Option<String>,
}

impl Provider for Vapi {
    fn name(&self) -> &'static str {
        "vapi"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let headers = &verification.request.headers;
        match verification.settings::<Proof>()? {
            Proof::Hmac(plan) => plan.verify(verification.request, verification.secrets),
            Proof::Bearer { header } => {
                let value = headers.single(&header.to_ascii_lowercase())?;
                is_any_of(verification.secrets, bearer(value)?)
            }
            Proof::Secret { header } => {
                let value = headers.single(&header.to_ascii_lowercase())?;
                is_any_of(verification.secrets, value)
            }
        }
    }

    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let Envelope { message } = json::parse(&request.body)?;
        // Without a time two equal reports of one call cannot be told apart, but a retry repeats its bytes.
        let moment = message.timestamp.map_or_else(
            || hex::encode(Sha256::digest(&request.body)),
            |raw| raw.get().to_owned(),
        );
        let call = message.call.and_then(|call| call.id).unwrap_or_default();
        let status = message.status.unwrap_or_default();
        let key = EventKey::of([call, message.kind.clone(), status, moment]);
        Ok(Head::new(key, &message.kind))
    }

    fn handling(&self, event_type: &str) -> Handling {
        if INLINE.contains(&event_type) {
            Handling::Inline
        } else {
            Handling::Queue
        }
    }

    fn retries(&self) -> bool {
        // Only with a `backoffPlan`, which is off unless the customer sets one.
        false
    }

    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        payload::read(queued, self.handling(queued.event_type))
    }

    fn words(&self, queued: Queued<'_>) -> Result<Option<Words>, Unreadable> {
        words::read(queued)
    }
}
