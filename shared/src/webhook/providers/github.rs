//! GitHub: repositories.
//!
//! `X-Hub-Signature-256: sha256=…` over the body, without a time: duplicates are the only replays that can be
//! seen. The SHA-1 header beside it is refused, unless an endpoint of an old Enterprise Server asks for it with
//! `{"allow_sha1":true}`.
//!
//! Source: <https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries>.

use std::time::Duration;

use serde::Deserialize;

use super::super::proof::{Algorithm, Encoding, keys, matches_any, text_key};
use super::super::{Answer, EventKey, Head, Provider, Refusal, Request, Verification};

/// The provider.
pub(super) struct GitHub;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    allow_sha1: bool,
}

impl Provider for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let Settings { allow_sha1 } = verification.settings()?;
        let request = verification.request;
        let (algorithm, prefix, value) = match request.headers.uncombined("x-hub-signature-256") {
            Err(Refusal::MissingHeader) if allow_sha1 => (
                Algorithm::Sha1,
                "sha1=",
                request.headers.uncombined("x-hub-signature")?,
            ),
            value => (Algorithm::Sha256, "sha256=", value?),
        };
        let code = value.strip_prefix(prefix).ok_or(Refusal::MalformedHeader)?;
        let presented = [Encoding::Hex.decode(code)];
        let keys = keys(verification.secrets, text_key)?;
        if matches_any(algorithm, &keys, &[&request.body], &presented) {
            Ok(())
        } else {
            Err(Refusal::SignatureMismatch)
        }
    }

    /// The delivery's GUID, which a redelivery repeats. Bodies are not looked at: they may be forms.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let header = |name| {
            request
                .headers
                .uncombined(name)
                .map_err(|_| Refusal::UnreadableEvent)
        };
        let event = header("x-github-event")?;
        Ok(Head::new(
            EventKey::of([header("x-github-delivery")?]),
            event,
        ))
    }

    /// The `ping` that GitHub sends once, when the webhook is made.
    fn handshake(&self, request: &Request) -> Option<Answer> {
        let event = request.headers.uncombined("x-github-event");
        (event == Ok("ping")).then(|| Answer::json(&serde_json::json!({ "status": "pong" })))
    }

    /// People can redeliver what is up to three days old.
    fn retry_horizon(&self) -> Duration {
        Duration::from_hours(96)
    }

    fn retries(&self) -> bool {
        false
    }
}
