//! What the fuzz targets do.
//!
//! The fuzzed code is compiled from the very files of the library and the receiver, without the AWS clients around
//! them, so that a target builds in a minute.
//!
//! A request in a corpus is text: the path and query, headers a line each, an empty line, the body.

#![allow(dead_code, unreachable_pub)]

extern crate self as sallyport;

#[path = "../../shared/src/clock.rs"]
pub mod clock;
#[path = "../../functions/webhook-receiver/src/gateway.rs"]
mod gateway;
#[path = "../../shared/src/redaction/mod.rs"]
pub mod redaction;
pub mod redaction_targets;
#[path = "../../shared/src/webhook/mod.rs"]
pub mod webhook;

use time::OffsetDateTime;
use webhook::{
    Accepted, Event, Inbound, Provider, Queued, Refusal, Request, Secret, Verification,
    form as forms,
};

/// The time of receipt of every request: that of the samples in `events/`.
const NOW: i64 = 1_793_534_400;
const BASE: &str = "http://127.0.0.1:9750";

/// The form decoder: decoding never grows, and what is encoded comes back.
pub fn form(data: &[u8]) {
    let mut length = 0;
    for (name, value) in forms::pairs(data) {
        length += name.len() + value.len();
        assert_eq!(
            forms::decode(forms::encode_component(&value).as_bytes()),
            value
        );
    }
    assert!(length <= data.len());
    let _ = forms::field(data, "a");
}

/// The event envelope, and the request made of it.
pub fn envelope(data: &[u8]) {
    let Ok(mut event) = serde_json::from_slice::<gateway::Event>(data) else {
        return;
    };
    let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
    let clock = clock::Clock::from_fn(move || now);
    let Ok(request) = event.request(1 << 16, &clock) else {
        return;
    };
    assert!(request.body.len() <= 1 << 16);
    for name in webhook::providers::names() {
        let provider = webhook::provider(name).expect("registered");
        let _ = Inbound::receive(request.clone()).unproven_answer(provider);
        let secrets = [Secret::new("a secret that nobody has")];
        let _ = Inbound::receive(request.clone()).verify(provider, None, &secrets, BASE);
    }
}

/// A provider's proof and what is read after it. A request that is accepted must be refused as soon as a byte is
/// added to what its proof covers.
pub fn proof(name: &str, data: &[u8]) {
    let provider = webhook::provider(name).expect("registered");
    let request = request(data);
    let _ = provider.unproven_answer(&request);
    for settings in settings(name) {
        if verdict(provider, &request, settings).is_ok() && covers_body(name) {
            let mut longer = request.clone();
            longer.body.push(b'x');
            assert!(
                verdict(provider, &longer, settings).is_err(),
                "the body is not covered"
            );
        }
    }
    let _ = provider.handshake(&request);
    if let Ok(head) = provider.head(&request) {
        assert!(head.event_type.is_ascii() && head.event_type.len() <= 64);
        assert!(head.key.parts().any(|part| !part.is_empty()));
        let _ = provider.handling(&head.event_type);
        events(provider, &head.event_type, &request);
    }
    let _ = provider.acknowledge(Accepted::Accepted, "dlv_0");
}

/// What is made of the event, under its own type and under each that a payload is read for.
fn events(provider: &dyn Provider, event_type: &str, request: &Request) {
    let effect = provider.effect(request);
    assert!(effect.as_ref().is_none_or(|effect| effect.len() <= 128));
    for event_type in [event_type, "end-of-call-report", "message-status", "charge.refunded"] {
        let read = provider.read(Queued {
            event_type,
            body: &request.body,
            effect: effect.as_deref(),
            received_at: request.received_at,
        });
        let written = match read {
            Ok(Event::Call(call)) => serde_json::to_string(&call),
            Ok(Event::Message(message)) => serde_json::to_string(&message),
            Ok(Event::CalendarChanged(calendar)) => serde_json::to_string(&calendar),
            Ok(Event::Payment(payment)) => serde_json::to_string(&payment),
            Ok(Event::Change(change)) => serde_json::to_string(&change),
            Ok(Event::Ignored { .. }) | Err(_) => continue,
        };
        // The bound of what the database's procedures take.
        assert!(written.expect("an event is JSON").len() < 16_384);
    }
}

fn verdict(
    provider: &dyn Provider,
    request: &Request,
    settings: Option<&str>,
) -> Result<(), Refusal> {
    let secrets = secrets(provider.name());
    provider.verify(&Verification {
        request,
        settings,
        secrets: &secrets,
        public_base_url: BASE,
    })
}

fn request(data: &[u8]) -> Request {
    let split = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = split.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let target = lines.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(": "));
    Request {
        method: if path.is_empty() { "GET" } else { "POST" }.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
        received_at: OffsetDateTime::from_unix_timestamp(NOW).expect("a time"),
    }
}

/// The settings a request is tried with.
fn settings(name: &str) -> Vec<Option<&'static str>> {
    let more: &[_] = match name {
        "generic-hmac" => &[
            r#"{"timestamp_header":null,"payload_format":"{body}","list":true,"prefix":"sha256="}"#,
            r#"{"algorithm":"sha512","encoding":"base64","message_id_header":"x-id","payload_format":"{x-id}.{timestamp}.{body}"}"#,
        ],
        "github" => &[r#"{"allow_sha1":true}"#],
        "google-calendar" => &[r#"{"channel_id":"c","resource_id":"r"}"#],
        "meta" => &[r#"{"verify_token":"word"}"#],
        "supabase-db" => &[r#"{"header":"x-token","bearer":false}"#],
        "vapi" => &[r#"{"kind":"bearer"}"#, r#"{"kind":"secret"}"#],
        _ => &[],
    };
    std::iter::once(None)
        .chain(more.iter().copied().map(Some))
        .collect()
}

fn secrets(name: &str) -> [Secret; 2] {
    let texts = match name {
        "standard-webhooks" | "supabase-auth" => [
            "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
        ],
        _ => ["current", "previous"],
    };
    texts.map(Secret::new)
}

/// Whether the proof is over the body: tokens are not, and a GET has none.
fn covers_body(name: &str) -> bool {
    !matches!(name, "google-calendar" | "supabase-db" | "vapi" | "meta")
}
