//! Measures the release binaries: each function against a stand-in for the Lambda Runtime API on loopback, with the
//! services it calls answered by one of our own after a set time; and beside them, in the same run, the floor.
//!
//! A run starts a process, waits until it asks for its first event, gives it one, and then a number of further ones.
//! What is compared are ratios to the floor of the same run: a noisy machine slows both.

mod chart;
mod event;
mod figures;
mod load;
mod process;
mod runtime_api;
mod services;
mod subject;
mod watched;

pub use chart::chart;
pub use figures::{Figures, Spread};
pub use load::{Load, Shape, load};
pub use subject::{FLOOR, SUBJECTS, Subject};

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout};

use crate::stack::home::Home;
use figures::{Cold, Warm};
use process::Process;
use runtime_api::{Note, RuntimeApi};
use services::Services;

/// The longest a process may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// Starts before each that is measured. A core that was idle is slow to wake, its caches are empty, and what was read
/// from the disk a while ago is read again: a start after one second of idleness takes 0.3 to 0.7 ms longer than after
/// these, and now and then twice as long.
const UNMEASURED: usize = 8;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Processes started of each function.
    pub runs: u32,
    /// Further invocations of each process; one of those that are paced.
    pub warm: u32,
    /// How long each service takes to answer.
    pub latency: Duration,
}

/// Measures the binaries in `folder`: one process of each, in rounds, so that what the machine does meanwhile meets all
/// alike. `began` is told the number of each round, from 1.
///
/// # Errors
/// When one does not start, or answers an event with an error.
pub async fn measure(
    home: &Home,
    folder: &Path,
    subjects: &[&Subject],
    plan: Plan,
    began: impl Fn(u32),
) -> Result<Vec<Figures>> {
    let (mut services, mut all) = (Vec::new(), Vec::new());
    for subject in subjects {
        services.push(Services::start(subject.claim, plan.latency).await?);
        all.push(Figures::of(&folder.join(subject.name))?);
    }
    for round in 1..=plan.runs {
        began(round);
        for ((subject, services), figures) in subjects.iter().zip(&services).zip(&mut all) {
            let binary = folder.join(subject.name);
            let (cold, warm) = run(home, &binary, subject, services, plan)
                .await
                .with_context(|| {
                    format!("{}, whose binary is {}", subject.name, binary.display())
                })?;
            figures.start(cold);
            figures.count(&warm);
            if !subject.paced {
                figures.time(&warm);
            }
        }
    }
    Ok(all)
}

async fn run(
    home: &Home,
    binary: &Path,
    subject: &Subject,
    services: &Services,
    plan: Plan,
) -> Result<(Cold, Vec<Warm>)> {
    for _ in 0..UNMEASURED {
        drop(Started::new(home, binary, subject, services).await?);
    }
    let mut started = Started::new(home, binary, subject, services).await?;
    let init_cpu = started.process.cpu()?;
    let (mut init, mut first) = (Duration::ZERO, None);
    let mut warm = Vec::new();
    let further = if subject.paced { 1 } else { plan.warm };
    for _ in 0..=further {
        let event = (subject.event)(home, OffsetDateTime::now_utc(), 1)?;
        services.forget();
        let cpu = started.process.cpu()?;
        let Invocation { asked, took } = started.invoke(&event).await?;
        if first.is_none() {
            (init, first) = (asked - started.began, Some(took));
            continue;
        }
        let asked = services.asked();
        warm.push(Warm {
            took,
            own: took.saturating_sub(asked.waited),
            cpu: started.process.cpu()?.saturating_sub(cpu),
            calls: asked.calls,
            bytes: asked.bytes,
        });
    }
    let cold = Cold {
        init,
        init_cpu,
        first: first.unwrap_or_default(),
        peak: started.process.peak()?,
    };
    Ok((cold, warm))
}

/// A process that has asked for its first event.
struct Started {
    began: Instant,
    process: Process,
    api: RuntimeApi,
}

/// An invocation, by the bytes that passed.
struct Invocation {
    /// When the process had asked for the event.
    asked: Instant,
    /// From the event to its answer.
    took: Duration,
}

impl Started {
    async fn new(
        home: &Home,
        binary: &Path,
        subject: &Subject,
        services: &Services,
    ) -> Result<Self> {
        let mut api = RuntimeApi::start().await?;
        let environment = subject.environment(home, services.url())?;
        let began = Instant::now();
        let mut process = Process::start(binary, &environment, api.address())?;
        next(&mut api)
            .await
            .map_err(|error| match process.last_words() {
                Some(words) => error.context(format!("it ended: {words}")),
                None => error,
            })?;
        Ok(Self {
            began,
            process,
            api,
        })
    }

    /// Gives it an event and waits until it asks for the next.
    async fn invoke(&mut self, event: &Value) -> Result<Invocation> {
        self.api.give(event.to_string().into_bytes()).await?;
        answered(&mut self.api).await?;
        next(&mut self.api).await?;
        let exchanges = self.api.exchanges();
        let [asking, answering] = exchanges.as_slice() else {
            bail!("{} requests for one event", exchanges.len());
        };
        Ok(Invocation {
            asked: asking.came,
            took: answering.came - asking.went,
        })
    }
}

async fn next(api: &mut RuntimeApi) -> Result<()> {
    match timeout(PATIENCE, api.note()).await {
        Ok(Some(Note::Asked)) => Ok(()),
        Ok(Some(Note::Answered)) => bail!("it answered without an event"),
        Ok(Some(Note::Failed(what))) => bail!("it failed: {what}"),
        Ok(None) | Err(_) => bail!("it did not ask for an event"),
    }
}

async fn answered(api: &mut RuntimeApi) -> Result<()> {
    match timeout(PATIENCE, api.note()).await {
        Ok(Some(Note::Answered)) => Ok(()),
        Ok(Some(Note::Asked)) => bail!("it asked for an event instead of answering"),
        Ok(Some(Note::Failed(what))) => bail!("it failed: {what}"),
        Ok(None) | Err(_) => bail!("it did not answer"),
    }
}
