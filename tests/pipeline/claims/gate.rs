//! What a receiver is told.

use std::time::Duration;

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::delivery::claim::{
    Admission, BodyDigest, Owner, Policy, Recorded, State, Terms, Written, gate,
};

use super::desk::{DAY, Desk, LEASE, SLACK, TERMS, at_once, count};

const MS: Duration = Duration::from_millis(1);

pub async fn the_first_attempt_proceeds(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let claim = desk.taken().await?;
    ensure!(claim.attempt() == 1 && claim.holds_at(desk.now()));
    let record = desk.stored().await?;
    ensure!(record.state == State::Received && record.attempts == 1 && record.starts == 0);
    ensure!(record.body == desk.subject.body && record.organization == desk.subject.organization);
    ensure!(record.received_at == desk.subject.received_at && record.queued_at.is_none());

    desk.pass(MS);
    ensure!(desk.claims.mark_queued(&claim).await? == Recorded::Yes);
    let record = desk.stored().await?;
    ensure!(record.state == State::Queued && record.queued_at == Some(desk.now()));
    Ok(())
}

pub async fn whatever_is_past_received_is_a_duplicate(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for state in State::ALL {
        if state == State::Received {
            continue;
        }
        let desk = desk.another();
        desk.brought_to(state).await?;
        let before = desk.stored().await?;
        for wait in [Duration::ZERO, LEASE + SLACK, DAY / 2] {
            desk.pass(wait);
            ensure!(desk.take().await? == Admission::Duplicate(state));
        }
        ensure!(desk.stored().await? == before, "{state:?}");
    }
    Ok(())
}

pub async fn a_claim_in_progress_is_no_duplicate_however_often_it_is_asked(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let claim = desk.taken().await?;
    for passed in 0..3 {
        let retry_after = (LEASE + SLACK).saturating_sub(Duration::from_secs(passed));
        ensure!(desk.take().await? == Admission::InProgress { retry_after });
        desk.pass(Duration::from_secs(1));
    }
    desk.claims.mark_queued(&claim).await?;
    ensure!(desk.take().await? == Admission::Duplicate(State::Queued));
    Ok(())
}

pub async fn a_claim_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let claim = desk.taken().await?;
    desk.pass_nearly(LEASE);
    ensure!(claim.holds_at(desk.now()));
    desk.pass(MS);
    ensure!(
        !claim.holds_at(desk.now()),
        "an owner trusts its lease to the end only"
    );
    desk.pass_nearly(SLACK);
    let retry_after = Duration::from_secs(1);
    ensure!(desk.take().await? == Admission::InProgress { retry_after });
    desk.pass(MS);
    let successor = desk.taken().await?;
    ensure!(successor.attempt() == 2 && successor.holds_at(desk.now()));
    ensure!(matches!(desk.take().await?, Admission::InProgress { .. }));
    Ok(())
}

pub async fn an_attempt_without_time_left_blocks_nobody_for_long(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let none = Terms {
        lease: Duration::ZERO,
        ..TERMS
    };
    let first = desk.claims.take(&desk.subject, none).await?;
    ensure!(matches!(first, Admission::Proceed(claim) if !claim.holds_at(desk.now())));
    ensure!(desk.take().await? == Admission::InProgress { retry_after: SLACK });
    desk.pass(SLACK);
    desk.taken().await?;

    // And one that believes to have for ever has no more than an invocation lasts.
    let desk = desk.another();
    let endless = Terms {
        lease: Duration::MAX,
        ..TERMS
    };
    desk.claims.take(&desk.subject, endless).await?;
    desk.pass(Duration::from_mins(15) + SLACK);
    desk.taken().await?;
    Ok(())
}

pub async fn an_expired_claim_counts_as_absent(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for state in State::ALL {
        let desk = desk.another();
        desk.brought_to(state).await?;
        desk.pass(DAY * 9);
        let Admission::Proceed(claim) = desk.claims.take(&desk.altered(), TERMS).await? else {
            anyhow::bail!("{state:?} counts after its expiry");
        };
        ensure!(claim.attempt() == 1, "{state:?}");
        let record = desk.stored().await?;
        ensure!(record.state == State::Received && record.body == desk.altered().body);
        ensure!(record.starts == 0 && record.queued_at.is_none() && record.finished_at.is_none());
        ensure!(
            record.started_at.is_none() && record.reason.is_none(),
            "{state:?}"
        );
    }
    Ok(())
}

pub async fn an_expired_claim_may_vanish_or_be_replaced_meanwhile(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    desk.brought_to(State::Done).await?;
    desk.pass(DAY * 2);
    let (found, owner, policy) = (desk.stored().await?, Owner::random(), Policy::STANDARD);
    let write = gate::replace(&policy, &found, &desk.subject, TERMS, owner, desk.now());

    let key = AttributeValue::S(desk.subject.delivery.to_string());
    client
        .delete_item()
        .table_name(&table)
        .key("delivery", key)
        .send()
        .await?;
    let made = desk.table.write(&desk.subject.delivery, &write).await?;
    ensure!(matches!(made, Written::Made(record) if record.attempts == 1));

    // Now there is a fresh claim in the expired one's place: whoever else found that one expired is too late.
    let late = gate::replace(
        &policy,
        &found,
        &desk.subject,
        TERMS,
        Owner::random(),
        desk.now(),
    );
    let refused = desk.table.write(&desk.subject.delivery, &late).await?;
    ensure!(matches!(refused, Written::Refused(Some(record)) if record.owner == owner));
    Ok(())
}

pub async fn a_claim_given_back_is_free_at_once(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    // An outage of the queue, however long, makes no delivery look deadly.
    for _ in 0..Policy::STANDARD.max_attempts * 2 {
        let claim = desk.taken().await?;
        ensure!(claim.attempt() == 1);
        ensure!(desk.claims.release(&claim).await? == Recorded::Yes);
    }
    Ok(())
}

pub async fn another_body_is_a_conflict_in_every_state(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for state in State::ALL {
        let desk = desk.another();
        desk.brought_to(state).await?;
        let before = desk.stored().await?;
        for wait in [Duration::ZERO, LEASE + SLACK, Policy::STANDARD.rest] {
            desk.pass(wait);
            let admission = desk.claims.take(&desk.altered(), TERMS).await?;
            ensure!(admission == Admission::Conflict, "{state:?}: {admission:?}");
        }
        ensure!(desk.stored().await? == before, "{state:?}");
    }
    Ok(())
}

pub async fn an_empty_body_is_a_body(client: Client, table: String) -> Result<()> {
    let mut desk = Desk::new(&client, &table);
    desk.subject.body = BodyDigest::of(b"");
    desk.subject.event_type = String::new();
    let claim = desk.taken().await?;
    desk.claims.mark_queued(&claim).await?;
    ensure!(desk.take().await? == Admission::Duplicate(State::Queued));
    ensure!(desk.claims.take(&desk.altered(), TERMS).await? == Admission::Conflict);
    Ok(())
}

async fn one_of_64_proceeds(desk: &Desk, attempt: u32) -> Result<()> {
    let all = at_once(|| {
        let desk = desk.clone();
        async move { desk.take().await }
    });
    let all = all.await?;
    let proceed = count(
        &all,
        |it| matches!(it, Admission::Proceed(claim) if claim.attempt() == attempt),
    );
    let told_to_wait = count(&all, |it| matches!(it, Admission::InProgress { .. }));
    ensure!(
        (proceed, told_to_wait) == (1, 63),
        "{proceed} proceed, {told_to_wait} wait"
    );
    ensure!(desk.stored().await?.attempts == attempt);
    Ok(())
}

pub async fn of_64_at_once_one_proceeds(client: Client, table: String) -> Result<()> {
    one_of_64_proceeds(&Desk::new(&client, &table), 1).await
}

pub async fn of_64_at_an_orphan_one_takes_over(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    desk.taken().await?;
    desk.pass(LEASE + SLACK);
    one_of_64_proceeds(&desk, 2).await
}

pub async fn of_64_at_an_expired_claim_one_proceeds(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    desk.brought_to(State::Done).await?;
    desk.pass(DAY * 2);
    one_of_64_proceeds(&desk, 1).await
}

pub async fn a_delivery_that_kills_its_receivers_rests_and_is_never_refused_for_good(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let Policy {
        max_attempts, rest, ..
    } = Policy::STANDARD;
    for attempt in 1..=max_attempts {
        ensure!(desk.taken().await?.attempt() == attempt);
        desk.pass(LEASE + SLACK);
    }
    for attempt in max_attempts..max_attempts + 2 {
        let poisoned = Admission::Poisoned {
            attempts: attempt,
            retry_after: rest,
        };
        ensure!(desk.take().await? == poisoned);
        desk.pass_nearly(rest);
        ensure!(matches!(desk.take().await?, Admission::Poisoned { .. }));
        desk.pass(MS);
        ensure!(desk.taken().await?.attempt() == attempt + 1);
        ensure!(matches!(desk.take().await?, Admission::InProgress { .. }));
        desk.pass(LEASE + SLACK);
    }
    Ok(())
}

pub async fn a_late_receiver_cannot_touch_its_successors_claim(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let late = desk.taken().await?;
    desk.pass(LEASE + SLACK);
    let successor = desk.taken().await?;
    let before = desk.stored().await?;
    let superseded = Recorded::Superseded(Some(State::Received));
    ensure!(desk.claims.mark_queued(&late).await? == superseded);
    ensure!(desk.claims.hold(&late).await? == superseded);
    ensure!(desk.claims.release(&late).await? == superseded);
    ensure!(desk.stored().await? == before);
    ensure!(desk.claims.mark_queued(&successor).await? == Recorded::Yes);
    Ok(())
}

pub async fn a_delivery_of_a_disabled_endpoint_is_held(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let claim = desk.taken().await?;
    ensure!(desk.claims.hold(&claim).await? == Recorded::Yes);
    let record = desk.stored().await?;
    ensure!(record.state == State::Held && record.reason.as_deref() == Some("endpoint_disabled"));
    desk.pass(DAY * 7);
    ensure!(desk.take().await? == Admission::Duplicate(State::Held));
    // Its message is the release.
    ensure!(desk.begun().await?.attempt() == 1);
    Ok(())
}
