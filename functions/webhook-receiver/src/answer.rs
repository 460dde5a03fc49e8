//! Answers: a provider's acknowledgement, or a problem (RFC 9457) with a stable reason.

use sallyport::webhook::{Answer, Refusal};
use serde_json::json;

use crate::gateway::Response;

/// What a sender is told to wait before it comes again, in seconds. Our own look-ups pause for 2 to 5 s after a
/// failure, so an earlier retry could not succeed.
const RETRY_AFTER_S: u32 = 10;

/// The answer to a refused request.
#[must_use]
pub fn problem(refusal: Refusal) -> Response {
    let body = json!({
        "type": format!("urn:sallyport:problem:{}", refusal.code()),
        "title": refusal.title(),
        "status": refusal.status(),
        "reason": refusal.code(),
    });
    let mut response = Response::new(
        refusal.status(),
        "application/problem+json",
        body.to_string(),
    );
    match refusal.status() {
        503 => response.header("retry-after", RETRY_AFTER_S.to_string()),
        // RFC 9110 §11.6.1 wants a challenge with a 401; providers prove themselves by a scheme of their own.
        401 => response.header("www-authenticate", "Webhook"),
        _ => {}
    }
    response
}

/// The answer a provider expects.
#[must_use]
pub fn success(answer: Answer) -> Response {
    Response::new(answer.status, answer.content_type, answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_a_stable_reason_and_the_security_headers() {
        let response = problem(Refusal::SignatureMismatch);
        let body: serde_json::Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(response.status_code, 401);
        assert_eq!(body["reason"], "signature_mismatch");
        assert_eq!(body["status"], 401);
        assert_eq!(response.headers["content-type"], "application/problem+json");
        assert_eq!(response.headers["x-content-type-options"], "nosniff");
        assert_eq!(response.headers["cache-control"], "no-store");
        assert!(!response.headers.contains_key("retry-after"));
    }

    #[test]
    fn a_fault_of_ours_says_when_to_come_again() {
        let response = problem(Refusal::QueueUnavailable);
        assert_eq!(
            (
                response.status_code,
                response.headers["retry-after"].as_str()
            ),
            (503, "10")
        );
    }
}
