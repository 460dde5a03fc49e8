//! What is stored of a claim, and what it is about. No payload and nothing out of one.

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::State;
use super::write::{Count, Field};
use crate::delivery::DeliveryId;
use crate::owner::Owner;

/// The longest event type stored, in bytes. It is a sender's text, and an item above 1 KB costs a second write
/// unit each time.
const LABEL: usize = 128;

/// SHA-256 of a body: what tells a provider's retry from another event that claims the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BodyDigest([u8; 32]);

impl BodyDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// The digest of a stored text: 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The stored text: lower-case hexadecimal.
    #[must_use]
    pub fn text(self) -> String {
        hex::encode(self.0)
    }
}

/// What is claimed: a delivery, and what names it to an operator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Its body, or, of a provider that renders the same event anew for each retry, what is the same in all of them:
    /// a retry with another digest is refused.
    pub body: BodyDigest,
    /// Whose it is.
    pub organization: Uuid,
    /// The endpoint that received it.
    pub endpoint: String,
    /// The provider that sent it.
    pub provider: String,
    /// The provider's name for the kind of event. Stored cut to 128 bytes.
    pub event_type: String,
    /// When the edge received it.
    pub received_at: OffsetDateTime,
}

impl Subject {
    /// The subject as every attempt writes it.
    pub(super) fn fields(&self) -> [Field; 6] {
        let cut = self.event_type.floor_char_boundary(LABEL);
        [
            Field::Body(self.body),
            Field::Organization(self.organization),
            Field::Endpoint(self.endpoint.clone()),
            Field::Provider(self.provider.clone()),
            Field::EventType(self.event_type[..cut].to_owned()),
            Field::ReceivedAt(self.received_at),
        ]
    }
}

/// A stored claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// Where the delivery stands.
    pub state: State,
    /// The attempt that wrote this state, or that holds it.
    pub owner: Owner,
    /// When the owner's right ends, Unix milliseconds of the owner's clock; 0 when it was given back.
    pub lease_until: i64,
    /// Attempts to receive it that were not given back.
    pub attempts: u32,
    /// Attempts to process it.
    pub starts: u32,
    /// Its body.
    pub body: BodyDigest,
    /// Whose it is.
    pub organization: Uuid,
    /// The endpoint that received it.
    pub endpoint: String,
    /// The provider that sent it.
    pub provider: String,
    /// The provider's name for the kind of event.
    pub event_type: String,
    /// When the edge received it, by its latest attempt.
    pub received_at: OffsetDateTime,
    /// When it was known to be in the queue, if that was recorded.
    pub queued_at: Option<OffsetDateTime>,
    /// When the latest attempt to process it began.
    pub started_at: Option<OffsetDateTime>,
    /// When the latest attempt to process it ended.
    pub finished_at: Option<OffsetDateTime>,
    /// Why it stands where it stands: a stable code.
    pub reason: Option<String>,
    /// When it stops counting, Unix seconds. It may lie in the table long after.
    pub expires_at: i64,
}

impl Record {
    /// What an update of an absent item starts from. Every attempt sets what is missing here.
    pub(super) fn blank() -> Self {
        Self {
            state: State::Received,
            owner: Owner::of(0),
            lease_until: 0,
            attempts: 0,
            starts: 0,
            body: BodyDigest([0; 32]),
            organization: Uuid::nil(),
            endpoint: String::new(),
            provider: String::new(),
            event_type: String::new(),
            received_at: OffsetDateTime::UNIX_EPOCH,
            queued_at: None,
            started_at: None,
            finished_at: None,
            reason: None,
            expires_at: 0,
        }
    }

    /// Sets one field.
    pub(super) fn set(&mut self, field: &Field) {
        let count = |old: u32, count: Count| match count {
            Count::Set(number) => number,
            Count::Next => old.saturating_add(1),
        };
        match field {
            Field::State(state) => self.state = *state,
            Field::Owner(owner) => self.owner = *owner,
            Field::LeaseUntil(at) => self.lease_until = *at,
            Field::Attempts(step) => self.attempts = count(self.attempts, *step),
            Field::Starts(step) => self.starts = count(self.starts, *step),
            Field::Body(digest) => self.body = *digest,
            Field::Organization(id) => self.organization = *id,
            Field::Endpoint(text) => self.endpoint.clone_from(text),
            Field::Provider(text) => self.provider.clone_from(text),
            Field::EventType(text) => self.event_type.clone_from(text),
            Field::ReceivedAt(at) => self.received_at = *at,
            Field::QueuedAt(at) => self.queued_at = *at,
            Field::StartedAt(at) => self.started_at = *at,
            Field::FinishedAt(at) => self.finished_at = *at,
            Field::Reason(text) => self.reason = text.map(str::to_owned),
            Field::ExpiresAt(at) => self.expires_at = *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn owners_and_digests_are_read_as_they_were_written(number in any::<u128>(), body in ".{0,20}") {
            let (owner, digest) = (Owner::of(number), BodyDigest::of(body.as_bytes()));
            prop_assert_eq!(Owner::parse(&owner.text()), Some(owner));
            prop_assert_eq!(BodyDigest::parse(&digest.text()), Some(digest));
        }

        #[test]
        fn other_text_is_neither(text in "[0-9a-g-]{0,31}") {
            prop_assert_eq!(Owner::parse(&text), None);
            prop_assert_eq!(BodyDigest::parse(&text), None);
        }
    }

    #[test]
    fn two_attempts_never_share_an_owner() {
        assert_ne!(Owner::random(), Owner::random());
    }
}
