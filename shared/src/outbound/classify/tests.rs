use bytes::Bytes;
use proptest::prelude::*;
use reqwest::header::HeaderMap;

use super::*;

fn answered(status: u16, body: &str) -> Attempt {
    Attempt::Answered(Reply {
        status,
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    })
}

/// The class for a call that is safe to repeat, and for one that is not.
fn both(dependency: Dependency, attempt: &Attempt) -> [Result<(), Class>; 2] {
    [Repeat::Safe, Repeat::Unsafe].map(|repeat| classify(dependency, repeat, attempt))
}

const UNKNOWN: [Result<(), Class>; 2] = [Err(Class::Server), Err(Class::Ambiguous)];

fn same(class: Class) -> [Result<(), Class>; 2] {
    [Err(class); 2]
}

#[test]
fn every_class_is_read_as_it_was_written() {
    for class in Class::ALL {
        assert_eq!(Class::parse(class.as_str()), Some(class));
    }
    assert_eq!(Class::parse("Server"), None);
}

#[test]
fn each_status_has_its_class_whoever_says_it() {
    for dependency in Dependency::ALL {
        let of = |status| both(dependency, &answered(status, "{}"));
        for status in [500, 502, 503, 504, 529, 599, 408] {
            assert_eq!(of(status), UNKNOWN, "{dependency:?} {status}");
        }
        assert_eq!(of(429), same(Class::Throttled));
        for status in [401, 403] {
            assert_eq!(of(status), same(Class::Auth), "{dependency:?} {status}");
        }
        for status in [100, 301, 307, 400, 404, 409, 410, 413, 422, 600] {
            assert_eq!(
                of(status),
                same(Class::Permanent),
                "{dependency:?} {status}"
            );
        }
        assert_eq!(
            both(dependency, &Attempt::Unconnected),
            same(Class::NotSent)
        );
        assert_eq!(both(dependency, &Attempt::Lost), UNKNOWN);
    }
}

#[test]
fn a_success_is_one_only_with_its_whole_body() {
    for dependency in Dependency::ALL {
        assert_eq!(
            both(dependency, &answered(200, r#"{"ok":true}"#)),
            [Ok(()); 2]
        );
        for page in ["", "<html>", r#"{"ok":tr"#, "\u{feff}{}"] {
            assert_eq!(
                both(dependency, &answered(200, page)),
                UNKNOWN,
                "{dependency:?} {page}"
            );
        }
        let Attempt::Answered(reply) = answered(200, r#"{"ok":true}"#) else {
            unreachable!()
        };
        assert_eq!(both(dependency, &Attempt::Truncated(reply)), UNKNOWN);
    }
    let nothing = answered(204, "");
    assert_eq!(both(Dependency::GoogleCalendar, &nothing), [Ok(()); 2]);
}

#[test]
fn half_of_a_refusal_is_a_refusal() {
    let Attempt::Answered(reply) = answered(404, "{") else {
        unreachable!()
    };
    let half = Attempt::Truncated(reply);
    assert_eq!(both(Dependency::Twilio, &half), same(Class::Permanent));
}

#[test]
fn slack_tells_in_the_body() {
    let of = |error: &str| {
        let body = serde_json::json!({ "ok": false, "error": error }).to_string();
        both(Dependency::Slack, &answered(200, &body))
    };
    assert_eq!(of("ratelimited"), same(Class::Throttled));
    assert_eq!(of("internal_error"), UNKNOWN);
    assert_eq!(of("token_revoked"), same(Class::Auth));
    assert_eq!(of("channel_not_found"), same(Class::Permanent));
    let silent = answered(200, r#"{"ok":false}"#);
    assert_eq!(both(Dependency::Slack, &silent), same(Class::Permanent));
    // An incoming webhook, and what no Slack would say.
    assert_eq!(both(Dependency::Slack, &answered(200, "ok")), [Ok(()); 2]);
    assert_eq!(both(Dependency::Slack, &answered(200, "{}")), UNKNOWN);
    let elsewhere = answered(200, r#"{"ok":false,"error":"ratelimited"}"#);
    assert_eq!(both(Dependency::Vapi, &elsewhere), [Ok(()); 2]);
}

#[test]
fn google_tells_of_its_limits_with_403() {
    let of = |dependency, reason: &str| {
        let body = serde_json::json!({ "error": { "code": 403, "errors": [
            { "domain": "usageLimits", "reason": reason, "message": "m" },
        ]}});
        both(dependency, &answered(403, &body.to_string()))
    };
    for limit in [
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
    ] {
        assert_eq!(
            of(Dependency::GoogleCalendar, limit),
            same(Class::Throttled)
        );
        assert_eq!(of(Dependency::Twilio, limit), same(Class::Auth));
    }
    assert_eq!(
        of(Dependency::GoogleCalendar, "forbidden"),
        same(Class::Auth)
    );
}

#[test]
fn a_revoked_refresh_token_is_a_matter_of_credentials() {
    let revoked = answered(400, r#"{"error":"invalid_grant","error_description":"x"}"#);
    assert_eq!(
        both(Dependency::GoogleCalendar, &revoked),
        same(Class::Auth)
    );
    assert_eq!(both(Dependency::Twilio, &revoked), same(Class::Permanent));
    let invalid = answered(400, r#"{"error":{"errors":[{"reason":"invalid"}]}}"#);
    assert_eq!(
        both(Dependency::GoogleCalendar, &invalid),
        same(Class::Permanent)
    );
}

proptest! {
    /// Whatever comes back: no failure that may have been applied is called anything that is repeated, and nothing that
    /// is safe to repeat is called ambiguous.
    #[test]
    fn an_unsafe_call_is_repeated_only_if_nothing_was_done(
        which in 0..5_usize,
        status in 100_u16..600,
        body in "\\PC{0,80}",
        is_whole: bool,
    ) {
        let Attempt::Answered(reply) = answered(status, &body) else { unreachable!() };
        let attempt = if is_whole { Attempt::Answered(reply) } else { Attempt::Truncated(reply) };
        let [safe, unsafe_] = both(Dependency::ALL[which], &attempt);
        prop_assert_ne!(unsafe_, Err(Class::Server));
        prop_assert_ne!(safe, Err(Class::Ambiguous));
        prop_assert_ne!(unsafe_, Err(Class::NotSent));
        if status >= 500 {
            prop_assert_eq!(unsafe_, Err(Class::Ambiguous));
        }
    }
}
