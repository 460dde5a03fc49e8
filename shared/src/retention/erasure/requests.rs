//! The requests in the database.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Steps, Stopped};
use crate::database::{Bounds, DatabaseError, Procedures};
use crate::retention::Retention;
use crate::retention::runs::Counted;
use crate::secrets::Secrets;

/// Rows of a batch.
const BATCH: u32 = 500;
const BATCH_LIMIT: Duration = Duration::from_secs(8);

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// A person, with everything that hangs on them.
    Contact,
    /// A call.
    Call,
}

impl Scope {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Call => "call",
        }
    }
}

/// A request to erase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewErasure {
    /// Whose records.
    #[serde(rename = "p_organization")]
    pub organization: Uuid,
    /// Contact or call.
    #[serde(rename = "p_scope")]
    pub scope: Scope,
    /// Its id.
    #[serde(rename = "p_subject")]
    pub subject: Uuid,
    /// `gdpr_article_17`, `ccpa` or `patient_request`.
    #[serde(rename = "p_basis")]
    pub basis: String,
    /// Who asks: `user:<id>` or `operator:<name>`.
    #[serde(rename = "p_requested_by")]
    pub requested_by: String,
}

/// What became of asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The request.
    pub request: Uuid,
    /// `running`, or `rejected` when there is no such subject.
    pub status: String,
    /// When the grace is over.
    #[serde(with = "time::serde::rfc3339::option")]
    pub erase_after: Option<OffsetDateTime>,
    /// Why it stands so.
    pub reason: Option<String>,
}

impl NewErasure {
    /// Asks: what it is about is hidden when this returns.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn ask(
        &self,
        procedures: &Procedures,
        secrets: &Secrets,
    ) -> Result<Asked, DatabaseError> {
        procedures.call(secrets, "request_erasure", self).await
    }
}

/// How a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestStatus {
    /// The request.
    pub request: Uuid,
    /// Contact, call or organisation.
    pub scope: String,
    /// Its id.
    pub subject: Option<Uuid>,
    /// `pending`, `running`, `completed`, `failed` or `rejected`.
    pub status: String,
    /// Why it stands so, as `held`.
    pub reason: Option<String>,
    /// When it was asked.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When the law wants an answer.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// When the grace is over.
    #[serde(with = "time::serde::rfc3339::option")]
    pub erase_after: Option<OffsetDateTime>,
    /// When it was carried out.
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<OffsetDateTime>,
    /// Rows removed, by table.
    pub records_deleted: serde_json::Value,
    /// What was done outside the database.
    pub steps: serde_json::Value,
}

impl RequestStatus {
    /// The request of an organisation, if it has it.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn of(
        procedures: &Procedures,
        secrets: &Secrets,
        organization: Uuid,
        request: Uuid,
    ) -> Result<Option<Self>, DatabaseError> {
        let which = Which {
            p_organization: organization,
            p_request: request,
        };
        let found: Vec<Self> = procedures.call(secrets, "erasure_status", &which).await?;
        Ok(found.into_iter().next())
    }
}

/// A request that was taken to be carried out, with what is to be looked for elsewhere.
#[derive(Clone, Deserialize)]
pub(in crate::retention) struct Taken {
    pub org_id: Uuid,
    pub request: Uuid,
    pub contacts: Vec<Uuid>,
    pub calls: Vec<Uuid>,
    pub phones: Vec<String>,
    pub provider_calls: Vec<String>,
    pub deliveries: Vec<String>,
    pub events: Vec<Event>,
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
}

/// An event in a clinic's own calendar.
#[derive(Clone, Deserialize)]
pub(in crate::retention) struct Event {
    /// The calendar's id at Google.
    pub calendar: String,
    /// The event's.
    pub event: String,
}

#[derive(Serialize)]
struct Which {
    p_organization: Uuid,
    p_request: Uuid,
}

#[derive(Serialize)]
struct Batch {
    p_limit: u32,
    #[serde(flatten)]
    which: Which,
}

#[derive(Serialize)]
struct Take {
    #[serde(rename = "p_request", skip_serializing_if = "Option::is_none")]
    request: Option<Uuid>,
}

#[derive(Serialize)]
struct Settle<'a> {
    p_steps: Steps,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_reason: Option<&'a str>,
    #[serde(flatten)]
    which: Which,
}

/// One removed row.
#[derive(Deserialize)]
struct Gone {}

impl Taken {
    fn which(&self) -> Which {
        Which {
            p_organization: self.org_id,
            p_request: self.request,
        }
    }
}

impl Retention {
    /// How many requests are due, and how many are open.
    pub(in crate::retention) async fn count_erasures(&self) -> Result<Counted, DatabaseError> {
        self.procedures
            .call(&self.secrets, "count_erasures", &Take { request: None })
            .await
    }

    pub(super) async fn take_erasure(
        &self,
        request: Option<Uuid>,
    ) -> Result<Option<Taken>, DatabaseError> {
        let taken: Vec<Taken> = self
            .procedures
            .call(&self.secrets, "take_erasure", &Take { request })
            .await?;
        Ok(taken.into_iter().next())
    }

    pub(super) async fn erase_rows(&self, taken: &Taken, until: Instant) -> Result<(), Stopped> {
        let bounds = Bounds {
            within: BATCH_LIMIT,
            rows: Some(BATCH),
        };
        loop {
            if Instant::now() >= until {
                return Err(Stopped::TIME);
            }
            let batch = Batch {
                p_limit: BATCH,
                which: taken.which(),
            };
            let gone: Vec<Gone> = self
                .procedures
                .call_within(&self.secrets, "erase_rows", &batch, bounds)
                .await?;
            if gone.is_empty() {
                return Ok(());
            }
        }
    }

    pub(super) async fn settle_erasure(
        &self,
        taken: &Taken,
        steps: Steps,
        reason: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let settle = Settle {
            p_steps: steps,
            p_reason: reason,
            which: taken.which(),
        };
        let _: serde_json::Value = self
            .procedures
            .call(&self.secrets, "settle_erasure", &settle)
            .await?;
        Ok(())
    }
}
