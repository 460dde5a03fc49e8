//! The deployed relay, from the bus or the queue to the sandbox's Slack and pager.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use sallyport::{
    alert::{Alert, Code, Condition, OrganizationRef, Publisher, Scope, Service, Word},
    clock::Clock,
    outbound::{
        Chance, Class, Dependency, Target,
        circuit::{Circuits, End, Key, Table},
    },
};
use sallyport_cli::{
    silence::Silences,
    stack::sandbox::slack::{CHANNEL, Message},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::desk::{incidents, slack};
use crate::{least_privilege::acting_as, mortuary::reached, tests, world::Shared};

tests![
    what_the_consumer_publishes_reaches_people,
    a_circuit_that_opens_is_told_and_one_that_closes_is_over,
    what_an_operator_silences_is_counted_and_not_told,
    a_storm_is_one_digest_and_few_messages,
];

/// More than any call takes.
const CALL: Duration = Duration::from_secs(5);

/// With the rights that each function's role gives it, on the bus and through the rule.
async fn what_the_consumer_publishes_reaches_people(world: Shared) -> Result<()> {
    let aws = acting_as(&world, "queue-consumer").await?;
    let of = |stage| Publisher::new(&aws, Service::QueueConsumer, stage, Clock::system());
    let condition = Condition::firing(Code::CredentialRefused).dependency("twilio");
    // Another stage's alerts are on the same bus, and are not ours.
    let foreign = of("prod").publish(condition.clone()).await?;
    let ours = of("local").publish(condition).await?;
    let told = || async {
        let all = incidents(&world).await?;
        ensure!(
            !all.contains_key(foreign.fingerprint.as_str()),
            "another stage's"
        );
        let posted = slack(&world).await?.into_iter().any(|message| {
            message.thread_ts.is_none() && message.text.contains("refuses our credential")
        });
        let paged = all.contains_key(ours.fingerprint.as_str());
        Ok((posted && paged).then_some(()))
    };
    world.until("people are told", told).await
}

async fn a_circuit_that_opens_is_told_and_one_that_closes_is_over(world: Shared) -> Result<()> {
    let aws = acting_as(&world, "queue-consumer").await?;
    let ahead = Arc::new(AtomicI64::new(0));
    let later = ahead.clone();
    let clock = Clock::from_fn(move || {
        OffsetDateTime::now_utc() + time::Duration::seconds(later.load(Ordering::SeqCst))
    });
    let client = aws_sdk_dynamodb::Client::new(&aws);
    let table = world.outputs.get("CircuitsTable")?.to_owned();
    let table = Table::new(&client, table, CALL);
    let service = Service::QueueConsumer;
    let publisher = Publisher::new(&aws, service, "local", Clock::system());
    let circuits = Circuits::new(table, clock, Chance::system()).telling(publisher);
    let organization = Uuid::new_v4();
    let credential = organization.to_string();
    let target = Target {
        dependency: Dependency::GoogleCalendar,
        credential: &credential,
    };
    let key = Key::of(target);
    let condition = Condition::firing(Code::CircuitOpen)
        .dependency("google_calendar")
        .organization(OrganizationRef::new(organization));
    let (stage, now) = (Word::new("local"), OffsetDateTime::now_utc());
    let name = Alert::new(condition, service, stage, now).fingerprint;
    let state_is = async |wanted: &str| {
        let asked = || async {
            let table = super::desk::items(&world, world.outputs.get("AlertsTable")?).await?;
            let record = record_of(&table, name.as_str()).unwrap_or_default();
            let wanted = format!("\\\"state\\\":\\\"{wanted}\\\"");
            Ok(record.contains(&wanted).then_some(()))
        };
        world.until("the relay knows of the circuit", asked).await
    };
    while let Ok(pass) = circuits.admit(target, &key, CALL).await {
        let failed = End::Failed(Class::Server, None);
        circuits.note(target, &key, pass, failed).await;
    }
    state_is("firing").await?;
    ahead.store(3600, Ordering::SeqCst);
    for _ in 0..2 {
        let pass = circuits.admit(target, &key, CALL).await;
        let pass = pass.map_err(|wait| anyhow!("no probe for {wait:?}"))?;
        circuits.note(target, &key, pass, End::Succeeded).await;
    }
    state_is("resolved").await
}

async fn what_an_operator_silences_is_counted_and_not_told(world: Shared) -> Result<()> {
    let silences = Silences::open(&reached(&world, &world.aws))?;
    let scope = Scope::Code(Code::EffectAmbiguous);
    let until = OffsetDateTime::now_utc() + time::Duration::HOUR;
    silences.hold(&scope, until).await?;
    let aws = acting_as(&world, "queue-consumer").await?;
    let publisher = Publisher::new(&aws, Service::QueueConsumer, "local", Clock::system());
    let organization = OrganizationRef::new(Uuid::new_v4());
    let of = |code| Condition::firing(code).organization(organization.clone());
    let muted = publisher.publish(of(Code::EffectAmbiguous)).await?;
    let other = publisher.publish(of(Code::CalendarDisconnected)).await?;
    let record = async |alert: &Alert, told: bool| {
        let mark = format!("\\\"told\\\":{}", if told { "{" } else { "null" });
        let asked = || async {
            let table = super::desk::items(&world, world.outputs.get("AlertsTable")?).await?;
            let record = record_of(&table, alert.fingerprint.as_str());
            Ok(record
                .filter(|record| record.contains(&format!("\\\"slack\\\":{{{mark}")))
                .map(drop))
        };
        world.until("the relay has attended to it", asked).await
    };
    record(&other, true).await?;
    record(&muted, false).await?;
    let held = silences.list().await?;
    ensure!(
        held.iter().any(|one| one.what == "effect_ambiguous"),
        "{held:?}"
    );
    ensure!(silences.end(&scope).await? && !silences.end(&scope).await?);
    ensure!(silences.list().await?.is_empty());
    Ok(())
}

/// One of `kinds` things of which each is an alert of its own.
fn kind(index: usize) -> Condition {
    let codes = [
        Code::QueueAge,
        Code::DeadLetters,
        Code::EffectAmbiguous,
        Code::LimiterOpen,
        Code::CalendarDisconnected,
        Code::BodyConflict,
        Code::PoisonedDelivery,
        Code::RetentionFailed,
    ];
    let dependencies = ["alpha", "beta", "gamma", "delta", "epsilon"];
    Condition::firing(codes[index % codes.len()]).dependency(dependencies[index / codes.len() % 5])
}

async fn a_storm_is_one_digest_and_few_messages(world: Shared) -> Result<()> {
    const EVENTS: usize = 1000;
    const KINDS: usize = 40;
    let queue = world.outputs.get("AlertsQueueUrl")?;
    let sqs = aws_sdk_sqs::Client::new(&world.aws);
    // Other tests' alerts may be a storm that is not over yet, and its digest would go on.
    super::desk::forget(&world).await?;
    let before = slack(&world).await?.len();
    let mut names: HashMap<String, usize> = HashMap::new();
    let now = OffsetDateTime::now_utc();
    for batch in (0..EVENTS).collect::<Vec<_>>().chunks(10) {
        let mut send = sqs.send_message_batch().queue_url(queue);
        for index in batch {
            let alert = Alert::new(
                kind(index % KINDS),
                Service::Redaction,
                Word::new("local"),
                now,
            );
            *names.entry(alert.fingerprint.to_string()).or_default() += 1;
            let detail: Value = serde_json::from_str(&alert.to_json())?;
            let event = json!({
                "id": Uuid::new_v4(), "source": "sallyport", "detail-type": "Alert", "detail": detail,
            });
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(event.to_string());
            send = send.entries(entry.build()?);
        }
        let answer = send.send().await.map_err(aws_sdk_sqs::Error::from)?;
        ensure!(answer.failed().is_empty());
    }
    ensure!(names.len() == KINDS, "{} kinds", names.len());
    let is_digest = |message: &Message| message.text.contains("Many things are wrong");
    let ours = || async {
        let all = slack(&world).await?.into_iter().skip(before);
        Ok::<_, anyhow::Error>(
            all.filter(|message| message.channel == CHANNEL)
                .collect::<Vec<_>>(),
        )
    };
    // Every alert is either told by a message of its own or counted in the digest.
    let complete = || async {
        let (first, threads): (Vec<_>, Vec<_>) = ours()
            .await?
            .into_iter()
            .partition(|message| message.thread_ts.is_none());
        let digests: Vec<_> = first.iter().filter(|message| is_digest(message)).collect();
        ensure!(digests.len() <= 1, "{digests:?}");
        ensure!(first.len() <= KINDS, "{} messages", first.len());
        // An alert told before the storm may still be ended in its own thread.
        let is_ours = |thread: &&Message| {
            let parent = thread.thread_ts.as_deref();
            first.iter().any(|one| Some(one.ts.as_str()) == parent)
        };
        let threads = threads.iter().filter(is_ours).count();
        ensure!(threads <= first.len(), "{threads} in threads");
        let Some(digest) = digests.first() else {
            return Ok(None);
        };
        let table = super::desk::items(&world, world.outputs.get("AlertsTable")?).await?;
        let counted = |mark: &str| {
            let records = names.keys().filter_map(|name| record_of(&table, name));
            records.filter(|record| record.contains(mark)).count()
        };
        let (together, alone) = (
            counted("\\\"digest\\\":{"),
            counted("\\\"slack\\\":{\\\"told\\\":{"),
        );
        // An alert of the stack's own may have come between.
        let digested = table.matches("\\\"digest\\\":{").count();
        let shown = format!(", {digested} alerts, ");
        let is_complete =
            together + alone == KINDS && digest.attachments.to_string().contains(&shown);
        Ok(is_complete.then_some(first))
    };
    let first = world
        .until("the digest counts all that have no message", complete)
        .await?;
    ensure!(first.len() <= 12, "{} messages for a storm", first.len());
    let mut texts: Vec<&str> = first.iter().map(|message| message.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    ensure!(
        texts.len() == first.len(),
        "one alert has two messages: {texts:?}"
    );
    // No report is lost: each alert's record counts what was sent of it.
    let counted = || async {
        let table = super::desk::items(&world, world.outputs.get("AlertsTable")?).await?;
        let all = names.iter().all(|(name, count)| {
            record_of(&table, name)
                .is_some_and(|record| record.contains(&format!("\\\"count\\\":{count},")))
        });
        Ok(all.then_some(()))
    };
    world
        .until("each report is counted", counted)
        .await
        .context("counts")
}

/// The item of a key, in a table's text.
fn record_of<'a>(table: &'a str, key: &str) -> Option<&'a str> {
    let mut items = table.split("}, {");
    items.find(|item| item.contains(&format!("\"alert\": S(\"{key}\")")))
}
