//! Twilio: SMS, `WhatsApp` and telephone calls.
//!
//! `X-Twilio-Signature` is HMAC-SHA1 in base64 over the URL as Twilio called it and, for forms, the decoded
//! parameters. Of any other body the URL carries the digest (`bodySHA256`). The URL is the configured public one,
//! with this request's path and query: what stands in the `Host` header is the sender's choice.
//!
//! Source: <https://www.twilio.com/docs/usage/webhooks/webhooks-security>.

mod message;
mod signed;

use sha2::{Digest, Sha256};

use super::super::scalar::Scalar;
use super::super::{
    Accepted, Answer, Event, EventKey, Handling, Head, Provider, Queued, Refusal, Request,
    Unreadable, Verification, form,
};

/// The provider.
pub(super) struct Twilio;

impl Provider for Twilio {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        signed::verify(verification)
    }

    /// Twilio's idempotency token is new for each event and the same on each retry. Without one, a message or
    /// call is named by its id, and the report by what it says.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let is_form = request.media_type() == "application/x-www-form-urlencoded";
        let field = |name| {
            if is_form {
                form::field(&request.body, name)
            } else {
                None
            }
        };
        let event_type = if is_form { event_type(&field) } else { "event" };
        let key = if let Ok(token) = request.headers.uncombined("i-twilio-idempotency-token") {
            EventKey::of(["token", token])
        } else if is_form {
            let sid = SIDS
                .iter()
                .find_map(|name| field(name))
                .ok_or(Refusal::UnreadableEvent)?;
            let rest = REPORT.iter().map(|name| field(name).unwrap_or_default());
            EventKey::of([sid, event_type.to_owned()].into_iter().chain(rest))
        } else {
            // The bodies that are no forms carry ids and times of their own, and do not repeat.
            EventKey::of([
                "body".to_owned(),
                hex::encode(Sha256::digest(&request.body)),
            ])
        };
        Ok(Head::new(key, event_type))
    }

    /// An incoming call waits for instructions; an empty answer hangs up.
    fn handling(&self, event_type: &str) -> Handling {
        if event_type == "voice" {
            Handling::Inline
        } else {
            Handling::Queue
        }
    }

    /// Empty `TwiML`: anything else than XML makes Twilio log an error (12300) on messages and calls.
    fn acknowledge(&self, _accepted: Accepted, _delivery: &str) -> Answer {
        Answer {
            status: 200,
            content_type: "text/xml",
            body: r#"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#.to_owned(),
        }
    }

    /// Only where the registered URL asks for it (`#rc=…`).
    fn retries(&self) -> bool {
        false
    }

    /// Callback URLs of ours name the effect that sent the message. The signature covers the query.
    fn effect(&self, request: &Request) -> Option<String> {
        Scalar::Text(form::field(request.query.as_bytes(), "effect")?).identifier()
    }

    /// Messages are applied. Calls are not: what happens in them is told by the provider of the assistant.
    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        match queued.event_type {
            "message" => message::received(queued),
            "message-status" => message::status(queued),
            "voice" => Ok(Event::Ignored {
                reason: "inline_answer_not_offered",
            }),
            "call-status" | "recording-status" | "transcription-status" | "conversation" => {
                Ok(Event::Ignored {
                    reason: "no_handler_for_event_type",
                })
            }
            _ => Ok(Event::Ignored {
                reason: "unknown_event_type",
            }),
        }
    }
}

/// The ids of what an event is about, the most particular first.
const SIDS: [&str; 6] = [
    "RecordingSid",
    "TranscriptionSid",
    "MessageSid",
    "SmsSid",
    "CallSid",
    "ConversationSid",
];

/// What tells one report about it from the next.
const REPORT: [&str; 7] = [
    "MessageStatus",
    "RecordingStatus",
    "TranscriptionStatus",
    "CallStatus",
    "EventType",
    "SequenceNumber",
    "Digits",
];

/// Twilio names few of its events; the parameters tell.
fn event_type(field: &impl Fn(&'static str) -> Option<String>) -> &'static str {
    let has = |name| field(name).is_some();
    if has("RecordingSid") {
        "recording-status"
    } else if has("TranscriptionSid") {
        "transcription-status"
    } else if has("MessageStatus") {
        "message-status"
    } else if has("ConversationSid") {
        "conversation"
    } else if has("MessageSid") || has("SmsSid") {
        "message"
    } else if has("CallbackSource") || has("CallDuration") {
        "call-status"
    } else if has("CallSid") {
        "voice"
    } else {
        "event"
    }
}
