//! Faults: what a provider's look-alike does instead of answering well.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};

use super::exchange::{Answer, Call};

/// Makes matching requests to `provider` go wrong. Of several faults that match, the first counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Whose look-alike.
    pub provider: String,
    /// Only requests by this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path contains this.
    #[serde(default)]
    pub path: Option<String>,
    /// How many matching requests pass before the first that is spoiled.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it spoils.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the request is applied all the same.
    #[serde(default)]
    pub applied: bool,
    /// The status it answers with; unless told, the provider's own where the request is applied, else 503.
    #[serde(default)]
    pub status: Option<u16>,
    /// The body it answers with; unless told, the provider's own where the request is applied, else a sentence.
    #[serde(default)]
    pub body: Option<String>,
    /// The type it says the body has.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The `Retry-After` header, whatever it says.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// How long it waits before it answers, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// How it ends.
    #[serde(default)]
    pub ends: Ending,
}

/// How a spoiled request ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With a whole answer.
    #[default]
    Answer,
    /// Never: the caller's own time-out has to end it.
    Stall,
    /// The connection is closed without an answer.
    Reset,
    /// The connection is closed in the middle of the body.
    Truncate,
}

impl Fault {
    /// A fault of `provider` that answers 503 once; change what is to be otherwise.
    #[must_use]
    pub fn of(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            method: None,
            path: None,
            skip: 0,
            times: once(),
            applied: false,
            status: None,
            body: None,
            content_type: None,
            retry_after: None,
            delay_ms: 0,
            ends: Ending::default(),
        }
    }

    fn is_for(&self, provider: &str, call: &Call) -> bool {
        let method = self.method.as_ref();
        let path = self.path.as_ref();
        self.provider == provider
            && method.is_none_or(|method| call.method.as_str().eq_ignore_ascii_case(method))
            && path.is_none_or(|path| call.path.contains(path.as_str()))
    }

    /// Spoils the answer, which is the provider's own if the request was applied.
    pub(super) async fn spoil(&self, own: Option<Answer>) -> Result<Response, Infallible> {
        if self.ends == Ending::Stall {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        if self.ends == Ending::Reset {
            // Ends the connection's task and with it the connection; unlike a panic it is no error to tell of.
            std::panic::resume_unwind(Box::new("reset"));
        }
        let own_status = own.as_ref().map(|answer| answer.status);
        let told = self.status.and_then(|code| StatusCode::from_u16(code).ok());
        let status = told.or(own_status);
        let body = match (&self.body, own.and_then(|answer| answer.body)) {
            (Some(text), _) => text.clone(),
            (None, Some(body)) => body.to_string(),
            (None, None) => "the sandbox was told to fail".to_owned(),
        };
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let headers = response.headers_mut();
        let kind = self.content_type.as_deref().unwrap_or("application/json");
        for (name, value) in [
            (header::CONTENT_TYPE, Some(kind)),
            (header::RETRY_AFTER, self.retry_after.as_deref()),
        ] {
            if let Some(value) = value.and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
        if self.ends == Ending::Truncate {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            let half = Bytes::copy_from_slice(&body.as_bytes()[..body.len() / 2]);
            let cut = async {
                // What was written so far is sent when the next part is not there at once.
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            };
            let parts = stream::once(async { Ok(half) }).chain(stream::once(cut));
            *response.body_mut() = Body::from_stream(parts);
        }
        Ok(response)
    }
}

/// The first fault for the request, one use of it taken away.
pub(super) fn take(faults: &mut Vec<Fault>, provider: &str, call: &Call) -> Option<Fault> {
    let index = faults
        .iter()
        .position(|fault| fault.is_for(provider, call))?;
    if faults[index].skip > 0 {
        faults[index].skip -= 1;
        return None;
    }
    let fault = faults[index].clone();
    if fault.times <= 1 {
        faults.remove(index);
    } else {
        faults[index].times -= 1;
    }
    Some(fault)
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method};

    use super::*;

    fn call(method: Method, path: &str) -> Call {
        Call {
            method,
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn a_fault_spoils_as_many_requests_as_it_says_and_only_its_providers() {
        let fault: Fault = serde_json::from_str(r#"{"provider":"slack","times":2}"#).unwrap();
        let mut faults = vec![fault];
        let any = call(Method::POST, "/api/chat.postMessage");
        assert!(take(&mut faults, "twilio", &any).is_none());
        assert!(take(&mut faults, "slack", &any).is_some());
        assert!(take(&mut faults, "slack", &any).is_some());
        assert!(take(&mut faults, "slack", &any).is_none());
    }

    #[test]
    fn a_fault_may_choose_the_request_by_method_path_and_place() {
        let mut faults = vec![Fault {
            method: Some("post".to_owned()),
            path: Some("/events".to_owned()),
            skip: 1,
            ..Fault::of("google")
        }];
        let insert = call(Method::POST, "/calendar/v3/calendars/a/events");
        for passes in [
            call(Method::GET, "/calendar/v3/calendars/a/events"),
            call(Method::POST, "/token"),
            insert.clone(),
        ] {
            assert!(take(&mut faults, "google", &passes).is_none());
        }
        assert!(take(&mut faults, "google", &insert).is_some());
        assert!(faults.is_empty());
    }
}
