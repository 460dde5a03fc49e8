//! Supabase database webhooks: a row was inserted, updated or deleted.
//!
//! Sent by `pg_net` at most once, without a signature and without an id; the proof is a token in a header that the
//! webhook's definition sets. Where delivery matters, an outbox table must stand behind it.
//!
//! Source: <https://supabase.com/docs/guides/database/webhooks>.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::proof::{bearer, is_any_of};
use super::super::{EventKey, Head, Provider, Refusal, Request, Verification, json};

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
}
