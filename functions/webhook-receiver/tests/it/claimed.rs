//! What the claim says of a delivery, and what its sender is told.

use serde_json::{Value, json};

use crate::stage::{BODY, CLAIM, NOW, Stage, digest, reason};
use crate::wire::{Reply, claim, made, stood_against};

const LOOK: &str = "GetItem deliveries";

fn sent(stage: &Stage) -> bool {
    stage.wire.names().contains(&"SendMessage".to_owned())
}

#[tokio::test]
async fn a_duplicate_of_a_durable_delivery_is_acknowledged_and_not_queued_again() {
    for state in [
        "queued",
        "processing",
        "done",
        "failed",
        "dead",
        "ignored",
        "held",
    ] {
        let stage = Stage::set().await;
        let found = claim(state, (NOW + 8) * 1000, &digest(BODY));
        stage.wire.reply(CLAIM, stood_against(&found));
        let response = stage.post(BODY).await;
        let answer: Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(
            (response.status_code, &answer["status"]),
            (200, &json!("duplicate")),
            "{state}"
        );
        assert!(!sent(&stage), "{state}");
    }
}

#[tokio::test]
async fn a_duplicate_while_in_progress_is_not_acknowledged() {
    let stage = Stage::set().await;
    let found = claim("received", (NOW + 8) * 1000, &digest(BODY));
    stage.wire.reply(CLAIM, stood_against(&found));
    stage
        .wire
        .reply(LOOK, Reply::Json(json!({ "Item": found })));
    let response = stage.post(BODY).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (409, "in_progress")
    );
    assert_eq!(
        response.headers["retry-after"], "10",
        "the lease and the clocks' slack"
    );
    assert!(!sent(&stage));
}

#[tokio::test]
async fn a_duplicate_waits_a_moment_for_the_attempt_before_it() {
    let stage = Stage::set().await;
    let found = claim("received", (NOW + 8) * 1000, &digest(BODY));
    let begun = claim("processing", (NOW + 30) * 1000, &digest(BODY));
    stage.wire.reply(CLAIM, stood_against(&found));
    stage
        .wire
        .reply(LOOK, Reply::Json(json!({ "Item": begun })));
    let response = stage.post(BODY).await;
    assert_eq!(response.status_code, 200, "{}", response.body);
    assert!(response.body.contains("duplicate"));
}

#[tokio::test]
async fn another_body_under_the_same_name_is_refused() {
    let stage = Stage::set().await;
    let found = claim("done", 0, &digest("another body"));
    stage.wire.reply(CLAIM, stood_against(&found));
    let response = stage.post(BODY).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (409, "body_conflict")
    );
    assert!(!response.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_delivery_that_killed_its_receivers_rests() {
    let stage = Stage::set().await;
    let mut found = claim("received", (NOW - 60) * 1000, &digest(BODY));
    found["attempts"] = json!({ "N": "5" });
    stage.wire.reply(CLAIM, stood_against(&found));
    let response = stage.post(BODY).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (503, "poisoned")
    );
    assert!(response.headers["retry-after"].parse::<u32>().unwrap() > 60);
}

#[tokio::test]
async fn an_attempt_that_follows_another_marks_what_it_queued() {
    let stage = Stage::set().await;
    let mut taken = claim("received", (NOW + 8) * 1000, &digest(BODY));
    taken["attempts"] = json!({ "N": "2" });
    stage.wire.reply(CLAIM, made(&taken));
    assert_eq!(stage.post(BODY).await.status_code, 200);
    let names = stage.wire.names();
    assert_eq!(names[names.len() - 2..], ["SendMessage", CLAIM]);
}

#[tokio::test]
async fn a_claim_that_cannot_be_read_is_not_overrun() {
    let stage = Stage::set().await;
    let strange = claim("perhaps", 0, &digest(BODY));
    stage.wire.reply(CLAIM, stood_against(&strange));
    assert_eq!(reason(&stage.post(BODY).await), "claims_unavailable");
    assert!(!sent(&stage));
}
