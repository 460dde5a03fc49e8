//! Supabase database webhooks: a row was inserted, updated or deleted.
//!
//! Sent by `pg_net` at most once, without a signature and without an id; the proof is a token in a header that the
//! webhook's definition sets. Where delivery matters, an outbox table must stand behind it.
//!
//! Source: <https://supabase.com/docs/guides/database/webhooks>.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::event::{ChangeEvent, ChangeSource, Operation, Version};
use super::super::proof::{bearer, is_any_of};
use super::super::scalar::Scalar;
use super::super::{
    Event, EventKey, Head, Provider, Queued, Refusal, Request, Unreadable, Verification, json,
};

/// The provider.
pub(super) struct SupabaseDatabase;

/// Where the token lies: `{"header":"authorization","bearer":true}` unless set otherwise.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    header: String,
    bearer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            header: "authorization".to_owned(),
            bearer: true,
        }
    }
}

#[derive(Deserialize)]
struct Change {
    #[serde(rename = "type")]
    kind: String,
    schema: String,
    table: String,
}

impl Provider for SupabaseDatabase {
    fn name(&self) -> &'static str {
        "supabase-db"
    }

    fn verify(&self, verification: &Verification<'_>) -> Result<(), Refusal> {
        let Settings {
            header,
            bearer: with_scheme,
        } = verification.settings()?;
        let value = verification
            .request
            .headers
            .single(&header.to_ascii_lowercase())?;
        is_any_of(
            verification.secrets,
            if with_scheme { bearer(value)? } else { value },
        )
    }

    /// Nothing is sent twice, and a row that changes to and fro makes equal bodies that are different events: the
    /// time of receipt tells them apart.
    fn head(&self, request: &Request) -> Result<Head, Refusal> {
        let Change {
            kind,
            schema,
            table,
        } = json::parse(&request.body)?;
        let event_type = format!("{schema}.{table}.{}", kind.to_ascii_lowercase());
        let moment = request.received_at.unix_timestamp_nanos().to_string();
        let digest = hex::encode(Sha256::digest(&request.body));
        Ok(Head::new(
            EventKey::of([event_type.as_str(), &digest, &moment]),
            &event_type,
        ))
    }

    fn retries(&self) -> bool {
        false
    }

    /// Of the row only its id; of the names only what Postgres takes without quotes.
    fn read(&self, queued: Queued<'_>) -> Result<Event, Unreadable> {
        let told: Told = json::parse(queued.body).map_err(|_| Unreadable { field: "record" })?;
        let operation = match told.kind.text().map(str::to_ascii_uppercase).as_deref() {
            Some("INSERT") => Operation::Insert,
            Some("UPDATE") => Operation::Update,
            Some("DELETE") => Operation::Delete,
            _ => {
                return Ok(Event::Ignored {
                    reason: "unknown_event_type",
                });
            }
        };
        let name = |name: &Scalar, field| {
            let name = name.text().filter(|name| is_name(name));
            name.map(str::to_owned).ok_or(Unreadable { field })
        };
        let id = |row: &Option<Row>| row.as_ref()?.id.row_id();
        Ok(Event::Change(Box::new(ChangeEvent {
            version: Version,
            source: ChangeSource::Database,
            schema: name(&told.schema, "schema")?,
            table: name(&told.table, "table")?,
            operation,
            row_id: id(&told.record).or_else(|| id(&told.old_record)),
            occurred_at: queued.received_at,
        })))
    }
}

/// A name that needs no quotes, at most as long as Postgres keeps.
fn is_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || b"_$".contains(&c))
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "type")]
    kind: Scalar,
    #[serde(default)]
    schema: Scalar,
    #[serde(default)]
    table: Scalar,
    record: Option<Row>,
    old_record: Option<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    id: Scalar,
}
