//! What each function is given.

use anyhow::{Context as _, Result};
use sallyport::{
    alert::{Alert, Code, Condition, DETAIL_TYPE, SOURCE, Service, Word},
    delivery::{Body, DeliveryId, QueueMessage, claim::BodyDigest},
    webhook::{
        EventKey,
        proof::{Algorithm, Encoding},
    },
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::subject::{ORGANIZATION, STAGE};
use crate::stack::{home::Home, postgrest::admin_token};

/// Makes the event of an invocation at this time, of so many messages where it is a batch.
pub(super) type Event = fn(&Home, OffsetDateTime, usize) -> Result<Value>;

/// What the endpoint's requests are signed with.
pub(super) const SECRET: &str = "the-bench-signs-with-this";
/// The body of a webhook.
pub(super) const STATUS: &str = r#"{"message":{"type":"status-update","status":"in-progress","timestamp":1700000000000,"call":{"id":"0d9f6c5e-8c1f-4f0e-9a55-3f6f2c1b7a10","type":"inboundPhoneCall"},"customer":{"number":"+14155550142"}}}"#;

/// A signed webhook.
pub(super) fn webhook(now: OffsetDateTime) -> Value {
    let stamp = now.unix_timestamp().to_string();
    let parts: [&[u8]; 3] = [stamp.as_bytes(), b".", STATUS.as_bytes()];
    let code = Encoding::Hex.encode(&Algorithm::Sha256.mac(SECRET.as_bytes(), &parts));
    json!({
        "version": "2.0", "rawPath": "/webhooks/vapi/bench", "rawQueryString": "",
        "headers": { "content-type": "application/json", "x-timestamp": stamp, "x-signature": code },
        "body": STATUS, "isBase64Encoded": false,
        "requestContext": {
            "http": { "method": "POST", "sourceIp": "192.0.2.1" },
            "timeEpoch": now.unix_timestamp() * 1000,
        },
    })
}

/// Deliveries of which only the rows are written.
pub(super) fn statuses(now: OffsetDateTime, messages: usize) -> Value {
    batch("status-update", STATUS, now, messages)
}

/// The sample report: a call of a minute and a half.
pub(super) fn reports(home: &Home, now: OffsetDateTime, messages: usize) -> Result<Value> {
    let path = home.workspace.join("events/vapi/end-of-call-report.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let event: Value = serde_json::from_str(&text)?;
    let body = event["body"].as_str().context("the sample has no body")?;
    Ok(batch("end-of-call-report", body, now, messages))
}

fn batch(event_type: &str, body: &str, now: OffsetDateTime, messages: usize) -> Value {
    let record = |index: usize| {
        let number = index.to_string();
        let message = QueueMessage {
            delivery: DeliveryId::derive("bench", &EventKey::of([event_type, &number])),
            organization: ORGANIZATION.parse().unwrap_or_default(),
            endpoint: "bench".to_owned(),
            provider: "vapi".to_owned(),
            event_type: event_type.to_owned(),
            received_at: now,
            digest: BodyDigest::of(body.as_bytes()),
            effect: None,
            replay: None,
            body: Body::Inline(body.as_bytes().to_vec()),
        };
        json!({
            "messageId": number, "receiptHandle": number, "body": message.to_json(),
            "attributes": { "ApproximateReceiveCount": "1" },
        })
    };
    json!({ "Records": (0..messages).map(record).collect::<Vec<_>>() })
}

/// The order of a class's schedule.
pub(super) fn sweep() -> Value {
    json!({ "class": "messages", "every": "day" })
}

/// An administrator's request to erase a contact.
pub(super) fn erasure() -> Result<Value> {
    let user = Uuid::from_u128(1).to_string();
    let token = admin_token(ORGANIZATION, &user)?;
    Ok(json!({
        "version": "2.0", "rawPath": "/erasure",
        "headers": { "authorization": format!("Bearer {token}"), "content-type": "application/json" },
        "requestContext": { "http": { "method": "POST" } },
        "body": json!({ "scope": "contact", "subject": user }).to_string(), "isBase64Encoded": false,
    }))
}

/// An alert that nobody knows of yet.
pub(super) fn alert(now: OffsetDateTime) -> Result<Value> {
    let condition = Condition::firing(Code::QueueAge).dependency("deliveries");
    let alert = Alert::new(condition, Service::QueueConsumer, Word::new(STAGE), now);
    let detail: Value = serde_json::from_str(&alert.to_json())?;
    let event = json!({
        "id": Uuid::new_v4(), "source": SOURCE, "detail-type": DETAIL_TYPE, "detail": detail,
    });
    Ok(json!({ "Records": [{
        "messageId": "m", "receiptHandle": "r", "body": event.to_string(),
        "attributes": { "ApproximateReceiveCount": "1" },
    }]}))
}
