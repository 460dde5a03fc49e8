//! A request on its way through the door, with its state in its type.

use super::{Head, Provider, Refusal, Request, Verification};

/// As received: the sender is unknown, nothing may be read from it.
#[derive(Debug)]
pub enum Raw {}

/// Proved to come from the endpoint's provider.
#[derive(Debug)]
pub enum Verified {}

/// A request in one of its states. Boxed, so that moving it through fallible steps stays cheap.
#[derive(Debug)]
pub struct Inbound<State> {
    request: Box<Request>,
    state: std::marker::PhantomData<State>,
}

/// A request whose proof failed, handed back so that it can be tried against fresher secrets.
#[derive(Debug)]
pub struct Unproven {
    /// The request, still raw.
    pub inbound: Inbound<Raw>,
    /// Why the proof failed.
    pub refusal: Refusal,
}

impl Inbound<Raw> {
    /// Takes in a request.
    #[must_use]
    pub fn receive(request: Request) -> Self {
        Self {
            request: Box::new(request),
            state: std::marker::PhantomData,
        }
    }

    /// Checks the proof; the only way to a verified request.
    ///
    /// # Errors
    /// [`Unproven`] with the provider's reason.
    pub fn verify(
        self,
        provider: &dyn Provider,
        settings: Option<&str>,
        secrets: &[super::Secret],
        public_base_url: &str,
    ) -> Result<Inbound<Verified>, Unproven> {
        let verdict = provider.verify(&Verification {
            request: &self.request,
            settings,
            secrets,
            public_base_url,
        });
        match verdict {
            Ok(()) => Ok(Inbound {
                request: self.request,
                state: std::marker::PhantomData,
            }),
            Err(refusal) => Err(Unproven {
                inbound: self,
                refusal,
            }),
        }
    }

    /// The answer to a request that needs no proof, if the provider has such a one.
    #[must_use]
    pub fn unproven_answer(&self, provider: &dyn Provider) -> Option<super::Answer> {
        provider.unproven_answer(&self.request)
    }
}

impl Inbound<Verified> {
    /// Reads what identifies the event.
    ///
    /// # Errors
    /// As [`Provider::head`].
    pub fn head(&self, provider: &dyn Provider) -> Result<Head, Refusal> {
        provider.head(&self.request)
    }

    /// The request, now that its sender is known.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}
