//! What an attempt's end means. One pure function: retries, circuits, queues and alerts all decide by it.
//!
//! Two questions are asked of each end: may the request have been applied, and would the same request fare better
//! later. A request that is safe to repeat is never ambiguous: to repeat it is the way to find out.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Dependency, Repeat, Reply};

/// What follows from a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// It never reached the provider: name, connection or TLS failed. Repeat it.
    NotSent,
    /// The provider asks for patience, and did nothing.
    Throttled,
    /// The provider failed, and repeating is safe.
    Server,
    /// It may have been applied, and each application counts. Look first.
    Ambiguous,
    /// The credential is refused. Somebody must act.
    Auth,
    /// The request is refused, and would be refused again.
    Permanent,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::NotSent,
        Self::Throttled,
        Self::Server,
        Self::Ambiguous,
        Self::Auth,
        Self::Permanent,
    ];

    /// The stable name: in metrics, and in the item of the circuit it opened.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Throttled => "throttled",
            Self::Server => "server",
            Self::Ambiguous => "ambiguous",
            Self::Auth => "auth",
            Self::Permanent => "permanent",
        }
    }

    /// The class of a name; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// Whether it tells against the provider's health.
    #[must_use]
    pub const fn counts_against_health(self) -> bool {
        matches!(self, Self::NotSent | Self::Server | Self::Ambiguous)
    }
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// No connection came about: nothing was written.
    Unconnected,
    /// The connection ended, or the time, before there was an answer. Something may have been written.
    Lost,
    /// An answer came, of which only the status, the headers and a part of the body could be read.
    Truncated(Reply),
    /// An answer came.
    Answered(Reply),
}

/// What the end of an attempt means.
///
/// # Errors
/// [`Class`] for every end that is not the success that was asked for.
pub fn classify(dependency: Dependency, repeat: Repeat, attempt: &Attempt) -> Result<(), Class> {
    let (reply, whole) = match attempt {
        Attempt::Unconnected => return Err(Class::NotSent),
        Attempt::Lost => return Err(unknown(repeat)),
        Attempt::Truncated(reply) => (reply, false),
        Attempt::Answered(reply) => (reply, true),
    };
    match reply.status {
        200..=299 if whole => success(dependency, repeat, reply),
        // Half of a success tells no more than a failure, and a gateway says 408 of a request that it gave up on.
        200..=299 | 408 | 500..=599 => Err(unknown(repeat)),
        429 => Err(Class::Throttled),
        401 | 403 => Err(refused(dependency, reply)),
        400 if dependency == Dependency::GoogleCalendar => Err(refused_token(reply)),
        // Redirects are not followed, since that would show the credential to whom they name.
        _ => Err(Class::Permanent),
    }
}

/// The class of a request that may have been applied: also for a client that misses something in a success.
#[must_use]
pub const fn unknown(repeat: Repeat) -> Class {
    match repeat {
        Repeat::Safe => Class::Server,
        Repeat::Unsafe => Class::Ambiguous,
    }
}

/// All of them answer in JSON, or without a body and with a status that says so. Anything else is not theirs: the page
/// of a proxy, or half of an answer.
fn success(dependency: Dependency, repeat: Repeat, reply: &Reply) -> Result<(), Class> {
    if dependency == Dependency::Slack {
        return slack(repeat, reply);
    }
    let is_json = || serde_json::from_slice::<IgnoredAny>(&reply.body).is_ok();
    if matches!(reply.status, 204 | 205) || is_json() {
        Ok(())
    } else {
        Err(unknown(repeat))
    }
}

/// Slack says 200 to nearly everything, and what it means in the body.
///
/// Source: <https://docs.slack.dev/reference/methods/chat.postMessage#errors>
fn slack(repeat: Repeat, reply: &Reply) -> Result<(), Class> {
    #[derive(Deserialize)]
    struct Answer {
        ok: bool,
        #[serde(default)]
        error: String,
    }
    // The whole answer of an incoming webhook.
    if reply.body == "ok" {
        return Ok(());
    }
    let Ok(answer) = serde_json::from_slice::<Answer>(&reply.body) else {
        return Err(unknown(repeat));
    };
    if answer.ok {
        return Ok(());
    }
    Err(match answer.error.as_str() {
        "ratelimited" | "rate_limited" | "message_limit_exceeded" => Class::Throttled,
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => {
            unknown(repeat)
        }
        "access_denied"
        | "account_inactive"
        | "ekm_access_denied"
        | "invalid_auth"
        | "missing_scope"
        | "no_permission"
        | "not_allowed_token_type"
        | "not_authed"
        | "org_login_required"
        | "team_access_not_granted"
        | "token_expired"
        | "token_revoked" => Class::Auth,
        _ => Class::Permanent,
    })
}

/// Google says 403 of its limits too.
///
/// Source: <https://developers.google.com/workspace/calendar/api/guides/errors>
fn refused(dependency: Dependency, reply: &Reply) -> Class {
    #[derive(Deserialize)]
    struct Answer {
        error: Problem,
    }
    #[derive(Deserialize)]
    struct Problem {
        errors: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        reason: String,
    }
    if dependency != Dependency::GoogleCalendar || reply.status != 403 {
        return Class::Auth;
    }
    let limits = [
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
    ];
    let answer = serde_json::from_slice::<Answer>(&reply.body);
    let items = answer.map(|answer| answer.error.errors).unwrap_or_default();
    if items.iter().any(|it| limits.contains(&it.reason.as_str())) {
        Class::Throttled
    } else {
        Class::Auth
    }
}

/// Google's token endpoint says 400 of a refresh token that was revoked.
///
/// Source: <https://datatracker.ietf.org/doc/html/rfc6749#section-5.2>
fn refused_token(reply: &Reply) -> Class {
    #[derive(Deserialize)]
    struct Answer {
        error: String,
    }
    let answer = serde_json::from_slice::<Answer>(&reply.body);
    match answer.as_ref().map(|answer| answer.error.as_str()) {
        Ok("invalid_grant" | "invalid_client" | "unauthorized_client") => Class::Auth,
        _ => Class::Permanent,
    }
}

#[cfg(test)]
mod tests;
