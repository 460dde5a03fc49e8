//! A provider that fails is left alone by every process, and tried again by one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use sallyport::{
    clock::Clock,
    outbound::{
        Chance, Class, Dependency, Target,
        circuit::{Circuits, End, Key, Pass, Table},
    },
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::Trial;
use super::Found;

/// What one call takes, in the circuit's eyes.
const CALL: Duration = Duration::from_secs(10);
/// One answer of the table.
const TABLE: Duration = Duration::from_secs(5);
/// More failures, and more probes, than any circuit needs.
const MOST: usize = 50;
/// Longer than a process believes what it has read.
const PAST_BELIEF: Duration = Duration::from_secs(10);

/// A circuit of nobody's credential in the stage's table, by a clock that is moved on instead of waited for.
pub(super) async fn opened_and_recovered(trial: &mut Trial) -> Result<Found> {
    let client = aws_sdk_dynamodb::Client::new(&trial.reached.aws);
    let table = trial.reached.outputs.get("CircuitsTable")?;
    let credential = format!("ready-{}", Uuid::new_v4());
    let target = Target {
        dependency: Dependency::Vapi,
        credential: &credential,
    };
    let shown = story(&client, table, target).await;
    let key = AttributeValue::S(Key::of(target).as_str().to_owned());
    let removed = client
        .delete_item()
        .table_name(table)
        .key("circuit", key)
        .send();
    removed.await.map_err(aws_sdk_dynamodb::Error::from)?;
    shown.map(Found::Shown)
}

async fn story(
    client: &aws_sdk_dynamodb::Client,
    table: &str,
    target: Target<'_>,
) -> Result<String> {
    let ahead = Arc::new(AtomicI64::new(0));
    let pass_time = |time: Duration| {
        let ms = i64::try_from(time.as_millis()).unwrap_or_default();
        ahead.fetch_add(ms, Ordering::SeqCst);
    };
    let process = || {
        let ahead = ahead.clone();
        let now = move || {
            let ahead = ahead.load(Ordering::SeqCst);
            OffsetDateTime::now_utc() + time::Duration::milliseconds(ahead)
        };
        let table = Table::new(client, table.to_owned(), TABLE);
        Circuits::new(table, Clock::from_fn(now), Chance::system())
    };
    let (one, other, key) = (process(), process(), Key::of(target));
    let mut failures = 0;
    let wait = loop {
        match one.admit(target, &key, CALL).await {
            Err(wait) => break wait,
            Ok(pass) => {
                ensure!(failures < MOST, "{MOST} failures do not open it");
                ensure!(
                    pass != Pass::Unnoted,
                    "the table of circuits does not answer"
                );
                failures += 1;
                let failed = End::Failed(Class::Server, None);
                one.note(target, &key, pass, failed).await;
            }
        }
    };
    ensure!(
        other.admit(target, &key, CALL).await.is_err(),
        "another process still calls"
    );
    pass_time(wait + PAST_BELIEF);
    let (first, second) = tokio::join!(
        one.admit(target, &key, CALL),
        other.admit(target, &key, CALL)
    );
    let (chosen, probe) = match (first, second) {
        (Ok(probe), Err(_)) => (&one, probe),
        (Err(_), Ok(probe)) => (&other, probe),
        (Ok(_), Ok(_)) => anyhow::bail!("two processes probe at once"),
        (Err(_), Err(_)) => anyhow::bail!("nobody probes when the open time is over"),
    };
    let mut probes = 1;
    chosen.note(target, &key, probe, End::Succeeded).await;
    loop {
        match chosen.admit(target, &key, CALL).await {
            Ok(Pass::Closed(_)) => break,
            Ok(pass) => chosen.note(target, &key, pass, End::Succeeded).await,
            Err(wait) => pass_time(wait),
        }
        probes += 1;
        ensure!(probes < MOST, "{MOST} good probes do not close it");
    }
    pass_time(PAST_BELIEF);
    ensure!(
        other.admit(target, &key, CALL).await.is_ok(),
        "another process still waits"
    );
    Ok(format!(
        "opened after {failures} failures, closed after {probes} probes, for two processes"
    ))
}
