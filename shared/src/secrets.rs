//! Secrets from Secrets Manager, cached.
//!
//! A rotated secret is seen within five minutes at the latest, and at once when a proof fails with the cached
//! ones. That refresh is bounded per secret, so a flood of bad proofs costs Secrets Manager at most
//! two calls a minute per instance. While Secrets Manager is away, cached secrets go on working for an hour.

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use serde::Deserialize;

use crate::aws;
use crate::cache::{Cache, Lifetimes};
use crate::clock::Clock;
use crate::webhook::Secret;

/// How long secrets are kept in process.
const LIFETIMES: Lifetimes = Lifetimes {
    fresh: Duration::from_mins(5),
    stale: Duration::from_hours(1),
    pause: Duration::from_secs(5),
};

/// The least time between two look-ups of one secret that were caused by failing proofs.
const REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// The secret store.
#[derive(Debug)]
pub struct Secrets {
    client: Client,
    cache: Cache<SecretText>,
}

/// A secret as stored. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

/// A secret could not be had: the store is away, or has none of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("secret unavailable")]
pub struct SecretUnavailable;

impl Secrets {
    /// The secrets these credentials can read.
    #[must_use]
    pub fn new(aws: &SdkConfig, clock: Clock) -> Self {
        Self {
            client: Client::new(aws),
            cache: Cache::new(LIFETIMES, clock),
        }
    }

    /// The secret of this name.
    ///
    /// # Errors
    /// [`SecretUnavailable`].
    pub async fn get(&self, name: &str) -> Result<SecretText, SecretUnavailable> {
        let found = self.cache.get(name, async || self.fetch(name).await).await;
        found.ok().flatten().ok_or(SecretUnavailable)
    }

    /// The secret as it is now, if it may be asked for again so soon and differs from `known`.
    pub async fn newer(&self, name: &str, known: &SecretText) -> Option<SecretText> {
        let fetched = self
            .cache
            .refresh(name, REFRESH_INTERVAL, async || self.fetch(name).await)
            .await;
        fetched.filter(|text| text != known)
    }

    async fn fetch(&self, name: &str) -> Result<Option<SecretText>, SecretUnavailable> {
        match self.client.get_secret_value().secret_id(name).send().await {
            Ok(output) => Ok(output.secret_string.map(SecretText)),
            Err(error) => {
                let absent = error
                    .as_service_error()
                    .is_some_and(GetSecretValueError::is_resource_not_found_exception);
                tracing::error!(
                    secret = name,
                    cause = aws::cause(&error),
                    "secret unavailable"
                );
                if absent {
                    Ok(None)
                } else {
                    Err(SecretUnavailable)
                }
            }
        }
    }
}

impl SecretText {
    /// Wraps a stored secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the code that parses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The active secrets of an endpoint, current first: `{"secrets":["current","previous"]}`, or the text itself
    /// as the only one. Text that begins as JSON and has another shape yields none, so that a slip in the shape
    /// refuses instead of making the JSON text a secret.
    #[must_use]
    pub fn of_endpoint(&self) -> Vec<Secret> {
        #[derive(Deserialize)]
        struct Stored {
            secrets: Vec<String>,
        }
        if self.0.trim_start().starts_with('{') {
            serde_json::from_str::<Stored>(&self.0)
                .map(|stored| stored.secrets.into_iter().map(Secret::new).collect())
                .unwrap_or_default()
        } else {
            vec![Secret::new(self.0.as_str())]
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_order_and_a_bare_text_is_one_secret() {
        let list = SecretText::new(r#"{"secrets":["new","old"]}"#).of_endpoint();
        assert_eq!(list, vec![Secret::new("new"), Secret::new("old")]);
        assert_eq!(
            SecretText::new("only").of_endpoint(),
            vec![Secret::new("only")]
        );
    }

    #[test]
    fn json_of_another_shape_is_no_secret() {
        for text in [r#"{"secret":"x"}"#, r#" {"secrets":"x"}"#, "{broken"] {
            assert!(SecretText::new(text).of_endpoint().is_empty(), "{text}");
        }
    }
}
