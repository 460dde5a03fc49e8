//! What the erasure reads from its environment.

use sallyport::config::{ConfigError, Variables};

/// The erasure's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `POSTGREST_URL`: the database's API, its path included.
    pub postgrest_url: String,
    /// `DATABASE_SECRET`: the name or ARN of the secret with the service role's key.
    pub database_secret: String,
    /// `JWT_SECRET`: the name or ARN of the secret with what signs users' tokens, `{"jwt_secret":"…"}`.
    pub jwt_secret: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or unusable.
    pub fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
            jwt_secret: variables.required("JWT_SECRET")?,
        })
    }
}
