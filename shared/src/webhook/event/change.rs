//! What an event tells about a change of the product's own data.

use serde::Serialize;
use time::OffsetDateTime;

use super::Version;

/// A row was inserted, updated or deleted. What stands in it is not part of the event: who needs it reads it, with
/// the rights it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeEvent {
    /// Of this form.
    pub version: Version,
    /// Who told it.
    pub source: ChangeSource,
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// What was done.
    pub operation: Operation,
    /// The row's `id`, where it has one that is a UUID or a number.
    pub row_id: Option<String>,
    /// When it came to be; the time of receipt where nobody told it.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
}

/// Who tells of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeSource {
    /// The login service.
    Users,
    /// The database itself.
    Database,
}

/// What was done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Inserted.
    Insert,
    /// Updated.
    Update,
    /// Deleted.
    Delete,
}
