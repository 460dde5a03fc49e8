//! What each actor does with what it is told: the receiver's and the consumer's side of the protocol.

use sallyport::delivery::claim::{Owner, State, Subject, Verdict, Write, gate, processing};
use time::OffsetDateTime;

use crate::model::{Actor, Protocol};
use crate::rules::Flaw;
use crate::world::{Body, Breach, Consumer, Lease, Message, Receiver, World, clock};

impl Protocol {
    fn subject(&self, body: Body) -> &Subject {
        &self.subjects[usize::from(body)]
    }

    /// The actor's next call.
    pub fn step(&self, world: &mut World, actor: Actor, answered: bool) {
        match actor {
            Actor::Receiver(index) => {
                world.receivers[index] = self.receiver(world, index, answered);
            }
            Actor::Consumer(index) => {
                world.consumers[index] = self.consumer(world, index, answered);
            }
        }
    }

    /// The write an actor is about to make.
    pub fn next_write(&self, world: &World, actor: Actor) -> Option<Write> {
        let rules = &self.rules;
        match actor {
            Actor::Receiver(index) => {
                let (subject, now) = (self.subject(self.posts[index]), clock(index));
                match world.receivers[index] {
                    Receiver::Waiting => Some(rules.take(subject, world.fresh_owner(), now)),
                    Receiver::Unsure(owner) => Some(rules.take(subject, owner, now)),
                    Receiver::Marking(lease) => Some(rules.mark(lease.owner, now)),
                    Receiver::Releasing(lease) => Some(rules.release(lease.owner, lease.attempt)),
                    Receiver::Sending(_) | Receiver::Gone => None,
                }
            }
            Actor::Consumer(index) => match world.consumers[index] {
                Consumer::Beginning(message, known) => {
                    let subject = self.subject(world.body(message));
                    let owner = known.unwrap_or_else(|| world.fresh_owner());
                    Some(rules.begin(subject, owner, clock(index)))
                }
                Consumer::Finishing(_, lease, verdict) => {
                    Some(rules.finish(lease.owner, verdict, clock(index)))
                }
                Consumer::Idle | Consumer::Working(..) => None,
            },
        }
    }

    fn receiver(&self, world: &mut World, index: usize, answered: bool) -> Receiver {
        let body = self.posts[index];
        let before = world.receivers[index];
        let owner = match before {
            Receiver::Waiting => world.fresh_owner(),
            Receiver::Unsure(owner) => owner,
            Receiver::Sending(lease) => {
                world.messages[index] = Some(Message {
                    body,
                    deleted: false,
                });
                return if answered {
                    Receiver::Marking(lease.unread())
                } else {
                    Receiver::Releasing(lease.unread())
                };
            }
            Receiver::Marking(_) | Receiver::Releasing(_) | Receiver::Gone => Owner::of(0),
        };
        let made = self
            .next_write(world, Actor::Receiver(index))
            .is_some_and(|write| world.write(&write));
        match before {
            // The message is in the queue whatever became of the mark.
            Receiver::Marking(_) => world.acknowledge(body),
            Receiver::Waiting | Receiver::Unsure(_) if !answered => return Receiver::Unsure(owner),
            Receiver::Waiting | Receiver::Unsure(_) => {
                return self.admitted(world, body, owner, made, clock(index));
            }
            _ => {}
        }
        Receiver::Gone
    }

    fn admitted(
        &self,
        world: &mut World,
        body: Body,
        owner: Owner,
        made: bool,
        now: OffsetDateTime,
    ) -> Receiver {
        let Some(record) = &world.record else {
            return Receiver::Gone;
        };
        let lease = Lease::of(record, record.attempts);
        let found = gate::refused(&self.rules.policy, record, self.subject(body), owner, now);
        let yes = match found {
            _ if made => false,
            gate::Refused::Duplicate(_) => true,
            gate::Refused::InProgress { .. } => self.rules.has(Flaw::AcknowledgesReceived),
            gate::Refused::Conflict => self.rules.has(Flaw::AcknowledgesConflict),
            _ => false,
        };
        let proceeds = made || found == gate::Refused::Ours;
        if yes || (proceeds && self.rules.has(Flaw::AcknowledgesBeforeSend)) {
            world.acknowledge(body);
        }
        if proceeds {
            Receiver::Sending(lease)
        } else {
            Receiver::Gone
        }
    }

    fn consumer(&self, world: &mut World, index: usize, answered: bool) -> Consumer {
        let before = world.consumers[index];
        let write = self.next_write(world, Actor::Consumer(index));
        match before {
            Consumer::Idle => Consumer::Idle,
            Consumer::Beginning(message, known) => {
                let owner = known.unwrap_or_else(|| world.fresh_owner());
                let made = write.is_some_and(|write| world.write(&write));
                if !answered {
                    return Consumer::Beginning(message, Some(owner));
                }
                self.begun(world, message, owner, made, clock(index))
            }
            Consumer::Working(message, lease) => {
                self.work(world, message, lease, answered, clock(index))
            }
            Consumer::Finishing(message, lease, verdict) => {
                let made = write.is_some_and(|write| world.write(&write));
                if verdict != Verdict::Done {
                    return Consumer::Idle;
                }
                if !answered {
                    // It cannot tell whether its verdict was stored, and believes the worst.
                    return Consumer::Finishing(message, lease, Verdict::Failed);
                }
                if made || self.rules.has(Flaw::DeletesUnfinished) {
                    world.delete(message);
                }
                Consumer::Idle
            }
        }
    }

    fn begun(
        &self,
        world: &mut World,
        message: usize,
        owner: Owner,
        made: bool,
        now: OffsetDateTime,
    ) -> Consumer {
        let Some(record) = &world.record else {
            return Consumer::Idle;
        };
        let lease = Lease::of(record, record.starts);
        let found = processing::refused(&self.rules.policy, record, owner, now);
        if made || found == processing::Refused::Ours {
            return Consumer::Working(message, lease);
        }
        let in_progress = matches!(found, processing::Refused::InProgress { .. });
        let duplicate = matches!(found, processing::Refused::Duplicate(_));
        let deletes = match record.state {
            State::Dead => self.rules.has(Flaw::DeletesGivenUp),
            _ => self.rules.has(Flaw::DeletesInProgress),
        };
        if duplicate || (in_progress && deletes) {
            world.delete(message);
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
        now: OffsetDateTime,
    ) -> Consumer {
        if self.rules.has(Flaw::FinishesFirst) {
            return Consumer::Finishing(message, lease.unread(), Verdict::Done);
        }
        if !lease.holds_at(now) && !self.rules.has(Flaw::IgnoresOwnLease) {
            return Consumer::Idle;
        }
        let owner = world.record.as_ref().map(|record| record.owner);
        if owner != Some(lease.owner) || world.state() != Some(State::Processing) {
            world.breach.get_or_insert(Breach::ForeignEffect);
        }
        if world.was_done {
            world.breach.get_or_insert(Breach::RepeatedEffect);
        }
        if world.effect.is_some() && self.rules.has(Flaw::UnkeyedEffect) {
            world.breach.get_or_insert(Breach::AppliedTwice);
        }
        let body = world.body(message);
        world.effect.get_or_insert(body);
        let verdict = if answered {
            Verdict::Done
        } else {
            Verdict::Failed
        };
        Consumer::Finishing(message, lease.unread(), verdict)
    }

    /// The actor's next call is not made, and the actor knows.
    pub fn fail(&self, world: &mut World, actor: Actor, verdict: Verdict) {
        match actor {
            Actor::Receiver(index) => {
                world.receivers[index] = if let Receiver::Sending(lease) = world.receivers[index] {
                    Receiver::Releasing(lease.unread())
                } else {
                    // The message is in the queue: 2xx, without the mark.
                    world.acknowledge(self.posts[index]);
                    Receiver::Gone
                };
            }
            Actor::Consumer(index) => {
                world.consumers[index] = match world.consumers[index] {
                    Consumer::Working(message, lease) => {
                        Consumer::Finishing(message, lease.unread(), verdict)
                    }
                    Consumer::Finishing(message, ..) => {
                        if self.rules.has(Flaw::DeletesUnfinished) {
                            world.delete(message);
                        }
                        Consumer::Idle
                    }
                    other => other,
                };
            }
        }
    }
}

impl World {
    /// Makes a write, and notes if it robs an attempt that is at work. Whether it was made.
    pub fn write(&mut self, write: &Write) -> bool {
        let Some(next) = write.apply(self.record.as_ref()) else {
            return false;
        };
        if let Some(before) = &self.record
            && before.owner != next.owner
        {
            let holds = |lease: &Lease, process| {
                lease.owner == before.owner && lease.holds_at(clock(process))
            };
            // A consumer may begin what a receiver is about to mark; another receiver may not take it.
            let again = next.state == State::Received;
            let sending = self.receivers.iter().enumerate().any(|(index, receiver)| {
                matches!(receiver, Receiver::Sending(lease) if again && holds(lease, index))
            });
            let working = self.consumers.iter().enumerate().any(|(index, consumer)| {
                matches!(consumer, Consumer::Working(_, lease) if holds(lease, index))
            });
            if sending || working {
                self.breach.get_or_insert(Breach::Seized);
            }
        }
        self.was_done |= next.state == State::Done;
        self.store(next);
        true
    }

    /// Where the claim stands.
    pub fn state(&self) -> Option<State> {
        self.record.as_ref().map(|record| record.state)
    }

    /// The body a message carries.
    pub fn body(&self, message: usize) -> Body {
        self.messages[message].map_or(0, |message| message.body)
    }

    /// Whether the body is applied, or in the queue to be.
    pub fn is_safe(&self, body: Body) -> bool {
        let mut messages = self.messages.iter().flatten();
        self.effect == Some(body)
            || messages.any(|message| message.body == body && !message.deleted)
    }

    /// Whether a post of this body was answered 2xx.
    pub fn has_acknowledged(&self, body: Body) -> bool {
        self.acknowledged[usize::from(body)]
    }

    fn acknowledge(&mut self, body: Body) {
        self.acknowledged[usize::from(body)] = true;
    }

    fn delete(&mut self, message: usize) {
        if let Some(message) = &mut self.messages[message] {
            message.deleted = true;
        }
    }

    /// The actor is no more.
    pub fn remove(&mut self, actor: Actor) {
        match actor {
            Actor::Receiver(index) => self.receivers[index] = Receiver::Gone,
            Actor::Consumer(index) => self.consumers[index] = Consumer::Idle,
        }
    }
}
