//! What people learn of an error in a running function, and what they never do.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{tests, world::Shared};
use sallyport_cli::{
    sample::Unsigned,
    stack::sandbox::{Recorded, sentry_dsn},
};

tests![
    the_lines_of_both_functions_carry_the_deliverys_id,
    an_error_has_reached_sentry_when_its_answer_is_given,
    no_report_holds_a_number_a_name_a_secret_or_a_word_of_the_body,
    a_panic_outside_an_invocation_reaches_sentry_by_its_place,
    a_stalled_sentry_delays_no_answer_beyond_the_bound,
];

/// What stands in the body of every request here.
const CANARIES: [&str; 6] = [
    "4155550142",
    "Jordan",
    "Avery",
    "Tuesday",
    "check-up",
    "recordings.example.com",
];

/// The requests that Sentry's look-alike has taken.
async fn reported(world: &Shared) -> Result<Vec<Recorded>> {
    let url = format!("{}/_sandbox/requests", world.sandbox_url);
    let all: Vec<Recorded> = world.http.get(url).send().await?.json().await?;
    let sentry = all.into_iter();
    Ok(sentry.filter(|one| one.provider == "sentry").collect())
}

/// The events among them: the third line of an envelope.
async fn events(world: &Shared) -> Result<Vec<Value>> {
    let events = reported(world).await?.into_iter().filter_map(|one| {
        let event = one.body.lines().nth(2)?;
        serde_json::from_str(event).ok()
    });
    Ok(events.collect())
}

/// A delivery, and a request that claims to be the same with another body: a conflict, which is an error line.
async fn conflict(world: &Shared) -> Result<(String, Unsigned)> {
    let first = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&first).await?;
    let second = world.sample_with("vapi", "end-of-call-report", |request| {
        request.body.clone_from(&first.body);
        request.body.push(b' ');
    })?;
    Ok((delivery, second))
}

async fn the_lines_of_both_functions_carry_the_deliverys_id(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&sample).await?;
    let carried = || async {
        let logs = world.function_logs().await?;
        let carriers: Vec<Value> = logs
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["correlation_id"] == delivery.as_str())
            .map(|line| line["service"].clone())
            .collect();
        let both = ["webhook-receiver", "queue-consumer"];
        let all = both.iter().all(|name| carriers.contains(&json!(name)));
        Ok(all.then_some(()))
    };
    world
        .until("both have written a line of the delivery", carried)
        .await
}

async fn an_error_has_reached_sentry_when_its_answer_is_given(world: Shared) -> Result<()> {
    let (delivery, request) = conflict(&world).await?;
    // A report that a busy machine did not get through in time is made again with the next error.
    let arrived = || async {
        let answer = world.post(&request).await?;
        ensure!(answer.status() == 409, "{}", answer.status());
        let found = events(&world)
            .await?
            .into_iter()
            .find(|event| event["tags"]["correlation_id"] == delivery.as_str());
        Ok(found)
    };
    let event = world.until("the error is reported", arrived).await?;
    ensure!(event["message"] == "request", "{event}");
    ensure!(
        event["tags"]
            == json!({
                "correlation_id": delivery, "event_type": "end-of-call-report", "outcome": "refused",
                "provider": "vapi", "reason": "body_conflict", "service": "webhook-receiver", "stage": "local",
            }),
        "{event}"
    );
    ensure!(event["environment"] == "local", "{event}");
    let frame = &event["exception"]["values"][0]["stacktrace"]["frames"][0];
    ensure!(frame["lineno"].is_u64(), "{event}");
    for absent in [
        "user",
        "request",
        "breadcrumbs",
        "server_name",
        "extra",
        "modules",
        "contexts",
    ] {
        ensure!(event.get(absent).is_none(), "{absent} in {event}");
    }
    Ok(())
}

async fn no_report_holds_a_number_a_name_a_secret_or_a_word_of_the_body(
    world: Shared,
) -> Result<()> {
    let (delivery, request) = conflict(&world).await?;
    let body = String::from_utf8(request.body.clone())?;
    for canary in CANARIES {
        ensure!(body.contains(canary), "the sample has lost {canary:?}");
    }
    let arrived = || async {
        world.post(&request).await?;
        let reports = reported(&world).await?;
        let arrived = reports.iter().any(|one| one.body.contains(&delivery));
        Ok(arrived.then_some(reports))
    };
    let reports = world.until("the error is reported", arrived).await?;
    let secret = &world.endpoint("vapi")?.secret;
    for report in reports {
        let text = format!("{} {:?} {}", report.path, report.headers, report.body);
        for canary in CANARIES.into_iter().chain([secret.as_str()]) {
            ensure!(!text.contains(canary), "{canary:?} stands in {text}");
        }
    }
    Ok(())
}

/// What the function reads before it meets its runtime.
const CONFIGURATION: [(&str, &str); 5] = [
    ("ALERTS_QUEUE_URL", "http://127.0.0.1:9/alerts"),
    ("ALERTS_TABLE", "alerts"),
    ("ALERTS_SECRET", "alerts"),
    ("CIRCUITS_TABLE", "circuits"),
    ("RUNBOOK_URL", "https://sallyport.example/runbook.md"),
];

/// The runtime panics without Lambda's environment. That is before any invocation, when nothing else would tell of it.
async fn a_panic_outside_an_invocation_reaches_sentry_by_its_place(world: Shared) -> Result<()> {
    let function = world.home.target.join("debug").join("alert-relay");
    let output = Command::new(function)
        .env_clear()
        .env("SENTRY_DSN", sentry_dsn(&world.sandbox_url))
        .env("SALLYPORT_STAGE", "local")
        .envs(CONFIGURATION)
        .stdin(Stdio::null())
        .output()
        .await?;
    ensure!(!output.status.success());
    let found = events(&world)
        .await?
        .into_iter()
        .find(|event| event["tags"]["service"] == "alert-relay" && event["message"] == "panic");
    let event = found.context("no panic was reported")?;
    let frame = &event["exception"]["values"][0]["stacktrace"]["frames"][0];
    let file = frame["filename"].as_str().context("no file")?;
    ensure!(file.starts_with("lambda_runtime-"), "{event}");
    // The panic's text names the variable that is missing; here it might have been a patient.
    let printed = [output.stdout, output.stderr, event.to_string().into_bytes()].concat();
    let printed = String::from_utf8_lossy(&printed);
    ensure!(!printed.contains("AWS_LAMBDA_FUNCTION_NAME"), "{printed}");
    Ok(())
}

/// An answer that waited for Sentry would end as a function's time-out, which is no problem document.
async fn a_stalled_sentry_delays_no_answer_beyond_the_bound(world: Shared) -> Result<()> {
    let faults = format!("{}/_sandbox/faults", world.sandbox_url);
    let stall = json!({ "provider": "sentry", "ends": "stall", "times": 1000 });
    world
        .http
        .post(&faults)
        .json(&stall)
        .send()
        .await?
        .error_for_status()?;
    let (_, request) = conflict(&world).await?;
    let stalled = || async {
        let answer = world.post(&request).await?;
        let status = answer.status();
        let problem: Value = answer.json().await?;
        ensure!(
            status == 409 && problem["reason"] == "body_conflict",
            "{status} {problem}"
        );
        let logs = world.function_logs().await?;
        let noticed = logs
            .lines()
            .any(|line| line.contains("could not be reported") && line.contains("\"timeout\""));
        Ok(noticed.then_some(()))
    };
    let outcome = world.until("a report was given up", stalled).await;
    world
        .http
        .delete(&faults)
        .send()
        .await?
        .error_for_status()?;
    outcome
}
