//! Several consumers at once.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tokio::{sync::Barrier, task::JoinSet, time::timeout};

use super::{
    event::{apply, delivery, status, with},
    order::{Lcg, Told, expected, found, organization},
    role::{count, names, service},
    sample::{self, CLINIC},
};

/// Consumers at once: below the local server's 60 connections, above any batch of one function.
const CONSUMERS: u32 = 16;

/// The process that serves this connection.
pub async fn backend(connection: &mut PgConnection) -> Result<i32> {
    Ok(sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(connection)
        .await?)
}

/// Returns when the backend waits for another transaction's lock.
pub async fn wait_until_blocked(pool: &PgPool, backend: i32) -> Result<()> {
    let blocked = async {
        let mut connection = pool.acquire().await?;
        while !sqlx::query_scalar("select cardinality(pg_blocking_pids($1)) > 0")
            .bind(backend)
            .fetch_one(&mut *connection)
            .await?
        {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    timeout(Duration::from_secs(20), blocked)
        .await
        .context("it did not wait for the other transaction")?
}

pub async fn one_delivery_on_many_connections_is_applied_once(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, CONSUMERS).await?;
    for round in 0..20 {
        let start = Arc::new(Barrier::new(CONSUMERS as usize));
        let mut consumers = JoinSet::new();
        for _ in 0..CONSUMERS {
            let (service, start) = (service.clone(), start.clone());
            let call = format!("call-{round}");
            let event = with(
                status(&call, "ringing", "2030-01-01T10:00:00Z"),
                &json!({ "customer_number": format!("+1555{round}") }),
            );
            consumers.spawn(async move {
                let mut connection = service.acquire().await?;
                start.wait().await;
                anyhow::Ok(apply(&mut connection, CLINIC, &delivery(round), &event).await?)
            });
        }
        let mut answers = Vec::new();
        while let Some(answer) = consumers.join_next().await {
            answers.push(answer??);
        }
        answers.sort();
        ensure!(answers[0].0 == "applied", "{answers:?}");
        ensure!(
            answers[1..]
                .iter()
                .all(|answer| answer.0 == "duplicate" && answer.1 == answers[0].1),
            "{answers:?}"
        );
    }
    for table in ["webhook_deliveries", "calls", "contacts"] {
        let rows = count(
            &mut *pool.acquire().await?,
            &format!("select count(*) from public.{table}"),
        )
        .await?;
        ensure!(rows == 20, "{table}: {rows} rows");
    }
    Ok(())
}

pub async fn a_second_attempt_waits_for_the_first_and_applies_if_it_rolled_back(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 2).await?;
    for (number, commit, outcome) in [(1, true, "duplicate"), (2, false, "applied")] {
        let event = status(&format!("call-{number}"), "ringing", "2030-01-01T10:00:00Z");
        let mut first = service.begin().await?;
        ensure!(
            apply(&mut first, CLINIC, &delivery(number), &event)
                .await?
                .0
                == "applied"
        );
        let mut second = service.acquire().await?;
        let backend = backend(&mut second).await?;
        let waiting =
            tokio::spawn(
                async move { apply(&mut second, CLINIC, &delivery(number), &event).await },
            );
        wait_until_blocked(&pool, backend).await?;
        if commit {
            first.commit().await?;
        } else {
            first.rollback().await?;
        }
        let answer = waiting.await??;
        ensure!(answer.0 == outcome, "after commit = {commit}: {answer:?}");
    }
    ensure!(
        count(
            &mut *pool.acquire().await?,
            "select count(*) from public.calls"
        )
        .await?
            == 2
    );
    Ok(())
}

pub async fn two_events_of_one_call_take_turns(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 2).await?;
    let event = |word| status("call-1", word, "2030-01-01T10:00:00Z");
    let mut first = service.acquire().await?;
    apply(&mut first, CLINIC, &delivery(1), &event("queued")).await?;
    drop(first);

    let mut first = service.begin().await?;
    let newest = with(event("in-progress"), &json!({ "assistant_id": "asst" }));
    apply(&mut first, CLINIC, &delivery(2), &newest).await?;
    let mut second = service.acquire().await?;
    let backend = backend(&mut second).await?;
    let late = with(event("ringing"), &json!({ "direction": "inbound" }));
    let waiting =
        tokio::spawn(async move { apply(&mut second, CLINIC, &delivery(3), &late).await });
    wait_until_blocked(&pool, backend).await?;
    first.commit().await?;
    ensure!(waiting.await??.0 == "stale");
    let row = "select concat_ws(' ', status, assistant_id, direction) from public.calls";
    let row = names(&mut *pool.acquire().await?, row).await?;
    ensure!(row == ["in-progress asst inbound"], "{row:?}");
    Ok(())
}

pub async fn events_applied_at_once_end_in_the_same_row_without_deadlock(
    pool: PgPool,
) -> Result<()> {
    let service = service(&pool, CONSUMERS).await?;
    let mut random = Lcg(0x00de_adbe);
    for round in 0..15 {
        let organization = organization(&pool).await?;
        let events: Vec<Told> = (0..12).map(|n| Told::any(&mut random, n)).collect();
        let mut arriving: Vec<Told> = events.iter().chain(&events).cloned().collect();
        random.shuffle(&mut arriving);
        let mut consumers = JoinSet::new();
        for event in arriving {
            let (service, organization) = (service.clone(), organization.clone());
            consumers.spawn(async move {
                let mut connection = service.acquire().await?;
                anyhow::Ok(
                    apply(
                        &mut connection,
                        &organization,
                        &event.delivery,
                        &event.event(),
                    )
                    .await?
                    .0,
                )
            });
        }
        let mut duplicates = 0;
        while let Some(outcome) = consumers.join_next().await {
            duplicates += usize::from(outcome?? == "duplicate");
        }
        ensure!(
            duplicates == events.len(),
            "round {round}: {duplicates} duplicates"
        );
        let row = found(&mut *service.acquire().await?, &organization).await?;
        ensure!(
            row == expected(&events),
            "round {round}: {row}\n{events:#?}"
        );
    }
    Ok(())
}
