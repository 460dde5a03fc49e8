//! The way of a webhook, from the provider's request to its row.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{tests, world::Shared};

tests![
    an_end_of_call_report_becomes_a_row_in_calls,
    the_same_delivery_sent_again_changes_nothing,
    a_late_status_does_not_overwrite_a_later_one,
    an_unknown_event_type_is_recorded_as_ignored_with_its_type,
    nothing_that_points_at_the_patient_is_stored,
    health_answers_without_touching_a_dependency,
    readiness_tells_the_state_of_each_dependency,
    no_log_line_holds_a_number_a_name_or_a_secret,
];

async fn an_end_of_call_report_becomes_a_row_in_calls(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&sample).await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(state == "done", "{state} {reason:?}");
    let body: Value = serde_json::from_slice(&sample.body)?;
    let (status, ended_reason, phone, cost): (
        String,
        Option<String>,
        Option<String>,
        Option<String>,
    ) = sqlx::query_as(
        "select calls.status::text, calls.ended_reason, contacts.phone, calls.cost_usd::text
         from calls left join contacts on contacts.id = calls.contact_id
         where provider_call_id = $1",
    )
    .bind(body["message"]["call"]["id"].as_str())
    .fetch_one(&world.database)
    .await?;
    ensure!(status == "ended");
    ensure!(ended_reason.as_deref() == Some("customer-ended-call"));
    ensure!(phone.as_deref() == Some("+14155550142"));
    ensure!(cost.as_deref() == Some("0.1337"), "{cost:?}");
    Ok(())
}

async fn the_same_delivery_sent_again_changes_nothing(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&sample).await?;
    world.at_rest(&delivery).await?;
    let rows = || async {
        let (deliveries, calls, contacts): (i64, i64, i64) = sqlx::query_as(
            "select (select count(*) from webhook_deliveries), (select count(*) from calls), (select count(*) from contacts)",
        )
        .fetch_one(&world.database)
        .await?;
        anyhow::Ok((deliveries, calls, contacts))
    };
    let before = rows().await?;
    for _ in 0..5 {
        let answer = world.post(&sample).await?;
        ensure!(answer.status() == 200);
        let body: Value = answer.json().await?;
        ensure!(
            body["delivery"] == delivery.as_str(),
            "a retry must be the same delivery"
        );
    }
    world
        .until("the queue is empty", || async {
            Ok((world.queue_depth().await? == 0).then_some(()))
        })
        .await?;
    ensure!(rows().await? == before);
    Ok(())
}

async fn a_late_status_does_not_overwrite_a_later_one(world: Shared) -> Result<()> {
    let report = world.sample("vapi", "end-of-call-report")?;
    let body: Value = serde_json::from_slice(&report.body)?;
    let call = body["message"]["call"]["id"].clone();
    let late = world.sample_with("vapi", "status-update", |request| {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["message"]["call"]["id"] = call.clone();
        request.body = body.to_string().into_bytes();
    })?;
    let first = world.accepted(&report).await?;
    world.at_rest(&first).await?;
    let second = world.accepted(&late).await?;
    world.at_rest(&second).await?;
    let statuses: Vec<(String,)> =
        sqlx::query_as("select status::text from calls where provider_call_id = $1")
            .bind(call.as_str())
            .fetch_all(&world.database)
            .await?;
    ensure!(statuses == [("ended".to_owned(),)], "{statuses:?}");
    Ok(())
}

async fn an_unknown_event_type_is_recorded_as_ignored_with_its_type(world: Shared) -> Result<()> {
    let delivery = world
        .accepted(&world.sample("vapi", "speech-update")?)
        .await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(state == "ignored", "{state}");
    ensure!(reason.is_some());
    let (event_type,): (String,) =
        sqlx::query_as("select event_type from webhook_deliveries where delivery = $1")
            .bind(&delivery)
            .fetch_one(&world.database)
            .await?;
    ensure!(event_type == "speech-update");
    Ok(())
}

/// The sample's patient says a name and a date of birth: neither may be found in any text of any table. What else was
/// said is stored redacted, which `transcripts` looks at.
async fn nothing_that_points_at_the_patient_is_stored(world: Shared) -> Result<()> {
    let delivery = world
        .accepted(&world.sample("vapi", "end-of-call-report")?)
        .await?;
    world.at_rest(&delivery).await?;
    let tables: Vec<(String,)> =
        sqlx::query_as("select quote_ident(tablename) from pg_tables where schemaname = 'public'")
            .fetch_all(&world.database)
            .await?;
    ensure!(tables.len() > 5);
    for (table,) in tables {
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select row_to_json(t)::text from public.{table} t"
        )))
        .fetch_all(&world.database)
        .await?;
        for said in ["Jordan", "Avery", "nineteen eighty-two"] {
            ensure!(
                rows.iter().all(|(row,)| !row.contains(said)),
                "{said:?} stands in {table}"
            );
        }
    }
    Ok(())
}

async fn health_answers_without_touching_a_dependency(world: Shared) -> Result<()> {
    let answer = world
        .http
        .get(format!("{}/health", world.api_url))
        .send()
        .await?;
    ensure!(answer.status() == 200);
    Ok(())
}

async fn readiness_tells_the_state_of_each_dependency(world: Shared) -> Result<()> {
    let answer = world
        .http
        .get(format!("{}/health/ready", world.api_url))
        .send()
        .await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    ensure!(
        status == 200 && body["status"] == "ready",
        "{status} {body}"
    );
    for dependency in ["endpoints_table", "deliveries_queue", "dead_letter_queue"] {
        let told = &body["dependencies"][dependency];
        ensure!(
            told["status"] == "ok" && told["latency_ms"].is_u64(),
            "{body}"
        );
    }
    ensure!(
        body["dependencies"]["dead_letter_queue"]["messages"].is_u64(),
        "{body}"
    );
    let queue = body["dependencies"]["deliveries_queue"].as_object();
    ensure!(
        queue.is_some_and(|told| told.contains_key("oldest_message_age_s")),
        "{body}"
    );
    Ok(())
}

async fn no_log_line_holds_a_number_a_name_or_a_secret(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&sample).await?;
    world.at_rest(&delivery).await?;
    let mut tampered = world.sample("vapi", "end-of-call-report")?;
    tampered.tamper();
    ensure!(world.post(&tampered).await?.status() == 401);
    let delivery_is_logged = || async {
        Ok(world
            .function_logs()
            .await?
            .contains(&delivery)
            .then_some(()))
    };
    world
        .until("the delivery is in the log", delivery_is_logged)
        .await?;
    let logs = world.function_logs().await?;
    let secret = &world.endpoint("vapi")?.secret;
    for canary in [
        "4155550142",
        "Jordan",
        "Avery",
        "Tuesday",
        "recordings.example.com",
        secret.as_str(),
    ] {
        ensure!(!logs.contains(canary), "{canary:?} stands in a log");
    }
    Ok(())
}
