//! Why a request was not taken.

/// Why a request was not taken. None of the texts quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("A valid token of an organization's user is needed")]
    Unauthenticated,
    #[error("Only an administrator may ask for an erasure")]
    NotAnAdministrator,
    #[error("There is no such route")]
    NoRoute,
    #[error("The organization has no such record or request")]
    NotFound,
    #[error("The body is not a request to erase")]
    Malformed,
    #[error("The body is too large")]
    TooLarge,
    #[error("The request could not be recorded; try again")]
    Unavailable,
}

impl Refusal {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::NotAnAdministrator => 403,
            Self::NoRoute | Self::NotFound => 404,
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
        }
    }

    /// A stable code.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::NotAnAdministrator => "not_an_administrator",
            Self::NoRoute => "no_route",
            Self::NotFound => "not_found",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Unavailable => "unavailable",
        }
    }
}
