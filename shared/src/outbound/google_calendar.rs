//! The Google Calendar API: events put in and taken out, and what changed.
//!
//! An event's id is ours to give, and follows from the effect that makes it: to insert it again is to be told that it
//! is there.
//!
//! Source: <https://developers.google.com/workspace/calendar/api/v3/reference/events>

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;

use super::credentials::GoogleGrant;
use super::{CallError, Class, Dependency, Outbound, Prepared, Repeat, Reply, Target, unknown};
use crate::clock::Clock;

/// The Calendar API itself.
pub const API_URL: &str = "https://www.googleapis.com";
/// Google's token endpoint itself.
pub const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// How long before its end an access token is not used any more.
const MARGIN: Duration = Duration::from_mins(5);
/// The most access tokens kept in one process.
const KEPT: usize = 1000;
/// Events of one page: an answer stays far below [`Reply::LARGEST`].
const PAGE: &str = "250";

/// Access tokens that are good for a while, by organisation. One for each process.
#[derive(Default)]
pub struct AccessTokens(Mutex<HashMap<String, (String, OffsetDateTime)>>);

/// Google Calendar, as one organisation calls it.
#[derive(Clone, Copy)]
pub struct GoogleCalendar<'a> {
    /// The way out.
    pub outbound: &'a Outbound,
    /// Where the API lies, [`API_URL`] or a look-alike, without a trailing slash.
    pub api_url: &'a str,
    /// Where tokens are given out, [`TOKEN_URL`] or a look-alike.
    pub token_url: &'a str,
    /// What names the credential: the organisation's id.
    pub organization: &'a str,
    /// What the organisation granted.
    pub grant: &'a GoogleGrant,
    /// The process's access tokens.
    pub tokens: &'a AccessTokens,
    /// The clock.
    pub clock: &'a Clock,
}

/// An event to be made.
#[derive(Clone, Copy)]
pub struct NewEvent<'a> {
    /// Its id, as of [`event_id`].
    pub id: &'a str,
    /// The calendar's id at Google.
    pub calendar: &'a str,
    /// What stands in the calendar.
    pub summary: &'a str,
    /// When it begins.
    pub starts_at: OffsetDateTime,
    /// When it ends.
    pub ends_at: OffsetDateTime,
    /// The zone in which it is shown, IANA.
    pub time_zone: &'a str,
}

/// What an insert found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is there now.
    Made,
    /// It was there, as it was to be made.
    There,
    /// It was made, and moved or deleted since.
    Changed,
}

/// What is to be known of a calendar since it was asked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// A page of them.
    Page(Page),
    /// The sync token is too old: ask from the beginning.
    Gone,
}

/// A page of changed events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The events.
    pub events: Vec<Changed>,
    /// What the next page is asked for with; `None` on the last.
    pub next_page: Option<String>,
    /// What the next changes are asked for with. On the last page.
    pub sync_token: Option<String>,
}

/// An event as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// Whether it was deleted.
    pub cancelled: bool,
    /// When it begins; `None` for a whole day's.
    pub starts_at: Option<OffsetDateTime>,
    /// When it ends; `None` for a whole day's.
    pub ends_at: Option<OffsetDateTime>,
}

/// The id of the event that an effect of an organisation makes: `e` and base32hex of a digest, which is what Google
/// takes.
#[must_use]
pub fn event_id(organization: &str, effect: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let digest = Sha256::digest(format!("{organization}|{effect}"));
    let (mut id, mut held, mut bits) = (String::from("e"), 0_u32, 0_u32);
    for byte in digest {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            id.push(char::from(DIGITS[((held >> bits) & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    id.push(char::from(DIGITS[((held << (5 - bits)) & 31) as usize]));
    id
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    start: Option<When>,
    #[serde(default)]
    end: Option<When>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct When {
    #[serde(default)]
    date_time: Option<String>,
}

impl From<Event> for Changed {
    fn from(event: Event) -> Self {
        let at = |when: Option<When>| {
            let text = when?.date_time?;
            OffsetDateTime::parse(&text, &Rfc3339).ok()
        };
        Self {
            cancelled: event.status.as_deref() == Some("cancelled"),
            starts_at: at(event.start),
            ends_at: at(event.end),
            id: event.id,
        }
    }
}

impl GoogleCalendar<'_> {
    /// Puts an event into a calendar, once however often it is asked for.
    ///
    /// # Errors
    /// [`CallError`]; never [`Class::Ambiguous`], since to insert it again is to find out.
    pub async fn insert(&self, event: NewEvent<'_>, until: Instant) -> Result<Inserted, CallError> {
        let at = |moment: OffsetDateTime| {
            let text = moment.format(&Rfc3339).unwrap_or_default();
            json!({ "dateTime": text, "timeZone": event.time_zone })
        };
        let body = json!({
            "id": event.id, "summary": event.summary, "start": at(event.starts_at), "end": at(event.ends_at),
        });
        let mut url = self.events(event.calendar, None)?;
        url.query_pairs_mut().append_pair("sendUpdates", "none");
        let made = self.call(Method::POST, url, body.to_string(), until).await;
        match made {
            Ok(_) => Ok(Inserted::Made),
            Err(error) if error.status() == Some(409) => self.compare(event, until).await,
            Err(error) => Err(error),
        }
    }

    /// An event with this id is there, and the id is ours alone.
    async fn compare(&self, event: NewEvent<'_>, until: Instant) -> Result<Inserted, CallError> {
        let url = self.events(event.calendar, Some(event.id))?;
        let reply = self.call(Method::GET, url, String::new(), until).await?;
        let found: Changed = read::<Event>(reply)?.into();
        let is_same = !found.cancelled
            && found.starts_at == Some(event.starts_at)
            && found.ends_at == Some(event.ends_at);
        Ok(if is_same {
            Inserted::There
        } else {
            Inserted::Changed
        })
    }

    /// Takes an event out of a calendar. One that is not there is as good.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn cancel(&self, calendar: &str, id: &str, until: Instant) -> Result<(), CallError> {
        let mut url = self.events(calendar, Some(id))?;
        url.query_pairs_mut().append_pair("sendUpdates", "none");
        match self.call(Method::DELETE, url, String::new(), until).await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A page of what changed in a calendar since `sync_token` was given out, or of all there is.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn changes(
        &self,
        calendar: &str,
        sync_token: Option<&str>,
        page_token: Option<&str>,
        until: Instant,
    ) -> Result<Changes, CallError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            #[serde(default)]
            items: Vec<Event>,
            next_page_token: Option<String>,
            next_sync_token: Option<String>,
        }
        let mut url = self.events(calendar, None)?;
        url.query_pairs_mut()
            .append_pair("maxResults", PAGE)
            .append_pair("singleEvents", "true")
            .append_pair("showDeleted", "true");
        for (name, token) in [("syncToken", sync_token), ("pageToken", page_token)] {
            if let Some(token) = token {
                url.query_pairs_mut().append_pair(name, token);
            }
        }
        let reply = match self.call(Method::GET, url, String::new(), until).await {
            Err(error) if error.status() == Some(410) => return Ok(Changes::Gone),
            other => other?,
        };
        let listed: Listed = read(reply)?;
        Ok(Changes::Page(Page {
            events: listed.items.into_iter().map(Changed::from).collect(),
            next_page: listed.next_page_token,
            sync_token: listed.next_sync_token,
        }))
    }

    /// Calls with a token at hand, and once more with a new one if that was refused.
    async fn call(
        &self,
        method: Method,
        url: Url,
        body: String,
        until: Instant,
    ) -> Result<Reply, CallError> {
        let token = self.token(until).await?;
        let again = (method.clone(), url.clone(), body.clone());
        let result = self.call_with(&token, method, url, body, until).await;
        if result
            .as_ref()
            .is_err_and(|error| error.status() == Some(401))
        {
            self.tokens.forget(self.organization, &token);
            let token = self.token(until).await?;
            let (method, url, body) = again;
            return self.call_with(&token, method, url, body, until).await;
        }
        result
    }

    async fn call_with(
        &self,
        token: &str,
        method: Method,
        url: Url,
        body: String,
        until: Instant,
    ) -> Result<Reply, CallError> {
        let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut bearer = bearer.map_err(|_| unusable())?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = Prepared {
            method,
            url,
            headers,
            body: Bytes::from(body),
            repeat: Repeat::Safe,
        };
        self.outbound.call(self.target(), request, until).await
    }

    /// An access token of the organisation.
    async fn token(&self, until: Instant) -> Result<String, CallError> {
        #[derive(Deserialize)]
        struct Given {
            access_token: String,
            expires_in: i64,
        }
        if let Some(token) = self.tokens.good(self.organization, self.clock.now()) {
            return Ok(token);
        }
        let mut form = Url::parse("form:").map_err(|_| unusable())?;
        form.query_pairs_mut()
            .append_pair("grant_type", "refresh_token")
            .append_pair("client_id", &self.grant.client_id)
            .append_pair("client_secret", &self.grant.client_secret)
            .append_pair("refresh_token", &self.grant.refresh_token);
        let encoded = HeaderValue::from_static("application/x-www-form-urlencoded");
        let request = Prepared {
            method: Method::POST,
            url: Url::parse(self.token_url).map_err(|_| unusable())?,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, encoded)]),
            body: Bytes::from(form.query().unwrap_or_default().to_owned()),
            repeat: Repeat::Safe,
        };
        let reply = self.outbound.call(self.target(), request, until).await?;
        let given: Given = read(reply)?;
        let lasts = time::Duration::seconds(given.expires_in.clamp(0, 86_400));
        let expires_at = self.clock.now() + lasts - MARGIN;
        let token = given.access_token;
        self.tokens.keep(self.organization, &token, expires_at);
        Ok(token)
    }

    fn target(&self) -> Target<'_> {
        Target {
            dependency: Dependency::GoogleCalendar,
            credential: self.organization,
        }
    }

    /// The events of a calendar, or one of them.
    fn events(&self, calendar: &str, id: Option<&str>) -> Result<Url, CallError> {
        let mut url = Url::parse(self.api_url).map_err(|_| unusable())?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["calendar", "v3", "calendars", calendar, "events"])
                .extend(id);
        }
        Ok(url)
    }
}

impl AccessTokens {
    fn good(&self, organization: &str, now: OffsetDateTime) -> Option<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, expires_at) = held.get(organization)?;
        (now < *expires_at).then(|| token.clone())
    }

    fn keep(&self, organization: &str, token: &str, expires_at: OffsetDateTime) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT {
            held.clear();
        }
        held.insert(organization.to_owned(), (token.to_owned(), expires_at));
    }

    /// Forgets a token that was refused, unless another has taken its place.
    fn forget(&self, organization: &str, refused: &str) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held
            .get(organization)
            .is_some_and(|(token, _)| token == refused)
        {
            held.remove(organization);
        }
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessTokens(…)")
    }
}

fn read<T: serde::de::DeserializeOwned>(reply: Reply) -> Result<T, CallError> {
    serde_json::from_slice(&reply.body).map_err(|_| CallError::Failed {
        class: unknown(Repeat::Safe),
        status: Some(reply.status),
        retry_after: None,
        reply: Some(Box::new(reply)),
    })
}

fn unusable() -> CallError {
    CallError::Failed {
        class: Class::Auth,
        status: None,
        retry_after: None,
        reply: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// base32hex of RFC 4648, without padding and in lower case, of a SHA-256 digest.
    #[test]
    fn an_events_id_follows_from_its_effect_and_is_one_that_google_takes() {
        let id = event_id("5a11e900-0000-4000-8000-000000000001", "calendar_event.a");
        assert_eq!(id.len(), 53);
        assert!(
            id.bytes().all(|c| matches!(c, b'a'..=b'v' | b'0'..=b'9')),
            "{id}"
        );
        assert_eq!(
            id,
            event_id("5a11e900-0000-4000-8000-000000000001", "calendar_event.a")
        );
        assert_ne!(
            id,
            event_id("5a11e900-0000-4000-8000-000000000002", "calendar_event.a")
        );
    }

    #[test]
    fn a_refused_token_is_forgotten_and_a_newer_one_kept() {
        let (tokens, now) = (AccessTokens::default(), OffsetDateTime::UNIX_EPOCH);
        tokens.keep("o", "old", now + Duration::from_secs(1));
        tokens.forget("o", "other");
        assert_eq!(tokens.good("o", now).as_deref(), Some("old"));
        assert_eq!(tokens.good("o", now + Duration::from_secs(1)), None);
        tokens.forget("o", "old");
        assert_eq!(tokens.good("o", now), None);
        assert_eq!(format!("{tokens:?}"), "AccessTokens(…)");
    }
}
