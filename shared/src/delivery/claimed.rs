//! A request whose delivery this process has claimed: the only kind that is stored, held or queued.

use uuid::Uuid;

use super::claim::{Admission, BodyDigest, Claim, ClaimError, Claims, Receiving, Subject, Terms};
use super::{Body, DeliveryId, QueueMessage};
use crate::webhook::{Head, Inbound, Provider, Refusal, Request, Verified, provider};

/// Claimed by this process, which now has to make it durable or to give it back.
#[derive(Clone, Debug)]
pub struct Claimed {
    claim: Claim<Receiving>,
    subject: Subject,
}

/// What became of an attempt to claim.
#[derive(Debug)]
pub enum Claiming {
    /// Ours.
    Claimed(Box<Inbound<Claimed>>),
    /// Not ours, and why. Never [`Admission::Proceed`].
    Refused(Admission),
}

impl Inbound<Verified> {
    /// What would be claimed: the event `head` names, at an endpoint of `organization`.
    ///
    /// # Errors
    /// As [`Provider::identity`].
    pub fn subject(
        &self,
        provider: &dyn Provider,
        endpoint: &str,
        organization: Uuid,
        head: Head,
    ) -> Result<Subject, Refusal> {
        Ok(Subject {
            delivery: DeliveryId::derive(endpoint, &head.key),
            body: BodyDigest::of(&self.identity(provider)?),
            organization,
            endpoint: endpoint.to_owned(),
            provider: provider.name().to_owned(),
            event_type: head.event_type,
            received_at: self.request().received_at,
        })
    }

    /// Claims the delivery; the only way to a claimed request.
    ///
    /// # Errors
    /// [`ClaimError`]: not claimed, or not known to be.
    pub async fn claim(
        self,
        claims: &Claims,
        subject: &Subject,
        terms: Terms,
    ) -> Result<Claiming, ClaimError> {
        Ok(match claims.take(subject, terms).await? {
            Admission::Proceed(claim) => {
                let subject = subject.clone();
                Claiming::Claimed(Box::new(self.advance(Claimed { claim, subject })))
            }
            other => Claiming::Refused(other),
        })
    }
}

impl Inbound<Claimed> {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &Request {
        self.parts().0
    }

    /// The right to act.
    #[must_use]
    pub fn claim(&self) -> &Claim<Receiving> {
        &self.parts().1.claim
    }

    /// What was claimed.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.parts().1.subject
    }

    /// The message that carries it through the queue, with its body or where that lies.
    #[must_use]
    pub fn message(&self, body: Body) -> QueueMessage {
        let subject = self.subject().clone();
        // A name that is registered: the subject was made with it.
        let provider = provider(&subject.provider);
        QueueMessage {
            delivery: subject.delivery,
            organization: subject.organization,
            endpoint: subject.endpoint,
            provider: subject.provider,
            event_type: subject.event_type,
            received_at: subject.received_at,
            digest: subject.body,
            effect: provider.and_then(|provider| provider.effect(self.request())),
            replay: None,
            body,
        }
    }
}
