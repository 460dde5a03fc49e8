//! What becomes of the messages of a batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::SqsEvent;
use queue_consumer::{App, Config, Providers, handle};
use sallyport::clock::{Clock, from_unix_ms};
use sallyport::delivery::claim::BodyDigest;
use sallyport::delivery::{Body, DeliveryId, QueueMessage, StoredBody};
use sallyport::webhook::EventKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::wire::{Call, Reply, Wire, claim, made, stood_against};

pub const APPLY: &str = "rpc/apply_call_event";
const CLAIM: &str = "UpdateItem deliveries";
/// Asked twice: for the current version and for the previous one.
const SECRET: &str = "GetSecretValue";
const HAND_OVER: &str = "SendMessage";
const IGNORE: &str = "rpc/record_ignored_delivery";
const ORGANIZATION: &str = "5a11e900-0000-4000-8000-000000000001";

pub struct Stage {
    pub wire: Wire,
    app: App,
}

impl Stage {
    pub async fn set() -> Self {
        Self::with_clock(Clock::from_fn(|| from_unix_ms(1_700_000_009_000).unwrap())).await
    }

    async fn with_clock(clock: Clock) -> Self {
        let wire = Wire::start().await;
        let config = Config {
            stage: "test".to_owned(),
            deliveries_table: "deliveries".to_owned(),
            circuits_table: "circuits".to_owned(),
            circuits_timeout: Duration::from_secs(3),
            max_receive_count: 5,
            deliveries_queue_url: format!("{}/000000000000/deliveries", wire.url),
            transcripts_queue_url: format!("{}/000000000000/transcripts", wire.url),
            oversize_bucket: "oversize".to_owned(),
            postgrest_url: format!("{}/rest/v1", wire.url),
            database_secret: "sallyport/test/database".to_owned(),
            public_base_url: "https://hooks.example".to_owned(),
            providers: Providers::look_alikes(&wire.url),
        };
        let app = App::new(config, &wire.aws(), clock).unwrap();
        let key = json!({ "service_role_key": "ey.old" }).to_string();
        wire.reply(
            "GetSecretValue",
            Reply::Json(json!({ "SecretString": key })),
        );
        wire.reply(
            APPLY,
            Reply::Json(json!({ "outcome": "applied", "call": "c" })),
        );
        wire.reply(
            CLAIM,
            made(&claim("processing", 1_700_000_339_000, &"ab".repeat(32))),
        );
        wire.reply(IGNORE, Reply::Json(json!({ "outcome": "ignored" })));
        Self { wire, app }
    }

    /// Hands over messages as received for the `receives`-th time; gives the ids that come again.
    pub async fn batch(&self, bodies: &[String], receives: u32, left: Duration) -> Vec<String> {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(n, body)| {
                json!({ "messageId": format!("m{n}"), "receiptHandle": format!("r{n}"), "body": body,
                        "attributes": { "ApproximateReceiveCount": receives.to_string() } })
            })
            .collect();
        let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).unwrap();
        let response = handle(&self.app, event, SystemTime::now() + left)
            .await
            .unwrap();
        let mut ids: Vec<_> = response
            .batch_item_failures
            .into_iter()
            .map(|failure| failure.item_identifier)
            .collect();
        ids.sort();
        ids
    }

    /// The wait that was last set for the message with this receipt.
    fn wait_of(&self, receipt: &str) -> Option<u64> {
        let calls = self.wire.calls();
        let changes = calls
            .iter()
            .rev()
            .filter(|call| call.name == "ChangeMessageVisibility");
        let mut changes = changes.map(Call::json);
        changes.find(|body| body["ReceiptHandle"] == receipt)?["VisibilityTimeout"].as_u64()
    }
}

pub const PATIENT: Duration = Duration::from_secs(30);

pub fn report(call: &str) -> Value {
    json!({ "message": {
        "type": "end-of-call-report", "timestamp": 1_700_000_000_000_u64, "transcript": "CANARY",
        "endedReason": "customer-ended-call", "durationSeconds": 61.5, "cost": 0.25,
        "call": { "id": call, "type": "inboundPhoneCall" }, "customer": { "number": "+14155550100" },
    }})
}

fn message(event_type: &str, body: Body) -> String {
    let message = QueueMessage {
        delivery: DeliveryId::derive("demo", &EventKey::of([event_type])),
        organization: ORGANIZATION.parse().unwrap(),
        endpoint: "demo".to_owned(),
        provider: "vapi".to_owned(),
        event_type: event_type.to_owned(),
        received_at: from_unix_ms(1_700_000_001_234).unwrap(),
        digest: BodyDigest::of(b"x"),
        effect: None,
        replay: None,
        body,
    };
    message.to_json()
}

pub fn inline(event_type: &str, body: &Value) -> String {
    message(event_type, Body::Inline(body.to_string().into_bytes()))
}

#[tokio::test]
async fn a_report_is_applied_with_what_the_procedure_takes_and_no_words_of_the_call() {
    let stage = Stage::set().await;
    let failed = stage
        .batch(&[inline("end-of-call-report", &report("c-1"))], 1, PATIENT)
        .await;
    assert!(failed.is_empty());
    assert_eq!(
        stage.wire.names(),
        [CLAIM, SECRET, SECRET, APPLY, HAND_OVER, CLAIM]
    );
    let call = &stage.wire.calls()[3];
    assert_eq!(call.path, "/rest/v1/rpc/apply_call_event");
    let sent = call.json();
    assert_eq!(sent["p_organization"], ORGANIZATION);
    assert_eq!(sent["p_received_at"], "2023-11-14T22:13:21.234Z");
    assert_eq!(sent["p_started_at"], "2023-11-14T22:13:29.000Z");
    assert_eq!(sent["p_call"]["provider_call_id"], "c-1");
    assert_eq!(sent["p_call"]["status"], "ended");
    assert_eq!(sent["p_call"]["final"], true);
    assert_eq!(sent["p_call"]["direction"], "inbound");
    assert_eq!(sent["p_call"]["duration_seconds"], 61.5);
    assert_eq!(sent["p_call"]["recording_url"], Value::Null);
    assert!(!sent.to_string().contains("CANARY"));
}

#[tokio::test]
async fn an_unknown_type_is_recorded_as_ignored_with_its_reason() {
    let stage = Stage::set().await;
    let body = json!({ "message": { "type": "speech-update" } });
    assert!(
        stage
            .batch(&[inline("speech-update", &body)], 1, PATIENT)
            .await
            .is_empty()
    );
    let sent = stage.wire.calls()[3].json();
    assert_eq!(stage.wire.names()[3], IGNORE);
    assert_eq!(
        (&sent["p_event_type"], &sent["p_reason"]),
        (&json!("speech-update"), &json!("unknown_event_type"))
    );
}

#[tokio::test]
async fn only_the_messages_that_failed_come_again() {
    let stage = Stage::set().await;
    let good = inline("end-of-call-report", &report("c-1"));
    let nameless = inline("end-of-call-report", &json!({ "message": {} }));
    let foreign = good.replace("\"vapi\"", "\"nobody\"");
    let newer = good.replace("\"version\":1", "\"version\":2");
    let batch = [good, nameless, "not json".to_owned(), foreign, newer];
    assert_eq!(
        stage.batch(&batch, 1, PATIENT).await,
        ["m1", "m2", "m3", "m4"]
    );
    assert_eq!(
        stage
            .wire
            .names()
            .iter()
            .filter(|name| *name == APPLY)
            .count(),
        1
    );
    for hopeless in ["r1", "r2", "r3", "r4"] {
        assert_eq!(stage.wait_of(hopeless), Some(0), "{hopeless}");
    }
    assert_eq!(stage.wait_of("r0"), None);
}

#[tokio::test]
async fn a_database_outage_postpones_by_the_schedule() {
    let stage = Stage::set().await;
    stage.wire.reply(
        APPLY,
        Reply::Status(503, json!({ "code": "PGRST000", "message": "x" })),
    );
    for (receives, least) in [(1, 5), (2, 60), (3, 600), (4, 3600)] {
        let batch = [inline("end-of-call-report", &report("c-1"))];
        assert_eq!(stage.batch(&batch, receives, PATIENT).await, ["m0"]);
        let wait = stage.wait_of("r0").unwrap();
        assert!(
            (least..=least + least / 10).contains(&wait),
            "{receives}: {wait}"
        );
    }
}

#[tokio::test]
async fn a_transaction_that_another_has_undone_is_tried_once_more_at_once() {
    let applied = Reply::Json(json!({ "outcome": "applied", "call": "c" }));
    for (code, again) in [("40P01", false), ("40001", false), ("53300", true)] {
        let stage = Stage::set().await;
        let undone = Reply::Status(500, json!({ "code": code }));
        stage.wire.replies(APPLY, [undone, applied.clone()]);
        let batch = [inline("end-of-call-report", &report("c-1"))];
        let postponed = stage.batch(&batch, 1, PATIENT).await;
        assert_eq!(!postponed.is_empty(), again, "{code}");
    }
}

#[tokio::test]
async fn every_answer_that_is_not_the_promised_one_is_a_failure() {
    for reply in [
        Reply::Status(404, json!({ "code": "PGRST202" })),
        Reply::Status(409, json!({ "code": "23503" })),
        Reply::Status(401, json!({ "code": "PGRST301" })),
        Reply::Status(302, json!({})),
        Reply::Json(json!([])),
        Reply::Json(json!({ "outcome": "perhaps" })),
    ] {
        let stage = Stage::set().await;
        stage.wire.reply(APPLY, reply.clone());
        let batch = [inline("end-of-call-report", &report("c-1"))];
        assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"], "{reply:?}");
    }
}

#[tokio::test]
async fn a_database_that_hangs_is_given_up_before_the_invocation_ends() {
    let stage = Stage::set().await;
    stage.wire.reply(APPLY, Reply::Hang);
    let batch = vec![inline("end-of-call-report", &report("c-1")); 10];
    let left = Duration::from_secs(2);
    let failed = tokio::time::timeout(left, stage.batch(&batch, 1, left))
        .await
        .unwrap();
    assert_eq!(failed.len(), 10);
}

#[tokio::test]
async fn a_stored_body_is_fetched_and_must_be_the_one_that_was_sent() {
    let stage = Stage::set().await;
    let body = report("c-9");
    let text = body.to_string();
    let stored = StoredBody {
        key: "org/dlv/sha".to_owned(),
        sha256: hex::encode(Sha256::digest(&text)),
        length: text.len() as u64,
    };
    stage.wire.reply("GET", Reply::Json(body));
    let good = message("end-of-call-report", Body::Stored(stored.clone()));
    assert!(stage.batch(&[good], 1, PATIENT).await.is_empty());
    assert_eq!(stage.wire.calls()[1].path, "/oversize/org/dlv/sha");

    for altered in [
        StoredBody {
            sha256: "00".repeat(32),
            ..stored.clone()
        },
        StoredBody {
            length: stored.length + 1,
            ..stored.clone()
        },
    ] {
        let bad = message("end-of-call-report", Body::Stored(altered));
        assert_eq!(stage.batch(&[bad], 1, PATIENT).await, ["m0"]);
    }
    let applied = stage
        .wire
        .names()
        .iter()
        .filter(|name| *name == APPLY)
        .count();
    assert_eq!(applied, 1, "an altered body is not applied");
}

#[tokio::test]
async fn a_refused_key_is_fetched_again_and_tried_once_more() {
    let seconds = Arc::new(AtomicI64::new(1_700_000_000));
    let hand = Arc::clone(&seconds);
    let now = move || from_unix_ms(hand.load(Ordering::Relaxed) * 1000).unwrap();
    let stage = Stage::with_clock(Clock::from_fn(now)).await;
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert!(stage.batch(&batch, 1, PATIENT).await.is_empty());

    let key = json!({ "service_role_key": "ey.new" }).to_string();
    stage.wire.reply(
        "GetSecretValue",
        Reply::Json(json!({ "SecretString": key })),
    );
    stage
        .wire
        .reply(APPLY, Reply::Status(401, json!({ "code": "PGRST301" })));
    seconds.fetch_add(40, Ordering::Relaxed);
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert_eq!(stage.wire.names()[7..11], [APPLY, SECRET, SECRET, APPLY]);
}

#[tokio::test]
async fn a_panic_is_the_failure_of_its_message_alone() {
    let asked = AtomicUsize::new(0);
    let stage = Stage::with_clock(Clock::from_fn(move || {
        assert!(
            asked.fetch_add(1, Ordering::Relaxed) > 0,
            "the first message's look at the clock"
        );
        from_unix_ms(1_700_000_009_000).unwrap()
    }))
    .await;
    let batch = vec![inline("end-of-call-report", &report("c-1")); 3];
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert_eq!(
        stage
            .wire
            .names()
            .iter()
            .filter(|name| *name == APPLY)
            .count(),
        2
    );
}

#[tokio::test]
async fn a_batch_that_cannot_be_reported_on_is_given_back_whole() {
    let stage = Stage::set().await;
    let event: SqsEvent = serde_json::from_value(json!({ "Records": [{ "body": "{}" }] })).unwrap();
    assert!(
        handle(&stage.app, event, SystemTime::now() + PATIENT)
            .await
            .is_err()
    );
    assert!(stage.wire.calls().is_empty());
}

/// The verdicts that were stored, in order.
fn verdicts(stage: &Stage) -> Vec<String> {
    let calls = stage.wire.calls();
    let writes = calls
        .iter()
        .filter(|call| call.name == CLAIM)
        .map(Call::json);
    let states = writes.filter_map(|write| {
        let values = write["ExpressionAttributeValues"].as_object()?.clone();
        let update = write["UpdateExpression"].as_str()?.to_owned();
        let slot = update
            .split("#state = ")
            .nth(1)?
            .split([',', ' '])
            .next()?
            .to_owned();
        Some(values[&slot]["S"].as_str()?.to_owned())
    });
    states.filter(|state| state != "processing").collect()
}

#[tokio::test]
async fn how_an_attempt_ended_is_stored_and_the_last_failure_is_death() {
    let refused = Reply::Status(409, json!({ "code": "23503" }));
    for (reply, receives, verdict) in [
        (None, 1, "done"),
        (Some(refused.clone()), 4, "failed"),
        (Some(refused), 5, "dead"),
    ] {
        let stage = Stage::set().await;
        if let Some(reply) = reply {
            stage.wire.reply(APPLY, reply);
        }
        let batch = [inline("end-of-call-report", &report("c-1"))];
        stage.batch(&batch, receives, PATIENT).await;
        assert_eq!(verdicts(&stage), [verdict]);
    }
}

#[tokio::test]
async fn what_is_done_is_deleted_and_not_done_again() {
    for state in ["done", "ignored"] {
        let stage = Stage::set().await;
        let found = claim(state, 0, &"ab".repeat(32));
        stage.wire.reply(CLAIM, stood_against(&found));
        let batch = [inline("end-of-call-report", &report("c-1"))];
        assert!(stage.batch(&batch, 1, PATIENT).await.is_empty());
        assert_eq!(stage.wire.names(), [CLAIM]);
    }
}

#[tokio::test]
async fn what_another_attempt_works_on_waits_for_the_end_of_its_lease() {
    let stage = Stage::set().await;
    let found = claim("processing", 1_700_000_029_000, &"ab".repeat(32));
    stage.wire.reply(CLAIM, stood_against(&found));
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert_eq!(stage.wait_of("r0"), Some(22));
    assert!(!stage.wire.names().contains(&APPLY.to_owned()));
}

#[tokio::test]
async fn without_the_claims_nothing_is_applied_and_nothing_is_lost() {
    let stage = Stage::set().await;
    stage.wire.reply(
        CLAIM,
        Reply::Status(500, json!({ "__type": "InternalServerError" })),
    );
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert!(!stage.wire.names().contains(&APPLY.to_owned()));
}

#[tokio::test]
async fn an_attempt_whose_lease_is_over_applies_nothing() {
    let stage = Stage::set().await;
    stage.wire.reply(
        CLAIM,
        made(&claim("processing", 1_700_000_009_000, &"ab".repeat(32))),
    );
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert!(!stage.wire.names().contains(&APPLY.to_owned()));
}

#[tokio::test]
async fn what_was_said_is_handed_over_before_the_delivery_counts_as_done() {
    let stage = Stage::set().await;
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert!(stage.batch(&batch, 1, PATIENT).await.is_empty());
    let calls = stage.wire.calls();
    let sent = calls
        .iter()
        .find(|call| call.name == HAND_OVER)
        .unwrap()
        .json();
    assert_eq!(sent["MessageBody"], batch[0].as_str());
    assert!(sent["QueueUrl"].as_str().unwrap().ends_with("/transcripts"));

    for outcome in ["duplicate", "stale"] {
        let stage = Stage::set().await;
        stage
            .wire
            .reply(APPLY, Reply::Json(json!({ "outcome": outcome })));
        stage.batch(&batch, 1, PATIENT).await;
        assert!(
            stage.wire.names().contains(&HAND_OVER.to_owned()),
            "{outcome}"
        );
    }

    let stage = Stage::set().await;
    stage.wire.reply(
        HAND_OVER,
        Reply::Status(500, json!({ "__type": "InternalFailure" })),
    );
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert_eq!(verdicts(&stage), ["failed"]);
}

#[tokio::test]
async fn what_is_applied_and_could_not_be_recorded_comes_again() {
    let stage = Stage::set().await;
    let begun = made(&claim("processing", 1_700_000_339_000, &"ab".repeat(32)));
    let down = Reply::Status(500, json!({ "__type": "InternalServerError" }));
    stage.wire.replies(CLAIM, [begun, down]);
    let batch = [inline("end-of-call-report", &report("c-1"))];
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
    assert!(stage.wire.names().contains(&APPLY.to_owned()));

    let stage = Stage::set().await;
    let begun = made(&claim("processing", 1_700_000_339_000, &"ab".repeat(32)));
    let mut successor = claim("processing", 1_700_000_339_000, &"ab".repeat(32));
    successor["owner"] = json!({ "S": "1".repeat(32) });
    stage
        .wire
        .replies(CLAIM, [begun, stood_against(&successor)]);
    assert_eq!(stage.batch(&batch, 1, PATIENT).await, ["m0"]);
}
