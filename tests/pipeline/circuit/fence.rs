//! What comes too late.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::outbound::{
    Class,
    circuit::{Circuits, End, Pass, State},
};

use super::stage::{Credential, Hand, circuits, store, stored};
use crate::rate_limit::wire::{Fault, Wire};

const CALL: Duration = Duration::from_secs(10);
const FAILED: End = End::Failed(Class::Server, None);
/// The lease of such a call, and the slack between clocks.
const LEASE_MS: i64 = 10_000 + 5000 + 2000;

async fn admitted(circuits: &Circuits, credential: &Credential) -> Result<Pass> {
    let pass = circuits
        .admit(credential.target(), &credential.key(), CALL)
        .await;
    pass.ok().context("it was sent away")
}

async fn probing(circuits: &Circuits, credential: &Credential) -> Result<Pass> {
    let pass = admitted(circuits, credential).await?;
    ensure!(matches!(pass, Pass::Probe(_)), "{pass:?}");
    Ok(pass)
}

async fn note(circuits: &Circuits, credential: &Credential, pass: &Pass, end: End) {
    circuits
        .note(credential.target(), &credential.key(), pass.clone(), end)
        .await;
}

/// Opens the circuit, and waits until it may be probed.
async fn opened(circuits: &Circuits, credential: &Credential, hand: &Hand) -> Result<()> {
    for _ in 0..5 {
        let pass = admitted(circuits, credential).await?;
        note(circuits, credential, &pass, FAILED).await;
    }
    hand.advance(17_000);
    Ok(())
}

pub async fn a_frozen_probe_can_neither_close_nor_reopen(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand) = (Credential::fresh(), Hand::now());
    let [frozen, other] = [(); 2].map(|()| circuits(store(&client, &table), &hand));
    let now = || stored(&client, &table, &credential);
    opened(&other, &credential, &hand).await?;

    // One success is counted; the second is on its way when its process freezes.
    let first = probing(&other, &credential).await?;
    note(&other, &credential, &first, End::Succeeded).await;
    let late = probing(&frozen, &credential).await?;
    ensure!(now().await?.context("not stored")?.successes == 1);
    hand.advance(LEASE_MS - 1);
    let early = other
        .admit(credential.target(), &credential.key(), CALL)
        .await;
    ensure!(early.is_err(), "its lease still held: {early:?}");
    hand.advance(5001);
    let newer = probing(&other, &credential).await?;
    let before = now().await?;
    for end in [End::Succeeded, FAILED, End::Neither] {
        note(&frozen, &credential, &late, end).await;
        ensure!(now().await? == before, "{end:?} while another probes");
    }
    note(&other, &credential, &newer, FAILED).await;
    let before = now().await?;
    ensure!(
        before.as_ref().is_some_and(|it| it.state == State::Open),
        "{before:?}"
    );
    note(&frozen, &credential, &late, End::Succeeded).await;
    ensure!(
        now().await? == before,
        "it closed what a newer probe found down"
    );

    hand.advance(32_000);
    for _ in 0..2 {
        let pass = probing(&other, &credential).await?;
        note(&other, &credential, &pass, End::Succeeded).await;
    }
    let before = now().await?;
    ensure!(
        before.as_ref().is_some_and(|it| it.state == State::Closed),
        "{before:?}"
    );
    note(&frozen, &credential, &late, FAILED).await;
    ensure!(
        now().await? == before,
        "it reopened what newer probes found well"
    );
    Ok(())
}

pub async fn a_slow_failure_from_before_an_outage_opens_nothing(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand) = (Credential::fresh(), Hand::now());
    let [slow, other] = [(); 2].map(|()| circuits(store(&client, &table), &hand));
    let mut passes = Vec::new();
    for _ in 0..12 {
        passes.push(admitted(&slow, &credential).await?);
    }
    opened(&other, &credential, &hand).await?;
    for _ in 0..2 {
        let pass = probing(&other, &credential).await?;
        note(&other, &credential, &pass, End::Succeeded).await;
    }
    let before = stored(&client, &table, &credential).await?;
    // The slow process has not heard of any of it for the first ones, and has for the others.
    for (number, pass) in passes.iter().enumerate() {
        if number == 8 {
            admitted(&slow, &credential).await?;
        }
        note(&slow, &credential, pass, FAILED).await;
    }
    let after = stored(&client, &table, &credential).await?;
    ensure!(after == before, "{after:?}");
    Ok(())
}

pub async fn an_answer_that_is_lost_changes_nothing(client: Client, table: String) -> Result<()> {
    // The first call reads. Of every two that follow the first is applied, and its answer is lost.
    let fate = |call| {
        if call % 2 == 1 {
            Fault::AnswerLost
        } else {
            Fault::None
        }
    };
    let (credential, hand) = (Credential::fresh(), Hand::now());
    let (tapped, wire) = Wire::tap(&client, fate)?;
    let one = circuits(store(&tapped, &table), &hand);
    for _ in 0..5 {
        let pass = admitted(&one, &credential).await?;
        note(&one, &credential, &pass, FAILED).await;
    }
    let now = async || {
        stored(&client, &table, &credential)
            .await?
            .context("not stored")
    };
    let record = now().await?;
    ensure!(
        (record.state, record.generation) == (State::Open, 1),
        "{record:?}"
    );
    ensure!(
        wire.calls() == 3,
        "a read, and the opening twice: {}",
        wire.calls()
    );
    hand.advance(17_000);
    // The process knows it is open, and reads only what is older than five seconds.
    let (tapped, wire) = Wire::tap(&client, fate)?;
    let one = circuits(store(&tapped, &table), &hand);
    let pass = probing(&one, &credential).await?;
    ensure!(now().await?.generation == 2, "one probe, asked for twice");
    note(&one, &credential, &pass, End::Succeeded).await;
    let record = now().await?;
    ensure!(
        (record.successes, record.state) == (1, State::HalfOpen),
        "counted once: {record:?}"
    );
    ensure!(wire.calls() == 5, "{}", wire.calls());
    Ok(())
}
