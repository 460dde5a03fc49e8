//! The closed list of reasons a request is not accepted.

/// Why a request was refused. Each has a stable code, an HTTP status and a sentence for people.
///
/// The first group are verdicts of a proof, in the vocabulary of the signature vectors. The second are about
/// the request itself. The third are ours: the sender did nothing wrong and should come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A header that must be single arrived more than once.
    AmbiguousHeaders,
    /// The signed body digest is not the digest of the body received.
    BodyHashMismatch,
    /// The scheme signs a body digest and the request carries none.
    BodyHashMissing,
    /// A proof header does not have its scheme's form.
    MalformedHeader,
    /// A proof header is absent or empty.
    MissingHeader,
    /// Signatures are present, none of a scheme that can be checked with the active secrets.
    NoSignatureForScheme,
    /// No active secret can be decoded.
    SecretInvalid,
    /// The endpoint has no secret, or only empty ones.
    SecretMissing,
    /// No active secret produces the presented signature.
    SignatureMismatch,
    /// The signed time is further ahead of the time of receipt than the tolerance.
    TimestampInFuture,
    /// The signed time is further behind the time of receipt than the tolerance.
    TimestampTooOld,
    /// The presented token is none of the active secrets.
    TokenMismatch,
    /// A push channel that this endpoint did not register.
    UnknownChannel,

    /// The event's body is marked base64 and is not.
    InvalidBase64,
    /// The body of a JSON provider is not UTF-8.
    InvalidUtf8,
    /// The body of a JSON provider is not JSON, or is nested too deeply.
    InvalidJson,
    /// The body lacks what identifies an event of this provider.
    UnreadableEvent,
    /// The body is larger than the receiver takes.
    BodyTooLarge,
    /// No route has this path.
    UnknownRoute,
    /// The route exists and does not answer this method.
    MethodNotAllowed,
    /// No endpoint of this provider has this name.
    UnknownEndpoint,
    /// Another attempt at the same delivery has not finished making it durable.
    InProgress,
    /// The same delivery came before with another body.
    BodyConflict,
    /// The organisation's verified requests are over their limit.
    OrganizationOverLimit,
    /// The rejected requests of the sender's address are over their limit.
    AddressOverLimit,

    /// The endpoint's own configuration cannot be used.
    EndpointMisconfigured,
    /// The endpoint registry did not answer.
    RegistryUnavailable,
    /// The endpoint's secrets could not be fetched and none were cached.
    SecretsUnavailable,
    /// The delivery could not be claimed.
    ClaimsUnavailable,
    /// Too many attempts at this delivery died: it rests before the next one.
    Poisoned,
    /// The body could not be stored.
    StoreUnavailable,
    /// The delivery could not be queued.
    QueueUnavailable,
    /// The time allowed for the whole request ran out.
    DeadlineExceeded,
    /// A fault in our own code: a panic, or a request that nobody concluded.
    Internal,
}

impl Refusal {
    /// The stable code, in answers, logs and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AmbiguousHeaders => "ambiguous_headers",
            Self::BodyHashMismatch => "body_hash_mismatch",
            Self::BodyHashMissing => "body_hash_missing",
            Self::MalformedHeader => "malformed_header",
            Self::MissingHeader => "missing_header",
            Self::NoSignatureForScheme => "no_signature_for_scheme",
            Self::SecretInvalid => "secret_invalid",
            Self::SecretMissing => "secret_missing",
            Self::SignatureMismatch => "signature_mismatch",
            Self::TimestampInFuture => "timestamp_in_future",
            Self::TimestampTooOld => "timestamp_too_old",
            Self::TokenMismatch => "token_mismatch",
            Self::UnknownChannel => "unknown_channel",
            Self::InvalidBase64 => "invalid_base64",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::InvalidJson => "invalid_json",
            Self::UnreadableEvent => "unreadable_event",
            Self::BodyTooLarge => "body_too_large",
            Self::UnknownRoute => "unknown_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnknownEndpoint => "unknown_endpoint",
            Self::InProgress => "in_progress",
            Self::BodyConflict => "body_conflict",
            Self::OrganizationOverLimit => "organization_over_limit",
            Self::AddressOverLimit => "address_over_limit",
            Self::EndpointMisconfigured => "endpoint_misconfigured",
            Self::RegistryUnavailable => "registry_unavailable",
            Self::SecretsUnavailable => "secrets_unavailable",
            Self::ClaimsUnavailable => "claims_unavailable",
            Self::Poisoned => "poisoned",
            Self::StoreUnavailable => "store_unavailable",
            Self::QueueUnavailable => "queue_unavailable",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status of the answer.
    ///
    /// A fault of ours is 503, because every provider that retries at all retries that one. An endpoint whose
    /// secret is empty is 401 all the same: it refuses everybody, as a proof nobody can give.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::AmbiguousHeaders
            | Self::BodyHashMismatch
            | Self::BodyHashMissing
            | Self::MalformedHeader
            | Self::MissingHeader
            | Self::NoSignatureForScheme
            | Self::SecretInvalid
            | Self::SecretMissing
            | Self::SignatureMismatch
            | Self::TimestampInFuture
            | Self::TimestampTooOld
            | Self::TokenMismatch
            | Self::UnknownChannel => 401,
            Self::InvalidBase64 | Self::InvalidUtf8 | Self::InvalidJson | Self::UnreadableEvent => {
                400
            }
            Self::BodyTooLarge => 413,
            Self::UnknownRoute | Self::UnknownEndpoint => 404,
            Self::MethodNotAllowed => 405,
            Self::InProgress | Self::BodyConflict => 409,
            Self::OrganizationOverLimit | Self::AddressOverLimit => 429,
            Self::EndpointMisconfigured
            | Self::RegistryUnavailable
            | Self::SecretsUnavailable
            | Self::ClaimsUnavailable
            | Self::Poisoned
            | Self::StoreUnavailable
            | Self::QueueUnavailable
            | Self::DeadlineExceeded => 503,
            Self::Internal => 500,
        }
    }

    /// The sentence for people. It never says more than the code does.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AmbiguousHeaders => "A header that must be single arrived more than once",
            Self::BodyHashMismatch => "The signed body digest does not match the body",
            Self::BodyHashMissing => "The request carries no body digest",
            Self::MalformedHeader => "A proof header is malformed",
            Self::MissingHeader => "A proof header is missing",
            Self::NoSignatureForScheme => "No signature of a supported scheme",
            Self::SecretInvalid | Self::SecretMissing => "The endpoint cannot verify requests",
            Self::SignatureMismatch => "The signature does not match",
            Self::TimestampInFuture => "The signed time is in the future",
            Self::TimestampTooOld => "The signed time is too old",
            Self::TokenMismatch => "The token does not match",
            Self::UnknownChannel => "The channel is not registered",
            Self::InvalidBase64 => "The body is not valid base64",
            Self::InvalidUtf8 => "The body is not valid UTF-8",
            Self::InvalidJson => "The body is not JSON that can be read",
            Self::UnreadableEvent => "The body is not an event of this provider",
            Self::BodyTooLarge => "The body is too large",
            Self::UnknownRoute => "No such route",
            Self::MethodNotAllowed => "The method is not allowed here",
            Self::UnknownEndpoint => "No such endpoint",
            Self::InProgress => "The same delivery is being taken in",
            Self::BodyConflict => "The same delivery came before with another body",
            Self::OrganizationOverLimit | Self::AddressOverLimit => "Too many requests",
            Self::Internal => "The request could not be handled",
            Self::EndpointMisconfigured
            | Self::RegistryUnavailable
            | Self::SecretsUnavailable
            | Self::ClaimsUnavailable
            | Self::Poisoned
            | Self::StoreUnavailable
            | Self::QueueUnavailable
            | Self::DeadlineExceeded => "The delivery could not be accepted now",
        }
    }

    /// Whether fresher secrets could turn this verdict: what a rotation in progress looks like.
    #[must_use]
    pub const fn may_be_stale_secret(self) -> bool {
        matches!(
            self,
            Self::SignatureMismatch
                | Self::TokenMismatch
                | Self::NoSignatureForScheme
                | Self::SecretInvalid
                | Self::SecretMissing
        )
    }

    /// Whether the cause lies with us and not with the sender.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        self.status() >= 500 || matches!(self, Self::SecretInvalid | Self::SecretMissing)
    }

    /// Whether an operator should look: every fault of ours, and a body that changed under its delivery's name.
    #[must_use]
    pub const fn is_alarming(self) -> bool {
        self.is_ours() || matches!(self, Self::BodyConflict)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}
