//! Stripe: payments.
//!
//! `Stripe-Signature: t=…,v1=…` signs `{t}.{body}` with the endpoint's whole `whsec_…` text as the key. Several
//! `v1` stand side by side while a secret is rolled; `v0` is a test mode's and proves nothing.
//!
//! Source: <https://docs.stripe.com/webhooks#verify-manually>. Stripe's own libraries check the age only; here the
//! window has two sides.

mod payment;

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::proof::{Algorithm, Encoding, Window, keys, matches_any, seconds, text_key};
use super::super::{
    Event, EventKey, Head, Provider, Queued, Refusal, Request, Unreadable, Verification, json,
};

/// The provider.
pub(super) struct Stripe;

/// What the signature header says.
struct Signed<'a> {
    timestamp: &'a str,
    codes: Vec<Vec<u8>>,
}

impl<'a> Signed<'a> {
    /// Every entry must be `name=value` and `t` must be there once: a reader that takes its window from one `t`
    /// and its signature from another can be replayed against. Values of `v1` that are no code match nothing.
    fn read(header: &'a str) -> Result<Self, Refusal> {
        let mut timestamp = None;
        let mut codes = Vec::new();
        for entry in header.split(',') {
            match entry
                .trim()
                .split_once('=')
                .ok_or(Refusal::MalformedHeader)?
            {
                ("t", _) if timestamp.is_some() => return Err(Refusal::MalformedHeader),
                ("t", value) => timestamp = Some(value),
                ("v1", value) => codes.push(Encoding::Hex.decode(value)),
                _ => {}
            }
        }
        let timestamp = timestamp.ok_or(Refusal::MalformedHeader)?;
        Ok(Self { timestamp, codes })
    }
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What every attempt at an event repeats.
#[derive(Deserialize)]
struct Lasting<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow, default = "nothing")]
    data: &'a RawValue,
}

fn nothing() -> &'static RawValue {
    RawValue::NULL
}

impl Provider for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let window: Window = verification.settings()?;
        let request = verification.request;
        let Signed { timestamp, codes } =
            Signed::read(request.headers.single("stripe-signature")?)?;
        let signed_at = seconds(timestamp)?;
        let keys = keys(verification.secrets, text_key)?;
        if codes.is_empty() {
            return Err(Refusal::NoSignatureForScheme);
        }
        let parts: [&[u8]; 3] = [timestamp.as_bytes(), b".", &request.body];
        if !matches_any(Algorithm::Sha256, &keys, &parts, &codes) {
            return Err(Refusal::SignatureMismatch);
        }
        window.check(signed_at, request.received_at)
    }

    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let Envelope { id, kind } = json::parse(&request.body)?;
        if id.is_empty() {
            return Err(Refusal::UnreadableEvent);
        }
        Ok(Head::new(EventKey::of([id]), &kind))
    }

    /// The event without `pending_webhooks`, which counts down while other endpoints acknowledge it.
    fn identity<'a>(&self, request: &'a Request) -> Result<Cow<'a, [u8]>, Refusal> {
        let Lasting { id, kind, data } = json::parse(&request.body)?;
        let parts = [id.as_bytes(), kind.as_bytes(), data.get().as_bytes()];
        Ok(Cow::Owned(parts.join(&b'\0')))
    }

    /// Live mode retries for up to three days; the fourth is for the clocks.
    fn retry_horizon(&self) -> Duration {
        Duration::from_hours(96)
    }

    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        payment::read(queued)
    }
}
