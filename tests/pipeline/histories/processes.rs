//! The processes of all histories. To build one is to read every certificate of the machine, twice; so one that a
//! history is done with serves another, of whose clinic, provider and credential it knows nothing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;

use crate::{
    rehearsal::{
        Receiver, Rehearsal,
        relay::Plan,
        worker::{At, Worker},
    },
    world::Shared,
};

/// How long an invocation has: less than a stalled provider takes.
const INVOCATION: Duration = Duration::from_secs(6);

/// Processes, and the queue that all of them serve.
pub struct Processes {
    /// The queue.
    pub queue: Rehearsal,
    idle: Mutex<(Vec<Worker>, Vec<Receiver>)>,
}

impl Processes {
    /// None yet.
    pub async fn none(world: &Shared) -> Result<Self> {
        Ok(Self {
            queue: Rehearsal::begin(world).await?,
            idle: Mutex::default(),
        })
    }

    /// A consumer that knows nothing of this stage.
    pub async fn consumer(&self, stage: &Rehearsal) -> Result<Worker> {
        let idle = self.idle().0.pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => stage.consumer(Plan::Pass, At::Aws).await?,
        };
        worker.enter(stage);
        worker.lasts = INVOCATION;
        Ok(worker)
    }

    /// A receiver that knows nothing of this stage.
    pub async fn receiver(&self, stage: &Rehearsal) -> Result<Receiver> {
        let idle = self.idle().1.pop();
        let mut receiver = match idle {
            Some(receiver) => receiver,
            None => stage.receiver(Plan::Pass).await?,
        };
        receiver.enter(stage);
        Ok(receiver)
    }

    /// Takes back those that a history is done with.
    pub fn give(&self, workers: Vec<Worker>, receivers: Vec<Receiver>) {
        let mut idle = self.idle();
        idle.0.extend(workers);
        idle.1.extend(receivers);
    }

    fn idle(&self) -> MutexGuard<'_, (Vec<Worker>, Vec<Receiver>)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
