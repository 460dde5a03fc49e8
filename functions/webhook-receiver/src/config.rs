//! What the receiver reads from its environment.

use sallyport::config::{ConfigError, Variables};

/// The receiver's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ENDPOINTS_TABLE`: the DynamoDB table of endpoints.
    pub endpoints_table: String,
    /// `DELIVERIES_QUEUE_URL`: the queue deliveries go to.
    pub deliveries_queue_url: String,
    /// `OVERSIZE_BUCKET`: the bucket of bodies too large for the queue.
    pub oversize_bucket: String,
    /// `PUBLIC_BASE_URL`: the URL under which providers call, which some of them sign.
    pub public_base_url: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or unusable.
    pub fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            endpoints_table: variables.required("ENDPOINTS_TABLE")?,
            deliveries_queue_url: variables.url("DELIVERIES_QUEUE_URL")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            public_base_url: variables.url("PUBLIC_BASE_URL")?,
        })
    }
}
