//! Secrets of endpoints.

use std::fmt;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::super::Refusal;

/// Secrets are pasted and cut by people: padding is often lost on the way, and text that was made up need not end on
/// a whole byte.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One active secret as it was configured. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a configured secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret's text, for the one place that computes with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The keys of the active secrets, decoded as the scheme says.
///
/// A secret that is empty or does not decode is passed over while another is usable, so that a slip in the
/// previous secret does not stop the current one.
///
/// # Errors
/// [`Refusal::SecretInvalid`] when none is usable and one did not decode, else [`Refusal::SecretMissing`].
pub fn keys(
    secrets: &[Secret],
    decode: impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut refusal = Refusal::SecretMissing;
    let mut keys = Vec::with_capacity(secrets.len());
    for secret in secrets {
        match decode(secret.expose()) {
            Some(key) if key.is_empty() => {}
            Some(key) => keys.push(key),
            None => refusal = Refusal::SecretInvalid,
        }
    }
    if keys.is_empty() {
        Err(refusal)
    } else {
        Ok(keys)
    }
}

/// The key of a scheme that takes the secret's text as it stands. A blank secret is an empty key.
#[must_use]
pub fn text_key(text: &str) -> Option<Vec<u8>> {
    let blank = text.trim().is_empty();
    Some(if blank {
        Vec::new()
    } else {
        text.as_bytes().to_vec()
    })
}

/// The key of a scheme whose secrets are base64, with or without padding. Text that is not base64 is never
/// taken literally instead: the sender would be signing with another key than ours.
#[must_use]
pub fn base64_key(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_text(text: &str) -> Option<Vec<u8>> {
        (text != "bad").then(|| text.as_bytes().to_vec())
    }

    #[test]
    fn no_usable_secret_refuses() {
        assert_eq!(keys(&[], as_text), Err(Refusal::SecretMissing));
        assert_eq!(
            keys(&[Secret::new("")], as_text),
            Err(Refusal::SecretMissing)
        );
        assert_eq!(
            keys(&[Secret::new("bad")], as_text),
            Err(Refusal::SecretInvalid)
        );
    }

    #[test]
    fn one_usable_secret_is_enough() {
        let secrets = [Secret::new("bad"), Secret::new(""), Secret::new("good")];
        assert_eq!(keys(&secrets, as_text), Ok(vec![b"good".to_vec()]));
    }

    #[test]
    fn a_blank_secret_is_a_missing_one() {
        for blank in ["", " ", "\n\t"] {
            assert_eq!(
                keys(&[Secret::new(blank)], text_key),
                Err(Refusal::SecretMissing)
            );
            assert_eq!(
                keys(&[Secret::new(blank)], base64_key),
                Err(Refusal::SecretMissing)
            );
        }
    }

    #[test]
    fn base64_secrets_may_lack_their_padding_and_are_not_guessed_at() {
        assert_eq!(base64_key("YQ=="), Some(b"a".to_vec()));
        assert_eq!(base64_key("YQ\n"), Some(b"a".to_vec()));
        assert_eq!(
            base64_key("YR"),
            Some(b"a".to_vec()),
            "the four bits beyond the last byte say nothing"
        );
        assert_eq!(base64_key("not base64"), None);
        assert_eq!(
            base64_key("_-_-"),
            None,
            "the URL-safe alphabet is another encoding"
        );
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }
}
