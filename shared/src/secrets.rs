//! Secrets from Secrets Manager, cached.
//!
//! A secret is read in its current and its previous version, so that an endpoint's proof holds under both while it
//! is rotated. The previous one counts for nothing by itself: without a usable current version there is no secret.
//!
//! A rotated secret is seen within five minutes at the latest, and at once when a proof fails with the cached
//! ones. That refresh is bounded per secret, so a flood of bad proofs makes at most two look-ups a minute per
//! instance, of two calls each. While Secrets Manager is away, cached secrets go on working for an hour.

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
pub struct SecretText {
    current: String,
    previous: Option<String>,
}

/// The label Secrets Manager gives the version that counts.
const CURRENT: &str = "AWSCURRENT";
/// The label it moves to the version before, and which stays there until it is taken off.
const PREVIOUS: &str = "AWSPREVIOUS";

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
        let (current, previous) =
            tokio::join!(self.version(name, CURRENT), self.version(name, PREVIOUS));
        let current = match current {
            Ok(Some(text)) => text,
            Ok(None) => {
                tracing::error!(
                    secret = name,
                    cause = "no current version",
                    "secret unavailable"
                );
                return Ok(None);
            }
            Err(cause) => {
                tracing::error!(secret = name, cause, "secret unavailable");
                return Err(SecretUnavailable);
            }
        };
        // What the current secret proves must not wait for the previous one; a proof that needs that one has the
        // secret read again.
        let previous = previous.unwrap_or_else(|cause| {
            tracing::warn!(secret = name, cause, "previous secret ignored");
            None
        });
        let text = SecretText { current, previous };
        if text.has_unreadable_previous() {
            let cause = "not a list of secrets";
            tracing::warn!(secret = name, cause, "previous secret ignored");
        }
        Ok(Some(text))
    }

    /// The text of one version; `None` when there is no such version, or no such secret.
    async fn version(&self, name: &str, stage: &str) -> Result<Option<String>, String> {
        let request = self
            .client
            .get_secret_value()
            .secret_id(name)
            .version_stage(stage);
        match request.send().await {
            Ok(output) => Ok(output.secret_string),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(aws::cause(&error)),
        }
    }
}

impl SecretText {
    /// Wraps a stored secret that has no previous version.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            current: text.into(),
            previous: None,
        }
    }

    /// The current text, for the code that parses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.current
    }

    /// The active secrets of an endpoint, current first: those of the current version, then those of the previous
    /// one, each once. A version is `{"secrets":["one","another"]}`, or the text itself as the only one. Text that
    /// begins as JSON and has another shape yields none, so that a slip in the shape refuses instead of making the
    /// JSON text a secret; and without a current secret there is no previous one either.
    #[must_use]
    pub fn of_endpoint(&self) -> Vec<Secret> {
        let mut active = listed(&self.current);
        if active.iter().all(is_blank) {
            return active;
        }
        let previous = self.previous.as_deref().map(listed).unwrap_or_default();
        for secret in previous {
            if !is_blank(&secret) && !active.contains(&secret) {
                active.push(secret);
            }
        }
        active
    }

    /// Whether this is an endpoint's secret whose previous version cannot be read as one.
    fn has_unreadable_previous(&self) -> bool {
        let previous = self.previous.as_deref().map(listed);
        previous.is_some_and(|secrets| secrets.is_empty()) && !listed(&self.current).is_empty()
    }
}

/// The secrets of one version.
fn listed(text: &str) -> Vec<Secret> {
    #[derive(Deserialize)]
    struct Stored {
        secrets: Vec<String>,
    }
    if text.trim_start().starts_with('{') {
        serde_json::from_str::<Stored>(text)
            .map(|stored| stored.secrets.into_iter().map(Secret::new).collect())
            .unwrap_or_default()
    } else {
        vec![Secret::new(text)]
    }
}

fn is_blank(secret: &Secret) -> bool {
    secret.expose().trim().is_empty()
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

#[cfg(test)]
mod tests;
