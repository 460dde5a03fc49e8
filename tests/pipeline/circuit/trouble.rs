//! What it costs, and what holds when the store does not answer.

use std::time::Duration;

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::outbound::{
    CallError, Rejection,
    circuit::{Mode, Table},
};
use tokio::{net::TcpListener, time::Instant};

use super::stage::{Credential, Hand, Provider, call, circuits, process, store, stored};
use crate::rate_limit::wire::{Fault, Wire};

pub async fn a_healthy_provider_costs_no_write_and_one_read_in_five_seconds(
    client: Client,
    table: String,
) -> Result<()> {
    let (client, wire) = Wire::tap(&client, |_| Fault::None)?;
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(200).await?,
    );
    let one = process(&client, &table, &hand)?;
    for round in 1..=3 {
        for _ in 0..4 {
            ensure!(call(&one, &credential, &provider).await.is_ok());
        }
        ensure!(wire.calls() == round, "{} in round {round}", wire.calls());
        hand.advance(5000);
    }
    ensure!(stored(&client, &table, &credential).await?.is_none());
    Ok(())
}

pub async fn a_store_that_is_away_stops_no_call(client: Client, table: String) -> Result<()> {
    // A port that was just free and at which nobody listens.
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let config = client.config().to_builder();
    let away = config.endpoint_url(format!("http://127.0.0.1:{port}"));
    let away = Client::from_conf(away.build());
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(500).await?,
    );
    let one = process(&away, &table, &hand)?;
    for _ in 0..8 {
        let error = call(&one, &credential, &provider).await.err();
        ensure!(
            error.as_ref().is_some_and(CallError::is_ambiguous),
            "{error:?}"
        );
    }
    provider.becomes(200);
    ensure!(call(&one, &credential, &provider).await.is_ok());
    ensure!(provider.requests() == 9);

    // One that says nothing costs its time-out.
    let (silent, _) = Wire::tap(&client, |_| Fault::Silence)?;
    let silent = Table::new(&silent, table, Duration::from_millis(300));
    let circuits = circuits(silent, &hand);
    let began = Instant::now();
    let pass = circuits
        .admit(credential.target(), &credential.key(), Duration::ZERO)
        .await;
    ensure!(
        pass.is_ok() && began.elapsed() < Duration::from_secs(2),
        "{pass:?} {:?}",
        began.elapsed()
    );
    Ok(())
}

pub async fn a_store_that_is_back_is_asked_by_the_next_call(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(500).await?,
    );
    let key = credential.key();
    circuits(store(&client, &table), &hand)
        .decide(&key, Mode::ForcedOpen)
        .await?;
    // The first read is refused, for a reason that its client does not take to pass.
    let fate = |call| {
        if call == 0 {
            Fault::Answer("{}")
        } else {
            Fault::None
        }
    };
    let (tapped, _) = Wire::tap(&client, fate)?;
    let one = process(&tapped, &table, &hand)?;
    let first = call(&one, &credential, &provider).await;
    ensure!(
        first.as_ref().is_err_and(CallError::is_ambiguous),
        "{first:?}"
    );
    let second = call(&one, &credential, &provider).await;
    ensure!(
        matches!(second, Err(CallError::Rejected { .. })),
        "{second:?}"
    );
    ensure!(provider.requests() == 1);
    Ok(())
}

pub async fn an_operator_decides_for_everybody(client: Client, table: String) -> Result<()> {
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(200).await?,
    );
    let (one, key) = (process(&client, &table, &hand)?, credential.key());
    let operator = circuits(store(&client, &table), &hand);
    let again = async || call(&one, &credential, &provider).await;
    ensure!(again().await.is_ok());
    operator.decide(&key, Mode::ForcedOpen).await?;
    hand.advance(5001);
    let open = Rejection::CircuitOpen;
    let rejected = again().await;
    ensure!(
        matches!(rejected, Err(CallError::Rejected { reason, .. }) if reason == open),
        "{rejected:?}"
    );

    provider.becomes(500);
    // Who believes it to be in nobody's hands cannot open it.
    operator.decide(&key, Mode::Auto).await?;
    hand.advance(5001);
    for _ in 0..4 {
        ensure!(again().await.is_err_and(|error| error.is_ambiguous()));
    }
    let before = operator.decide(&key, Mode::ForcedClosed).await?;
    ensure!(
        before.expires_at.is_none(),
        "what was decided is not forgotten"
    );
    ensure!(again().await.is_err_and(|error| error.is_ambiguous()));
    for _ in 0..8 {
        let error = again().await.err();
        ensure!(
            error.as_ref().is_some_and(CallError::is_ambiguous),
            "{error:?}"
        );
    }
    ensure!(stored(&client, &table, &credential).await? == Some(before));
    Ok(())
}
