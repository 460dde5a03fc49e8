//! What can go wrong with the database, and whether it may go right later.

use serde::Deserialize;

/// The database did not do what it was asked. The text never holds row data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// No answer came: it may have been applied all the same, which is why every procedure is idempotent.
    #[error("database unreachable: {0}")]
    Unreachable(&'static str),
    /// It answered with anything but success.
    #[error("database refused: {0}")]
    Refused(Rejection),
    /// It answered success with a body that is not the promised one.
    #[error("database answer unreadable")]
    Unreadable,
    /// The service key is missing or unusable.
    #[error("database key unavailable")]
    NoKey,
}

/// PostgREST's error body. Display shows status and code alone: the other fields quote rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Rejection {
    /// HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// SQLSTATE or `PGRST…` code.
    pub code: Option<String>,
    /// The message; may quote values.
    pub message: Option<String>,
    /// Details; often a whole row.
    pub details: Option<String>,
    /// A hint.
    pub hint: Option<String>,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "status {}, code {}", self.status, self.safe_code())
    }
}

impl Rejection {
    /// Reads an error answer; a body that is not PostgREST's leaves the status alone.
    #[must_use]
    pub fn new(status: u16, body: &[u8]) -> Self {
        let read: Self = serde_json::from_slice(body).unwrap_or_default();
        Self { status, ..read }
    }

    /// The code, or `none`; text that is no code is not repeated.
    fn safe_code(&self) -> &str {
        let is_code = |code: &&str| {
            (1..=8).contains(&code.len()) && code.bytes().all(|c| c.is_ascii_alphanumeric())
        };
        self.code.as_deref().filter(is_code).unwrap_or("none")
    }

    /// Whether the cause lies in what was sent, so that sending it again must fail again.
    ///
    /// SQLSTATE classes 22 (data exception), 23 (integrity violation) and P0 (raised by our own procedures), and
    /// the statuses a procedure raises by itself (`PT4nn`). Everything else can change without the message:
    /// connections (08, 57P), resources (53), serialization and deadlock (40), schema cache and connection codes
    /// of PostgREST, keys, roles and grants, a procedure a migration has not created yet.
    fn lies_in_the_data(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        let classes = ["22", "23", "P0", "PT4"];
        classes.iter().any(|class| code.starts_with(class))
            || (code.is_empty() && matches!(self.status, 400 | 413 | 422))
    }
}

impl DatabaseError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreadable | Self::NoKey => true,
            Self::Refused(rejection) => !rejection.lies_in_the_data(),
        }
    }

    /// Whether the transaction was undone because another was in its way (serialization failure, deadlock): nothing of
    /// it stands, and the next may be through at once.
    #[must_use]
    pub fn lost_a_race(&self) -> bool {
        let code = match self {
            Self::Refused(rejection) => rejection.code.as_deref(),
            _ => None,
        };
        matches!(code, Some("40001" | "40P01"))
    }

    /// Whether the key was refused: it may have been rotated.
    #[must_use]
    pub fn is_refused_key(&self) -> bool {
        matches!(self, Self::Refused(rejection) if rejection.status == 401)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> DatabaseError {
        let body = serde_json::json!({ "code": code, "message": "m", "details": null }).to_string();
        DatabaseError::Refused(Rejection::new(status, body.as_bytes()))
    }

    #[test]
    fn faults_that_pass_are_retryable() {
        for (status, code) in [
            (503, "PGRST000"),
            (503, "PGRST001"),
            (503, "PGRST002"),
            (504, "PGRST003"),
            (503, "08006"),
            (503, "53300"),
            (503, "57P01"),
            (500, "40001"),
            (500, "40P01"),
            (401, "PGRST301"),
            (403, "42501"),
            (404, "PGRST202"),
            (500, "57014"),
            (500, "XX000"),
        ] {
            assert!(refused(status, code).is_retryable(), "{code}");
        }
        assert!(DatabaseError::Unreachable("timeout").is_retryable());
        assert!(DatabaseError::Refused(Rejection::new(502, b"<html>")).is_retryable());
    }

    #[test]
    fn faults_in_the_message_are_permanent() {
        for (status, code) in [
            (400, "22P02"),
            (409, "23503"),
            (409, "23505"),
            (400, "P0001"),
            (422, "PT422"),
            (400, ""),
        ] {
            assert!(!refused(status, code).is_retryable(), "{code}");
        }
    }

    #[test]
    fn no_text_of_an_error_quotes_a_row() {
        let body =
            br#"{"code":"23505","message":"CANARY","details":"(phone)=(CANARY)","hint":"CANARY"}"#;
        let error = DatabaseError::Refused(Rejection::new(409, body));
        assert_eq!(
            error.to_string(),
            "database refused: status 409, code 23505"
        );
        let odd = DatabaseError::Refused(Rejection::new(500, br#"{"code":"Anna, +14155550100"}"#));
        assert_eq!(odd.to_string(), "database refused: status 500, code none");
    }
}
