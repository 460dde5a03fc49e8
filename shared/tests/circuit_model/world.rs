//! The modelled world: one circuit, the processes that call through it, and the provider.
//!
//! Time is relative: [`NOW`] never moves, and the passing of a tick moves every end back. Generations are relative too:
//! after each step they are numbered anew from 0, in their order. So the world is finite although neither has an end.

use sallyport::outbound::circuit::rules::Verdict;
use sallyport::outbound::circuit::{Clause, Field, LEASE_MARGIN, Owner, Record, State, Write};
use time::OffsetDateTime;

/// The time, always: Unix seconds.
const NOW: i64 = 1_700_000_000;
/// What a lease lasts, what an open time lasts, what two clocks may differ by, and what a tick is: seconds.
pub const TICK: i64 = LEASE_MARGIN.as_secs().cast_signed();
/// An end that is over by every clock.
const OVER: i64 = (NOW - TICK) * 1000;

/// Processes at work at the same time, at most.
pub const PROCESSES: usize = 3;

/// Everything there is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub record: Option<Record>,
    pub processes: [Process; PROCESSES],
    /// Whether the provider is well.
    pub healthy: bool,
    /// A write whose sender is dead and which may still reach the store.
    pub in_flight: Option<InFlight>,
    /// The generation of the newest call that failed.
    pub failed_at: Option<u64>,
    pub faults: Faults,
    /// What went wrong in the step that led here, or before.
    pub breach: Option<Breach>,
}

/// A dead process's write, and the generation of the call it is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InFlight {
    pub write: Write,
    pub pass: Option<u64>,
}

/// Faults that may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Faults {
    pub outages: u8,
    pub crashes: u8,
    pub late_writes: u8,
    pub lost_answers: u8,
}

/// What must not happen in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// A probe began at a generation that another had.
    SharedGeneration,
    /// A probe was taken over within its lease.
    Seized,
    /// A probe closed the circuit that began before the newest call that failed.
    ClosedByTheOlder,
    /// A failure from before an outage opened the circuit that recovered since.
    OpenedByTheOlder,
    /// A closed circuit was taken for one to be probed.
    ProbedClosed,
    /// A probe that was overtaken opened the circuit again.
    ReopenedByTheOlder,
}

/// One process, and its one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Process {
    /// It calls nobody, and believes what it read last.
    Idle(Option<Record>),
    /// It asked for the probe and the answer was lost; its client asks again.
    Unsure(Record, Owner),
    /// Its call is under way.
    Calling(Pass),
    /// Its call is over, which is not noted yet.
    Noting(Pass, Verdict),
}

/// The right to a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// Through a closed circuit of this generation.
    Closed(u64),
    /// As the probe, of the circuit as recorded.
    Probe(Record),
}

impl Process {
    /// The probe that is under way, its call or its verdict.
    pub fn probe(&self) -> Option<&Record> {
        match self {
            Self::Calling(Pass::Probe(held)) | Self::Noting(Pass::Probe(held), _) => Some(held),
            _ => None,
        }
    }

    /// The generation of the call whose end is about to be noted.
    pub fn noted(&self) -> Option<u64> {
        match self {
            Self::Noting(pass, _) => Some(pass.generation()),
            _ => None,
        }
    }

    fn records(&mut self) -> Option<&mut Record> {
        match self {
            Self::Idle(Some(record))
            | Self::Unsure(record, _)
            | Self::Calling(Pass::Probe(record))
            | Self::Noting(Pass::Probe(record), _) => Some(record),
            _ => None,
        }
    }
}

impl Pass {
    pub fn generation(&self) -> u64 {
        match self {
            Self::Closed(generation) => *generation,
            Self::Probe(held) => held.generation,
        }
    }
}

/// The clock of the process with this number: every second one is ahead by the most that is allowed.
pub fn clock(process: usize) -> OffsetDateTime {
    let ahead = if process % 2 == 1 { TICK } else { 0 };
    OffsetDateTime::from_unix_timestamp(NOW + ahead).expect("a time")
}

/// A record without what no rule reads.
fn bare(record: &Record) -> Record {
    let is_open = record.state == State::Open;
    let is_half_open = record.state == State::HalfOpen;
    Record {
        opened_at: 0,
        open_until: if is_open {
            record.open_until.max(OVER)
        } else {
            OVER
        },
        failed_probes: 0,
        owner: record.owner.filter(|_| is_half_open),
        lease_until: if is_half_open {
            record.lease_until.max(OVER)
        } else {
            OVER
        },
        reason: None,
        expires_at: None,
        ..record.clone()
    }
}

impl World {
    /// What the store shows.
    pub fn stored(&self) -> Record {
        self.record.clone().unwrap_or_default()
    }

    /// An owner nobody has, and no write names.
    pub fn fresh_owner(&self) -> Owner {
        let named = |owner: Owner| {
            let by_write = self
                .in_flight
                .iter()
                .any(|it| it.write.fields.contains(&Field::Owner(owner)));
            let by_process = self.processes.iter().any(|process| match process {
                Process::Unsure(seen, own) => *own == owner || seen.owner == Some(owner),
                Process::Idle(seen) => seen.as_ref().is_some_and(|seen| seen.owner == Some(owner)),
                other => other.probe().is_some_and(|held| held.owner == Some(owner)),
            });
            by_write || by_process || self.stored().owner == Some(owner)
        };
        (1..=u128::MAX)
            .map(Owner::of)
            .find(|owner| !named(*owner))
            .expect("an owner")
    }

    /// Lets a tick pass.
    pub fn age(&mut self) {
        let back = |at: &mut i64| *at = (*at - TICK * 1000).max(OVER);
        let processes = self.processes.iter_mut().filter_map(Process::records);
        for record in processes.chain(&mut self.record) {
            back(&mut record.open_until);
            back(&mut record.lease_until);
        }
        if let Some(InFlight { write, .. }) = &mut self.in_flight {
            for field in &mut write.fields {
                if let Field::OpenUntil(at) | Field::LeaseUntil(at) = field {
                    back(at);
                }
            }
            for clause in write.guard.0.iter_mut().flatten() {
                if let Clause::OpenEndedBy(at) | Clause::LeaseEndedBy(at) = clause
                    && *at > OVER
                {
                    back(at);
                }
            }
        }
    }

    /// Takes out what no rule reads, and numbers the generations anew.
    pub fn normalize(&mut self) {
        for record in self
            .processes
            .iter_mut()
            .filter_map(Process::records)
            .chain(&mut self.record)
        {
            *record = bare(record);
        }
        let mut generations = vec![0];
        self.each_generation(&mut |generation| generations.push(*generation));
        generations.sort_unstable();
        generations.dedup();
        // What is written next is one more than what was seen: neighbours stay neighbours, and gaps shrink to two.
        let mut numbers = vec![0];
        for pair in generations.windows(2) {
            let last = numbers[numbers.len() - 1];
            numbers.push(last + (pair[1] - pair[0]).min(2));
        }
        self.each_generation(&mut |generation| {
            let place = generations
                .binary_search(generation)
                .expect("it was collected");
            *generation = numbers[place];
        });
    }

    fn each_generation(&mut self, visit: &mut dyn FnMut(&mut u64)) {
        for process in &mut self.processes {
            if let Process::Calling(Pass::Closed(generation))
            | Process::Noting(Pass::Closed(generation), _) = process
            {
                visit(generation);
            }
        }
        for record in self
            .processes
            .iter_mut()
            .filter_map(Process::records)
            .chain(&mut self.record)
        {
            visit(&mut record.generation);
        }
        self.failed_at.iter_mut().for_each(&mut *visit);
        if let Some(InFlight { write, pass }) = &mut self.in_flight {
            pass.iter_mut().for_each(&mut *visit);
            for field in &mut write.fields {
                if let Field::Generation(generation) = field {
                    visit(generation);
                }
            }
            for clause in write.guard.0.iter_mut().flatten() {
                if let Clause::Generation(generation) = clause {
                    visit(generation);
                }
            }
        }
    }
}
