//! The clock, injected so that tests can set it, and how times are written.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use time::{OffsetDateTime, UtcOffset};

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(OffsetDateTime::now_utc)
    }

    /// A clock that asks `now` each time.
    pub fn from_fn(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, in UTC.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// RFC 3339 in UTC with milliseconds, the one form in which times are written.
#[must_use]
pub fn rfc3339_ms(moment: OffsetDateTime) -> String {
    let utc = moment.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.millisecond()
    )
}

/// The Unix milliseconds of a time.
#[must_use]
pub fn unix_ms(moment: OffsetDateTime) -> i64 {
    let nanoseconds = moment.unix_timestamp_nanos();
    i64::try_from(nanoseconds.div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

/// The time of Unix milliseconds, if it is one.
#[must_use]
pub fn from_unix_ms(ms: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()
}

/// The time until Lambda ends the invocation, or `untold` when the deadline is no time of the future.
///
/// Lambda hands out no invocation that is over already; `cargo lambda watch` does, since it sends a duration where
/// a time belongs.
#[must_use]
pub fn time_left(deadline: SystemTime, untold: Duration) -> Duration {
    match deadline.duration_since(SystemTime::now()) {
        Ok(left) if !left.is_zero() => left,
        _ => untold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        let moment = from_unix_ms(1_700_000_000_007).unwrap();
        let east = moment.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap());
        assert_eq!(rfc3339_ms(east), "2023-11-14T22:13:20.007Z");
    }

    #[test]
    fn a_deadline_in_the_past_tells_nothing() {
        let untold = Duration::from_secs(8);
        assert_eq!(
            time_left(SystemTime::UNIX_EPOCH + Duration::from_mins(10), untold),
            untold
        );
        let told = time_left(SystemTime::now() + Duration::from_secs(3), untold);
        assert!(told > Duration::ZERO && told <= Duration::from_secs(3));
    }
}
