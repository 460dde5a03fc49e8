//! A cache in front of a store that may be down.
//!
//! It only saves work and bridges outages: no decision that must hold across instances is taken from it. A value
//! is served while fresh, and while stale only if the store fails. A failed or empty look-up is remembered for a
//! moment too, so that a flood of requests neither hammers the store nor waits for its time-out each time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::clock::Clock;

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// A value is served without asking.
    pub fresh: Duration,
    /// A value is served when the store fails; counted from when it was fetched.
    pub stale: Duration,
    /// The store is not asked again after it failed or had nothing.
    pub pause: Duration,
}

/// Entries above which the least useful are dropped: keys come from requests.
const CAPACITY: usize = 1000;

/// Values by name.
#[derive(Debug)]
pub struct Cache<T> {
    lifetimes: Lifetimes,
    clock: Clock,
    entries: Mutex<HashMap<String, Entry<T>>>,
}

#[derive(Debug)]
struct Entry<T> {
    value: Option<(T, OffsetDateTime)>,
    asked_at: OffsetDateTime,
    last_failed: bool,
}

/// No value could be had.
#[derive(Debug, PartialEq, Eq)]
pub enum Miss<E> {
    /// The store failed just now.
    Failed(E),
    /// The store failed a moment ago and was not asked again.
    Paused,
}

impl<T: Clone> Cache<T> {
    /// An empty cache.
    #[must_use]
    pub fn new(lifetimes: Lifetimes, clock: Clock) -> Self {
        Self {
            lifetimes,
            clock,
            entries: Mutex::default(),
        }
    }

    /// The value of `key`, from the cache or from `fetch`; `None` when the store has none.
    ///
    /// # Errors
    /// [`Miss`] when the store fails and no value is at hand that is young enough.
    pub async fn get<E>(
        &self,
        key: &str,
        fetch: impl AsyncFnOnce() -> Result<Option<T>, E>,
    ) -> Result<Option<T>, Miss<E>> {
        if let Some(entry) = self.entries().get(key) {
            let now = self.clock.now();
            let value = entry.value.as_ref();
            if let Some((value, _)) = value.filter(|(_, at)| within(*at, self.lifetimes.fresh, now))
            {
                return Ok(Some(value.clone()));
            }
            if within(entry.asked_at, self.lifetimes.pause, now) {
                let stale = value.filter(|(_, at)| within(*at, self.lifetimes.stale, now));
                return match (stale, entry.last_failed) {
                    (Some((value, _)), true) => Ok(Some(value.clone())),
                    (None, true) => Err(Miss::Paused),
                    (_, false) => Ok(None),
                };
            }
        }
        match fetch().await {
            Ok(value) => Ok(self.store(key, value)),
            Err(error) => self.fail(key).map(Some).ok_or(Miss::Failed(error)),
        }
    }

    /// Asks the store although a value is at hand, at most once per `interval`. `None` when it was not asked, or
    /// failed, or has nothing.
    pub async fn refresh<E>(
        &self,
        key: &str,
        interval: Duration,
        fetch: impl AsyncFnOnce() -> Result<Option<T>, E>,
    ) -> Option<T> {
        let now = self.clock.now();
        let recent = |entry: &Entry<T>| within(entry.asked_at, interval, now);
        if self.entries().get(key).is_some_and(recent) {
            return None;
        }
        if let Ok(value) = fetch().await {
            self.store(key, value)
        } else {
            self.fail(key);
            None
        }
    }

    fn store(&self, key: &str, value: Option<T>) -> Option<T> {
        let now = self.clock.now();
        let mut entries = self.entries();
        make_room(&mut entries);
        let entry = Entry {
            value: value.clone().map(|value| (value, now)),
            asked_at: now,
            last_failed: false,
        };
        entries.insert(key.to_owned(), entry);
        value
    }

    /// Notes a failure and gives the value that may still be served.
    fn fail(&self, key: &str) -> Option<T> {
        let now = self.clock.now();
        let mut entries = self.entries();
        make_room(&mut entries);
        let entry = entries.entry(key.to_owned()).or_insert(Entry {
            value: None,
            asked_at: now,
            last_failed: true,
        });
        entry.asked_at = now;
        entry.last_failed = true;
        let stale = entry.value.as_ref();
        stale
            .filter(|(_, at)| within(*at, self.lifetimes.stale, now))
            .map(|(value, _)| value.clone())
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `now` is less than `span` after `start`. A clock that went backwards counts as expired.
fn within(start: OffsetDateTime, span: Duration, now: OffsetDateTime) -> bool {
    let age = now - start;
    !age.is_negative() && age < span
}

fn make_room<T>(entries: &mut HashMap<String, Entry<T>>) {
    if entries.len() >= CAPACITY {
        entries.retain(|_, entry| entry.value.is_some());
    }
    if entries.len() >= CAPACITY {
        entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const LIFETIMES: Lifetimes = Lifetimes {
        fresh: Duration::from_secs(30),
        stale: Duration::from_mins(10),
        pause: Duration::from_secs(5),
    };

    fn cache() -> (Cache<u8>, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(1_700_000_000));
        let hand = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || {
            OffsetDateTime::from_unix_timestamp(hand.load(Ordering::Relaxed)).unwrap()
        });
        (Cache::new(LIFETIMES, clock), seconds)
    }

    async fn unasked() -> Result<Option<u8>, &'static str> {
        panic!("the store was asked")
    }

    #[tokio::test]
    async fn a_fresh_value_is_served_without_asking_and_an_old_one_is_not() {
        let (cache, seconds) = cache();
        assert_eq!(
            cache.get("k", async || Ok::<_, ()>(Some(1))).await,
            Ok(Some(1))
        );
        seconds.fetch_add(29, Ordering::Relaxed);
        assert_eq!(cache.get("k", unasked).await, Ok(Some(1)));
        seconds.fetch_add(1, Ordering::Relaxed);
        assert_eq!(
            cache.get("k", async || Ok::<_, ()>(Some(2))).await,
            Ok(Some(2))
        );
    }

    #[tokio::test]
    async fn a_stale_value_bridges_an_outage_and_no_longer_than_stated() {
        let (cache, seconds) = cache();
        cache.get("k", async || Ok::<_, ()>(Some(1))).await.unwrap();
        seconds.fetch_add(60, Ordering::Relaxed);
        assert_eq!(cache.get("k", async || Err("down")).await, Ok(Some(1)));
        assert_eq!(
            cache.get("k", unasked).await,
            Ok(Some(1)),
            "the pause spares the store"
        );
        seconds.fetch_add(600, Ordering::Relaxed);
        assert_eq!(
            cache.get("k", async || Err("down")).await,
            Err(Miss::Failed("down"))
        );
        assert_eq!(cache.get("k", unasked).await, Err(Miss::Paused));
    }

    #[tokio::test]
    async fn absence_is_remembered_for_the_pause_only() {
        let (cache, seconds) = cache();
        assert_eq!(cache.get("k", async || Ok::<_, ()>(None)).await, Ok(None));
        assert_eq!(cache.get("k", unasked).await, Ok(None));
        seconds.fetch_add(5, Ordering::Relaxed);
        assert_eq!(
            cache.get("k", async || Ok::<_, ()>(Some(3))).await,
            Ok(Some(3))
        );
    }

    #[tokio::test]
    async fn a_refresh_happens_at_most_once_per_interval() {
        let (cache, seconds) = cache();
        let interval = Duration::from_secs(30);
        cache.get("k", async || Ok::<_, ()>(Some(1))).await.unwrap();
        assert_eq!(cache.refresh("k", interval, unasked).await, None);
        seconds.fetch_add(30, Ordering::Relaxed);
        assert_eq!(
            cache
                .refresh("k", interval, async || Ok::<_, ()>(Some(2)))
                .await,
            Some(2)
        );
        assert_eq!(cache.get("k", unasked).await, Ok(Some(2)));
        seconds.fetch_add(30, Ordering::Relaxed);
        assert_eq!(
            cache.refresh("k", interval, async || Err("down")).await,
            None
        );
        assert_eq!(
            cache.get("k", unasked).await,
            Ok(Some(2)),
            "a failed refresh loses nothing"
        );
    }

    #[tokio::test]
    async fn keys_chosen_by_strangers_cannot_grow_it_without_bound() {
        let (cache, _) = cache();
        cache
            .get("known", async || Ok::<_, ()>(Some(1)))
            .await
            .unwrap();
        for n in 0..3 * CAPACITY {
            cache
                .get(&n.to_string(), async || Ok::<_, ()>(None))
                .await
                .unwrap();
        }
        assert!(cache.entries().len() <= CAPACITY);
        assert_eq!(
            cache.get("known", unasked).await,
            Ok(Some(1)),
            "a known key is not pushed out"
        );
    }
}
