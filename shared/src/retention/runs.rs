//! The database's books of runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Order, Retention};
use crate::database::{Bounds, DatabaseError};

/// Counting walks an index over everything that is due.
const COUNTING: Bounds = Bounds {
    within: Duration::from_mins(1),
    rows: None,
};

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// It may remove.
    Running,
    /// All that was due is gone.
    Done,
    /// The time was short; the next run goes on.
    Partial,
    /// A store failed.
    Failed,
    /// More was due than the guard lets go without an approval.
    Refused,
    /// A dry run: counted, nothing removed.
    Planned,
    /// It ended without a word.
    Abandoned,
}

impl RunState {
    /// Its name in the books.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Planned => "planned",
            Self::Abandoned => "abandoned",
        }
    }
}

/// A run that was begun, or was not let through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Begun {
    /// Its id.
    pub run: Uuid,
    /// Running, refused or planned.
    pub state: RunState,
    /// What is due.
    pub due: u64,
    /// What a hold keeps.
    pub held: u64,
    /// The most that goes without an approval.
    pub guard: u64,
    /// Rows of a batch.
    pub batch: u32,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Ended {
    pub state: RunState,
    pub removed: u64,
}

/// What would go of one organisation's class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The record class.
    pub class: String,
    /// The organisation.
    pub org_id: Uuid,
    /// How long it keeps the class.
    pub keep_days: u32,
    /// What is due.
    pub due: u64,
    /// What a hold keeps.
    pub held: u64,
    /// The age of the oldest of both.
    #[serde(with = "time::serde::rfc3339::option")]
    pub oldest: Option<OffsetDateTime>,
}

/// How a class stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The record class.
    pub class: String,
    /// Days it is kept where an organisation says nothing.
    pub keep_days: u32,
    /// The least an organisation may choose.
    pub min_days: u32,
    /// The most.
    pub max_days: u32,
    /// The last run's state.
    pub state: Option<RunState>,
    /// What it found due.
    pub due: Option<u64>,
    /// What it removed.
    pub removed: Option<u64>,
    /// When it began.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_run: Option<OffsetDateTime>,
    /// When one last ended well.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_success: Option<OffsetDateTime>,
    /// Whether that is more than two periods ago, or never was.
    pub late: bool,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Begin<'a> {
    p_class: &'a str,
    p_dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_approved_rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_approved_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_approval_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_counted_due: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_counted_total: Option<u64>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Finish {
    p_run: Uuid,
    p_state: RunState,
    p_removed: u64,
}

#[derive(Serialize)]
struct Of<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    p_class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_organization: Option<Uuid>,
}

/// No arguments.
#[derive(Serialize)]
struct Nothing {}

/// What was counted outside Postgres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Counted {
    pub due: u64,
    pub total: u64,
}

impl Retention {
    /// The database's time.
    pub(super) async fn now(&self) -> Result<OffsetDateTime, DatabaseError> {
        #[derive(Deserialize)]
        struct Now(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);
        let now: Now = self
            .procedures
            .call(&self.secrets, "retention_now", &Nothing {})
            .await?;
        Ok(now.0)
    }

    pub(super) async fn begin(
        &self,
        order: &Order,
        outside: Option<Counted>,
    ) -> Result<Begun, DatabaseError> {
        let approval = order.approval.as_ref();
        let arguments = Begin {
            p_class: &order.class,
            p_dry_run: order.dry_run,
            p_approved_rows: approval.map(|approval| approval.rows),
            p_approved_by: approval.map(|approval| approval.by.as_str()),
            p_approval_reason: approval.map(|approval| approval.reason.as_str()),
            p_counted_due: outside.map(|counted| counted.due),
            p_counted_total: outside.map(|counted| counted.total),
        };
        self.procedures
            .call_within(&self.secrets, "retention_begin", &arguments, COUNTING)
            .await
    }

    pub(super) async fn finish(
        &self,
        run: Uuid,
        state: RunState,
        removed: u64,
    ) -> Result<Ended, DatabaseError> {
        let arguments = Finish {
            p_run: run,
            p_state: state,
            p_removed: removed,
        };
        self.procedures
            .call(&self.secrets, "retention_finish", &arguments)
            .await
    }

    /// What would go of what lies in Postgres, by class and organisation; nothing is removed.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn plan(
        &self,
        class: Option<&str>,
        organization: Option<Uuid>,
    ) -> Result<Vec<Planned>, DatabaseError> {
        let of = Of {
            p_class: class,
            p_organization: organization,
        };
        self.procedures
            .call_within(&self.secrets, "retention_plan", &of, COUNTING)
            .await
    }

    /// How each class stands.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn status(&self) -> Result<Vec<Standing>, DatabaseError> {
        self.procedures
            .call(&self.secrets, "retention_status", &Nothing {})
            .await
    }
}
