//! The words that an alert is made of.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The longest word, in bytes.
const LENGTH: usize = 40;
/// The most digits of a word: a version has some, a telephone number has more.
const DIGITS: usize = 4;

/// A word of the program's own: lower case, short, with hardly a digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(Cow<'static, str>);

/// A text that is no [`Word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word")]
pub struct NoWord;

impl Word {
    /// A word of the program's text. What is none becomes `unspeakable`: an alert is worth more than one of its words.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self(Cow::Borrowed(if is_word(text) {
            text
        } else {
            "unspeakable"
        }))
    }

    /// A word that was read from somewhere; `None` of anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        is_word(text).then(|| Self(Cow::Owned(text.to_owned())))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_word(text: &str) -> bool {
    (1..=LENGTH).contains(&text.len())
        && text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS
        && text.bytes().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'_' | b'-' | b'.')
        })
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0.into_owned()
    }
}

impl TryFrom<String> for Word {
    type Error = NoWord;

    fn try_from(text: String) -> Result<Self, NoWord> {
        Self::read(&text).ok_or(NoWord)
    }
}

/// The functions, by the names under which they log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Takes webhooks.
    WebhookReceiver,
    /// Applies deliveries.
    QueueConsumer,
    /// Redacts transcripts.
    Redaction,
    /// Tells people.
    AlertRelay,
    /// Removes what is too old.
    RetentionSweep,
    /// Takes requests to erase.
    Erasure,
}

impl Service {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::WebhookReceiver,
        Self::QueueConsumer,
        Self::Redaction,
        Self::AlertRelay,
        Self::RetentionSweep,
        Self::Erasure,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebhookReceiver => "webhook-receiver",
            Self::QueueConsumer => "queue-consumer",
            Self::Redaction => "redaction",
            Self::AlertRelay => "alert-relay",
            Self::RetentionSweep => "retention-sweep",
            Self::Erasure => "erasure",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// An organisation, as a hash of its random id: alerts of one organisation are seen to belong together, and whose they
/// are is found only by who has the ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationRef(String);

impl OrganizationRef {
    const PREFIX: &str = "org_";
    const DIGITS: usize = 16;

    /// The organisation of this id.
    #[must_use]
    pub fn new(organization: Uuid) -> Self {
        Self::of_credential(&organization.to_string())
    }

    /// Whose credential it is, by what names the credential: its organisation's id, or the name of one of our own.
    #[must_use]
    pub fn of_credential(name: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(b"sallyport/organization/2\0")
            .chain_update(name)
            .finalize();
        let digits: String = hex::encode(digest).chars().take(Self::DIGITS).collect();
        Self(format!("{}{digits}", Self::PREFIX))
    }

    /// The hash, as `org_` and 16 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<OrganizationRef> for String {
    fn from(organization: OrganizationRef) -> Self {
        organization.0
    }
}

impl TryFrom<String> for OrganizationRef {
    type Error = NoWord;

    fn try_from(text: String) -> Result<Self, NoWord> {
        let digits = text.strip_prefix(Self::PREFIX).ok_or(NoWord)?;
        let is_hash = digits.len() == Self::DIGITS
            && digits
                .bytes()
                .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash { Ok(Self(text)) } else { Err(NoWord) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_persons_is_no_word() {
        for text in [
            "",
            "Jordan",
            "jordan avery",
            "jordan@example.com",
            "4155550142",
            "call of x",
            "a\n",
        ] {
            assert_eq!(Word::read(text), None, "{text}");
        }
        assert_eq!(Word::read(&"a".repeat(LENGTH + 1)), None);
        assert_eq!(
            Word::read("database_unavailable").unwrap().as_str(),
            "database_unavailable"
        );
        assert_eq!(Word::new("Jordan").as_str(), "unspeakable");
    }

    #[test]
    fn services_are_found_by_the_names_they_are_written_with() {
        for service in Service::ALL {
            let text = serde_json::to_string(&service).unwrap();
            assert_eq!(text, format!("\"{}\"", service.as_str()));
            assert_eq!(Service::named(service.as_str()), Some(service));
        }
        assert_eq!(Service::named("fax"), None);
    }

    #[test]
    fn an_organisation_shows_by_its_hash_alone() {
        let id = Uuid::from_u128(7);
        let organization = OrganizationRef::new(id);
        assert_eq!(
            organization,
            OrganizationRef::of_credential(&id.to_string())
        );
        assert_ne!(organization, OrganizationRef::new(Uuid::from_u128(8)));
        let text = String::from(organization.clone());
        assert_eq!(OrganizationRef::try_from(text), Ok(organization));
        for text in [
            "org_",
            "org_4155550142",
            "00000000-0000-0000-0000-000000000007",
        ] {
            assert!(
                OrganizationRef::try_from(text.to_owned()).is_err(),
                "{text}"
            );
        }
    }
}
