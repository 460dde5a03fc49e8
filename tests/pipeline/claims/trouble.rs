//! What holds when the store does not answer, or holds what nobody wrote.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::delivery::claim::{ClaimError, Recorded, State, Unreadable, Verdict};

use super::{
    desk::Desk,
    wire::{Fault, Wire},
};

/// The same desk, its first answer lost.
fn losing(client: &Client, table: &str, desk: &Desk) -> Result<(Desk, Wire)> {
    let (tapped, wire) = Wire::tap(client, Fault::FirstAnswerLost)?;
    let mut losing = Desk::new(&tapped, table);
    losing.subject = desk.subject.clone();
    Ok((losing, wire))
}

pub async fn a_lost_answer_is_made_up_for_by_the_second_attempt(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);

    let (losing_desk, wire) = losing(&client, &table, &desk)?;
    let receiver = losing_desk.taken().await?;
    ensure!((receiver.attempt(), wire.calls()) == (1, 2));

    let (losing_desk, wire) = losing(&client, &table, &desk)?;
    ensure!(losing_desk.claims.mark_queued(&receiver).await? == Recorded::Yes);
    ensure!(wire.calls() == 2);

    let (losing_desk, wire) = losing(&client, &table, &desk)?;
    let consumer = losing_desk.begun().await?;
    ensure!((consumer.attempt(), wire.calls()) == (1, 2));
    ensure!(desk.stored().await?.starts == 1);

    let (losing_desk, wire) = losing(&client, &table, &desk)?;
    let done = losing_desk
        .claims
        .finish(&consumer, Verdict::Done, None)
        .await?;
    ensure!(done == Recorded::Yes && wire.calls() == 2);
    ensure!(desk.stored().await?.state == State::Done);

    let desk = desk.another();
    let receiver = desk.taken().await?;
    let (losing_desk, wire) = losing(&client, &table, &desk)?;
    ensure!(losing_desk.claims.release(&receiver).await? == Recorded::Yes && wire.calls() == 2);
    ensure!(desk.stored().await?.attempts == 0);
    Ok(())
}

pub async fn a_store_that_says_nothing_is_an_error_within_its_time_out(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let (receiver, other) = (desk.taken().await?, desk.another());
    let consumer = other.begun().await?;

    let (silent, _) = Wire::tap(&client, Fault::Silence)?;
    let silent = Desk::new(&silent, &table).claims;
    let (subject, terms) = (&desk.subject, super::desk::TERMS);
    let asked_at = Instant::now();
    let (take, begin, mark, hold, release, finish, find) = tokio::join!(
        async { silent.take(subject, terms).await.err() },
        async { silent.begin(subject, terms).await.err() },
        async { silent.mark_queued(&receiver).await.err() },
        async { silent.hold(&receiver).await.err() },
        async { silent.release(&receiver).await.err() },
        async { silent.finish(&consumer, Verdict::Done, None).await.err() },
        async { silent.find(&subject.delivery).await.err() },
    );
    for error in [take, begin, mark, hold, release, finish, find] {
        ensure!(error == Some(ClaimError::Unavailable), "{error:?}");
    }
    // Two seconds, and what a busy machine adds.
    ensure!(
        asked_at.elapsed() < Duration::from_secs(6),
        "{:?}",
        asked_at.elapsed()
    );
    ensure!(desk.stored().await?.state == State::Received);
    Ok(())
}

pub async fn a_claim_that_cannot_be_read_is_an_error(client: Client, table: String) -> Result<()> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let desk = Desk::new(&client, &table);
    for (name, value) in [
        ("state", text("COMPLETED")),
        ("state", text("")),
        ("state", number("1")),
        ("owner", text("somebody")),
        ("lease_until", text("1")),
        ("lease_until", number("1.5")),
        ("attempts", number("-1")),
        ("body_sha256", text("00")),
        ("organization", text("acme")),
        ("received_at", text("yesterday")),
        ("queued_at", number("1")),
        ("expires_at", AttributeValue::Null(true)),
    ] {
        let desk = desk.another();
        desk.brought_to(State::Queued).await?;
        client
            .update_item()
            .table_name(&table)
            .key("delivery", text(desk.subject.delivery.as_str()))
            .update_expression("SET #name = :value")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value.clone())
            .send()
            .await?;
        let unreadable = ClaimError::Unreadable(Unreadable(name));
        let found = desk.claims.find(&desk.subject.delivery).await;
        ensure!(found == Err(unreadable), "{name} {value:?}: {found:?}");
        let taken = desk.claims.take(&desk.subject, super::desk::TERMS).await;
        ensure!(taken == Err(unreadable), "{name} {value:?}: {taken:?}");
    }
    Ok(())
}
