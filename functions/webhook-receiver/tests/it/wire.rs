//! The services behind a function, as one HTTP server that answers as it is told and remembers what it was asked.
//!
//! The clients under test are the real ones: only the wire's far end is ours.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};

/// One request the services received.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation, such as `SendMessage`, `PUT` (object) or `rpc/apply_call_event`.
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
    replies: Arc<Mutex<HashMap<String, Reply>>>,
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
        self.far
            .replies
            .lock()
            .unwrap()
            .insert(operation.to_owned(), reply);
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
    pub async fn aws(&self) -> SdkConfig {
        sallyport::aws::loader()
            .endpoint_url(&self.url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("id", "key", None, None, "test"))
            .load()
            .await
    }
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
    let reply = far.replies.lock().unwrap().get(&name).cloned();
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
