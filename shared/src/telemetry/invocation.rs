//! What surrounds every invocation: the span its lines carry its ids from, the warning before its time is up, and the
//! flush before its answer.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join;
use lambda_runtime::{Context, Error};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{Instrument as _, Span, field};

use super::sentry::Reporter;
use super::start::error_rate;
use super::tally;
use super::trace::traced;
use crate::clock::time_left;
use crate::delivery::DeliveryId;

/// The longest an answer waits for its errors to be reported.
pub const FLUSH: Duration = Duration::from_millis(500);
/// Kept back from the invocation's remaining time: to give the answer in.
const RESERVE: Duration = Duration::from_millis(200);
/// How long before its end an invocation is reported as late, at most; a quarter of its time if that is less.
const MARGIN: Duration = Duration::from_secs(1);
/// The time of an invocation that does not tell its own.
const UNTOLD: Duration = Duration::from_secs(30);

/// The span every line of an invocation carries its request id from. The first of a process is a cold start.
#[must_use]
pub fn invocation(request_id: &str, xray_trace_id: Option<&str>) -> Span {
    static WARM: AtomicBool = AtomicBool::new(false);
    let cold_start = !WARM.swap(true, Ordering::Relaxed);
    tracing::error_span!(
        "invocation",
        function_request_id = request_id,
        xray_trace_id,
        correlation_id = field::Empty,
        cold_start
    )
}

/// From here on the invocation's lines carry the delivery's id, for an invocation that has one delivery.
pub fn correlate(delivery: &DeliveryId) {
    Span::current().record("correlation_id", delivery.as_str());
}

/// The span of one delivery among several of an invocation: its lines carry the delivery's id.
#[must_use]
pub fn correlated(delivery: Option<&DeliveryId>) -> Span {
    match delivery {
        Some(delivery) => {
            tracing::error_span!("delivery", correlation_id = delivery.as_str())
        }
        None => Span::current(),
    }
}

/// Does the work of an invocation and reports its errors before the answer is given, within [`FLUSH`].
///
/// # Errors
/// The work's own, or that it panicked: without the panic's text, since the error leaves the process.
pub async fn invoke<T, E: Into<Error>>(
    context: &Context,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    let trace = context.xray_trace_id.as_deref();
    let span = invocation(&context.request_id, trace);
    let end = Instant::now() + time_left(context.deadline(), UNTOLD);
    let work = attended(super::reporter(), end, work).instrument(span);
    traced(trace, work).await
}

/// The same for any reporter, with the invocation's end.
pub(super) async fn attended<T, E: Into<Error>>(
    reporter: Option<&Reporter>,
    end: Instant,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    let margin = MARGIN.min((end - Instant::now()) / 4);
    // Boxed: a handler's future is large.
    let mut work = Box::pin(AssertUnwindSafe(work).catch_unwind());
    let in_time = timeout_at(end - margin, &mut work).await;
    let result = if let Ok(result) = in_time {
        result
    } else {
        tracing::error!("invocation nearly out of time");
        join(work, flush(reporter, end)).await.0
    };
    flush(reporter, end).await;
    match result {
        Ok(answer) => answer.map_err(Into::into),
        // The hook has told of it.
        Err(_) => Err("panic".into()),
    }
}

/// Reports what was noted, and counts it, in the bound or in what is left of the time.
pub(super) async fn flush(reporter: Option<&Reporter>, end: Instant) {
    let left = end.saturating_duration_since(Instant::now());
    let bound = FLUSH.min(left.saturating_sub(RESERVE));
    let sending = async {
        if let Some(reporter) = reporter {
            reporter.flush(bound).await;
        }
    };
    let counted = async {
        let errors = tally::take();
        if let (Some(rate), 1..) = (error_rate(), errors) {
            // Boxed: the clients' futures are deep and large.
            let _ = timeout(bound, rate.note(errors).boxed()).await;
        }
    };
    join(sending, counted).await;
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::telemetry::Lines;

    /// Runs `work` as an invocation of eight seconds. What it returned, and the lines written meanwhile.
    async fn invoked<T>(work: impl Future<Output = Result<T, Infallible>>) -> (Option<T>, String) {
        let written = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&written);
        let lines = Lines::new("test", None, move |line| {
            sink.lock().unwrap().push_str(line);
        });
        let subscriber = tracing_subscriber::registry().with(lines);
        let _guard = tracing::subscriber::set_default(subscriber);
        let end = Instant::now() + Duration::from_secs(8);
        let span = invocation("req-1", None);
        let result = attended(None, end, work).instrument(span).await;
        let lines = written.lock().unwrap().clone();
        (result.ok(), lines)
    }

    #[tokio::test(start_paused = true)]
    async fn an_invocation_is_late_a_second_before_its_end_and_may_still_answer() {
        let (answer, lines) = invoked(async {
            tokio::time::sleep(Duration::from_millis(6_900)).await;
            Ok(1)
        })
        .await;
        assert_eq!((answer, lines.as_str()), (Some(1), ""));

        let (answer, lines) = invoked(async {
            tokio::time::sleep(Duration::from_millis(7_100)).await;
            Ok(2)
        })
        .await;
        assert_eq!(answer, Some(2));
        assert!(lines.contains("nearly out of time"), "{lines}");
        assert!(lines.contains("req-1"), "{lines}");
    }

    #[tokio::test]
    async fn lines_carry_the_delivery_they_are_about() {
        let id = |n: u8| DeliveryId::parse(&format!("dlv_{n:032}")).unwrap();
        let (_, lines) = invoked(async {
            tracing::info!("before");
            correlate(&id(1));
            tracing::info!("request");
            correlated(Some(&id(2))).in_scope(|| tracing::info!("one of several"));
            Ok(())
        })
        .await;
        let ids: Vec<_> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|line| line["correlation_id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(
            ids,
            [None, Some(id(1).to_string()), Some(id(2).to_string())]
        );
    }
}
