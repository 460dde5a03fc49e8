//! Faults: what a provider's look-alike does instead of answering well.

use std::time::Duration;

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// Makes the next `times` requests to `provider` go wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Whose look-alike.
    pub provider: String,
    /// The status it answers with.
    #[serde(default = "unavailable")]
    pub status: u16,
    /// How long it waits before it answers, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// Never answers: the caller's own time-out has to end it.
    #[serde(default)]
    pub stall: bool,
    /// The `Retry-After` header, whatever it says.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// How many requests it spoils.
    #[serde(default = "once")]
    pub times: u32,
}

impl Fault {
    pub(super) async fn answer(&self) -> Response {
        if self.stall {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let mut response = (status, Body::from("the sandbox was told to fail")).into_response();
        if let Some(value) = self.retry_after.as_ref().and_then(|text| text.parse().ok()) {
            response.headers_mut().insert("retry-after", value);
        }
        response
    }
}

/// The first fault for `provider`, one use of it taken away.
pub(super) fn take(faults: &mut Vec<Fault>, provider: &str) -> Option<Fault> {
    let index = faults.iter().position(|fault| fault.provider == provider)?;
    let fault = faults[index].clone();
    if fault.times <= 1 {
        faults.remove(index);
    } else {
        faults[index].times -= 1;
    }
    Some(fault)
}

fn unavailable() -> u16 {
    503
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_spoils_as_many_requests_as_it_says_and_only_its_providers() {
        let fault: Fault = serde_json::from_str(r#"{"provider":"slack","times":2}"#).unwrap();
        let mut faults = vec![fault];
        assert!(take(&mut faults, "twilio").is_none());
        assert_eq!(
            take(&mut faults, "slack").map(|fault| fault.status),
            Some(503)
        );
        assert!(take(&mut faults, "slack").is_some());
        assert!(take(&mut faults, "slack").is_none());
    }
}
