//! The provider sandbox: look-alikes of the providers that Sallyport calls, on one port.
//!
//! Each provider lives under its own first path segment (`/twilio/2010-04-01/…`, `/slack/api/…`). What
//! arrives is recorded, then answered as the provider would, or as a fault told it to fail. The recording
//! and the faults are read and set under `/_sandbox`:
//!
//! | request | does |
//! |---|---|
//! | `GET /_sandbox/requests` | what arrived, oldest first |
//! | `DELETE /_sandbox/requests` | forgets it |
//! | `POST /_sandbox/faults` | adds a [`Fault`] |
//! | `DELETE /_sandbox/faults` | removes all |

mod answers;
mod faults;

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use tokio::{net::TcpListener, task::JoinHandle};

pub use faults::Fault;

/// How many requests are remembered; older ones are forgotten first.
const REMEMBERED: usize = 10_000;

/// A request that a provider's look-alike received.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The provider: the first segment of the path.
    pub provider: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query after the provider's segment.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// What it was answered with.
    pub status: u16,
}

/// The running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    requests: Mutex<Vec<Recorded>>,
    faults: Mutex<Vec<Fault>>,
}

/// The DSN of the Sentry look-alike in the sandbox at `url`.
#[must_use]
pub fn sentry_dsn(url: &str) -> String {
    format!("{}/sentry/1", url.replacen("//", "//sandbox@", 1))
}

impl Sandbox {
    /// Serves on `port`.
    pub async fn start(port: u16) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/_sandbox/requests", get(list).delete(forget))
            .route(
                "/_sandbox/faults",
                axum::routing::post(add_fault).delete(clear_faults),
            )
            .fallback(provider)
            .with_state(shared.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the provider sandbox ended: {error}");
            }
        });
        Ok(Self { shared, task })
    }

    /// What arrived so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        held(&self.shared.requests).clone()
    }

    /// Makes the next matching requests fail.
    pub fn add_fault(&self, fault: Fault) {
        held(&self.shared.faults).push(fault);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A poisoned lock still holds a list that is whole: no code panics between two changes of one.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<Recorded>> {
    Json(held(&shared.requests).clone())
}

async fn forget(State(shared): State<Arc<Shared>>) -> StatusCode {
    held(&shared.requests).clear();
    StatusCode::NO_CONTENT
}

async fn add_fault(State(shared): State<Arc<Shared>>, Json(fault): Json<Fault>) -> StatusCode {
    held(&shared.faults).push(fault);
    StatusCode::CREATED
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> StatusCode {
    held(&shared.faults).clear();
    StatusCode::NO_CONTENT
}

async fn provider(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let whole = uri.path_and_query().map_or("/", |path| path.as_str());
    let (name, rest) = whole
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or((whole.trim_start_matches('/'), ""));
    let path = format!("/{rest}");
    let fault = faults::take(&mut held(&shared.faults), name);
    let response = match &fault {
        Some(fault) => fault.answer().await,
        None => answers::answer(name, &method, &path).into_response(),
    };
    let recorded = Recorded {
        provider: name.to_owned(),
        method: method.to_string(),
        path,
        headers: headers
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: response.status().as_u16(),
    };
    let mut requests = held(&shared.requests);
    if requests.len() == REMEMBERED {
        requests.remove(0);
    }
    requests.push(recorded);
    response
}
