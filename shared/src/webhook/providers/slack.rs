//! Slack: events, slash commands and interactions of an app.
//!
//! `X-Slack-Signature: v0=…` over `v0:{timestamp}:{body}`. The timestamp is signed as the text it is, so it must be
//! plain digits. Slack waits 3 s for the answer and shows the text of an answer to people, so ours is empty.
//!
//! Source: <https://docs.slack.dev/authentication/verifying-requests-from-slack>.

use serde::Deserialize;

use super::super::proof::{Algorithm, Encoding, Window, keys, matches_any, seconds, text_key};
use super::super::{
    Accepted, Answer, EventKey, Head, Provider, Refusal, Request, Verification, form, json,
};

/// The provider.
pub(super) struct Slack;

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    event_id: Option<String>,
    event: Option<Inner>,
    trigger_id: Option<String>,
    challenge: Option<String>,
}

#[derive(Deserialize)]
struct Inner {
    #[serde(rename = "type")]
    kind: String,
}

fn text(body: &str) -> Answer {
    Answer {
        status: 200,
        content_type: "text/plain",
        body: body.to_owned(),
    }
}

impl Provider for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let window: Window = verification.settings()?;
        let request = verification.request;
        let signature = request.headers.uncombined("x-slack-signature")?;
        let timestamp = request.headers.uncombined("x-slack-request-timestamp")?;
        let code = signature
            .strip_prefix("v0=")
            .ok_or(Refusal::MalformedHeader)?;
        let signed_at = seconds(timestamp)?;
        let keys = keys(verification.secrets, text_key)?;
        let parts: [&[u8]; 4] = [b"v0:", timestamp.as_bytes(), b":", &request.body];
        if !matches_any(
            Algorithm::Sha256,
            &keys,
            &parts,
            &[Encoding::Hex.decode(code)],
        ) {
            return Err(Refusal::SignatureMismatch);
        }
        window.check(signed_at, request.received_at)
    }

    /// Events have an id, commands and interactions a trigger: JSON itself, a form, or JSON inside a form.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        if request.media_type() != "application/x-www-form-urlencoded" {
            return head(&json::parse(&request.body)?);
        }
        match (
            form::field(&request.body, "payload"),
            form::field(&request.body, "trigger_id"),
        ) {
            (Some(payload), _) => head(&json::parse(payload.as_bytes())?),
            (None, Some(trigger)) => Ok(Head::new(
                EventKey::of(["trigger".to_owned(), trigger]),
                "slash_command",
            )),
            (None, None) => Err(Refusal::UnreadableEvent),
        }
    }

    /// Slack's check of the certificate carries no signature. The answer is empty, so giving it tells nothing.
    fn unproven_answer(&self, request: &Request) -> Option<Answer> {
        let is_check = request.headers.all("x-slack-signature").next().is_none()
            && request.media_type() == "application/x-www-form-urlencoded"
            && form::field(&request.body, "ssl_check").as_deref() == Some("1");
        is_check.then(|| text(""))
    }

    /// The challenge is only given back once its sender is proved: echoing any would let anyone claim the URL.
    fn handshake(&self, request: &Request) -> Option<Answer> {
        let envelope: Envelope = json::parse(&request.body).ok()?;
        (envelope.kind == "url_verification").then(|| text(&envelope.challenge.unwrap_or_default()))
    }

    fn acknowledge(&self, _accepted: Accepted, _delivery: &str) -> Answer {
        text("")
    }
}

fn head(envelope: &Envelope) -> Result<Head, Refusal> {
    let kind = envelope
        .event
        .as_ref()
        .map_or(&envelope.kind, |event| &event.kind);
    let stated = |id: &'_ Option<String>| id.clone().filter(|id| !id.is_empty());
    let key = match (stated(&envelope.event_id), stated(&envelope.trigger_id)) {
        (Some(id), _) => ["event".to_owned(), id],
        (None, Some(trigger)) => ["trigger".to_owned(), trigger],
        (None, None) => return Err(Refusal::UnreadableEvent),
    };
    Ok(Head::new(EventKey::of(key), kind))
}
