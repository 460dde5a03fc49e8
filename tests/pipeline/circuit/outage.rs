//! An outage from its beginning to its end, as ten processes live through it.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::Client;
use futures::future::join_all;
use sallyport::outbound::{CallError, Class, Outbound, Rejection, circuit::State};

use super::stage::{Credential, Hand, Provider, call, process, stored};

const INSTANCES: usize = 10;

fn processes(client: &Client, table: &str, hand: &Hand) -> Result<Vec<Arc<Outbound>>> {
    (0..INSTANCES)
        .map(|_| process(client, table, hand))
        .collect()
}

fn is_open(result: &Result<impl Sized, CallError>) -> bool {
    let open = Rejection::CircuitOpen;
    matches!(result, Err(CallError::Rejected { reason, .. }) if *reason == open)
}

/// Opens the circuit by five failures of one process.
async fn opened(one: &Outbound, credential: &Credential, provider: &Provider) -> Result<()> {
    for _ in 0..5 {
        let error = call(one, credential, provider).await.err();
        let class = error.as_ref().and_then(CallError::class);
        ensure!(class == Some(Class::Ambiguous), "{error:?}");
    }
    ensure!(
        is_open(&call(one, credential, provider).await),
        "it did not open"
    );
    Ok(())
}

pub async fn ten_instances_stop_calling_after_five_failures_each_at_most(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(500).await?,
    );
    let processes = processes(&client, &table, &hand)?;
    for _ in 0..4 {
        join_all(
            processes
                .iter()
                .map(|one| call(one, &credential, &provider)),
        )
        .await;
    }
    ensure!(provider.requests() == 40, "{}", provider.requests());
    ensure!(
        stored(&client, &table, &credential).await?.is_none(),
        "four are not five"
    );

    ensure!(!is_open(&call(&processes[0], &credential, &provider).await));
    ensure!(provider.requests() == 41);
    // Whoever reads again knows it; nobody calls any more.
    hand.advance(5001);
    let results = join_all(
        processes
            .iter()
            .map(|one| call(one, &credential, &provider)),
    )
    .await;
    ensure!(results.iter().all(is_open), "{results:?}");
    ensure!(provider.requests() == 41, "{}", provider.requests());
    let record = stored(&client, &table, &credential)
        .await?
        .context("not stored")?;
    ensure!(
        (record.state, record.generation) == (State::Open, 1),
        "{record:?}"
    );
    ensure!(
        record.reason == Some(Class::Ambiguous) && record.open_until - record.opened_at == 15_000
    );

    // Those who still believe in a closed circuit stop at their own fifth failure.
    let (credential, before) = (Credential::fresh(), provider.requests());
    for _ in 0..8 {
        join_all(
            processes
                .iter()
                .map(|one| call(one, &credential, &provider)),
        )
        .await;
    }
    let calls = provider.requests() - before;
    ensure!((41..=50).contains(&calls), "{calls} of 80");
    let record = stored(&client, &table, &credential)
        .await?
        .context("not stored")?;
    ensure!(record.generation == 1, "opened once: {record:?}");
    Ok(())
}

pub async fn one_probe_goes_out_at_a_time_and_two_successes_close(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(503).await?,
    );
    let processes = processes(&client, &table, &hand)?;
    opened(&processes[0], &credential, &provider).await?;
    // To the end of the open time and the slack between clocks, and not a millisecond before.
    hand.advance(15_000 + 2000 - 1);
    for one in &processes {
        ensure!(is_open(&call(one, &credential, &provider).await));
    }
    hand.advance(1);
    provider.becomes(200);
    for round in 1..=2_u64 {
        provider.hold();
        let before = provider.requests();
        let calls = processes
            .iter()
            .map(|one| call(one, &credential, &provider));
        let watch = async {
            provider.arrival().await?;
            // Who comes while the probe is out is sent away.
            let late = call(&processes[0], &credential, &provider).await;
            let late =
                is_open(&late) || is_open(&call(&processes[1], &credential, &provider).await);
            let during = stored(&client, &table, &credential).await?;
            provider.release();
            anyhow::Ok((late, during))
        };
        let (results, watched) = futures::join!(join_all(calls), watch);
        let (was_sent_away, during) = watched?;
        ensure!(was_sent_away);
        let during = during.context("not stored")?;
        ensure!(
            (during.state, during.generation) == (State::HalfOpen, round + 1),
            "{during:?}"
        );
        let passed = results.iter().filter(|result| result.is_ok()).count();
        ensure!(
            passed == 1 && provider.requests() - before == 1,
            "{passed} probes in round {round}"
        );
        ensure!(results.iter().filter(|result| is_open(result)).count() == INSTANCES - 1);
    }
    let record = stored(&client, &table, &credential)
        .await?
        .context("not stored")?;
    ensure!(
        (record.state, record.generation) == (State::Closed, 3),
        "{record:?}"
    );
    ensure!(
        (record.successes, record.failed_probes) == (0, 0),
        "{record:?}"
    );
    hand.advance(5001);
    let results = join_all(
        processes
            .iter()
            .map(|one| call(one, &credential, &provider)),
    )
    .await;
    ensure!(results.iter().all(Result::is_ok), "{results:?}");
    Ok(())
}

pub async fn a_failed_probe_doubles_the_open_time_and_the_provider_may_ask_for_more(
    client: Client,
    table: String,
) -> Result<()> {
    let (credential, hand, provider) = (
        Credential::fresh(),
        Hand::now(),
        Provider::start(503).await?,
    );
    let one = process(&client, &table, &hand)?;
    opened(&one, &credential, &provider).await?;
    for (asked, expected) in [(0, 30), (0, 60), (200, 200), (7200, 600)] {
        let record = stored(&client, &table, &credential)
            .await?
            .context("not stored")?;
        hand.set(record.open_until + 2000);
        provider.asks_to_wait(asked);
        let before = provider.requests();
        ensure!(
            !is_open(&call(&one, &credential, &provider).await),
            "the probe"
        );
        ensure!(is_open(&call(&one, &credential, &provider).await));
        ensure!(provider.requests() == before + 1);
        let record = stored(&client, &table, &credential)
            .await?
            .context("not stored")?;
        let seconds = (record.open_until - record.opened_at) / 1000;
        ensure!(
            record.state == State::Open && seconds == expected,
            "{expected}: {record:?}"
        );
    }
    Ok(())
}

pub async fn what_a_provider_refuses_opens_nothing(client: Client, table: String) -> Result<()> {
    let (hand, provider) = (Hand::now(), Provider::start(404).await?);
    for status in [400, 401, 403, 404, 422, 429] {
        let credential = Credential::fresh();
        provider.becomes(status);
        for _ in 0..9 {
            // Each with a gate of its own, since a 429 closes that.
            let one = process(&client, &table, &hand)?;
            for _ in 0..3 {
                ensure!(call(&one, &credential, &provider).await.is_err());
            }
        }
        let one = process(&client, &table, &hand)?;
        for _ in 0..8 {
            ensure!(
                !is_open(&call(&one, &credential, &provider).await),
                "{status}"
            );
        }
        ensure!(
            stored(&client, &table, &credential).await?.is_none(),
            "{status}"
        );
    }
    Ok(())
}
