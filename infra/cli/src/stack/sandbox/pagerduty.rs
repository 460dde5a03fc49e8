//! PagerDuty's Events API v2: one incident for each key of de-duplication while it is open.
//!
//! Source: <https://developer.pagerduty.com/docs/send-alert-event>.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::exchange::{Answer, Call};

/// A key of an integration; every other one of the right form is one too.
pub const ROUTING_KEY: &str = "5a11e900000040008000000000000001";

/// An incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// `triggered`, `acknowledged` or `resolved`.
    pub state: String,
    /// What it is about.
    pub summary: String,
    /// How bad it is.
    pub severity: String,
    /// Events that triggered it while it was open.
    pub events: u32,
    /// How often it was opened.
    pub opened: u32,
}

/// The look-alike.
#[derive(Debug, Default, Serialize)]
pub(super) struct PagerDuty {
    /// By key of de-duplication.
    incidents: BTreeMap<String, Incident>,
}

impl PagerDuty {
    pub(super) fn answer(&mut self, call: &Call) -> Answer {
        if (&call.method, call.path.as_str()) != (&Method::POST, "/v2/enqueue") {
            return Answer::unknown("pagerduty", call);
        }
        let event = call.json().unwrap_or_default();
        let errors = errors(&event);
        if !errors.is_empty() {
            let body = json!({
                "status": "invalid event", "message": "Event object is invalid", "errors": errors,
            });
            return Answer::json(StatusCode::BAD_REQUEST, body);
        }
        let key = event["dedup_key"].as_str().map(str::to_owned);
        let key = key.unwrap_or_else(|| Uuid::new_v4().simple().to_string());
        match event["event_action"].as_str() {
            Some("trigger") => self.trigger(&key, &event["payload"]),
            // Without an open incident there is nothing to do: it is taken and dropped.
            Some(action) => {
                let known = self.incidents.get_mut(&key);
                if let Some(incident) = known.filter(|incident| incident.state != "resolved") {
                    let state = if action == "resolve" {
                        "resolved"
                    } else {
                        "acknowledged"
                    };
                    state.clone_into(&mut incident.state);
                }
            }
            None => {}
        }
        let body = json!({ "status": "success", "message": "Event processed", "dedup_key": key });
        Answer::json(StatusCode::ACCEPTED, body)
    }

    fn trigger(&mut self, key: &str, payload: &Value) {
        let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
        let incident = self.incidents.entry(key.to_owned()).or_insert(Incident {
            state: "resolved".to_owned(),
            summary: String::new(),
            severity: String::new(),
            events: 0,
            opened: 0,
        });
        if incident.state == "resolved" {
            "triggered".clone_into(&mut incident.state);
            incident.opened += 1;
            incident.events = 0;
        }
        incident.summary = text("summary");
        incident.severity = text("severity");
        incident.events += 1;
    }
}

fn errors(event: &Value) -> Vec<&'static str> {
    let length = |value: &Value| value.as_str().map(|text| text.chars().count());
    let mut errors = Vec::new();
    if length(&event["routing_key"]) != Some(32) {
        errors.push("'routing_key' must be 32 characters");
    }
    let action = event["event_action"].as_str().unwrap_or_default();
    if !["trigger", "acknowledge", "resolve"].contains(&action) {
        errors.push("'event_action' is invalid");
    }
    if length(&event["dedup_key"]).is_some_and(|length| length > 255) {
        errors.push("'dedup_key' is too long");
    }
    if action != "trigger" {
        if event["dedup_key"].as_str().is_none() {
            errors.push("'dedup_key' is missing or blank");
        }
        return errors;
    }
    let payload = &event["payload"];
    if !length(&payload["summary"]).is_some_and(|length| (1..=1024).contains(&length)) {
        errors.push("'payload.summary' is missing, blank or too long");
    }
    if length(&payload["source"]).is_none_or(|length| length == 0) {
        errors.push("'payload.source' is missing or blank");
    }
    let severity = payload["severity"].as_str().unwrap_or_default();
    if !["critical", "error", "warning", "info"].contains(&severity) {
        errors.push("'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')");
    }
    errors
}
