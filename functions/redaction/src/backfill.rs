//! Redacts what is stored again, after the engine or an organisation's policy has changed.
//!
//! An order in the queue says from where to go on. It is worked on in pages until the time is short; then the rest is
//! ordered anew, and only after that the order counts as done. Killed anywhere, it comes again from where it began,
//! and what was replaced meanwhile is outdated no more.

use std::time::Duration;

use sallyport::batch::Bounds;
use sallyport::redaction::VERSION;
use sallyport::webhook::Words;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use crate::App;
use crate::failure::Failure;
use crate::policies::Policies;
use crate::store::{self, Outdated};
use crate::words;

/// Calls of a page.
const PAGE: u32 = 25;
/// The least time in which a page is begun.
const MARGIN: Duration = Duration::from_secs(2);
/// The message group of the orders: they share the queue fairly with the organisations.
const GROUP: &str = "backfill";

/// An order to redact again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    backfill: From,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    /// The call (organisation and id) after which to go on; the beginning when absent.
    #[serde(default)]
    after: Option<(Uuid, Uuid)>,
}

impl Order {
    /// Reads an order; `None` for every other text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text of an order.
    #[must_use]
    pub fn text(&self) -> String {
        // Serializing two ids into memory has nothing to fail on.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Works on an order until it is done or the time is short.
pub(crate) async fn work(app: &App, order: Order, bounds: Bounds) -> Result<&'static str, Failure> {
    let mut after = order.backfill.after;
    let mut done = 0_u32;
    loop {
        let page = store::outdated(app, VERSION, after, PAGE).await?;
        for old in &page.calls {
            again(app, old).await?;
            after = Some((old.organization, old.call));
            done += 1;
        }
        let left = page.left.saturating_sub(page.calls.len() as u64);
        tracing::info!(done, left, "backfill");
        if page.calls.is_empty() {
            return Ok("backfilled");
        }
        if Instant::now() + MARGIN > bounds.until {
            let rest = Order {
                backfill: From { after },
            };
            app.queue
                .send_text(GROUP.to_owned(), rest.text(), Duration::ZERO)
                .await?;
            return Ok("backfilling");
        }
    }
}

async fn again(app: &App, old: &Outdated) -> Result<(), Failure> {
    let judge = Policies::of(app, old.organization).await?;
    let said = Words {
        transcript: old.transcript.clone(),
        summary: old.summary.clone(),
        analysis: old.analysis.clone(),
        ..Words::default()
    };
    let mut safe = words::redact(&judge.engine, &judge.policy, &said);
    // What was removed before is part of the record.
    let mut earlier = old.redaction.clone();
    let first = earlier
        .as_object_mut()
        .and_then(|record| record.remove("earlier"));
    let mut all = match first {
        Some(Value::Array(records)) => records,
        _ => Vec::new(),
    };
    all.push(earlier);
    safe.redaction["earlier"] = Value::Array(all);
    store::replace(app, old, &safe).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_written_and_nothing_else_is_one() {
        let rest = Order {
            backfill: From {
                after: Some((Uuid::from_u128(1), Uuid::from_u128(2))),
            },
        };
        assert_eq!(Order::read(&rest.text()), Some(rest));
        assert_eq!(Order::read(r#"{"backfill":{}}"#), Some(Order::default()));
        for text in [
            "",
            "{}",
            r#"{"version":1}"#,
            r#"{"backfill":{"x":1}}"#,
            "[]",
        ] {
            assert_eq!(Order::read(text), None, "{text}");
        }
    }
}
