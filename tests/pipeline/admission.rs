//! Who is let in when many come at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    rehearsal::{Rehearsal, relay::Plan},
    tests,
    world::Shared,
};
use sallyport_cli::sample::Unsigned;

tests![
    sixty_four_identical_deliveries_are_one,
    two_hundred_at_once_at_a_limit_of_fifty_admit_fifty,
    two_hundred_through_the_front_door_at_a_limit_of_fifty_admit_no_more,
    over_the_limit_what_would_not_come_again_is_deferred,
    a_flood_of_bad_signatures_is_turned_away_and_stops_nobody_else,
    a_changed_body_under_the_same_event_is_refused,
];

/// Requests in flight from one flooding address.
const IN_FLIGHT: usize = 64;

/// What came back: how many of each status and word or reason.
#[derive(Debug, Default)]
struct Tally {
    counts: BTreeMap<(u16, String), usize>,
    /// Refusals that told of the limit.
    told: usize,
}

impl Tally {
    async fn of(
        requests: impl IntoIterator<Item = Unsigned>,
        client: &Client,
        in_flight: usize,
    ) -> Result<Self> {
        let slots = Arc::new(Semaphore::new(in_flight));
        let mut posts = JoinSet::new();
        for request in requests {
            let (client, slots) = (client.clone(), slots.clone());
            posts.spawn(async move {
                let _slot = slots.acquire().await?;
                post(&client, &request).await
            });
        }
        let mut tally = Self::default();
        while let Some(answer) = posts.join_next().await {
            let answer = answer??;
            let status = answer.status().as_u16();
            if status == 429 {
                let field = "retry-after";
                ensure!(answer.headers().contains_key(field), "429 without {field}");
                tally.told += usize::from(answer.headers().contains_key("ratelimit"));
            }
            let body: Value = answer.json().await?;
            let word = body["status"].as_str().or(body["reason"].as_str());
            let word = word.unwrap_or_default().to_owned();
            *tally.counts.entry((status, word)).or_default() += 1;
        }
        Ok(tally)
    }

    fn of_status(&self, status: u16) -> usize {
        let counts = self.counts.iter().filter(|((one, _), _)| *one == status);
        counts.map(|(_, count)| count).sum()
    }

    fn count(&self, status: u16, word: &str) -> usize {
        self.counts
            .get(&(status, word.to_owned()))
            .copied()
            .unwrap_or_default()
    }
}

/// Posts as a provider does: what is answered 503 comes again.
async fn post(client: &Client, request: &Unsigned) -> Result<Response> {
    loop {
        let answer = post_once(client, request).await?;
        if answer.status() != 503 {
            return Ok(answer);
        }
    }
}

async fn post_once(client: &Client, request: &Unsigned) -> Result<Response> {
    let mut post = client.post(&request.url).body(request.body.clone());
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length") {
            post = post.header(name, value);
        }
    }
    Ok(post.send().await?)
}

/// Through the front door, where an emulator under strain may lose an answer: whoever is told to come again does. That
/// there is one message and no early 2xx is shown in `crash`, where nothing is lost.
async fn sixty_four_identical_deliveries_are_one(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let mut posts = JoinSet::new();
    for _ in 0..64 {
        let (world, sample) = (world.clone(), sample.clone());
        posts.spawn(async move {
            let acknowledged = async || {
                let answer = post(&world.http, &sample).await?;
                let status = answer.status().as_u16();
                ensure!(status == 200 || status == 409, "{status}");
                Ok((status == 200).then_some(answer))
            };
            let answer = loop {
                if let Some(answer) = acknowledged().await? {
                    break answer;
                }
            };
            let body: Value = answer.json().await?;
            let delivery = body["delivery"].as_str().context("no delivery")?;
            anyhow::Ok((body["status"] == "accepted", delivery.to_owned()))
        });
    }
    let (mut accepted, mut deliveries) = (0, BTreeSet::new());
    while let Some(answer) = posts.join_next().await {
        let (first, delivery) = answer??;
        accepted += usize::from(first);
        deliveries.insert(delivery);
    }
    ensure!(
        accepted >= 1 && deliveries.len() == 1,
        "{accepted} accepted, {deliveries:?}"
    );
    let delivery = deliveries.pop_first().context("no delivery")?;
    world.at_rest(&delivery).await?;
    let applied = world
        .until(
            "the consumer has logged it and the queue is empty",
            || async {
                let logs = world.function_logs().await?;
                let lines = logs.lines().filter(|line| {
                    line.contains(&delivery) && line.contains("\"outcome\":\"applied\"")
                });
                let applied = lines.count();
                let empty = world.queue_depth().await? == 0;
                Ok((empty && applied > 0).then_some(applied))
            },
        )
        .await?;
    ensure!(applied == 1, "applied {applied} times");
    Ok(())
}

/// Through the front door, where an emulator under strain may lose an answer, and with it an admission; or not count at
/// all, in which case each instance admits by itself, and says so.
async fn two_hundred_through_the_front_door_at_a_limit_of_fifty_admit_no_more(
    world: Shared,
) -> Result<()> {
    let endpoint = world.trial("stripe").await?;
    let samples: Result<Vec<_>> = (0..200)
        .map(|_| world.sample_for(&endpoint, "payment_intent.succeeded", |_| ()))
        .collect();
    let tally = Tally::of(samples?, &world.http, IN_FLIGHT).await?;
    let (accepted, refused) = (
        tally.count(200, "accepted"),
        tally.count(429, "organization_over_limit"),
    );
    ensure!(accepted >= 1 && accepted + refused == 200, "{tally:?}");
    let name = endpoint.url.rsplit('/').next().context("no name")?;
    let uncounted = world
        .until("every acceptance is logged", || async {
            let logs = world.function_logs().await?;
            let lines = logs
                .lines()
                .filter(|line| line.contains(name) && line.contains("\"outcome\":\"accepted\""));
            let lines: Vec<_> = lines.collect();
            let open = lines
                .iter()
                .filter(|line| line.contains("store_trouble_open"));
            Ok((lines.len() >= accepted).then_some(open.count()))
        })
        .await?;
    ensure!(
        accepted - uncounted <= 50,
        "{accepted} accepted, {uncounted} of them uncounted"
    );
    Ok(())
}

/// How four instances answer `requests` at once: how many of each status.
async fn answered(rehearsal: &Rehearsal, requests: &[Unsigned]) -> Result<BTreeMap<u16, usize>> {
    let mut instances = Vec::new();
    for _ in 0..4 {
        instances.push(rehearsal.receiver(Plan::Pass).await?);
    }
    let answers = requests
        .iter()
        .enumerate()
        .map(|(number, request)| instances[number % instances.len()].handle(request));
    let mut statuses = BTreeMap::new();
    for answer in futures::future::try_join_all(answers).await? {
        let answer = answer.context("ended")?;
        *statuses.entry(answer.status_code).or_default() += 1;
    }
    Ok(statuses)
}

async fn two_hundred_at_once_at_a_limit_of_fifty_admit_fifty(world: Shared) -> Result<()> {
    let rehearsal = Rehearsal::begin(&world).await?;
    let endpoint = world.trial("stripe").await?;
    let samples: Result<Vec<_>> = (0..200)
        .map(|_| world.sample_for(&endpoint, "payment_intent.succeeded", |_| ()))
        .collect();
    let statuses = answered(&rehearsal, &samples?).await?;
    ensure!(
        statuses == BTreeMap::from([(200, 50), (429, 150)]),
        "{statuses:?}"
    );
    ensure!(rehearsal.depth().await? == 50);
    Ok(())
}

/// Vapi does not send again: fifty are taken, fifty more wait in the queue, the rest is refused.
async fn over_the_limit_what_would_not_come_again_is_deferred(world: Shared) -> Result<()> {
    let rehearsal = Rehearsal::begin(&world).await?;
    let endpoint = world.trial("vapi").await?;
    let samples: Result<Vec<_>> = (0..120)
        .map(|_| world.sample_for(&endpoint, "status-update", |_| ()))
        .collect();
    let statuses = answered(&rehearsal, &samples?).await?;
    ensure!(
        statuses == BTreeMap::from([(200, 100), (429, 20)]),
        "{statuses:?}"
    );
    ensure!(rehearsal.depth().await? == 100);
    ensure!(rehearsal.delayed().await? == 50);
    Ok(())
}

/// The flood comes from an address of its own. It is refused with 401 up to the limit and with 429 from there on,
/// while every request of another tenant is accepted, before, meanwhile, after, and from the flooding address too.
async fn a_flood_of_bad_signatures_is_turned_away_and_stops_nobody_else(
    world: Shared,
) -> Result<()> {
    let flooder = Client::builder()
        .local_address(Some([127, 0, 0, 9].into()))
        .build()?;
    let mut bad = world.sample("vapi", "status-update")?;
    bad.tamper();
    let good: Result<Vec<_>> = (0..40).map(|_| world.sample("twilio", "message")).collect();
    let flood = Tally::of(vec![bad; 400], &flooder, IN_FLIGHT);
    let verified = async {
        let mut accepted = 0;
        for request in good? {
            accepted += usize::from(post(&world.http, &request).await?.status() == 200);
        }
        anyhow::Ok(accepted)
    };
    let (tally, accepted) = tokio::try_join!(flood, verified)?;
    ensure!(accepted == 40, "{accepted} of 40 verified requests");
    let (looked_at, over) = (tally.of_status(401), tally.of_status(429));
    ensure!(looked_at <= 100 && looked_at + over == 400, "{tally:?}");
    ensure!(tally.told > 0, "{tally:?}");
    let neighbour = world.sample("vapi", "status-update")?;
    ensure!(
        post(&flooder, &neighbour).await?.status() == 200,
        "a proof is a proof"
    );
    Ok(())
}

async fn a_changed_body_under_the_same_event_is_refused(world: Shared) -> Result<()> {
    let first = world.sample_with("github", "push", |_| ())?;
    ensure!(world.post(&first).await?.status() == 200);
    let second = world.sample_with("github", "push", |request| {
        request.headers.clone_from(&first.headers);
        request.body.push(b' ');
    })?;
    let answer = world.post(&second).await?;
    let status = answer.status();
    let problem: Value = answer.json().await?;
    ensure!(
        status == 409 && problem["reason"] == "body_conflict",
        "{status} {problem}"
    );
    Ok(())
}
