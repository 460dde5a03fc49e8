//! Answers: a provider's acknowledgement, or a problem (RFC 9457) with a stable reason.

use sallyport::webhook::Answer;
use serde_json::json;

use crate::gateway::Response;
use crate::rejection::Rejection;

/// What a sender is told to wait before it comes again, in seconds. Our own look-ups pause for 2 to 5 s after a
/// failure, so an earlier retry could not succeed.
const RETRY_AFTER_S: u32 = 10;

/// The answer to a refused request.
#[must_use]
pub fn problem(rejection: &Rejection) -> Response {
    let refusal = rejection.refusal;
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
    // RFC 9110 §11.6.1 wants a challenge with a 401; providers prove themselves by a scheme of their own.
    if refusal.status() == 401 {
        response.header("www-authenticate", "Webhook");
    }
    if let Some(fields) = &rejection.limit {
        response.header("ratelimit", fields.rate_limit.as_str());
        response.header("ratelimit-policy", fields.rate_limit_policy.as_str());
        response.header("retry-after", fields.retry_after.as_str());
    } else if let Some(after) = rejection.retry_after {
        let whole = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        response.header("retry-after", whole.max(1).to_string());
    } else if matches!(refusal.status(), 429 | 503) {
        response.header("retry-after", RETRY_AFTER_S.to_string());
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
    use std::time::Duration;

    use sallyport::webhook::Refusal;

    use super::*;

    #[test]
    fn a_problem_has_a_stable_reason_and_the_security_headers() {
        let response = problem(&Refusal::SignatureMismatch.into());
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
        let response = problem(&Refusal::QueueUnavailable.into());
        assert_eq!(
            (
                response.status_code,
                response.headers["retry-after"].as_str()
            ),
            (503, "10")
        );
    }

    #[test]
    fn who_is_told_to_wait_is_told_at_least_as_long() {
        let wait = |ms| {
            let rejection = Rejection::until(Refusal::InProgress, Duration::from_millis(ms));
            problem(&rejection).headers["retry-after"].clone()
        };
        assert_eq!(
            (wait(1), wait(1001), wait(0)),
            ("1".into(), "2".into(), "1".into())
        );
        assert!(
            !problem(&Refusal::BodyConflict.into())
                .headers
                .contains_key("retry-after")
        );
    }
}
