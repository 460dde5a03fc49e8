//! What the bench measures is the functions' real work: each answers its event, with the calls it is known for.

use std::time::Duration;

use anyhow::{Result, ensure};
use sallyport_cli::bench::{Plan, SUBJECTS, measure};

use crate::{tests, world::Shared};

tests![every_function_is_measured_at_its_work];

const PLAN: Plan = Plan {
    runs: 1,
    warm: 2,
    latency: Duration::ZERO,
};

async fn every_function_is_measured_at_its_work(world: Shared) -> Result<()> {
    for subject in SUBJECTS {
        let binary = world.home.target.join("debug").join(subject.name);
        let figures = measure(&world.home, &binary, subject, PLAN).await?;
        ensure!(figures.init_ms.p50.is_some(), "{}", subject.name);
        if subject.name == "webhook-receiver" {
            ensure!(figures.calls == 3, "{} calls to 2xx", figures.calls);
        }
    }
    Ok(())
}
