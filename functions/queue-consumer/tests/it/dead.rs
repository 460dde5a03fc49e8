//! What is said of a message that was handed out for the last time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::batch::{APPLY, PATIENT, Stage, inline, report};
use crate::wire::Reply;

const DEAD: &str = "rpc/record_dead_delivery";
const ALERT: &str = "PutEvents";
/// As in the queue's redrive policy.
const LAST: u32 = 5;

fn poison() -> String {
    inline(
        "status-update",
        &json!({ "message": { "call": { "id": "CANARY" } } }),
    )
}

async fn stage() -> Stage {
    let stage = Stage::set().await;
    stage
        .wire
        .reply(DEAD, Reply::Json(json!({ "outcome": "dead" })));
    stage.wire.reply(
        ALERT,
        Reply::Json(json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "e" }] })),
    );
    stage
}

fn asked(stage: &Stage, operation: &str) -> Vec<Value> {
    let calls = stage.wire.calls();
    let calls = calls.iter().filter(|call| call.name == operation);
    calls.map(crate::wire::Call::json).collect()
}

/// The alert that was published.
fn alert(stage: &Stage) -> Value {
    let [published] = &asked(stage, ALERT)[..] else {
        panic!("not one alert");
    };
    let entry = &published["Entries"][0];
    assert_eq!(
        (entry["Source"].as_str(), entry["DetailType"].as_str()),
        (Some("sallyport"), Some("Alert"))
    );
    serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn the_last_failure_is_recorded_and_told_with_its_reason() {
    let stage = stage().await;
    assert_eq!(
        stage.batch(&[poison()], LAST, PATIENT).await,
        ["m0"],
        "the message goes to the dead letters"
    );
    let [recorded] = &asked(&stage, DEAD)[..] else {
        panic!("not recorded once");
    };
    assert_eq!(recorded["p_reason"], "unreadable_payload");
    assert_eq!(
        (
            recorded["p_provider"].as_str(),
            recorded["p_endpoint"].as_str()
        ),
        (Some("vapi"), Some("demo"))
    );
    let alert = alert(&stage);
    assert_eq!(alert["code"], "delivery_dead");
    assert_eq!(
        alert["attributes"],
        json!({ "provider": "vapi", "reason": "unreadable_payload", "delivery": recorded["p_delivery"] })
    );
    assert_eq!(
        (alert["service"].as_str(), alert["stage"].as_str()),
        (Some("queue-consumer"), Some("test"))
    );
    assert!(!alert.to_string().contains("CANARY"));
}

#[tokio::test]
async fn a_failure_before_the_last_tells_nobody() {
    let stage = stage().await;
    assert_eq!(stage.batch(&[poison()], LAST - 1, PATIENT).await, ["m0"]);
    assert_eq!(
        (asked(&stage, DEAD).len(), asked(&stage, ALERT).len()),
        (0, 0)
    );
    let applied = stage
        .batch(
            &[inline("end-of-call-report", &report("c-1"))],
            LAST,
            PATIENT,
        )
        .await;
    assert!(applied.is_empty());
    assert_eq!(
        asked(&stage, ALERT).len(),
        0,
        "a success on the last receive is one"
    );
}

#[tokio::test]
async fn a_message_that_names_no_delivery_is_told_and_not_recorded() {
    let stage = stage().await;
    assert_eq!(
        stage.batch(&["CANARY".to_owned()], LAST, PATIENT).await,
        ["m0"]
    );
    assert_eq!(asked(&stage, DEAD).len(), 0);
    let alert = alert(&stage);
    assert_eq!(alert["code"], "message_dead");
    assert_eq!(
        alert["attributes"],
        json!({ "reason": "unreadable_message" })
    );
}

#[tokio::test]
async fn neither_the_log_nor_the_bus_keeps_the_other_from_knowing() {
    let down = || Reply::Status(500, json!({ "message": "CANARY" }));
    for (broken, other) in [(DEAD, ALERT), (ALERT, DEAD)] {
        let stage = stage().await;
        stage.wire.reply(broken, down());
        assert_eq!(stage.batch(&[poison()], LAST, PATIENT).await, ["m0"]);
        assert!(!asked(&stage, other).is_empty(), "{other} after {broken}");
    }
    let stage = stage().await;
    stage.wire.reply(APPLY, down());
    let applied = stage
        .batch(
            &[inline("end-of-call-report", &report("c-1"))],
            LAST,
            PATIENT,
        )
        .await;
    assert_eq!(applied, ["m0"]);
    assert_eq!(
        alert(&stage)["attributes"]["reason"],
        "database_unavailable"
    );
}

#[tokio::test]
async fn a_report_that_gets_no_answer_never_costs_the_batch_its_own() {
    let stage = stage().await;
    stage.wire.reply(DEAD, Reply::Hang);
    stage.wire.reply(ALERT, Reply::Hang);
    let (began, left) = (Instant::now(), Duration::from_secs(4));
    let poison: Vec<_> = (0..10).map(|_| poison()).collect();
    assert_eq!(stage.batch(&poison, LAST, left).await.len(), 10);
    assert!(began.elapsed() < left, "{:?}", began.elapsed());
}
