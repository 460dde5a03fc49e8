//! What the consumer reads from its environment.

use std::time::Duration;

use sallyport::config::{ConfigError, Variables};
use sallyport::outbound::{circuit, google_calendar, twilio};

/// The consumer's configuration.
#[derive(Clone, Debug)]
pub struct Config {
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
    /// `PUBLIC_BASE_URL`: where providers reach the receiver, for the callbacks they are given.
    pub public_base_url: String,
    /// `SALLYPORT_STAGE`: which stack this is, for alerts and in the names of the organisations' secrets.
    pub stage: String,
    /// `PROVIDERS_URL`: where look-alikes of the providers listen; unset for the providers themselves.
    pub providers: Providers,
    /// `DATABASE_SECRET`: the name or ARN of the secret with the service role's key.
    pub database_secret: String,
}

/// Where the providers' APIs lie, without trailing slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Providers {
    /// Twilio's API.
    pub twilio: String,
    /// Google's APIs.
    pub google_api: String,
    /// Google's token endpoint.
    pub google_token: String,
}

impl Providers {
    /// The look-alikes at `url`, each under its own first segment of the path.
    #[must_use]
    pub fn look_alikes(url: &str) -> Self {
        Self {
            twilio: format!("{url}/twilio"),
            google_api: format!("{url}/google"),
            google_token: format!("{url}/google/token"),
        }
    }
}

impl Default for Providers {
    fn default() -> Self {
        Self {
            twilio: twilio::BASE_URL.to_owned(),
            google_api: google_calendar::API_URL.to_owned(),
            google_token: google_calendar::TOKEN_URL.to_owned(),
        }
    }
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
            public_base_url: variables.url("PUBLIC_BASE_URL")?,
            stage: variables.required("SALLYPORT_STAGE")?,
            providers: match variables.optional("PROVIDERS_URL") {
                Some(_) => Providers::look_alikes(&variables.url("PROVIDERS_URL")?),
                None => Providers::default(),
            },
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}
