//! The one form that everything is brought into: something happened to a thing, or the thing is well again.

use sallyport::alert::{Code, Ends, Fingerprint, OrganizationRef, Service, Severity, State, Word};
use sallyport::delivery::DeliveryId;
use serde::{Deserialize, Serialize};

/// What an alert is about, in closed words alone: all that people are ever told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) code: Code,
    pub(crate) service: Word,
    pub(crate) stage: Word,
    pub(crate) severity: Severity,
    pub(crate) ends: Ends,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dependency: Option<Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delivery: Option<DeliveryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<OrganizationRef>,
    /// The alarm's name without its stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alarm: Option<Word>,
}

impl About {
    /// A code of `service`, with nothing more known.
    pub(crate) fn new(code: Code, service: Service, stage: Word) -> Self {
        Self {
            code,
            service: Word::new(service.as_str()),
            stage,
            severity: code.severity(),
            ends: code.ends(),
            dependency: None,
            provider: None,
            reason: None,
            delivery: None,
            organization: None,
            alarm: None,
        }
    }

    /// The fingerprint of what is not a function's own alert.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let word = |word: &Option<Word>| word.clone().map(String::from).unwrap_or_default();
        let (alarm, reason) = (word(&self.alarm), word(&self.reason));
        Fingerprint::of([
            "relay",
            self.stage.as_str(),
            self.service.as_str(),
            self.code.as_str(),
            &alarm,
            if self.ends == Ends::ByQuiet {
                &reason
            } else {
                ""
            },
        ])
    }
}

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// A digest of the event's own id: the same event handed out twice is one occurrence.
    pub(crate) id: u64,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) about: About,
    pub(crate) state: State,
    /// When, in Unix milliseconds, by the clock of whoever saw it.
    pub(crate) at: i64,
}
