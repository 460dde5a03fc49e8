//! How a function's process begins and ends: whatever goes wrong outside an invocation is told of too.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use futures::FutureExt as _;
use lambda_runtime::Error;
use tokio::time::Instant;

use super::invocation::{FLUSH, flush};
use super::sentry::{CheckIn, Reporter};
use crate::alert::ErrorRate;
use crate::config::Variables;

static REPORTER: OnceLock<Arc<Reporter>> = OnceLock::new();
static ERROR_RATE: OnceLock<ErrorRate> = OnceLock::new();

/// The process's reporter, if it has one.
pub(super) fn reporter() -> Option<&'static Reporter> {
    REPORTER.get().map(AsRef::as_ref)
}

/// What counts the process's errors, if anything does.
pub(super) fn error_rate() -> Option<&'static ErrorRate> {
    ERROR_RATE.get()
}

/// Has the errors of every invocation counted, from now on.
pub fn watch(rate: Option<ErrorRate>) {
    if let Some(rate) = rate {
        // The first counts.
        let _ = ERROR_RATE.set(rate);
    }
}

/// Tells Sentry, if it is configured, that a scheduled run has ended; sent before the invocation's answer is given.
pub fn check_in(check_in: CheckIn) {
    if let Some(reporter) = reporter() {
        reporter.check_in(check_in);
    }
}

/// Makes `reporter` the process's, the first time.
pub(super) fn appoint(reporter: &Arc<Reporter>) {
    let _ = REPORTER.set(Arc::clone(reporter));
}

/// Runs a function's process: starts telemetry for `service`, hands `run` the environment, and reports what ends it.
///
/// # Errors
/// That the process ended, in fixed words: what `main` returns is printed past every guard.
pub async fn start(
    service: &'static str,
    run: impl AsyncFnOnce(&Variables<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let variables = Variables::process();
    super::init(service, &variables);
    let ended = AssertUnwindSafe(run(&variables)).catch_unwind().await;
    let told = match ended {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => {
            tracing::error!(%error, "process ended");
            "process ended: see its last line"
        }
        // The hook has told of it.
        Err(_) => "panic: see the last line",
    };
    flush(reporter(), Instant::now() + FLUSH * 2).await;
    Err(told.into())
}
