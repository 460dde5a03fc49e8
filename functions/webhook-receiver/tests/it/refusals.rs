//! What is refused, why, and what it costs us.

use serde_json::{Value, json};

use crate::stage::{BODY, LIMIT, NOW, Stage, reason, signed};
use crate::wire::Reply;

fn changed(pointer: &str, value: Value) -> Value {
    let mut event = signed(BODY, "k1", NOW);
    *event.pointer_mut(pointer).unwrap() = value;
    event
}

#[tokio::test]
async fn nothing_is_stored_or_sent_before_the_proof_holds() {
    let stage = Stage::set().await;
    let large = "x".repeat(200 * 1024);
    for event in [
        changed("/headers/x-signature", json!("00")),
        changed("/headers", json!({})),
        changed(
            "/headers",
            json!({ "x-signature": "é\u{0}\u{1f}", "x-timestamp": "१" }),
        ),
        changed("/headers/x-timestamp", json!((NOW + 301).to_string())),
        changed("/body", json!(large)),
        changed("/body", json!("[".repeat(100_000))),
        signed(BODY, "", NOW),
        received_now(signed(BODY, "k1", NOW - 301)),
        received_now(signed(BODY, "k1", NOW + 301)),
    ] {
        let response = stage.send(event).await;
        assert_eq!(response.status_code, 401, "{}", response.body);
        reason(&response);
    }
    let touched = stage.wire.names();
    assert!(
        touched
            .iter()
            .all(|name| ["GetItem endpoints", "GetSecretValue", LIMIT].contains(&name.as_str())),
        "{touched:?}"
    );
}

/// The request as the edge hands it over when it arrives now, whenever it was signed.
fn received_now(mut event: serde_json::Value) -> serde_json::Value {
    event["requestContext"]["timeEpoch"] = json!(NOW * 1000);
    event
}

#[tokio::test]
async fn a_flood_of_bad_proofs_does_not_hammer_the_secret_store() {
    let stage = Stage::set().await;
    for _ in 0..50 {
        assert_eq!(
            stage.send(signed(BODY, "wrong", NOW)).await.status_code,
            401
        );
    }
    let names = stage.wire.names();
    let lookups = names.iter().filter(|name| *name == "GetSecretValue");
    assert_eq!(
        lookups.count(),
        4,
        "the endpoint's secret and the addresses' key, two versions each"
    );
}

#[tokio::test]
async fn each_bad_request_has_its_status_and_reason() {
    let stage = Stage::set().await;
    let mut base64 = changed("/body", json!("no base64"));
    base64["isBase64Encoded"] = json!(true);
    for (event, status, code) in [
        (base64, 400, "invalid_base64"),
        (signed("{", "k1", NOW), 400, "invalid_json"),
        (signed("", "k1", NOW), 400, "invalid_json"),
        (signed(&"[".repeat(100_000), "k1", NOW), 400, "invalid_json"),
        (
            signed(r#"{"message":{"call":{}}}"#, "k1", NOW),
            400,
            "unreadable_event",
        ),
        (
            changed("/body", json!("x".repeat(6_000_001))),
            413,
            "body_too_large",
        ),
        (
            changed("/rawPath", json!("/webhooks/nobody/demo")),
            404,
            "unknown_endpoint",
        ),
        (
            changed("/rawPath", json!("/webhooks/vapi/a%2Fb")),
            404,
            "unknown_endpoint",
        ),
        (changed("/rawPath", json!("/nowhere")), 404, "unknown_route"),
        (
            changed("/requestContext/http/method", json!("GET")),
            405,
            "method_not_allowed",
        ),
        (json!({}), 404, "unknown_route"),
    ] {
        let response = stage.send(event).await;
        assert_eq!(
            (response.status_code, reason(&response).as_str()),
            (status, code)
        );
    }
}

#[tokio::test]
async fn a_signed_body_that_is_not_utf8_is_refused_with_a_reason() {
    let stage = Stage::set().await;
    let bytes = b"{\"message\":{\"type\":\"\xff\xfe\"}}";
    let stamp = NOW.to_string();
    let code =
        sallyport::webhook::proof::Algorithm::Sha256.mac(b"k1", &[stamp.as_bytes(), b".", bytes]);
    let mut event = signed(BODY, "k1", NOW);
    event["headers"]["x-signature"] = json!(hex::encode(code));
    event["body"] = json!(sallyport::webhook::proof::Encoding::Base64.encode(bytes));
    event["isBase64Encoded"] = json!(true);
    let response = stage.send(event).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (400, "invalid_utf8")
    );
}

#[tokio::test]
async fn an_unknown_endpoint_or_one_of_another_provider_is_not_found() {
    let stage = Stage::set().await;
    stage
        .wire
        .reply("GetItem endpoints", Reply::Json(json!({})));
    assert_eq!(reason(&stage.post(BODY).await), "unknown_endpoint");
    let stage = Stage::set().await;
    stage.wire.reply(
        "GetItem endpoints",
        Reply::Json(json!({ "Item": {
            "endpoint": { "S": "demo" }, "provider": { "S": "stripe" }, "secret": { "S": "s" },
            "organization": { "S": crate::stage::ORGANIZATION }, "state": { "S": "enabled" },
        }})),
    );
    assert_eq!(reason(&stage.post(BODY).await), "unknown_endpoint");
}

#[tokio::test]
async fn an_endpoint_without_a_usable_secret_refuses_everybody() {
    for (stored, code) in [
        (r#"{"secrets":[]}"#, "secret_missing"),
        (r#"{"secrets":[""]}"#, "secret_missing"),
    ] {
        let stage = Stage::set().await;
        stage.secret(stored);
        let response = stage.send(signed(BODY, "", NOW)).await;
        assert_eq!(
            (response.status_code, reason(&response).as_str()),
            (401, code)
        );
    }
    let stage = Stage::set().await;
    let absent = json!({ "__type": "ResourceNotFoundException" });
    stage
        .wire
        .reply("GetSecretValue", Reply::Status(400, absent));
    let response = stage.post(BODY).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (503, "secrets_unavailable")
    );
}

#[tokio::test]
async fn health_touches_nothing_and_readiness_says_what_is_wrong() {
    let get =
        |path: &str| json!({ "rawPath": path, "requestContext": { "http": { "method": "GET" } } });
    let stage = Stage::set().await;
    assert_eq!(stage.send(get("/health")).await.status_code, 200);
    assert!(stage.wire.calls().is_empty());

    let depth = json!({ "Attributes": { "ApproximateNumberOfMessages": "7" } });
    stage.wire.reply("GetQueueAttributes", Reply::Json(depth));
    let ready = stage.send(get("/health/ready")).await;
    let body: Value = serde_json::from_str(&ready.body).unwrap();
    assert_eq!(
        (ready.status_code, &body["status"]),
        (200, &json!("ready")),
        "{body}"
    );
    assert_eq!(body["dependencies"]["deliveries_queue"]["messages"], 7);
    assert_eq!(body["dependencies"]["dead_letter_queue"]["messages"], 7);
    assert_eq!(
        body["dependencies"]["deliveries_queue"]["oldest_message_age_s"],
        Value::Null,
        "not known"
    );

    stage.wire.reply("GetQueueAttributes", Reply::Hang);
    let unready = stage.send(get("/health/ready")).await;
    let body: Value = serde_json::from_str(&unready.body).unwrap();
    assert_eq!(
        (unready.status_code, &body["status"]),
        (503, &json!("unready"))
    );
    assert_eq!(
        body["dependencies"]["deliveries_queue"]["status"],
        "timeout"
    );
    assert_eq!(body["dependencies"]["endpoints_table"]["status"], "ok");
}
