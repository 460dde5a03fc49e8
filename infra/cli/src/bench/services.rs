//! The services that functions call, answered after a set time as they answer when all is well: DynamoDB, SQS, Secrets
//! Manager, PostgREST, Slack. What was asked is counted where it arrives.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Uri},
    serve::Listener,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::event::SECRET;
use super::subject::{Claim, ORGANIZATION};
use super::watched::{Exchange, Exchanges, Watched};
use crate::stack::postgrest::JWT_SECRET;

/// The far end of every call.
#[derive(Debug)]
pub(super) struct Services {
    url: String,
    desk: Arc<Desk>,
    exchanges: Exchanges,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Desk {
    claim: Claim,
    latency: Duration,
    /// The bytes of each call.
    calls: Mutex<Vec<usize>>,
}

/// What was asked during an invocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) calls: usize,
    /// Headers and bodies as they were sent.
    pub(super) bytes: usize,
    /// For how long at least one call was here.
    pub(super) waited: Duration,
}

impl Services {
    pub(super) async fn start(claim: Claim, latency: Duration) -> Result<Self> {
        let desk = Arc::new(Desk {
            claim,
            latency,
            calls: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(desk.clone());
        let listener = Watched::bind().await?;
        let exchanges = listener.exchanges();
        let url = format!("http://{}", Listener::local_addr(&listener)?);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the stand-in for the services ended: {error}");
            }
        });
        Ok(Self {
            url,
            desk,
            exchanges,
            task,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn forget(&self) {
        self.desk.calls().clear();
        self.exchanges.forget();
    }

    pub(super) fn asked(&self) -> Asked {
        let calls = self.desk.calls();
        Asked {
            calls: calls.len(),
            bytes: calls.iter().sum(),
            waited: union(self.exchanges.list()),
        }
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Desk {
    fn calls(&self) -> MutexGuard<'_, Vec<usize>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the exchanges cover together; what overlaps counts once.
fn union(mut exchanges: Vec<Exchange>) -> Duration {
    exchanges.sort_by_key(|exchange| exchange.came);
    let mut covered = Duration::ZERO;
    let mut end: Option<Instant> = None;
    for Exchange {
        came: from,
        went: to,
    } in exchanges
    {
        let from = end.map_or(from, |end| end.max(from));
        covered += to.saturating_duration_since(from);
        end = Some(end.map_or(to, |end| end.max(to)));
    }
    covered
}

async fn answer(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let from = Instant::now();
    let head: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    let target = headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    let operation = target.map(|target| target.rsplit('.').next().unwrap_or(target));
    let operation = operation.unwrap_or_else(|| uri.path());
    let reply = reply(&desk, operation, &body);
    desk.calls().push(head + body.len());
    sleep_until(from + desk.latency).await;
    Json(reply)
}

fn reply(desk: &Desk, operation: &str, body: &[u8]) -> Value {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let about = |field: &str| asked[field].as_str().unwrap_or_default().to_owned();
    match operation {
        "GetItem" if about("TableName").contains("endpoints") => json!({ "Item": {
            "endpoint": { "S": "bench" }, "provider": { "S": "vapi" },
            "organization": { "S": ORGANIZATION }, "secret": { "S": "bench/endpoints" },
            "state": { "S": "enabled" },
        }}),
        "GetSecretValue" => {
            let secrets = json!({
                "secrets": [SECRET], "service_role_key": "bench.bench.bench", "jwt_secret": JWT_SECRET,
                "slack_token": "xoxb-bench", "slack_channel": "C00000000",
            });
            json!({ "SecretString": secrets.to_string() })
        }
        "UpdateItem" if about("TableName").contains("deliveries") => {
            json!({ "Attributes": desk.claim.item() })
        }
        rpc if rpc.ends_with("/redaction_policy") => Value::Null,
        rpc if rpc.ends_with("/store_call_words") => json!({ "outcome": "stored" }),
        rpc if rpc.ends_with("/retention_now") => json!("2023-11-14T22:13:20.123456+00:00"),
        rpc if rpc.ends_with("/retention_begin") => json!({
            "run": ORGANIZATION, "state": "running", "due": 3, "held": 0, "guard": 1000, "batch": 500,
        }),
        rpc if rpc.ends_with("/retention_organizations") => json!([{ "org_id": ORGANIZATION }]),
        rpc if rpc.ends_with("/retention_sweep") => {
            json!([{ "key": "1", "at": "2023-11-14T22:13:20.123456+00:00" }])
        }
        rpc if rpc.ends_with("/retention_finish") => json!({ "state": "done", "removed": 3 }),
        rpc if rpc.ends_with("/retention_status") => json!([]),
        rpc if rpc.ends_with("/request_erasure") => {
            json!({ "request": ORGANIZATION, "status": "running", "erase_after": null, "reason": null })
        }
        path if path.ends_with("/chat.postMessage") => {
            json!({ "ok": true, "channel": "C00000000", "ts": "1700000000.000100" })
        }
        rpc if rpc.contains("/rpc/") => json!({ "outcome": "applied", "call": "bench" }),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_counts_once() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(union(Vec::new()), Duration::ZERO);
        let spans = [(10, 12), (0, 2), (1, 5), (1, 3)].map(|(came, went)| Exchange {
            came: at(came),
            went: at(went),
        });
        assert_eq!(union(spans.to_vec()), Duration::from_millis(7));
    }
}
