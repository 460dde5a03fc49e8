//! The protocol as a state machine: who can do what next, and what must hold.

use sallyport::outbound::circuit::State;
use sallyport::outbound::circuit::rules::{Answer, Verdict};
use stateright::{Model, Property};

use crate::rules::Rules;
use crate::world::{Breach, Faults, InFlight, PROCESSES, Pass, Process, World, clock};

/// A model of one circuit.
#[derive(Clone, Debug)]
pub struct Protocol {
    pub rules: Rules,
    /// Processes at work at the same time.
    pub processes: usize,
    pub faults: Faults,
}

/// What happens next. The number is the process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It reads the circuit.
    Read(usize),
    /// It asks to call, by what it read.
    Ask(usize),
    /// The same, and the answer to its write is lost.
    AskAndLose(usize),
    /// Its call ends as the provider is well or not.
    End(usize),
    /// Its call ends, and says nothing of the provider's health.
    EndOtherwise(usize),
    /// It notes how its call ended.
    Note(usize),
    /// The same, and the answer is lost, so that its client writes again.
    NoteAndLose(usize),
    /// It dies.
    Crash(usize),
    /// It dies after its write has left and before it has arrived.
    CrashInFlight(usize),
    /// A dead process's write arrives.
    Land,
    /// The provider fails from now on.
    Fall,
    /// The provider is well from now on.
    Recover,
    /// Time passes.
    Tick,
}

impl Action {
    /// Whether something goes wrong.
    pub fn is_fault(self) -> bool {
        use Action::{AskAndLose, Crash, CrashInFlight, EndOtherwise, Fall, NoteAndLose};
        matches!(
            self,
            AskAndLose(_) | NoteAndLose(_) | Crash(_) | CrashInFlight(_) | EndOtherwise(_) | Fall
        )
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            record: None,
            processes: [const { Process::Idle(None) }; PROCESSES],
            healthy: true,
            in_flight: None,
            failed_at: None,
            faults: self.faults,
            breach: None,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let faults = world.faults;
        for (number, process) in world.processes[..self.processes].iter().enumerate() {
            let writes = match process {
                Process::Idle(seen) => {
                    actions.push(Action::Read(number));
                    let Some(seen) = seen else { continue };
                    actions.push(Action::Ask(number));
                    self.rules.answer(seen, clock(number)) == Answer::Probe
                }
                Process::Unsure(..) => {
                    actions.push(Action::Ask(number));
                    true
                }
                Process::Calling(_) => {
                    actions.extend([Action::End(number), Action::EndOtherwise(number)]);
                    false
                }
                Process::Noting(..) => {
                    actions.push(Action::Note(number));
                    true
                }
            };
            let is_noting = matches!(process, Process::Noting(..));
            if writes && faults.lost_answers > 0 {
                actions.push(if is_noting {
                    Action::NoteAndLose(number)
                } else {
                    Action::AskAndLose(number)
                });
            }
            if writes && faults.late_writes > 0 && world.in_flight.is_none() {
                actions.push(Action::CrashInFlight(number));
            }
            if faults.crashes > 0 {
                actions.push(Action::Crash(number));
            }
        }
        if world.in_flight.is_some() {
            actions.push(Action::Land);
        }
        if !world.healthy {
            actions.push(Action::Recover);
        } else if faults.outages > 0 {
            actions.push(Action::Fall);
        }
        actions.push(Action::Tick);
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Read(number) => world.processes[number] = Process::Idle(Some(world.stored())),
            Action::Ask(number) => self.ask(&mut world, number, true),
            Action::AskAndLose(number) => {
                world.faults.lost_answers -= 1;
                self.ask(&mut world, number, false);
            }
            Action::End(number) => {
                let verdict = if world.healthy {
                    Verdict::Success
                } else {
                    crate::rules::FAILURE
                };
                world.end(number, verdict);
            }
            Action::EndOtherwise(number) => world.end(number, Verdict::Neither),
            Action::Note(number) => self.note(&mut world, number, true),
            Action::NoteAndLose(number) => {
                world.faults.lost_answers -= 1;
                self.note(&mut world, number, false);
            }
            Action::Crash(number) => {
                world.faults.crashes -= 1;
                world.processes[number] = Process::Idle(None);
            }
            Action::CrashInFlight(number) => {
                world.faults.late_writes -= 1;
                let pass = world.processes[number].noted();
                let write = self.next_write(&world, number)?;
                world.in_flight = Some(InFlight { write, pass });
                world.processes[number] = Process::Idle(None);
            }
            Action::Land => {
                let InFlight { write, pass } = world.in_flight.take()?;
                world.write(&write, pass);
            }
            Action::Fall => {
                world.faults.outages -= 1;
                world.healthy = false;
            }
            Action::Recover => world.healthy = true,
            Action::Tick => world.age(),
        }
        world.normalize();
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let never = |name, breach| {
            // One function for each, since a property holds no values.
            let condition: fn(&Self, &World) -> bool = match breach {
                Breach::SharedGeneration => |_, it| it.breach != Some(Breach::SharedGeneration),
                Breach::Seized => |_, it| it.breach != Some(Breach::Seized),
                Breach::ClosedByTheOlder => |_, it| it.breach != Some(Breach::ClosedByTheOlder),
                Breach::OpenedByTheOlder => |_, it| it.breach != Some(Breach::OpenedByTheOlder),
                Breach::ProbedClosed => |_, it| it.breach != Some(Breach::ProbedClosed),
                Breach::ReopenedByTheOlder => |_, it| it.breach != Some(Breach::ReopenedByTheOlder),
            };
            Property::always(name, condition)
        };
        vec![
            never(
                "each probe has a generation of its own",
                Breach::SharedGeneration,
            ),
            Property::always("one probe lives at each generation", |_, world: &World| {
                let probes: Vec<_> = world.processes.iter().filter_map(Process::probe).collect();
                let mut generations: Vec<_> = probes.iter().map(|held| held.generation).collect();
                generations.sort_unstable();
                generations.dedup();
                generations.len() == probes.len()
            }),
            never("no probe is taken over within its lease", Breach::Seized),
            never(
                "no probe closes that is older than the newest failure",
                Breach::ClosedByTheOlder,
            ),
            never(
                "no failure opens what recovered since",
                Breach::OpenedByTheOlder,
            ),
            never("no overtaken probe reopens", Breach::ReopenedByTheOlder),
            never("what is closed is not probed", Breach::ProbedClosed),
            // That the model is no desert: what should be possible happens.
            Property::sometimes("it opens", |_, world: &World| {
                world.stored().state == State::Open
            }),
            Property::sometimes("it closes again", |_, world: &World| {
                world
                    .record
                    .as_ref()
                    .is_some_and(|it| it.state == State::Closed)
            }),
            Property::sometimes("two processes probe in turn", |_, world: &World| {
                let probing = |it: &&Process| it.probe().is_some();
                world.processes.iter().filter(probing).count() > 1
            }),
        ]
    }
}

impl World {
    fn end(&mut self, number: usize, verdict: Verdict) {
        if let Process::Calling(pass) = &self.processes[number] {
            let pass = pass.clone();
            if verdict == crate::rules::FAILURE {
                self.failed_at = self.failed_at.max(Some(pass.generation()));
            }
            self.processes[number] = match (&pass, verdict) {
                // Through a closed circuit, only a failure is written.
                (Pass::Closed(_), Verdict::Success | Verdict::Neither) => Process::Idle(None),
                _ => Process::Noting(pass, verdict),
            };
        }
    }
}
