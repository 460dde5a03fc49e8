//! The consumer ended before and after every call it makes for every kind of event: of AWS, of the database, of the
//! providers. Then others go on. Whatever the moment, each effect is there once, by count at the providers, and the
//! delivery is done.

use anyhow::{Context, Result, ensure};

use crate::{
    effects::{
        clinic::Clinic,
        scenes::{SCENES, Scene},
    },
    rehearsal::{Rehearsal, relay::Plan, worker::At},
    tests,
    world::Shared,
};

tests![
    a_consumer_ended_at_any_call_does_each_effect_once,
    a_consumer_ended_twice_does_each_effect_once,
];

const WHOSE: [At; 3] = [At::Aws, At::Database, At::Providers];
/// Pairs of ends that are tried; `EFFECTS_DOUBLE_CRASHES` asks for another number.
const DOUBLE: u64 = 40;

/// Plays a scene whose consumers end as planned, the last plan first, and looks at what is there in the end. Gives
/// the calls of the first consumer.
async fn play(
    world: &Shared,
    scene: Scene,
    mut plans: Vec<(Plan, At)>,
) -> Result<[Vec<String>; 3]> {
    let clinic = Clinic::open(world).await?;
    let rehearsal = Rehearsal::begin(world).await?;
    let set = scene.set(&clinic, &rehearsal).await?;
    rehearsal.queue(set.message.clone()).await?;
    let ends = plans.len();
    let (plan, at) = plans.pop().unwrap_or((Plan::Pass, At::Aws));
    let first = rehearsal.consumer(plan, at).await?;
    let workers = rehearsal.drain_with(first, plans).await?;
    ensure!(ends != 1 || workers.len() == 2, "it was not ended");
    scene.check(&clinic, &set).await?;
    let first = workers.first().context("no consumer")?;
    Ok(WHOSE.map(|at| first.calls(at)))
}

/// Every point at which the consumer of an undisturbed scene can end.
async fn points(world: &Shared, scene: Scene) -> Result<Vec<(Plan, At, String)>> {
    let calls = play(world, scene, Vec::new()).await?;
    let mut points = Vec::new();
    for (at, calls) in WHOSE.into_iter().zip(calls) {
        for (number, call) in calls.into_iter().enumerate() {
            points.push((Plan::EndBefore(number), at, call.clone()));
            points.push((Plan::EndAfter(number), at, call));
        }
    }
    Ok(points)
}

async fn a_consumer_ended_at_any_call_does_each_effect_once(world: Shared) -> Result<()> {
    let mut all = 0;
    for scene in SCENES {
        let points = points(&world, scene).await?;
        ensure!(points.len() >= 8, "{scene:?}: {points:?}");
        for (plan, at, call) in &points {
            play(&world, scene, vec![(plan.clone(), *at)])
                .await
                .with_context(|| format!("{scene:?}, {at:?}, {plan:?} ({call})"))?;
        }
        println!("{scene:?}: ended at {} points", points.len());
        all += points.len();
    }
    println!("ended at {all} points");
    Ok(())
}

/// A seeded sample: the successor is ended as well, at a point of its own.
async fn a_consumer_ended_twice_does_each_effect_once(world: Shared) -> Result<()> {
    let asked = std::env::var("EFFECTS_DOUBLE_CRASHES").ok();
    let pairs = asked.and_then(|text| text.parse().ok()).unwrap_or(DOUBLE);
    let mut random: u64 = 0x5a11_e900;
    let mut below = |bound: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap_or_default() % bound
    };
    let booking = points(&world, Scene::Booking).await?;
    let cancelling = points(&world, Scene::DashboardCancels).await?;
    for _ in 0..pairs {
        let (scene, points) = match below(2) {
            0 => (Scene::Booking, &booking),
            _ => (Scene::DashboardCancels, &cancelling),
        };
        let chosen = [below(points.len()), below(points.len())];
        let plans = chosen
            .map(|one| (points[one].0.clone(), points[one].1))
            .to_vec();
        play(&world, scene, plans.clone())
            .await
            .with_context(|| format!("{scene:?}, {plans:?}"))?;
    }
    println!("ended at {pairs} pairs of points");
    Ok(())
}
