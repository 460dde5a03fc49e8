//! Errors of a function, counted across all its environments: more of them within the window than are borne is an alert.
//!
//! Who acts: each environment notes the errors of an invocation before it answers. They are counted in the table of
//! limits, in a rolling window like a sender's requests; whoever goes over it tells people, once a window. Where the
//! table does not count, each environment counts its own.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;

use super::{Code, Condition, Publisher, Service};
use crate::clock::{Clock, unix_ms};
use crate::config::{ConfigError, Variables};
use crate::rate_limit::{Limiter, OnTrouble, Policy, Subject, TIMEOUT, Window};

/// The variable that says what is borne.
const VARIABLE: &str = "ERROR_RATE";
/// Sub-buckets of the window.
const BUCKETS: u64 = 12;
/// Windows that can be counted, in seconds: a bucket of two seconds at least, and an hour.
const WINDOWS: std::ops::RangeInclusive<u64> = 24..=3600;
/// The most errors of one invocation that are counted, each a write. An invocation with more is over soon anyway.
const MOST: u32 = 10;

/// Counts a function's errors.
#[derive(Debug)]
pub struct ErrorRate {
    /// Made with the first error: most processes have none.
    limiter: LazyLock<Limiter, Box<dyn FnOnce() -> Limiter + Send>>,
    policy: Policy,
    subject: Subject,
    publisher: Publisher,
    clock: Clock,
    window: Duration,
    /// Until when this process has told of it, in Unix milliseconds.
    told_until: AtomicU64,
}

/// How many errors are borne within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Borne {
    errors: u32,
    /// Seconds.
    within: u64,
}

impl Borne {
    /// Reads `<errors>/<seconds>`, as `50/60`. The window is counted in twelve buckets of whole seconds, and rounded up
    /// to them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (errors, within) = text.split_once('/')?;
        let (errors, within) = (errors.parse().ok()?, within.parse().ok()?);
        let is_usable = errors > 0 && WINDOWS.contains(&within);
        is_usable.then_some(Self { errors, within })
    }
}

impl ErrorRate {
    /// The rate of `service`, as the environment sets it: `ERROR_RATE` (unset: errors are not counted), `LIMITS_TABLE`
    /// and `SALLYPORT_STAGE`.
    ///
    /// # Errors
    /// [`ConfigError`] of a variable that is missing or unusable.
    pub fn read(
        variables: &Variables<'_>,
        aws: &SdkConfig,
        service: Service,
        clock: Clock,
    ) -> Result<Option<Self>, ConfigError> {
        let Some(text) = variables.optional(VARIABLE) else {
            return Ok(None);
        };
        let borne = Borne::parse(&text).ok_or(ConfigError::Unusable {
            name: VARIABLE,
            problem: "is not <errors>/<seconds>, as 50/60, with 24 to 3600 seconds",
        })?;
        let table = variables.required("LIMITS_TABLE")?;
        let stage = variables.required("SALLYPORT_STAGE")?;
        Ok(Some(Self::new(borne, table, aws, service, &stage, clock)))
    }

    /// The rate of `service` in `stage`, counted in `table`.
    #[must_use]
    pub fn new(
        borne: Borne,
        table: String,
        aws: &SdkConfig,
        service: Service,
        stage: &str,
        clock: Clock,
    ) -> Self {
        let window = Window::new(BUCKETS, borne.within.div_ceil(BUCKETS));
        let (config, time) = (aws.clone(), clock.clone());
        let limiter = move || {
            let client = aws_sdk_dynamodb::Client::new(&config);
            Limiter::new(&client, table, TIMEOUT, time)
        };
        Self {
            limiter: LazyLock::new(Box::new(limiter)),
            policy: Policy::new("errors", borne.errors, window, OnTrouble::Open),
            subject: Subject::function(service.as_str()),
            publisher: Publisher::new(aws, service, stage, clock.clone()),
            clock,
            window: Duration::from_secs(borne.within),
            told_until: AtomicU64::new(0),
        }
    }

    /// Notes errors that happened now, and tells people when there were too many.
    pub async fn note(&self, errors: u32) {
        for _ in 0..errors.min(MOST) {
            if !self
                .limiter
                .check(&self.policy, &self.subject)
                .await
                .admits()
            {
                return self.tell().await;
            }
        }
    }

    async fn tell(&self) {
        let now = u64::try_from(unix_ms(self.clock.now())).unwrap_or_default();
        let window = u64::try_from(self.window.as_millis()).unwrap_or(u64::MAX);
        if self.told_until.load(Ordering::Relaxed) > now {
            return;
        }
        let condition = Condition::firing(Code::ErrorRate);
        // Its failure is logged where it fails, and tried again with the next error.
        if self.publisher.publish(condition).await.is_ok() {
            let until = now.saturating_add(window);
            self.told_until.store(until, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Borne;

    #[test]
    fn what_is_borne_is_a_number_of_errors_in_a_time_that_can_be_counted() {
        let fifty = Borne {
            errors: 50,
            within: 60,
        };
        assert_eq!(Borne::parse("50/60"), Some(fifty));
        for text in ["", "50", "0/60", "50/23", "50/3601", "-1/60", "50/60/1"] {
            assert_eq!(Borne::parse(text), None, "{text}");
        }
    }
}
