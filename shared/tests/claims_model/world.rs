//! The modelled world: one delivery, its claim, who acts on it, and the queue.
//!
//! Time is relative: [`NOW`] never moves, and the passing of a tick moves every lease back. A lease that is over for
//! everybody stays where it is, so the world is finite although time has no end.

use sallyport::delivery::DeliveryId;
use sallyport::delivery::claim::{
    BodyDigest, Clause, Field, Owner, Record, State, Subject, Verdict, Write,
};
use sallyport::webhook::EventKey;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The time, always: Unix seconds.
const NOW: i64 = 1_700_000_000;
/// What a lease lasts, what two clocks may differ by, and what a tick is: seconds.
pub const TICK: i64 = 2;
/// A lease that is over by every clock.
const OVER: i64 = (NOW - TICK) * 1000;

/// The provider's attempts, at most.
pub const POSTS: usize = 3;
/// Consumers at work at the same time, at most.
pub const CONSUMERS: usize = 2;

/// Which of the two bodies.
pub type Body = u8;

/// Everything there is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub record: Option<Record>,
    pub receivers: [Receiver; POSTS],
    pub consumers: [Consumer; CONSUMERS],
    /// What each receiver has sent.
    pub messages: [Option<Message>; POSTS],
    /// A write whose sender is dead and which may still reach the store.
    pub in_flight: Option<Write>,
    /// Which bodies were answered with 2xx.
    pub acknowledged: [bool; 2],
    /// The body whose effect the target has.
    pub effect: Option<Body>,
    /// Whether the claim was ever done.
    pub was_done: bool,
    pub faults: Faults,
    /// What went wrong in the step that led here, or before.
    pub breach: Option<Breach>,
}

/// Faults that may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Faults {
    pub crashes: u8,
    pub late_writes: u8,
    pub lost_answers: u8,
    pub failures: u8,
    pub redeliveries: u8,
}

/// What must not happen in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// A claim was taken from an attempt that was at work within its lease.
    Seized,
    /// An effect was executed by an attempt that did not own the claim.
    ForeignEffect,
    /// The target applied the effect a second time.
    AppliedTwice,
    /// An effect was executed again although it was known to be done.
    RepeatedEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    pub body: Body,
    pub deleted: bool,
}

/// The right an attempt believes to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    pub owner: Owner,
    pub until: i64,
    pub attempt: u32,
}

/// One attempt to take the webhook in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receiver {
    Waiting,
    /// The claim was written and its answer lost.
    Unsure(Owner),
    Sending(Lease),
    Marking(Lease),
    Releasing(Lease),
    Gone,
}

/// One attempt after the other to process a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consumer {
    Idle,
    /// It has the message of this receiver; with an owner, the claim was written and its answer lost.
    Beginning(usize, Option<Owner>),
    Working(usize, Lease),
    Finishing(usize, Lease, Verdict),
}

impl Receiver {
    pub fn lease(&self) -> Option<&Lease> {
        match self {
            Self::Sending(lease) | Self::Marking(lease) | Self::Releasing(lease) => Some(lease),
            Self::Waiting | Self::Unsure(_) | Self::Gone => None,
        }
    }
}

impl Consumer {
    pub fn lease(&self) -> Option<&Lease> {
        match self {
            Self::Working(_, lease) | Self::Finishing(_, lease, _) => Some(lease),
            Self::Idle | Self::Beginning(..) => None,
        }
    }
}

impl Lease {
    pub fn of(record: &Record, attempt: u32) -> Self {
        Self {
            owner: record.owner,
            until: record.lease_until,
            attempt,
        }
    }

    /// The same without its end, once nothing asks for that any more.
    pub fn unread(self) -> Self {
        Self {
            until: OVER,
            ..self
        }
    }

    /// As `Claim::holds_at`.
    pub fn holds_at(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() * 1000 < self.until
    }
}

/// The clock of the process with this number: every second one is ahead by the most that is allowed.
pub fn clock(process: usize) -> OffsetDateTime {
    let ahead = if process % 2 == 1 { TICK } else { 0 };
    OffsetDateTime::from_unix_timestamp(NOW + ahead).expect("a time")
}

/// The delivery, with this body.
pub fn subject(body: Body) -> Subject {
    Subject {
        delivery: DeliveryId::derive("e", &EventKey::of(["model"])),
        body: BodyDigest::of(&[body]),
        organization: Uuid::nil(),
        endpoint: String::new(),
        provider: String::new(),
        event_type: String::new(),
        received_at: clock(0),
    }
}

impl World {
    /// An owner nobody has, and no write names.
    pub fn fresh_owner(&self) -> Owner {
        (1..=u128::MAX)
            .map(Owner::of)
            .find(|owner| !self.knows(*owner))
            .expect("an owner")
    }

    fn knows(&self, owner: Owner) -> bool {
        let holds = |lease: Option<&Lease>| lease.is_some_and(|lease| lease.owner == owner);
        self.record
            .as_ref()
            .is_some_and(|record| record.owner == owner)
            || self
                .receivers
                .iter()
                .any(|it| *it == Receiver::Unsure(owner) || holds(it.lease()))
            || self.consumers.iter().any(|it| {
                matches!(it, Consumer::Beginning(_, Some(own)) if *own == owner)
                    || holds(it.lease())
            })
            || self.in_flight.iter().any(|write| {
                write.fields.contains(&Field::Owner(owner))
                    || write
                        .guard
                        .0
                        .iter()
                        .flatten()
                        .any(|clause| *clause == Clause::Owner(owner))
            })
    }

    /// Stores a record, without what no rule reads in its state.
    pub fn store(&mut self, mut record: Record) {
        if record.state != State::Received {
            record.attempts = 0;
            if record.state != State::Processing {
                record.lease_until = OVER;
            }
        }
        self.record = Some(Record {
            starts: 0,
            received_at: clock(0),
            queued_at: None,
            started_at: None,
            finished_at: None,
            reason: None,
            expires_at: NOW + Duration::days(1).whole_seconds(),
            lease_until: record.lease_until.max(OVER),
            ..record
        });
    }

    /// Lets a tick pass.
    pub fn age(&mut self) {
        let back = |at: &mut i64| *at = (*at - TICK * 1000).max(OVER);
        if let Some(record) = &mut self.record {
            back(&mut record.lease_until);
        }
        for receiver in &mut self.receivers {
            if let Receiver::Sending(lease)
            | Receiver::Marking(lease)
            | Receiver::Releasing(lease) = receiver
            {
                back(&mut lease.until);
            }
        }
        for consumer in &mut self.consumers {
            if let Consumer::Working(_, lease) = consumer {
                back(&mut lease.until);
            }
        }
        if let Some(write) = &mut self.in_flight {
            for field in &mut write.fields {
                if let Field::LeaseUntil(at) = field {
                    back(at);
                }
            }
            for clause in write.guard.0.iter_mut().flatten() {
                match clause {
                    Clause::LeaseEndedBy(at) if *at > OVER => back(at),
                    _ => {}
                }
            }
        }
    }
}
