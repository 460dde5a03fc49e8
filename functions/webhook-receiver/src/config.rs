//! What the receiver reads from its environment.

use std::time::Duration;

use sallyport::config::{ConfigError, Variables};
use sallyport::rate_limit::{TIMEOUT, Tiers};

/// The receiver's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ENDPOINTS_TABLE`: the DynamoDB table of endpoints.
    pub endpoints_table: String,
    /// `DELIVERIES_TABLE`: the DynamoDB table of claims.
    pub deliveries_table: String,
    /// `LIMITS_TABLE`: the DynamoDB table of limits.
    pub limits_table: String,
    /// `LIMITS_SECRET`: the name or ARN of the secret under which addresses are hashed.
    pub limits_secret: String,
    /// `LIMIT_TIMEOUT_MS`: how long a request waits for its count. [`TIMEOUT`] when unset.
    pub limit_timeout: Duration,
    /// `ORGANIZATION_TIERS`: hourly limits by tier, `{"default":1000,"paid":5000}`. 1000 for all when unset.
    pub tiers: Tiers,
    /// `DELIVERIES_QUEUE_URL`: the queue deliveries go to.
    pub deliveries_queue_url: String,
    /// `DEAD_LETTER_QUEUE_URL`: the queue of deliveries that were given up, for the readiness check.
    pub dead_letter_queue_url: String,
    /// `OVERSIZE_BUCKET`: the bucket of bodies too large for the queue, and of held deliveries.
    pub oversize_bucket: String,
    /// `PUBLIC_BASE_URL`: the URL under which providers call, which some of them sign.
    pub public_base_url: String,
    /// `CORS_ORIGINS`: the origins whose pages may read the health routes, separated by commas. None when unset.
    pub cors_origins: Vec<String>,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or unusable.
    pub fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let origins = variables.optional("CORS_ORIGINS").unwrap_or_default();
        Ok(Self {
            endpoints_table: variables.required("ENDPOINTS_TABLE")?,
            deliveries_table: variables.required("DELIVERIES_TABLE")?,
            limits_table: variables.required("LIMITS_TABLE")?,
            limits_secret: variables.required("LIMITS_SECRET")?,
            limit_timeout: variables.timeout_ms("LIMIT_TIMEOUT_MS", TIMEOUT)?,
            tiers: tiers(variables)?,
            deliveries_queue_url: variables.url("DELIVERIES_QUEUE_URL")?,
            dead_letter_queue_url: variables.url("DEAD_LETTER_QUEUE_URL")?,
            oversize_bucket: variables.required("OVERSIZE_BUCKET")?,
            public_base_url: variables.url("PUBLIC_BASE_URL")?,
            cors_origins: origins
                .split(',')
                .map(|origin| origin.trim().to_owned())
                .filter(|origin| !origin.is_empty())
                .collect(),
        })
    }
}

fn tiers(variables: &Variables<'_>) -> Result<Tiers, ConfigError> {
    let name = "ORGANIZATION_TIERS";
    let tiers = variables.optional(name).map(|text| Tiers::parse(&text));
    tiers
        .transpose()
        .map(Option::unwrap_or_default)
        .map_err(|_| ConfigError::Unusable {
            name,
            problem: "is not a JSON object of tier names and hourly limits with a \"default\"",
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, value: &'static str) -> Result<Config, ConfigError> {
        Config::read(&Variables::from_fn(move |asked| match asked {
            asked if asked == name => Some(value.to_owned()),
            "DELIVERIES_QUEUE_URL" | "DEAD_LETTER_QUEUE_URL" | "PUBLIC_BASE_URL" => {
                Some("https://x.example/".to_owned())
            }
            "LIMIT_TIMEOUT_MS" | "ORGANIZATION_TIERS" | "CORS_ORIGINS" => None,
            _ => Some("x".to_owned()),
        }))
    }

    #[test]
    fn what_is_not_set_has_the_promised_value() {
        let config = read("", "").unwrap();
        assert_eq!(
            (config.limit_timeout, config.tiers),
            (TIMEOUT, Tiers::default())
        );
        assert!(config.cors_origins.is_empty());
    }

    #[test]
    fn a_limit_that_cannot_be_read_stops_the_start() {
        for (name, value) in [
            ("LIMIT_TIMEOUT_MS", "0"),
            ("LIMIT_TIMEOUT_MS", "1s"),
            ("ORGANIZATION_TIERS", "{}"),
            ("ORGANIZATION_TIERS", "1000"),
        ] {
            let error = read(name, value).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn origins_are_a_list() {
        let config = read("CORS_ORIGINS", " https://a.example, https://b.example,").unwrap();
        assert_eq!(
            config.cors_origins,
            ["https://a.example", "https://b.example"]
        );
    }
}
