//! What the relay reads from its environment.

use sallyport::alert::Word;
use sallyport::config::{ConfigError, Variables};

/// The relay's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `SALLYPORT_STAGE`: the stage whose alerts it tells.
    pub stage: Word,
    /// `ALERTS_QUEUE_URL`: the queue the messages come from, to postpone them on and to leave itself notes.
    pub alerts_queue_url: String,
    /// `ALERTS_TABLE`: what is known of each alert.
    pub alerts_table: String,
    /// `CIRCUITS_TABLE`: the circuits of the providers.
    pub circuits_table: String,
    /// `ALERTS_SECRET`: the name or ARN of the secret with Slack's token and channel and `PagerDuty`'s key.
    pub alerts_secret: String,
    /// `PROVIDERS_URL`: where look-alikes of Slack and `PagerDuty` listen; unset for the providers themselves.
    pub providers_url: Option<String>,
    /// `RUNBOOK_URL`: the page whose sections the codes name.
    pub runbook_url: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or unusable.
    pub fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let name = "SALLYPORT_STAGE";
        let problem = "is not a stage's name";
        let stage = Word::read(&variables.required(name)?);
        Ok(Self {
            stage: stage.ok_or(ConfigError::Unusable { name, problem })?,
            alerts_queue_url: variables.url("ALERTS_QUEUE_URL")?,
            alerts_table: variables.required("ALERTS_TABLE")?,
            circuits_table: variables.required("CIRCUITS_TABLE")?,
            alerts_secret: variables.required("ALERTS_SECRET")?,
            providers_url: match variables.optional("PROVIDERS_URL") {
                Some(_) => Some(variables.url("PROVIDERS_URL")?),
                None => None,
            },
            runbook_url: variables.url("RUNBOOK_URL")?,
        })
    }
}
