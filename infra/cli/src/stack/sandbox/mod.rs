//! The provider sandbox: look-alikes of the providers that Sallyport calls, on one port.
//!
//! Each provider lives under its own first path segment (`/twilio/2010-04-01/…`, `/slack/api/…`). It takes what the
//! real one takes, refuses what that refuses and remembers what it took, or fails as it is told to. What arrives is
//! recorded. All of it is read and set under `/_sandbox`:
//!
//! | request | does |
//! |---|---|
//! | `GET /_sandbox/requests` | what arrived, oldest first |
//! | `DELETE /_sandbox/requests` | forgets it |
//! | `POST /_sandbox/faults` | adds a [`Fault`] |
//! | `DELETE /_sandbox/faults` | removes all |
//! | `GET /_sandbox/state/<provider>` | what a provider holds |
//! | `DELETE /_sandbox/state` | has all of them hold nothing |
//! | `POST /_sandbox/deeds` | does a [`Deed`] |

mod exchange;
mod faults;
pub mod google;
pub mod pagerduty;
mod partial;
mod providers;
mod sentry;
pub mod slack;
pub mod twilio;
pub mod vapi;

#[cfg(test)]
mod tests;

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

pub use faults::{Ending, Fault};
pub use providers::Deed;
pub use sentry::sentry_dsn;

use exchange::{Answer, Call};
use providers::Providers;

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
    /// What it was answered with; 0 where it was not answered.
    pub status: u16,
}

/// The running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    url: String,
}

#[derive(Debug, Default)]
struct Shared {
    requests: Mutex<Vec<Recorded>>,
    faults: Mutex<Vec<Fault>>,
    providers: Mutex<Providers>,
}

impl Sandbox {
    /// Serves on `port`; on any that is free if it is 0.
    pub async fn start(port: u16) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/_sandbox/requests", get(list).delete(forget))
            .route("/_sandbox/faults", post(add_fault).delete(clear_faults))
            .route("/_sandbox/state/{provider}", get(state))
            .route("/_sandbox/state", delete(reset))
            .route("/_sandbox/deeds", post(act))
            .fallback(provider)
            .with_state(shared.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the provider sandbox ended: {error}");
            }
        });
        Ok(Self { shared, task, url })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
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

    /// Takes every fault away.
    pub fn clear_faults(&self) {
        held(&self.shared.faults).clear();
    }

    /// What a provider holds; null for one that holds nothing.
    #[must_use]
    pub fn state(&self, provider: &str) -> Value {
        let state = held(&self.shared.providers).state(provider);
        state.unwrap_or_default()
    }

    /// Does what others than us do at a provider.
    ///
    /// # Errors
    /// When it cannot be done, or a report is not taken.
    pub async fn act(&self, deed: Deed) -> Result<()> {
        let report = held(&self.shared.providers).act(deed)?;
        match report {
            Some(report) => providers::post(&report).await,
            None => Ok(()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A poisoned lock still holds a value that is whole: no code panics between two changes of one.
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

async fn state(State(shared): State<Arc<Shared>>, Path(provider): Path<String>) -> Response {
    match held(&shared.providers).state(&provider) {
        Some(state) => Json(state).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    *held(&shared.providers) = Providers::default();
    StatusCode::NO_CONTENT
}

async fn act(State(shared): State<Arc<Shared>>, Json(deed): Json<Deed>) -> Response {
    let done = held(&shared.providers).act(deed);
    let posted = match done {
        Ok(Some(report)) => providers::post(&report).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    match posted {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::CONFLICT, format!("{error:#}")).into_response(),
    }
}

async fn provider(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let call = Call {
        method,
        path: format!("/{rest}"),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    };
    let fault = faults::take(&mut held(&shared.faults), name, &call);
    let Some(fault) = fault else {
        let answer = held(&shared.providers).answer(name, &call);
        record(&shared, name, &call, answer.status.as_u16());
        return answer.into_response();
    };
    let own = fault
        .applied
        .then(|| held(&shared.providers).answer(name, &call));
    let answered = matches!(fault.ends, Ending::Answer | Ending::Truncate);
    // Recorded before the answer: a caller that gives up must be found here all the same.
    let place = record(&shared, name, &call, 0);
    let Ok(response) = fault.spoil(own).await;
    if answered && let Some(recorded) = held(&shared.requests).get_mut(place) {
        recorded.status = response.status().as_u16();
    }
    response
}

/// Where it stands in the recording.
fn record(shared: &Shared, provider: &str, call: &Call, status: u16) -> usize {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let query = match call.query.as_str() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let headers = call.headers.iter();
    let recorded = Recorded {
        provider: provider.to_owned(),
        method: call.method.to_string(),
        path: format!("{}{query}", call.path),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&call.body),
        status,
    };
    let mut requests = held(&shared.requests);
    if requests.len() == REMEMBERED {
        requests.remove(0);
    }
    requests.push(recorded);
    requests.len() - 1
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}
