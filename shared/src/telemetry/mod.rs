//! Log lines: one JSON object each on standard output, with the key names of Lambda Powertools.
//!
//! What may be logged: ids of our making, closed reasons, counts, durations, names of endpoints and secrets.
//! What never is: a payload or part of one, a header's value, a telephone number, a person's name, a secret, the
//! text of a database error. Foreign crates are held to warnings, because some print requests at debug level; what
//! they warn of passes the redaction engine, as every free text does.

mod closed;
mod fields;
mod invocation;
mod lines;
mod metric;
mod net;
mod panic;
mod sentry;
mod start;
mod tally;
mod trace;

use std::io::Write as _;
use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::Variables;
use closed::OURS;
pub use invocation::{FLUSH, correlate, correlated, invocation, invoke};
pub use lines::Lines;
pub use sentry::{CheckIn, Errors, Every, Reporter};
use start::{appoint, reporter};
pub use start::{check_in, start, watch};
pub use trace::{trace_header, traced};

/// Starts logging for `service`, and reporting of errors if `SENTRY_DSN` is set. Called once, by [`start`].
///
/// The level is `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG` (a level's name), else info. Lambda gives a JSON line
/// without a timestamp the level INFO, which would hide errors from level filters: ours always has one.
pub fn init(service: &'static str, variables: &Variables<'_>) {
    let level = ["AWS_LAMBDA_LOG_LEVEL", "RUST_LOG"]
        .iter()
        .find_map(|name| variables.optional(name));
    let level = level
        .as_deref()
        .and_then(parse_level)
        .unwrap_or(LevelFilter::INFO);
    let lines = Lines::new(
        service,
        variables.optional("AWS_LAMBDA_FUNCTION_NAME"),
        |line| {
            // Nothing is left to report a broken standard output to.
            let _ = std::io::stdout().lock().write_all(line.as_bytes());
        },
    );
    let dsn = variables.optional("SENTRY_DSN");
    let stage = variables.optional("SALLYPORT_STAGE");
    let stage = stage.unwrap_or_else(|| "unknown".to_owned());
    let reporter = dsn
        .as_deref()
        .and_then(|dsn| Reporter::new(dsn, service, stage));
    let reporter = reporter.map(Arc::new).inspect(appoint);
    let is_deaf = dsn.is_some() && reporter.is_none();
    // A second start keeps the first subscriber.
    let _ = tracing_subscriber::registry()
        .with(filter(level))
        .with(lines)
        .with(reporter.map(Errors::new))
        .with(tally::Tally)
        .try_init();
    panic::hook();
    if is_deaf {
        tracing::warn!("errors are not reported because the dsn cannot be read");
    }
}

/// Which lines are written at `level`: ours from it on, and those of foreign crates from warnings on.
#[must_use]
pub fn filter(level: LevelFilter) -> Targets {
    let ours = OURS.iter().map(|target| (*target, level));
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(ours)
}

/// Lambda's names for levels are tracing's, plus FATAL.
fn parse_level(text: &str) -> Option<LevelFilter> {
    if text.eq_ignore_ascii_case("fatal") {
        return Some(LevelFilter::ERROR);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambdas_level_names_are_understood() {
        assert_eq!(parse_level("DEBUG"), Some(LevelFilter::DEBUG));
        assert_eq!(parse_level("FATAL"), Some(LevelFilter::ERROR));
        assert_eq!(parse_level("hyper=trace"), None);
    }

    #[test]
    fn foreign_crates_are_held_to_warnings_at_any_level() {
        let targets = filter(LevelFilter::TRACE);
        assert!(targets.would_enable("sallyport::delivery", &tracing::Level::TRACE));
        assert!(!targets.would_enable("aws_smithy_runtime", &tracing::Level::INFO));
        assert!(!targets.would_enable("hyper", &tracing::Level::DEBUG));
    }
}
