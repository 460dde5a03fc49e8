//! After a restore: what the ledger knows to be erased is erased again, before anybody is let in.

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

use super::ledger::tombstone;
use super::requests::{Asked, Scope};
use crate::retention::{Retention, SweepError};

/// Subjects of a page.
const PAGE: u32 = 1000;

/// What a replay found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Contacts and calls that were held against the ledger.
    pub seen: u64,
    /// Those of them that had been erased and were back.
    pub back: u64,
    /// Those that could not be erased again now: a hold is on them, or a store failed.
    pub left: u64,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Page {
    p_scope: Scope,
    p_limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_after_organization: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_after: Option<Uuid>,
}

#[derive(Clone, Copy, Deserialize)]
struct Subject {
    org_id: Uuid,
    id: Uuid,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Again {
    p_organization: Uuid,
    p_scope: Scope,
    p_subject: Uuid,
}

impl Retention {
    /// Holds every contact and call against the ledger and erases again those that are in it.
    ///
    /// # Errors
    /// [`SweepError`]; a further replay begins anew and finds less.
    pub async fn replay(&self, until: Instant) -> Result<Replayed, SweepError> {
        let key = self.ledger_key().await?;
        let ledger = self.outside.ledger.all().await?;
        let mut replayed = Replayed::default();
        // The contacts first: their calls go with them.
        for scope in [Scope::Contact, Scope::Call] {
            let mut after: Option<Subject> = None;
            loop {
                let page = Page {
                    p_scope: scope,
                    p_limit: PAGE,
                    p_after_organization: after.map(|after| after.org_id),
                    p_after: after.map(|after| after.id),
                };
                let subjects: Vec<Subject> = self
                    .procedures
                    .call(&self.secrets, "erasable_subjects", &page)
                    .await?;
                for subject in &subjects {
                    replayed.seen += 1;
                    if ledger.contains(&tombstone(&key, subject.org_id, scope, subject.id)?) {
                        replayed.back += 1;
                        replayed.left += u64::from(!self.again(scope, *subject, until).await?);
                    }
                }
                after = subjects.last().copied();
                if subjects.len() < PAGE as usize {
                    break;
                }
            }
        }
        Ok(replayed)
    }

    async fn again(
        &self,
        scope: Scope,
        subject: Subject,
        until: Instant,
    ) -> Result<bool, SweepError> {
        let again = Again {
            p_organization: subject.org_id,
            p_scope: scope,
            p_subject: subject.id,
        };
        let asked: Asked = self
            .procedures
            .call(&self.secrets, "erase_again", &again)
            .await?;
        match self.erase_now(asked.request, until).await {
            Err(SweepError::Erasure) => Ok(false),
            done => done,
        }
    }
}
