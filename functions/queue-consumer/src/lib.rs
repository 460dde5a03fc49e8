//! The queue consumer: applies deliveries to Postgres, each exactly once in effect.
//!
//! Who acts: SQS hands over a batch, [`handle`] works on its messages side by side and names those that must come
//! again. At-least-once delivery is made exactly-once by the database's procedures, which know a delivery by its
//! id: that is what correctness hangs on. The claim keeps attempts from working on one delivery at once; the waits
//! between attempts only keep an outage from wasting them.

mod attempt;
mod config;
mod failure;
mod procedure;
mod retry;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::{FutureExt as _, StreamExt as _};
use sallyport::clock::{Clock, time_left};
use sallyport::database::Database;
use sallyport::delivery::claim::{Claims, Table};
use sallyport::delivery::{BodyStore, Queue, QueueMessage};
use sallyport::secrets::Secrets;

pub use config::Config;

use attempt::{Bounds, attempt};
use failure::Failure;
use procedure::{Effect, Procedures};

/// Messages of a batch worked on at once: more would only queue up at the database's connection pool.
const CONCURRENCY: usize = 5;
/// Kept back from the invocation's remaining time, to postpone what failed and to answer.
const RESERVE: Duration = Duration::from_secs(3);

/// The time for a batch when the invocation does not tell its own.
const UNTOLD: Duration = Duration::from_secs(30);

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    claims: Claims,
    max_receive_count: u32,
    queue: Queue,
    bodies: BodyStore,
    secrets: Secrets,
    procedures: Procedures,
    clock: Clock,
}

/// The batch could not be worked on at all; SQS gives all of it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message of the batch has no id to report it by")]
pub struct UnreportableBatch;

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            claims: Claims::new(Table::new(aws, config.deliveries_table), clock.clone()),
            max_receive_count: config.max_receive_count,
            queue: Queue::new(aws, config.deliveries_queue_url),
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
    if batch
        .records
        .iter()
        .any(|message| message.message_id.is_none())
    {
        tracing::error!(
            messages = batch.records.len(),
            "batch cannot be reported on"
        );
        return Err(UnreportableBatch);
    }
    let left = time_left(deadline, UNTOLD);
    let until = tokio::time::Instant::now() + left.saturating_sub(RESERVE.min(left / 4));
    let failed: Vec<String> = futures::stream::iter(batch.records)
        .map(|message| Box::pin(attend(app, message, until, left)))
        .buffer_unordered(CONCURRENCY)
        .filter_map(std::future::ready)
        .collect()
        .await;
    let mut response = SqsBatchResponse::default();
    for id in failed {
        response.add_failure(id);
    }
    Ok(response)
}

/// Attends to one message, whatever becomes of it; its id when it must come again.
async fn attend(
    app: &App,
    record: SqsMessage,
    until: tokio::time::Instant,
    lease: Duration,
) -> Option<String> {
    let began = Instant::now();
    let id = record.message_id.clone().unwrap_or_default();
    let receives = receives(&record);
    let mut trail = Trail::default();
    let bounds = Bounds {
        until,
        lease,
        last: receives >= app.max_receive_count,
    };
    let work = AssertUnwindSafe(open(app, &record, bounds, &mut trail)).catch_unwind();
    let result = work.await.unwrap_or(Err(Failure::Panicked));
    trail.log(&result, receives, began.elapsed());
    let failure = result.err()?;
    if let Some(receipt) = &record.receipt_handle {
        // When this fails the queue's own visibility time-out applies, which is longer than most of ours.
        let _ = app
            .queue
            .postpone(receipt, retry::delay(&failure, receives, &id))
            .await;
    }
    Some(id)
}

async fn open(
    app: &App,
    record: &SqsMessage,
    bounds: Bounds,
    trail: &mut Trail,
) -> Result<Effect, Failure> {
    let message = QueueMessage::from_json(record.body.as_deref().unwrap_or_default())?;
    attempt(app, trail.message.insert(message), bounds).await
}

/// How often SQS has handed this message out, this time included.
fn receives(record: &SqsMessage) -> u32 {
    let count = record.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// What became known of a message on its way.
#[derive(Default)]
struct Trail {
    message: Option<QueueMessage>,
}

impl Trail {
    /// The one line of the message.
    fn log(&self, result: &Result<Effect, Failure>, receives: u32, latency: Duration) {
        let message = self.message.as_ref();
        let delivery = message.map(|message| message.delivery.as_str());
        let provider = message.map(|message| message.provider.as_str());
        let endpoint = message.map(|message| message.endpoint.as_str());
        let event_type = message.map(|message| message.event_type.as_str());
        let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident, $outcome:expr $(, $field:ident = $value:expr)*) => {
                tracing::$level!(
                    metric = "Deliveries", outcome = $outcome, $($field = $value,)*
                    delivery, provider, endpoint, event_type, receives, latency_ms,
                    "delivery"
                )
            };
        }
        match result {
            Ok(effect) => line!(info, effect.as_str()),
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
