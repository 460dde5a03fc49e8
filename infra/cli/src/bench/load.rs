//! Throughput: processes side by side, each given one batch after the other, as Lambda's pollers give them.
//!
//! The services answer any number of calls at once, each after the set time: what limits here is the functions' own
//! work and the waiting that they do one after the other. A database has a limit of its own.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Spread, Started, Subject, services::Services};
use crate::stack::home::Home;

/// How a load is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Messages of a batch.
    pub batch: usize,
    /// Processes at once.
    pub processes: usize,
    /// How long batches are given.
    pub lasts: Duration,
    /// How long each service takes to answer.
    pub latency: Duration,
}

/// What a load came to.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// The function.
    pub function: &'static str,
    /// Messages of a batch.
    pub batch: usize,
    /// Processes at once.
    pub processes: usize,
    /// Deliveries a second, of all processes together.
    pub per_second: f64,
    /// An invocation, from the event to the answer, in milliseconds.
    pub invocation_ms: Spread,
    /// Processor time of a delivery, in milliseconds.
    pub cpu_ms: f64,
    /// The most memory a process held, in bytes.
    pub peak_bytes: u64,
}

/// Puts a load on one function's binary.
///
/// # Errors
/// When it does not start, or answers a batch with an error.
pub async fn load(home: &Home, binary: &Path, subject: &Subject, shape: Shape) -> Result<Load> {
    let services = Services::start(subject.claim, shape.latency).await?;
    let starts = (0..shape.processes).map(|_| Started::new(home, binary, subject, &services));
    let mut started = try_join_all(starts)
        .await
        .with_context(|| subject.name.to_owned())?;
    // The first batch opens connections and fetches secrets.
    try_join_all(
        started
            .iter_mut()
            .map(|one| warm_up(home, subject, one, shape)),
    )
    .await?;
    let cpu_before = cpu(&started)?;
    let began = Instant::now();
    let drives = started
        .iter_mut()
        .map(|one| drive(home, subject, one, shape));
    let took = try_join_all(drives).await?;
    let lasted = began.elapsed();
    let cpu_spent = cpu(&started)?.saturating_sub(cpu_before);
    let mut invocation_ms = Spread::default();
    let took: Vec<Duration> = took.into_iter().flatten().collect();
    for one in &took {
        invocation_ms.add(*one);
    }
    let deliveries = u32::try_from(took.len() * shape.batch)?;
    let mut peak_bytes = 0;
    for one in &started {
        peak_bytes = peak_bytes.max(one.process.peak()?);
    }
    Ok(Load {
        function: subject.name,
        batch: shape.batch,
        processes: shape.processes,
        per_second: f64::from(deliveries) / lasted.as_secs_f64(),
        invocation_ms,
        cpu_ms: cpu_spent.as_secs_f64() * 1000.0 / f64::from(deliveries.max(1)),
        peak_bytes,
    })
}

fn cpu(started: &[Started]) -> Result<Duration> {
    started.iter().map(|one| one.process.cpu()).sum()
}

async fn warm_up(home: &Home, subject: &Subject, one: &mut Started, shape: Shape) -> Result<()> {
    let event = (subject.event)(home, OffsetDateTime::now_utc(), shape.batch)?;
    one.invoke(&event).await?;
    Ok(())
}

async fn drive(
    home: &Home,
    subject: &Subject,
    one: &mut Started,
    shape: Shape,
) -> Result<Vec<Duration>> {
    let event = (subject.event)(home, OffsetDateTime::now_utc(), shape.batch)?;
    let until = Instant::now() + shape.lasts;
    let mut took = Vec::new();
    while took.is_empty() || Instant::now() < until {
        took.push(one.invoke(&event).await?.took);
    }
    Ok(took)
}
