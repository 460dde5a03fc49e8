//! What the retention sweep reads from its environment.

use sallyport::config::{ConfigError, Variables};
use sallyport::outbound::google_calendar::{API_URL, TOKEN_URL};
use sallyport::retention::{CalendarPlace, Places};

/// The retention sweep's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DELIVERIES_TABLE`, `OVERSIZE_BUCKET`, `TOMBSTONES_TABLE`, `TOMBSTONES_SECRET` and `DEAD_LETTER_QUEUE_URLS`, of
    /// which there may be several, separated by commas: where data lies outside the database.
    pub places: Places,
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
            places: Places {
                deliveries_table: variables.required("DELIVERIES_TABLE")?,
                oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
                tombstones_table: variables.required("TOMBSTONES_TABLE")?,
                tombstones_secret: variables.required("TOMBSTONES_SECRET")?,
                dead_letter_queues: variables
                    .required("DEAD_LETTER_QUEUE_URLS")?
                    .split(',')
                    .map(|url| url.trim().to_owned())
                    .collect(),
                calendars: calendars(variables)?,
            },
            postgrest_url: variables.url("POSTGREST_URL")?,
            database_secret: variables.required("DATABASE_SECRET")?,
        })
    }
}

/// `CIRCUITS_TABLE`, `SALLYPORT_STAGE` and `PROVIDERS_URL`, where look-alikes of the providers listen: how calendars are
/// reached. None without a table of circuits.
fn calendars(variables: &Variables<'_>) -> Result<Option<CalendarPlace>, ConfigError> {
    let Some(circuits_table) = variables.optional("CIRCUITS_TABLE") else {
        return Ok(None);
    };
    let look_alikes = match variables.optional("PROVIDERS_URL") {
        Some(_) => Some(variables.url("PROVIDERS_URL")?),
        None => None,
    };
    let at = |path: &str| look_alikes.as_ref().map(|url| format!("{url}{path}"));
    Ok(Some(CalendarPlace {
        circuits_table,
        api_url: at("/google").unwrap_or_else(|| API_URL.to_owned()),
        token_url: at("/google/token").unwrap_or_else(|| TOKEN_URL.to_owned()),
        stage: variables.required("SALLYPORT_STAGE")?,
    }))
}
