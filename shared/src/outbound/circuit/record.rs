//! What is stored of a circuit.

use uuid::Uuid;

use super::write::Field;
use super::{Mode, State};
use crate::outbound::Class;

/// Who probes: random for each probe, so that one whose answer was lost is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner(Uuid);

impl Owner {
    /// A new owner.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The owner of this number, for tests and models.
    #[must_use]
    pub const fn of(number: u128) -> Self {
        Self(Uuid::from_u128(number))
    }

    /// The owner of a stored text: 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32)
            .then(|| Uuid::try_parse(text).ok())?
            .map(Self)
    }

    /// The stored text.
    #[must_use]
    pub fn text(self) -> String {
        self.0.simple().to_string()
    }
}

/// A circuit. One that is not stored is [`Record::default`]: closed, at generation 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// Where it stands.
    pub state: State,
    /// The fence: one more with each opening and each probe, and every write names the one it saw.
    pub generation: u64,
    /// Who decides.
    pub mode: Mode,
    /// When it was last opened, Unix milliseconds.
    pub opened_at: i64,
    /// When the open time is over, Unix milliseconds.
    pub open_until: i64,
    /// How often a probe has failed since it was closed.
    pub failed_probes: u32,
    /// Who probes or probed last.
    pub owner: Option<Owner>,
    /// When the probe's time is over, Unix milliseconds; 0 when nobody probes.
    pub lease_until: i64,
    /// How many probes have succeeded since it was opened.
    pub successes: u32,
    /// What opened it.
    pub reason: Option<Class>,
    /// When the store may forget it, Unix seconds; `None` for one that an operator decides about.
    pub expires_at: Option<i64>,
}

impl Record {
    /// Sets one field.
    pub(super) const fn set(&mut self, field: Field) {
        match field {
            Field::State(state) => self.state = state,
            Field::Generation(generation) => self.generation = generation,
            Field::Mode(mode) => self.mode = mode,
            Field::OpenedAt(at) => self.opened_at = at,
            Field::OpenUntil(at) => self.open_until = at,
            Field::FailedProbes(count) => self.failed_probes = count,
            Field::Owner(owner) => self.owner = Some(owner),
            Field::LeaseUntil(at) => self.lease_until = at,
            Field::Successes(count) => self.successes = count,
            Field::Reason(class) => self.reason = Some(class),
            Field::ExpiresAt(at) => self.expires_at = at,
        }
    }
}
