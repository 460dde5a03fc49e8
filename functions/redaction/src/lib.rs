//! The redaction: removes patient data from transcripts before they are stored.
//!
//! This build does not do it yet. A batch therefore fails whole, which gives its messages back to the queue and
//! in the end to the dead-letter queue: nothing is acknowledged and dropped.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A batch of the transcripts queue. Its messages are counted and not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Batch {
    #[serde(rename = "Records")]
    records: Vec<IgnoredAny>,
}

/// No message was worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("transcripts are not redacted by this build: none was stored")]
pub struct NothingRedacted;

/// Answers a batch.
///
/// # Errors
/// Always [`NothingRedacted`].
pub fn handle(batch: &Batch) -> Result<(), NothingRedacted> {
    tracing::error!(
        kind = "transcripts",
        messages = batch.records.len(),
        "batch not handled"
    );
    Err(NothingRedacted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_counted_and_given_back() {
        let batch: Batch =
            serde_json::from_str(r#"{"Records":[{"body":"x"},{"body":"y"}]}"#).unwrap();
        assert_eq!(batch.records.len(), 2);
        assert_eq!(handle(&batch), Err(NothingRedacted));
    }
}
