//! Meta: `WhatsApp`, Messenger and Instagram without Twilio in between.
//!
//! Events carry `X-Hub-Signature-256` over the body, keyed with the app's secret. Subscribing is a GET that shows
//! the word of the settings (`{"verify_token":"…"}`) and wants its challenge back. That word travels in URLs, so it
//! is no signing secret and is never tried as one.
//!
//! Source: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::proof::{Algorithm, Encoding, is_any_of, keys, matches_any, text_key};
use super::super::{
    Answer, EventKey, Head, Provider, Refusal, Request, Secret, Verification, form, json,
};

/// The provider.
pub(super) struct Meta;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    verify_token: String,
}

#[derive(Deserialize)]
struct Envelope {
    object: String,
}

/// The parameter of a subscription request.
fn parameter(request: &Request, name: &str) -> Result<String, Refusal> {
    form::field(request.query.as_bytes(), name).ok_or(Refusal::MissingHeader)
}

impl Provider for Meta {
    fn name(&self) -> &'static str {
        "meta"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let Settings { verify_token } = verification.settings()?;
        let request = verification.request;
        if request.method == "GET" {
            return is_any_of(
                &[Secret::new(verify_token)],
                &parameter(request, "hub.verify_token")?,
            );
        }
        let value = request.headers.uncombined("x-hub-signature-256")?;
        let code = value
            .strip_prefix("sha256=")
            .ok_or(Refusal::MalformedHeader)?;
        let keys = keys(verification.secrets, text_key)?;
        let presented = [Encoding::Hex.decode(code)];
        if matches_any(Algorithm::Sha256, &keys, &[&request.body], &presented) {
            Ok(())
        } else {
            Err(Refusal::SignatureMismatch)
        }
    }

    /// Bodies are batches without an id of their own; the ids and times inside keep two from being equal.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let Envelope { object } = json::parse(&request.body)?;
        let digest = hex::encode(Sha256::digest(&request.body));
        Ok(Head::new(EventKey::of([object.as_str(), &digest]), &object))
    }

    /// Only plain characters are given back, so that the answer is nothing but a challenge.
    fn handshake(&self, request: &Request) -> Option<Answer> {
        let challenge =
            (request.method == "GET").then(|| parameter(request, "hub.challenge").ok())??;
        let plain = challenge.len() <= 256
            && challenge
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        plain.then_some(Answer {
            status: 200,
            content_type: "text/plain",
            body: challenge,
        })
    }
}
