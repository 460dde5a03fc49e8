//! What is counted at the door, and what those over a limit are told.

use serde_json::{Value, json};

use crate::stage::{BODY, CLAIM, LIMIT, NOW, Stage, reason, signed};
use crate::wire::Reply;

/// The answer to a count that found `count` requests in the minute of [`NOW`].
fn counted(count: u32) -> Reply {
    let bucket = format!("b{}", NOW / 60);
    Reply::Json(json!({ "Attributes": { (bucket): { "N": count.to_string() } } }))
}

fn keys(stage: &Stage) -> Vec<String> {
    let calls = stage.wire.calls();
    let counts = calls.iter().filter(|call| call.name == LIMIT);
    counts
        .map(|call| {
            call.json()["Key"]["limit"]["S"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_proved_request_is_counted_for_its_organisation_and_never_for_its_address() {
    let stage = Stage::set().await;
    assert_eq!(stage.post(BODY).await.status_code, 200);
    let keys = keys(&stage);
    assert!(
        keys.len() == 1 && keys[0].starts_with("organization/"),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_rejected_request_is_counted_for_its_address_and_never_for_an_organisation() {
    let stage = Stage::set().await;
    assert_eq!(
        stage.send(signed(BODY, "wrong", NOW)).await.status_code,
        401
    );
    let keys = keys(&stage);
    assert!(
        keys.len() == 1 && keys[0].starts_with("address/"),
        "{keys:?}"
    );
    assert!(!keys[0].contains("192.0.2"), "an address stands in a key");
}

#[tokio::test]
async fn an_address_over_its_limit_is_told_when_to_come_again() {
    let stage = Stage::set().await;
    stage.wire.reply(LIMIT, counted(101));
    for _ in 0..20 {
        let response = stage.send(signed(BODY, "wrong", NOW)).await;
        assert_eq!(
            (response.status_code, reason(&response).as_str()),
            (429, "address_over_limit")
        );
        assert!(response.headers["ratelimit"].starts_with("\"address\";r=0;t="));
        assert_eq!(
            response.headers["ratelimit-policy"],
            "\"address\";q=100;w=900"
        );
        assert!(response.headers.contains_key("retry-after"));
    }
    assert_eq!(
        keys(&stage).len(),
        2,
        "counted once, denied once, then remembered"
    );
    stage.wire.reply(LIMIT, counted(1));
    assert_eq!(
        stage.post(BODY).await.status_code,
        200,
        "a proof is let through all the same"
    );
}

#[tokio::test]
async fn rejected_requests_that_cannot_be_counted_are_not_let_through() {
    let stage = Stage::set().await;
    stage.wire.reply(
        LIMIT,
        Reply::Status(500, json!({ "__type": "InternalServerError" })),
    );
    let response = stage.send(signed(BODY, "wrong", NOW)).await;
    assert_eq!(
        (response.status_code, reason(&response).as_str()),
        (429, "address_over_limit")
    );
    assert!(
        !response.headers.contains_key("ratelimit"),
        "nothing was counted"
    );
}

#[tokio::test]
async fn without_the_key_of_addresses_no_rejected_request_is_let_through() {
    let absent = json!({ "__type": "ResourceNotFoundException" });
    for reply in [
        Reply::Json(json!({ "SecretString": "" })),
        Reply::Status(400, absent),
    ] {
        let stage = Stage::set().await;
        stage
            .wire
            .reply("GetSecretValue sallyport/test/limits", reply);
        let response = stage.send(signed(BODY, "wrong", NOW)).await;
        assert_eq!(reason(&response), "address_over_limit");
        assert_eq!(stage.post(BODY).await.status_code, 200);
    }
}

#[tokio::test]
async fn proved_requests_that_cannot_be_counted_are_let_through_up_to_the_limit() {
    let stage = Stage::set().await;
    stage.wire.reply(
        LIMIT,
        Reply::Status(500, json!({ "__type": "InternalServerError" })),
    );
    for _ in 0..3 {
        assert_eq!(stage.post(BODY).await.status_code, 200);
    }
    let answer: Value = serde_json::from_str(&stage.post(BODY).await.body).unwrap();
    assert_eq!(
        answer["status"], "accepted",
        "deferred, since Vapi would not send it again"
    );
    let sends = stage.wire.calls();
    let last = sends
        .iter()
        .rfind(|call| call.name == "SendMessage")
        .unwrap();
    assert!(last.json()["DelaySeconds"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn over_the_limit_what_would_not_come_again_is_deferred_into_the_queue() {
    let stage = Stage::set().await;
    stage.wire.reply(LIMIT, counted(4));
    let response = stage.post(BODY).await;
    assert_eq!(
        response.status_code, 429,
        "both the limit and the deferrals are spent"
    );
    assert_eq!(reason(&response), "organization_over_limit");
    assert!(response.headers["ratelimit"].starts_with("\"organization\";r=0"));

    let stage = Stage::set().await;
    stage
        .wire
        .reply("UpdateItem limits organization", counted(4));
    let response = stage.post(BODY).await;
    assert_eq!(response.status_code, 200, "{}", response.body);
    let calls = stage.wire.calls();
    let send = calls
        .iter()
        .find(|call| call.name == "SendMessage")
        .unwrap();
    let delay = send.json()["DelaySeconds"].as_u64().unwrap();
    assert!((600..=900).contains(&delay), "{delay}");
    assert_eq!(
        calls.last().unwrap().name,
        CLAIM,
        "queued for long, and marked so"
    );
}
