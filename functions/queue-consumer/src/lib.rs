//! The queue consumer: applies deliveries to Postgres and performs what they lead to, each exactly once in effect.
//!
//! Who acts: SQS hands over a batch, [`handle`] works on its messages side by side and names those that must come
//! again. At-least-once delivery is made exactly-once by the database's procedures, which know a delivery by its
//! id: that is what correctness hangs on. The claim keeps attempts from working on one delivery at once; the waits
//! between attempts only keep an outage from wasting them. What a delivery does outside the database is kept in a ledger
//! there (`effects`). What was said in a call goes on to the transcripts queue,
//! before the delivery counts as done: until it is redacted it is stored nowhere else.

mod attempt;
mod calendar;
mod config;
mod dead;
mod effects;
mod failure;
mod procedure;
mod requeue;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::FutureExt as _;
use sallyport::alert::{Publisher, Service};
use sallyport::batch::{self, Again, Bounds, UnreportableBatch};
use sallyport::clock::Clock;
use sallyport::database::{Database, Procedures};
use sallyport::delivery::claim::{Claims, Table};
use sallyport::delivery::{BodyStore, Queue, QueueMessage};
use sallyport::outbound::circuit::{self, Circuits};
use sallyport::outbound::google_calendar::AccessTokens;
use sallyport::outbound::{Chance, Outbound};
use sallyport::secrets::Secrets;
use sallyport::telemetry;
use tracing::{Instrument as _, Span};

pub use config::{Config, Providers};

use attempt::attempt;
use failure::Failure;
use procedure::Outcome;

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    claims: Claims,
    max_receive_count: u32,
    queue: Queue,
    transcripts: Queue,
    bodies: BodyStore,
    secrets: Secrets,
    procedures: Procedures,
    outbound: Outbound,
    tokens: AccessTokens,
    alerts: Publisher,
    providers: Providers,
    public_base_url: String,
    stage: String,
    clock: Clock,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        let dynamodb = aws_sdk_dynamodb::Client::new(aws);
        let circuits =
            circuit::Table::new(&dynamodb, config.circuits_table, config.circuits_timeout);
        let alerts = Publisher::new(aws, Service::QueueConsumer, &config.stage, clock.clone());
        let circuits = Circuits::new(circuits, clock.clone(), Chance::system());
        let circuits = circuits.telling(alerts.clone());
        let queue = Queue::new(aws, config.deliveries_queue_url);
        Ok(Self {
            outbound: Outbound::new(circuits, clock.clone(), Chance::system())?,
            tokens: AccessTokens::default(),
            alerts,
            providers: config.providers,
            public_base_url: config.public_base_url,
            stage: config.stage,
            claims: Claims::new(
                Table::new(&dynamodb, config.deliveries_table),
                clock.clone(),
            ),
            max_receive_count: config.max_receive_count,
            transcripts: queue.beside(config.transcripts_queue_url),
            queue,
            bodies: BodyStore::new(aws, config.oversize_bucket),
            secrets: Secrets::new(aws, clock.clone()),
            procedures: Procedures {
                database: Database::new(config.postgrest_url)?,
                secret: config.database_secret,
            },
            clock,
        })
    }
}

/// Works on a batch and names the messages that must come again. `deadline` is when Lambda ends the invocation.
///
/// # Errors
/// [`UnreportableBatch`] before anything was done.
pub async fn handle(
    app: &App,
    batch: SqsEvent,
    deadline: SystemTime,
) -> Result<SqsBatchResponse, UnreportableBatch> {
    let attend = |message, bounds| attend(app, message, bounds);
    batch::work(&app.queue, batch, deadline, attend).await
}

/// Attends to one message, whatever becomes of it.
async fn attend(app: &App, record: SqsMessage, bounds: Bounds) -> Result<(), Again> {
    let began = Instant::now();
    let mut trail = Trail::default();
    let work = AssertUnwindSafe(open(app, &record, bounds, &mut trail)).catch_unwind();
    let result = work.await.unwrap_or(Err(Failure::Panicked));
    let log = || trail.log(&result, bounds.receives, began.elapsed());
    trail.span().in_scope(log);
    if let Err(failure) = &result {
        let report = dead::report(app, trail.message.as_ref(), failure, bounds);
        report.instrument(trail.span()).await;
    }
    result.map(|_| ()).map_err(|failure| failure.again())
}

async fn open(
    app: &App,
    record: &SqsMessage,
    bounds: Bounds,
    trail: &mut Trail,
) -> Result<Outcome, Failure> {
    let message = QueueMessage::from_json(record.body.as_deref().unwrap_or_default())?;
    let message = trail.message.insert(message);
    let span = telemetry::correlated(Some(&message.delivery));
    attempt(app, message, bounds).instrument(span).await
}

/// What became known of a message on its way.
#[derive(Default)]
struct Trail {
    message: Option<QueueMessage>,
}

impl Trail {
    /// The span of what is written about the message.
    fn span(&self) -> Span {
        telemetry::correlated(self.message.as_ref().map(|message| &message.delivery))
    }

    /// The one line of the message.
    fn log(&self, result: &Result<Outcome, Failure>, receives: u32, latency: Duration) {
        let message = self.message.as_ref();
        let delivery = message.map(|message| message.delivery.as_str());
        let provider = message.map(|message| message.provider.as_str());
        let endpoint = message.map(|message| message.endpoint.as_str());
        let event_type = message.map(|message| message.event_type.as_str());
        let replay = message.and_then(|message| message.replay);
        let replay = replay.map(tracing::field::display);
        let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident, $outcome:expr $(, $field:ident = $value:expr)*) => {
                tracing::$level!(
                    metric = "Deliveries", outcome = $outcome, $($field = $value,)*
                    delivery, provider, endpoint, event_type, replay, receives, latency_ms,
                    "delivery"
                )
            };
        }
        match result {
            Ok(outcome) => line!(info, outcome.as_str()),
            Err(failure) => {
                let (reason, detail) = (failure.code(), tracing::field::display(failure));
                if failure.is_retryable() {
                    line!(warn, "postponed", reason = reason, detail = detail);
                } else {
                    line!(error, "failed", reason = reason, detail = detail);
                }
            }
        }
    }
}
