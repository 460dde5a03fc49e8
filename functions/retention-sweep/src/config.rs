//! What the retention sweep reads from its environment.

use sallyport::config::{ConfigError, Variables};

/// The retention sweep's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DELIVERIES_TABLE`: the DynamoDB table of claims.
    pub deliveries_table: String,
    /// `OVERSIZE_BUCKET`: the bucket of bodies too large for the queue, and of held deliveries.
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
            deliveries_table: variables.required("DELIVERIES_TABLE")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}
