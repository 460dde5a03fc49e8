//! The identity of a delivery.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::webhook::EventKey;

/// Names a delivery: `dlv_` and 32 hexadecimal digits, derived from what names the event.
///
/// Being derived is what makes a provider's retry the same delivery, without asking any store. Being a digest is
/// what keeps whatever the provider puts into its ids out of keys and logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// The delivery of the event `key` at `endpoint`.
    #[must_use]
    pub fn derive(endpoint: &str, key: &EventKey) -> Self {
        let mut digest = Sha256::new();
        for part in std::iter::once(endpoint).chain(key.parts()) {
            // Each part's length goes first: without it ("ab", "c") and ("a", "bc") would be one event.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Self(format!("dlv_{}", hex::encode(&digest.finalize()[..16])))
    }

    /// Reads an id that was written before; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("dlv_")?;
        let fits = digits.len() == 32
            && digits
                .bytes()
                .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DeliveryId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a delivery id"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_derivation_never_changes() {
        let key = EventKey::of(["call_123", "status-update", "ended", "1700000000000"]);
        let id = DeliveryId::derive("vapi-demo", &key);
        assert_eq!(id.as_str(), "dlv_4d4045e00194b65e5e47542da3f9763a");
    }

    proptest! {
        #[test]
        fn an_id_reads_back_and_depends_on_where_the_parts_begin(
            endpoint in "[a-z]{1,8}", parts in prop::collection::vec(".{0,6}", 1..5), cut in 0usize..6,
        ) {
            let key = EventKey::of(parts.clone());
            let id = DeliveryId::derive(&endpoint, &key);
            prop_assert_eq!(DeliveryId::parse(id.as_str()), Some(id.clone()));
            prop_assert_eq!(&DeliveryId::derive(&endpoint, &key), &id);

            // The same text, cut elsewhere, is another event.
            let whole: String = parts.concat();
            let cut = whole.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(whole.len());
            let recut = vec![whole[..cut].to_owned(), whole[cut..].to_owned()];
            if recut != parts {
                prop_assert_ne!(DeliveryId::derive(&endpoint, &EventKey::of(recut)), id);
            }
        }

        #[test]
        fn other_text_is_no_id(text in "(dlv_)?[0-9a-gA-F]{0,33}") {
            if let Some(id) = DeliveryId::parse(&text) {
                prop_assert_eq!(id.as_str().len(), 36);
                prop_assert!(!text.contains(|c: char| c.is_ascii_uppercase() || c == 'g'));
            }
        }
    }
}
