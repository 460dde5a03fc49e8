//! The endpoint registry: which organisation, provider and secret stand behind a webhook URL.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use crate::aws;
use crate::cache::{Cache, Lifetimes};
use crate::clock::Clock;

/// How long an endpoint is served as it was read: a change of it has reached every receiver after this.
pub const FRESH: Duration = Duration::from_secs(30);

/// How long the registry's answers are kept in process: switching an endpoint off takes effect within 30 s, a
/// new endpoint is seen within 2 s, and the table may be away for 10 minutes without stopping known endpoints.
const LIFETIMES: Lifetimes = Lifetimes {
    fresh: FRESH,
    stale: Duration::from_mins(10),
    pause: Duration::from_secs(2),
};

/// A registered endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name in the URL.
    pub name: String,
    /// The provider whose webhooks it takes.
    pub provider: String,
    /// The organisation everything it receives belongs to.
    pub organization: Uuid,
    /// The name of its secret in Secrets Manager.
    pub secret: String,
    /// Whether it takes deliveries.
    pub enabled: bool,
    /// Provider-specific proof settings, JSON text.
    pub proof: Option<String>,
    /// The tier that sets its organisation's limit; `None` means the default.
    pub tier: Option<String>,
}

/// The table of endpoints, behind a cache.
#[derive(Debug)]
pub struct Registry {
    client: Client,
    table: String,
    cache: Cache<Endpoint>,
}

/// Why an endpoint could not be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The table did not answer.
    #[error("endpoint registry unavailable")]
    Unavailable,
    /// The endpoint's item lacks this attribute, or holds it in another form.
    #[error("endpoint item has no usable {0}")]
    Unreadable(&'static str),
}

impl Registry {
    /// The registry in `table`.
    #[must_use]
    pub fn new(client: &Client, table: String, clock: Clock) -> Self {
        Self {
            client: client.clone(),
            table,
            cache: Cache::new(LIFETIMES, clock),
        }
    }

    /// The endpoint of this name, if there is one.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn find(&self, name: &str) -> Result<Option<Endpoint>, RegistryError> {
        if !is_name(name) {
            return Ok(None);
        }
        let found = self.cache.get(name, async || self.fetch(name).await).await;
        found.map_err(|miss| match miss {
            crate::cache::Miss::Failed(error) => error,
            crate::cache::Miss::Paused => RegistryError::Unavailable,
        })
    }

    /// Asks the table for an item nobody has, past the cache: whether it answers at all.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub async fn probe(&self) -> Result<(), RegistryError> {
        self.item("~").await.map(|_| ())
    }

    async fn fetch(&self, name: &str) -> Result<Option<Endpoint>, RegistryError> {
        let Some(item) = self.item(name).await? else {
            return Ok(None);
        };
        Endpoint::read(name, &item).map(Some).inspect_err(|error| {
            tracing::error!(endpoint = name, %error, "endpoint cannot be used");
        })
    }

    async fn item(&self, name: &str) -> Result<Option<Item>, RegistryError> {
        let key = AttributeValue::S(name.to_owned());
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("endpoint", key)
            .send()
            .await;
        match answer {
            Ok(output) => Ok(output.item),
            Err(error) => {
                tracing::error!(cause = aws::cause(&error), "endpoint registry unavailable");
                Err(RegistryError::Unavailable)
            }
        }
    }
}

/// An item of the table.
pub type Item = HashMap<String, AttributeValue>;

/// Whether a path segment can name an endpoint: 1 to 64 of `[A-Za-z0-9_-]`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

impl Endpoint {
    /// Reads the item of the endpoint called `name`.
    ///
    /// # Errors
    /// [`RegistryError::Unreadable`].
    pub fn read(name: &str, item: &Item) -> Result<Self, RegistryError> {
        let text = |key: &'static str| match item.get(key) {
            Some(AttributeValue::S(text)) if !text.is_empty() => Ok(text.clone()),
            _ => Err(RegistryError::Unreadable(key)),
        };
        let optional = |key| item.contains_key(key).then(|| text(key)).transpose();
        Ok(Self {
            name: name.to_owned(),
            provider: text("provider")?,
            organization: text("organization")?
                .parse()
                .map_err(|_| RegistryError::Unreadable("organization"))?,
            secret: text("secret")?,
            enabled: match text("state")?.as_str() {
                "enabled" => true,
                "disabled" => false,
                _ => return Err(RegistryError::Unreadable("state")),
            },
            proof: optional("proof")?,
            tier: optional("tier")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pairs: &[(&str, &str)]) -> Item {
        let attribute = |text: &str| AttributeValue::S(text.to_owned());
        pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), attribute(text)))
            .collect()
    }

    const WHOLE: &[(&str, &str)] = &[
        ("provider", "vapi"),
        ("organization", "5a11e900-0000-4000-8000-000000000001"),
        ("secret", "sallyport/local/endpoints/vapi-demo"),
        ("state", "enabled"),
    ];

    #[test]
    fn an_item_is_read_and_a_gap_in_it_is_named() {
        let read = Endpoint::read("vapi-demo", &item(WHOLE)).unwrap();
        assert!(read.enabled && read.proof.is_none() && read.provider == "vapi");
        for (missing, _) in WHOLE {
            let rest: Vec<_> = WHOLE
                .iter()
                .filter(|(key, _)| key != missing)
                .copied()
                .collect();
            let error = Endpoint::read("vapi-demo", &item(&rest)).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("endpoint item has no usable {missing}")
            );
        }
    }

    #[test]
    fn an_unknown_state_is_not_taken_for_enabled() {
        let mut pairs = WHOLE.to_vec();
        pairs[3].1 = "Enabled";
        assert_eq!(
            Endpoint::read("e", &item(&pairs)),
            Err(RegistryError::Unreadable("state"))
        );
    }

    #[test]
    fn only_plain_names_are_looked_up() {
        assert!(is_name("vapi-demo") && is_name("ep_1"));
        for name in ["", "a/b", "a b", "ü", "%41", &"x".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
