//! What an event tells about a message.

use serde::Serialize;
use time::OffsetDateTime;

use super::Version;

/// A message that came in, or a report on one that was sent. Never its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageEvent {
    /// Of this form.
    pub version: Version,
    /// The provider's id of the message.
    pub provider_message_id: String,
    /// By which way it went.
    pub channel: Channel,
    /// Whether it came in, or is reported on.
    pub kind: MessageKind,
    /// The sender's number in E.164, absent when it is a short code or a name.
    pub from: Option<String>,
    /// The recipient's number in E.164, absent when it is anything else.
    pub to: Option<String>,
    /// The whole message was one of the words that carriers give a meaning to.
    pub keyword: Option<Keyword>,
    /// How far a message of ours has got. Reports only.
    pub status: Option<MessageStatus>,
    /// The provider's code for what went wrong: digits.
    pub error_code: Option<String>,
    /// The effect that sent the message, as its callback's URL names it. The URL is the sender's: whoever looks the
    /// effect up does so among those of the delivery's organisation.
    pub effect: Option<String>,
    /// When it came to be; the time of receipt, since the provider tells none.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
}

/// By which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A text message, with or without media.
    Sms,
    /// `WhatsApp`.
    WhatsApp,
}

/// What is told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// A customer sent it.
    Received,
    /// It is ours, and this is how far it got.
    Status,
}

/// What a customer asks for with a single word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyword {
    /// No more messages: consent is withdrawn.
    Stop,
    /// Messages again: consent is given.
    Start,
    /// Who is this?
    Help,
}

/// How far a message got, in the order of how much is known: reports arrive late and in any order, and a lesser one
/// changes nothing. What a handset confirmed goes before a failure that the network reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// Waiting at the provider.
    Queued,
    /// Being handed to the network.
    Sending,
    /// Taken by the network.
    Sent,
    /// Never left the provider, or was taken back there.
    Failed,
    /// The network could not deliver it.
    Undelivered,
    /// On the handset.
    Delivered,
    /// Opened. `WhatsApp` only.
    Read,
}
