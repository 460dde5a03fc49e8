//! What becomes of a batch, of an order to redact again, and of a text.

use std::time::{Duration, SystemTime};

use redaction::{App, Config, Unanswered, handle};
use sallyport::clock::{Clock, from_unix_ms};
use sallyport::delivery::claim::BodyDigest;
use sallyport::delivery::{Body, DeliveryId, QueueMessage};
use sallyport::webhook::EventKey;
use serde_json::{Value, json};

use crate::wire::{Reply, Wire};

const POLICY: &str = "rpc/redaction_policy";
const STORE: &str = "rpc/store_call_words";
const OUTDATED: &str = "rpc/outdated_call_words";
const REPLACE: &str = "rpc/replace_call_words";
const ORGANIZATION: &str = "5a11e900-0000-4000-8000-000000000001";
const CALL: &str = "5a11e900-0000-4000-8000-0000000000ca";

struct Stage {
    wire: Wire,
    app: App,
}

impl Stage {
    async fn set() -> Self {
        let wire = Wire::start().await;
        let config = Config {
            transcripts_queue_url: format!("{}/000000000000/transcripts", wire.url),
            oversize_bucket: "oversize".to_owned(),
            postgrest_url: format!("{}/rest/v1", wire.url),
            database_secret: "sallyport/test/database".to_owned(),
        };
        let clock = Clock::from_fn(|| from_unix_ms(1_700_000_000_000).unwrap());
        let app = App::new(config, &wire.aws(), clock).unwrap();
        let key = json!({ "service_role_key": "ey.key" }).to_string();
        wire.reply(
            "GetSecretValue",
            Reply::Json(json!({ "SecretString": key })),
        );
        wire.reply(POLICY, Reply::Json(Value::Null));
        wire.reply(STORE, Reply::Json(json!({ "outcome": "stored" })));
        wire.reply(REPLACE, Reply::Json(json!({ "outcome": "stored" })));
        Self { wire, app }
    }

    async fn invoke(&self, input: Value) -> Result<Value, Unanswered> {
        self.invoke_for(input, Duration::from_secs(30)).await
    }

    async fn invoke_for(&self, input: Value, left: Duration) -> Result<Value, Unanswered> {
        handle(&self.app, input, SystemTime::now() + left).await
    }

    /// Hands over these messages; the ids of those that come again.
    async fn batch(&self, bodies: &[String]) -> Vec<Value> {
        let answer = self.invoke(batch(bodies)).await.unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        let mut ids: Vec<Value> = failures
            .iter()
            .map(|failure| failure["itemIdentifier"].clone())
            .collect();
        ids.sort_by_key(Value::to_string);
        ids
    }

    fn asked(&self, operation: &str) -> Vec<Value> {
        let calls = self.wire.calls();
        let asked = calls.iter().filter(|call| call.name == operation);
        asked.map(crate::wire::Call::json).collect()
    }
}

fn batch(bodies: &[String]) -> Value {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(n, body)| {
            json!({ "messageId": format!("m{n}"), "receiptHandle": format!("r{n}"), "body": body,
                    "attributes": { "ApproximateReceiveCount": "1" } })
        })
        .collect();
    json!({ "Records": records })
}

fn message(body: Body) -> String {
    let message = QueueMessage {
        delivery: DeliveryId::derive("demo", &EventKey::of(["x"])),
        organization: ORGANIZATION.parse().unwrap(),
        endpoint: "demo".to_owned(),
        provider: "vapi".to_owned(),
        event_type: "end-of-call-report".to_owned(),
        received_at: from_unix_ms(1_700_000_001_234).unwrap(),
        digest: BodyDigest::of(b"x"),
        effect: None,
        replay: None,
        body,
    };
    message.to_json()
}

fn report() -> String {
    let report = json!({ "message": {
        "call": { "id": "c-1", "customer": { "name": "Zebulon Quist", "number": "+14155550142" } },
        "artifact": { "transcript": "User: I am Zebulon Quist, 415-555-0142. I need a check-up." },
        "analysis": { "summary": "Zebulon Quist wants a check-up.", "structuredData": { "booked": true } },
    }});
    message(Body::Inline(report.to_string().into_bytes()))
}

fn is_clean(text: &str) {
    for canary in ["Zebulon", "Quist", "0142"] {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

#[tokio::test]
async fn words_are_stored_without_whose_they_are_and_with_the_record_of_it() {
    let stage = Stage::set().await;
    assert!(stage.batch(&[report()]).await.is_empty());
    let stored = stage.asked(STORE).remove(0);
    is_clean(&stored.to_string());
    assert_eq!(stored["p_provider_call_id"], "c-1");
    assert_eq!(stored["p_organization"], ORGANIZATION);
    assert!(
        stored["p_transcript"]
            .as_str()
            .unwrap()
            .contains("I need a check-up")
    );
    assert_eq!(stored["p_analysis"]["booked"], true);
    assert_eq!(stored["p_policy"], sallyport::redaction::VERSION);
    assert!(stored["p_redaction"]["transcript"]["counts"].is_object());
}

#[tokio::test]
async fn without_its_policy_an_organisations_words_wait() {
    let stage = Stage::set().await;
    stage
        .wire
        .reply(POLICY, Reply::Status(503, json!({ "code": "PGRST000" })));
    assert_eq!(stage.batch(&[report()]).await, ["m0"]);
    assert!(stage.asked(STORE).is_empty());
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_has_every_text_replaced_whole() {
    let stage = Stage::set().await;
    let own = json!({ "version": 7, "operator": "token", "removes_medications": false,
        "removes_diagnoses": false, "rules": [{ "id": "broken", "pattern": "(" }] });
    stage.wire.reply(POLICY, Reply::Json(own));
    assert!(stage.batch(&[report()]).await.is_empty());
    let stored = stage.asked(STORE).remove(0);
    assert!(!stored.to_string().contains("check-up"), "{stored}");
    assert_eq!(stored["p_redaction"]["transcript"]["refused"], "bad_rule");
    assert!(stored["p_policy"].as_str().unwrap().ends_with("+7"));
}

#[tokio::test]
async fn only_the_messages_that_failed_come_again() {
    let stage = Stage::set().await;
    let strange = message(Body::Inline(b"not json".to_vec()));
    let silent = message(Body::Inline(br#"{"message":{"call":{"id":"c"}}}"#.to_vec()));
    let foreign = report().replace("\"vapi\"", "\"nobody\"");
    let bodies = [report(), strange, "{}".to_owned(), silent, foreign];
    assert_eq!(stage.batch(&bodies).await, ["m1", "m2", "m4"]);
    assert_eq!(stage.asked(STORE).len(), 1);
}

#[tokio::test]
async fn a_database_that_fails_keeps_the_message() {
    for reply in [
        Reply::Status(503, json!({ "code": "PGRST000" })),
        Reply::Status(400, json!({ "code": "22023" })),
        Reply::Json(json!({ "outcome": "perhaps" })),
    ] {
        let stage = Stage::set().await;
        stage.wire.reply(STORE, reply.clone());
        assert_eq!(stage.batch(&[report()]).await, ["m0"], "{reply:?}");
    }
}

#[tokio::test]
async fn a_text_is_answered_and_anything_else_is_refused() {
    let stage = Stage::set().await;
    let text = json!({ "text": "I am Zebulon Quist at 415-555-0142.", "names": ["Zebulon Quist"] });
    let answer = stage.invoke(text).await.unwrap();
    is_clean(answer["text"].as_str().unwrap());
    assert!(
        answer["counts"]
            .as_object()
            .is_some_and(|counts| !counts.is_empty())
    );
    for input in [
        json!({}),
        json!(null),
        json!({ "text": 1 }),
        json!({ "text": "", "profile": "x" }),
        json!({ "Records": 1 }),
    ] {
        assert_eq!(
            stage.invoke(input.clone()).await,
            Err(Unanswered::Unknown),
            "{input}"
        );
    }
    assert!(stage.wire.calls().is_empty());
}

fn outdated(left: u64) -> Value {
    json!({ "left": left, "calls": [{
        "org_id": ORGANIZATION, "id": CALL, "transcript": "Call 415-555-0142", "summary": null,
        "analysis": null, "redaction": { "policy": "0" }, "redaction_policy": "0",
    }]})
}

#[tokio::test]
async fn what_is_stored_is_redacted_again_under_the_policy_of_now() {
    let stage = Stage::set().await;
    stage.wire.reply(OUTDATED, Reply::Json(outdated(1)));
    // One page, and then the time is short: the rest is ordered anew.
    let order = json!({ "backfill": {} }).to_string();
    let left = Duration::from_millis(2500);
    let answer = stage.invoke_for(batch(&[order]), left).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
    let replaced = stage.asked(REPLACE).remove(0);
    is_clean(&replaced.to_string());
    assert_eq!(
        (&replaced["p_from"], &replaced["p_call"]),
        (&json!("0"), &json!(CALL))
    );
    assert_eq!(
        replaced["p_redaction"]["earlier"],
        json!([{ "policy": "0" }])
    );
    let rest = stage.asked("SendMessage").remove(0);
    let rest: Value = serde_json::from_str(rest["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(rest["backfill"]["after"], json!([ORGANIZATION, CALL]));
}

#[tokio::test]
async fn an_order_is_done_when_nothing_is_left() {
    let stage = Stage::set().await;
    stage
        .wire
        .reply(OUTDATED, Reply::Json(json!({ "left": 0, "calls": [] })));
    let order = json!({ "backfill": { "after": [ORGANIZATION, CALL] } }).to_string();
    assert!(stage.batch(&[order]).await.is_empty());
    assert!(stage.asked("SendMessage").is_empty());
    assert_eq!(stage.asked(OUTDATED)[0]["p_after_call"], CALL);
}
