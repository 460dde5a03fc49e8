//! Gives a sample the marks of a new event: what each provider identifies its events by, and the time.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::Unsigned;

pub(super) fn refresh(provider: &str, request: &mut Unsigned, now: OffsetDateTime) -> Result<()> {
    match provider {
        "vapi" => vapi(request, now),
        _ => Ok(()),
    }
}

fn vapi(request: &mut Unsigned, now: OffsetDateTime) -> Result<()> {
    let mut body: Value =
        serde_json::from_slice(&request.body).context("the sample's body is not JSON")?;
    let message = &mut body["message"];
    message["call"]["id"] = json!(Uuid::new_v4());
    message["timestamp"] = json!(now.unix_timestamp() * 1000 + i64::from(now.millisecond()));
    if message["startedAt"].is_string() {
        message["startedAt"] = json!((now - Duration::seconds(95)).format(&Rfc3339)?);
        message["endedAt"] = json!(now.format(&Rfc3339)?);
    }
    request.body = serde_json::to_vec(&body)?;
    Ok(())
}
