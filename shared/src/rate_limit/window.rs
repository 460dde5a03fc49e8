//! The arithmetic of a rolling window that is counted in sub-buckets.
//!
//! Why the bound is hard: a request is counted before it is judged, and it is judged by the sum of every bucket
//! that touches the window ending with it. Of the requests admitted in any one window, consider the one that was
//! counted last: its sum contained all the others, and it did not exceed the limit. For this to hold, a bucket
//! is never left out too early: the window is taken longer by [`TOLERANCE_MS`], buckets of a clock that runs
//! ahead are counted too, and a bucket is thrown away one bucket's width after nobody needs it. The price is
//! that a full window frees its place up to one bucket's width and the tolerance late.

use std::collections::BTreeMap;
use std::ops::Range;

/// How far apart the stamps of one moment may lie, in milliseconds: the difference of two environments' clocks
/// plus the time from reading the clock to the write. Lambda's clocks agree within milliseconds (Amazon Time
/// Sync); a write is given up after 300 ms.
pub const TOLERANCE_MS: u64 = 1000;

/// How many buckets, counted back from the first one that is needed by nobody, each write throws away. A key
/// that is used at least this often, in bucket widths, leaves nothing behind.
const SWEPT: u64 = 8;

/// A rolling window of so many buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    width_ms: u64,
    buckets: u64,
}

impl Window {
    /// A window of `buckets` times `width_s` seconds.
    ///
    /// # Panics
    /// Without buckets, or with a width not above the tolerance. Windows are constants: this is found when one
    /// is compiled.
    #[must_use]
    pub const fn new(buckets: u64, width_s: u64) -> Self {
        assert!(buckets > 0, "a window has buckets");
        assert!(
            width_s * 1000 > TOLERANCE_MS,
            "a bucket is wider than the tolerance"
        );
        Self {
            width_ms: width_s * 1000,
            buckets,
        }
    }

    /// How many buckets.
    #[must_use]
    pub const fn buckets(self) -> u64 {
        self.buckets
    }

    /// The width of one bucket, in seconds.
    #[must_use]
    pub const fn width_s(self) -> u64 {
        self.width_ms / 1000
    }

    /// The length of the window, in seconds.
    #[must_use]
    pub const fn span_s(self) -> u64 {
        self.buckets * self.width_s()
    }

    /// The bucket a request at `at` (Unix milliseconds) is counted in.
    #[must_use]
    pub const fn bucket(self, at: u64) -> u64 {
        at / self.width_ms
    }

    /// The first bucket that counts for a request at `at`.
    #[must_use]
    pub const fn first(self, at: u64) -> u64 {
        at.saturating_sub(self.reach()) / self.width_ms
    }

    /// When `bucket` stops counting, in Unix milliseconds.
    #[must_use]
    pub const fn leaves_at(self, bucket: u64) -> u64 {
        (bucket + 1) * self.width_ms + self.reach()
    }

    /// The buckets below this one count for nobody, not even for a request whose stamp is somewhat older.
    #[must_use]
    pub const fn needless_below(self, at: u64) -> u64 {
        self.first(at).saturating_sub(1)
    }

    /// The buckets that a write at `at` throws away without looking.
    #[must_use]
    pub const fn swept(self, at: u64) -> Range<u64> {
        let end = self.needless_below(at);
        end.saturating_sub(SWEPT)..end
    }

    const fn reach(self) -> u64 {
        self.buckets * self.width_ms + TOLERANCE_MS
    }
}

/// What was counted, by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<u64, u64>);

impl FromIterator<(u64, u64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// What the counts say about the request that was counted last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within the limit.
    Admit {
        /// How many more the window takes.
        remaining: u64,
        /// When the next bucket stops counting, in Unix milliseconds.
        renews_at: u64,
    },
    /// Over the limit.
    Deny {
        /// When the window takes the next one, in Unix milliseconds.
        until: u64,
    },
}

impl Counts {
    /// Counts one request at `at`.
    pub fn count(&mut self, window: Window, at: u64) {
        *self.0.entry(window.bucket(at)).or_default() += 1;
    }

    /// Forgets what is needed by nobody at `at`.
    pub fn forget(&mut self, window: Window, at: u64) {
        self.0 = self.0.split_off(&window.needless_below(at));
    }

    /// The buckets needed by nobody at `at`.
    pub fn needless(&self, window: Window, at: u64) -> impl Iterator<Item = u64> + '_ {
        self.0
            .range(..window.needless_below(at))
            .map(|(bucket, _)| *bucket)
    }

    /// How many count for a request at `at`. Buckets ahead of it count too: they hold requests that were
    /// admitted by a clock running ahead.
    #[must_use]
    pub fn total(&self, window: Window, at: u64) -> u64 {
        self.0
            .range(window.first(at)..)
            .map(|(_, count)| count)
            .sum()
    }

    /// Judges a request at `at` that is counted in here already.
    #[must_use]
    pub fn judge(&self, window: Window, limit: u32, at: u64) -> Verdict {
        let limit = u64::from(limit);
        let total = self.total(window, at);
        let live = self.0.range(window.first(at)..);
        if total <= limit {
            let oldest = live.clone().find(|(_, count)| **count > 0);
            return Verdict::Admit {
                remaining: limit - total,
                renews_at: window
                    .leaves_at(oldest.map_or(window.bucket(at), |(bucket, _)| *bucket)),
            };
        }
        // Its own count does not keep it out: it is given back.
        let own = window.bucket(at);
        let (mut left, mut last) = (total - 1, own);
        for (bucket, count) in live {
            left = left.saturating_sub(count.saturating_sub(u64::from(*bucket == own)));
            last = *bucket;
            if left < limit {
                break;
            }
        }
        Verdict::Deny {
            until: window.leaves_at(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Window = Window::new(60, 60);
    const NOW: u64 = 1_700_000_040_000; // the start of a minute

    #[test]
    fn a_bucket_counts_until_its_last_moment_has_left_the_window() {
        let bucket = HOUR.bucket(NOW);
        let leaves = HOUR.leaves_at(bucket);
        assert_eq!(leaves, NOW + 60_000 + 3_600_000 + TOLERANCE_MS);
        assert_eq!(HOUR.first(leaves - 1), bucket);
        assert_eq!(HOUR.first(leaves), bucket + 1);
    }

    #[test]
    fn a_denial_ends_when_as_much_has_left_as_one_more_request_needs() {
        let minute = HOUR.bucket(NOW);
        let counts = Counts::from_iter([(minute - 9, 4), (minute - 5, 1), (minute, 6)]);
        let until = |bucket| Verdict::Deny {
            until: HOUR.leaves_at(bucket),
        };
        assert_eq!(counts.judge(HOUR, 10, NOW), until(minute - 9));
        assert_eq!(counts.judge(HOUR, 7, NOW), until(minute - 9));
        assert_eq!(counts.judge(HOUR, 6, NOW), until(minute - 5));
        assert_eq!(counts.judge(HOUR, 5, NOW), until(minute));
        assert_eq!(counts.judge(HOUR, 0, NOW), until(minute));
        let admit = |remaining| Verdict::Admit {
            remaining,
            renews_at: HOUR.leaves_at(minute - 9),
        };
        assert_eq!(counts.judge(HOUR, 11, NOW), admit(0));
        assert_eq!(counts.judge(HOUR, 12, NOW), admit(1));
    }

    #[test]
    fn buckets_of_a_clock_that_runs_ahead_are_counted() {
        let minute = HOUR.bucket(NOW);
        let counts = Counts::from_iter([(minute, 1), (minute + 1, 5)]);
        assert_eq!(counts.total(HOUR, NOW), 6);
    }

    #[test]
    fn what_is_thrown_away_never_counts_for_a_slightly_older_stamp() {
        for at in [NOW, NOW + 1, NOW + 999, NOW + 1000, NOW + 59_999] {
            assert!(HOUR.needless_below(at) <= HOUR.first(at - 2 * TOLERANCE_MS));
            assert_eq!(HOUR.swept(at).end, HOUR.needless_below(at));
        }
        let minute = HOUR.bucket(NOW);
        let mut counts = Counts::from_iter([(minute - 100, 1), (minute - 63, 1), (minute - 62, 1)]);
        assert_eq!(
            counts.needless(HOUR, NOW).collect::<Vec<_>>(),
            [minute - 100, minute - 63]
        );
        counts.forget(HOUR, NOW);
        assert_eq!(counts, Counts::from_iter([(minute - 62, 1)]));
    }

    #[test]
    fn the_beginning_of_time_is_no_special_case() {
        let mut counts = Counts::default();
        counts.count(HOUR, 0);
        assert_eq!(HOUR.swept(0), 0..0);
        assert_eq!(counts.total(HOUR, 0), 1);
    }
}
