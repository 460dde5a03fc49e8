//! The services behind a function, as one HTTP server that answers as it is told and remembers what it was asked.
//!
//! The clients under test are the real ones: only the wire's far end is ours.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_config::{Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};

/// One request the services received.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation, such as `SendMessage`, `UpdateItem limits` (with its table), `PUT` (object) or
    /// `rpc/apply_call_event`.
    pub name: String,
    /// The path.
    pub path: String,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A claim as it lies in its table, in `state`, leased until `lease_until` (Unix milliseconds), of a body with this
/// digest.
pub fn claim(state: &str, lease_until: i64, digest: &str) -> Value {
    json!({
        "delivery": { "S": "dlv" }, "state": { "S": state }, "owner": { "S": "0".repeat(32) },
        "lease_until": { "N": lease_until.to_string() }, "attempts": { "N": "1" }, "starts": { "N": "1" },
        "body_sha256": { "S": digest }, "organization": { "S": "5a11e900-0000-4000-8000-000000000001" },
        "endpoint": { "S": "demo" }, "provider": { "S": "vapi" }, "event_type": { "S": "status-update" },
        "received_at": { "S": "2023-11-14T22:13:20.000Z" }, "expires_at": { "N": "9999999999" },
    })
}

/// The answer to a conditional write that was made, leaving this item.
pub fn made(item: &Value) -> Reply {
    Reply::Json(json!({ "Attributes": item }))
}

/// The answer to a conditional write that this item stood against.
pub fn stood_against(item: &Value) -> Reply {
    Reply::Status(
        400,
        json!({ "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "Item": item }),
    )
}

/// What an operation answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Success with this JSON.
    Json(Value),
    /// This status with this JSON.
    Status(u16, Value),
    /// Nothing, for longer than any time-out.
    Hang,
}

#[derive(Clone, Default)]
struct Far {
    calls: Arc<Mutex<Vec<Call>>>,
    replies: Arc<Mutex<HashMap<String, VecDeque<Reply>>>>,
}

/// The services, listening.
pub struct Wire {
    /// Their base URL.
    pub url: String,
    far: Far,
}

impl Wire {
    /// Starts the services; every operation not told otherwise succeeds with an empty object.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let far = Far::default();
        let router = Router::new().fallback(answer).with_state(far.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, far }
    }

    /// Sets what an operation answers from now on.
    pub fn reply(&self, operation: &str, reply: Reply) {
        self.replies(operation, [reply]);
    }

    /// Sets what an operation answers, one after the other; the last one stays.
    pub fn replies(&self, operation: &str, replies: impl IntoIterator<Item = Reply>) {
        let replies = replies.into_iter().collect();
        self.far
            .replies
            .lock()
            .unwrap()
            .insert(operation.to_owned(), replies);
    }

    /// What was asked so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.far.calls.lock().unwrap().clone()
    }

    /// The operations asked so far, in order.
    pub fn names(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.name).collect()
    }

    /// The production client configuration, pointed here.
    pub fn aws(&self) -> SdkConfig {
        sallyport::aws::base()
            .unwrap()
            .into_builder()
            .endpoint_url(&self.url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "id", "key", None, None, "test",
            )))
            .build()
    }
}

/// The name of the limit that is counted, or of the secret that is asked for: a reply may be given for it alone.
fn subject(body: &[u8]) -> Option<String> {
    let json: Value = serde_json::from_slice(body).ok()?;
    if let Some(secret) = json["SecretId"].as_str() {
        return Some(secret.to_owned());
    }
    let key = json["Key"]["limit"]["S"].as_str()?;
    Some(key.split('/').next()?.to_owned())
}

async fn answer(State(far): State<Far>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let name = match head.headers.get("x-amz-target") {
        Some(target) => target
            .to_str()
            .unwrap()
            .rsplit('.')
            .next()
            .unwrap()
            .to_owned(),
        None => match path.find("rpc/") {
            Some(at) => path[at..].to_owned(),
            None => head.method.to_string(),
        },
    };
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let table = serde_json::from_slice::<Value>(&body)
        .ok()
        .and_then(|json| Some(json["TableName"].as_str()?.to_owned()));
    let name = table.map_or(name.clone(), |table| format!("{name} {table}"));
    let reply = {
        let mut replies = far.replies.lock().unwrap();
        let special = subject(&body).map(|subject| format!("{name} {subject}"));
        let special = special.filter(|special| replies.contains_key(special));
        let in_turn = replies.get_mut(special.as_ref().unwrap_or(&name));
        in_turn.and_then(|replies| match replies.len() {
            0 | 1 => replies.front().cloned(),
            _ => replies.pop_front(),
        })
    };
    far.calls.lock().unwrap().push(Call { name, path, body });
    let (status, body) = match reply.unwrap_or(Reply::Json(json!({}))) {
        Reply::Json(value) => (200, value.to_string().into_bytes()),
        Reply::Status(status, value) => (status, value.to_string().into_bytes()),
        Reply::Hang => std::future::pending().await,
    };
    Response::builder()
        .status(status)
        .body(Body::from(body))
        .unwrap()
}
