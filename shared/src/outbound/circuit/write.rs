//! A conditional write, as data.
//!
//! The rules of the protocol are functions that return these; the store sends them to DynamoDB as one `UpdateItem`,
//! and the model checker applies them to a record in memory. So what is checked is what runs.

use super::record::Record;
use super::{Mode, State};
use crate::outbound::Class;
use crate::owner::Owner;

/// A change of one circuit that is made whole, or not at all because its guard did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    /// What must hold.
    pub guard: Guard,
    /// What is set then. Nothing is counted up: the same write made twice does what it does once.
    pub fields: Vec<Field>,
}

/// Alternatives, of which one must hold; each is clauses that must all hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guard(pub Vec<Vec<Clause>>);

/// One condition on the stored circuit. On an absent one only [`Clause::Absent`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clause {
    /// It is not stored.
    Absent,
    /// It is stored.
    Present,
    /// It is in this state.
    State(State),
    /// It is at this generation.
    Generation(u64),
    /// This decides about it.
    Mode(Mode),
    /// Its open time was over at this time, Unix milliseconds.
    OpenEndedBy(i64),
    /// Its probe's lease was over at this time, Unix milliseconds.
    LeaseEndedBy(i64),
}

/// One attribute's new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each is the field of `Record` of the same name"
)]
pub enum Field {
    State(State),
    Generation(u64),
    Mode(Mode),
    OpenedAt(i64),
    OpenUntil(i64),
    FailedProbes(u32),
    Owner(Owner),
    LeaseUntil(i64),
    Successes(u32),
    Reason(Class),
    ExpiresAt(Option<i64>),
}

impl Clause {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, record: Option<&Record>) -> bool {
        let Some(record) = record else {
            return *self == Self::Absent;
        };
        match *self {
            Self::Absent => false,
            Self::Present => true,
            Self::State(state) => record.state == state,
            Self::Generation(generation) => record.generation == generation,
            Self::Mode(mode) => record.mode == mode,
            Self::OpenEndedBy(at) => record.open_until <= at,
            Self::LeaseEndedBy(at) => record.lease_until <= at,
        }
    }
}

impl Write {
    /// The circuit after this write; `None` when the guard does not hold.
    #[must_use]
    pub fn apply(&self, record: Option<&Record>) -> Option<Record> {
        let mut alternatives = self.guard.0.iter();
        let holds = alternatives.any(|clauses| clauses.iter().all(|clause| clause.holds(record)));
        holds.then(|| {
            let mut next = record.cloned().unwrap_or_default();
            self.fields.iter().for_each(|field| next.set(*field));
            next
        })
    }
}
