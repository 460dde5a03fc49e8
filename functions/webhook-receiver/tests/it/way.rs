//! The way of a good webhook, and what happens when a service on it fails.

use std::time::{Duration, Instant};

use sallyport::delivery::{Body, QueueMessage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::stage::{BODY, CLAIM, LIMIT, NOW, ORGANIZATION, Stage, reason, signed};
use crate::wire::Reply;

/// Asked twice: for the current version and for the previous one.
const SECRET: &str = "GetSecretValue";

fn queued(stage: &Stage) -> (QueueMessage, Value) {
    let calls = stage.wire.calls();
    let send = calls
        .iter()
        .find(|call| call.name == "SendMessage")
        .expect("a message was sent")
        .json();
    (
        QueueMessage::from_json(send["MessageBody"].as_str().unwrap()).unwrap(),
        send,
    )
}

#[tokio::test]
async fn a_good_webhook_is_queued_and_then_accepted() {
    let stage = Stage::set().await;
    let response = stage.post(BODY).await;
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(
        (response.status_code, &answer["status"]),
        (200, &json!("accepted")),
        "{answer}"
    );
    assert_eq!(
        stage.wire.names(),
        [
            "GetItem endpoints",
            SECRET,
            SECRET,
            LIMIT,
            CLAIM,
            "SendMessage"
        ]
    );

    let (message, send) = queued(&stage);
    assert_eq!(send["MessageGroupId"], ORGANIZATION);
    assert_eq!(answer["delivery"], message.delivery.as_str());
    assert_eq!(message.organization.to_string(), ORGANIZATION);
    assert_eq!(
        (message.endpoint.as_str(), message.event_type.as_str()),
        ("demo", "status-update")
    );
    assert_eq!(message.received_at.unix_timestamp(), NOW);
    assert_eq!(message.body, Body::Inline(BODY.as_bytes().to_vec()));
    assert_eq!(response.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_webhook_costs_three_calls_before_2xx_and_its_retry_is_the_same_delivery() {
    let stage = Stage::set().await;
    let first = stage.post(BODY).await;
    let again = stage.post(BODY).await;
    assert_eq!(first.body, again.body);
    assert_eq!(
        stage.wire.names(),
        [
            "GetItem endpoints",
            SECRET,
            SECRET,
            LIMIT,
            CLAIM,
            "SendMessage",
            LIMIT,
            CLAIM,
            "SendMessage"
        ]
    );
}

#[tokio::test]
async fn a_large_body_is_stored_before_the_message_that_refers_to_it() {
    let stage = Stage::set().await;
    let filler = "x".repeat(140 * 1024);
    let body = BODY.replace("\"type\"", &format!("\"transcript\":\"{filler}\",\"type\""));
    assert_eq!(stage.post(&body).await.status_code, 200);
    assert_eq!(
        stage.wire.names(),
        [
            "GetItem endpoints",
            SECRET,
            SECRET,
            LIMIT,
            CLAIM,
            "PUT",
            "SendMessage"
        ]
    );

    let (message, _) = queued(&stage);
    let Body::Stored(stored) = message.body else {
        panic!("carried in the message");
    };
    let sha256 = hex::encode(Sha256::digest(body.as_bytes()));
    let put = &stage.wire.calls()[5];
    assert_eq!(
        stored.key,
        format!("{ORGANIZATION}/{}/{sha256}", message.delivery)
    );
    assert_eq!(put.path, format!("/oversize/{}", stored.key));
    assert_eq!(put.body, body.as_bytes());
    assert_eq!((stored.sha256, stored.length), (sha256, body.len() as u64));
}

#[tokio::test]
async fn a_queue_that_refuses_makes_the_sender_come_again() {
    let stage = Stage::set().await;
    stage.wire.reply(
        "SendMessage",
        Reply::Status(500, json!({ "__type": "InternalFailure" })),
    );
    let response = stage.post(BODY).await;
    assert_eq!(reason(&response), "queue_unavailable");
    assert_eq!(
        (
            response.status_code,
            response.headers["retry-after"].as_str()
        ),
        (503, "10")
    );
    let names = stage.wire.names();
    assert_eq!(
        names.last().map(String::as_str),
        Some(CLAIM),
        "the claim is given back"
    );
}

#[tokio::test]
async fn each_service_that_hangs_is_given_up_in_bounded_time() {
    let hang = async |operation, expected| {
        let stage = Stage::set().await;
        stage.wire.reply(operation, Reply::Hang);
        let began = Instant::now();
        let response = stage.post(BODY).await;
        assert_eq!(reason(&response), expected);
        assert!(response.headers.contains_key("retry-after"));
        assert!(
            began.elapsed() < Duration::from_secs(4),
            "{operation}: {:?}",
            began.elapsed()
        );
    };
    tokio::join!(
        hang(CLAIM, "claims_unavailable"),
        hang("GetItem endpoints", "registry_unavailable"),
        hang("GetSecretValue", "secrets_unavailable"),
        hang("SendMessage", "queue_unavailable"),
    );
}

#[tokio::test]
async fn a_bucket_that_fails_keeps_the_message_from_being_sent() {
    let stage = Stage::set().await;
    stage.wire.reply("PUT", Reply::Status(503, json!({})));
    let body = BODY.replace("call_123", &"c".repeat(140 * 1024));
    assert_eq!(reason(&stage.post(&body).await), "store_unavailable");
    assert!(!stage.wire.names().contains(&"SendMessage".to_owned()));
}

#[tokio::test]
async fn an_event_that_wants_an_answer_is_recorded_and_not_called_accepted() {
    let stage = Stage::set().await;
    let response = stage
        .post(&BODY.replace("status-update", "tool-calls"))
        .await;
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(
        (response.status_code, &answer["status"]),
        (200, &json!("ignored"))
    );
    assert_eq!(queued(&stage).0.event_type, "tool-calls");
}

#[tokio::test]
async fn a_rotated_secret_is_fetched_when_a_proof_fails() {
    let stage = Stage::set().await;
    assert_eq!(stage.post(BODY).await.status_code, 200);
    stage.secret(r#"{"secrets":["k2","k1"]}"#);
    stage
        .seconds
        .fetch_add(40, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        stage.send(signed(BODY, "k2", NOW + 40)).await.status_code,
        200
    );
    let lookups = stage
        .wire
        .names()
        .iter()
        .filter(|name| *name == "GetSecretValue")
        .count();
    assert_eq!(lookups, 4, "the current and the previous version, twice");
}

#[tokio::test]
async fn known_endpoints_outlive_an_outage_of_registry_and_secrets() {
    let stage = Stage::set().await;
    assert_eq!(stage.post(BODY).await.status_code, 200);
    let down = Reply::Status(500, json!({ "__type": "InternalServerError" }));
    stage.wire.reply("GetItem endpoints", down.clone());
    stage.wire.reply("GetSecretValue", down);
    stage
        .seconds
        .fetch_add(400, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(stage.post(BODY).await.status_code, 200);
}
