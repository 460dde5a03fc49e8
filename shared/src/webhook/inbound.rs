//! A request on its way through the door, with its state in its type.

use std::borrow::Cow;

use super::{Head, Provider, Refusal, Request, Verification};

/// As received: the sender is unknown, nothing may be read from it.
#[derive(Clone, Copy, Debug)]
pub struct Raw(());

/// Proved to come from the endpoint's provider.
#[derive(Clone, Copy, Debug)]
pub struct Verified(());

/// A request in one of its states. Boxed, so that moving it through fallible steps stays cheap.
#[derive(Debug)]
pub struct Inbound<State> {
    request: Box<Request>,
    state: State,
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
            state: Raw(()),
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
                state: Verified(()),
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

    /// What a retry of the same event repeats byte for byte.
    ///
    /// # Errors
    /// As [`Provider::identity`].
    pub fn identity(&self, provider: &dyn Provider) -> Result<Cow<'_, [u8]>, Refusal> {
        provider.identity(&self.request)
    }

    /// The request in a further state. Which one, and what it takes, is decided where that state is defined.
    pub(crate) fn advance<State>(self, state: State) -> Inbound<State> {
        Inbound {
            request: self.request,
            state,
        }
    }
}

impl<State> Inbound<State> {
    pub(crate) fn parts(&self) -> (&Request, &State) {
        (&self.request, &self.state)
    }
}
