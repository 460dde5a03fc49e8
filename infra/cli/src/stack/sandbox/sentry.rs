//! Sentry's envelope endpoint. What arrives is in the recording.

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use super::exchange::{Answer, Call};

/// The DSN of the look-alike in the sandbox at `url`.
#[must_use]
pub fn sentry_dsn(url: &str) -> String {
    format!("{}/sentry/1", url.replacen("//", "//sandbox@", 1))
}

pub(super) fn answer(call: &Call) -> Answer {
    if call.method == Method::POST && is_envelope_endpoint(&call.path) {
        return Answer::ok(json!({ "id": Uuid::new_v4().simple().to_string() }));
    }
    Answer::unknown("sentry", call)
}

/// `/api/<project>/envelope/`, the only endpoint that Sentry's clients still use.
fn is_envelope_endpoint(path: &str) -> bool {
    let project = path
        .strip_prefix("/api/")
        .and_then(|rest| rest.strip_suffix("/envelope/"));
    project.is_some_and(|project| {
        !project.is_empty() && project.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentry_takes_envelopes_of_a_project_and_nothing_else() {
        assert!(is_envelope_endpoint("/api/1/envelope/"));
        assert!(!is_envelope_endpoint("/api/1/store/"));
        assert!(!is_envelope_endpoint("/api//envelope/"));
    }
}
