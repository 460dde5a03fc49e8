//! What the redaction reads from its environment.

use sallyport::config::{ConfigError, Variables};

/// The redaction's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `TRANSCRIPTS_QUEUE_URL`: the queue the messages come from, to postpone them on and to go on with a backfill.
    pub transcripts_queue_url: String,
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
            transcripts_queue_url: variables.url("TRANSCRIPTS_QUEUE_URL")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}
