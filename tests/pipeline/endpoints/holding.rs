//! Disabling an endpoint: what comes meanwhile is held, and applied when it is enabled.

use anyhow::{Context, Result, ensure};
use sallyport::delivery::{Body, StoreError};
use sallyport_cli::endpoint::Switched;
use serde_json::Value;

use super::desk::{added, applied, claim_state, count_held, directory, held, id, listed, store};
use crate::{tests, world::Shared};

tests![
    disabling_and_enabling_change_the_state_and_nothing_else,
    a_delivery_of_a_disabled_endpoint_is_held_and_not_applied,
    a_large_delivery_is_held_with_its_body_beside_it,
    what_is_held_is_applied_when_its_endpoint_is_enabled,
    a_held_delivery_is_read_back_whole_and_is_gone_when_removed,
];

async fn disabling_and_enabling_change_the_state_and_nothing_else(world: Shared) -> Result<()> {
    let directory = directory(&world)?;
    let (name, _) = added(&world, "vapi").await?;
    let before = directory.find(&name).await?;
    ensure!(directory.switch(&name, false).await? == Switched::Now);
    ensure!(directory.switch(&name, false).await? == Switched::Before);
    ensure!(listed(&world, &name).await?.state == "disabled");
    ensure!(directory.switch(&name, true).await? == Switched::Now);
    ensure!(directory.switch(&name, true).await? == Switched::Before);
    ensure!(directory.find(&name).await? == before);
    let absent = directory.switch("no-such-endpoint", false).await;
    ensure!(absent.is_err(), "an endpoint was made");
    ensure!(directory.find("no-such-endpoint").await.is_err());
    Ok(())
}

async fn a_delivery_of_a_disabled_endpoint_is_held_and_not_applied(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 1).await?;
    let delivery = deliveries.first().context("none")?;
    ensure!(claim_state(&world, delivery).await? == "held");
    let listed = listed(&world, &name).await?;
    ensure!(listed.held.count == 1 && listed.state == "disabled");
    let (rows,): (i64,) =
        sqlx::query_as("select count(*) from webhook_deliveries where delivery = $1")
            .bind(delivery)
            .fetch_one(&world.database)
            .await?;
    ensure!(rows == 0, "it was applied");
    Ok(())
}

async fn a_large_delivery_is_held_with_its_body_beside_it(world: Shared) -> Result<()> {
    let (name, endpoint) = added(&world, "vapi").await?;
    directory(&world)?.switch(&name, false).await?;
    let sample = world.sample_for(&endpoint, "end-of-call-report", |request| {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["message"]["artifact"]["padding"] = "x".repeat(200_000).into();
        request.body = body.to_string().into_bytes();
    })?;
    let delivery = world.accepted(&sample).await?;
    let message = store(&world)?.get(&name, &id(&delivery)?).await?;
    ensure!(matches!(message.body, Body::Stored(_)), "it is inline");
    directory(&world)?.switch(&name, true).await?;
    directory(&world)?.release(&name, 50, |_| ()).await?;
    applied(&world, &[delivery]).await
}

async fn what_is_held_is_applied_when_its_endpoint_is_enabled(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 3).await?;
    let directory = directory(&world)?;
    let error = directory.release(&name, 50, |_| ()).await.err();
    let error = error.context("it was released")?.to_string();
    ensure!(error.contains("enable it first"), "{error}");
    ensure!(count_held(&world, &name).await? == 3);

    directory.switch(&name, true).await?;
    let mut told = Vec::new();
    let released = directory.release(&name, 50, |sent| told.push(sent)).await?;
    ensure!((released.sent, released.gone) == (3, 0), "{released:?}");
    ensure!(told == [1, 2, 3], "{told:?}");
    ensure!(count_held(&world, &name).await? == 0);
    applied(&world, &deliveries).await?;
    let again = directory.release(&name, 50, |_| ()).await?;
    ensure!(again.sent == 0, "{again:?}");
    Ok(())
}

async fn a_held_delivery_is_read_back_whole_and_is_gone_when_removed(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 1).await?;
    let delivery = id(deliveries.first().context("none")?)?;
    let store = store(&world)?;
    let message = store.get(&name, &delivery).await?;
    ensure!(message.endpoint == name && message.delivery == delivery);
    store.put(&message).await?;
    ensure!(store.list(&name, None).await?.deliveries == std::slice::from_ref(&delivery));
    // An endpoint whose name begins like another's has nothing of that one.
    let shorter = name.get(..name.len() - 1).unwrap_or_default();
    ensure!(store.list(shorter, None).await?.deliveries.is_empty());
    store.remove(&name, &delivery).await?;
    store.remove(&name, &delivery).await?;
    ensure!(store.get(&name, &delivery).await == Err(StoreError::Gone));
    ensure!(store.list(&name, None).await?.deliveries.is_empty());
    Ok(())
}
