//! Call events, as the consumer hands them to `apply_call_event`.

use serde_json::{Value, json};
use sqlx::PgConnection;

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
