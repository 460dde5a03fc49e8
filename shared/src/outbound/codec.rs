//! What the providers' clients write and read alike: forms, JSON, credentials in headers.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{CallError, Class, Prepared, Repeat, Reply, unknown};

impl Prepared {
    /// A question without a body.
    pub(super) fn get(url: Url, authorization: HeaderValue) -> Self {
        Self::bare(Method::GET, url, Some(authorization), Repeat::Safe)
    }

    /// A request without a body.
    pub(super) fn bare(
        method: Method,
        url: Url,
        authorization: Option<HeaderValue>,
        repeat: Repeat,
    ) -> Self {
        let headers = authorization.map(|value| (AUTHORIZATION, value));
        Self {
            method,
            url,
            headers: HeaderMap::from_iter(headers),
            body: Bytes::new(),
            repeat,
        }
    }

    /// The same with a form as its body.
    pub(super) fn with_form<'a>(
        self,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.with_body("application/x-www-form-urlencoded", form.finish().into())
    }

    /// The same with a JSON document as its body.
    pub(super) fn with_json(self, document: &impl Serialize) -> Self {
        // Fails for maps with keys that are no text, and the clients write none.
        let text = serde_json::to_vec(document).unwrap_or_default();
        self.with_body("application/json; charset=utf-8", text.into())
    }

    fn with_body(mut self, kind: &'static str, body: Bytes) -> Self {
        let kind = HeaderValue::from_static(kind);
        self.headers.insert(CONTENT_TYPE, kind);
        self.body = body;
        self
    }
}

/// Reads a success's document.
///
/// # Errors
/// For one that lacks what every success has, as of an answer that was half lost.
pub(super) fn read<T: DeserializeOwned>(reply: Reply, repeat: Repeat) -> Result<T, CallError> {
    serde_json::from_slice(&reply.body).map_err(|_| failed(unknown(repeat), reply))
}

/// A call that was answered, and did not succeed all the same.
pub(super) fn failed(class: Class, reply: Reply) -> CallError {
    CallError::Failed {
        class,
        status: Some(reply.status),
        retry_after: None,
        reply: Some(Box::new(reply)),
    }
}

/// A call that was not begun, because what was configured or stored for it cannot be used.
pub(super) fn unusable() -> CallError {
    CallError::Failed {
        class: Class::Auth,
        status: None,
        retry_after: None,
        reply: None,
    }
}

/// The header that shows a credential, which never prints it.
///
/// # Errors
/// [`Class::Auth`] for a credential that no header can hold.
pub(super) fn authorization(scheme: &str, credential: &str) -> Result<HeaderValue, CallError> {
    let value = HeaderValue::from_str(&format!("{scheme} {credential}"));
    let mut value = value.map_err(|_| unusable())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The URL of an API's resource: `segments` below `base`, each a whole segment whatever it contains.
///
/// # Errors
/// [`Class::Auth`] when `base` is no URL, or a segment would lead elsewhere.
pub(super) fn resource<'a>(
    base: &str,
    segments: impl IntoIterator<Item = &'a str>,
) -> Result<Url, CallError> {
    let mut url = Url::parse(base).map_err(|_| unusable())?;
    let mut path = url.path_segments_mut().map_err(|()| unusable())?;
    path.pop_if_empty();
    for segment in segments {
        // The URL standard drops these, so that the next segment would take their place.
        if matches!(segment, "" | "." | "..") {
            return Err(unusable());
        }
        path.push(segment);
    }
    drop(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_and_below_its_base() {
        let of = |segment| {
            resource(
                "http://127.0.0.1:1/google/",
                ["calendars", segment, "events"],
            )
        };
        for (segment, path) in [
            (
                "dr@clinic.example",
                "/google/calendars/dr@clinic.example/events",
            ),
            ("a/b?c#d", "/google/calendars/a%2Fb%3Fc%23d/events"),
            ("../../x", "/google/calendars/..%2F..%2Fx/events"),
        ] {
            let url = of(segment).unwrap();
            assert_eq!((url.path(), url.query()), (path, None), "{segment}");
        }
        for segment in ["", ".", ".."] {
            assert_eq!(
                of(segment).unwrap_err().class(),
                Some(Class::Auth),
                "{segment:?}"
            );
        }
    }

    #[test]
    fn a_credential_that_no_header_holds_is_refused_and_none_prints_itself() {
        let good = authorization("Bearer", "CANARY").unwrap();
        assert!(good.is_sensitive() && !format!("{good:?}").contains("CANARY"));
        let bad = authorization("Bearer", "CANARY\nx").unwrap_err();
        assert_eq!(bad.class(), Some(Class::Auth));
        assert!(!format!("{bad:?} {bad}").contains("CANARY"));
    }
}
