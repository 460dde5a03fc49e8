//! Errors are counted across processes: one more than is borne is an alert, and not before.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use anyhow::{Context, Result, ensure};
use sallyport::{
    alert::{Borne, ErrorRate, Service},
    clock::Clock,
};
use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::desk;
use crate::{
    least_privilege::acting_as,
    mortuary::{Alerts, Mortuary},
    tests,
    world::Shared,
};

tests![
    one_error_more_than_is_borne_in_the_window_is_an_alert,
    each_function_may_count_its_errors_and_tell_of_them,
    a_function_that_fails_often_is_told_of,
];

fn borne(text: &str) -> Result<Borne> {
    Borne::parse(text).context("a rate that cannot be counted")
}

async fn one_error_more_than_is_borne_in_the_window_is_an_alert(world: Shared) -> Result<()> {
    let start = OffsetDateTime::now_utc();
    let seconds = Arc::new(AtomicI64::new(0));
    // A table and a stage of its own: its errors and alerts are nobody else's.
    let id = Uuid::new_v4().simple().to_string();
    let stage: String = id.chars().filter(char::is_ascii_alphabetic).collect();
    let table = format!("limits-{id}");
    desk::table(&world, &table, "limit").await?;
    let borne = borne("6/60")?;
    let process = || {
        let seconds = seconds.clone();
        let now = move || start + Duration::seconds(seconds.load(Ordering::SeqCst));
        let (table, service) = (table.clone(), Service::QueueConsumer);
        ErrorRate::new(
            borne,
            table,
            &world.aws,
            service,
            &stage,
            Clock::from_fn(now),
        )
    };
    let heard = Alerts::listen(&world).await?;
    let (one, other) = (process(), process());
    one.note(3).await;
    seconds.store(30, Ordering::SeqCst);
    other.note(3).await;
    // The first three have left the window: three more are borne.
    seconds.store(70, Ordering::SeqCst);
    one.note(3).await;
    seconds.store(75, Ordering::SeqCst);
    other.note(1).await;
    let alert = heard.with(|alert| alert["stage"] == stage.as_str()).await?;
    ensure!(alert["code"] == "error_rate", "{alert}");
    let told = OffsetDateTime::parse(alert["started_at"].as_str().unwrap_or_default(), &Rfc3339)?;
    let after = (told - start).whole_seconds();
    ensure!(
        (74..=75).contains(&after),
        "told {after} s after the first error"
    );
    Ok(())
}

async fn each_function_may_count_its_errors_and_tell_of_them(world: Shared) -> Result<()> {
    for (name, service) in [
        ("webhook-receiver", Service::WebhookReceiver),
        ("queue-consumer", Service::QueueConsumer),
    ] {
        let aws = acting_as(&world, name).await?;
        let heard = Alerts::listen(&world).await?;
        let table = world.limits_table.clone();
        // Another window than the function's own, and therefore another count.
        let rate = borne("1/3600")?;
        let rate = ErrorRate::new(rate, table, &aws, service, "local", Clock::system());
        rate.note(2).await;
        let is_ours =
            |alert: &Value| alert["code"] == "error_rate" && alert["service"] == service.as_str();
        heard.with(is_ours).await?;
    }
    Ok(())
}

/// Messages that nobody can read, each of which fails five times.
async fn a_function_that_fails_often_is_told_of(world: Shared) -> Result<()> {
    const MESSAGES: u64 = 12;
    let (heard, mortuary) = (Alerts::listen(&world).await?, Mortuary::open(&world).await?);
    for _ in 0..MESSAGES {
        mortuary.queue("no message").await?;
    }
    let is_ours =
        |alert: &Value| alert["code"] == "error_rate" && alert["service"] == "queue-consumer";
    heard.with(is_ours).await?;
    mortuary.letters(MESSAGES).await?;
    mortuary.empty().await
}
