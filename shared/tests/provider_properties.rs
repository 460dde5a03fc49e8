//! What holds for every provider, whatever arrives.

use proptest::prelude::*;
use sallyport::webhook::{Headers, Inbound, Refusal, Request, Secret, provider, providers};
use time::OffsetDateTime;

const NOW: i64 = 1_700_000_000;
const SECRET: &str = "whsec_bm9ib2R5IGd1ZXNzZXMgdGhpcyBzZWNyZXQ";

/// The headers proofs lie in.
const HEADERS: [&str; 22] = [
    "authorization",
    "content-type",
    "i-twilio-idempotency-token",
    "stripe-signature",
    "svix-id",
    "svix-signature",
    "svix-timestamp",
    "webhook-id",
    "webhook-signature",
    "webhook-timestamp",
    "x-github-delivery",
    "x-github-event",
    "x-goog-channel-id",
    "x-goog-channel-token",
    "x-goog-message-number",
    "x-goog-resource-state",
    "x-hub-signature-256",
    "x-signature",
    "x-slack-request-timestamp",
    "x-slack-signature",
    "x-timestamp",
    "x-twilio-signature",
];

fn request(headers: Headers, query: &str, body: &[u8]) -> Request {
    Request {
        method: "POST".to_owned(),
        path: "/webhooks/any/demo".to_owned(),
        query: query.to_owned(),
        headers,
        body: body.to_vec(),
        received_at: OffsetDateTime::from_unix_timestamp(NOW).unwrap(),
    }
}

/// A header value as proofs have them, or nearly so, or anything.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,60}",
        Just(NOW.to_string()),
        "[0-9]{1,24}",
        "(sha256=|v0=|sha1=)?[0-9a-fA-F]{64}",
        "t=17000000[0-9]{2}(,v1=[0-9a-f]{64}){0,3}",
        "(v1|v1a|v2),[A-Za-z0-9+/]{43}=(,? (v1|v1a),[A-Za-z0-9+/]{43}=){0,2}",
        "Bearer [A-Za-z0-9]{0,30}",
        "[A-Za-z0-9+/]{27}=",
        Just("application/x-www-form-urlencoded".to_owned()),
        Just("application/json".to_owned()),
        "[a-z._-]{1,20}",
    ]
}

/// A JSON body, a form, or anything.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..120),
        "([A-Za-z]{1,8}=[a-z0-9%+]{0,8}&){0,5}".prop_map(String::into_bytes),
        r#"\{"(id|type|event_id|object|metadata|table)":("[a-z]{0,9}"|[0-9]{1,4}|null|\{\}|\[\])\}"#
            .prop_map(String::into_bytes),
    ]
}

fn verdict(name: &str, request: Request, secrets: &[Secret]) -> Result<(), Refusal> {
    let provider = provider(name).expect("registered");
    Inbound::receive(request)
        .verify(provider, None, secrets, "https://hooks.example.com")
        .map(|_| ())
        .map_err(|unproven| unproven.refusal)
}

proptest! {
    #[test]
    fn nothing_that_was_not_signed_is_accepted_and_nothing_panics(
        headers in prop::collection::vec((prop::sample::select(&HEADERS[..]), value()), 0..12),
        query in prop_oneof![".{0,40}", "bodySHA256=[0-9a-f]{64}", "hub.challenge=[a-z0-9<]{1,9}"],
        body in body(),
    ) {
        let headers: Headers = headers.into_iter().collect();
        for name in providers::names() {
            let request = request(headers.clone(), &query, &body);
            let refused = verdict(name, request.clone(), &[Secret::new(SECRET)]);
            prop_assert!(refused.is_err(), "{name}");
            prop_assert_eq!(refused.unwrap_err().status(), 401, "{}", name);
            let missing = verdict(name, request.clone(), &[]).unwrap_err();
            prop_assert_ne!(missing, Refusal::SignatureMismatch, "{} computed with no secret", name);

            let provider = provider(name).expect("registered");
            let _ = provider.unproven_answer(&request);
            let _ = provider.handshake(&request);
            if let Ok(head) = provider.head(&request) {
                prop_assert!(head.event_type.len() <= 64, "{name}");
                prop_assert_eq!(provider.head(&request).unwrap().key, head.key, "a retry has the same key");
            }
        }
    }

    #[test]
    fn settings_that_cannot_be_read_never_fall_back_to_the_defaults(text in r#"\{"[a-z_]{0,9}":[0-9]{1,3}|.{1,20}"#) {
        for name in providers::names() {
            let provider = provider(name).expect("registered");
            let request = request(Headers::default(), "", b"");
            let unproven = Inbound::receive(request)
                .verify(provider, Some(&text), &[Secret::new(SECRET)], "https://hooks.example.com")
                .unwrap_err();
            let has_none = name == "twilio";
            prop_assert!(has_none || unproven.refusal == Refusal::EndpointMisconfigured, "{name}");
        }
    }
}
