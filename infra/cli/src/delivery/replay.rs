//! Carries out a plan: each dead letter into the deliveries queue, and only then out of the dead letters.
//!
//! It may be stopped anywhere and run again, and two may run at once. Stopped before a message is sent, it is a dead
//! letter still; stopped after, it is one although it was sent, and the next run finds it applied and removes it, or
//! sends it a second time, which the consumer's claim and the log make one. Every message that is sent carries an id of
//! its own, under which the audit log says who had it sent and why, and the consumer logs what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport::redaction::{Engine, Known, Profile, Vault};
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::{Deliveries, Letter, Plan, Step, identity};

/// Why, and how fast.
#[derive(Clone, Debug)]
pub struct Order {
    reason: String,
    rate: u32,
}

impl Order {
    /// The longest reason, in characters.
    pub const LONGEST_REASON: usize = 200;

    /// An order with this reason, at most `rate` deliveries a second.
    ///
    /// The reason is kept for years: identifiers of people are removed from it first.
    ///
    /// # Errors
    /// When the reason is no line of 1 to 200 characters, or the rate is none.
    pub fn new(reason: &str, rate: u32) -> Result<Self> {
        let reason = reason.trim();
        let length = reason.chars().count();
        ensure!(
            (1..=Self::LONGEST_REASON).contains(&length) && !reason.contains(char::is_control),
            "a replay needs a reason: one line of at most {} characters, as in --reason \"fixed the price list\"",
            Self::LONGEST_REASON
        );
        ensure!(rate > 0, "a rate is at least one a second");
        let (known, mut vault) = (Known::default(), Vault::new());
        let redacted = Engine::default().redact(reason, Profile::Machine, &known, &mut vault);
        let reason = redacted.text.chars().take(Self::LONGEST_REASON).collect();
        Ok(Self { reason, rate })
    }

    /// The reason as it is kept.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Sent to the deliveries queue, and removed from the dead letters.
    pub sent: u64,
    /// Removed, because they were applied before.
    pub removed: u64,
    /// Not there any more, or hidden by somebody else who looks at them.
    pub missing: u64,
}

impl Deliveries {
    /// Carries out a plan, and tells `progress` how much of it is done.
    ///
    /// # Errors
    /// When a queue or the database does not do what it is asked. Nothing is lost: what was not sent is a dead letter
    /// still, and the same command goes on from there.
    pub async fn replay(
        &self,
        plan: &Plan,
        order: &Order,
        mut progress: impl FnMut(u64),
    ) -> Result<Replayed> {
        let mut left: BTreeMap<&str, Step> = plan
            .planned
            .iter()
            .map(|planned| (planned.letter.as_str(), planned.step))
            .collect();
        let mut done = Replayed::default();
        if left.is_empty() {
            return Ok(done);
        }
        let actor = identity::caller(&self.reached).await?;
        let mut ticks = interval(Duration::from_secs(1) / order.rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut others = Vec::new();
        while !left.is_empty() {
            let letters = self.dead_letters.receive().await;
            let letters = letters.with_context(|| unfinished(&done))?;
            if letters.is_empty() {
                break;
            }
            let mut letters = letters.into_iter();
            while let Some(letter) = letters.next() {
                let Some(step) = left.remove(letter.id.as_str()) else {
                    others.push(letter);
                    continue;
                };
                ticks.tick().await;
                let taken = self.take(&letter, step, &actor, order).await;
                if let Err(error) = taken {
                    others.push(letter);
                    others.extend(letters);
                    // What is not shown now is shown when its time is over.
                    let _ = self.dead_letters.show(&others).await;
                    return Err(error).with_context(|| unfinished(&done));
                }
                match step {
                    Step::Send => done.sent += 1,
                    Step::Remove => done.removed += 1,
                }
                progress(done.sent + done.removed);
            }
        }
        self.dead_letters.show(&others).await?;
        done.missing = u64::try_from(left.len()).unwrap_or(u64::MAX);
        Ok(done)
    }

    async fn take(&self, letter: &Letter, step: Step, actor: &str, order: &Order) -> Result<()> {
        if let (Step::Send, Ok(message)) = (step, &letter.message) {
            let mut message = message.clone();
            let replay = Uuid::new_v4();
            message.replay = Some(replay);
            self.log
                .record_replay(&message, replay, actor, &order.reason)
                .await?;
            let queued = self.queue.send(&message, Duration::ZERO).await;
            queued.context("send it to the deliveries queue")?;
        }
        self.dead_letters.remove(letter).await
    }
}

fn unfinished(done: &Replayed) -> String {
    let Replayed { sent, removed, .. } = done;
    format!(
        "stopped after {} dead letters; nothing is lost: run it again for the rest",
        sent + removed
    )
}
