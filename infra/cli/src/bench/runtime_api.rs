//! A stand-in for the Lambda Runtime API: hands out events and takes answers, and notes when.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{Response, StatusCode},
    routing::{get, post},
    serve::Listener,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::watched::{Exchange, Exchanges, Watched};

/// The time an invocation has.
const TIME: Duration = Duration::from_secs(20);

/// What a process did.
#[derive(Debug)]
pub(super) enum Note {
    /// It asked for an event.
    Asked,
    /// It answered one.
    Answered,
    /// It reported an error; what it said of it.
    Failed(String),
}

/// The stand-in, for one process.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: String,
    events: mpsc::Sender<Vec<u8>>,
    notes: mpsc::UnboundedReceiver<Note>,
    exchanges: Exchanges,
    task: JoinHandle<()>,
}

struct Desk {
    events: Mutex<mpsc::Receiver<Vec<u8>>>,
    notes: mpsc::UnboundedSender<Note>,
}

impl RuntimeApi {
    pub(super) async fn start() -> Result<Self> {
        let (events, waiting) = mpsc::channel(1);
        let (sender, notes) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk {
            events: Mutex::new(waiting),
            notes: sender,
        });
        let version = "/2018-06-01/runtime";
        let router = Router::new()
            .route(&format!("{version}/invocation/next"), get(next))
            .route(
                &format!("{version}/invocation/{{id}}/response"),
                post(response),
            )
            .route(&format!("{version}/invocation/{{id}}/error"), post(error))
            .route(&format!("{version}/init/error"), post(init_error))
            .with_state(desk);
        let listener = Watched::bind().await?;
        let exchanges = listener.exchanges();
        let address = Listener::local_addr(&listener)?.to_string();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the stand-in for the runtime API ended: {error}");
            }
        });
        Ok(Self {
            address,
            events,
            notes,
            exchanges,
            task,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Hands out an event.
    pub(super) async fn give(&self, event: Vec<u8>) -> Result<()> {
        self.exchanges.forget();
        Ok(self.events.send(event).await?)
    }

    /// The requests answered since the last event was given.
    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.list()
    }

    /// What the process did next.
    pub(super) async fn note(&mut self) -> Option<Note> {
        self.notes.recv().await
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn next(State(desk): State<Arc<Desk>>) -> Response<Body> {
    // Nobody listens any more once the run is over.
    let _ = desk.notes.send(Note::Asked);
    let event = desk.events.lock().await.recv().await;
    let deadline = (SystemTime::now() + TIME).duration_since(UNIX_EPOCH);
    let deadline = deadline.unwrap_or_default().as_millis();
    Response::builder()
        .header("lambda-runtime-aws-request-id", Uuid::new_v4().to_string())
        .header("lambda-runtime-deadline-ms", deadline.to_string())
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:000000000000:function:bench",
        )
        .header("content-type", "application/json")
        .body(Body::from(event.unwrap_or_default()))
        .unwrap_or_default()
}

async fn response(State(desk): State<Arc<Desk>>, Path(_): Path<String>, _: Bytes) -> StatusCode {
    let _ = desk.notes.send(Note::Answered);
    StatusCode::ACCEPTED
}

async fn error(State(desk): State<Arc<Desk>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    failed(&desk, &body)
}

async fn init_error(State(desk): State<Arc<Desk>>, body: Bytes) -> StatusCode {
    failed(&desk, &body)
}

fn failed(desk: &Desk, body: &[u8]) -> StatusCode {
    let said = String::from_utf8_lossy(body).into_owned();
    let _ = desk.notes.send(Note::Failed(said));
    StatusCode::ACCEPTED
}
