//! What names a circuit.

use sha2::{Digest, Sha256};

use crate::outbound::Target;

/// The key of a target's circuit: the provider's name, and a hash of what names the credential. So one credential's
/// circuit never stops another's calls, and no key, log line or metric says whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The key of a target.
    #[must_use]
    pub fn of(target: Target<'_>) -> Self {
        let digest = Sha256::digest(target.credential);
        let name = target.dependency.as_str();
        Self(format!("{name}/{}", hex::encode(&digest[..16])))
    }

    /// The stored text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Dependency;

    #[test]
    fn each_provider_and_credential_has_a_key_that_does_not_name_it() {
        let of = |dependency, credential| {
            let target = Target {
                dependency,
                credential,
            };
            Key::of(target).as_str().to_owned()
        };
        let key = of(Dependency::Slack, "clinic");
        assert!(
            key.starts_with("slack/") && !key.contains("clinic"),
            "{key}"
        );
        assert_eq!(key, of(Dependency::Slack, "clinic"));
        assert_ne!(key, of(Dependency::Slack, "another"));
        assert_ne!(key[6..], of(Dependency::Slack, "another")[6..]);
        assert_ne!(key, of(Dependency::Twilio, "clinic"));
    }
}
