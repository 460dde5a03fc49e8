//! Vapi's calls, as far as they are asked for: one by its id, and a list.
//!
//! Source: <https://docs.vapi.ai/api-reference/calls/get>.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::exchange::{Answer, Call};

/// The one key.
pub const API_KEY: &str = "sandbox-vapi-key";

/// The look-alike.
#[derive(Debug, Default, Serialize)]
pub(super) struct Vapi {
    /// By id.
    calls: BTreeMap<String, Value>,
}

impl Vapi {
    pub(super) fn answer(&self, call: &Call) -> Answer {
        if call.bearer() != Some(API_KEY) {
            return failed(StatusCode::UNAUTHORIZED, "Unauthorized", "Invalid Key.");
        }
        match (&call.method, call.path.as_str()) {
            (&Method::GET, "/call") => {
                let calls: Vec<&Value> = self.calls.values().collect();
                Answer::ok(json!(calls))
            }
            (&Method::GET, path) => {
                let id = path.strip_prefix("/call/");
                let found = id.and_then(|id| self.calls.get(id));
                found.map_or_else(
                    || failed(StatusCode::NOT_FOUND, "Not Found", "Couldn't Find Call."),
                    |call| Answer::ok(call.clone()),
                )
            }
            _ => Answer::unknown("vapi", call),
        }
    }

    /// Has a call by its `id`.
    pub(super) fn add(&mut self, call: Value) {
        if let Some(id) = call["id"].as_str() {
            self.calls.insert(id.to_owned(), call);
        }
    }
}

fn failed(status: StatusCode, error: &str, message: &str) -> Answer {
    let body = json!({ "message": message, "error": error, "statusCode": status.as_u16() });
    Answer::json(status, body)
}
