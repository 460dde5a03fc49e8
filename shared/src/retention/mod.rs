//! Retention: what is past its time goes, counted, recorded and never by accident.
//!
//! Who acts: a schedule's tick or an operator gives an [`Order`] for one record class; [`Retention::sweep`] begins a run,
//! works it off in bounded batches until all is done or the time is short, and finishes it. Policy, clock, holds and
//! guard are the database's; what lies in Postgres is removed by its functions only, each batch with its audit row in
//! one transaction.
//!
//! Correctness hangs on the run that the database keeps: no batch is taken without one, no batch removes more than the
//! run was let through with, and the count of what was removed is the delete's own. A sweep that is killed anywhere
//! has removed whole batches; the next one begins from what is left. Two at once pass over each other's rows.
//!
//! Outside Postgres, DynamoDB's time to live and the bucket's lifecycle are the second net: they remove late.

mod claims;
mod desk;
mod erasure;
mod export;
mod payloads;
mod rows;
mod runs;

use std::sync::LazyLock;

use aws_config::SdkConfig;
use futures::FutureExt as _;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

use crate::database::{DatabaseError, Procedures};
use crate::secrets::Secrets;
use crate::telemetry::Every;
pub use desk::{Hold, NewHold};
pub use erasure::{
    Asked, CalendarPlace, ERASURES, LedgerError, NewErasure, Places, Replayed, RequestStatus, Scope,
};
pub use export::ExportError;
pub use runs::{Begun, Planned, RunState, Standing};

/// The class of claims, which lie in DynamoDB.
pub const CLAIMS: &str = "claims";
/// The class of bodies in the bucket.
pub const PAYLOADS: &str = "payloads";

/// What is to be swept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The record class.
    pub class: String,
    /// Only count.
    #[serde(default)]
    pub dry_run: bool,
    /// Lets more go than the guard does.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// How often the schedule that orders it does so; nothing where somebody orders it by hand.
    #[serde(default)]
    pub every: Option<Every>,
}

/// Somebody has seen how much would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The most that may go.
    pub rows: u64,
    /// Who approved.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What became of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The record class.
    pub class: String,
    /// The run, in the database's books.
    pub run: Uuid,
    /// How it ended.
    pub state: RunState,
    /// What was due when it began.
    pub due: u64,
    /// What a hold kept.
    pub held: u64,
    /// What was removed, as the deletes counted it.
    pub removed: u64,
    /// The most that goes without an approval.
    pub guard: u64,
    /// How many batches it took.
    pub batches: u64,
    /// The longest of them, milliseconds.
    pub longest_batch_ms: u64,
}

/// A store did not do what it was asked. What was removed until then stays removed and is counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The table of claims.
    #[error("claims could not be swept")]
    Claims,
    /// The bucket.
    #[error("stored bodies could not be swept")]
    Payloads,
    /// At least one request to erase was not carried out; it says why.
    #[error("not every erasure was carried out")]
    Erasure,
    /// The ledger of erasures.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl SweepError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::Claims => "claims",
            Self::Payloads => "payloads",
            Self::Erasure => "erasure",
            Self::Ledger(_) => "ledger",
        }
    }
}

/// The stores that are swept.
#[derive(Debug)]
pub struct Retention {
    procedures: Procedures,
    secrets: Secrets,
    claims: Store<claims::Claims>,
    payloads: Store<payloads::Payloads>,
    outside: Store<erasure::Outside>,
}

/// Made when it is first needed: each class lies in one of them, and most lie in none.
type Store<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send>>;

/// What a sweep has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Progress {
    /// What was removed outside Postgres; inside, the database counts.
    outside: u64,
    batches: u64,
    longest_ms: u64,
    /// Whether everything was looked at.
    complete: bool,
}

impl Progress {
    fn batch(&mut self, began: Instant) {
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.batches += 1;
        self.longest_ms = self.longest_ms.max(ms);
    }
}

impl Retention {
    /// The stores: the database behind its procedures, and the places outside it.
    #[must_use]
    pub fn new(procedures: Procedures, secrets: Secrets, aws: &SdkConfig, places: &Places) -> Self {
        fn store<T: 'static>(
            aws: &SdkConfig,
            places: &Places,
            new: fn(&SdkConfig, &Places) -> T,
        ) -> Store<T> {
            let (aws, places) = (aws.clone(), places.clone());
            LazyLock::new(Box::new(move || new(&aws, &places)))
        }
        Self {
            procedures,
            secrets,
            claims: store(aws, places, claims::Claims::new),
            payloads: store(aws, places, payloads::Payloads::new),
            outside: store(aws, places, erasure::Outside::new),
        }
    }

    /// The database's procedures, with the secrets that open them.
    #[must_use]
    pub fn procedures(&self) -> (&Procedures, &Secrets) {
        (&self.procedures, &self.secrets)
    }

    /// Sweeps a class. Nothing is begun after `until`; a batch that runs then ends by itself.
    ///
    /// # Errors
    /// [`SweepError`]; the run is marked as failed if the database can still be told.
    pub async fn sweep(&self, order: &Order, until: Instant) -> Result<Report, SweepError> {
        let now = self.now().await?;
        let outside = match order.class.as_str() {
            CLAIMS => Some(self.claims.count(now).boxed().await?),
            PAYLOADS => Some(self.payloads.count(now).boxed().await?),
            ERASURES => Some(self.count_erasures().await?),
            _ => None,
        };
        let begun = self.begin(order, outside).await?;
        if begun.state != RunState::Running {
            return Ok(report(order, &begun, begun.state, 0, Progress::default()));
        }
        let mut progress = Progress::default();
        let worked = match order.class.as_str() {
            // Boxed: the clients' futures are deep, and a function's future holds all of this.
            CLAIMS => self
                .claims
                .remove(now, &begun, until, &mut progress)
                .boxed(),
            PAYLOADS => self
                .payloads
                .remove(now, &begun, until, &mut progress)
                .boxed(),
            ERASURES => self.erasures(&begun, until, &mut progress).boxed(),
            _ => self.rows(&begun, until, &mut progress).boxed(),
        };
        let worked = worked.await;
        let state = match &worked {
            Ok(()) if progress.complete => RunState::Done,
            Ok(()) => RunState::Partial,
            Err(_) => RunState::Failed,
        };
        let ended = self.finish(begun.run, state, progress.outside).await;
        worked?;
        let ended = ended?;
        Ok(report(order, &begun, ended.state, ended.removed, progress))
    }
}

fn report(
    order: &Order,
    begun: &Begun,
    state: RunState,
    removed: u64,
    progress: Progress,
) -> Report {
    Report {
        class: order.class.clone(),
        run: begun.run,
        state,
        due: begun.due,
        held: begun.held,
        removed,
        guard: begun.guard,
        batches: progress.batches,
        longest_batch_ms: progress.longest_ms,
    }
}
