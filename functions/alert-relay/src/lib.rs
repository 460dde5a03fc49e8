//! The alert relay: tells people, in Slack and by pager, what is wrong and what is well again.
//!
//! Who acts: SQS hands over what functions, alarms and failed invocations have put into the alerts queue; each message
//! is brought into one form (`intake`), taken into the alert's record, and told as far as it is news (`drive`). A
//! schedule asks for a sign of life once a day, which takes the same way. What this function cannot do it cannot tell
//! either: its errors, its dead letters and its silence have alarms that reach people past it.

mod alarms;
mod channels;
mod config;
mod drive;
mod failure;
mod gate;
mod intake;
mod occurrence;
mod plan;
mod record;
mod slack;
mod store;
mod storm;
mod tell;
mod text;

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures::FutureExt as _;
use sallyport::alert::{Code, Service, State, Word};
use sallyport::batch::{self, Again, Bounds, UnreportableBatch};
use sallyport::clock::{Clock, from_unix_ms, time_left};
use sallyport::delivery::Queue;
use sallyport::outbound::circuit::{self, Circuits};
use sallyport::outbound::{Chance, Outbound};
use sallyport::secrets::Secrets;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

pub use config::Config;

use channels::Channels;
use drive::{Cue, Outcome, drive};
use failure::Failure;
use intake::{Envelope, Intake};
use occurrence::{About, Occurrence};
use store::{Replaced, Table, TableError};

/// How long a record is kept after it was last written: an alert that is open is written every few hours.
const KEPT: i64 = 30 * 86_400;
/// The time for an invocation that does not tell its own.
const UNTOLD: std::time::Duration = std::time::Duration::from_secs(30);
/// How long the circuits are waited for; without them calls are made unguarded.
const CIRCUITS: std::time::Duration = std::time::Duration::from_millis(500);
/// Kept back from it, to answer.
const RESERVE: std::time::Duration = std::time::Duration::from_secs(1);

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    table: Table,
    queue: Queue,
    channels: Channels,
    clock: Clock,
    stage: Word,
    runbook_url: String,
}

/// The input could not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Neither a batch of messages nor the schedule's.
    #[error("the input is neither a batch of queue messages nor {{\"heartbeat\":true}}")]
    Unknown,
    /// The batch could not be worked on at all; SQS gives all of it back.
    #[error(transparent)]
    Batch(#[from] UnreportableBatch),
    /// The sign of life reached nobody.
    #[error("the sign of life was not given")]
    Silent,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        let dynamodb = aws_sdk_dynamodb::Client::new(aws);
        let circuits = circuit::Table::new(&dynamodb, config.circuits_table.clone(), CIRCUITS);
        let circuits = Circuits::new(circuits, clock.clone(), Chance::system());
        let outbound = Outbound::new(circuits, clock.clone(), Chance::system())?;
        let secrets = Secrets::new(aws, clock.clone());
        Ok(Self {
            channels: Channels::new(&config, outbound, secrets),
            table: Table::new(&dynamodb, config.alerts_table),
            queue: Queue::new(aws, config.alerts_queue_url),
            clock,
            stage: config.stage,
            runbook_url: config.runbook_url,
        })
    }

    /// The time now, in Unix milliseconds.
    fn now(&self) -> i64 {
        intake::ms(self.clock.now())
    }

    /// A number that no other attempt has.
    #[allow(clippy::unused_self)]
    fn random(&self) -> u64 {
        Uuid::new_v4().as_u64_pair().0
    }

    async fn replace<T: Serialize + DeserializeOwned>(
        &self,
        key: &str,
        version: u64,
        record: &T,
    ) -> Result<Replaced<T>, TableError> {
        let expires_at = self.clock.now().unix_timestamp() + KEPT;
        self.table.replace(key, version, record, expires_at).await
    }
}

/// Answers an invocation: a batch of the queue, or the schedule's. `deadline` is when Lambda ends it.
///
/// # Errors
/// [`Unanswered`].
pub async fn handle(app: &App, input: Value, deadline: SystemTime) -> Result<Value, Unanswered> {
    if input["heartbeat"] == true {
        return Box::pin(heartbeat(app, deadline)).await;
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
async fn attend(app: &App, message: SqsMessage, bounds: Bounds) -> Result<(), Again> {
    let work = AssertUnwindSafe(open(app, &message, bounds)).catch_unwind();
    let result = work.await.unwrap_or(Err(Failure::Panicked));
    let receives = bounds.receives;
    match result {
        Ok((code, outcome)) => {
            tracing::info!(metric = "Alerts", outcome, kind = code, receives, "alert");
            Ok(())
        }
        Err(Failure::Held { wait }) => {
            tracing::info!(
                metric = "Alerts",
                outcome = "postponed",
                reason = "held",
                receives,
                "alert"
            );
            Err(Again::After(wait))
        }
        Err(failure) => {
            let reason = failure.code();
            tracing::error!(
                metric = "Alerts",
                outcome = "failed",
                reason,
                receives,
                "alert"
            );
            Err(failure.again())
        }
    }
}

async fn open(
    app: &App,
    message: &SqsMessage,
    bounds: Bounds,
) -> Result<(&'static str, &'static str), Failure> {
    let sent_at = message.attributes.get("SentTimestamp");
    let sent_at = sent_at.and_then(|text| from_unix_ms(text.parse().ok()?));
    let envelope = Envelope {
        message: message.message_id.as_deref().unwrap_or_default(),
        sent_at: sent_at.unwrap_or_else(|| app.clock.now()),
        stage: &app.stage,
    };
    let intake = intake::read(message.body.as_deref().unwrap_or_default(), envelope);
    let is_first = bounds.receives <= 1;
    match intake {
        Intake::Undecided => Ok(("alarm", "undecided")),
        Intake::LookAgain(fingerprint) => {
            let cue = Cue {
                fingerprint: &fingerprint,
                occurrence: None,
                member: None,
                is_first,
            };
            let outcome = drive(app, cue, bounds.until).await?;
            Ok(("look_again", outcome.as_str()))
        }
        Intake::Occurrence(occurrence) => {
            if occurrence.about.code == Code::UnparsedAlert {
                let reason = occurrence.about.reason.as_ref().map_or("", Word::as_str);
                tracing::warn!(reason, "message is no known alert");
            }
            drive::explain(app, &occurrence).await?;
            let outcome = occur(app, &occurrence, is_first, bounds.until).await?;
            Ok((occurrence.about.code.as_str(), outcome.as_str()))
        }
    }
}

async fn occur(
    app: &App,
    occurrence: &Occurrence,
    is_first: bool,
    until: Instant,
) -> Result<Outcome, Failure> {
    let cue = Cue {
        fingerprint: &occurrence.fingerprint,
        occurrence: Some(occurrence),
        member: None,
        is_first,
    };
    drive(app, cue, until).await
}

/// Gives a sign of life: the way to people is tried once a day when nothing is wrong. Its line is counted, and an alarm
/// watches the count.
async fn heartbeat(app: &App, deadline: SystemTime) -> Result<Value, Unanswered> {
    let now: OffsetDateTime = app.clock.now();
    let about = About::new(Code::Heartbeat, Service::AlertRelay, app.stage.clone());
    let occurrence = Occurrence {
        id: app.random(),
        fingerprint: about.fingerprint(),
        about,
        state: State::Firing,
        at: intake::ms(now),
    };
    let until = Instant::now() + time_left(deadline, UNTOLD).saturating_sub(RESERVE);
    let told = occur(app, &occurrence, true, until).await;
    let posted = app
        .table
        .read::<record::Record>(occurrence.fingerprint.as_str())
        .await;
    let posted = posted.ok().and_then(|read| read.record?.slack.told);
    let is_told = posted.is_some_and(|posted| posted.first_at >= occurrence.at);
    if told.is_ok() && is_told {
        tracing::info!(metric = "Heartbeats", outcome = "told", "heartbeat");
        return Ok(json!({ "heartbeat": "told" }));
    }
    let reason = told.map_or_else(Failure::code, Outcome::as_str);
    tracing::error!(
        metric = "Heartbeats",
        outcome = "failed",
        reason,
        "heartbeat"
    );
    Err(Unanswered::Silent)
}
