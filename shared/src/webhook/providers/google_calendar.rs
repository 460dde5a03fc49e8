//! Google Calendar: push notifications that something in a calendar changed.
//!
//! The proof is the channel's own token, which the watch request chose. Settings name the channel and resource of
//! the watch, so that notifications of a channel that was replaced are told apart: Google keeps sending those
//! until they expire. Bodies are empty; what changed must be asked for.
//!
//! Source: <https://developers.google.com/workspace/calendar/api/guides/push>.

use serde::Deserialize;

use super::super::event::{CalendarEvent, CalendarState, Version};
use super::super::proof::is_any_of;
use super::super::{
    Accepted, Answer, Event, EventKey, Head, Provider, Queued, Refusal, Request, Unreadable,
    Verification,
};

/// The provider.
pub(super) struct GoogleCalendar;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    channel_id: Option<String>,
    resource_id: Option<String>,
}

/// Google looks at the status only.
fn empty() -> Answer {
    Answer {
        status: 200,
        content_type: "text/plain",
        body: String::new(),
    }
}

impl Provider for GoogleCalendar {
    fn name(&self) -> &'static str {
        "google-calendar"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let Settings {
            channel_id,
            resource_id,
        } = verification.settings()?;
        let headers = &verification.request.headers;
        is_any_of(
            verification.secrets,
            headers.single("x-goog-channel-token")?,
        )?;
        for (name, known) in [
            ("x-goog-channel-id", channel_id),
            ("x-goog-resource-id", resource_id),
        ] {
            if let Some(known) = known
                && headers.uncombined(name)? != known
            {
                return Err(Refusal::UnknownChannel);
            }
        }
        Ok(())
    }

    /// Message numbers rise by channel, with gaps.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let header = |name| {
            request
                .headers
                .uncombined(name)
                .map_err(|_| Refusal::UnreadableEvent)
        };
        let key = EventKey::of([
            header("x-goog-channel-id")?,
            header("x-goog-message-number")?,
        ]);
        Ok(Head::new(key, header("x-goog-resource-state")?))
    }

    /// The first message of a channel, which may come before the answer to the watch request.
    fn handshake(&self, request: &Request) -> Option<Answer> {
        (request.headers.uncombined("x-goog-resource-state") == Ok("sync")).then(empty)
    }

    fn acknowledge(&self, _accepted: Accepted, _delivery: &str) -> Answer {
        empty()
    }

    /// Google repeats what failed with 500 to 504, and nothing that was refused for its rate.
    fn retries(&self) -> bool {
        false
    }

    /// The state of the watched resource is the event's type; there is nothing else to read.
    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        let state = match queued.event_type {
            "exists" => CalendarState::Exists,
            "not_exists" => CalendarState::NotExists,
            _ => {
                return Ok(Event::Ignored {
                    reason: "unknown_event_type",
                });
            }
        };
        Ok(Event::CalendarChanged(CalendarEvent {
            version: Version,
            state,
            occurred_at: queued.received_at,
        }))
    }
}
