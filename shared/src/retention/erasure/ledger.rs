//! The ledger of erasures: keyed hashes of the ids that were erased, outside the database, so that a restore of an
//! older database cannot forget them. It holds no id and no person's data.

use std::collections::HashSet;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use super::requests::{Scope, Taken};
use crate::aws;
use crate::clock::rfc3339_ms;
use crate::secrets::SecretText;

const KEY: &str = "tombstone";

/// The ledger could not be written or read. Without it nothing is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ledger of erasures unavailable")]
pub struct LedgerError;

/// The table of tombstones.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    client: Client,
    table: String,
}

impl Ledger {
    pub(super) fn new(aws: &SdkConfig, table: String) -> Self {
        Self {
            client: Client::new(aws),
            table,
        }
    }

    /// Writes a tombstone for each contact and call of a request. Writing one again changes nothing.
    pub(super) async fn remember(
        &self,
        key: &SecretText,
        taken: &Taken,
    ) -> Result<u64, LedgerError> {
        let contacts = taken.contacts.iter().map(|id| (Scope::Contact, *id));
        let calls = taken.calls.iter().map(|id| (Scope::Call, *id));
        let mut written = 0;
        for (scope, id) in contacts.chain(calls) {
            let put = self
                .client
                .put_item()
                .table_name(&self.table)
                .item(KEY, text(tombstone(key, taken.org_id, scope, id)?))
                .item("organization", text(taken.org_id.to_string()))
                .item("scope", text(scope.as_str()))
                .item("request", text(taken.request.to_string()))
                .item("requested_at", text(rfc3339_ms(taken.requested_at)));
            put.send().await.map_err(|error| {
                tracing::error!(cause = aws::cause(&error), "tombstone not written");
                LedgerError
            })?;
            written += 1;
        }
        Ok(written)
    }

    /// Every tombstone: 64 bytes each.
    pub(super) async fn all(&self) -> Result<HashSet<String>, LedgerError> {
        let mut all = HashSet::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .projection_expression(KEY)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| {
                    tracing::error!(cause = aws::cause(&error), "ledger not read");
                    LedgerError
                })?;
            for mut item in page.items.unwrap_or_default() {
                if let Some(AttributeValue::S(tombstone)) = item.remove(KEY) {
                    all.insert(tombstone);
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(all);
            }
        }
    }
}

/// HMAC-SHA-256 of an id with its kind and organisation, lower-case hexadecimal.
pub(super) fn tombstone(
    key: &SecretText,
    organization: Uuid,
    scope: Scope,
    id: Uuid,
) -> Result<String, LedgerError> {
    let mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes());
    let mut mac = mac.map_err(|_| LedgerError)?;
    mac.update(format!("{}|{organization}|{id}", scope.as_str()).as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_depends_on_key_organization_kind_and_id() {
        let of = |key: &str, organization, scope, id| {
            let key = SecretText::new(key.to_owned());
            tombstone(
                &key,
                Uuid::from_u128(organization),
                scope,
                Uuid::from_u128(id),
            )
            .unwrap()
        };
        let one = of("k", 1, Scope::Contact, 2);
        assert_eq!(one.len(), 64);
        assert_eq!(one, of("k", 1, Scope::Contact, 2));
        for other in [
            of("l", 1, Scope::Contact, 2),
            of("k", 2, Scope::Contact, 2),
            of("k", 1, Scope::Call, 2),
            of("k", 1, Scope::Contact, 1),
        ] {
            assert_ne!(one, other);
        }
    }
}
