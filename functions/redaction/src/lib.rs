//! The redaction: removes patient data from what was said in a call, and stores the rest.
//!
//! Who acts: SQS hands over the deliveries whose events hold words (`transcripts`), and orders to redact stored words
//! again (`backfill`); somebody may invoke the function with a text (`direct`). Correctness hangs on one thing: the
//! engine stands between every word and the database, and a text it cannot judge is replaced whole. A message is
//! worked on as often as it comes; the database keeps one result for each delivery and policy.

mod backfill;
mod config;
mod direct;
mod failure;
mod policies;
mod store;
mod transcripts;
mod words;

use std::panic::AssertUnwindSafe;
use std::time::{Instant, SystemTime};

use aws_config::SdkConfig;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures::FutureExt as _;
use sallyport::batch::{self, Again, Bounds, UnreportableBatch};
use sallyport::clock::Clock;
use sallyport::database::{Database, Procedures};
use sallyport::delivery::{BodyStore, Queue, QueueMessage};
use sallyport::secrets::Secrets;
use serde_json::{Value, json};

pub use backfill::Order;
pub use config::Config;

use failure::Failure;
use policies::Policies;

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    queue: Queue,
    bodies: BodyStore,
    secrets: Secrets,
    procedures: Procedures,
    policies: Policies,
}

/// The input could not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Neither a batch of messages nor a text.
    #[error("the input is neither a batch of queue messages nor {{\"text\": …}}")]
    Unknown,
    /// The batch could not be worked on at all; SQS gives all of it back.
    #[error(transparent)]
    Batch(#[from] UnreportableBatch),
}

impl App {
    /// The clients of this configuration, and the engine. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            queue: Queue::new(aws, config.transcripts_queue_url),
            bodies: BodyStore::new(aws, config.oversize_bucket),
            secrets: Secrets::new(aws, clock.clone()),
            procedures: Procedures {
                database: Database::new(config.postgrest_url)?,
                secret: config.database_secret,
            },
            policies: Policies::new(clock),
        })
    }
}

/// Answers an invocation: a batch of the queue, or a text. `deadline` is when Lambda ends it.
///
/// # Errors
/// [`Unanswered`].
pub async fn handle(app: &App, input: Value, deadline: SystemTime) -> Result<Value, Unanswered> {
    if input.get("text").is_some() {
        return direct::answer(&app.policies, input).ok_or(Unanswered::Unknown);
    }
    if input.get("Records").is_none() {
        return Err(Unanswered::Unknown);
    }
    let batch: SqsEvent = serde_json::from_value(input).map_err(|_| Unanswered::Unknown)?;
    let attend = |message, bounds| attend(app, message, bounds);
    let response = batch::work(&app.queue, batch, deadline, attend).await?;
    Ok(serde_json::to_value(response).unwrap_or_else(|_| json!({})))
}

/// Attends to one message, whatever becomes of it.
async fn attend(app: &App, record: SqsMessage, bounds: Bounds) -> Result<(), Again> {
    let began = Instant::now();
    let mut delivery = None;
    let work = open(app, &record, bounds, &mut delivery);
    let work = tokio::time::timeout_at(bounds.until, AssertUnwindSafe(work).catch_unwind());
    let result = match work.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::DeadlineExceeded),
    };
    log(delivery.as_deref(), &result, bounds.receives, began);
    result.map(|_| ()).map_err(|failure| failure.again())
}

async fn open(
    app: &App,
    record: &SqsMessage,
    bounds: Bounds,
    delivery: &mut Option<String>,
) -> Result<&'static str, Failure> {
    let text = record.body.as_deref().unwrap_or_default();
    if let Some(order) = Order::read(text) {
        return backfill::work(app, order, bounds).await;
    }
    let message = QueueMessage::from_json(text)?;
    *delivery = Some(message.delivery.to_string());
    transcripts::work(app, &message).await
}

/// The one line of a message.
fn log(
    delivery: Option<&str>,
    result: &Result<&'static str, Failure>,
    receives: u32,
    began: Instant,
) {
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    macro_rules! line {
        ($level:ident, $outcome:expr $(, $field:ident = $value:expr)*) => {
            tracing::$level!(
                metric = "Transcripts", outcome = $outcome, $($field = $value,)* delivery, receives, latency_ms,
                "transcript"
            )
        };
    }
    match result {
        Ok(outcome) => line!(info, *outcome),
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
