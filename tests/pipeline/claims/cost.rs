//! What a delivery costs, how long it is remembered, and what is stored of it.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::delivery::claim::{Item, Policy, State, Verdict};

use super::{
    desk::{DAY, Desk, LEASE, SLACK, TERMS},
    wire::{Fault, Wire},
};

pub async fn a_delivery_costs_four_write_units_and_two_calls_before_its_acknowledgement(
    client: Client,
    table: String,
) -> Result<()> {
    let (tapped, wire) = Wire::tap(&client, Fault::None)?;
    let desk = Desk::new(&tapped, &table);
    let claim = desk.taken().await?;
    ensure!(wire.calls() == 1);
    desk.claims.mark_queued(&claim).await?;
    ensure!(wire.calls() == 1);
    desk.take().await?;
    ensure!(wire.calls() == 1, "a duplicate costs one");
    let claim = desk.begun().await?;
    ensure!(wire.calls() == 1);
    desk.claims.finish(&claim, Verdict::Done, None).await?;
    ensure!(wire.calls() == 1);

    // A takeover costs no more than a first claim; only an expired claim costs a second call.
    let desk = desk.another();
    desk.taken().await?;
    desk.pass(LEASE + SLACK);
    wire.calls();
    desk.taken().await?;
    ensure!(wire.calls() == 1);
    desk.pass(DAY * 3);
    let altered = desk.altered();
    desk.claims.take(&altered, TERMS).await?;
    ensure!(wire.calls() == 2);
    Ok(())
}

pub async fn a_claim_is_remembered_for_the_retry_horizon_and_a_day_at_least(
    client: Client,
    table: String,
) -> Result<()> {
    for (horizon, state, least) in [
        (Duration::ZERO, State::Done, DAY),
        (DAY * 3, State::Done, DAY * 3),
        (DAY * 3, State::Ignored, DAY * 3),
        // An open claim outlives its message, and a parked one its body.
        (Duration::ZERO, State::Queued, DAY * 2),
        (DAY * 3, State::Processing, DAY * 4),
        (Duration::ZERO, State::Failed, DAY * 2),
        (Duration::ZERO, State::Dead, DAY * 8),
        (DAY * 30, State::Held, DAY * 30),
    ] {
        let mut desk = Desk::new(&client, &table);
        desk.terms.retry_horizon = horizon;
        desk.brought_to(state).await?;
        let kept = desk.stored().await?.expires_at - desk.now().unix_timestamp();
        ensure!(
            kept == i64::try_from(least.as_secs())?,
            "{state:?}: {kept} s"
        );
    }
    Ok(())
}

pub async fn the_largest_claim_stays_below_one_write_unit_and_holds_no_payload(
    client: Client,
    table: String,
) -> Result<()> {
    let mut desk = Desk::new(&client, &table);
    desk.subject.endpoint = "e".repeat(64);
    desk.subject.provider = "p".repeat(32);
    desk.subject.event_type = "ä".repeat(100_000);
    let claim = desk.taken().await?;
    desk.claims.mark_queued(&claim).await?;
    for _ in 0..Policy::STANDARD.max_attempts {
        let claim = desk.begun().await?;
        desk.claims
            .finish(
                &claim,
                Verdict::Dead,
                Some("a_reason_code_longer_than_any_there_is"),
            )
            .await?;
    }
    let key = AttributeValue::S(desk.subject.delivery.to_string());
    let get = client
        .get_item()
        .table_name(&table)
        .key("delivery", key)
        .consistent_read(true);
    let item = get.send().await?.item.context("no item")?;
    ensure!(size(&item)? < 1024, "{} bytes", size(&item)?);
    let names: BTreeSet<_> = item.keys().map(String::as_str).collect();
    let known = [
        "attempts",
        "body_sha256",
        "delivery",
        "endpoint",
        "event_type",
        "expires_at",
        "finished_at",
        "lease_until",
        "organization",
        "owner",
        "provider",
        "queued_at",
        "reason",
        "received_at",
        "started_at",
        "starts",
        "state",
    ];
    ensure!(names == BTreeSet::from(known), "{names:?}");
    ensure!(
        item["expires_at"].is_n(),
        "DynamoDB removes by a number of seconds"
    );
    Ok(())
}

/// An item's size in bytes by DynamoDB's rule: names and values, a number at half its digits and one.
fn size(item: &Item) -> Result<usize> {
    item.iter()
        .map(|(name, value)| match value {
            AttributeValue::S(text) => Ok(name.len() + text.len()),
            AttributeValue::N(digits) => Ok(name.len() + digits.len().div_ceil(2) + 1),
            other => anyhow::bail!("{other:?}"),
        })
        .sum()
}
