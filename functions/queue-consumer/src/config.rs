//! What the consumer reads from its environment.

use sallyport::config::{ConfigError, Variables};

/// The consumer's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DELIVERIES_QUEUE_URL`: the queue the messages come from, to postpone them on.
    pub deliveries_queue_url: String,
    /// `OVERSIZE_BUCKET`: the bucket of bodies too large for the queue.
    pub oversize_bucket: String,
    /// `POSTGREST_URL`: the database's API, its path included.
    pub postgrest_url: String,
    /// `DATABASE_SECRET`: the name or ARN of the secret with the service role's key.
    pub database_secret: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or unusable.
    pub fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            deliveries_queue_url: variables.url("DELIVERIES_QUEUE_URL")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}
