//! Releasing what is held, ended at every call it makes, and in trouble.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use aws_sdk_s3::primitives::ByteStream;
use sallyport::{delivery::DeliveryId, webhook::EventKey};

use super::desk::{applied, count_held, directory, directory_through, held, id, store};
use crate::{
    rehearsal::relay::{Plan, Relay},
    tests,
    world::Shared,
};

tests![
    a_release_sends_each_held_delivery_once_and_removes_it_after,
    a_release_ended_at_any_call_loses_nothing_and_is_resumed,
    two_releases_at_once_apply_each_delivery_once,
    a_release_keeps_to_its_rate,
    a_release_of_many_turns_every_page,
    what_cannot_be_read_is_left_and_named_and_stops_nothing,
];

/// More than a second's worth, for whoever asks for no rate.
const AT_ONCE: u32 = 1000;

async fn a_release_sends_each_held_delivery_once_and_removes_it_after(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 2).await?;
    directory(&world)?.switch(&name, true).await?;
    let relay = Relay::start(&world.aws_url, Plan::Pass).await?;
    let through = directory_through(&world, &relay)?;
    through.release(&name, AT_ONCE, |_| ()).await?;
    let calls = relay.operations();
    let each = ["GET", "SendMessage", "DELETE"];
    ensure!(
        calls == [&["GetItem", "GET"][..], &each, &each].concat(),
        "{calls:?}"
    );
    applied(&world, &deliveries).await
}

async fn a_release_ended_at_any_call_loses_nothing_and_is_resumed(world: Shared) -> Result<()> {
    for number in 0..8 {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let (name, deliveries) = held(&world, 2).await?;
            directory(&world)?.switch(&name, true).await?;
            let relay = Relay::start(&world.aws_url, plan.clone()).await?;
            let through = directory_through(&world, &relay)?;
            let ended = relay.run(through.release(&name, AT_ONCE, |_| ())).await;
            ensure!(ended.is_none(), "{plan:?}: it was not ended");
            directory(&world)?.release(&name, AT_ONCE, |_| ()).await?;
            ensure!(count_held(&world, &name).await? == 0, "{plan:?}");
            let applied = applied(&world, &deliveries).await;
            applied.with_context(|| format!("{plan:?}"))?;
        }
    }
    Ok(())
}

async fn a_release_keeps_to_its_rate(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 3).await?;
    directory(&world)?.switch(&name, true).await?;
    let start = Instant::now();
    directory(&world)?.release(&name, 2, |_| ()).await?;
    let took = start.elapsed();
    ensure!(
        took >= Duration::from_secs(1),
        "three at two a second in {took:?}"
    );
    applied(&world, &deliveries).await
}

async fn two_releases_at_once_apply_each_delivery_once(world: Shared) -> Result<()> {
    let (name, deliveries) = held(&world, 3).await?;
    directory(&world)?.switch(&name, true).await?;
    let relay = Relay::start(&world.aws_url, Plan::Hold("SendMessage")).await?;
    let slow = directory_through(&world, &relay)?;
    let fast = async {
        relay.holding().await;
        let released = directory(&world)?.release(&name, AT_ONCE, |_| ()).await;
        relay.release();
        released
    };
    let (slow, fast) = tokio::try_join!(slow.release(&name, AT_ONCE, |_| ()), fast)?;
    ensure!((fast.sent, fast.gone) == (3, 0), "{fast:?}");
    ensure!((slow.sent, slow.gone) == (1, 2), "{slow:?}");
    ensure!(count_held(&world, &name).await? == 0);
    applied(&world, &deliveries).await
}

async fn a_release_of_many_turns_every_page(world: Shared) -> Result<()> {
    let (name, mut deliveries) = held(&world, 1).await?;
    let store = store(&world)?;
    let first = id(deliveries.first().context("none")?)?;
    let mut message = store.get(&name, &first).await?;
    for number in 0..120 {
        // The same report under another name: the call's row takes it as often as it comes.
        message.delivery = DeliveryId::derive(&name, &EventKey::of([format!("{number}")]));
        store.put(&message).await?;
        deliveries.push(message.delivery.to_string());
    }
    let page = store.list(&name, None).await?;
    ensure!(page.deliveries.len() == 100 && page.next.is_some());
    ensure!(count_held(&world, &name).await? == 121);
    directory(&world)?.switch(&name, true).await?;
    let released = directory(&world)?.release(&name, AT_ONCE, |_| ()).await?;
    ensure!(released.sent == 121, "{released:?}");
    ensure!(count_held(&world, &name).await? == 0);
    applied(&world, &deliveries).await
}

async fn what_cannot_be_read_is_left_and_named_and_stops_nothing(world: Shared) -> Result<()> {
    let (other, others) = held(&world, 1).await?;
    let other_delivery = id(others.first().context("none")?)?;
    let foreign = store(&world)?.get(&other, &other_delivery).await?;
    let spoil: [&(dyn Fn(String) -> String + Sync); 3] = [
        &|_| "not a message".to_owned(),
        &|_| foreign.to_json(),
        &|own| " ".repeat(1024 * 1024) + &own,
    ];
    for spoil in spoil {
        let (name, deliveries) = held(&world, 2).await?;
        let spoiled = deliveries.first().context("none")?;
        let own = store(&world)?.get(&name, &id(spoiled)?).await?;
        let content = spoil(own.to_json());
        overwrite(&world, &format!("held/{name}/{spoiled}"), content).await?;
        directory(&world)?.switch(&name, true).await?;
        let released = directory(&world)?.release(&name, AT_ONCE, |_| ()).await?;
        ensure!(released.sent == 1, "{released:?}");
        ensure!(released.unreadable == [id(spoiled)?], "{released:?}");
        ensure!(count_held(&world, &name).await? == 1);
        let sound = deliveries.get(1..).unwrap_or_default();
        applied(&world, sound).await?;
    }
    Ok(())
}

async fn overwrite(world: &Shared, key: &str, content: String) -> Result<()> {
    let put = sallyport_cli::aws::s3(&world.aws)
        .put_object()
        .bucket(world.outputs.get("OversizeBucket")?)
        .key(key)
        .body(ByteStream::from(content.into_bytes()));
    put.send().await.map_err(aws_sdk_s3::Error::from)?;
    Ok(())
}
