//! What each process does with what it is told, as `Circuits` does.

use sallyport::outbound::circuit::rules::Answer;
use sallyport::outbound::circuit::{Record, State, Write};

use crate::model::Protocol;
use crate::world::{Breach, Pass, Process, World, clock};

impl Protocol {
    /// The process asks to call.
    pub fn ask(&self, world: &mut World, number: usize, answered: bool) {
        let now = clock(number);
        let (seen, owner) = match &world.processes[number] {
            Process::Idle(Some(seen)) => (seen.clone(), world.fresh_owner()),
            Process::Unsure(seen, owner) => (seen.clone(), *owner),
            _ => return,
        };
        if matches!(world.processes[number], Process::Idle(_)) {
            match self.rules.answer(&seen, now) {
                Answer::Pass => {
                    world.processes[number] = Process::Calling(Pass::Closed(seen.generation));
                    return;
                }
                Answer::PassUnnoted | Answer::Reject { .. } => return,
                Answer::Probe => {}
            }
        }
        let made = world.write(&self.rules.probe(&seen, owner, now), None);
        let found = world.stored();
        world.processes[number] = if !answered {
            Process::Unsure(seen, owner)
        } else if made || found.owner == Some(owner) {
            Process::Calling(Pass::Probe(found))
        } else {
            Process::Idle(Some(found))
        };
    }

    /// The process notes how its call ended.
    pub fn note(&self, world: &mut World, number: usize, answered: bool) {
        if let Some(write) = self.next_write(world, number) {
            let pass = world.processes[number].noted();
            world.write(&write, pass);
        }
        if answered {
            let found = world.stored();
            world.processes[number] = Process::Idle(Some(found));
        }
    }

    /// The write a process is about to make.
    pub fn next_write(&self, world: &World, number: usize) -> Option<Write> {
        let now = clock(number);
        match &world.processes[number] {
            Process::Idle(Some(seen)) => Some(self.rules.probe(seen, world.fresh_owner(), now)),
            Process::Unsure(seen, owner) => Some(self.rules.probe(seen, *owner, now)),
            // Counted in the process; here one failure is enough.
            Process::Noting(Pass::Closed(generation), _) => Some(self.rules.trip(*generation, now)),
            Process::Noting(Pass::Probe(held), verdict) => {
                Some(self.rules.verdict(held, *verdict, now))
            }
            Process::Idle(None) | Process::Calling(_) => None,
        }
    }
}

impl World {
    /// Makes a write, which may be about a call of the generation `pass`, and notes what it breaks. Whether it was made.
    pub fn write(&mut self, write: &Write, pass: Option<u64>) -> bool {
        let Some(next) = write.apply(self.record.as_ref()) else {
            return false;
        };
        let before = self.stored();
        let changed = before.state != next.state;
        let is_older = pass.is_some_and(|pass| pass < before.generation);
        let breach = match next.state {
            State::HalfOpen if next.owner != before.owner => self.breach_of_probe(&before, &next),
            State::Closed if changed && pass.is_some_and(|pass| Some(pass) < self.failed_at) => {
                Some(Breach::ClosedByTheOlder)
            }
            State::Open if is_older && before.state == State::Closed => {
                Some(Breach::OpenedByTheOlder)
            }
            State::Open if is_older && changed => Some(Breach::ReopenedByTheOlder),
            _ => None,
        };
        self.breach = self.breach.or(breach);
        self.record = Some(next);
        true
    }

    fn breach_of_probe(&self, before: &Record, next: &Record) -> Option<Breach> {
        let is_live = |(number, process): (usize, &Process)| {
            let now = clock(number).unix_timestamp() * 1000;
            matches!(process, Process::Calling(Pass::Probe(held))
                if held.generation == before.generation && now < held.lease_until)
        };
        if next.generation <= before.generation {
            Some(Breach::SharedGeneration)
        } else if before.state == State::Closed {
            Some(Breach::ProbedClosed)
        } else if self.processes.iter().enumerate().any(is_live) {
            Some(Breach::Seized)
        } else {
            None
        }
    }
}
