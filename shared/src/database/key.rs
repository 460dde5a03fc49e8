//! The key of the service role.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::secrets::SecretText;

const APIKEY: HeaderName = HeaderName::from_static("apikey");

/// A key that opens the database to the functions. It never prints itself.
#[derive(Clone)]
pub struct ServiceKey(HeaderMap);

/// The stored key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("database key unusable")]
pub struct UnusableKey;

impl ServiceKey {
    /// Reads the database secret, `{"service_role_key":"…"}`.
    ///
    /// A JWT goes into `apikey` and `Authorization`; a key that starts with `sb_secret_` is no JWT, and Supabase
    /// refuses it as a bearer token, so it goes into `apikey` alone.
    ///
    /// # Errors
    /// [`UnusableKey`] when it is absent, empty or no header value.
    pub fn parse(secret: &SecretText) -> Result<Self, UnusableKey> {
        #[derive(Deserialize)]
        struct Stored {
            service_role_key: String,
        }
        let Stored { service_role_key } =
            serde_json::from_str(secret.expose()).map_err(|_| UnusableKey)?;
        let key = service_role_key.trim();
        if key.is_empty() {
            return Err(UnusableKey);
        }
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(APIKEY, sensitive(key)?);
        if !key.starts_with("sb_secret_") {
            headers.insert(AUTHORIZATION, sensitive(&format!("Bearer {key}"))?);
        }
        Ok(Self(headers))
    }

    /// The headers that show the key; their values are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        self.0.clone()
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, UnusableKey> {
    let mut value = HeaderValue::from_str(text).map_err(|_| UnusableKey)?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(key: &str) -> Result<HeaderMap, UnusableKey> {
        let secret = serde_json::json!({ "service_role_key": key }).to_string();
        ServiceKey::parse(&SecretText::new(secret)).map(|key| key.headers())
    }

    #[test]
    fn a_jwt_goes_into_both_headers_and_is_trimmed() {
        let headers = headers(" ey.j.wt\n").unwrap();
        assert_eq!(headers[APIKEY], "ey.j.wt");
        assert_eq!(headers[AUTHORIZATION], "Bearer ey.j.wt");
    }

    #[test]
    fn a_secret_key_never_becomes_a_bearer_token() {
        let headers = headers("sb_secret_abc").unwrap();
        assert_eq!(headers[APIKEY], "sb_secret_abc");
        assert!(!headers.contains_key(AUTHORIZATION));
    }

    #[test]
    fn an_empty_or_broken_key_is_refused() {
        for key in ["", "  ", "a\nb"] {
            assert_eq!(headers(key).unwrap_err(), UnusableKey);
        }
        assert!(ServiceKey::parse(&SecretText::new("bare")).is_err());
    }
}
