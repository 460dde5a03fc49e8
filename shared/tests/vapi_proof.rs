//! Vapi's proof against its signature vectors, and against what an attacker may send.

use proptest::prelude::*;
use sallyport::webhook::{Headers, Inbound, Refusal, Request, Secret, provider};
use serde_json::{Value, json};
use time::OffsetDateTime;

const VECTORS: &str = include_str!("../../tests/vectors/vapi.json");
const BODY: &str = r#"{"message":{"type":"status-update","status":"ended","timestamp":1700000000000,"call":{"id":"call_123"}}}"#;
/// HMAC-SHA256 of `1700000000.` and the body above under the key `k1`, made with Python's `hmac`.
const SIGNATURE: &str = "172cd06f6d9d22bab5da43b03d092d2dc546589449f09640378844c3885b165e";

fn request(headers: &[(&str, &str)], body: &[u8], now: i64) -> Request {
    Request {
        method: "POST".to_owned(),
        path: "/webhooks/vapi/demo".to_owned(),
        query: String::new(),
        headers: headers.iter().copied().collect(),
        body: body.to_vec(),
        received_at: OffsetDateTime::from_unix_timestamp(now).unwrap(),
    }
}

fn verdict(request: Request, settings: Option<&str>, secrets: &[&str]) -> Result<(), Refusal> {
    let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
    let vapi = provider("vapi").expect("registered");
    Inbound::receive(request)
        .verify(vapi, settings, &secrets, "https://api.example.com")
        .map(|_| ())
        .map_err(|unproven| unproven.refusal)
}

fn signed(now: i64) -> Result<(), Refusal> {
    let headers = [("x-timestamp", "1700000000"), ("x-signature", SIGNATURE)];
    verdict(request(&headers, BODY.as_bytes(), now), None, &["k1"])
}

/// The vectors describe a scheme in the words of its documentation; an endpoint's settings use ours.
fn settings(vector: &Value) -> String {
    let config = &vector["config"];
    if vector["scheme"] == "shared-token" {
        let bearer = config["bearer"] == true;
        let kind = if bearer { "bearer" } else { "secret" };
        return json!({ "kind": kind, "header": config["header"] }).to_string();
    }
    let mut plan = json!({ "kind": "hmac" });
    for (theirs, ours) in [
        ("algorithm", "algorithm"),
        ("signature_header", "signature_header"),
        ("timestamp_header", "timestamp_header"),
        ("payload_format", "payload_format"),
        ("signature_encoding", "encoding"),
        ("signature_prefix", "prefix"),
        ("message_id_header", "message_id_header"),
        ("secret_is_base64", "secret_is_base64"),
    ] {
        if let Some(value) = config.get(theirs) {
            plan[ours] = value.clone();
        }
    }
    plan.to_string()
}

#[test]
fn every_vector_gets_its_verdict() {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let sent = vector["request"]["headers"].as_object().unwrap();
        let headers: Headers = sent
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let body = vector["request"]["body"].as_str().unwrap().as_bytes();
        let now = vector["now"].as_i64().unwrap_or_default();
        let request = Request {
            headers,
            ..request(&[], body, now)
        };
        let secrets: Vec<_> = vector["secrets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s.as_str().unwrap())
            .collect();
        let found = verdict(request, Some(&settings(vector)), &secrets);
        let expected = vector["reason"].as_str();
        assert_eq!(found.err().map(Refusal::code), expected, "{id}");
    }
}

#[test]
fn a_stale_or_future_timestamp_is_refused_and_the_edges_are_not() {
    assert_eq!(signed(1_700_000_000 - 300), Ok(()));
    assert_eq!(signed(1_700_000_000 + 300), Ok(()));
    assert_eq!(signed(1_700_000_000 + 301), Err(Refusal::TimestampTooOld));
    assert_eq!(signed(1_700_000_000 - 301), Err(Refusal::TimestampInFuture));
}

#[test]
fn one_changed_byte_is_refused() {
    let headers = [("x-timestamp", "1700000000"), ("x-signature", SIGNATURE)];
    let now = 1_700_000_000;
    let mut body = BODY.as_bytes().to_vec();
    for at in 0..body.len() {
        body[at] ^= 1;
        let found = verdict(request(&headers, &body, now), None, &["k1"]);
        assert_eq!(found, Err(Refusal::SignatureMismatch), "byte {at}");
        body[at] ^= 1;
    }
    let later = [("x-timestamp", "1700000001"), ("x-signature", SIGNATURE)];
    let found = verdict(request(&later, BODY.as_bytes(), now), None, &["k1"]);
    assert_eq!(found, Err(Refusal::SignatureMismatch));
}

#[test]
fn a_missing_or_empty_secret_refuses() {
    let now = 1_700_000_000;
    // What an empty key signs, so that only the rule about empty secrets can refuse it.
    let forged =
        sallyport::webhook::proof::Algorithm::Sha256.mac(b"", &[b"1700000000.", BODY.as_bytes()]);
    let forged = sallyport::webhook::proof::Encoding::Hex.encode(&forged);
    let headers = [
        ("x-timestamp", "1700000000"),
        ("x-signature", forged.as_str()),
    ];
    for secrets in [&[][..], &[""], &["", ""]] {
        let found = verdict(request(&headers, BODY.as_bytes(), now), None, secrets);
        assert_eq!(found, Err(Refusal::SecretMissing));
    }
}

#[test]
fn headers_sent_twice_are_ambiguous_in_either_shape() {
    let now = 1_700_000_000;
    let joined = format!("{SIGNATURE},{SIGNATURE}");
    for headers in [
        vec![
            ("x-timestamp", "1700000000"),
            ("x-signature", joined.as_str()),
        ],
        vec![
            ("x-timestamp", "1700000000,1700000000"),
            ("x-signature", SIGNATURE),
        ],
        vec![
            ("x-timestamp", "1700000000"),
            ("x-signature", SIGNATURE),
            ("X-Signature", SIGNATURE),
        ],
    ] {
        let found = verdict(request(&headers, BODY.as_bytes(), now), None, &["k1"]);
        assert_eq!(found, Err(Refusal::AmbiguousHeaders));
    }
}

#[test]
fn settings_that_would_not_protect_are_refused() {
    let headers = [("x-timestamp", "1700000000"), ("x-signature", SIGNATURE)];
    for settings in [
        r#"{"kind":"none"}"#,
        r#"{"kind":"hmac","payload_format":"{timestamp}"}"#,
        r#"{"kind":"hmac","payload_format":"{nonce}.{body}"}"#,
        r#"{"kind":"hmac","payload_format":"{body"}"#,
        r#"{"kind":"hmac","timestamp_header":null}"#,
        r#"{"kind":"hmac","tolerance":300}"#,
        "not json",
    ] {
        let request = request(&headers, BODY.as_bytes(), 1_700_000_000);
        let found = verdict(request, Some(settings), &["k1"]);
        assert_eq!(found, Err(Refusal::EndpointMisconfigured), "{settings}");
    }
}

proptest! {
    #[test]
    fn no_forged_header_is_accepted_and_none_panics(
        signature in prop_oneof![".{0,80}", "[0-9a-f]{64}", "v1,[A-Za-z0-9+/]{43}="],
        timestamp in prop_oneof![".{0,24}", "[0-9]{1,24}"],
        token in ".{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let headers = [
            ("x-signature", signature.as_str()),
            ("x-timestamp", timestamp.as_str()),
            ("authorization", token.as_str()),
            ("x-vapi-secret", token.as_str()),
        ];
        for settings in [
            r#"{"kind":"hmac"}"#,
            r#"{"kind":"hmac","encoding":"base64","prefix":"v1,","algorithm":"sha512"}"#,
            r#"{"kind":"bearer"}"#,
            r#"{"kind":"secret"}"#,
        ] {
            let request = request(&headers, &body, 1_700_000_000);
            prop_assert!(verdict(request, Some(settings), &["a-secret-nobody-guesses"]).is_err());
        }
    }

    #[test]
    fn any_body_has_a_head_or_a_reason(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let vapi = provider("vapi").expect("registered");
        let _ = vapi.head(&request(&[], &body, 0));
    }
}

fn head_of(body: &str) -> Result<sallyport::webhook::Head, Refusal> {
    provider("vapi")
        .expect("registered")
        .head(&request(&[], body.as_bytes(), 0))
}

#[test]
fn a_retry_has_the_same_key_and_another_event_has_not() {
    let first = head_of(BODY).unwrap();
    assert_eq!(first.event_type, "status-update");
    assert_eq!(head_of(BODY).unwrap().key, first.key);
    for (from, to) in [
        ("call_123", "call_124"),
        ("status-update", "speech-update"),
        ("ended", "ringing"),
        ("1700000000000", "1700000000001"),
    ] {
        assert_ne!(
            head_of(&BODY.replace(from, to)).unwrap().key,
            first.key,
            "{from}"
        );
    }
}

#[test]
fn a_verified_body_that_is_no_event_is_refused_with_a_reason() {
    assert_eq!(head_of("").unwrap_err(), Refusal::InvalidJson);
    assert_eq!(head_of("[]").unwrap_err(), Refusal::UnreadableEvent);
    assert_eq!(
        head_of(r#"{"message":{}}"#).unwrap_err(),
        Refusal::UnreadableEvent
    );
    let odd = head_of("{\"message\":{\"type\":\"Anna Müller\\n\"}}").unwrap();
    assert_eq!(
        odd.event_type, "Anna_M_ller_",
        "an event type can stand in a log line"
    );
}
