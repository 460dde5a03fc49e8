//! What lies in Postgres, organisation by organisation, batch by batch.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Begun, Progress, Retention, SweepError};
use crate::database::{Bounds, DatabaseError};

/// Organisations asked for at a time.
const ORGANIZATIONS: u32 = 100;
/// The longest one batch may take; it is measured in tens of milliseconds.
const BATCH_LIMIT: Duration = Duration::from_secs(8);

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Next {
    p_run: Uuid,
    p_limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_after: Option<Uuid>,
}

#[derive(Deserialize)]
struct Organization {
    org_id: Uuid,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Batch {
    p_run: Uuid,
    p_organization: Uuid,
    p_limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_after_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_after_key: Option<String>,
}

/// A row that was looked at; the last one is where to go on.
#[derive(Deserialize)]
struct Looked {
    key: String,
    /// As the database wrote it: to the microsecond, and back unread.
    at: String,
}

impl Retention {
    /// Works a run off until everything was looked at or the time is short.
    pub(super) async fn rows(
        &self,
        begun: &Begun,
        until: Instant,
        progress: &mut Progress,
    ) -> Result<(), SweepError> {
        let mut after = None;
        loop {
            let organizations = self.organizations(begun.run, after).await?;
            for organization in &organizations {
                if !self
                    .organization(begun, organization.org_id, until, progress)
                    .await?
                {
                    return Ok(());
                }
            }
            if organizations.len() < ORGANIZATIONS as usize {
                progress.complete = true;
                return Ok(());
            }
            after = organizations.last().map(|last| last.org_id);
        }
    }

    /// Whether everything of the organisation was looked at.
    async fn organization(
        &self,
        begun: &Begun,
        organization: Uuid,
        until: Instant,
        progress: &mut Progress,
    ) -> Result<bool, SweepError> {
        let mut last: Option<Looked> = None;
        loop {
            let started = Instant::now();
            if started >= until {
                return Ok(false);
            }
            let (at, key) = last.map(|last| (last.at, last.key)).unzip();
            let batch = Batch {
                p_run: begun.run,
                p_organization: organization,
                p_limit: begun.batch,
                p_after_at: at,
                p_after_key: key,
            };
            let mut looked = self.batch(&batch).await?;
            progress.batch(started);
            if looked.len() < begun.batch as usize {
                return Ok(true);
            }
            last = looked.pop();
        }
    }

    async fn organizations(
        &self,
        run: Uuid,
        after: Option<Uuid>,
    ) -> Result<Vec<Organization>, DatabaseError> {
        let next = Next {
            p_run: run,
            p_limit: ORGANIZATIONS,
            p_after: after,
        };
        self.procedures
            .call(&self.secrets, "retention_organizations", &next)
            .await
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Looked>, DatabaseError> {
        let bounds = Bounds {
            within: BATCH_LIMIT,
            rows: Some(batch.p_limit),
        };
        self.procedures
            .call_within(&self.secrets, "retention_sweep", batch, bounds)
            .await
    }
}
