//! Events in the product's own terms, whatever provider they came from.

use serde::Serialize;
use time::OffsetDateTime;

/// What a queued delivery means.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something happened to a call.
    Call(Box<CallEvent>),
    /// Nothing acts upon it; it is recorded with this reason.
    Ignored {
        /// A stable code.
        reason: &'static str,
    },
}

/// The state of a call as one event reports it. No transcript, summary or message is ever part of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallEvent {
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
    /// Answered.
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

/// A payload that does not have the shape its type promises. It names the field, never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable payload: {field}")]
pub struct Unreadable {
    /// The field that is missing or wrong, or `json` for the whole.
    pub field: &'static str,
}
