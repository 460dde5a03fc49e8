//! What is measured: each function with the environment its template gives it and the event it is given, and the floor.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sallyport::{
    delivery::{Body, DeliveryId, QueueMessage, claim::BodyDigest},
    webhook::{
        EventKey,
        proof::{Algorithm, Encoding},
    },
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::stack::{home::Home, template::Template};

/// Whose deliveries these are.
pub(super) const ORGANIZATION: &str = "5a11e900-0000-4000-8000-00000000be7c";
/// What the endpoint's requests are signed with.
pub(super) const SECRET: &str = "the-bench-signs-with-this";
/// How far ahead a lease ends.
const LEASE: Duration = Duration::from_mins(5);

/// Makes the event of an invocation at this time.
type Event = fn(&Home, OffsetDateTime) -> Result<Value>;

/// A function under measurement.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Its binary.
    pub name: &'static str,
    /// What it is given; `None`: only its start is measured.
    pub(super) event: Option<Event>,
    pub(super) claim: Claim,
}

/// The claim that the table of deliveries holds for its event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    state: &'static str,
    digest: fn() -> BodyDigest,
}

/// An empty function.
pub const FLOOR: Subject = Subject {
    name: "floor",
    event: Some(|_, _| Ok(json!({}))),
    claim: NO_CLAIM,
};

/// The functions of the template.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        name: "webhook-receiver",
        event: Some(|_, now| Ok(webhook(now))),
        claim: Claim {
            state: "received",
            digest: || BodyDigest::of(STATUS.as_bytes()),
        },
    },
    Subject {
        name: "queue-consumer",
        event: Some(|_, now| Ok(batch("status-update", STATUS, now))),
        claim: Claim {
            state: "processing",
            digest: || BodyDigest::of(STATUS.as_bytes()),
        },
    },
    Subject {
        name: "redaction",
        event: Some(report),
        claim: NO_CLAIM,
    },
    Subject {
        name: "retention-sweep",
        event: None,
        claim: NO_CLAIM,
    },
    Subject {
        name: "erasure",
        event: None,
        claim: NO_CLAIM,
    },
    Subject {
        name: "alert-relay",
        event: None,
        claim: NO_CLAIM,
    },
];

const NO_CLAIM: Claim = Claim {
    state: "received",
    digest: || BodyDigest::of(b""),
};

const STATUS: &str = r#"{"message":{"type":"status-update","status":"in-progress","timestamp":1700000000000,"call":{"id":"0d9f6c5e-8c1f-4f0e-9a55-3f6f2c1b7a10","type":"inboundPhoneCall"},"customer":{"number":"+14155550142"}}}"#;

impl Subject {
    /// The environment that the template gives the function, with every service at `services`.
    pub(super) fn environment(
        &self,
        home: &Home,
        services: &str,
    ) -> Result<BTreeMap<String, String>> {
        let template = Template::read(&home.workspace.join("template.yaml"))?;
        let mut all = BTreeMap::new();
        for (name, value) in template.environment(self.name) {
            let value = match value.as_str() {
                Some(text) => Some(text.to_owned()),
                None => stand_in(&name, services),
            };
            all.extend(value.map(|value| (name, value)));
        }
        for (name, value) in [
            ("AWS_ENDPOINT_URL", services),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ] {
            all.insert(name.to_owned(), value.to_owned());
        }
        Ok(all)
    }
}

/// What stands for a value that the deployed template refers to. What is optional and no address stays unset.
fn stand_in(name: &str, services: &str) -> Option<String> {
    let plain = name.to_ascii_lowercase();
    match name {
        "POSTGREST_URL" => Some(format!("{services}/rest/v1")),
        "PUBLIC_BASE_URL" => Some("https://bench.example".to_owned()),
        _ if name.ends_with("_URL") || name.ends_with("_URLS") => {
            Some(format!("{services}/000000000000/{plain}"))
        }
        _ if ["_TABLE", "_SECRET", "_BUCKET"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            Some(plain)
        }
        _ if name.ends_with("_STAGE") => Some("bench".to_owned()),
        _ => None,
    }
}

impl Claim {
    pub(super) fn item(self) -> Value {
        let lease = OffsetDateTime::now_utc() + LEASE;
        json!({
            "delivery": { "S": "dlv" }, "state": { "S": self.state }, "owner": { "S": "0".repeat(32) },
            "lease_until": { "N": (lease.unix_timestamp() * 1000).to_string() },
            "attempts": { "N": "1" }, "starts": { "N": "1" },
            "body_sha256": { "S": (self.digest)().text() }, "organization": { "S": ORGANIZATION },
            "endpoint": { "S": "bench" }, "provider": { "S": "vapi" }, "event_type": { "S": "status-update" },
            "received_at": { "S": "2023-11-14T22:13:20.000Z" }, "expires_at": { "N": "9999999999" },
        })
    }
}

fn webhook(now: OffsetDateTime) -> Value {
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

/// The sample report: a call of a minute and a half.
fn report(home: &Home, now: OffsetDateTime) -> Result<Value> {
    let path = home.workspace.join("events/vapi/end-of-call-report.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let event: Value = serde_json::from_str(&text)?;
    let body = event["body"].as_str().context("the sample has no body")?;
    Ok(batch("end-of-call-report", body, now))
}

/// A batch of one message.
fn batch(event_type: &str, body: &str, now: OffsetDateTime) -> Value {
    let message = QueueMessage {
        delivery: DeliveryId::derive("bench", &EventKey::of([event_type])),
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
    json!({ "Records": [{
        "messageId": "m", "receiptHandle": "r", "body": message.to_json(),
        "attributes": { "ApproximateReceiveCount": "1" },
    }]})
}
