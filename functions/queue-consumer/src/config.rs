//! What the consumer reads from its environment.

use std::time::Duration;

use sallyport::config::{ConfigError, Variables};
use sallyport::outbound::circuit;

/// The consumer's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `SALLYPORT_STAGE`: which stack this is, for alerts.
    pub stage: String,
    /// `DELIVERIES_TABLE`: the DynamoDB table of claims.
    pub deliveries_table: String,
    /// `CIRCUITS_TABLE`: the DynamoDB table of the providers' circuits.
    pub circuits_table: String,
    /// `CIRCUITS_TIMEOUT_MS`: how long a call waits for its circuit. [`circuit::TIMEOUT`] when unset.
    pub circuits_timeout: Duration,
    /// `MAX_RECEIVE_COUNT`: how often the queue hands out a message before it is a dead letter.
    pub max_receive_count: u32,
    /// `DELIVERIES_QUEUE_URL`: the queue the messages come from, to postpone them on.
    pub deliveries_queue_url: String,
    /// `TRANSCRIPTS_QUEUE_URL`: the queue of what was said, for the redaction.
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
        let name = "MAX_RECEIVE_COUNT";
        let max_receive_count = variables.required(name)?;
        Ok(Self {
            stage: variables.required("SALLYPORT_STAGE")?,
            deliveries_table: variables.required("DELIVERIES_TABLE")?,
            circuits_table: variables.required("CIRCUITS_TABLE")?,
            circuits_timeout: variables.timeout_ms("CIRCUITS_TIMEOUT_MS", circuit::TIMEOUT)?,
            max_receive_count: max_receive_count.parse().map_err(|_| {
                let problem = "is not a whole number";
                ConfigError::Unusable { name, problem }
            })?,
            deliveries_queue_url: variables.url("DELIVERIES_QUEUE_URL")?,
            transcripts_queue_url: variables.url("TRANSCRIPTS_QUEUE_URL")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}
