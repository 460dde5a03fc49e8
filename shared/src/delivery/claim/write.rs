//! A conditional write, as data.
//!
//! The rules of the protocol are functions that return these; the store sends them to DynamoDB as one `UpdateItem`,
//! and the model checker applies them to a record in memory. So what is checked is what runs.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{BodyDigest, Owner, Record, State};

/// A change of one claim that is made whole, or not at all because its guard did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    /// What must hold.
    pub guard: Guard,
    /// What is set then.
    pub fields: Vec<Field>,
}

/// Alternatives, of which one must hold; each is clauses that must all hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guard(pub Vec<Vec<Clause>>);

/// One condition on the stored claim. On an absent claim only [`Clause::Absent`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clause {
    /// There is no claim.
    Absent,
    /// This attempt owns it.
    Owner(Owner),
    /// It is in one of these states.
    State(&'static [State]),
    /// Its lease ended at this time or before, Unix milliseconds.
    LeaseEndedBy(i64),
    /// It is about this body.
    Body(BodyDigest),
    /// It was attempted fewer times than this.
    AttemptsBelow(u32),
    /// It expired at this time or before, Unix seconds.
    ExpiredBy(i64),
}

/// One attribute's new value; `None` removes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each is the field of `Record` of the same name"
)]
pub enum Field {
    State(State),
    Owner(Owner),
    LeaseUntil(i64),
    Attempts(Count),
    Starts(Count),
    Body(BodyDigest),
    Organization(Uuid),
    Endpoint(String),
    Provider(String),
    EventType(String),
    ReceivedAt(OffsetDateTime),
    QueuedAt(Option<OffsetDateTime>),
    StartedAt(Option<OffsetDateTime>),
    FinishedAt(Option<OffsetDateTime>),
    Reason(Option<&'static str>),
    ExpiresAt(i64),
}

/// How a counter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// To this.
    Set(u32),
    /// To one more than it was.
    Next,
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
            Self::Owner(owner) => record.owner == owner,
            Self::State(states) => states.contains(&record.state),
            Self::LeaseEndedBy(at) => record.lease_until <= at,
            Self::Body(body) => record.body == body,
            Self::AttemptsBelow(limit) => record.attempts < limit,
            Self::ExpiredBy(at) => record.expires_at <= at,
        }
    }
}

impl Write {
    /// The claim after this write; `None` when the guard does not hold.
    #[must_use]
    pub fn apply(&self, record: Option<&Record>) -> Option<Record> {
        let alternatives = &self.guard.0;
        let holds = alternatives
            .iter()
            .any(|clauses| clauses.iter().all(|clause| clause.holds(record)));
        holds.then(|| {
            let mut next = record.cloned().unwrap_or_else(Record::blank);
            self.fields.iter().for_each(|field| next.set(field));
            next
        })
    }
}
