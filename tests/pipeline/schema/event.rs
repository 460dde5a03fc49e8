//! Call events, as the consumer hands them to `apply_call_event`.

use anyhow::Result;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};

use super::sample::CLINIC;

/// What the function answered: the outcome and the call.
pub type Answer = (String, Option<String>);

/// A delivery id for a small number.
pub fn delivery(number: u64) -> String {
    format!("dlv_{number:032x}")
}

/// An event that tells nothing but a call's status.
pub fn status(call: &str, status: &str, occurred_at: &str) -> Value {
    json!({ "provider_call_id": call, "status": status, "occurred_at": occurred_at, "final": false })
}

/// An event with further fields.
pub fn with(mut event: Value, fields: &Value) -> Value {
    if let (Some(event), Some(fields)) = (event.as_object_mut(), fields.as_object()) {
        event.extend(fields.clone());
    }
    event
}

/// Applies an event.
pub async fn apply(
    connection: &mut PgConnection,
    organization: &str,
    delivery: &str,
    call: &Value,
) -> sqlx::Result<Answer> {
    sqlx::query_as(
        "select answer ->> 'outcome', answer ->> 'call' from public.apply_call_event(
             p_delivery => $1, p_organization => $2::uuid, p_endpoint => 'vapi-demo', p_provider => 'vapi',
             p_event_type => 'status-update', p_received_at => now(), p_started_at => now(), p_call => $3::jsonb
         ) as answer",
    )
    .bind(delivery)
    .bind(organization)
    .bind(call.to_string())
    .fetch_one(connection)
    .await
}

/// Records a delivery as ignored and gives the outcome.
pub async fn ignore(
    connection: &mut PgConnection,
    organization: &str,
    delivery: &str,
) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "select public.record_ignored_delivery(
             p_delivery => $1, p_organization => $2::uuid, p_endpoint => 'vapi-demo', p_provider => 'vapi',
             p_event_type => 'hang', p_received_at => now(), p_started_at => now(),
             p_reason => 'unknown_event_type'
         ) ->> 'outcome'",
    )
    .bind(delivery)
    .bind(organization)
    .fetch_one(connection)
    .await
}

/// Hands an event to `procedure`, which takes it as `parameter`, and gives the whole answer.
pub async fn told(
    connection: &mut PgConnection,
    (procedure, parameter): (&str, &str),
    delivery: &str,
    event: &Value,
) -> sqlx::Result<Value> {
    let sql = format!(
        "select public.{procedure}(
             p_delivery => $1, p_organization => $2::uuid, p_endpoint => 'ep_clinic', p_provider => 'provider',
             p_event_type => 'event', p_received_at => now(), p_started_at => now(), {parameter} => $3::jsonb
         )::text"
    );
    let answer: String = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(delivery)
        .bind(CLINIC)
        .bind(event.to_string())
        .fetch_one(connection)
        .await?;
    serde_json::from_str(&answer).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The keys of the effects that an answer names.
pub fn effects(answer: &Value) -> Vec<String> {
    let named = answer["effects"].as_array().cloned().unwrap_or_default();
    let keys = named.iter().filter_map(|effect| effect["key"].as_str());
    keys.map(str::to_owned).collect()
}

/// Begins an effect of the clinic, `at` seconds after the turn of 2030. `absent`: the attempt that was looked for.
pub async fn begin(
    connection: &mut PgConnection,
    key: &str,
    at: i64,
    absent: Option<&Value>,
) -> Result<Value> {
    let answer: String = sqlx::query_scalar(
        "select public.begin_effect($1::uuid, $2, timestamptz '2030-01-01 00:00Z' + make_interval(secs => $3),
             p_absent => $4::timestamptz)::text",
    )
    .bind(CLINIC)
    .bind(key)
    .bind(at)
    .bind(absent.and_then(Value::as_str))
    .fetch_one(connection)
    .await?;
    Ok(serde_json::from_str(&answer)?)
}

/// Settles an effect of the clinic and gives the outcome.
pub async fn settle(
    connection: &mut PgConnection,
    key: &str,
    attempt: &Value,
    state: &str,
    told: (Option<&str>, Option<&str>),
) -> Result<String> {
    Ok(sqlx::query_scalar(
        "select public.settle_effect($1::uuid, $2, $3, $4, now(), p_provider_id => $5, p_reason => $6) ->> 'outcome'",
    )
    .bind(CLINIC)
    .bind(key)
    .bind(attempt.as_i64().and_then(|attempt| i32::try_from(attempt).ok()))
    .bind(state)
    .bind(told.0)
    .bind(told.1)
    .fetch_one(connection)
    .await?)
}
