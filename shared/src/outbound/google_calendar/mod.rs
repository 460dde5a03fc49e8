//! The Google Calendar API: events put in and taken out, and what changed.
//!
//! An event's id is ours to give, and follows from the effect that makes it: to insert it again is to be told that it
//! is there. Of what is in a calendar only ids and times are asked for: what stands there about people stays there.
//!
//! Source: <https://developers.google.com/workspace/calendar/api/v3/reference/events>

mod access;
mod event_id;

use std::fmt;
use std::time::Duration;

use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;

use super::codec::{self, unusable};
use super::credentials::GoogleGrant;
use super::{CallError, Dependency, Outbound, Prepared, Repeat, Reply, Target};
use crate::clock::Clock;
use access::Given;

pub use access::AccessTokens;
pub use event_id::event_id;

/// The Calendar API itself.
pub const API_URL: &str = "https://www.googleapis.com";
/// Google's token endpoint itself.
pub const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// Events of one page: an answer stays far below [`Reply::LARGEST`].
const PAGE_SIZE: &str = "250";
/// What is asked for of an event.
const OF_EVENT: &str = "id,status,start(dateTime),end(dateTime)";
/// What is asked for of a page of them.
const OF_PAGE: &str = "nextPageToken,nextSyncToken,items(id,status,start(dateTime),end(dateTime))";
/// The longest that an access token is taken to be good; Google's are good for an hour.
const LONGEST: Duration = Duration::from_hours(24);

/// Google Calendar, as one organisation calls it.
#[derive(Clone, Copy, Debug)]
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

/// An event to be made. It does not print itself.
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
    /// [`CallError`]; never [`Class::Ambiguous`](super::Class::Ambiguous), since to insert it again is to find out.
    pub async fn insert(&self, event: NewEvent<'_>, until: Instant) -> Result<Inserted, CallError> {
        let at = |moment: OffsetDateTime| {
            let text = moment.format(&Rfc3339).unwrap_or_default();
            json!({ "dateTime": text, "timeZone": event.time_zone })
        };
        let body = json!({
            "id": event.id, "summary": event.summary, "start": at(event.starts_at), "end": at(event.ends_at),
        });
        let mut url = self.events(event.calendar, None)?;
        url.query_pairs_mut()
            .append_pair("sendUpdates", "none")
            .append_pair("fields", "id");
        let made = self.call(Method::POST, url, Some(&body), until).await;
        match made {
            Ok(_) => Ok(Inserted::Made),
            Err(error) if error.status() == Some(409) => self.compare(event, until).await,
            Err(error) => Err(error),
        }
    }

    /// An event with this id is there, and the id is ours alone.
    async fn compare(&self, event: NewEvent<'_>, until: Instant) -> Result<Inserted, CallError> {
        let mut url = self.events(event.calendar, Some(event.id))?;
        url.query_pairs_mut().append_pair("fields", OF_EVENT);
        let reply = self.call(Method::GET, url, None, until).await?;
        let found: Changed = codec::read::<Event>(reply, Repeat::Safe)?.into();
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
        match self.call(Method::DELETE, url, None, until).await {
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
        // Each page and each sync must be asked for with the parameters of the first.
        url.query_pairs_mut()
            .append_pair("fields", OF_PAGE)
            .append_pair("maxResults", PAGE_SIZE)
            .append_pair("singleEvents", "true")
            .append_pair("showDeleted", "true");
        for (name, token) in [("syncToken", sync_token), ("pageToken", page_token)] {
            if let Some(token) = token {
                url.query_pairs_mut().append_pair(name, token);
            }
        }
        let reply = match self.call(Method::GET, url, None, until).await {
            Err(error) if error.status() == Some(410) => return Ok(Changes::Gone),
            other => other?,
        };
        let listed: Listed = codec::read(reply, Repeat::Safe)?;
        Ok(Changes::Page(Page {
            events: listed.items.into_iter().map(Changed::from).collect(),
            next_page: listed.next_page_token,
            sync_token: listed.next_sync_token,
        }))
    }

    /// Calls with the token at hand, and once more with a new one if that was refused.
    async fn call(
        &self,
        method: Method,
        url: Url,
        document: Option<&Value>,
        until: Instant,
    ) -> Result<Reply, CallError> {
        let mut refused = None;
        loop {
            let token = self.token(refused.as_deref(), until).await?;
            let proof = Some(codec::authorization("Bearer", &token)?);
            let request = Prepared::bare(method.clone(), url.clone(), proof, Repeat::Safe);
            let request = match document {
                Some(document) => request.with_json(document),
                None => request,
            };
            let result = self.outbound.call(self.target(), request, until).await;
            let is_refused = |error: &CallError| error.status() == Some(401);
            if refused.is_some() || !result.as_ref().is_err_and(is_refused) {
                return result;
            }
            refused = Some(token);
        }
    }

    /// An access token of the organisation that is not the refused one.
    async fn token(&self, refused: Option<&str>, until: Instant) -> Result<String, CallError> {
        let (now, fetch) = (self.clock.now(), async || self.exchange(until).await);
        let tokens = self.tokens;
        tokens
            .good(self.organization, refused, now, until, fetch)
            .await
    }

    /// Exchanges the grant for an access token.
    async fn exchange(&self, until: Instant) -> Result<Given, CallError> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            expires_in: u64,
        }
        let url = Url::parse(self.token_url).map_err(|_| unusable())?;
        let request = Prepared::bare(Method::POST, url, None, Repeat::Safe).with_form([
            ("grant_type", "refresh_token"),
            ("client_id", &self.grant.client_id),
            ("client_secret", &self.grant.client_secret),
            ("refresh_token", &self.grant.refresh_token),
        ]);
        let reply = self.outbound.call(self.target(), request, until).await?;
        let answer: Answer = codec::read(reply, Repeat::Safe)?;
        Ok(Given {
            token: answer.access_token,
            lasts: Duration::from_secs(answer.expires_in).min(LONGEST),
        })
    }

    fn target(&self) -> Target<'_> {
        Target {
            dependency: Dependency::GoogleCalendar,
            credential: self.organization,
        }
    }

    /// The events of a calendar, or one of them.
    fn events(&self, calendar: &str, id: Option<&str>) -> Result<Url, CallError> {
        let segments = ["calendar", "v3", "calendars", calendar, "events"];
        codec::resource(self.api_url, segments.into_iter().chain(id))
    }
}

impl fmt::Debug for NewEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEvent").finish_non_exhaustive()
    }
}
