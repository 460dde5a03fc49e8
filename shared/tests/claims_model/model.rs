//! The protocol as a state machine: who can do what next, and what becomes of it.

use sallyport::delivery::claim::{Owner, State, Subject, Verdict, Write, gate, processing};
use stateright::{Model, Property};

use crate::rules::{Flaw, Rules};
use crate::world::{
    Body, Breach, CONSUMERS, Consumer, Faults, Lease, Message, POSTS, Receiver, World, clock,
};

/// A model of one delivery.
#[derive(Clone, Debug)]
pub struct Protocol {
    pub rules: Rules,
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
    FailForGood(usize),
    /// The actor dies before it.
    Crash(Actor),
    /// The actor dies after the call has left and before it has arrived.
    CrashInFlight(Actor),
    /// The dead actor's call arrives.
    Land,
    /// The queue hands a message to a consumer, for the first time or again.
    Receive(usize, usize),
    /// Time passes.
    Tick,
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            record: None,
            receivers: std::array::from_fn(|index| {
                if index < self.posts.len() { Receiver::Waiting } else { Receiver::Gone }
            }),
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
        let faults = world.faults;
        for (index, receiver) in world.receivers.iter().enumerate() {
            let actor = Actor::Receiver(index);
            if *receiver == Receiver::Gone {
                continue;
            }
            actions.push(Action::Step(actor));
            if faults.lost_answers > 0
                && !matches!(receiver, Receiver::Marking(_) | Receiver::Releasing(_))
            {
                actions.push(Action::Lose(actor));
            }
            if faults.failures > 0
                && matches!(receiver, Receiver::Sending(_) | Receiver::Marking(_))
            {
                actions.push(Action::Fail(actor));
            }
            if faults.crashes > 0 && *receiver != Receiver::Waiting {
                actions.push(Action::Crash(actor));
            }
            if faults.crashes > 0
                && world.in_flight.is_none()
                && !matches!(receiver, Receiver::Sending(_))
            {
                actions.push(Action::CrashInFlight(actor));
            }
        }
        for (index, consumer) in world.consumers[..self.consumers].iter().enumerate() {
            let actor = Actor::Consumer(index);
            if *consumer == Consumer::Idle {
                let there = world.messages.iter().enumerate().filter(|(_, message)| {
                    message
                        .as_ref()
                        .is_some_and(|message| !message.deleted || faults.redeliveries > 0)
                });
                actions.extend(there.map(|(message, _)| Action::Receive(index, message)));
                continue;
            }
            let working = matches!(consumer, Consumer::Working(..));
            actions.push(Action::Step(actor));
            if faults.lost_answers > 0 {
                actions.push(Action::Lose(actor));
            }
            if faults.failures > 0 && working {
                actions.extend([Action::Fail(actor), Action::FailForGood(index)]);
            }
            if faults.crashes > 0 {
                actions.push(Action::Crash(actor));
            }
            if faults.crashes > 0 && world.in_flight.is_none() && !working {
                actions.push(Action::CrashInFlight(actor));
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
            Action::Step(Actor::Receiver(index)) => self.receiver(&mut world, index, true),
            Action::Step(Actor::Consumer(index)) => self.consumer(&mut world, index, true),
            Action::Lose(actor) => {
                world.faults.lost_answers -= 1;
                match actor {
                    Actor::Receiver(index) => self.receiver(&mut world, index, false),
                    Actor::Consumer(index) => self.consumer(&mut world, index, false),
                }
            }
            Action::Fail(actor) => {
                world.faults.failures -= 1;
                self.fail(&mut world, actor, Verdict::Failed);
            }
            Action::FailForGood(index) => {
                world.faults.failures -= 1;
                self.fail(&mut world, Actor::Consumer(index), Verdict::Dead);
            }
            Action::Crash(actor) => crash(&mut world, actor),
            Action::CrashInFlight(actor) => {
                world.in_flight = self.next_write(&world, actor);
                crash(&mut world, actor);
            }
            Action::Land => {
                let write = world.in_flight.take()?;
                write_to(&mut world, &write);
            }
            Action::Receive(consumer, message) => {
                if world.messages[message].as_ref()?.deleted {
                    world.faults.redeliveries -= 1;
                }
                world.consumers[consumer] = Consumer::Beginning(message, None);
            }
            Action::Tick => world.age(),
        }
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no attempt at work loses its claim", |_, world: &World| {
                world.breach != Some(Breach::Seized)
            }),
            Property::always("only the owner executes the effect", |_, world: &World| {
                world.breach != Some(Breach::ForeignEffect)
            }),
            Property::always("what is done is not executed again", |_, world: &World| {
                world.breach != Some(Breach::RepeatedEffect)
            }),
            Property::always("what is done stays done", |_, world: &World| {
                !world.was_done || state(world) == Some(State::Done)
            }),
            Property::always("what is done was applied", |_, world: &World| {
                !world.was_done || world.effect.is_some()
            }),
            Property::always("nothing acknowledged is lost", |_, world: &World| {
                (0..2).all(|body| !world.acknowledged[usize::from(body)] || is_safe(world, body))
            }),
            Property::always(
                "a deadly delivery kills a bounded number",
                |model: &Self, world: &World| {
                    world
                        .record
                        .as_ref()
                        .is_none_or(|it| it.attempts <= model.rules.policy.max_attempts)
                },
            ),
            Property::sometimes("a delivery is done", |_, world: &World| world.was_done),
            Property::sometimes("a delivery is given up", |_, world: &World| {
                state(world) == Some(State::Dead)
            }),
            Property::sometimes("two messages carry one delivery", |_, world: &World| {
                world.messages.iter().flatten().count() == 2
            }),
        ]
    }
}

/// Where the claim stands.
pub fn state(world: &World) -> Option<State> {
    world.record.as_ref().map(|record| record.state)
}

fn is_safe(world: &World, body: Body) -> bool {
    let mut messages = world.messages.iter().flatten();
    world.effect == Some(body) || messages.any(|message| message.body == body && !message.deleted)
}

/// Makes a write, and notes whom it robbed. Whether it was made.
fn write_to(world: &mut World, write: &Write) -> bool {
    let Some(next) = write.apply(world.record.as_ref()) else {
        return false;
    };
    if let Some(before) = &world.record
        && before.owner != next.owner
    {
        let sending = world.receivers.iter().enumerate().any(|(index, receiver)| {
            let sending = matches!(receiver, Receiver::Sending(_)) && next.state == State::Received;
            sending
                && receiver
                    .lease()
                    .is_some_and(|it| it.owner == before.owner && it.holds_at(clock(index)))
        });
        let working = world.consumers.iter().enumerate().any(|(index, consumer)| {
            let working = matches!(consumer, Consumer::Working(..));
            working
                && consumer
                    .lease()
                    .is_some_and(|it| it.owner == before.owner && it.holds_at(clock(index)))
        });
        if sending || working {
            world.breach.get_or_insert(Breach::Seized);
        }
    }
    world.was_done |= next.state == State::Done;
    world.store(next);
    true
}

fn crash(world: &mut World, actor: Actor) {
    world.faults.crashes -= 1;
    match actor {
        Actor::Receiver(index) => world.receivers[index] = Receiver::Gone,
        Actor::Consumer(index) => world.consumers[index] = Consumer::Idle,
    }
}

impl Protocol {
    fn subject(&self, body: Body) -> &Subject {
        &self.subjects[usize::from(body)]
    }

    /// The write an actor is about to make.
    fn next_write(&self, world: &World, actor: Actor) -> Option<Write> {
        let owner = |known: Option<Owner>| known.unwrap_or_else(|| world.fresh_owner());
        match actor {
            Actor::Receiver(index) => {
                let (rules, now) = (&self.rules, clock(index));
                let subject = self.subject(self.posts[index]);
                match world.receivers[index] {
                    Receiver::Waiting => Some(rules.take(subject, owner(None), now)),
                    Receiver::Unsure(known) => Some(rules.take(subject, known, now)),
                    Receiver::Marking(lease) => Some(rules.mark(lease.owner, now)),
                    Receiver::Releasing(lease) => Some(rules.release(lease.owner, lease.attempt)),
                    Receiver::Sending(_) | Receiver::Gone => None,
                }
            }
            Actor::Consumer(index) => match world.consumers[index] {
                Consumer::Beginning(message, known) => {
                    let body = world.messages[message].as_ref()?.body;
                    Some(self.rules.begin(self.subject(body), owner(known), clock(index)))
                }
                Consumer::Finishing(_, lease, verdict) => {
                    Some(self.rules.finish(lease.owner, verdict, clock(index)))
                }
                Consumer::Idle | Consumer::Working(..) => None,
            },
        }
    }

    fn receiver(&self, world: &mut World, index: usize, answered: bool) {
        let (body, now) = (self.posts[index], clock(index));
        let write = self.next_write(world, Actor::Receiver(index));
        world.receivers[index] = match world.receivers[index] {
            before @ (Receiver::Waiting | Receiver::Unsure(_)) => {
                let owner = match before {
                    Receiver::Unsure(owner) => owner,
                    _ => world.fresh_owner(),
                };
                let made = write.is_some_and(|write| write_to(world, &write));
                if answered {
                    self.admitted(world, body, owner, made, now)
                } else {
                    Receiver::Unsure(owner)
                }
            }
            Receiver::Sending(lease) => {
                world.messages[index] = Some(Message {
                    body,
                    deleted: false,
                });
                if answered {
                    Receiver::Marking(lease)
                } else {
                    Receiver::Releasing(lease)
                }
            }
            Receiver::Marking(_) => {
                write.map(|write| write_to(world, &write));
                world.acknowledged[usize::from(body)] = true;
                Receiver::Gone
            }
            Receiver::Releasing(_) => {
                write.map(|write| write_to(world, &write));
                Receiver::Gone
            }
            Receiver::Gone => Receiver::Gone,
        };
    }

    fn admitted(
        &self,
        world: &mut World,
        body: Body,
        owner: Owner,
        made: bool,
        now: time::OffsetDateTime,
    ) -> Receiver {
        let Some(record) = &world.record else {
            return Receiver::Gone;
        };
        let lease = Lease::of(record, record.attempts);
        let refused = gate::refused(&self.rules.policy, record, self.subject(body), owner, now);
        if made || refused == gate::Refused::Ours {
            if self.rules.has(Flaw::AcknowledgesBeforeSend) {
                world.acknowledged[usize::from(body)] = true;
            }
            return Receiver::Sending(lease);
        }
        let yes = match refused {
            gate::Refused::Duplicate(_) => true,
            gate::Refused::InProgress { .. } => self.rules.has(Flaw::AcknowledgesReceived),
            gate::Refused::Conflict => self.rules.has(Flaw::AcknowledgesConflict),
            _ => false,
        };
        world.acknowledged[usize::from(body)] |= yes;
        Receiver::Gone
    }

    fn consumer(&self, world: &mut World, index: usize, answered: bool) {
        let now = clock(index);
        let write = self.next_write(world, Actor::Consumer(index));
        world.consumers[index] = match world.consumers[index] {
            Consumer::Beginning(message, known) => {
                let owner = known.unwrap_or_else(|| world.fresh_owner());
                let made = write.is_some_and(|write| write_to(world, &write));
                if answered {
                    self.begun(world, message, owner, made, now)
                } else {
                    Consumer::Beginning(message, Some(owner))
                }
            }
            Consumer::Working(message, lease) => self.work(world, message, lease, answered, now),
            Consumer::Finishing(message, lease, verdict) => {
                let made = write.is_some_and(|write| write_to(world, &write));
                match verdict {
                    // It cannot tell whether its verdict was stored, and believes the worst.
                    Verdict::Done if !answered => {
                        Consumer::Finishing(message, lease, Verdict::Failed)
                    }
                    Verdict::Done => {
                        let ours = world
                            .record
                            .as_ref()
                            .is_some_and(|it| it.owner == lease.owner);
                        let stored = made || (ours && state(world) == Some(State::Done));
                        if stored || self.rules.has(Flaw::DeletesUnfinished) {
                            delete(world, message);
                        }
                        if stored && self.rules.has(Flaw::FinishesFirst) {
                            world.effect.get_or_insert(body_of(world, message));
                        }
                        Consumer::Idle
                    }
                    _ => Consumer::Idle,
                }
            }
            Consumer::Idle => Consumer::Idle,
        };
    }

    fn begun(
        &self,
        world: &mut World,
        message: usize,
        owner: Owner,
        made: bool,
        now: time::OffsetDateTime,
    ) -> Consumer {
        let Some(record) = &world.record else {
            return Consumer::Idle;
        };
        let lease = Lease::of(record, record.starts);
        let refused = processing::refused(&self.rules.policy, record, owner, now);
        if made || refused == processing::Refused::Ours {
            return Consumer::Working(message, lease);
        }
        let in_progress = matches!(refused, processing::Refused::InProgress { .. });
        let duplicate = matches!(refused, processing::Refused::Duplicate(_));
        if duplicate || (in_progress && self.rules.has(Flaw::DeletesInProgress)) {
            delete(world, message);
        }
        Consumer::Idle
    }

    /// Executes the effect. The target knows deliveries: what it has already it does not take again.
    fn work(
        &self,
        world: &mut World,
        message: usize,
        lease: Lease,
        answered: bool,
        now: time::OffsetDateTime,
    ) -> Consumer {
        if self.rules.has(Flaw::FinishesFirst) {
            return Consumer::Finishing(message, lease, Verdict::Done);
        }
        if !lease.holds_at(now) && !self.rules.has(Flaw::IgnoresOwnLease) {
            return Consumer::Idle;
        }
        let owned = world
            .record
            .as_ref()
            .is_some_and(|it| it.owner == lease.owner);
        if !owned || state(world) != Some(State::Processing) {
            world.breach.get_or_insert(Breach::ForeignEffect);
        }
        if world.was_done {
            world.breach.get_or_insert(Breach::RepeatedEffect);
        }
        let body = body_of(world, message);
        world.effect.get_or_insert(body);
        let verdict = if answered {
            Verdict::Done
        } else {
            Verdict::Failed
        };
        Consumer::Finishing(message, lease, verdict)
    }

    fn fail(&self, world: &mut World, actor: Actor, verdict: Verdict) {
        match actor {
            Actor::Receiver(index) => match world.receivers[index] {
                Receiver::Sending(lease) => world.receivers[index] = Receiver::Releasing(lease),
                // The message is in the queue, so the answer is 2xx without the mark.
                _ => {
                    world.acknowledged[usize::from(self.posts[index])] = true;
                    world.receivers[index] = Receiver::Gone;
                }
            },
            Actor::Consumer(index) => {
                if let Consumer::Working(message, lease) = world.consumers[index] {
                    world.consumers[index] = Consumer::Finishing(message, lease, verdict);
                }
            }
        }
    }
}

fn body_of(world: &World, message: usize) -> Body {
    world.messages[message]
        .as_ref()
        .map_or(0, |message| message.body)
}

fn delete(world: &mut World, message: usize) {
    if let Some(message) = &mut world.messages[message] {
        message.deleted = true;
    }
}
