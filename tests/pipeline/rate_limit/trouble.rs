//! What holds when the store does not answer as it should.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::rate_limit::{ADDRESS, Decision, Limiter, Policy, Subject, TIMEOUT};
use tokio::net::TcpListener;

use super::{
    stage::{Hand, environment, organization, sender},
    wire::{Fault, Wire},
};

const HOT_KEY: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "message":"Throughput exceeds the current capacity of one or more partitions.",
    "throttlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded","resource":"arn:aws:dynamodb"}]}"#;
const BUSY_ACCOUNT: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "message":"Throughput exceeds the account limit.",
    "throttlingReasons":[{"reason":"TableWriteAccountLimitExceeded","resource":"arn:aws:dynamodb"}]}"#;

/// Whether a decision was made without the store, and which.
async fn without_store(limiter: &Limiter, policy: &Policy, subject: &Subject) -> Result<bool> {
    match limiter.check(policy, subject).await {
        Decision::StoreTrouble { admit, .. } => Ok(admit),
        decision => bail!("the store decided: {decision:?}"),
    }
}

pub async fn an_answer_that_is_lost_only_counts_too_much(
    client: Client,
    table: String,
) -> Result<()> {
    let (policy, subject, hand) = (Policy::organization(20), organization().0, Hand::now());
    // Every third call is applied and not answered; the second attempt then counts the request again.
    let fate = |call| {
        if call % 3 == 0 {
            Fault::AnswerLost
        } else {
            Fault::None
        }
    };
    let (tapped, wire) = Wire::tap(&client, fate)?;
    let limiter = environment(&tapped, &table, &hand);
    let mut admitted = 0;
    for _ in 0..40 {
        match limiter.check(&policy, &subject).await {
            Decision::Admitted(_) => admitted += 1,
            Decision::Over(_) => {}
            trouble @ Decision::StoreTrouble { .. } => bail!("{trouble:?}"),
        }
    }
    ensure!(wire.calls() >= 20, "{} calls", wire.calls());
    ensure!((13..20).contains(&admitted), "{admitted} of 20");
    Ok(())
}

pub async fn a_store_that_is_away_admits_organizations_up_to_a_ceiling_and_no_addresses(
    client: Client,
    table: String,
) -> Result<()> {
    // A port that was just free and at which nobody listens.
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let away = client
        .config()
        .to_builder()
        .endpoint_url(format!("http://127.0.0.1:{port}"));
    let away = Client::from_conf(away.build());
    let (policy, subject, hand) = (Policy::organization(5), organization().0, Hand::now());
    let organizations = environment(&away, &table, &hand);
    for expected in [true, true, true, true, true, false] {
        let admitted = without_store(&organizations, &policy, &subject).await?;
        ensure!(admitted == expected, "{admitted}");
    }
    ensure!(
        !organizations.check(&policy, &subject).await.admits(),
        "and stays refused"
    );
    ensure!(
        without_store(&organizations, &policy, &organization().0).await?,
        "each has its own"
    );

    let addresses = environment(&away, &table, &hand);
    for _ in 0..3 {
        ensure!(!without_store(&addresses, &ADDRESS, &sender()?).await?);
        hand.advance(1000);
    }
    Ok(())
}

pub async fn a_store_that_says_nothing_costs_at_most_its_time_out_once_a_pause(
    client: Client,
    table: String,
) -> Result<()> {
    let (silent, wire) = Wire::tap(&client, |_| Fault::Silence)?;
    let (policy, hand) = (Policy::organization(1000), Hand::now());
    let limiter = Limiter::new(&silent, table, TIMEOUT, hand.clock());
    for round in 1..=2 {
        let began = Instant::now();
        for _ in 0..100 {
            ensure!(without_store(&limiter, &policy, &organization().0).await?);
        }
        let took = began.elapsed();
        ensure!(
            took >= Duration::from_millis(150) && took < Duration::from_millis(900),
            "{took:?}"
        );
        ensure!(
            wire.calls() <= 2 * round,
            "{} calls in {round} pauses",
            wire.calls()
        );
        hand.advance(1000);
    }
    Ok(())
}

pub async fn a_store_that_is_back_counts_again(client: Client, table: String) -> Result<()> {
    // Both attempts of the second check fail.
    let fate = |call| {
        if call == 1 || call == 2 {
            Fault::Answer(BUSY_ACCOUNT)
        } else {
            Fault::None
        }
    };
    let (tapped, wire) = Wire::tap(&client, fate)?;
    let (policy, subject, hand) = (Policy::organization(3), organization().0, Hand::now());
    let limiter = environment(&tapped, &table, &hand);
    ensure!(limiter.check(&policy, &subject).await.admits());
    ensure!(
        without_store(&limiter, &policy, &subject).await?,
        "a busy account is no hot key"
    );
    hand.advance(999);
    ensure!(without_store(&limiter, &policy, &subject).await?);
    ensure!(wire.calls() == 3, "{} calls", wire.calls());
    hand.advance(1);
    let decision = limiter.check(&policy, &subject).await;
    ensure!(matches!(decision, Decision::Admitted(_)) && decision.quota().remaining == 1);
    Ok(())
}

pub async fn a_key_that_the_store_throttles_is_denied(client: Client, table: String) -> Result<()> {
    let (hot, wire) = Wire::tap(&client, |_| Fault::Answer(HOT_KEY))?;
    let (policy, subject, hand) = (Policy::organization(1000), organization().0, Hand::now());
    let limiter = environment(&hot, &table, &hand);
    ensure!(matches!(
        limiter.check(&policy, &subject).await,
        Decision::Over(_)
    ));
    let calls = wire.calls();
    hand.advance(4999);
    ensure!(matches!(
        limiter.check(&policy, &subject).await,
        Decision::Over(_)
    ));
    ensure!(wire.calls() == calls, "a hot key is left to cool");
    hand.advance(1);
    limiter.check(&policy, &subject).await;
    ensure!(wire.calls() > calls);
    Ok(())
}
