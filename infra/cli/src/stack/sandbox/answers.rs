//! What each provider answers when all is well: the shapes its clients read.

use axum::{
    Json,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The answer of `provider` to `method` on `path` (path and query after the provider's segment).
pub(super) fn answer(provider: &str, method: &Method, path: &str) -> (StatusCode, Json<Value>) {
    let path = path.split('?').next().unwrap_or(path);
    let id = Uuid::new_v4().simple().to_string();
    let (status, body) = match (provider, method, path) {
        ("twilio", &Method::POST, path) if path.ends_with("/Messages.json") => (
            StatusCode::CREATED,
            json!({ "sid": format!("SM{id}"), "status": "queued", "error_code": null }),
        ),
        ("twilio", &Method::GET, path) if path.ends_with("/Messages.json") => (
            StatusCode::OK,
            json!({ "messages": [], "next_page_uri": null }),
        ),
        ("google", &Method::POST, "/token") => (
            StatusCode::OK,
            json!({ "access_token": id, "expires_in": 3599, "token_type": "Bearer" }),
        ),
        ("google", &Method::POST, path) if path.ends_with("/events") => (
            StatusCode::OK,
            json!({ "kind": "calendar#event", "id": id, "status": "confirmed" }),
        ),
        ("google", &Method::GET, path) if path.ends_with("/events") => (
            StatusCode::OK,
            json!({ "kind": "calendar#events", "items": [], "nextSyncToken": id }),
        ),
        ("slack", &Method::POST, "/api/chat.postMessage" | "/api/chat.update") => (
            StatusCode::OK,
            json!({ "ok": true, "channel": "C0SANDBOX", "ts": "1700000000.000100" }),
        ),
        ("pagerduty", &Method::POST, "/v2/enqueue") => (
            StatusCode::ACCEPTED,
            json!({ "status": "success", "message": "Event processed", "dedup_key": id }),
        ),
        ("sentry", &Method::POST, path) if is_envelope_endpoint(path) => {
            (StatusCode::OK, json!({ "id": id }))
        }
        ("vapi", &Method::GET, "/call") => (StatusCode::OK, json!([])),
        _ => (
            StatusCode::NOT_FOUND,
            json!({ "error": format!("the sandbox has no {method} {path} for {provider:?}: see stack/sandbox") }),
        ),
    };
    (status, Json(body))
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
    fn an_unknown_provider_is_not_found_rather_than_quietly_well() {
        assert_eq!(
            answer("fax", &Method::POST, "/send").0,
            StatusCode::NOT_FOUND
        );
    }

    #[test]
    fn sentry_takes_envelopes_of_a_project_and_nothing_else() {
        for (path, status) in [
            ("/api/1/envelope/", StatusCode::OK),
            ("/api/1/envelope/?sentry_key=k", StatusCode::OK),
            ("/api/1/store/", StatusCode::NOT_FOUND),
            ("/api//envelope/", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(answer("sentry", &Method::POST, path).0, status, "{path}");
        }
    }

    #[test]
    fn a_twilio_message_is_created_with_a_message_sid() {
        let (status, Json(body)) = answer(
            "twilio",
            &Method::POST,
            "/2010-04-01/Accounts/AC1/Messages.json",
        );
        assert_eq!(status, StatusCode::CREATED);
        assert!(
            body["sid"]
                .as_str()
                .is_some_and(|sid| sid.starts_with("SM") && sid.len() == 34)
        );
    }
}
