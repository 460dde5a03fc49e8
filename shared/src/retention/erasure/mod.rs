//! Erasure: carries out the requests whose grace is over.
//!
//! Who acts: the sweep of the class [`ERASURES`], request by request. Each is taken for ten minutes, so that two runs
//! do not share one, and worked off in one order: the tombstones first, or a restore in between would bring back what
//! nobody remembers to erase; then what lies outside the database, of which only the database still knows; the rows
//! last, the contact after everything that hangs on it. Every step may be repeated. A request that fails keeps its
//! reason and is taken again by the next run.

mod bodies;
mod calendars;
mod ledger;
mod letters;
mod marks;
mod replay;
mod requests;

use aws_config::SdkConfig;
use futures::FutureExt as _;
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Begun, Progress, Retention, SweepError};
use crate::database::DatabaseError;
use crate::secrets::SecretText;
pub use calendars::CalendarPlace;
pub use ledger::LedgerError;
use marks::Marks;
pub use replay::Replayed;
use requests::Taken;
pub use requests::{Asked, NewErasure, RequestStatus, Scope};

/// The class of requests to erase.
pub const ERASURES: &str = "erasures";

/// Where the data of a stage lies outside the database.
#[derive(Clone, Debug)]
pub struct Places {
    /// The table of claims.
    pub deliveries_table: String,
    /// The bucket of bodies and held deliveries.
    pub oversize_bucket: String,
    /// The ledger of erasures.
    pub tombstones_table: String,
    /// The name or ARN of the secret under which the ledger's subjects are hashed.
    pub tombstones_secret: String,
    /// The URLs of the dead-letter queues that hold deliveries.
    pub dead_letter_queues: Vec<String>,
    /// How the organisations' calendars are reached, if they are.
    pub calendars: Option<CalendarPlace>,
}

/// The stores outside the database.
#[derive(Debug)]
pub(super) struct Outside {
    ledger: ledger::Ledger,
    bodies: bodies::Bodies,
    letters: letters::Letters,
    calendars: calendars::Calendars,
    secret: String,
}

impl Outside {
    pub(super) fn new(aws: &SdkConfig, places: &Places) -> Self {
        Self {
            ledger: ledger::Ledger::new(aws, places.tombstones_table.clone()),
            bodies: bodies::Bodies::new(aws, places.oversize_bucket.clone()),
            letters: letters::Letters::new(aws, places.dead_letter_queues.clone()),
            calendars: calendars::Calendars::new(aws, places.calendars.clone()),
            secret: places.tombstones_secret.clone(),
        }
    }
}

/// What was done outside the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Steps {
    tombstones: u64,
    bodies: u64,
    dead_letters: u64,
    calendar_events: u64,
}

/// Why a request was not carried out to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("erasure stopped: {0}")]
pub(super) struct Stopped(pub &'static str);

impl Stopped {
    /// The database refused or did not answer.
    const DATABASE: Self = Self("database");
    /// The time of the run was over.
    const TIME: Self = Self("time_is_short");
}

impl From<DatabaseError> for Stopped {
    fn from(_: DatabaseError) -> Self {
        Self::DATABASE
    }
}

impl From<LedgerError> for Stopped {
    fn from(_: LedgerError) -> Self {
        Self("ledger")
    }
}

impl Retention {
    /// Carries out one request after the other until none is due or the time is short. One that fails does not stop
    /// the others.
    pub(super) async fn erasures(
        &self,
        begun: &Begun,
        until: Instant,
        progress: &mut Progress,
    ) -> Result<(), SweepError> {
        let mut failed = false;
        // Each request once: one that failed is due again at once, and is the next run's.
        for _ in 0..begun.due {
            let started = Instant::now();
            if started >= until {
                return Ok(());
            }
            let Some(taken) = self.take_erasure(None).await? else {
                break;
            };
            match self.carry_out(&taken, until).boxed().await {
                Ok(()) => progress.outside += 1,
                Err(stopped) => {
                    failed = true;
                    let request = taken.request;
                    tracing::error!(%request, reason = stopped.0, "erasure stopped");
                }
            }
            progress.batch(started);
        }
        progress.complete = !failed;
        if failed {
            Err(SweepError::Erasure)
        } else {
            Ok(())
        }
    }

    /// Carries out one request now if its grace is over and no hold is on it; `false` when it is not.
    ///
    /// # Errors
    /// [`SweepError`].
    pub async fn erase_now(&self, request: Uuid, until: Instant) -> Result<bool, SweepError> {
        let Some(taken) = self.take_erasure(Some(request)).await? else {
            return Ok(false);
        };
        let done = self.carry_out(&taken, until).boxed().await;
        done.map(|()| true).map_err(|_| SweepError::Erasure)
    }

    async fn carry_out(&self, taken: &Taken, until: Instant) -> Result<(), Stopped> {
        let mut steps = Steps::default();
        let done = self.steps(taken, until, &mut steps).await;
        let reason = done.as_ref().err().map(|stopped| stopped.0);
        self.settle_erasure(taken, steps, reason).await?;
        done
    }

    async fn steps(&self, taken: &Taken, until: Instant, steps: &mut Steps) -> Result<(), Stopped> {
        let outside = &self.outside;
        let key = self.ledger_key().await?;
        steps.tombstones = outside.ledger.remember(&key, taken).boxed().await?;
        let mut marks = Marks::of(taken);
        steps.bodies = outside.bodies.erase(&mut marks, until).boxed().await?;
        let letters = &mut steps.dead_letters;
        outside
            .letters
            .erase(&marks, until, letters)
            .boxed()
            .await?;
        let calendars = outside.calendars.cancel(&self.secrets, taken, until);
        steps.calendar_events = calendars.boxed().await?;
        self.erase_rows(taken, until).await
    }

    /// The key under which the ledger's subjects are hashed.
    pub(super) async fn ledger_key(&self) -> Result<SecretText, LedgerError> {
        let key = self.secrets.get(&self.outside.secret).await;
        key.map_err(|_| LedgerError)
    }
}
