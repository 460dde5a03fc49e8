//! The protocol as a state machine: who can do what next, and what must hold.

use sallyport::delivery::claim::{State, Subject, Verdict};
use stateright::{Model, Property};

use crate::rules::Rules;
use crate::world::{Body, Breach, CONSUMERS, Consumer, Faults, POSTS, Receiver, World};

/// A model of one delivery.
#[derive(Clone, Debug)]
pub struct Protocol {
    pub rules: Rules,
    /// The delivery with each of the two bodies.
    pub subjects: [Subject; 2],
    /// The provider's attempts, each with the body it posts.
    pub posts: Vec<Body>,
    /// Consumers at work at the same time.
    pub consumers: usize,
    pub faults: Faults,
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    Receiver(usize),
    Consumer(usize),
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The actor's next call is made and answered.
    Step(Actor),
    /// It is made and its answer is lost.
    Lose(Actor),
    /// It is not made, and the actor knows.
    Fail(Actor),
    /// It fails in a way that no later attempt will mend.
    FailForGood(Actor),
    /// The actor dies before it.
    Crash(Actor),
    /// The actor dies after the call has left and before it has arrived.
    CrashInFlight(Actor),
    /// A dead actor's call arrives.
    Land,
    /// The queue hands a message to a consumer, for the first time or again.
    Receive { consumer: usize, message: usize },
    /// Time passes.
    Tick,
}

impl Action {
    /// Whether something goes wrong.
    pub fn is_fault(self) -> bool {
        !matches!(
            self,
            Self::Step(_) | Self::Land | Self::Receive { .. } | Self::Tick
        )
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let receivers = std::array::from_fn(|index| match self.posts.get(index) {
            Some(_) => Receiver::Waiting,
            None => Receiver::Gone,
        });
        vec![World {
            record: None,
            receivers,
            consumers: [Consumer::Idle; CONSUMERS],
            messages: [None; POSTS],
            in_flight: None,
            acknowledged: [false; 2],
            effect: None,
            was_done: false,
            faults: self.faults,
            breach: None,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (index, receiver) in world.receivers.iter().enumerate() {
            receiver_actions(*receiver, Actor::Receiver(index), world.faults, actions);
        }
        for (index, consumer) in world.consumers[..self.consumers].iter().enumerate() {
            if *consumer != Consumer::Idle {
                let actor = Actor::Consumer(index);
                consumer_actions(*consumer, actor, world.faults, actions);
                continue;
            }
            for (message, sent) in world.messages.iter().enumerate() {
                if sent.is_some_and(|sent| !sent.deleted || world.faults.redeliveries > 0) {
                    actions.push(Action::Receive {
                        consumer: index,
                        message,
                    });
                }
            }
        }
        if world.in_flight.is_some() {
            actions.push(Action::Land);
        }
        actions.push(Action::Tick);
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Step(actor) => self.step(&mut world, actor, true),
            Action::Lose(actor) => {
                world.faults.lost_answers -= 1;
                self.step(&mut world, actor, false);
            }
            Action::Fail(actor) => {
                world.faults.failures -= 1;
                self.fail(&mut world, actor, Verdict::Failed);
            }
            Action::FailForGood(actor) => {
                world.faults.failures -= 1;
                self.fail(&mut world, actor, Verdict::Dead);
            }
            Action::Crash(actor) => {
                world.faults.crashes -= 1;
                world.remove(actor);
            }
            Action::CrashInFlight(actor) => {
                world.faults.late_writes -= 1;
                world.in_flight = self.next_write(&world, actor);
                world.remove(actor);
            }
            Action::Land => {
                let write = world.in_flight.take()?;
                world.write(&write);
            }
            Action::Receive { consumer, message } => {
                if world.messages[message]?.deleted {
                    world.faults.redeliveries -= 1;
                }
                world.consumers[consumer] = Consumer::Beginning(message, None);
            }
            Action::Tick => world.age(),
        }
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("no attempt at work loses its claim", |_, world: &World| {
                world.breach != Some(Breach::Seized)
            }),
            Property::always("only the owner executes the effect", |_, world: &World| {
                world.breach != Some(Breach::ForeignEffect)
            }),
            Property::always("what is done is not executed again", |_, world: &World| {
                world.breach != Some(Breach::RepeatedEffect)
            }),
            Property::always("the effect is applied at most once", |_, world: &World| {
                world.breach != Some(Breach::AppliedTwice)
            }),
            Property::always("what is done stays done", |_, world: &World| {
                !world.was_done || world.state() == Some(State::Done)
            }),
            Property::always("what is done was applied", |_, world: &World| {
                !world.was_done || world.effect.is_some()
            }),
            Property::always("nothing acknowledged is lost", |_, world: &World| {
                [0, 1]
                    .iter()
                    .all(|body| !world.has_acknowledged(*body) || world.is_safe(*body))
            }),
            Property::always("only one body is acknowledged", |_, world: &World| {
                !(world.has_acknowledged(0) && world.has_acknowledged(1))
            }),
            Property::always(
                "a deadly delivery kills a bounded number",
                |model: &Self, world: &World| {
                    let limit = model.rules.policy.max_attempts;
                    world.record.as_ref().is_none_or(|it| it.attempts <= limit)
                },
            ),
        ];
        // That the model is no desert: what should be possible happens.
        if self.posts.len() > 1 && !self.posts.contains(&1) {
            properties.push(Property::sometimes(
                "two messages are sent",
                |_, world: &World| world.messages.iter().flatten().count() > 1,
            ));
        }
        if self.consumers > 0 {
            properties.push(Property::sometimes("it is done", |_, world: &World| {
                world.was_done
            }));
        }
        if self.consumers > 0 && self.faults.failures > 0 {
            properties.push(Property::sometimes("it is given up", |_, world: &World| {
                world.state() == Some(State::Dead)
            }));
        }
        properties
    }
}

fn receiver_actions(receiver: Receiver, actor: Actor, faults: Faults, actions: &mut Vec<Action>) {
    let taking = matches!(receiver, Receiver::Waiting | Receiver::Unsure(_));
    let sending = matches!(receiver, Receiver::Sending(_));
    let marking = matches!(receiver, Receiver::Marking(_));
    if receiver == Receiver::Gone {
        return;
    }
    actions.push(Action::Step(actor));
    // To a lost answer of the mark or the release nobody listens.
    if faults.lost_answers > 0 && (taking || sending) {
        actions.push(Action::Lose(actor));
    }
    if faults.failures > 0 && (sending || marking) {
        actions.push(Action::Fail(actor));
    }
    if faults.crashes > 0 && receiver != Receiver::Waiting {
        actions.push(Action::Crash(actor));
    }
    if faults.late_writes > 0 && !sending {
        actions.push(Action::CrashInFlight(actor));
    }
}

fn consumer_actions(consumer: Consumer, actor: Actor, faults: Faults, actions: &mut Vec<Action>) {
    let beginning = matches!(consumer, Consumer::Beginning(..));
    let working = matches!(consumer, Consumer::Working(..));
    actions.push(Action::Step(actor));
    if faults.lost_answers > 0 {
        actions.push(Action::Lose(actor));
    }
    if faults.failures > 0 && !beginning {
        actions.push(Action::Fail(actor));
    }
    if faults.failures > 0 && working {
        actions.push(Action::FailForGood(actor));
    }
    if faults.crashes > 0 {
        actions.push(Action::Crash(actor));
    }
    if faults.late_writes > 0 && !working {
        actions.push(Action::CrashInFlight(actor));
    }
}
