//! The bound itself, and what it costs.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::rate_limit::{ADDRESS, Decision, Policy};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    stage::{Hand, environment, organization, sender},
    wire::{Fault, Wire},
};

pub async fn of_200_parallel_requests_at_a_limit_of_50_exactly_50_are_admitted(
    client: Client,
    table: String,
) -> Result<()> {
    let policy = Policy::organization(50);
    for environments in [1, 8, 200] {
        let (subject, hand) = (organization().0, Hand::now());
        let limiters: Vec<_> = (0..environments)
            .map(|_| Arc::new(environment(&client, &table, &hand)))
            .collect();
        let start = Arc::new(Barrier::new(200));
        let mut requests = JoinSet::new();
        for number in 0..200 {
            let limiter = limiters[number % environments].clone();
            let (subject, start) = (subject.clone(), start.clone());
            requests.spawn(async move {
                start.wait().await;
                limiter.check(&policy, &subject).await
            });
        }
        let decisions = requests.join_all().await;
        let count = |wanted: fn(&Decision) -> bool| decisions.iter().filter(|d| wanted(d)).count();
        let admitted = count(|decision| matches!(decision, Decision::Admitted(_)));
        let over = count(|decision| matches!(decision, Decision::Over(_)));
        ensure!(
            (admitted, over) == (50, 150),
            "{environments}: {admitted} and {over}"
        );
    }
    Ok(())
}

pub async fn a_flood_ten_times_over_costs_a_tenth_of_a_write_a_request_and_never_exceeds_the_limit(
    client: Client,
    table: String,
) -> Result<()> {
    const REQUESTS: usize = 10_000;
    let (client, wire) = Wire::tap(&client, |_| Fault::None)?;
    let (policy, subject, hand) = (Policy::organization(500), organization().0, Hand::now());
    let environments: [_; 4] = std::array::from_fn(|_| environment(&client, &table, &hand));
    let mut admitted = Vec::new();
    for number in 0..REQUESTS {
        // Five thousand an hour.
        hand.advance(720);
        match environments[number % 4].check(&policy, &subject).await {
            Decision::Admitted(_) => admitted.push(hand.ms()),
            Decision::Over(_) => {}
            trouble @ Decision::StoreTrouble { .. } => anyhow::bail!("{trouble:?}"),
        }
    }
    for window in admitted.windows(501) {
        ensure!(
            window[500] - window[0] >= 3_600_000,
            "501 admitted within an hour"
        );
    }
    ensure!(
        admitted.len() >= 990,
        "only {} in two hours",
        admitted.len()
    );
    let writes = wire.calls();
    ensure!(
        writes * 100 <= REQUESTS * 11,
        "{writes} writes for {REQUESTS} requests"
    );
    println!(
        "{} admitted, {writes} writes for {REQUESTS} requests",
        admitted.len()
    );
    Ok(())
}

pub async fn a_denial_is_learned_once_by_each_environment_and_then_costs_nothing(
    client: Client,
    table: String,
) -> Result<()> {
    let (client, wire) = Wire::tap(&client, |_| Fault::None)?;
    let (policy, subject, hand) = (Policy::organization(3), organization().0, Hand::now());
    let first = environment(&client, &table, &hand);
    for _ in 0..4 {
        first.check(&policy, &subject).await;
    }
    ensure!(
        wire.calls() == 5,
        "four counts and a denial, not {}",
        wire.calls()
    );
    ensure!(first.known_over(&policy, &subject).is_some());

    let second = environment(&client, &table, &hand);
    ensure!(
        second.known_over(&policy, &subject).is_none(),
        "it asked nobody yet"
    );
    for _ in 0..10 {
        ensure!(matches!(
            first.check(&policy, &subject).await,
            Decision::Over(_)
        ));
        ensure!(matches!(
            second.check(&policy, &subject).await,
            Decision::Over(_)
        ));
    }
    ensure!(
        wire.calls() == 6,
        "the second environment asks once, not {}",
        wire.calls() - 5
    );
    let (one, other) = (
        first.known_over(&policy, &subject),
        second.known_over(&policy, &subject),
    );
    ensure!(
        one.is_some() && one == other,
        "both know the same: {one:?}, {other:?}"
    );
    Ok(())
}

pub async fn a_denial_ends_when_enough_has_left_the_window(
    client: Client,
    table: String,
) -> Result<()> {
    let (policy, subject, hand) = (Policy::organization(3), organization().0, Hand::now());
    let first = environment(&client, &table, &hand);
    let start = hand.ms();
    for minute in [0, 1, 2] {
        hand.set(start + minute * 60_000);
        ensure!(first.check(&policy, &subject).await.admits());
    }
    let refused = first.check(&policy, &subject).await;
    ensure!(matches!(refused, Decision::Over(_)));
    let until = hand.ms() + i64::try_from(refused.quota().renews_in.as_millis())?;
    // The first request's bucket ends a minute after it; the tolerance is a second.
    ensure!(
        until == start + 60_000 + 3_600_000 + 1000,
        "{}",
        until - start
    );

    // Those who remember and those who must ask agree on the moment.
    hand.set(until - 1);
    ensure!(!first.check(&policy, &subject).await.admits());
    ensure!(
        !environment(&client, &table, &hand)
            .check(&policy, &subject)
            .await
            .admits()
    );
    hand.set(until);
    ensure!(
        environment(&client, &table, &hand)
            .check(&policy, &subject)
            .await
            .admits()
    );
    ensure!(
        !first.check(&policy, &subject).await.admits(),
        "one place was free, not two"
    );
    Ok(())
}

pub async fn a_raised_limit_admits_at_once(client: Client, table: String) -> Result<()> {
    let (subject, hand) = (organization().0, Hand::now());
    let limiter = environment(&client, &table, &hand);
    let (low, high) = (Policy::organization(2), Policy::organization(4));
    for expected in [true, true, false] {
        ensure!(limiter.check(&low, &subject).await.admits() == expected);
    }
    for expected in [true, true, false, false] {
        ensure!(limiter.check(&high, &subject).await.admits() == expected);
    }
    // And the denial under the higher limit is shared.
    let (client, wire) = Wire::tap(&client, |_| Fault::None)?;
    let other = environment(&client, &table, &hand);
    ensure!(!other.check(&high, &subject).await.admits());
    ensure!(!other.check(&high, &subject).await.admits());
    ensure!(wire.calls() == 1, "{} calls", wire.calls());
    Ok(())
}

pub async fn addresses_and_organizations_do_not_share_counts(
    client: Client,
    table: String,
) -> Result<()> {
    let (sender, hand) = (sender()?, Hand::now());
    let addresses = environment(&client, &table, &hand);
    let mut refused = 0;
    for _ in 0..120 {
        refused += u32::from(!addresses.check(&ADDRESS, &sender).await.admits());
    }
    ensure!(refused == 20, "{refused} of 120 at a limit of 100");
    ensure!(addresses.known_over(&ADDRESS, &sender).is_some());

    // What is proved asks about its organisation only, wherever it comes from.
    let organizations = environment(&client, &table, &hand);
    let decision = organizations
        .check(&Policy::organization(1000), &organization().0)
        .await;
    let quota = matches!(decision, Decision::Admitted(_)).then_some(decision.quota());
    ensure!(quota.context("not admitted")?.remaining == 999);
    Ok(())
}
