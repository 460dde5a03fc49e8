//! What keeps an alert from being told, as it lies in the alerts table.
//!
//! Who acts: an operator silences a fingerprint, a code or a service for a time, by an item of this form; the relay notes
//! that a dependency's circuit is open, which explains the failures of its calls. The relay reads both before it tells
//! anything new. Both have an end of their own, so that a forgotten one costs hours and not an outage.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Code, Fingerprint, OrganizationRef, Service, Word};

/// Why an alert is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// Somebody asked for it.
    Silenced,
    /// Its cause is told of already.
    Explained,
}

/// Keeps alerts from being told, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Why.
    pub why: Why,
    /// Until when, in Unix milliseconds.
    pub until: i64,
    /// As of when this is known, in Unix milliseconds: of two the later one counts.
    pub as_of: i64,
}

impl Silence {
    /// An operator's, from `now` until `until`.
    #[must_use]
    pub fn until(until: OffsetDateTime, now: OffsetDateTime) -> Self {
        let ms = |moment: OffsetDateTime| {
            i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
        };
        Self {
            why: Why::Silenced,
            until: ms(until),
            as_of: ms(now),
        }
    }

    /// Whether it holds at `now`, in Unix milliseconds.
    #[must_use]
    pub const fn holds_at(&self, now: i64) -> bool {
        now < self.until
    }
}

/// What a silence is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One alert.
    Fingerprint(Fingerprint),
    /// All alerts of a code.
    Code(Code),
    /// All alerts of a function.
    Service(Word),
    /// The failures that an open circuit explains: a dependency's, with one organisation's credential or ours.
    Dependency(Word, Option<OrganizationRef>),
}

impl Scope {
    /// What an operator names: a fingerprint, a code, or a function.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let code = Code::named(text).map(Self::Code);
        let service = || Service::named(text).map(|one| Self::Service(Word::new(one.as_str())));
        let fingerprint = || {
            Fingerprint::try_from(text.to_owned())
                .ok()
                .map(Self::Fingerprint)
        };
        code.or_else(service).or_else(fingerprint)
    }

    /// Its key in the alerts table.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Fingerprint(fingerprint) => format!("silence#{fingerprint}"),
            Self::Code(code) => format!("silence#{}", code.as_str()),
            Self::Service(service) => format!("silence#{service}"),
            Self::Dependency(dependency, organization) => {
                let organization = organization.as_ref().map_or("", OrganizationRef::as_str);
                format!("cause#{dependency}#{organization}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_names_a_code_a_function_or_an_alert() {
        let key = |text| Scope::named(text).map(|scope| scope.key());
        let fingerprint = Fingerprint::of(["a"]);
        assert_eq!(key("dead_letters").as_deref(), Some("silence#dead_letters"));
        assert_eq!(
            key("queue-consumer").as_deref(),
            Some("silence#queue-consumer")
        );
        assert_eq!(
            key(fingerprint.as_str()),
            Some(format!("silence#{fingerprint}"))
        );
        assert_eq!(key("jordan"), None);
    }

    #[test]
    fn a_silence_has_an_end() {
        let silence = Silence {
            why: Why::Silenced,
            until: 10,
            as_of: 0,
        };
        assert!(silence.holds_at(9) && !silence.holds_at(10));
    }
}
