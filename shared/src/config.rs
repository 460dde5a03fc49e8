//! Configuration from the environment, read once at start; nothing below reads it.

use std::fmt;
use std::time::Duration;

type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The environment's variables, or a test's.
pub struct Variables<'a>(Box<Lookup<'a>>);

/// A variable that must be set and is not, or cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not set, or empty.
    #[error("environment variable {0} is missing")]
    Missing(&'static str),
    /// Set to something that cannot be used.
    #[error("environment variable {name} {problem}")]
    Unusable {
        /// The variable.
        name: &'static str,
        /// What is wrong with it, without its value.
        problem: &'static str,
    },
}

impl<'a> Variables<'a> {
    /// The process environment.
    #[must_use]
    pub fn process() -> Self {
        Self::from_fn(|name| std::env::var(name).ok())
    }

    /// Variables from anywhere.
    pub fn from_fn(read: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self(Box::new(read))
    }

    /// A variable that must be there.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when it is unset or blank.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// A variable that may be there; blank counts as unset.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    /// An http or https URL that must be there, without a trailing slash.
    ///
    /// # Errors
    /// [`ConfigError::Missing`], or [`ConfigError::Unusable`] when it is no such URL.
    pub fn url(&self, name: &'static str) -> Result<String, ConfigError> {
        let value = self.required(name)?;
        let value = value.trim_end_matches('/');
        if value.starts_with("https://") || value.starts_with("http://") {
            Ok(value.to_owned())
        } else {
            Err(ConfigError::Unusable {
                name,
                problem: "is not an http or https URL",
            })
        }
    }

    /// A time-out of 1 to 5000 milliseconds, `unset` when the variable is unset or blank.
    ///
    /// # Errors
    /// [`ConfigError::Unusable`] for anything else.
    pub fn timeout_ms(&self, name: &'static str, unset: Duration) -> Result<Duration, ConfigError> {
        let Some(text) = self.optional(name) else {
            return Ok(unset);
        };
        match text.parse() {
            Ok(ms) if (1..=5000).contains(&ms) => Ok(Duration::from_millis(ms)),
            _ => Err(ConfigError::Unusable {
                name,
                problem: "is not a number of milliseconds from 1 to 5000",
            }),
        }
    }
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_blank_variable_is_named() {
        let variables = Variables::from_fn(|name| (name == "BLANK").then(|| "  ".to_owned()));
        for name in ["UNSET", "BLANK"] {
            let error = variables.required(name).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("environment variable {name} is missing")
            );
        }
    }

    #[test]
    fn a_url_loses_its_trailing_slash_and_must_be_one() {
        let variables = Variables::from_fn(|name| Some(format!("{name}/")));
        assert_eq!(
            variables.url("https://hooks.example").unwrap(),
            "https://hooks.example"
        );
        assert!(matches!(
            variables.url("hooks"),
            Err(ConfigError::Unusable { .. })
        ));
    }
}
