//! What the bench measures is the functions' real work: each answers its event, with the calls it is known for.

use std::time::Duration;

use anyhow::{Result, ensure};
use sallyport_cli::bench::{Plan, SUBJECTS, Shape, load, measure};

use crate::{tests, world::Shared};

tests![
    every_function_is_measured_at_its_work,
    a_load_is_put_on_what_is_handed_batches,
];

const PLAN: Plan = Plan {
    runs: 1,
    warm: 2,
    latency: Duration::ZERO,
};

async fn every_function_is_measured_at_its_work(world: Shared) -> Result<()> {
    let folder = world.home.target.join("debug");
    let subjects: Vec<_> = SUBJECTS.iter().collect();
    let all = measure(&world.home, &folder, &subjects, PLAN, |_| ()).await?;
    for (subject, figures) in subjects.into_iter().zip(all) {
        ensure!(figures.init_ms.p50.is_some(), "{}", subject.name);
        ensure!(
            figures.warm_ms.p50.is_some() != subject.paced,
            "{}",
            subject.name
        );
        let calls = match subject.name {
            "webhook-receiver" | "queue-consumer" => 3,
            "redaction" | "erasure" => 1,
            "retention-sweep" => 6,
            "alert-relay" => 12,
            other => anyhow::bail!("{other} is not known here"),
        };
        ensure!(
            figures.calls == calls,
            "{}: {} calls",
            subject.name,
            figures.calls
        );
    }
    Ok(())
}

async fn a_load_is_put_on_what_is_handed_batches(world: Shared) -> Result<()> {
    for subject in SUBJECTS.iter().filter(|subject| subject.batches) {
        let binary = world.home.target.join("debug").join(subject.name);
        let shape = Shape {
            batch: 3,
            processes: 2,
            lasts: Duration::from_millis(300),
            latency: Duration::from_millis(1),
        };
        let load = load(&world.home, &binary, subject, shape).await?;
        ensure!(load.per_second > 0.0 && load.cpu_ms > 0.0, "{load:?}");
        ensure!(load.invocation_ms.p99 >= load.invocation_ms.p50);
    }
    Ok(())
}
