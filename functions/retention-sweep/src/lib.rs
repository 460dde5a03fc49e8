//! The retention sweep: removes what policy no longer allows to be kept.
//!
//! No policy is carried out by this build. A tick therefore fails, so that the schedule's failure alarm says what
//! a quiet success would hide: that nothing is being removed.

use serde::Deserialize;

/// A tick of the schedule that starts the sweep. Only its kind is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tick {
    #[serde(rename = "detail-type")]
    kind: Option<String>,
}

/// The sweep removed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("retention policies are not carried out by this build: nothing was removed")]
pub struct NothingSwept;

/// Answers a tick.
///
/// # Errors
/// Always [`NothingSwept`].
pub fn handle(tick: &Tick) -> Result<(), NothingSwept> {
    tracing::error!(
        kind = tick.kind.as_deref(),
        "retention sweep not carried out"
    );
    Err(NothingSwept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_not_taken_for_a_sweep() {
        for event in [
            r#"{"detail-type":"Scheduled Event","source":"aws.events"}"#,
            "{}",
        ] {
            let tick = serde_json::from_str(event).unwrap();
            assert_eq!(handle(&tick), Err(NothingSwept));
        }
    }
}
