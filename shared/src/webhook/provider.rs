//! What a provider must say about its webhooks.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::{Event, Refusal, Request, Secret, Unreadable, Words};

/// A provider of webhooks: how its requests are proved, named, answered and read.
///
/// Every method but [`Provider::verify`] and [`Provider::unproven_answer`] is called on verified requests only.
pub trait Provider: Sync {
    /// The provider's name in URLs, messages and rows.
    fn name(&self) -> &'static str;

    /// Checks the request's proof on the bytes as received.
    ///
    /// # Errors
    /// The closed reason of the refusal. [`Refusal::EndpointMisconfigured`] when the settings are unusable.
    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal>;

    /// Reads what identifies the event: its key and type.
    ///
    /// # Errors
    /// [`Refusal::InvalidUtf8`], [`Refusal::InvalidJson`], [`Refusal::UnreadableEvent`].
    fn head(&self, request: &Request) -> Result<Head, Refusal>;

    /// What a retry of the same event repeats byte for byte: a delivery of the same key with something else here is
    /// refused. The body, unless the provider renders parts of it anew for each attempt.
    ///
    /// # Errors
    /// As [`Provider::head`].
    fn identity<'a>(&self, request: &'a Request) -> Result<Cow<'a, [u8]>, Refusal> {
        Ok(Cow::Borrowed(&request.body))
    }

    /// Whether the sender waits for content, or only for the acknowledgement.
    fn handling(&self, _event_type: &str) -> Handling {
        Handling::Queue
    }

    /// The answer to a request that may be answered before any proof: it must reveal nothing and cause nothing.
    fn unproven_answer(&self, _request: &Request) -> Option<Answer> {
        None
    }

    /// The answer to a proved request that sets up the endpoint and is no event, if this is one.
    fn handshake(&self, _request: &Request) -> Option<Answer> {
        None
    }

    /// The success answer in the shape this provider expects.
    fn acknowledge(&self, accepted: Accepted, delivery: &str) -> Answer {
        Answer::json(&serde_json::json!({ "status": accepted.as_str(), "delivery": delivery }))
    }

    /// How long after the first attempt the provider may still retry: the least lifetime of a claim.
    fn retry_horizon(&self) -> Duration {
        Duration::from_hours(24)
    }

    /// Whether the provider retries a refused delivery by itself.
    fn retries(&self) -> bool {
        true
    }

    /// The effect of ours that the request answers, where the URL it was called on names one (`effect=…`): such as
    /// the message that a status callback is about. It travels with the delivery, since the body does not say it.
    fn effect(&self, _request: &Request) -> Option<String> {
        None
    }

    /// Reads a queued event into what is applied. The default is for providers whose events are only recorded.
    ///
    /// # Errors
    /// [`Unreadable`] when the payload does not have the shape its type promises.
    fn read(&self, _queued: Queued<'_>) -> Result<Event, Unreadable> {
        Ok(Event::Ignored {
            reason: "no_handler_for_provider",
        })
    }

    /// What was said in the event, for the redaction alone. `None` where nothing was.
    ///
    /// # Errors
    /// [`Unreadable`].
    fn words(&self, _queued: Queued<'_>) -> Result<Option<Words>, Unreadable> {
        Ok(None)
    }
}

/// An event as it comes out of the queue, long verified.
#[derive(Clone, Copy, Debug)]
pub struct Queued<'a> {
    /// The type its head named.
    pub event_type: &'a str,
    /// The body's exact bytes.
    pub body: &'a [u8],
    /// What [`Provider::effect`] found in its request.
    pub effect: Option<&'a str>,
    /// When the edge received it.
    pub received_at: OffsetDateTime,
}

/// What a proof is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Verification<'a> {
    /// The request, with its time of receipt.
    pub request: &'a Request,
    /// The endpoint's proof settings, JSON text; `None` means the provider's defaults.
    pub settings: Option<&'a str>,
    /// The active secrets, current first.
    pub secrets: &'a [Secret],
    /// The public base URL under which the receiver is registered with providers.
    pub public_base_url: &'a str,
}

impl Verification<'_> {
    /// The proof settings as the provider's own type.
    ///
    /// # Errors
    /// [`Refusal::EndpointMisconfigured`]: settings that cannot be read must not fall back to weaker defaults.
    pub fn settings<T: DeserializeOwned + Default>(&self) -> Result<T, Refusal> {
        self.settings.map_or_else(
            || Ok(T::default()),
            |text| serde_json::from_str(text).map_err(|_| Refusal::EndpointMisconfigured),
        )
    }
}

/// What identifies one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The key that a retry of the same event repeats and no other event of the endpoint has.
    pub key: EventKey,
    /// The provider's name for the kind of event, cut to what may stand in a log line.
    pub event_type: String,
}

impl Head {
    /// A head whose event type is made safe for logs and rows: at most 64 of `[A-Za-z0-9._:-]`, else `_`.
    #[must_use]
    pub fn new(key: EventKey, event_type: &str) -> Self {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-') {
                c
            } else {
                '_'
            }
        };
        Self {
            key,
            event_type: event_type.chars().take(64).map(plain).collect(),
        }
    }
}

/// The parts that together name one event within its endpoint. Only ever stored as a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventKey(Vec<String>);

impl EventKey {
    /// A key of these parts, in this order.
    pub fn of<P: Into<String>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self(parts.into_iter().map(Into::into).collect())
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// How the sender expects a type of event to be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Acknowledged once durable, worked on later.
    Queue,
    /// The sender waits for content that decides what happens next.
    Inline,
}

/// What happened to a delivery that is answered with success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is in the queue, or held for its endpoint.
    Accepted,
    /// It was durable already.
    Duplicate,
    /// It is in the queue to be recorded, and will not be acted upon.
    Ignored,
}

impl Accepted {
    /// The word in the answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
        }
    }
}

/// A success answer to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status, 2xx.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A 200 with a JSON body.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            body: value.to_string(),
        }
    }
}
