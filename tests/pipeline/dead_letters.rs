//! What cannot be applied: a dead letter with its reason, a delivery that is dead, people who are told, and an operator
//! who sees it.

use anyhow::{Context, Result, ensure};
use sallyport::delivery::{DeliveryId, claim::State};
use sallyport_cli::delivery::Filter;
use serde_json::{Value, json};

use crate::{
    mortuary::{Alerts, Mortuary, letter},
    tests,
    world::Shared,
};

tests![
    a_poison_message_ends_as_a_dead_letter_with_its_reason_and_people_are_told,
    a_dead_letter_that_nobody_reported_is_found_recorded_and_shown,
    what_cannot_be_read_is_told_and_shown_by_its_id,
    the_consumer_may_raise_alerts_in_its_own_name_alone,
];

async fn a_poison_message_ends_as_a_dead_letter_with_its_reason_and_people_are_told(
    world: Shared,
) -> Result<()> {
    let (alerts, mortuary) = (Alerts::listen(&world).await?, Mortuary::open(&world).await?);
    let request = world.sample_with("vapi", "status-update", |request| {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["message"]["status"] = Value::Null;
        request.body = body.to_string().into_bytes();
    })?;
    let delivery = world.accepted(&request).await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(
        state == "dead" && reason.as_deref() == Some("unreadable_payload"),
        "{state} {reason:?}"
    );

    let id = DeliveryId::parse(&delivery).context("no delivery")?;
    let claim = mortuary.claim(&id).await?.context("no claim")?;
    ensure!(
        claim.state == State::Dead && claim.reason == reason && claim.starts == 5,
        "{claim:?}"
    );

    let alert = alerts.of(&delivery).await?;
    let attributes = &alert["attributes"];
    ensure!(
        alert["code"] == "delivery_dead" && attributes["reason"] == "unreadable_payload",
        "{alert}"
    );
    ensure!(attributes["provider"] == "vapi", "{alert}");
    ensure!(
        alert["stage"] == "local" && alert["service"] == "queue-consumer",
        "{alert}"
    );
    ensure!(alerts.rule_leads_to_the_alerts_queue().await?);

    // Letters of other tests may lie there too: one of theirs may die late.
    let filter = Filter {
        state: Some(State::Dead),
        limit: 100,
        ..Filter::default()
    };
    let lies_there = || async {
        let listing = mortuary.deliveries.list(filter).await?;
        let mut found = listing.deliveries.into_iter();
        Ok(found.find(|shown| shown.delivery == id && shown.dead_letter))
    };
    let shown = world
        .until("the operator sees the dead letter", lies_there)
        .await?;
    ensure!(
        shown.reason == reason && shown.attempts == Some(5),
        "{shown:?}"
    );
    ensure!(
        shown.provider == "vapi" && shown.event_type == "status-update",
        "{shown:?}"
    );
    mortuary.empty().await
}

/// As after a consumer that was killed each time: the message is a dead letter, and nobody has said anything.
async fn a_dead_letter_that_nobody_reported_is_found_recorded_and_shown(
    world: Shared,
) -> Result<()> {
    let mortuary = Mortuary::open(&world).await?;
    let message = letter(&world, "vapi", &json!({ "message": {} }));
    let known: Option<(String,)> =
        sqlx::query_as("select state::text from webhook_deliveries where delivery = $1")
            .bind(message.delivery.as_str())
            .fetch_optional(&world.database)
            .await?;
    ensure!(known.is_none(), "it was reported: {known:?}");
    mortuary.bury(&message.to_json()).await?;
    for _ in 0..2 {
        let filter = Filter {
            limit: 10,
            organization: Some(message.organization),
            ..Filter::default()
        };
        let listing = mortuary.deliveries.list(filter).await?;
        let shown = listing
            .deliveries
            .iter()
            .find(|shown| shown.delivery == message.delivery);
        let shown = shown.context("the operator does not see it")?;
        ensure!(shown.state == "dead" && shown.dead_letter, "{shown:?}");
        ensure!(shown.reason.as_deref() == Some("unreported"), "{shown:?}");
    }
    let (state, reason) = world.at_rest(message.delivery.as_str()).await?;
    ensure!(
        state == "dead" && reason.as_deref() == Some("unreported"),
        "{state} {reason:?}"
    );
    let elsewhere = Filter {
        limit: 10,
        organization: Some(uuid::Uuid::new_v4()),
        ..Filter::default()
    };
    let listing = mortuary.deliveries.list(elsewhere).await?;
    ensure!(
        listing.deliveries.is_empty(),
        "another organisation's: {listing:?}"
    );
    mortuary.empty().await
}

async fn what_cannot_be_read_is_told_and_shown_by_its_id(world: Shared) -> Result<()> {
    let (alerts, mortuary) = (Alerts::listen(&world).await?, Mortuary::open(&world).await?);
    mortuary.queue("CANARY, no message").await?;
    let alert = alerts.with(|alert| alert["code"] == "message_dead").await?;
    ensure!(!alert.to_string().contains("CANARY"), "{alert}");
    mortuary.letters(1).await?;
    let listing = mortuary
        .deliveries
        .list(Filter {
            limit: 10,
            ..Filter::default()
        })
        .await?;
    ensure!(listing.unreadable.len() == 1, "{listing:?}");
    mortuary.empty().await
}

async fn the_consumer_may_raise_alerts_in_its_own_name_alone(world: Shared) -> Result<()> {
    let aws = crate::least_privilege::acting_as(&world, "queue-consumer").await?;
    let client = aws_sdk_eventbridge::Client::new(&aws);
    for (source, kind, allowed) in [
        ("sallyport", "Alert", true),
        ("aws.cloudwatch", "CloudWatch Alarm State Change", false),
    ] {
        let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder()
            .source(source)
            .detail_type(kind)
            .detail("{}")
            .build();
        let answer = client.put_events().entries(entry).send().await;
        let taken = answer.is_ok_and(|answer| answer.failed_entry_count == 0);
        ensure!(taken == allowed, "{source} {kind}: {taken}");
    }
    Ok(())
}
