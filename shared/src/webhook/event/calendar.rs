//! What an event tells about a calendar.

use serde::Serialize;
use time::OffsetDateTime;

use super::Version;

/// Something in a calendar changed. Which calendar, the endpoint's link says; what changed must be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarEvent {
    /// Of this form.
    pub version: Version,
    /// Whether the calendar is still there.
    pub state: CalendarState,
    /// When it came to be; the time of receipt, since the provider tells none.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
}

/// Whether a watched calendar is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarState {
    /// There, with other events than before.
    Exists,
    /// Deleted, or no longer shared.
    NotExists,
}
