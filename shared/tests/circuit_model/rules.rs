//! The rules that are modelled: the product's own, and the same with one thing taken out.

use std::mem::discriminant;
use std::time::Duration;

use sallyport::outbound::Class;
use sallyport::outbound::circuit::rules::{self, Answer, Verdict};
use sallyport::outbound::circuit::{Clause, Mode, Owner, Policy, Record, State, Write};
use time::OffsetDateTime;

use crate::world::TICK;

const OPEN: Duration = Duration::from_secs(TICK.unsigned_abs());

/// Which rule makes a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Trip,
    Probe,
    Verdict,
}

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A clause like this one, from every alternative of the rule's guard.
    Without(Rule, Clause),
    /// Exactly this clause.
    WithoutThis(Rule, Clause),
    /// The lease of a probe, wherever it is asked about.
    IgnoresLease,
    /// The slack between clocks.
    NoSlack,
    /// A half-open circuit is never taken over.
    NeverTakesOver,
    /// Successes are counted by who makes them, as if there were no others.
    ForgetsSuccesses,
    /// The fence around all of a probe's writes.
    Unfenced,
}

/// A clause of each kind, to name the kind by.
pub const STATE: Clause = Clause::State(State::Open);
pub const GENERATION: Clause = Clause::Generation(0);
pub const LEASE: Clause = Clause::LeaseEndedBy(0);
pub const OPEN_TIME: Clause = Clause::OpenEndedBy(0);
pub const MODE: Clause = Clause::Mode(Mode::Auto);

/// The rules.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub flaw: Option<Flaw>,
    pub policy: Policy,
}

impl Rules {
    pub fn with(flaw: Option<Flaw>) -> Self {
        let slack = if flaw == Some(Flaw::NoSlack) {
            Duration::ZERO
        } else {
            OPEN
        };
        let policy = Policy {
            slack,
            ..Policy::STANDARD
        };
        Self { flaw, policy }
    }

    pub fn answer(&self, seen: &Record, now: OffsetDateTime) -> Answer {
        if self.flaw == Some(Flaw::IgnoresLease) && seen.state == State::HalfOpen {
            return Answer::Probe;
        }
        rules::answer(&self.policy, seen, now)
    }

    pub fn trip(&self, seen: u64, now: OffsetDateTime) -> Write {
        self.spoil(Rule::Trip, rules::trip(seen, Class::Server, OPEN, now))
    }

    pub fn probe(&self, seen: &Record, owner: Owner, now: OffsetDateTime) -> Write {
        // The lease then is its margin alone: a tick.
        let write = rules::probe(&self.policy, seen, owner, Duration::ZERO, now);
        self.spoil(Rule::Probe, write)
    }

    pub fn verdict(&self, held: &Record, verdict: Verdict, now: OffsetDateTime) -> Write {
        let mut held = held.clone();
        if self.flaw == Some(Flaw::ForgetsSuccesses) {
            held.successes = 0;
        }
        let write = rules::verdict(&self.policy, &held, verdict, now);
        self.spoil(Rule::Verdict, write)
    }

    fn spoil(&self, rule: Rule, mut write: Write) -> Write {
        let alternatives = &mut write.guard.0;
        match self.flaw {
            Some(Flaw::Without(of, clause)) if of == rule => {
                for clauses in alternatives {
                    clauses.retain(|it| discriminant(it) != discriminant(&clause));
                }
            }
            Some(Flaw::WithoutThis(of, clause)) if of == rule => {
                for clauses in alternatives {
                    clauses.retain(|it| *it != clause);
                }
            }
            Some(Flaw::IgnoresLease) => {
                for clauses in alternatives {
                    clauses.retain(|it| !matches!(it, Clause::LeaseEndedBy(_)));
                }
            }
            Some(Flaw::Unfenced) if rule != Rule::Trip => {
                for clauses in alternatives {
                    clauses.retain(|it| !matches!(it, Clause::Generation(_)));
                }
            }
            Some(Flaw::NeverTakesOver) if rule == Rule::Probe => {
                alternatives.retain(|clauses| !clauses.contains(&Clause::State(State::HalfOpen)));
            }
            _ => {}
        }
        write
    }
}

/// What a failed call makes of a probe.
pub const FAILURE: Verdict = Verdict::Failure(Class::Server, OPEN);
