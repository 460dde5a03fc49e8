//! What was said in a call: redacted, stored, and nowhere else.

use anyhow::{Context, Result, ensure};
use clap::Parser as _;
use sallyport::redaction::VERSION;
use sallyport_cli::commands::{self, Arguments};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{tests, world::Shared};

tests![
    what_was_said_is_stored_without_whose_it_is,
    words_too_long_for_a_message_are_redacted_too,
    an_organisations_policy_holds_and_a_change_of_it_redacts_again,
    no_canary_stands_anywhere_after_a_full_run,
];

/// A patient nobody else is. Each part is looked for everywhere.
const CANARIES: [&str; 6] = [
    "zebulon",
    "quistgaard",
    "4155557391",
    "415-555-7391",
    "five five five seven three nine one",
    "zq-77310",
];

const TRANSCRIPT: &str = "AI: Thank you for calling. May I have your name?\n\
    User: Yes, it's Zebulon Quistgaard.\n\
    AI: And a number to reach you?\n\
    User: four one five five five five seven three nine one.\n\
    AI: That is 415-555-7391, right? And your member ID?\n\
    User: ZQ-77310.\n\
    User: I take two tablets of ibuprofen in the morning.\n";

/// Sends a report with these words, waits until they are stored, and gives the call's row.
async fn told(world: &Shared, words: &Value) -> Result<Value> {
    let sample = world.sample_with("vapi", "end-of-call-report", |request| {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let message = &mut body["message"];
        message["artifact"]["transcript"] = words["transcript"].clone();
        message["artifact"]["messages"] = Value::Null;
        message["transcript"] = Value::Null;
        message["analysis"] = words["analysis"].clone();
        message["customer"]["name"] = "Zebulon Quistgaard".into();
        request.body = body.to_string().into_bytes();
    })?;
    let body: Value = serde_json::from_slice(&sample.body)?;
    let call = body["message"]["call"]["id"]
        .as_str()
        .context("no call")?
        .to_owned();
    world.accepted(&sample).await?;
    row(world, &call, "true").await
}

/// The row of a call, once its words are stored and `condition` holds.
async fn row(world: &Shared, call: &str, condition: &str) -> Result<Value> {
    let query = format!(
        "select to_jsonb(c)::text from calls c
         where provider_call_id = $1 and redaction_policy is not null and {condition}"
    );
    let text: String = world
        .until("the words are stored", || async {
            Ok(sqlx::query_scalar(AssertSqlSafe(query.as_str()))
                .bind(call)
                .fetch_optional(&world.database)
                .await?)
        })
        .await?;
    Ok(serde_json::from_str(&text)?)
}

fn words() -> Value {
    json!({
        "transcript": TRANSCRIPT,
        "analysis": {
            "summary": "Zebulon Quistgaard (member ZQ-77310) asked for a check-up; call back at 415-555-7391.",
            "structuredData": { "patientName": "Zebulon Quistgaard", "phone": "+14155557391", "booked": true },
            "successEvaluation": "true",
        },
    })
}

fn is_clean(text: &str) -> Result<()> {
    let lower = text.to_lowercase();
    for canary in CANARIES {
        ensure!(!lower.contains(canary), "{canary:?} stands in {text}");
    }
    Ok(())
}

async fn what_was_said_is_stored_without_whose_it_is(world: Shared) -> Result<()> {
    let row = told(&world, &words()).await?;
    for field in ["transcript", "summary", "analysis", "redaction"] {
        is_clean(&row[field].to_string())?;
    }
    let transcript = row["transcript"].as_str().context("no transcript")?;
    ensure!(
        transcript.contains("two tablets of ibuprofen in the morning"),
        "{transcript}"
    );
    ensure!(row["analysis"]["booked"] == true);
    ensure!(
        row["summary"]
            .as_str()
            .is_some_and(|text| text.contains("check-up"))
    );
    ensure!(row["redaction"]["transcript"]["counts"].is_object());
    Ok(())
}

async fn words_too_long_for_a_message_are_redacted_too(world: Shared) -> Result<()> {
    let mut long = words();
    long["transcript"] = TRANSCRIPT.repeat(800).into();
    let row = told(&world, &long).await?;
    let transcript = row["transcript"].as_str().context("no transcript")?;
    ensure!(transcript.matches("two tablets").count() == 800);
    is_clean(transcript)
}

async fn an_organisations_policy_holds_and_a_change_of_it_redacts_again(
    world: Shared,
) -> Result<()> {
    let row_before = told(&world, &words()).await?;
    let call = row_before["provider_call_id"].as_str().context("no call")?;
    ensure!(row_before["redaction_policy"] == VERSION);
    sqlx::query(
        "insert into redaction_policies (org_id, rules) values ($1::uuid, '[{\"id\": \"morning\", \"pattern\": \"in the morning\"}]')",
    )
    .bind(row_before["org_id"].as_str())
    .execute(&world.database)
    .await?;
    // Instances that run know the policy of before for minutes; new ones do not.
    world.kill_function("redaction");
    let words = ["sallyport", "--stack", "tests", "backfill"];
    commands::run(Arguments::parse_from(words)).await?;
    let wanted = format!("redaction_policy = '{VERSION}+1'");
    let row = row(&world, call, &wanted).await?;
    sqlx::query("delete from redaction_policies")
        .execute(&world.database)
        .await?;
    world.kill_function("redaction");
    let transcript = row["transcript"].as_str().context("no transcript")?;
    ensure!(!transcript.contains("in the morning"), "{transcript}");
    ensure!(
        transcript.contains("two tablets of ibuprofen"),
        "{transcript}"
    );
    ensure!(
        row["redaction"]["earlier"]
            .as_array()
            .is_some_and(|all| all.len() == 1)
    );
    is_clean(&row.to_string())
}

/// After calls of every kind: the whole database, every log line, and whatever lies in any queue.
async fn no_canary_stands_anywhere_after_a_full_run(world: Shared) -> Result<()> {
    told(&world, &words()).await?;
    let mut tampered = world.sample_with("vapi", "end-of-call-report", |request| {
        request.body = words().to_string().into_bytes();
    })?;
    tampered.tamper();
    ensure!(world.post(&tampered).await?.status() == 401);
    is_clean(&world.whole_database().await?)?;
    is_clean(&world.function_logs().await?)?;
    is_clean(&world.queue_attributes().await?)
}
