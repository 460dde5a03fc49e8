//! API Gateway's request (HTTP API, payload version 2) and answer, as far as they are used here.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The longest body, in bytes: three short fields.
const BODY_LIMIT: usize = 4096;

/// A request.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Request {
    raw_path: String,
    headers: HashMap<String, String>,
    #[serde(rename = "requestContext")]
    context: Context,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    http: Http,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Http {
    method: String,
}

impl Request {
    pub(crate) fn method(&self) -> &str {
        &self.context.http.method
    }

    /// The path's parts.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.raw_path.trim_matches('/').split('/').collect()
    }

    /// The bearer token. API Gateway writes header names in lower case.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.headers.get("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    pub(crate) fn body(&self) -> Result<Vec<u8>, Refusal> {
        let body = self.body.as_deref().unwrap_or_default();
        if body.len() > BODY_LIMIT {
            return Err(Refusal::TooLarge);
        }
        if self.is_base64_encoded {
            STANDARD.decode(body).map_err(|_| Refusal::Malformed)
        } else {
            Ok(body.as_bytes().to_vec())
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// HTTP status.
    pub status_code: u16,
    headers: HashMap<&'static str, &'static str>,
    /// JSON.
    pub body: String,
}

impl Response {
    pub(crate) fn json(status_code: u16, body: &Value) -> Self {
        Self::of(status_code, "application/json", body)
    }

    /// A problem document (RFC 9457) with a stable reason.
    pub(crate) fn problem(refusal: Refusal) -> Self {
        let status = refusal.status();
        let problem = json!({
            "type": "about:blank", "title": refusal.to_string(), "status": status, "reason": refusal.reason(),
        });
        let mut response = Self::of(status, "application/problem+json", &problem);
        if status == 401 {
            response.headers.insert("www-authenticate", "Bearer");
        }
        if status == 503 {
            response.headers.insert("retry-after", "30");
        }
        response
    }

    fn of(status_code: u16, media: &'static str, body: &Value) -> Self {
        Self {
            status_code,
            headers: HashMap::from([("content-type", media), ("cache-control", "no-store")]),
            body: body.to_string(),
        }
    }
}
