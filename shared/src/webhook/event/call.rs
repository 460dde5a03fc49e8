//! What an event tells about a call.

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, PrimitiveDateTime};

use super::Version;

/// The state of a call as one event reports it. No transcript, summary or message is ever part of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallEvent {
    /// Of this form.
    pub version: Version,
    /// The provider's id of the call.
    pub provider_call_id: String,
    /// The state reported.
    pub status: CallStatus,
    /// When it came to be, by the provider's clock where it says so.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The customer's number in E.164, absent when it is anything else.
    pub customer_number: Option<String>,
    /// The customer's name, at most 100 characters.
    pub customer_name: Option<String>,
    /// The provider's id of the assistant.
    pub assistant_id: Option<String>,
    /// The provider's id of the clinic's phone number.
    pub phone_number_id: Option<String>,
    /// When the call began.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When the call ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// The provider's code for why it ended.
    pub ended_reason: Option<String>,
    /// How long it lasted, in seconds.
    pub duration_seconds: Option<f64>,
    /// What it cost, in US dollars.
    pub cost_usd: Option<f64>,
    /// Where the provider keeps the recording.
    pub recording_url: Option<String>,
    /// The provider's verdict on the call's success.
    pub success_evaluation: Option<String>,
    /// What was booked in the call. Only the last word on a call has one.
    pub booking: Option<Booking>,
    /// How promising the customer is. Only the last word on a call says it.
    pub lead: Option<Lead>,
    /// Whether this is the provider's last word on the call.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// The states of a call, in the order they are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    /// Waiting to be placed.
    Queued,
    /// Ringing.
    Ringing,
    /// Answered: the call has started.
    InProgress,
    /// Being handed to another number.
    Forwarding,
    /// Over.
    Ended,
}

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The customer called.
    Inbound,
    /// The clinic called.
    Outbound,
    /// Through a browser.
    Web,
}

/// An appointment agreed upon in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// When it begins.
    pub starts_at: Moment,
    /// When it ends, where that was said. May lie before the beginning: whoever writes it checks.
    pub ends_at: Option<Moment>,
    /// How long it takes, in minutes (1 to 1440), where that was said. `ends_at` goes before it.
    pub duration_minutes: Option<u16>,
    /// What for, at most 80 characters.
    pub service: Option<String>,
    /// The calendar's, room's or practitioner's name, at most 200 characters.
    pub calendar: Option<String>,
}

/// A time as it was told. One without an offset is a time on the wall of the clinic, whose zone is the
/// organisation's; only whoever knows that can tell which instant it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// An instant: `{"at": "2026-11-03T09:30:00-08:00"}`.
    At(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
    /// A date and time without an offset: `{"local": "2026-11-03T09:30:00"}`.
    Local(#[serde(serialize_with = "write_local")] PrimitiveDateTime),
}

fn write_local<S: Serializer>(local: &PrimitiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    ))
}

/// How promising a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lead {
    /// 0 to 100, where one was given.
    pub score: Option<u8>,
    /// Whether somebody should call back soon: as was said, else by [`HOT_SCORE`].
    pub hot: bool,
}

/// The score from which a lead is hot where nothing else was said: the product's own rule.
pub const HOT_SCORE: u8 = 60;
