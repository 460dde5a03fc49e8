//! Google's token endpoint and Calendar API v3: events with ids that the client gives, and changes by sync token.
//!
//! Source: <https://developers.google.com/workspace/calendar/api/v3/reference/events>,
//! <https://developers.google.com/workspace/calendar/api/guides/errors>.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::exchange::{Answer, Call};
use super::partial;

/// What every organisation here has granted.
pub const REFRESH_TOKEN: &str = "1//sandbox-refresh-token";
/// Our application.
pub const CLIENT_ID: &str = "sandbox.apps.googleusercontent.com";
/// What proves it.
pub const CLIENT_SECRET: &str = "GOCSPX-sandbox";

/// Events of a page, unless the request says otherwise; and at most.
const PAGE: usize = 250;
const LARGEST_PAGE: usize = 2500;

/// The look-alike.
#[derive(Debug, Default, Serialize)]
pub(super) struct Google {
    calendars: BTreeMap<String, BTreeMap<String, Event>>,
    #[serde(skip)]
    tokens: BTreeSet<String>,
    /// Counts changes; a sync token names one.
    version: u64,
    /// Sync tokens of before are too old.
    oldest: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Event {
    resource: Value,
    version: u64,
}

impl Google {
    pub(super) fn answer(&mut self, call: &Call) -> Answer {
        if call.path == "/token" {
            return self.token(call);
        }
        let Some(rest) = call.path.strip_prefix("/calendar/v3/") else {
            return Answer::unknown("google", call);
        };
        if !call
            .bearer()
            .is_some_and(|token| self.tokens.contains(token))
        {
            return failed(
                401,
                "authError",
                "Request had invalid authentication credentials.",
            );
        }
        let parts: Vec<String> = rest.split('/').map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let answer = match (&call.method, parts.as_slice()) {
            (&Method::POST, ["channels", "stop"]) => Answer::empty(),
            (&Method::POST, ["calendars", _, "events", "watch"]) => watch(call),
            (&Method::POST, ["calendars", calendar, "events"]) => self.insert(call, calendar),
            (&Method::GET, ["calendars", calendar, "events"]) => self.list(call, calendar),
            (&Method::GET, ["calendars", calendar, "events", id]) => self.get(calendar, id),
            (&Method::PATCH, ["calendars", calendar, "events", id]) => {
                self.patch(call, calendar, id)
            }
            (&Method::DELETE, ["calendars", calendar, "events", id]) => self.delete(calendar, id),
            _ => Answer::unknown("google", call),
        };
        partly(answer, call.parameter("fields").as_deref())
    }

    fn token(&mut self, call: &Call) -> Answer {
        let is = |name: &str, value: &str| call.field(name).as_deref() == Some(value);
        if !is("client_id", CLIENT_ID) || !is("client_secret", CLIENT_SECRET) {
            return Answer::json(
                StatusCode::UNAUTHORIZED,
                json!({ "error": "invalid_client" }),
            );
        }
        if !is("grant_type", "refresh_token") {
            return Answer::json(
                StatusCode::BAD_REQUEST,
                json!({ "error": "unsupported_grant_type" }),
            );
        }
        if !is("refresh_token", REFRESH_TOKEN) {
            return Answer::json(
                StatusCode::BAD_REQUEST,
                json!({ "error": "invalid_grant", "error_description": "Token has been expired or revoked." }),
            );
        }
        let token = format!("ya29.{}", Uuid::new_v4().simple());
        self.tokens.insert(token.clone());
        Answer::ok(json!({
            "access_token": token, "expires_in": 3599, "token_type": "Bearer",
            "scope": "https://www.googleapis.com/auth/calendar.events",
        }))
    }

    fn insert(&mut self, call: &Call, calendar: &str) -> Answer {
        let Some(mut event) = call.json().filter(Value::is_object) else {
            return failed(400, "parseError", "Parse Error");
        };
        let id = match event["id"].as_str() {
            Some(id) if !is_id(id) => return failed(400, "invalid", "Invalid resource id value."),
            Some(id) => id.to_owned(),
            None => Uuid::new_v4().simple().to_string(),
        };
        if let Err(answer) = times(&event) {
            return answer;
        }
        let events = self.calendars.entry(calendar.to_owned()).or_default();
        // A deleted event keeps its id.
        if events.contains_key(&id) {
            return failed(409, "duplicate", "The requested identifier already exists.");
        }
        let now = OffsetDateTime::now_utc()
            .format(&Rfc3339)
            .unwrap_or_default();
        event["kind"] = json!("calendar#event");
        event["id"] = json!(id);
        event["status"] = json!("confirmed");
        event["created"] = json!(now);
        event["updated"] = json!(now);
        self.version += 1;
        let version = self.version;
        events.insert(
            id,
            Event {
                resource: event.clone(),
                version,
            },
        );
        Answer::ok(event)
    }

    fn get(&self, calendar: &str, id: &str) -> Answer {
        let events = self.calendars.get(calendar);
        match events.and_then(|events| events.get(id)) {
            Some(event) => Answer::ok(event.resource.clone()),
            None => failed(404, "notFound", "Not Found"),
        }
    }

    fn patch(&mut self, call: &Call, calendar: &str, id: &str) -> Answer {
        let Some(Value::Object(changes)) = call.json() else {
            return failed(400, "parseError", "Parse Error");
        };
        let events = self.calendars.get_mut(calendar);
        let Some(event) = events.and_then(|events| events.get_mut(id)) else {
            return failed(404, "notFound", "Not Found");
        };
        let mut whole = event.resource.clone();
        for (name, value) in changes {
            whole[name] = value;
        }
        if let Err(answer) = times(&whole) {
            return answer;
        }
        self.version += 1;
        *event = Event {
            resource: whole.clone(),
            version: self.version,
        };
        Answer::ok(whole)
    }

    fn delete(&mut self, calendar: &str, id: &str) -> Answer {
        let events = self.calendars.get_mut(calendar);
        let Some(event) = events.and_then(|events| events.get_mut(id)) else {
            return failed(404, "notFound", "Not Found");
        };
        if event.resource["status"] == "cancelled" {
            return failed(410, "deleted", "Resource has been deleted");
        }
        self.version += 1;
        event.version = self.version;
        event.resource["status"] = json!("cancelled");
        Answer::empty()
    }

    fn list(&self, call: &Call, calendar: &str) -> Answer {
        let since = match call.parameter("syncToken") {
            None => None,
            Some(token) => match token
                .strip_prefix("sync-")
                .and_then(|at| at.parse::<u64>().ok())
            {
                Some(at) if at >= self.oldest => Some(at),
                Some(_) => {
                    let text = "Sync token is no longer valid, a full sync is required.";
                    return failed(410, "fullSyncRequired", text);
                }
                None => return failed(400, "invalid", "Invalid sync token value."),
            },
        };
        let deleted = since.is_some() || call.parameter("showDeleted").as_deref() == Some("true");
        // A page token remembers where the listing stands, and the moment it is of.
        let page = call.parameter("pageToken");
        let page = page
            .as_deref()
            .and_then(|token| token.strip_prefix("page-"));
        let page = page.and_then(|token| token.split_once('-'));
        let page = page.and_then(|(from, at)| Some((from.parse().ok()?, at.parse().ok()?)));
        let (from, at): (usize, u64) = page.unwrap_or((0, self.version));
        let size = call
            .parameter("maxResults")
            .and_then(|size| size.parse().ok());
        let size = size.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        let events = self.calendars.get(calendar);
        let matching: Vec<&Value> = events
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter(|event| since.is_none_or(|since| event.version > since) && event.version <= at)
            .map(|event| &event.resource)
            .filter(|event| deleted || event["status"] != "cancelled")
            .collect();
        let rest = matching.get(from..).unwrap_or_default();
        let mut answer =
            json!({ "kind": "calendar#events", "items": &rest[..rest.len().min(size)] });
        if rest.len() > size {
            answer["nextPageToken"] = json!(format!("page-{}-{at}", from + size));
        } else {
            answer["nextSyncToken"] = json!(format!("sync-{at}"));
        }
        Answer::ok(answer)
    }

    /// Makes every access token given out invalid.
    pub(super) fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Makes every sync token given out too old.
    pub(super) fn expire_sync_tokens(&mut self) {
        self.version += 1;
        self.oldest = self.version;
    }

    /// Does in the calendar what its owner does there: makes, moves or deletes an event.
    pub(super) fn edit(&mut self, calendar: &str, event: Value) {
        let Some(id) = event["id"].as_str().map(str::to_owned) else {
            return;
        };
        self.version += 1;
        let version = self.version;
        let events = self.calendars.entry(calendar.to_owned()).or_default();
        let known = events.entry(id).or_insert(Event {
            resource: json!({ "kind": "calendar#event", "status": "confirmed" }),
            version,
        });
        known.version = version;
        if let Value::Object(fields) = event {
            for (name, value) in fields {
                known.resource[name] = value;
            }
        }
    }
}

fn watch(call: &Call) -> Answer {
    let channel = call.json().unwrap_or_default();
    let address = channel["address"].as_str().unwrap_or_default();
    if channel["id"].as_str().is_none() || channel["type"] != "web_hook" {
        return failed(400, "required", "Required");
    }
    if !address.starts_with("https://") {
        return failed(
            401,
            "push.webhookUrlNotHttps",
            "WebHook callback must be HTTPS",
        );
    }
    Answer::ok(json!({
        "kind": "api#channel", "id": channel["id"], "resourceId": "sandbox-resource", "expiration": "9999999999000",
    }))
}

/// Of a success, what was asked for.
fn partly(answer: Answer, fields: Option<&str>) -> Answer {
    let (Some(fields), Some(whole), true) = (fields, &answer.body, answer.status.is_success())
    else {
        return answer;
    };
    match partial::select(whole, fields) {
        Some(part) => Answer::json(answer.status, part),
        None => failed(400, "invalidParameter", "Invalid field selection"),
    }
}

/// Whether the event has a time at all, and takes some.
fn times(event: &Value) -> Result<(), Answer> {
    let at = |name: &str| {
        let when = &event[name];
        let date = when["date"]
            .as_str()
            .map(|date| format!("{date}T00:00:00Z"));
        let text = when["dateTime"].as_str().map(str::to_owned).or(date)?;
        OffsetDateTime::parse(&text, &Rfc3339).ok()
    };
    let (Some(start), Some(end)) = (at("start"), at("end")) else {
        return Err(failed(400, "required", "Missing end time."));
    };
    if end <= start {
        return Err(failed(
            400,
            "timeRangeEmpty",
            "The specified time range is empty.",
        ));
    }
    Ok(())
}

/// base32hex in lower case, 5 to 1024 characters.
fn is_id(id: &str) -> bool {
    (5..=1024).contains(&id.len()) && id.bytes().all(|c| matches!(c, b'a'..=b'v' | b'0'..=b'9'))
}

fn decoded(part: &str) -> String {
    // A path has no pluses that mean spaces.
    let whole = part.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(whole.as_bytes());
    pairs
        .next()
        .map(|(text, _)| text.into_owned())
        .unwrap_or_default()
}

fn failed(code: u16, reason: &str, message: &str) -> Answer {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Answer::json(
        status,
        json!({ "error": {
            "code": code, "message": message,
            "errors": [{ "domain": "global", "reason": reason, "message": message }],
        }}),
    )
}
