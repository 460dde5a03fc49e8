//! What never stands in a log line, whatever becomes of a request.

use std::cell::RefCell;
use std::sync::Once;

use sallyport::telemetry::{self, Lines};
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::stage::{BODY, CLAIM, NOW, Stage, digest, signed};
use crate::wire::{Reply, claim, stood_against};

/// Words that stand in the secret, the headers, the query and the body of every request here.
const CANARIES: [&str; 7] = [
    "k1-canary",
    "+14155550142",
    "Jordan",
    "header-canary",
    "query-canary",
    "192.0.2.1",
    "call_123",
];

thread_local! {
    static WRITTEN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Starts logging as in production, at the most talkative level, for every test; each has its own thread.
fn listen() {
    static START: Once = Once::new();
    START.call_once(|| {
        let lines = Lines::new("test", None, |line| {
            WRITTEN.with_borrow_mut(|written| written.push_str(line));
        });
        let all = telemetry::filter(LevelFilter::TRACE);
        let subscriber = tracing_subscriber::registry().with(all).with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// What this test's thread wrote.
fn written() -> String {
    WRITTEN.with_borrow(Clone::clone)
}

#[tokio::test]
async fn no_line_holds_a_secret_a_number_a_name_an_address_or_anything_a_sender_wrote() {
    listen();
    let body = BODY.replace(
        "\"status\"",
        "\"customer\":{\"name\":\"Jordan\",\"number\":\"+14155550142\"},\"status\"",
    );
    let request = |secret| {
        let mut event = signed(&body, secret, NOW);
        event["headers"]["x-canary"] = json!("header-canary");
        event["headers"]["cookie"] = json!("header-canary");
        event["rawQueryString"] = json!("a=query-canary");
        event
    };
    let broken = json!({ "__type": "InternalServerError", "message": "Jordan" });
    let scenes: [&dyn Fn(&Stage) -> Value; 8] = [
        &|_| request("k1-canary"),
        &|_| request("another"),
        &|_| signed("{\"Jordan\":", "k1-canary", NOW),
        &|stage| {
            let found = claim("done", 0, &digest("another body"));
            stage.wire.reply(CLAIM, stood_against(&found));
            request("k1-canary")
        },
        &|stage| {
            stage.wire.reply(CLAIM, Reply::Status(500, broken.clone()));
            request("k1-canary")
        },
        &|stage| {
            stage
                .wire
                .reply("SendMessage", Reply::Status(500, broken.clone()));
            request("k1-canary")
        },
        &|stage| {
            stage
                .wire
                .reply("GetSecretValue", Reply::Status(500, broken.clone()));
            request("k1-canary")
        },
        &|stage| {
            stage
                .wire
                .reply("GetItem endpoints", Reply::Status(500, broken.clone()));
            request("k1-canary")
        },
    ];
    for scene in scenes {
        let stage = Stage::set().await;
        stage.secret(r#"{"secrets":["k1-canary"]}"#);
        let event = scene(&stage);
        stage.send(event).await;
    }
    let lines = written();
    assert!(lines.lines().count() >= 8, "each request has its line");
    for canary in CANARIES {
        assert!(
            !lines.contains(canary),
            "{canary} stands in a log line:\n{lines}"
        );
    }
}

#[tokio::test]
async fn each_request_has_exactly_one_line_that_counts() {
    listen();
    let stage = Stage::set().await;
    stage.post(BODY).await;
    stage.send(signed(BODY, "wrong", NOW)).await;
    stage.send(json!({})).await;
    // A future that is dropped half way is a request that nobody concluded.
    stage.wire.reply("GetItem endpoints", Reply::Hang);
    let other = json!({ "rawPath": "/webhooks/vapi/other", "requestContext": { "http": { "method": "POST" } } });
    let dropped = tokio::time::timeout(std::time::Duration::from_millis(20), stage.send(other));
    assert!(dropped.await.is_err());
    let lines: Vec<Value> = written()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let counted: Vec<_> = lines.iter().filter(|line| line["Requests"] == 1).collect();
    let ends: Vec<_> = counted
        .iter()
        .map(|line| (line["outcome"].as_str().unwrap(), line["reason"].as_str()))
        .collect();
    assert_eq!(
        ends,
        [
            ("accepted", None),
            ("refused", Some("signature_mismatch")),
            ("refused", Some("unknown_route")),
            ("refused", Some("internal")),
        ]
    );
    assert!(counted.iter().all(|line| line["_aws"].is_object()));
}
