//! What is stored of a circuit.

use super::write::Field;
use super::{Mode, State};
use crate::outbound::Class;
use crate::owner::Owner;

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
