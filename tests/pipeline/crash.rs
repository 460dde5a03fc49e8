//! The functions ended before and after every call they make. Whatever the moment: the provider's retry and the
//! queue's redelivery see to it that the delivery is applied, and applied once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport::{
    delivery::{Body, DeliveryId, QueueMessage, claim::BodyDigest},
    webhook::EventKey,
};
use sallyport_cli::{sample::Unsigned, stack::seed};
use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    rehearsal::{
        Rehearsal,
        relay::Plan,
        worker::{At, Worker},
    },
    tests,
    world::Shared,
};

tests![
    a_receiver_ended_at_any_call_loses_nothing_and_doubles_nothing,
    a_receiver_of_a_large_body_ended_at_any_call_loses_nothing_and_doubles_nothing,
    a_consumer_ended_at_any_call_loses_nothing_and_doubles_nothing,
    a_consumer_of_a_large_body_ended_at_any_call_loses_nothing_and_doubles_nothing,
    a_consumer_ended_around_the_databases_call_applies_once,
    a_redaction_ended_at_any_call_stores_the_words_once_and_only_redacted,
    nothing_is_acknowledged_before_the_queue_has_it,
];

/// After this, whoever was ended has lost its right by everybody's clock.
const LEASES_ARE_OVER: Duration = Duration::from_secs(12);

#[derive(Clone, Copy)]
enum Size {
    Small,
    Large,
}

fn report(world: &Shared, size: Size) -> Result<Unsigned> {
    world.sample_with("vapi", "end-of-call-report", |request| {
        if let Size::Large = size {
            let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            body["message"]["artifact"]["padding"] = "x".repeat(200_000).into();
            request.body = body.to_string().into_bytes();
        }
    })
}

/// The calls of a run that nothing disturbs.
async fn receiver_calls(world: &Shared, size: Size) -> Result<Vec<String>> {
    let rehearsal = Rehearsal::begin(world).await?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    let answer = receiver.handle(&report(world, size)?).await?;
    ensure!(answer.is_some_and(|answer| answer.status_code == 200));
    Ok(receiver.relay.operations())
}

/// What happened in the end to the delivery of `request`: applied by one call of one consumer, and nothing left.
async fn applied_once(
    world: &Shared,
    rehearsal: &Rehearsal,
    request: &Unsigned,
    consumers: &[Worker],
) -> Result<()> {
    ensure!(rehearsal.depth().await? == 0, "messages are left");
    let body: Value = serde_json::from_slice(&request.body)?;
    let call = body["message"]["call"]["id"].as_str().context("no call")?;
    let (rows, ended): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where status = 'ended') from calls where provider_call_id = $1",
    )
    .bind(call)
    .fetch_one(&world.database)
    .await?;
    ensure!((rows, ended) == (1, 1), "{rows} rows, {ended} ended");
    let mut applied = 0;
    for consumer in consumers {
        let calls = consumer.database.calls();
        let effective = calls.iter().filter(|call| {
            let answer: Value = serde_json::from_slice(&call.answer).unwrap_or_default();
            answer["outcome"] == "applied"
        });
        applied += effective.count();
    }
    ensure!(applied == 1, "applied {applied} times");
    Ok(())
}

async fn receiver_survives(world: &Shared, size: Size) -> Result<()> {
    let calls = receiver_calls(world, size).await?;
    let named = |call: &str| calls.iter().any(|one| one == call);
    ensure!(named("UpdateItem") && named("SendMessage"), "{calls:?}");
    for (number, call) in calls.iter().enumerate() {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let moment = format!("{plan:?} ({call})");
            let scene = async {
                let rehearsal = Rehearsal::begin(world).await?;
                let request = report(world, size)?;
                let first = rehearsal.receiver(plan).await?;
                ensure!(first.handle(&request).await?.is_none(), "it was not ended");
                drop(first);
                rehearsal.pass(LEASES_ARE_OVER);
                let retry = rehearsal.receiver(Plan::Pass).await?;
                let answer = retry.handle(&request).await?.context("ended")?;
                ensure!(answer.status_code == 200, "the retry: {}", answer.body);
                let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
                let consumers = rehearsal.drain(consumer).await?;
                applied_once(world, &rehearsal, &request, &consumers).await
            };
            scene.await.context(moment)?;
        }
    }
    Ok(())
}

async fn a_receiver_ended_at_any_call_loses_nothing_and_doubles_nothing(
    world: Shared,
) -> Result<()> {
    receiver_survives(&world, Size::Small).await
}

async fn a_receiver_of_a_large_body_ended_at_any_call_loses_nothing_and_doubles_nothing(
    world: Shared,
) -> Result<()> {
    receiver_survives(&world, Size::Large).await
}

/// A queued delivery, and the calls of a consumer that nothing disturbs: of AWS, and of the database.
async fn queued(world: &Shared, size: Size) -> Result<(Rehearsal, Unsigned)> {
    let rehearsal = Rehearsal::begin(world).await?;
    let request = report(world, size)?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    let answer = receiver.handle(&request).await?.context("ended")?;
    ensure!(answer.status_code == 200, "{}", answer.body);
    Ok((rehearsal, request))
}

async fn consumer_calls(world: &Shared, size: Size, at: At) -> Result<Vec<String>> {
    let (rehearsal, request) = queued(world, size).await?;
    let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
    let consumers = rehearsal.drain(consumer).await?;
    applied_once(world, &rehearsal, &request, &consumers).await?;
    let consumer = consumers.first().context("no consumer")?;
    Ok(consumer.calls(at))
}

async fn consumer_survives(world: &Shared, size: Size, at: At) -> Result<()> {
    let calls = consumer_calls(world, size, at).await?;
    ensure!(!calls.is_empty());
    for (number, call) in calls.iter().enumerate() {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let moment = format!("{plan:?} ({call})");
            let scene = async {
                let (rehearsal, request) = queued(world, size).await?;
                let consumer = rehearsal.consumer(plan, at).await?;
                let consumers = rehearsal.drain(consumer).await?;
                ensure!(consumers.len() == 2, "it was not ended");
                applied_once(world, &rehearsal, &request, &consumers).await
            };
            scene.await.context(moment)?;
        }
    }
    Ok(())
}

async fn a_consumer_ended_at_any_call_loses_nothing_and_doubles_nothing(
    world: Shared,
) -> Result<()> {
    consumer_survives(&world, Size::Small, At::Aws).await
}

async fn a_consumer_of_a_large_body_ended_at_any_call_loses_nothing_and_doubles_nothing(
    world: Shared,
) -> Result<()> {
    consumer_survives(&world, Size::Large, At::Aws).await
}

async fn a_consumer_ended_around_the_databases_call_applies_once(world: Shared) -> Result<()> {
    consumer_survives(&world, Size::Small, At::Database).await
}

/// Words that are waited for, of a call that is there: what the redaction makes of them, ended anywhere.
async fn a_redaction_ended_at_any_call_stores_the_words_once_and_only_redacted(
    world: Shared,
) -> Result<()> {
    for at in [At::Aws, At::Database] {
        let (rehearsal, _) = spoken(&world).await?;
        let undisturbed = rehearsal.redaction(Plan::Pass, at).await?;
        let calls = rehearsal.drain(undisturbed).await?.remove(0).calls(at);
        ensure!(!calls.is_empty());
        for (number, call) in calls.iter().enumerate() {
            for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
                let moment = format!("{plan:?} ({call})");
                let scene = async {
                    let (rehearsal, delivery) = spoken(&world).await?;
                    let first = rehearsal.redaction(plan, at).await?;
                    let workers = rehearsal.drain(first).await?;
                    ensure!(workers.len() == 2, "it was not ended");
                    ensure!(rehearsal.depth().await? == 0);
                    let rows: Vec<(String,)> =
                        sqlx::query_as("select transcript from calls where words_delivery = $1")
                            .bind(delivery)
                            .fetch_all(&world.database)
                            .await?;
                    ensure!(
                        rows.len() == 1 && !rows[0].0.contains("Zebulon"),
                        "{rows:?}"
                    );
                    for worker in workers {
                        for sent in worker.database.calls() {
                            let asked = String::from_utf8_lossy(&sent.request).into_owned();
                            ensure!(!asked.contains("Zebulon"), "unredacted: {asked}");
                        }
                    }
                    Ok(())
                };
                scene.await.context(moment)?;
            }
        }
    }
    Ok(())
}

/// A call with a row, and its words waiting in the rehearsal's queue under a delivery of their own.
async fn spoken(world: &Shared) -> Result<(Rehearsal, String)> {
    let rehearsal = Rehearsal::begin(world).await?;
    let request = report(world, Size::Small)?;
    let known = world.accepted(&request).await?;
    world.at_rest(&known).await?;
    let mut body: Value = serde_json::from_slice(&request.body)?;
    body["message"]["artifact"]["transcript"] = "User: I am Zebulon Quist.".into();
    let delivery = DeliveryId::derive("rehearsal", &EventKey::of([known]));
    let message = QueueMessage {
        delivery: delivery.clone(),
        organization: seed::ORGANIZATION.parse()?,
        endpoint: "vapi-demo".to_owned(),
        provider: "vapi".to_owned(),
        event_type: "end-of-call-report".to_owned(),
        received_at: OffsetDateTime::now_utc(),
        digest: BodyDigest::of(b"x"),
        effect: None,
        replay: None,
        body: Body::Inline(body.to_string().into_bytes()),
    };
    rehearsal.queue(message.to_json()).await?;
    Ok((rehearsal, delivery.to_string()))
}

/// Sixty-four at once, with the queue's answer held back: sixty-three are told to come again, none is acknowledged.
async fn nothing_is_acknowledged_before_the_queue_has_it(world: Shared) -> Result<()> {
    const AT_ONCE: usize = 64;
    let rehearsal = Rehearsal::begin(&world).await?;
    let request = report(&world, Size::Small)?;
    let receiver = rehearsal.receiver(Plan::Hold("SendMessage")).await?;
    let answers = futures::stream::FuturesUnordered::new();
    for _ in 0..AT_ONCE {
        answers.push(receiver.handle(&request));
    }
    let mut answers = std::pin::pin!(answers);
    for _ in 1..AT_ONCE {
        let answer = futures::StreamExt::next(&mut answers)
            .await
            .context("no answer")??;
        let answer = answer.context("ended")?;
        ensure!(
            answer.status_code == 409,
            "{} {}",
            answer.status_code,
            answer.body
        );
        ensure!(answer.headers.contains_key("retry-after"));
    }
    receiver.relay.holding().await;
    ensure!(rehearsal.depth().await? == 0);
    receiver.relay.release();
    let last = futures::StreamExt::next(&mut answers)
        .await
        .context("no answer")??;
    ensure!(last.is_some_and(|answer| answer.status_code == 200));
    ensure!(rehearsal.depth().await? == 1, "exactly one message");
    Ok(())
}
