//! Which limits there are, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Subject, Window};

/// How many requests a subject may make in a rolling window, and what holds when they cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) name: &'static str,
    pub(super) limit: u32,
    pub(super) window: Window,
    pub(super) on_trouble: OnTrouble,
}

/// What holds when the store cannot count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTrouble {
    /// Admit, up to the limit in this process: losing a good request is worse than taking too many.
    Open,
    /// Do not admit.
    Closed,
}

/// Rejected requests of one network address: 100 in 15 minutes.
pub const ADDRESS: Policy = Policy::new("address", 100, Window::new(15, 60), OnTrouble::Closed);

/// An organisation's verified requests where nothing else is configured, per hour.
pub const DEFAULT_ORGANIZATION_LIMIT: u32 = 1000;

impl Policy {
    /// A policy. `name` is seen by clients: lower-case ASCII letters and `-`.
    ///
    /// # Panics
    /// On any other name. Policies are constants: this is found when one is compiled.
    #[must_use]
    pub const fn new(
        name: &'static str,
        limit: u32,
        window: Window,
        on_trouble: OnTrouble,
    ) -> Self {
        let bytes = name.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            assert!(
                bytes[at].is_ascii_lowercase() || bytes[at] == b'-',
                "not a policy's name"
            );
            at += 1;
        }
        Self {
            name,
            limit,
            window,
            on_trouble,
        }
    }

    /// Verified requests of one organisation: `limit` in an hour, in 60 buckets of a minute.
    #[must_use]
    pub const fn organization(limit: u32) -> Self {
        Self::new("organization", limit, Window::new(60, 60), OnTrouble::Open)
    }

    /// Deliveries over an organisation's limit that are deferred into the queue because their provider would not send
    /// them again: as many again as the limit admits. Beyond that the queue would only hide the flood.
    #[must_use]
    pub const fn deferred(limit: u32) -> Self {
        Self::new("deferred", limit, Window::new(60, 60), OnTrouble::Open)
    }

    /// How many requests a window takes.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The item that counts `subject`. Another window has other buckets and therefore another item.
    pub(super) fn key(&self, subject: &Subject) -> String {
        let Self { name, window, .. } = self;
        format!(
            "{name}/{}x{}/{}",
            window.buckets(),
            window.width_s(),
            subject.as_str()
        )
    }
}

/// The hourly limits of organisations, by the name of their tier.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tiers {
    default: u32,
    #[serde(flatten)]
    named: BTreeMap<String, u32>,
}

/// The text does not describe tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON object of tier names and hourly limits with a \"default\"")]
pub struct NoTiers;

impl Tiers {
    /// Reads tiers: `{"default":1000,"paid":5000}`.
    ///
    /// # Errors
    /// [`NoTiers`].
    pub fn parse(json: &str) -> Result<Self, NoTiers> {
        serde_json::from_str(json).map_err(|_| NoTiers)
    }

    /// The policy of an organisation of this tier. An unknown name is the default: a misspelt tier must stop no
    /// tenant.
    #[must_use]
    pub fn policy(&self, tier: Option<&str>) -> Policy {
        let named = tier.and_then(|name| self.named.get(name));
        Policy::organization(*named.unwrap_or(&self.default))
    }
}

impl Default for Tiers {
    fn default() -> Self {
        Self {
            default: DEFAULT_ORGANIZATION_LIMIT,
            named: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_the_promised_ones() {
        let organization = Tiers::default().policy(None);
        assert_eq!(
            (organization.limit, organization.window.span_s()),
            (1000, 3600)
        );
        assert_eq!((ADDRESS.limit, ADDRESS.window.span_s()), (100, 900));
        assert_eq!(
            (organization.on_trouble, ADDRESS.on_trouble),
            (OnTrouble::Open, OnTrouble::Closed)
        );
    }

    #[test]
    fn a_tier_has_its_own_limit_and_an_unknown_one_the_default() {
        let tiers = Tiers::parse(r#"{"default":10,"paid":50}"#).unwrap();
        let limit = |tier| tiers.policy(tier).limit();
        assert_eq!(
            (limit(Some("paid")), limit(Some("payed")), limit(None)),
            (50, 10, 10)
        );
    }

    #[test]
    fn tiers_without_a_default_or_with_other_values_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"paid":1}"#,
            r#"{"default":-1}"#,
            r#"{"default":1,"x":"2"}"#,
        ] {
            assert_eq!(Tiers::parse(text), Err(NoTiers), "{text}");
        }
    }
}
