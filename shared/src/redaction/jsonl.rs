//! The line protocol of the `redact` command: `{"id","text","profile"}` in, `{"id","text","spans","us"}` out, with
//! offsets in Unicode code points of the input.

use serde::{Deserialize, Serialize};

use crate::redaction::audit::Redacted;
use crate::redaction::engine::{Engine, Profile};
use crate::redaction::finding::Finding;
use crate::redaction::known::Known;
use crate::redaction::vault::Vault;

/// One line of input.
#[derive(Deserialize)]
pub struct Request {
    /// Passed through.
    #[serde(default)]
    pub id: serde_json::Value,
    /// The text to redact.
    pub text: String,
    /// `speech` or `machine`; the caller's default when absent.
    pub profile: Option<String>,
}

/// One removed value.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The kind's label.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// One line of output.
#[derive(Debug, Serialize)]
pub struct Response {
    /// The request's id.
    pub id: serde_json::Value,
    /// The redacted text.
    pub text: String,
    /// What was removed.
    pub spans: Vec<Span>,
    /// Microseconds the engine spent.
    pub us: f64,
}

impl Request {
    /// Redacts the text. Every request is its own call: tokens count from 1 in each.
    #[must_use]
    pub fn redact(&self, engine: &Engine, default: Profile) -> Redacted {
        let profile = match self.profile.as_deref() {
            Some("machine") => Profile::Machine,
            Some("speech") => Profile::Speech,
            _ => default,
        };
        engine.redact(&self.text, profile, &Known::none(), &mut Vault::new())
    }
}

/// The line that answers a request; `us` are the microseconds that [`Request::redact`] took.
#[must_use]
pub fn respond(request: Request, redacted: Redacted, us: f64) -> Response {
    let spans = if redacted.audit.refused.is_some() && !request.text.is_empty() {
        vec![Span {
            start: 0,
            end: request.text.chars().count(),
            kind: "REDACTED",
        }]
    } else {
        spans(&request.text, &redacted.findings)
    };
    Response {
        id: request.id,
        text: redacted.text,
        spans,
        us,
    }
}

/// Byte ranges as code points, in one pass over the text.
#[must_use]
pub fn spans(text: &str, findings: &[Finding]) -> Vec<Span> {
    let (mut byte, mut point) = (0, 0);
    let mut to = |target: usize| {
        point += text[byte..target].chars().count();
        byte = target;
        point
    };
    findings
        .iter()
        .map(|f| Span {
            start: to(f.start),
            end: to(f.end),
            kind: f.kind.label(),
        })
        .collect()
}
