//! The alert relay: tells people, in Slack and by pager.
//!
//! This build does not do it yet. A batch therefore fails whole, which gives its messages back to the queue and
//! in the end to the dead-letter queue: nothing is acknowledged and dropped.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A batch of the alerts queue. Its messages are counted and not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Batch {
    #[serde(rename = "Records")]
    records: Vec<IgnoredAny>,
}

/// No message was worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("alerts are not relayed by this build: nobody was told")]
pub struct NothingRelayed;

/// Answers a batch.
///
/// # Errors
/// Always [`NothingRelayed`].
pub fn handle(batch: &Batch) -> Result<(), NothingRelayed> {
    tracing::error!(
        kind = "alerts",
        messages = batch.records.len(),
        "batch not handled"
    );
    Err(NothingRelayed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_counted_and_given_back() {
        let batch: Batch =
            serde_json::from_str(r#"{"Records":[{"body":"x"},{"body":"y"}]}"#).unwrap();
        assert_eq!(batch.records.len(), 2);
        assert_eq!(handle(&batch), Err(NothingRelayed));
    }
}
