//! The retention sweep: removes what policy no longer allows to be kept.
//!
//! Who acts: a schedule per record class hands over that class's [`Order`]; somebody may invoke the function with one,
//! as a dry run or with an approval. One sweep per invocation, until all is done or the time is short; the next tick
//! goes on. A sweep that failed fails the invocation, so that it is tried again and ends in the schedules' dead letters.
//! One that the guard refused does not: another try would be refused too, and its alarm has sounded.
//!
//! Each run checks in with a metric, and with Sentry's monitor of its schedule, and looks whether any class has not been swept for two of its periods: a schedule
//! that does not start is missed by the others.

mod config;

use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use futures::FutureExt as _;
use sallyport::alert::Word;
use sallyport::clock::{Clock, time_left};
use sallyport::database::{Database, DatabaseError, Procedures};
use sallyport::retention::{Order, Report, Retention, RunState, SweepError};
use sallyport::secrets::Secrets;
use sallyport::telemetry::{self, CheckIn};

pub use config::Config;

/// Kept back from the invocation's remaining time: the batch that runs, the books, the answer.
const RESERVE: Duration = Duration::from_secs(15);
/// The time of an invocation that does not tell its own.
const UNTOLD: Duration = Duration::from_mins(1);

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    retention: Retention,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        let procedures = Procedures {
            database: Database::new(config.postgrest_url)?,
            secret: config.database_secret,
        };
        Ok(Self {
            retention: Retention::new(procedures, Secrets::new(aws, clock), aws, &config.places),
        })
    }
}

/// Carries out an order. `deadline` is when Lambda ends the invocation.
///
/// # Errors
/// [`SweepError`] when a store failed; what was removed until then is gone and counted.
pub async fn handle(app: &App, order: Order, deadline: SystemTime) -> Result<Report, SweepError> {
    let began = Instant::now();
    let left = time_left(deadline, UNTOLD);
    let until = tokio::time::Instant::now() + left.saturating_sub(RESERVE.min(left / 2));
    let swept = app.retention.sweep(&order, until).boxed().await;
    log(&order, &swept, began);
    check_in(&order, &swept, began);
    // Only after the sweep's own line: a database that is down has been told of once.
    if swept.is_ok() {
        look_at_the_others(&app.retention).boxed().await?;
    }
    swept
}

/// Tells Sentry's monitor of the schedule that its run has ended. A run that somebody ordered by hand is not the
/// schedule's.
fn check_in(order: &Order, swept: &Result<Report, SweepError>, began: Instant) {
    let monitor = Word::read(&format!("sweep-{}", order.class));
    if let (Some(every), Some(monitor), false) = (order.every, monitor, order.dry_run) {
        let state = swept.as_ref().map(|report| report.state);
        telemetry::check_in(CheckIn {
            monitor,
            succeeded: state.is_ok_and(|state| state != RunState::Refused),
            took: began.elapsed(),
            every,
        });
    }
}

/// Counts the classes that nobody has swept for two of their periods.
async fn look_at_the_others(retention: &Retention) -> Result<(), DatabaseError> {
    for standing in retention.status().await? {
        if standing.late {
            let class = standing.class.as_str();
            tracing::warn!(
                metric = "RetentionHeartbeats",
                outcome = "late",
                reason = class,
                "class not swept for two periods"
            );
        }
    }
    Ok(())
}

/// The one line of a sweep.
fn log(order: &Order, swept: &Result<Report, SweepError>, began: Instant) {
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let class = order.class.as_str();
    macro_rules! line {
        ($level:ident, $outcome:expr $(, $field:ident = $value:expr)*) => {
            tracing::$level!(
                metric = "RetentionRuns", outcome = $outcome, reason = class, $($field = $value,)* latency_ms,
                "retention sweep"
            )
        };
    }
    match swept {
        Ok(report) => {
            let Report {
                due,
                held,
                removed,
                guard,
                batches,
                longest_batch_ms,
                ..
            } = *report;
            macro_rules! counted {
                ($level:ident) => {
                    line!(
                        $level,
                        report.state.as_str(),
                        due = due,
                        held = held,
                        removed = removed,
                        guard = guard,
                        batches = batches,
                        longest_batch_ms = longest_batch_ms
                    )
                };
            }
            if report.state == RunState::Refused {
                counted!(error);
            } else {
                counted!(info);
            }
        }
        Err(error) => line!(error, "failed", kind = error.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_a_class_and_nothing_unknown() {
        let order: Order = serde_json::from_str(r#"{"class":"messages"}"#).unwrap();
        assert!(!order.dry_run && order.approval.is_none());
        let dry: Order = serde_json::from_str(r#"{"class":"messages","dry_run":true}"#).unwrap();
        assert!(dry.dry_run);
        for event in [
            "{}",
            r#"{"detail-type":"Scheduled Event","source":"aws.events"}"#,
            r#"{"class":"messages","dryRun":true}"#,
            r#"{"class":"messages","approval":{"rows":5}}"#,
        ] {
            assert!(serde_json::from_str::<Order>(event).is_err(), "{event}");
        }
    }
}
