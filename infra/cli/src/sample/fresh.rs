//! Gives a sample the marks of a new event: what each provider identifies its events by, and the time.

use anyhow::{Context, Result};
use form_urlencoded::{Serializer, parse};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::Unsigned;

pub(super) fn refresh(provider: &str, request: &mut Unsigned, now: OffsetDateTime) -> Result<()> {
    let id = Uuid::new_v4();
    let digits = id.simple().to_string();
    match provider {
        "vapi" => json_body(request, |body| vapi(body, id, now))?,
        "stripe" => json_body(request, |body| {
            body["id"] = json!(format!("evt_{digits}"));
            body["created"] = json!(now.unix_timestamp());
            Ok(())
        })?,
        "github" => request.set_header("x-github-delivery", id.to_string()),
        "google-calendar" => {
            request.set_header("x-goog-message-number", milliseconds(now).to_string());
        }
        "slack" => slack(request, &digits)?,
        "twilio" => twilio(request, &digits)?,
        "standard-webhooks" => message_id(request, &digits),
        "supabase-auth" => {
            message_id(request, &digits);
            json_body(request, |body| {
                body["metadata"]["uuid"] = json!(id);
                Ok(())
            })?;
        }
        "generic-hmac" => json_body(request, |body| {
            body["id"] = json!(id);
            Ok(())
        })?,
        "meta" => json_body(request, |body| {
            body["entry"][0]["time"] = json!(milliseconds(now));
            Ok(())
        })?,
        // The others are told apart by when they are received.
        _ => {}
    }
    Ok(())
}

fn vapi(body: &mut Value, id: Uuid, now: OffsetDateTime) -> Result<()> {
    let message = &mut body["message"];
    message["call"]["id"] = json!(id);
    message["timestamp"] = json!(milliseconds(now));
    if message["startedAt"].is_string() {
        message["startedAt"] = json!((now - Duration::seconds(95)).format(&Rfc3339)?);
        message["endedAt"] = json!(now.format(&Rfc3339)?);
    }
    Ok(())
}

/// Events are JSON; commands are forms, and interactions are JSON within a form.
fn slack(request: &mut Unsigned, digits: &str) -> Result<()> {
    if request.body.starts_with(b"{") {
        return json_body(request, |body| {
            body["event_id"] = json!(format!("Ev{digits}"));
            Ok(())
        });
    }
    form_body(request, |name, value| match name {
        "trigger_id" => Ok(digits.to_owned()),
        "payload" => {
            let mut payload: Value = serde_json::from_str(&value)?;
            payload["trigger_id"] = json!(digits);
            Ok(payload.to_string())
        }
        _ => Ok(value),
    })
}

/// A form is told apart by the resource it reports on, anything else by its token or its body.
fn twilio(request: &mut Unsigned, digits: &str) -> Result<()> {
    if request
        .headers
        .iter()
        .any(|(name, _)| name == "i-twilio-idempotency-token")
    {
        request.set_header("i-twilio-idempotency-token", digits);
    }
    if !request.body.starts_with(b"[") && !request.body.starts_with(b"{") {
        return form_body(request, |name, value| match name {
            "MessageSid" | "SmsSid" | "SmsMessageSid" | "CallSid" | "RecordingSid"
                if value.len() > 2 =>
            {
                Ok(format!("{}{digits}", &value[..2]))
            }
            _ => Ok(value),
        });
    }
    Ok(())
}

fn message_id(request: &mut Unsigned, digits: &str) {
    for name in ["webhook-id", "svix-id"] {
        if request.headers.iter().any(|(known, _)| known == name) {
            request.set_header(name, format!("msg_{digits}"));
        }
    }
}

fn milliseconds(now: OffsetDateTime) -> i64 {
    now.unix_timestamp() * 1000 + i64::from(now.millisecond())
}

fn json_body(request: &mut Unsigned, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
    let mut body: Value =
        serde_json::from_slice(&request.body).context("the sample's body is not JSON")?;
    change(&mut body)?;
    request.body = serde_json::to_vec(&body)?;
    Ok(())
}

fn form_body(
    request: &mut Unsigned,
    change: impl Fn(&str, String) -> Result<String>,
) -> Result<()> {
    let mut form = Serializer::new(String::new());
    for (name, value) in parse(&request.body) {
        form.append_pair(&name, &change(&name, value.into_owned())?);
    }
    request.body = form.finish().into_bytes();
    Ok(())
}
