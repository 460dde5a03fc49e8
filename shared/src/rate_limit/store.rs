//! The counters' items: one per key, one atomic write per request, no reads.
//!
//! Attributes: `limit` (the key), `b<n>` (how many were counted in bucket n), `expires_at` (epoch seconds, for
//! the table's TTL), and while the key is over its limit `denied_until` (Unix milliseconds) and `denied_limit`.
//! With 60 buckets an item stays under 1 KB: one write unit.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, ThrottlingReason,
};

use super::policy::Policy;
use super::window::{Counts, Window};
use crate::aws;

/// The second attempt is for a connection that died while the process was frozen. It may count twice.
const ATTEMPTS: u32 = 2;
const BACKOFF: Duration = Duration::from_millis(10);

/// How many needless buckets an item may hold before a write is spent on them. Only a key that is used more
/// rarely than its writes sweep ever has as many, and it has few buckets besides.
const TIDY_ABOVE: usize = 16;

/// What `DynamoDB` says when one key takes more than 1000 write units a second.
const HOT_KEY: &str = "TableWriteKeyRangeThroughputExceeded";

#[derive(Clone, Debug)]
pub(super) struct Store {
    client: Client,
    table: String,
}

/// What became of a request's count.
#[derive(Debug)]
pub(super) enum Counted {
    /// It was counted; these are all counts, its own included.
    Yes(Counts),
    /// It was not: the key is denied, until then if the store said so (Unix milliseconds).
    Denied(Option<u64>),
    /// It was not: this very key is hotter than one key can be, hence over any limit there is.
    TooHot,
}

/// The store did not do what it was asked, or did not say so. Holds the cause, for a log line.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

impl Store {
    /// Waits at most `timeout` for both attempts together, and for one two thirds of it.
    pub(super) fn new(client: &Client, table: String, timeout: Duration) -> Self {
        let attempt = timeout * 2 / 3;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(attempt)
            .operation_timeout(timeout)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(BACKOFF)
            .with_max_backoff(BACKOFF);
        let config = client.config().to_builder();
        let config = config.timeout_config(timeouts).retry_config(retries);
        Self {
            client: Client::from_conf(config.build()),
            table,
        }
    }

    /// Counts one request at `at`, unless the key is denied.
    pub(super) async fn count(
        &self,
        key: &str,
        policy: &Policy,
        at: u64,
    ) -> Result<Counted, Trouble> {
        let window = policy.window;
        // One bucket more: a clock running ahead may have counted in it.
        let expires_at = window.leaves_at(window.bucket(at) + 1) / 1000 + 1;
        let mut update = format!("ADD b{} :one SET expires_at = :expires", window.bucket(at));
        for (index, bucket) in window.swept(at).enumerate() {
            let clause = if index == 0 { " REMOVE" } else { "," };
            // Writing into a string does not fail.
            let _ = write!(update, "{clause} b{bucket}");
        }
        let request = self
            .update(key, update)
            .condition_expression(
                "attribute_not_exists(denied_until) OR denied_until <= :now OR denied_limit < :limit",
            )
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":expires", number(expires_at))
            .expression_attribute_values(":now", number(at))
            .expression_attribute_values(":limit", number(policy.limit.into()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(output) => {
                let counts = counts(&output.attributes.unwrap_or_default());
                self.tidy(key, window, &counts, at).await;
                Ok(Counted::Yes(counts))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let until = failed
                        .item()
                        .and_then(|item| read(item.get("denied_until")?));
                    Ok(Counted::Denied(until))
                }
                Some(UpdateItemError::ThrottlingException(throttled))
                    if is_hot_key(throttled.throttling_reasons()) =>
                {
                    Ok(Counted::TooHot)
                }
                Some(UpdateItemError::ProvisionedThroughputExceededException(throttled))
                    if is_hot_key(throttled.throttling_reasons()) =>
                {
                    Ok(Counted::TooHot)
                }
                _ => Err(Trouble(aws::cause(&error))),
            },
        }
    }

    /// Denies the key until `until` for everybody, and gives back the count of the request at `at`, which found
    /// the limit exceeded and was not admitted. The bound needs neither.
    pub(super) async fn deny(
        &self,
        key: &str,
        policy: &Policy,
        until: u64,
        at: u64,
    ) -> Result<(), Trouble> {
        let bucket = policy.window.bucket(at);
        let update =
            format!("SET denied_until = :until, denied_limit = :limit ADD b{bucket} :minus_one");
        let request = self
            .update(key, update)
            .condition_expression("attribute_exists(#limit)")
            .expression_attribute_names("#limit", "limit")
            .expression_attribute_values(":minus_one", AttributeValue::N("-1".to_owned()))
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":limit", number(policy.limit.into()));
        outcome(request.customize().config_override(once()).send().await)
    }

    /// Removes what sweeping missed. If it fails, a later write sees the same and tries again.
    async fn tidy(&self, key: &str, window: Window, counts: &Counts, at: u64) {
        let needless: Vec<u64> = counts.needless(window, at).collect();
        if needless.len() <= TIDY_ABOVE {
            return;
        }
        let names: Vec<String> = needless.iter().map(|bucket| format!("b{bucket}")).collect();
        let request = self
            .update(key, format!("REMOVE {}", names.join(", ")))
            .condition_expression("attribute_exists(#limit)")
            .expression_attribute_names("#limit", "limit");
        let answer = request.customize().config_override(once()).send().await;
        if let Err(Trouble(cause)) = outcome(answer) {
            tracing::warn!(cause, "counters could not be tidied");
        }
    }

    fn update(
        &self,
        key: &str,
        expression: String,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("limit", AttributeValue::S(key.to_owned()))
            .update_expression(expression)
    }
}

/// No second attempt: what is taken back twice would make room for one too many.
fn once() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}

/// A write whose condition failed found its work done.
fn outcome<O, R>(answer: Result<O, SdkError<UpdateItemError, R>>) -> Result<(), Trouble> {
    match answer {
        Ok(_) => Ok(()),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
            _ => Err(Trouble(aws::cause(&error))),
        },
    }
}

fn is_hot_key(reasons: &[ThrottlingReason]) -> bool {
    reasons
        .iter()
        .any(|reason| reason.reason() == Some(HOT_KEY))
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn read<T: std::str::FromStr>(value: &AttributeValue) -> Option<T> {
    value.as_n().ok()?.parse().ok()
}

/// The bucket counters among an item's attributes. 32 bits hold every bucket and every count there can be.
fn counts(item: &HashMap<String, AttributeValue>) -> Counts {
    let counter = |(name, value): (&String, &AttributeValue)| {
        let bucket: u32 = name.strip_prefix('b')?.parse().ok()?;
        Some((u64::from(bucket), u64::from(read::<u32>(value)?)))
    };
    item.iter().filter_map(counter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bucket_counters_are_read_from_an_item() {
        let item = [
            ("limit", AttributeValue::S("k".to_owned())),
            ("b28333333", number(7)),
            ("b28333334", number(u64::MAX)),
            ("b99999999999", number(1)),
            ("b", number(1)),
            ("b1x", number(1)),
            ("b2", AttributeValue::S("1".to_owned())),
            ("denied_until", number(9)),
        ];
        let item = item.map(|(name, value)| (name.to_owned(), value)).into();
        assert_eq!(counts(&item), Counts::from_iter([(28_333_333, 7)]));
    }

    #[test]
    fn only_a_throttled_key_is_too_hot() {
        let reason = |text: &str| ThrottlingReason::builder().reason(text).build();
        assert!(is_hot_key(&[
            reason("x"),
            reason("TableWriteKeyRangeThroughputExceeded")
        ]));
        assert!(!is_hot_key(&[reason("TableWriteAccountLimitExceeded")]));
        assert!(!is_hot_key(&[]));
    }
}
