//! Which provider is called, and on whose behalf.

use super::policy::{self, Policy};

/// A provider that Sallyport calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// Twilio's Programmable Messaging.
    Twilio,
    /// The Google Calendar API, and Google's token endpoint.
    GoogleCalendar,
    /// Slack's Web API.
    Slack,
    /// PagerDuty's Events API.
    PagerDuty,
    /// Vapi's API.
    Vapi,
}

impl Dependency {
    /// Every dependency.
    pub const ALL: [Self; 5] = [
        Self::Twilio,
        Self::GoogleCalendar,
        Self::Slack,
        Self::PagerDuty,
        Self::Vapi,
    ];

    /// The stable name: in metrics, and in the keys of the circuits.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::GoogleCalendar => "google_calendar",
            Self::Slack => "slack",
            Self::PagerDuty => "pagerduty",
            Self::Vapi => "vapi",
        }
    }

    /// The dependency of a name; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|dependency| dependency.as_str() == text)
    }

    /// How it is called.
    #[must_use]
    pub const fn policy(self) -> Policy {
        policy::of(self)
    }
}

/// What is called: a provider, with one credential. Credentials do not share a fate, since one that is throttled or
/// broken says nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The provider.
    pub dependency: Dependency,
    /// What names the credential, as the organisation's id; never the credential itself.
    pub credential: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dependency_is_read_as_it_was_written() {
        for dependency in Dependency::ALL {
            assert_eq!(Dependency::parse(dependency.as_str()), Some(dependency));
        }
        assert_eq!(Dependency::parse("Twilio"), None);
    }
}
