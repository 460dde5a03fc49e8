//! What reaches a look-alike, and what it says.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// A request to a provider.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// After the provider's segment, without the query.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer in JSON, or none.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Option<Value>,
}

impl Call {
    /// The first value of a parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        value(self.query.as_bytes(), name)
    }

    /// The first value of a field of the form.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        value(&self.body, name).filter(|value| !value.is_empty())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The bearer token.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.authorization()?.strip_prefix("Bearer ")
    }

    /// The user and the password of basic authentication.
    pub(super) fn basic(&self) -> Option<(String, String)> {
        let encoded = self.authorization()?.strip_prefix("Basic ")?;
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    fn authorization(&self) -> Option<&str> {
        self.headers.get("authorization")?.to_str().ok()
    }
}

fn value(form: &[u8], name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(form);
    pairs.find_map(|(known, value)| (known == name).then(|| value.into_owned()))
}

impl Answer {
    pub(super) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
        }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(super) fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }

    /// A path that the look-alike does not have: not found, rather than quietly well.
    pub(super) fn unknown(provider: &str, call: &Call) -> Self {
        let text = format!(
            "the sandbox has no {} {} for {provider:?}: see stack/sandbox",
            call.method, call.path
        );
        Self::json(StatusCode::NOT_FOUND, serde_json::json!({ "error": text }))
    }
}
