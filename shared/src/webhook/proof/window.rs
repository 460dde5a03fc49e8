//! The time window of signed timestamps.

use serde::Deserialize;
use time::OffsetDateTime;

use super::super::Refusal;

/// How far a signed time may lie from the time of receipt, on either side. It is also the whole proof settings
/// of the providers that let nothing else be chosen: `{"tolerance_s":300}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    /// The tolerance in seconds; the edge itself is inside.
    pub tolerance_s: u32,
}

impl Default for Window {
    /// Five minutes: what Stripe, Slack and Standard Webhooks recommend.
    fn default() -> Self {
        Self { tolerance_s: 300 }
    }
}

impl Window {
    /// Checks a signed time, in Unix seconds.
    ///
    /// # Errors
    /// [`Refusal::TimestampTooOld`] or [`Refusal::TimestampInFuture`].
    pub fn check(self, signed: i64, received_at: OffsetDateTime) -> Result<(), Refusal> {
        let tolerance = i64::from(self.tolerance_s);
        let age = received_at.unix_timestamp().saturating_sub(signed);
        if age > tolerance {
            Err(Refusal::TimestampTooOld)
        } else if age < -tolerance {
            Err(Refusal::TimestampInFuture)
        } else {
            Ok(())
        }
    }
}

/// Reads a timestamp in Unix seconds: decimal digits and nothing else.
///
/// # Errors
/// [`Refusal::MalformedHeader`]. Signs, fractions and spaces are refused, because what is signed is the text,
/// and a lenient reader would take several texts for one time.
pub fn seconds(text: &str) -> Result<i64, Refusal> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::MalformedHeader);
    }
    text.parse().map_err(|_| Refusal::MalformedHeader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_has_two_sides_and_its_edges_are_inside() {
        let window = Window { tolerance_s: 300 };
        let now = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        assert_eq!(window.check(1_700_000_000 - 300, now), Ok(()));
        assert_eq!(window.check(1_700_000_000 + 300, now), Ok(()));
        assert_eq!(
            window.check(1_700_000_000 - 301, now),
            Err(Refusal::TimestampTooOld)
        );
        assert_eq!(
            window.check(1_700_000_000 + 301, now),
            Err(Refusal::TimestampInFuture)
        );
        assert_eq!(window.check(i64::MAX, now), Err(Refusal::TimestampInFuture));
    }

    #[test]
    fn a_timestamp_is_digits_only() {
        assert_eq!(seconds("1531420618"), Ok(1_531_420_618));
        for text in [
            "",
            "1531420618.0",
            "+1",
            "-1",
            " 1",
            "1 ",
            "१",
            "99999999999999999999",
        ] {
            assert_eq!(seconds(text), Err(Refusal::MalformedHeader), "{text}");
        }
    }
}
