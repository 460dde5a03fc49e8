//! What happens when parts of the stack are taken away while webhooks arrive.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{tests, world::Shared};

/// A message may be handed out to a killed consumer (30 s), find no database (5 s, then 60 s, then 600 s), or both.
const LONGEST_WAIT: Duration = Duration::from_mins(13);

tests![
    a_delivery_that_meets_a_stopped_postgres_is_applied_when_it_is_back,
    two_hundred_webhooks_survive_a_killed_consumer_and_a_stopped_postgres,
];

async fn a_delivery_that_meets_a_stopped_postgres_is_applied_when_it_is_back(
    world: Shared,
) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let mut delivery = String::new();
    world
        .without_postgres(async {
            delivery = world.accepted(&sample).await?;
            let failed = || async {
                let logs = world.function_logs().await?;
                let tried = logs
                    .lines()
                    .any(|line| line.contains(&delivery) && line.contains("postponed"));
                Ok(tried.then_some(()))
            };
            world
                .until("the consumer has tried and failed", failed)
                .await
        })
        .await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(state == "done", "{state} {reason:?}");
    Ok(())
}

async fn two_hundred_webhooks_survive_a_killed_consumer_and_a_stopped_postgres(
    world: Shared,
) -> Result<()> {
    const WEBHOOKS: usize = 200;
    let slots = Arc::new(Semaphore::new(16));
    let mut sends = JoinSet::new();
    let mut calls = BTreeSet::new();
    for _ in 0..WEBHOOKS {
        let sample = world.sample("vapi", "end-of-call-report")?;
        let body: Value = serde_json::from_slice(&sample.body)?;
        calls.insert(
            body["message"]["call"]["id"]
                .as_str()
                .context("no call id")?
                .to_owned(),
        );
        let (world, slots) = (world.clone(), slots.clone());
        sends.spawn(async move {
            let _slot = slots.acquire().await?;
            world.accepted(&sample).await
        });
    }
    ensure!(calls.len() == WEBHOOKS);
    let mut accepted = 0;
    let mut killed = 0;
    let mut deliveries = BTreeSet::new();
    while let Some(sent) = sends.join_next().await {
        deliveries.insert(sent??);
        accepted += 1;
        if accepted % 50 == 0 {
            killed += world.kill_function("queue-consumer");
        }
        if accepted == WEBHOOKS / 2 {
            world
                .without_postgres(async {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    Ok(())
                })
                .await?;
        }
    }
    ensure!(deliveries.len() == WEBHOOKS);
    ensure!(killed > 0, "no consumer was alive to be killed");
    let wanted: Vec<String> = calls.into_iter().collect();
    let applied = || async {
        let (rows,): (i64,) =
            sqlx::query_as("select count(*) from calls where provider_call_id = any($1)")
                .bind(&wanted)
                .fetch_one(&world.database)
                .await?;
        Ok((usize::try_from(rows) == Ok(WEBHOOKS)).then_some(()))
    };
    world
        .until_within(LONGEST_WAIT, "every call has its row", applied)
        .await?;
    let (distinct, rows): (i64, i64) = sqlx::query_as(
        "select count(distinct provider_call_id), count(*) from calls where provider_call_id = any($1)",
    )
    .bind(&wanted)
    .fetch_one(&world.database)
    .await?;
    ensure!(
        distinct == rows && usize::try_from(rows) == Ok(WEBHOOKS),
        "{distinct} distinct of {rows}"
    );
    world
        .until("the queue is empty", || async {
            Ok((world.queue_depth().await? == 0).then_some(()))
        })
        .await?;
    ensure!(world.dead_letters().await? == 0);
    Ok(())
}
