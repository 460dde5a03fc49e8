//! How long to wait before the next attempt.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// What the first wait is drawn from.
const BASE: Duration = Duration::from_millis(200);
/// What no wait exceeds.
const CAP: Duration = Duration::from_secs(5);
/// The longest a provider is obeyed that asks to wait.
pub(super) const LONGEST: Duration = Duration::from_mins(10);

/// The wait before the retry with this number, from 0: full jitter, `draw · min(base · 2^n, cap)`.
///
/// Full jitter spreads callers that failed together best for the work done.
/// Source: <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
#[must_use]
pub fn delay(retry: u32, draw: f64) -> Duration {
    let factor = 2_u32.checked_pow(retry).unwrap_or(u32::MAX);
    BASE.saturating_mul(factor)
        .min(CAP)
        .mul_f64(draw.clamp(0.0, 1.0))
}

/// What the answer asks to wait, at most ten minutes; `None` when it does not ask, or not in a form there is.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()) {
        // More digits than fit are a long time too.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
        // A date in the past asks for nothing.
        Duration::try_from(at - now).unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: i64 = 784_111_777;

    fn asked(value: &[u8]) -> Option<Duration> {
        let value = HeaderValue::from_bytes(value).ok()?;
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
        retry_after(&headers, OffsetDateTime::from_unix_timestamp(NOW).unwrap())
    }

    #[test]
    fn seconds_and_dates_are_understood_and_capped() {
        assert_eq!(asked(b"0"), Some(Duration::ZERO));
        assert_eq!(asked(b" 17 "), Some(Duration::from_secs(17)));
        assert_eq!(asked(b"86400"), Some(LONGEST));
        assert_eq!(asked(b"99999999999999999999999999"), Some(LONGEST));
        let soon = asked(b"Sun, 06 Nov 1994 08:49:40 GMT");
        assert_eq!(soon, Some(Duration::from_secs(3)));
        assert_eq!(asked(b"Mon, 07 Nov 1994 08:49:40 GMT"), Some(LONGEST));
        let past = asked(b"Sat, 05 Nov 1994 08:49:37 GMT");
        assert_eq!(past, Some(Duration::ZERO));
    }

    #[test]
    fn garbage_asks_for_nothing() {
        for garbage in [
            "",
            "soon",
            "-5",
            "1.5",
            "1e9",
            "0x10",
            "5 s",
            "1994-11-06T08:49:40Z",
            "Sun, 06 Nov 1994",
            "Sun, 99 Nov 1994 08:49:40 GMT",
        ] {
            assert_eq!(asked(garbage.as_bytes()), None, "{garbage:?}");
        }
        assert_eq!(asked(b"\xff\xfe"), None);
        assert_eq!(
            retry_after(&HeaderMap::new(), OffsetDateTime::UNIX_EPOCH),
            None
        );
    }

    proptest! {
        #[test]
        fn a_delay_is_the_draws_share_of_what_doubles_up_to_the_cap(retry: u32, draw in 0.0..1.0) {
            let whole = BASE.as_secs_f64() * 2_f64.powi(i32::try_from(retry.min(1000)).unwrap());
            let expected = whole.min(CAP.as_secs_f64()) * draw;
            let delay = delay(retry, draw);
            prop_assert!((delay.as_secs_f64() - expected).abs() < 1e-6, "{delay:?}, not {expected} s");
        }

        #[test]
        fn any_header_is_survived_and_capped(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(asked(&bytes).is_none_or(|wait| wait <= LONGEST));
        }

        #[test]
        fn seconds_are_taken_as_they_are_below_the_cap(seconds in 0_u64..2000) {
            let expected = Duration::from_secs(seconds).min(LONGEST);
            prop_assert_eq!(asked(seconds.to_string().as_bytes()), Some(expected));
        }
    }
}
