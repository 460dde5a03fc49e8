//! What is measured: each function with the environment its template gives it and the event it is given, and the floor.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use sallyport::delivery::claim::BodyDigest;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::event::{self, Event};
use crate::stack::{home::Home, template::Template};

/// Whose deliveries these are.
pub(super) const ORGANIZATION: &str = "5a11e900-0000-4000-8000-00000000be7c";
/// The stage that the functions are told.
pub(super) const STAGE: &str = "bench";
/// How far ahead a lease ends.
const LEASE: Duration = Duration::from_mins(5);

/// A function under measurement.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Its binary.
    pub name: &'static str,
    /// What it is given.
    pub(super) event: Event,
    /// Whether it is handed deliveries by the batch.
    pub batches: bool,
    /// Whether it waits for its turn, a second each (Slack's limit): of further invocations only the calls are told.
    pub paced: bool,
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
    event: |_, _, _| Ok(json!({})),
    batches: false,
    paced: false,
    claim: NO_CLAIM,
};

/// The functions of the template.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        name: "webhook-receiver",
        event: |_, now, _| Ok(event::webhook(now)),
        batches: false,
        paced: false,
        claim: Claim {
            state: "received",
            digest: || BodyDigest::of(event::STATUS.as_bytes()),
        },
    },
    Subject {
        name: "queue-consumer",
        event: |_, now, messages| Ok(event::statuses(now, messages)),
        batches: true,
        paced: false,
        claim: Claim {
            state: "processing",
            digest: || BodyDigest::of(event::STATUS.as_bytes()),
        },
    },
    Subject {
        name: "redaction",
        event: event::reports,
        batches: true,
        paced: false,
        claim: NO_CLAIM,
    },
    Subject {
        name: "retention-sweep",
        event: |_, _, _| Ok(event::sweep()),
        batches: false,
        paced: false,
        claim: NO_CLAIM,
    },
    Subject {
        name: "erasure",
        event: |_, _, _| event::erasure(),
        batches: false,
        paced: false,
        claim: NO_CLAIM,
    },
    Subject {
        name: "alert-relay",
        event: |_, now, _| event::alert(now),
        batches: false,
        paced: true,
        claim: NO_CLAIM,
    },
];

const NO_CLAIM: Claim = Claim {
    state: "received",
    digest: || BodyDigest::of(b""),
};

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
        _ if name.ends_with("_STAGE") => Some(STAGE.to_owned()),
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
