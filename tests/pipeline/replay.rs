//! Dead deliveries begun again: each applied exactly once, whatever the replay was ended at.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use sallyport::delivery::{DeliveryId, QueueMessage, claim::State};
use sallyport_cli::{
    aws,
    delivery::{Deliveries, Order, Planned, Step, Which},
};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    mortuary::{HIDDEN, Mortuary, letter, reached},
    rehearsal::relay::{Plan, Relay},
    tests,
    world::{Shared, World},
};

tests![
    what_died_of_a_cause_that_was_mended_is_applied_exactly_once_by_its_replay,
    a_dry_run_changes_nothing,
    what_cannot_be_replayed_says_why,
    two_replays_of_one_delivery_have_two_identities_and_one_effect,
    a_replay_keeps_to_its_rate,
    a_replay_ended_at_each_call_loses_nothing_and_applies_once,
];

fn order() -> Result<Order> {
    Order::new("the constraint was mended", 1000)
}

fn these<'a>(deliveries: impl IntoIterator<Item = &'a DeliveryId>) -> Which {
    Which::These(deliveries.into_iter().cloned().collect::<BTreeSet<_>>())
}

/// A dead letter of a call that can be applied, and the call's id.
fn call(world: &World) -> (QueueMessage, String) {
    let call = Uuid::new_v4().to_string();
    let body = json!({ "message": {
        "type": "status-update", "status": "ended", "timestamp": 1_793_534_400_000_i64,
        "call": { "id": call, "type": "inboundPhoneCall" },
    } });
    (letter(world, "vapi", &body), call)
}

async fn count(world: &World, query: &str, value: &str) -> Result<i64> {
    let query = AssertSqlSafe(query.to_owned());
    let (count,): (i64,) = sqlx::query_as(query)
        .bind(value)
        .fetch_one(&world.database)
        .await?;
    Ok(count)
}

async fn calls(world: &World, call: &str) -> Result<i64> {
    count(
        world,
        "select count(*) from calls where provider_call_id = $1",
        call,
    )
    .await
}

/// What the audit log says of a delivery's replays.
async fn audited(world: &World, delivery: &DeliveryId) -> Result<Vec<(String, Value)>> {
    let query = "select actor, details from audit_log where action = 'replay' and entity_id = $1";
    let rows = sqlx::query_as(query)
        .bind(delivery.as_str())
        .fetch_all(&world.database);
    Ok(rows.await?)
}

async fn done(world: &World, delivery: &str) -> Result<()> {
    let query = "select state::text from webhook_deliveries where delivery = $1";
    world
        .until("the delivery is done", || async {
            let row: Option<(String,)> = sqlx::query_as(query)
                .bind(delivery)
                .fetch_optional(&world.database)
                .await?;
            Ok(row.filter(|(state,)| state == "done").map(drop))
        })
        .await
}

async fn what_died_of_a_cause_that_was_mended_is_applied_exactly_once_by_its_replay(
    world: Shared,
) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let request = world.sample("vapi", "end-of-call-report")?;
    let body: Value = serde_json::from_slice(&request.body)?;
    let call = body["message"]["call"]["id"].as_str().context("no call")?;
    let forbid = format!(
        "alter table calls add constraint mended check (provider_call_id <> '{call}') not valid"
    );
    sqlx::raw_sql(AssertSqlSafe(forbid))
        .execute(&world.database)
        .await?;
    let delivery = world.accepted(&request).await?;
    let died = world.at_rest(&delivery).await;
    sqlx::raw_sql("alter table calls drop constraint mended")
        .execute(&world.database)
        .await?;
    let (state, reason) = died?;
    ensure!(
        state == "dead" && reason.as_deref() == Some("database_refused"),
        "{state} {reason:?}"
    );
    ensure!(calls(&world, call).await? == 0);
    mortuary.letters(1).await?;

    let id = DeliveryId::parse(&delivery).context("no delivery")?;
    let before = mortuary.claim(&id).await?.context("no claim")?;
    let plan = mortuary.deliveries.plan(&these([&id])).await?;
    let [
        Planned {
            step: Step::Send,
            reason,
            ..
        },
    ] = &plan.planned[..]
    else {
        anyhow::bail!("not planned: {plan:?}");
    };
    ensure!(reason.as_deref() == Some("database_refused"), "{plan:?}");
    let outcome = mortuary.deliveries.replay(&plan, &order()?, |_| ()).await?;
    ensure!(
        (outcome.sent, outcome.removed, outcome.missing) == (1, 0, 0),
        "{outcome:?}"
    );
    done(&world, &delivery).await?;
    ensure!(calls(&world, call).await? == 1);
    mortuary.letters(0).await?;

    let after = mortuary.claim(&id).await?.context("no claim")?;
    ensure!(
        after.state == State::Done && after.starts == before.starts + 1,
        "{after:?}"
    );
    ensure!(
        after.owner != before.owner,
        "the attempt has its predecessor's identity"
    );
    let [(actor, details)] = &audited(&world, &id).await?[..] else {
        anyhow::bail!("not audited once");
    };
    ensure!(actor.starts_with("arn:aws:"), "{actor}");
    ensure!(
        details["reason"] == "the constraint was mended",
        "{details}"
    );
    // The audit log's id is the one the consumer worked under.
    let replay = details["replay"].as_str().context("no id")?.to_owned();
    world
        .until("the consumer logs the replay's id", || async {
            let logs = world.function_logs().await?;
            let found = logs
                .lines()
                .any(|line| line.contains(&delivery) && line.contains(&replay));
            Ok(found.then_some(()))
        })
        .await
}

async fn a_dry_run_changes_nothing(world: Shared) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let (message, call) = call(&world);
    mortuary.bury(&message.to_json()).await?;
    for which in [Which::DeadLetters, these([&message.delivery])] {
        let plan = mortuary.deliveries.plan(&which).await?;
        ensure!(plan.planned.len() == 1, "{plan:?}");
        mortuary.shown(1).await?;
    }
    let rows = world.whole_database().await?;
    ensure!(
        !rows.contains(message.delivery.as_str()) && !rows.contains(&call),
        "the database knows of it"
    );
    ensure!(world.queue_depth().await? == 0 && calls(&world, &call).await? == 0);
    ensure!(mortuary.claim(&message.delivery).await?.is_none());
    mortuary.empty().await
}

async fn what_cannot_be_replayed_says_why(world: Shared) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let applied = world
        .accepted(&world.sample("vapi", "status-update")?)
        .await?;
    world.at_rest(&applied).await?;
    let ignored = world.accepted(&world.sample("vapi", "hang")?).await?;
    world.at_rest(&ignored).await?;
    let parse = |text: &str| DeliveryId::parse(text).context("no delivery");
    let (applied, ignored) = (parse(&applied)?, parse(&ignored)?);
    let (nobody, _) = call(&world);
    mortuary.bury("no message at all").await?;
    let plan = mortuary
        .deliveries
        .plan(&these([&applied, &ignored, &nobody.delivery]))
        .await?;
    ensure!(plan.planned.is_empty(), "{plan:?}");
    let why = |delivery: &DeliveryId| {
        let refused = plan
            .refused
            .iter()
            .find(|refused| refused.what == delivery.as_str());
        refused
            .map(|refused| refused.why.clone())
            .context("not named")
    };
    ensure!(why(&applied)? == "it was applied");
    ensure!(
        why(&ignored)?.starts_with("nothing acts upon it (unknown_event_type"),
        "{}",
        why(&ignored)?
    );
    ensure!(why(&nobody.delivery)? == "nobody knows it on this stage");
    let all = mortuary.deliveries.plan(&Which::DeadLetters).await?;
    ensure!(all.planned.is_empty() && all.refused.len() == 1, "{all:?}");
    ensure!(
        all.refused[0].why.contains("not a queue message"),
        "{all:?}"
    );
    let outcome = mortuary.deliveries.replay(&all, &order()?, |_| ()).await?;
    ensure!(
        outcome.sent == 0 && world.dead_letters().await? == 1,
        "it was taken all the same"
    );
    mortuary.empty().await
}

async fn two_replays_of_one_delivery_have_two_identities_and_one_effect(
    world: Shared,
) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let (message, call) = call(&world);
    for sent in [1, 0] {
        mortuary.bury(&message.to_json()).await?;
        let plan = mortuary.deliveries.plan(&Which::DeadLetters).await?;
        let outcome = mortuary.deliveries.replay(&plan, &order()?, |_| ()).await?;
        // What was applied is not sent again.
        ensure!(
            (outcome.sent, outcome.removed) == (sent, 1 - sent),
            "{outcome:?}"
        );
        done(&world, message.delivery.as_str()).await?;
        mortuary.letters(0).await?;
    }
    ensure!(calls(&world, &call).await? == 1);

    // Two letters of one delivery, sent before either is applied.
    let (message, call) = self::call(&world);
    mortuary.bury(&message.to_json()).await?;
    mortuary.bury(&message.to_json()).await?;
    let plan = mortuary
        .deliveries
        .plan(&these([&message.delivery]))
        .await?;
    let outcome = mortuary.deliveries.replay(&plan, &order()?, |_| ()).await?;
    ensure!(outcome.sent == 2, "{outcome:?}");
    done(&world, message.delivery.as_str()).await?;
    let ids = audited(&world, &message.delivery).await?;
    let ids: BTreeSet<_> = ids
        .iter()
        .map(|(_, details)| details["replay"].to_string())
        .collect();
    ensure!(ids.len() == 2, "{ids:?}");
    let settled = || async { Ok((world.queue_depth().await? == 0).then_some(())) };
    world.until("the queue is empty", settled).await?;
    ensure!(calls(&world, &call).await? == 1 && world.dead_letters().await? == 0);
    Ok(())
}

async fn a_replay_keeps_to_its_rate(world: Shared) -> Result<()> {
    const LETTERS: u32 = 5;
    let mortuary = Mortuary::open(&world).await?;
    for _ in 0..LETTERS {
        mortuary.bury(&call(&world).0.to_json()).await?;
    }
    let plan = mortuary.deliveries.plan(&Which::DeadLetters).await?;
    let order = Order::new("the constraint was mended", 2)?;
    let began = std::time::Instant::now();
    let outcome = mortuary.deliveries.replay(&plan, &order, |_| ()).await?;
    // The first goes at once.
    let least = std::time::Duration::from_millis(500) * (LETTERS - 1);
    ensure!(
        outcome.sent == u64::from(LETTERS) && began.elapsed() >= least,
        "{:?}",
        began.elapsed()
    );
    for planned in &plan.planned {
        done(&world, planned.delivery.as_str()).await?;
    }
    mortuary.letters(0).await
}

/// A run of the command, ended by `plan`. Returns the calls to AWS that it made.
async fn run(world: &Shared, plan: Plan, which: &Which) -> Result<(Vec<String>, bool)> {
    let relay = Relay::start(&world.aws_url, plan).await?;
    let stage = reached(world, &aws::local(&relay.url));
    let whole = async {
        let deliveries = Deliveries::open(&stage).await?.hiding_for(HIDDEN);
        let plan = deliveries.plan(which).await?;
        deliveries.replay(&plan, &order()?, |_| ()).await
    };
    let ended = match relay.run(whole).await {
        Some(outcome) => {
            outcome?;
            false
        }
        None => true,
    };
    Ok((relay.operations(), ended))
}

async fn a_replay_ended_at_each_call_loses_nothing_and_applies_once(world: Shared) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let mut number = 0;
    loop {
        let mut whole = false;
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let (message, call) = call(&world);
            mortuary.bury(&message.to_json()).await?;
            let which = these([&message.delivery]);
            let (operations, ended) = run(&world, plan.clone(), &which).await?;
            whole |= !ended;
            let at = operations.get(number);
            let what = || format!("{plan:?} {at:?}");
            // It is a dead letter still, or it was sent: never neither.
            let sent = operations
                .iter()
                .any(|operation| operation == "SendMessage");
            if ended && !sent {
                ensure!(world.dead_letters().await? == 1, "lost: {}", what());
            }
            if ended {
                // As the operator does: the same command again, when what was hidden can be seen.
                let again = || async {
                    let (_, ended) = run(&world, Plan::Pass, &which).await?;
                    let left = world.dead_letters().await?;
                    Ok((!ended && left == 0).then_some(()))
                };
                world.until("a second run takes the rest", again).await?;
            }
            done(&world, message.delivery.as_str())
                .await
                .with_context(what)?;
            let settled = || async { Ok((world.queue_depth().await? == 0).then_some(())) };
            world.until("the queue is empty", settled).await?;
            ensure!(
                calls(&world, &call).await? == 1,
                "not applied once: {}",
                what()
            );
            ensure!(
                world.dead_letters().await? == 0,
                "a dead letter is left: {}",
                what()
            );
            ensure!(
                !audited(&world, &message.delivery).await?.is_empty(),
                "not audited: {}",
                what()
            );
        }
        if whole {
            break;
        }
        number += 1;
    }
    // At least: the key, the letters, the claim, who it is, the letters again, the send, the removal.
    ensure!(number >= 7, "only {number} calls were ended");
    Ok(())
}
