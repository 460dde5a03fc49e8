//! The message that carries a delivery through the queue.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::claim::{BodyDigest, Subject};
use super::{DeliveryId, StoredBody};
use crate::clock::rfc3339_ms;

/// The version this build writes and reads.
const VERSION: u32 = 1;

/// A delivery in the queue, version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueMessage {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Whose it is: taken from the endpoint, never from the body.
    pub organization: Uuid,
    /// The endpoint that received it.
    pub endpoint: String,
    /// The provider that sent it.
    pub provider: String,
    /// The provider's name for the kind of event.
    pub event_type: String,
    /// When the edge received it.
    #[serde(serialize_with = "write_moment", deserialize_with = "read_moment")]
    pub received_at: OffsetDateTime,
    /// The digest under which the delivery was claimed.
    #[serde(serialize_with = "write_digest", deserialize_with = "read_digest")]
    pub digest: BodyDigest,
    /// The effect of ours that the request answers, as
    /// [`Provider::effect`](crate::webhook::Provider::effect) found it. Messages written before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Which replay sent it, where an operator had a dead letter begun again: a new id each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Uuid>,
    /// The body, or where it lies.
    pub body: Body,
}

/// The body's exact bytes, carried or referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Carried in the message, base64.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    Inline(Vec<u8>),
    /// Stored in the bucket (claim check).
    Stored(StoredBody),
}

/// A message that cannot be read. Its text never quotes the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not JSON, or without a version.
    #[error("not a queue message")]
    NotAMessage,
    /// Written by a build that knows more, or much less.
    #[error("unknown message version")]
    UnknownVersion,
    /// Of our version and not of its shape.
    #[error("malformed queue message")]
    Malformed,
}

#[derive(Serialize)]
struct Versioned<'a> {
    version: u32,
    #[serde(flatten)]
    message: &'a QueueMessage,
}

impl QueueMessage {
    /// What the consumer claims.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            delivery: self.delivery.clone(),
            body: self.digest,
            organization: self.organization,
            endpoint: self.endpoint.clone(),
            provider: self.provider.clone(),
            event_type: self.event_type.clone(),
            received_at: self.received_at,
        }
    }

    /// The message's JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let versioned = Versioned {
            version: VERSION,
            message: self,
        };
        // Serializing strings and numbers into memory has nothing to fail on.
        serde_json::to_string(&versioned).unwrap_or_default()
    }

    /// Reads a message's JSON text.
    ///
    /// # Errors
    /// [`MessageError`]; none of them goes away by trying again.
    pub fn from_json(text: &str) -> Result<Self, MessageError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } =
            serde_json::from_str(text).map_err(|_| MessageError::NotAMessage)?;
        if version != VERSION {
            return Err(MessageError::UnknownVersion);
        }
        serde_json::from_str(text).map_err(|_| MessageError::Malformed)
    }
}

fn write_moment<S: Serializer>(moment: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339_ms(*moment))
}

fn read_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| serde::de::Error::custom("not a time"))
}

fn write_digest<S: Serializer>(digest: &BodyDigest, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&digest.text())
}

fn read_digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BodyDigest, D::Error> {
    let text = String::deserialize(deserializer)?;
    BodyDigest::parse(&text).ok_or_else(|| serde::de::Error::custom("not a digest"))
}

fn write_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD
        .decode(text)
        .map_err(|_| serde::de::Error::custom("not base64"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::from_unix_ms;
    use crate::webhook::EventKey;

    fn message(body: Body, ms: i64) -> QueueMessage {
        QueueMessage {
            delivery: DeliveryId::derive("vapi-demo", &EventKey::of(["c", "t"])),
            organization: Uuid::from_u128(7),
            endpoint: "vapi-demo".to_owned(),
            provider: "vapi".to_owned(),
            event_type: "status-update".to_owned(),
            received_at: from_unix_ms(ms).unwrap(),
            digest: BodyDigest::of(b"hi"),
            effect: None,
            replay: None,
            body,
        }
    }

    #[test]
    fn the_wire_form_is_the_agreed_one() {
        let stored = StoredBody {
            key: "k".to_owned(),
            sha256: "ab".to_owned(),
            length: 3,
        };
        let json: serde_json::Value =
            serde_json::from_str(&message(Body::Stored(stored), 1_700_000_000_007).to_json())
                .unwrap();
        assert_eq!(json["version"], 1);
        assert_eq!(json["received_at"], "2023-11-14T22:13:20.007Z");
        assert_eq!(json["body"]["stored"]["length"], 3);
        assert_eq!(json["digest"], BodyDigest::of(b"hi").text());
        let inline: serde_json::Value =
            serde_json::from_str(&message(Body::Inline(b"hi".to_vec()), 0).to_json()).unwrap();
        assert_eq!(inline["body"], serde_json::json!({ "inline": "aGk=" }));
    }

    /// A message of the build before, which knew no effect, and one of a build after, which knows more.
    #[test]
    fn messages_of_older_and_newer_builds_are_read() {
        let mut known = message(Body::Inline(b"hi".to_vec()), 7);
        let without = known.to_json();
        assert!(
            !without.contains("effect"),
            "an older build reads what it always read"
        );
        assert_eq!(QueueMessage::from_json(&without).unwrap().effect, None);
        known.effect = Some("eff_7".to_owned());
        let mut newer: serde_json::Value = serde_json::from_str(&known.to_json()).unwrap();
        assert_eq!(newer["effect"], "eff_7");
        newer["priority"] = serde_json::json!({ "lane": [1, "x"] });
        assert_eq!(QueueMessage::from_json(&newer.to_string()), Ok(known));
    }

    /// The reader of the build before, on what this build writes.
    #[test]
    fn an_older_build_reads_a_message_with_an_effect() {
        #[derive(Deserialize)]
        struct Older {
            version: u32,
            delivery: DeliveryId,
            endpoint: String,
            body: Body,
        }
        let mut newer = message(Body::Inline(b"hi".to_vec()), 7);
        newer.effect = Some("eff_7".to_owned());
        let older: Older = serde_json::from_str(&newer.to_json()).unwrap();
        assert_eq!((older.version, older.delivery), (1, newer.delivery));
        assert_eq!((older.endpoint, older.body), (newer.endpoint, newer.body));
    }

    #[test]
    fn what_is_no_message_of_this_version_says_so() {
        assert_eq!(
            QueueMessage::from_json("hello"),
            Err(MessageError::NotAMessage)
        );
        assert_eq!(
            QueueMessage::from_json("{}"),
            Err(MessageError::NotAMessage)
        );
        assert_eq!(
            QueueMessage::from_json(r#"{"version":2}"#),
            Err(MessageError::UnknownVersion)
        );
        assert_eq!(
            QueueMessage::from_json(r#"{"version":1}"#),
            Err(MessageError::Malformed)
        );
    }

    proptest! {
        #[test]
        fn a_message_reads_back_as_it_was_written(
            bytes in prop::collection::vec(any::<u8>(), 0..200), ms in 0i64..4_000_000_000_000,
        ) {
            let written = message(Body::Inline(bytes), ms);
            prop_assert_eq!(QueueMessage::from_json(&written.to_json()), Ok(written));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,200}") {
            let _ = QueueMessage::from_json(&text);
        }
    }
}
