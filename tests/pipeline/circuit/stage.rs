//! What the tests of the circuits share: a provider that does as it is told, and processes that call it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse};
use sallyport::outbound::{
    CallError, Chance, Dependency, Outbound, Prepared, Repeat, Reply, Target,
    circuit::{Circuits, Key, Record, Table},
};
use tokio::{net::TcpListener, sync::Notify, time::Instant};
use uuid::Uuid;

pub use crate::rate_limit::stage::Hand;

/// More patience than a function has, for the machine that runs the tests may be busy with anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A provider.
pub struct Provider {
    pub url: String,
    told: Arc<Told>,
}

#[derive(Default)]
struct Told {
    status: AtomicU16,
    retry_after: AtomicU16,
    holds: AtomicBool,
    requests: AtomicUsize,
    released: Notify,
    arrived: Notify,
}

impl Provider {
    /// A provider that answers with this status.
    pub async fn start(status: u16) -> Result<Self> {
        let told = Arc::<Told>::default();
        told.status.store(status, Ordering::SeqCst);
        let router = Router::new().fallback(answer).with_state(told.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, told })
    }

    /// Answers with this status from now on.
    pub fn becomes(&self, status: u16) {
        self.told.status.store(status, Ordering::SeqCst);
    }

    /// Asks to wait so many seconds from now on.
    pub fn asks_to_wait(&self, seconds: u16) {
        self.told.retry_after.store(seconds, Ordering::SeqCst);
    }

    /// Keeps its answers back from now on.
    pub fn hold(&self) {
        self.told.holds.store(true, Ordering::SeqCst);
    }

    /// Waits until a request is held.
    pub async fn arrival(&self) -> Result<()> {
        let arrived = self.told.arrived.notified();
        Ok(tokio::time::timeout(PATIENCE, arrived).await?)
    }

    /// Answers what is held, and what comes.
    pub fn release(&self) {
        self.told.holds.store(false, Ordering::SeqCst);
        self.told.released.notify_waiters();
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.told.requests.load(Ordering::SeqCst)
    }
}

async fn answer(State(told): State<Arc<Told>>) -> impl IntoResponse {
    let released = told.released.notified();
    told.requests.fetch_add(1, Ordering::SeqCst);
    if told.holds.load(Ordering::SeqCst) {
        told.arrived.notify_one();
        released.await;
    }
    let status = StatusCode::from_u16(told.status.load(Ordering::SeqCst));
    let wait = told.retry_after.load(Ordering::SeqCst);
    let headers = (wait > 0).then(|| [("retry-after", wait.to_string())]);
    (
        status.unwrap_or_default(),
        headers.unwrap_or([("x-none", String::new())]),
        "{}",
    )
}

/// A credential that nobody else uses.
pub struct Credential(String);

impl Credential {
    pub fn fresh() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Twilio, with this credential: five failures in a row open its circuit.
    pub fn target(&self) -> Target<'_> {
        Target {
            dependency: Dependency::Twilio,
            credential: &self.0,
        }
    }

    pub fn key(&self) -> Key {
        Key::of(self.target())
    }
}

/// The table, as a process sees it.
pub fn store(client: &Client, table: &str) -> Table {
    Table::new(client, table.to_owned(), PATIENCE)
}

/// A process's circuits. Chance is such that every time is what it is on average.
pub fn circuits(table: Table, hand: &Hand) -> Circuits {
    Circuits::new(table, hand.clock(), Chance::from_fn(|| 0.5))
}

/// A process that calls, with a memory of its own.
pub fn process(client: &Client, table: &str, hand: &Hand) -> Result<Arc<Outbound>> {
    let circuits = circuits(store(client, table), hand);
    let outbound = Outbound::new(circuits, hand.clock(), Chance::from_fn(|| 0.5))?;
    Ok(Arc::new(outbound))
}

/// Calls the provider in a way that goes out once or not at all.
pub async fn call(
    outbound: &Outbound,
    credential: &Credential,
    provider: &Provider,
) -> Result<Reply, CallError> {
    let request = Prepared {
        method: reqwest::Method::POST,
        url: provider.url.parse().expect("a URL"),
        headers: reqwest::header::HeaderMap::new(),
        body: "{}".into(),
        repeat: Repeat::Unsafe,
    };
    let until = Instant::now() + Duration::from_mins(1);
    outbound.call(credential.target(), request, until).await
}

/// What lies in the table, read so that nothing is missed.
pub async fn stored(
    client: &Client,
    table: &str,
    credential: &Credential,
) -> Result<Option<Record>> {
    let key = aws_sdk_dynamodb::types::AttributeValue::S(credential.key().as_str().to_owned());
    let request = client.get_item().table_name(table).key("circuit", key);
    let item = request.consistent_read(true).send().await?.item;
    item.map(|item| Record::read(&item))
        .transpose()
        .context("unreadable")
}
