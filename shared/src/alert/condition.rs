//! What a function says of a thing it met: the part of an alert that is its own.

use super::{Attributes, Code, OrganizationRef, Severity, State, Word};
use crate::delivery::DeliveryId;
use crate::webhook;

/// What is wrong or well again, as the function that met it says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub(super) code: Code,
    pub(super) state: State,
    pub(super) severity: Severity,
    pub(super) attributes: Attributes,
}

impl Condition {
    /// It is wrong.
    #[must_use]
    pub fn firing(code: Code) -> Self {
        Self::new(code, State::Firing)
    }

    /// It is well again.
    #[must_use]
    pub fn resolved(code: Code) -> Self {
        Self::new(code, State::Resolved)
    }

    fn new(code: Code, state: State) -> Self {
        Self {
            code,
            state,
            severity: code.severity(),
            attributes: Attributes::default(),
        }
    }

    /// Other than the code's own severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whose API it is about: `twilio`, `google_calendar`.
    #[must_use]
    pub fn dependency(mut self, name: &'static str) -> Self {
        self.attributes.dependency = Some(Word::new(name));
        self
    }

    /// Whose webhook it is about, by a name of the registry. Any other text is left out.
    #[must_use]
    pub fn provider(mut self, name: &str) -> Self {
        let known = webhook::provider(name).is_some();
        self.attributes.provider = known.then(|| Word::read(name)).flatten();
        self
    }

    /// The latest delivery it happened to. It does not make another alert of it.
    #[must_use]
    pub fn delivery(mut self, delivery: &DeliveryId) -> Self {
        self.attributes.delivery = Some(delivery.clone());
        self
    }

    /// Why, in a closed word.
    #[must_use]
    pub fn reason(mut self, word: &'static str) -> Self {
        self.attributes.reason = Some(Word::new(word));
        self
    }

    /// Which organisation it is about, where it is about one alone.
    #[must_use]
    pub fn organization(mut self, organization: OrganizationRef) -> Self {
        self.attributes.organization = Some(organization);
        self
    }
}
