//! Which pages may read which answers.

use serde_json::{Value, json};
use webhook_receiver::gateway::Response;

use crate::stage::{BODY, NOW, Stage, signed};

async fn asked(stage: &Stage, method: &str, path: &str, origin: &str) -> Response {
    let event = json!({
        "rawPath": path, "headers": { "Origin": origin }, "requestContext": { "http": { "method": method } }
    });
    stage.send(event).await
}

fn allowed(response: &Response) -> Option<&str> {
    response
        .headers
        .get("access-control-allow-origin")
        .map(String::as_str)
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_read_health_and_another_may_not() {
    let stage = Stage::set().await;
    for (method, path, status) in [("GET", "/health", 200), ("OPTIONS", "/health/ready", 204)] {
        let ours = asked(&stage, method, path, "https://app.example").await;
        assert_eq!(
            (ours.status_code, allowed(&ours)),
            (status, Some("https://app.example"))
        );
        let foreign = asked(&stage, method, path, "https://app.example.evil").await;
        assert_eq!((foreign.status_code, allowed(&foreign)), (status, None));
        assert_eq!(foreign.headers["vary"], "origin");
    }
}

#[tokio::test]
async fn no_page_may_read_a_webhooks_answer() {
    let stage = Stage::set().await;
    let mut event: Value = signed(BODY, "k1", NOW);
    event["headers"]["origin"] = json!("https://app.example");
    let response = stage.send(event).await;
    assert_eq!((response.status_code, allowed(&response)), (200, None));
    let path = "/webhooks/vapi/demo";
    let preflight = asked(&stage, "OPTIONS", path, "https://app.example").await;
    assert_eq!((preflight.status_code, allowed(&preflight)), (405, None));
}
