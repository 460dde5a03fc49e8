//! One call: its attempts, and what is between them.

use std::time::Duration;

use reqwest::Client;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::budget::{Budget, Cost};
use super::chance::Chance;
use super::circuit::{Circuits, End, Key, Pass};
use super::classify::{Attempt, Class, classify};
use super::gate::Gate;
use super::policy::Policy;
use super::{CallError, Prepared, Rejection, Reply, Target, backoff, transport};
use crate::clock::Clock;

/// The least time in which an attempt is begun: most answers come within it.
const LEAST: Duration = Duration::from_millis(500);
/// What is kept back from an attempt for noting how it ended.
const CLOSING: Duration = Duration::from_millis(250);
/// The longest wait in line, at the gate or because the provider asks for it. What waits longer goes back to the queue,
/// where waiting costs nothing.
const IN_LINE: Duration = Duration::from_secs(2);
/// How long the gate closes when the provider does not say.
const UNSAID: Duration = Duration::from_secs(5);

/// Calls providers. One for each process: what it learns of them serves all its calls.
#[derive(Debug)]
pub struct Outbound {
    http: Client,
    circuits: Circuits,
    gate: Gate,
    budget: Budget,
    clock: Clock,
    chance: Chance,
}

/// A call under way.
struct Course<'a> {
    target: Target<'a>,
    key: Key,
    policy: Policy,
    until: Instant,
    /// Attempts that were made.
    attempts: u32,
    /// What the last retry cost.
    paid: Option<Cost>,
    /// Whether it was asked to wait, and did.
    has_waited: bool,
    /// Whether the last attempt was a circuit's probe.
    was_probe: bool,
}

impl Outbound {
    /// Calls through these circuits.
    ///
    /// # Errors
    /// When the HTTP client cannot be built, which is a fault of the environment.
    pub fn new(circuits: Circuits, clock: Clock, chance: Chance) -> Result<Self, reqwest::Error> {
        Ok(Self {
            http: transport::client()?,
            circuits,
            gate: Gate::default(),
            budget: Budget::default(),
            clock,
            chance,
        })
    }

    /// Makes a call that is over by `until`, and repeats it where that is safe and promises something.
    ///
    /// # Errors
    /// [`CallError`] for everything but the success that was asked for.
    pub async fn call(
        &self,
        target: Target<'_>,
        request: Prepared,
        until: Instant,
    ) -> Result<Reply, CallError> {
        let began = Instant::now();
        let mut course = Course {
            target,
            key: Key::of(target),
            policy: target.dependency.policy(),
            until,
            attempts: 0,
            paid: None,
            has_waited: false,
            was_probe: false,
        };
        let result = self.attempts(&mut course, &request).await;
        log(&course, &result, began.elapsed());
        result
    }
    async fn attempts(
        &self,
        course: &mut Course<'_>,
        request: &Prepared,
    ) -> Result<Reply, CallError> {
        let mut failure = None;
        loop {
            let error = match self.attempt(course, request).await {
                Ok(reply) => {
                    self.budget.refill(course.paid);
                    return Ok(reply);
                }
                // Why there was no retry tells less than the failure that it was to mend.
                Err(error @ CallError::Rejected { .. }) => return Err(failure.unwrap_or(error)),
                Err(error) => error,
            };
            let Some((cost, wait)) = self.retry(course, &error) else {
                return Err(error);
            };
            let begin = Instant::now() + wait;
            if begin + LEAST + CLOSING > course.until || !self.budget.pay(cost) {
                return Err(error);
            }
            course.paid = Some(cost);
            course.has_waited |= cost == Cost::Throttle;
            failure = Some(error);
            sleep_until(begin).await;
        }
    }

    /// Whether a failed attempt is worth another, what that costs, and how long to wait before.
    fn retry(&self, course: &Course<'_>, error: &CallError) -> Option<(Cost, Duration)> {
        let CallError::Failed {
            class, retry_after, ..
        } = error
        else {
            return None;
        };
        // Who probes does not insist.
        if course.was_probe || course.attempts >= course.policy.attempts {
            return None;
        }
        if retry_after.is_some_and(|asked| asked > IN_LINE) {
            return None;
        }
        match class {
            Class::NotSent | Class::Server => {
                let delay = backoff::delay(course.attempts - 1, self.chance.draw());
                let wait = delay.max(retry_after.unwrap_or_default());
                Some((Cost::Transient, wait))
            }
            Class::Throttled if !course.has_waited => Some((Cost::Throttle, (*retry_after)?)),
            Class::Throttled | Class::Ambiguous | Class::Auth | Class::Permanent => None,
        }
    }

    async fn attempt(
        &self,
        course: &mut Course<'_>,
        request: &Prepared,
    ) -> Result<Reply, CallError> {
        let (target, key, policy, until) =
            (course.target, &course.key, course.policy, course.until);
        let latest = until.checked_sub(LEAST + CLOSING).ok_or(NO_TIME)?;
        if latest < Instant::now() {
            return Err(NO_TIME);
        }
        let admitted = self.circuits.admit(target, key, IN_LINE + policy.attempt);
        let pass = match timeout_at(latest, admitted).await {
            Ok(Ok(pass)) => pass,
            Ok(Err(retry_after)) => return Err(rejected(Rejection::CircuitOpen, retry_after)),
            Err(_) => return Err(NO_TIME),
        };
        let now = Instant::now();
        let patience = IN_LINE.min(latest.saturating_duration_since(now));
        match self.gate.pass(key.as_str(), policy.rate, now, patience) {
            Ok(begin) => sleep_until(begin).await,
            Err(wait) => {
                self.note(course, pass, End::Neither).await;
                return Err(rejected(Rejection::RateGate, wait));
            }
        }
        course.attempts += 1;
        course.was_probe = matches!(pass, Pass::Probe(_));
        let left = until.saturating_duration_since(Instant::now() + CLOSING);
        let attempt = transport::exchange(&self.http, request, policy.attempt.min(left)).await;
        let (class, reply) = match (
            classify(target.dependency, request.repeat, &attempt),
            attempt,
        ) {
            (Ok(()), Attempt::Answered(reply)) => {
                self.note(course, pass, End::Succeeded).await;
                return Ok(reply);
            }
            (Ok(()), _) => (super::unknown(request.repeat), None),
            (Err(class), Attempt::Answered(reply) | Attempt::Truncated(reply)) => {
                (class, Some(reply))
            }
            (Err(class), Attempt::Lost | Attempt::Unconnected) => (class, None),
        };
        let asked = reply.as_ref();
        let asked = asked.and_then(|it| backoff::retry_after(&it.headers, self.clock.now()));
        if class == Class::Throttled {
            let now = Instant::now();
            let until = now + asked.unwrap_or(UNSAID);
            self.gate.close(course.key.as_str(), until, now);
        }
        let end = if class.counts_against_health() {
            End::Failed(class, asked)
        } else {
            End::Neither
        };
        self.note(course, pass, end).await;
        Err(CallError::Failed {
            class,
            status: reply.as_ref().map(|reply| reply.status),
            retry_after: asked,
            reply: reply.map(Box::new),
        })
    }

    /// What cannot be noted in time is not: a probe's lease then runs out.
    async fn note(&self, course: &Course<'_>, pass: Pass, end: End) {
        let note = self.circuits.note(course.target, &course.key, pass, end);
        let _ = timeout_at(course.until, note).await;
    }
}

const NO_TIME: CallError = CallError::Rejected {
    reason: Rejection::NoTime,
    retry_after: Duration::ZERO,
};

const fn rejected(reason: Rejection, retry_after: Duration) -> CallError {
    CallError::Rejected {
        reason,
        retry_after,
    }
}

/// The one line of a call.
fn log(course: &Course<'_>, result: &Result<Reply, CallError>, latency: Duration) {
    let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    let (outcome, reason, status) = match result {
        Ok(reply) => ("succeeded", None, Some(reply.status)),
        Err(CallError::Rejected { reason, .. }) => ("rejected", Some(reason.as_str()), None),
        Err(CallError::Failed { class, status, .. }) => ("failed", Some(class.as_str()), *status),
    };
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                metric = "OutboundCalls",
                dependency = course.target.dependency.as_str(),
                outcome,
                reason,
                status,
                attempts = course.attempts,
                latency_ms,
                "outbound call"
            )
        };
    }
    if result.is_ok() {
        line!(info);
    } else {
        line!(warn);
    }
}
