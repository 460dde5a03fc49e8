//! Shared tokens: the sender shows the secret itself.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::super::Refusal;
use super::{Secret, keys, text_key};

/// Whether `presented` is one of the active secrets.
///
/// Digests are compared, so that neither content nor length of a secret shows in the time taken.
///
/// # Errors
/// [`Refusal::SecretMissing`] without a usable secret, [`Refusal::TokenMismatch`] otherwise, or
/// [`Refusal::AmbiguousHeaders`] when the token holds a comma and is no secret: two headers joined into one.
pub fn is_any_of(secrets: &[Secret], presented: &str) -> Result<(), Refusal> {
    let keys = keys(secrets, text_key)?;
    let shown = Sha256::digest(presented.as_bytes());
    let mut found = Choice::from(0);
    for key in keys {
        found |= Sha256::digest(&key).ct_eq(&shown);
    }
    if found.into() {
        Ok(())
    } else if presented.contains(',') {
        Err(Refusal::AmbiguousHeaders)
    } else {
        Err(Refusal::TokenMismatch)
    }
}

/// The token of an `Authorization: Bearer …` value (RFC 6750; the scheme's case does not matter).
///
/// # Errors
/// [`Refusal::MalformedHeader`] for any other scheme or an empty token.
pub fn bearer(value: &str) -> Result<&str, Refusal> {
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(token)
        }
        _ => Err(Refusal::MalformedHeader),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_active_secret_is_accepted_and_nothing_else() {
        let secrets = [Secret::new("new"), Secret::new("old")];
        assert_eq!(is_any_of(&secrets, "old"), Ok(()));
        assert_eq!(is_any_of(&secrets, "ol"), Err(Refusal::TokenMismatch));
        assert_eq!(
            is_any_of(&secrets, "old,new"),
            Err(Refusal::AmbiguousHeaders)
        );
        assert_eq!(
            is_any_of(&[Secret::new("")], ""),
            Err(Refusal::SecretMissing)
        );
    }

    #[test]
    fn a_bearer_value_needs_its_scheme() {
        assert_eq!(bearer("Bearer t"), Ok("t"));
        assert_eq!(bearer("bearer t"), Ok("t"));
        for value in ["t", "Bearer", "Bearer ", "Basic t", ""] {
            assert_eq!(bearer(value), Err(Refusal::MalformedHeader), "{value}");
        }
    }
}
