//! The receiver on the local stack, warm: time from request to answer, requests per second, and what each accepted
//! webhook asks of AWS.
//!
//!     cargo bench -p sallyport-tests --bench receiver [-- --release]
//!
//! The AWS behind it is an emulator in one process, whose own time is most of what is measured; the function's own
//! share is told by its log lines. With `--release` the functions are built as for Lambda, which takes minutes.

#![allow(dead_code, missing_docs)]

#[path = "../pipeline/rehearsal/mod.rs"]
mod rehearsal;
#[path = "../pipeline/world.rs"]
mod world;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rehearsal::{Rehearsal, relay::Plan};
use sallyport_cli::stack::functions::Profile;
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};
use world::{Shared, World};

/// Requests of each measurement: below the organisation's limit, of which the warm-up takes a part.
const REQUESTS: usize = 300;
/// Requests at once, where the number a second is measured.
const AT_ONCE: usize = 8;

fn main() -> Result<()> {
    let profile = if std::env::args().any(|argument| argument == "--release") {
        Profile::Release
    } else {
        Profile::Dev
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let world = Arc::new(World::start_as("bench", profile, false).await?);
        let outcome = measure(&world).await;
        let world = Arc::into_inner(world).context("the stack is still in use")?;
        world.stop().await?;
        outcome
    })
}

async fn measure(world: &Shared) -> Result<()> {
    post(world, 20, 1).await?;
    let (alone, _) = post(world, REQUESTS, 1).await?;
    let (together, took) = post(world, REQUESTS, AT_ONCE).await?;
    println!();
    report("request to answer, one at a time", alone);
    report(&format!("request to answer, {AT_ONCE} at a time"), together);
    let rate = f64::from(u32::try_from(REQUESTS)?) / took.as_secs_f64();
    println!(
        "{:<44} {rate:>8.0} /s",
        format!("accepted, {AT_ONCE} at a time")
    );
    report("of it in the function", in_function(world).await?);

    let rehearsal = Rehearsal::begin(world).await?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    for moment in ["just started", "warm"] {
        let before = receiver.relay.calls().len();
        let request = world.sample("vapi", "end-of-call-report")?;
        let answer = receiver.handle(&request).await?.context("ended")?;
        ensure!(answer.status_code == 200);
        let calls = receiver.relay.operations().split_off(before);
        let writes = calls.iter().filter(|call| *call == "UpdateItem").count();
        println!(
            "{moment}: {} calls, {writes} write units to 2xx: {}",
            calls.len(),
            calls.join(", ")
        );
    }
    Ok(())
}

async fn post(world: &Shared, count: usize, at_once: usize) -> Result<(Vec<Duration>, Duration)> {
    let slots = Arc::new(Semaphore::new(at_once));
    let mut posts = JoinSet::new();
    let samples: Result<Vec<_>> = (0..count)
        .map(|_| world.sample("vapi", "end-of-call-report"))
        .collect();
    let began = Instant::now();
    for sample in samples? {
        let (world, slots) = (world.clone(), slots.clone());
        posts.spawn(async move {
            let _slot = slots.acquire().await?;
            let began = Instant::now();
            world.accepted(&sample).await?;
            anyhow::Ok(began.elapsed())
        });
    }
    let mut times = Vec::new();
    while let Some(time) = posts.join_next().await {
        times.push(time??);
    }
    Ok((times, began.elapsed()))
}

/// The times the receiver itself logged.
async fn in_function(world: &Shared) -> Result<Vec<Duration>> {
    let logs = world.function_logs().await?;
    let lines = logs
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let accepted = lines.filter(|line| line["Requests"] == 1 && line["outcome"] == "accepted");
    Ok(accepted
        .filter_map(|line| line["latency_ms"].as_u64().map(Duration::from_millis))
        .collect())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{what:<44} p50 {:>7.1?}  p99 {:>7.1?}  of {}",
        at(50),
        at(99),
        times.len()
    );
}
