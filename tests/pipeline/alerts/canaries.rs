//! Known values of patients, sent through every way into the alerts queue. They come out nowhere.

use anyhow::{Context, Result, ensure};
use sallyport_cli::stack::sandbox::Recorded;
use serde_json::{Value, json};

use super::desk::{incidents, items, slack};
use crate::{tests, world::Shared};

tests![what_a_patient_said_comes_out_nowhere_whatever_shape_it_came_in];

/// Of which each shape below holds each.
const CANARIES: [&str; 6] = [
    "+14155550199",
    "(415) 555-0199",
    "Zebulon Quist",
    "zebulon.quist@example.com",
    "219-09-9997",
    "MRN 88120045",
];

/// Every way in, with `text` wherever a sender could put it.
fn shapes(text: &str) -> Vec<String> {
    let function = "arn:aws:lambda:us-east-1:000000000000:function:sallyport-local-retention-sweep";
    let state = json!({ "value": "ALARM", "reason": text, "reasonData": text, "timestamp": text });
    let values = [
        json!({ "source": "sallyport", "detail-type": "Alert", "id": text, "detail": {
            "version": 1, "fingerprint": text, "service": "queue-consumer", "stage": "local", "severity": "critical",
            "state": "firing", "started_at": "2026-11-22T10:00:00Z", "code": "effect_failed", "runbook": text,
            "attributes": { "dependency": text, "reason": text }, "note": text,
        }}),
        json!({ "source": "sallyport", "detail-type": "Alert", "id": text, "detail": {
            "version": 1, "fingerprint": text, "service": "queue-consumer", "stage": "local", "severity": "critical",
            "state": "firing", "started_at": "2026-11-22T10:00:00Z", "code": "effect_failed", "runbook": text,
            "note": text,
        }}),
        json!({ "source": "sallyport", "detail-type": text, "detail": { "body": text } }),
        json!({ "source": text, "detail-type": text, "detail": text }),
        json!({ "source": "aws.cloudwatch", "id": text, "detail": {
            "alarmName": format!("sallyport-local-{text}"), "state": state, "configuration": { "description": text },
        }}),
        json!({ "source": "aws.cloudwatch", "id": text, "detail": {
            "alarmName": "sallyport-local-receiver-internal", "state": state, "previousState": { "reason": text },
        }}),
        json!({ "AlarmName": text, "AlarmDescription": text, "NewStateValue": "ALARM", "NewStateReason": text,
            "StateChangeTime": text, "Trigger": { "MetricName": text } }),
        json!({ "Type": "Notification", "Subject": text, "Message": text }),
        json!({ "requestContext": { "functionArn": function, "requestId": text, "condition": text },
            "requestPayload": { "body": text }, "responsePayload": { "errorMessage": text }, "timestamp": text }),
        json!({ "requestContext": { "functionArn": text } }),
        json!({ "look_again": text }),
        json!({ "delivery": text, "body": text, "transcript": [text] }),
        json!(text),
    ];
    let mut bodies: Vec<String> = values.iter().map(Value::to_string).collect();
    bodies.push(format!("call {text} back"));
    bodies
}

async fn what_a_patient_said_comes_out_nowhere_whatever_shape_it_came_in(
    world: Shared,
) -> Result<()> {
    let queue = world.outputs.get("AlertsQueueUrl")?;
    let sqs = aws_sdk_sqs::Client::new(&world.aws);
    let before = lines(&world).await?;
    let mut count = 0;
    for canary in CANARIES {
        for body in shapes(canary) {
            ensure!(
                body.contains(canary) || body.contains(&canary.replace('"', "")),
                "{body}"
            );
            let send = sqs.send_message().queue_url(queue).message_body(body);
            send.send().await.map_err(aws_sdk_sqs::Error::from)?;
            count += 1;
        }
    }
    let attended = || async { Ok((lines(&world).await? >= before + count).then_some(())) };
    world
        .until("every message was attended to", attended)
        .await?;
    let told = || async {
        let all = slack(&world).await?;
        // By a message of its own, or in the digest of a storm that is not over yet.
        let unparsed = serde_json::to_string(&all)?.contains("no known alert");
        Ok(unparsed.then_some(all))
    };
    let messages = world.until("what nobody knows is told", told).await?;
    let url = format!("{}/_sandbox/requests", world.sandbox_url);
    let requests: Vec<Recorded> = world.http.get(url).send().await?.json().await?;
    let people = ["slack", "pagerduty", "sentry"];
    let asked = requests
        .iter()
        .filter(|one| people.contains(&one.provider.as_str()));
    let asked: Vec<String> = asked
        .map(|one| format!("{} {:?} {}", one.path, one.headers, one.body))
        .collect();
    let places = [
        ("Slack", serde_json::to_string(&messages)?),
        (
            "the pager",
            serde_json::to_string(&incidents(&world).await?)?,
        ),
        ("a request", asked.join("\n")),
        ("a log", world.function_logs().await?),
        (
            "the table",
            items(&world, world.outputs.get("AlertsTable")?).await?,
        ),
    ];
    for (place, text) in places {
        ensure!(!text.is_empty(), "{place} is empty: nothing was looked at");
        for canary in CANARIES {
            let first = canary
                .split(' ')
                .next()
                .context("a canary without a word")?;
            for form in [canary, first] {
                // Short words stand in other texts too.
                ensure!(
                    form.len() < 5 || !text.contains(form),
                    "{form:?} stands in {place}"
                );
            }
        }
    }
    Ok(())
}

/// How many messages the relay has done with, its own notes apart: a line apiece.
async fn lines(world: &Shared) -> Result<usize> {
    let logs = world.function_logs().await?;
    let is_done = |line: &&str| {
        line.contains("\"service\":\"alert-relay\"")
            && line.contains("\"message\":\"alert\"")
            && !line.contains("look_again")
            && !line.contains("postponed")
    };
    Ok(logs.lines().filter(is_done).count())
}
