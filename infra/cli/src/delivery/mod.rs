//! The deliveries of a stage as an operator sees them, and how what was given up is begun again.
//!
//! What is known of a delivery lies in three places: the delivery log (Postgres), the claims (DynamoDB) and the
//! dead-letter queue. The log is the last word on what was applied; a claim knows what the log was not told yet; a dead
//! letter is what can be replayed.

mod claim;
mod dead_letter;
mod identity;
mod list;
mod log;
mod plan;
mod replay;

pub use dead_letter::{DeadLetters, Letter};
pub use list::{Filter, Listed, Listing};
pub use log::Logged;
pub use plan::{Plan, Planned, Refused, Step, Which};
pub use replay::{Order, Replayed};

use std::time::Duration;

use anyhow::Result;
use sallyport::{
    clock::Clock,
    delivery::{
        Queue,
        claim::{Claims, Table},
    },
};

use self::claim::Scan;
use self::log::Log;
use crate::{rest::Rest, stage::Reached};

/// How long dead letters are hidden from others while they are looked at. A run that is interrupted leaves them hidden
/// for that long, and never longer.
const HIDDEN: Duration = Duration::from_mins(2);

/// The deliveries of one stage.
#[derive(Debug)]
pub struct Deliveries {
    reached: Reached,
    log: Log,
    claims: Claims,
    scan: Scan,
    dead_letters: DeadLetters,
    queue: Queue,
}

impl Deliveries {
    /// The deliveries of the stage that was reached.
    ///
    /// # Errors
    /// When its stack does not tell where they are, or the database's key is not this caller's to read.
    pub async fn open(reached: &Reached) -> Result<Self> {
        let output = |name| reached.outputs.get(name).map(str::to_owned);
        let table = output("DeliveriesTable")?;
        let claims = Table::new(&aws_sdk_dynamodb::Client::new(&reached.aws), table.clone());
        Ok(Self {
            log: Log(Rest::open(reached).await?),
            claims: Claims::new(claims, Clock::system()),
            scan: Scan::new(&reached.aws, table),
            dead_letters: DeadLetters::new(
                &reached.aws,
                output("DeliveriesDeadLetterQueueUrl")?,
                HIDDEN,
            ),
            queue: Queue::new(&reached.aws, output("DeliveriesQueueUrl")?),
            reached: reached.clone(),
        })
    }

    /// The same, hiding dead letters for another time while they are looked at.
    #[must_use]
    pub fn hiding_for(mut self, hidden: Duration) -> Self {
        self.dead_letters.hidden = hidden;
        self
    }
}
