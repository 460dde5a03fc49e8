//! The rules that are modelled: the product's own, and the same with one thing taken out.

use std::mem::discriminant;
use std::time::Duration;

use sallyport::delivery::claim::{
    BodyDigest, Clause, Owner, Policy, State, Subject, Terms, Verdict, Write, gate, processing,
};
use time::OffsetDateTime;

use crate::world::TICK;

/// Which rule makes a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Take,
    Mark,
    Release,
    Begin,
    Finish,
}

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A clause like this one, from every alternative of the rule's guard.
    Without(Rule, Clause),
    /// Both clauses of the mark.
    UnguardedMark,
    /// The slack between clocks.
    NoSlack,
    /// A duplicate that meets an unqueued claim is told 2xx.
    AcknowledgesReceived,
    /// Another body under the same key is taken for a duplicate.
    AcknowledgesConflict,
    /// 2xx before the send.
    AcknowledgesBeforeSend,
    /// A message that another consumer works on is deleted.
    DeletesInProgress,
    /// A message out of the dead letters is deleted as if its delivery were done.
    DeletesGivenUp,
    /// The message is deleted whatever became of the verdict.
    DeletesUnfinished,
    /// The effect is executed without a look at the lease.
    IgnoresOwnLease,
    /// The target does not know deliveries, and applies whatever it is told.
    UnkeyedEffect,
    /// The verdict is stored before the effect.
    FinishesFirst,
    /// A claim is never taken over at the gate.
    NeverTakesOver,
    /// A delivery in this state is not begun.
    NeverBegins(State),
}

/// A clause of each kind, to name the kind by.
pub const OWNER: Clause = Clause::Owner(Owner::of(0));
pub const STATE: Clause = Clause::State(&[]);
pub const LEASE: Clause = Clause::LeaseEndedBy(0);
pub const COUNT: Clause = Clause::AttemptsBelow(0);

/// A clause on the body.
pub fn body() -> Clause {
    Clause::Body(BodyDigest::of(b""))
}

/// The rules.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub flaw: Option<Flaw>,
    pub policy: Policy,
}

const TERMS: Terms = Terms {
    lease: Duration::from_secs(TICK.unsigned_abs()),
    retry_horizon: Duration::ZERO,
};

impl Rules {
    pub fn with(flaw: Option<Flaw>) -> Self {
        let tick = Duration::from_secs(TICK.unsigned_abs());
        let policy = Policy {
            slack: if flaw == Some(Flaw::NoSlack) {
                Duration::ZERO
            } else {
                tick
            },
            max_attempts: 2,
            // Longer than the world lasts.
            rest: Duration::from_hours(24),
        };
        assert_eq!(tick, Policy::STANDARD.slack);
        Self { flaw, policy }
    }

    pub fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    pub fn take(&self, subject: &Subject, owner: Owner, now: OffsetDateTime) -> Write {
        let mut write = gate::take(&self.policy, subject, TERMS, owner, now);
        if self.has(Flaw::NeverTakesOver) {
            write.guard.0.truncate(1);
        }
        self.flawed(Rule::Take, write)
    }

    pub fn mark(&self, owner: Owner, now: OffsetDateTime) -> Write {
        let mut write = gate::mark_queued(owner, now);
        if self.has(Flaw::UnguardedMark) {
            write.guard.0 = vec![vec![]];
        }
        self.flawed(Rule::Mark, write)
    }

    pub fn release(&self, owner: Owner, attempt: u32) -> Write {
        self.flawed(Rule::Release, gate::release(owner, attempt))
    }

    pub fn begin(&self, subject: &Subject, owner: Owner, now: OffsetDateTime) -> Write {
        let mut write = processing::begin(&self.policy, subject, TERMS, owner, now);
        let closed = match self.flaw {
            Some(Flaw::NeverBegins(state)) => Some(state),
            Some(Flaw::DeletesGivenUp) => Some(State::Dead),
            _ => None,
        };
        if let Some(closed) = closed {
            for clause in write.guard.0.iter_mut().flatten() {
                if let Clause::State(states) = clause {
                    let open: Vec<_> = states.iter().copied().filter(|s| *s != closed).collect();
                    *states = open.leak();
                }
            }
        }
        self.flawed(Rule::Begin, write)
    }

    pub fn finish(&self, owner: Owner, verdict: Verdict, now: OffsetDateTime) -> Write {
        self.flawed(
            Rule::Finish,
            processing::finish(owner, verdict, None, now, now),
        )
    }

    fn flawed(&self, rule: Rule, mut write: Write) -> Write {
        if let Some(Flaw::Without(of, kind)) = self.flaw
            && of == rule
        {
            let before = write.guard.clone();
            for clauses in &mut write.guard.0 {
                clauses.retain(|clause| discriminant(clause) != discriminant(&kind));
            }
            assert_ne!(
                write.guard, before,
                "{rule:?} has no such clause to take out"
            );
        }
        write
    }
}
