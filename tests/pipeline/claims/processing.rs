//! What a consumer is told.

use std::time::Duration;

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::delivery::claim::{Recorded, Start, State, Verdict};

use super::desk::{DAY, Desk, LEASE, SLACK, TERMS, at_once, count};

const MS: Duration = Duration::from_millis(1);

pub async fn whatever_waits_is_begun(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for (state, start) in [
        (State::Received, 1),
        (State::Queued, 1),
        (State::Held, 1),
        (State::Failed, 2),
        (State::Dead, 2),
    ] {
        let desk = desk.another();
        desk.brought_to(state).await?;
        ensure!(desk.begun().await?.attempt() == start, "{state:?}");
        let record = desk.stored().await?;
        ensure!(record.state == State::Processing && record.started_at == Some(desk.now()));
        ensure!(
            record.finished_at.is_none() && record.reason.is_none(),
            "{state:?}"
        );
    }
    Ok(())
}

pub async fn what_is_final_is_a_duplicate(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for state in [State::Done, State::Ignored] {
        let desk = desk.another();
        desk.brought_to(state).await?;
        let before = desk.stored().await?;
        for wait in [Duration::ZERO, LEASE + SLACK, DAY / 2] {
            desk.pass(wait);
            ensure!(desk.begin().await? == Start::Duplicate(state));
        }
        ensure!(desk.stored().await? == before);
    }
    Ok(())
}

pub async fn a_message_may_be_faster_than_the_mark(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let receiver = desk.taken().await?;
    let consumer = desk.begun().await?;
    let mark = desk.claims.mark_queued(&receiver).await?;
    ensure!(mark == Recorded::Superseded(Some(State::Processing)));
    ensure!(desk.claims.finish(&consumer, Verdict::Done, None).await? == Recorded::Yes);
    ensure!(desk.claims.mark_queued(&receiver).await? == Recorded::Superseded(Some(State::Done)));
    ensure!(desk.stored().await?.state == State::Done);
    Ok(())
}

pub async fn a_message_without_a_claim_is_begun(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    let claim = desk.begun().await?;
    let record = desk.stored().await?;
    ensure!(record.attempts == 0 && record.starts == 1 && record.body == desk.subject.body);
    ensure!(
        desk.claims
            .finish(&claim, Verdict::Ignored, Some("unknown_type"))
            .await?
            == Recorded::Yes
    );
    ensure!(desk.stored().await?.reason.as_deref() == Some("unknown_type"));
    Ok(())
}

pub async fn a_delivery_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    desk.brought_to(State::Processing).await?;
    let retry_after = LEASE + SLACK;
    ensure!(desk.begin().await? == Start::InProgress { retry_after });
    desk.pass_nearly(LEASE + SLACK);
    let retry_after = Duration::from_secs(1);
    ensure!(desk.begin().await? == Start::InProgress { retry_after });
    desk.pass(MS);
    ensure!(desk.begun().await?.attempt() == 2);
    ensure!(matches!(desk.begin().await?, Start::InProgress { .. }));
    Ok(())
}

pub async fn of_64_consumers_one_begins(client: Client, table: String) -> Result<()> {
    for state in [State::Received, State::Queued, State::Processing] {
        let desk = Desk::new(&client, &table);
        desk.brought_to(state).await?;
        desk.pass(LEASE + SLACK);
        let all = at_once(|| {
            let desk = desk.clone();
            async move { desk.begin().await }
        });
        let all = all.await?;
        let begun = count(&all, |it| matches!(it, Start::Proceed(_)));
        let told_to_wait = count(&all, |it| matches!(it, Start::InProgress { .. }));
        ensure!(
            (begun, told_to_wait) == (1, 63),
            "{state:?}: {begun}, {told_to_wait}"
        );
    }
    Ok(())
}

pub async fn an_expired_claim_is_begun_anew(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for state in [State::Done, State::Ignored] {
        let desk = desk.another();
        desk.brought_to(state).await?;
        desk.pass(DAY + SLACK);
        ensure!(desk.claims.find(&desk.subject.delivery).await?.is_none());
        ensure!(desk.begun().await?.attempt() == 1);
        let record = desk.stored().await?;
        ensure!(record.state == State::Processing && record.attempts == 0);
        ensure!(desk.claims.find(&desk.subject.delivery).await? == Some(record));
    }
    Ok(())
}

pub async fn a_failed_attempt_is_followed_by_another(client: Client, table: String) -> Result<()> {
    let desk = Desk::new(&client, &table);
    desk.brought_to(State::Queued).await?;
    for attempt in 1..=5 {
        let claim = desk.begun().await?;
        ensure!(claim.attempt() == attempt);
        let verdict = if attempt < 5 {
            Verdict::Failed
        } else {
            Verdict::Dead
        };
        ensure!(
            desk.claims
                .finish(&claim, verdict, Some("database_unavailable"))
                .await?
                == Recorded::Yes
        );
        ensure!(desk.stored().await?.finished_at == Some(desk.now()));
        desk.pass(MS);
    }
    // Out of the dead letters.
    let claim = desk.begun().await?;
    ensure!(desk.claims.finish(&claim, Verdict::Done, None).await? == Recorded::Yes);
    ensure!(desk.stored().await?.starts == 6);
    Ok(())
}

pub async fn a_late_consumer_cannot_touch_its_successors_claim(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for verdict in Verdict::ALL {
        let desk = desk.another();
        desk.brought_to(State::Queued).await?;
        let late = desk.begun().await?;
        desk.pass(LEASE + SLACK);
        let successor = desk.begun().await?;
        let before = desk.stored().await?;
        let superseded = desk.claims.finish(&late, verdict, None).await?;
        ensure!(superseded == Recorded::Superseded(Some(State::Processing)));
        ensure!(desk.stored().await? == before);

        ensure!(desk.claims.finish(&successor, Verdict::Done, None).await? == Recorded::Yes);
        let superseded = desk.claims.finish(&late, verdict, None).await?;
        ensure!(
            superseded == Recorded::Superseded(Some(State::Done)),
            "{verdict:?}"
        );
        ensure!(desk.stored().await?.state == State::Done);
    }
    Ok(())
}

pub async fn an_attempt_cannot_take_back_its_own_verdict(
    client: Client,
    table: String,
) -> Result<()> {
    let desk = Desk::new(&client, &table);
    for first in Verdict::ALL {
        for second in Verdict::ALL {
            let desk = desk.another();
            let claim = desk.begun().await?;
            desk.claims.finish(&claim, first, None).await?;
            let before = desk.stored().await?;
            let again = desk.claims.finish(&claim, second, Some("timeout")).await?;
            let expected = if first == second {
                Recorded::Yes
            } else {
                Recorded::Superseded(Some(first.state()))
            };
            ensure!(
                again == expected && desk.stored().await? == before,
                "{first:?} {second:?}"
            );
        }
    }
    let begun = desk.claims.begin(&desk.subject, TERMS).await?;
    ensure!(matches!(begun, Start::Proceed(_)));
    Ok(())
}
