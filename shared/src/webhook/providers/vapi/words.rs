//! What was said in a call, as Vapi's end-of-call report tells it, and what the booking had told the assistant.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::super::scalar::Scalar;
use super::super::super::{Queued, Unreadable, Words, json};

/// The words of an end-of-call report; `None` for every other event, and for a report without any.
pub(super) fn read(queued: Queued<'_>) -> Result<Option<Words>, Unreadable> {
    if queued.event_type != "end-of-call-report" {
        return Ok(None);
    }
    let Envelope { message } =
        json::parse(queued.body).map_err(|_| Unreadable { field: "message" })?;
    let transcript = text(message.artifact.get("transcript")).or(text(message.transcript.as_ref()));
    let summary = text(message.analysis.get("summary")).or(text(message.summary.as_ref()));
    let analysis = message.analysis.get("structuredData");
    let mut words = Words {
        provider_call_id: call_id(&message.call)?,
        transcript: transcript.or_else(|| turns(message.artifact.get("messages"))),
        summary,
        analysis: analysis.filter(|value| !value.is_null()).cloned(),
        ..Words::default()
    };
    if words.transcript.is_none() && words.summary.is_none() && words.analysis.is_none() {
        return Ok(None);
    }
    for customer in [message.customer.as_ref(), message.call.get("customer")] {
        known(customer, "customer", &mut words);
    }
    let overrides = message.call.get("assistantOverrides");
    known(
        overrides.and_then(|all| all.get("variableValues")),
        "",
        &mut words,
    );
    Ok(Some(words))
}

/// Longest way down into the booking's values.
const DEPTH: usize = 4;

/// Takes what a booking told: by their keys, names, numbers and everything else that points at a person.
fn known(value: Option<&Value>, key: &str, words: &mut Words) {
    let mut open: Vec<(&str, &Value, usize)> =
        value.map(|value| (key, value, 0)).into_iter().collect();
    while let Some((key, value, depth)) = open.pop() {
        match value {
            Value::Object(entries) if depth < DEPTH => {
                open.extend(
                    entries
                        .iter()
                        .map(|(key, value)| (key.as_str(), value, depth + 1)),
                );
            }
            Value::Array(items) if depth < DEPTH => {
                open.extend(items.iter().map(|value| (key, value, depth + 1)));
            }
            Value::String(text) => take(key, text, words),
            Value::Number(number) => take(key, &number.to_string(), words),
            _ => {}
        }
    }
}

fn take(key: &str, text: &str, words: &mut Words) {
    let key = key.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    let list = if says(&[
        "number", "phone", "mobile", "mrn", "member", "policy", "record", "ssn",
    ]) {
        &mut words.numbers
    } else if says(&["clinic", "practice", "company", "service", "assistant"]) {
        return;
    } else if says(&["name", "patient", "caller"]) {
        &mut words.names
    } else if says(&["mail", "address", "street", "birth", "dob"]) {
        &mut words.texts
    } else {
        return;
    };
    if list.len() < MOST {
        list.push(text.to_owned());
    }
}

/// The most known values of one kind: a booking has a handful.
const MOST: usize = 50;

fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A transcript made of the turns, where there is none.
fn turns(messages: Option<&Value>) -> Option<String> {
    let mut lines = String::new();
    for message in messages?.as_array()? {
        let who = match message.get("role").and_then(Value::as_str) {
            Some("user" | "customer") => "User",
            Some("assistant" | "bot") => "AI",
            _ => continue,
        };
        if let Some(said) = text(message.get("message")).or(text(message.get("content"))) {
            lines.push_str(who);
            lines.push_str(": ");
            lines.push_str(&said);
            lines.push('\n');
        }
    }
    (!lines.is_empty()).then_some(lines)
}

fn call_id(call: &Map<String, Value>) -> Result<String, Unreadable> {
    let id = call.get("id").cloned().unwrap_or_default();
    let id: Scalar = serde_json::from_value(id).unwrap_or_default();
    id.identifier().ok_or(Unreadable { field: "call.id" })
}

#[derive(Deserialize)]
struct Envelope {
    message: Message,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    #[serde(deserialize_with = "super::payload::or_default")]
    call: Map<String, Value>,
    #[serde(deserialize_with = "super::payload::or_default")]
    artifact: Map<String, Value>,
    #[serde(deserialize_with = "super::payload::or_default")]
    analysis: Map<String, Value>,
    customer: Option<Value>,
    transcript: Option<Value>,
    summary: Option<Value>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::OffsetDateTime;

    use super::*;

    fn words(kind: &str, message: &Value) -> Option<Words> {
        let body = json!({ "message": message }).to_string();
        let queued = Queued {
            event_type: kind,
            body: body.as_bytes(),
            effect: None,
            received_at: OffsetDateTime::UNIX_EPOCH,
        };
        read(queued).unwrap()
    }

    #[test]
    fn a_report_has_words_and_what_the_booking_knows() {
        let words = words(
            "end-of-call-report",
            &json!({
                "call": { "id": "c-1", "customer": { "number": "+14155550100", "name": "Jo Doe" },
                          "assistantOverrides": { "variableValues": { "patientName": "Jordan Avery",
                              "clinicName": "Bright Teeth", "email": "j@example.com", "visits": 3 } } },
                "artifact": { "transcript": "AI: Hi" },
                "analysis": { "summary": "A summary", "structuredData": { "booked": true } },
            }),
        )
        .unwrap();
        assert_eq!(words.transcript.as_deref(), Some("AI: Hi"));
        assert_eq!(words.summary.as_deref(), Some("A summary"));
        assert_eq!(words.analysis, Some(json!({ "booked": true })));
        assert_eq!(words.numbers, ["+14155550100"]);
        assert_eq!(words.texts, ["j@example.com"]);
        let mut names = words.names.clone();
        names.sort();
        assert_eq!(names, ["Jo Doe", "Jordan Avery"]);
        assert_eq!(format!("{words:?}"), "Words(…)");
    }

    #[test]
    fn turns_stand_in_for_a_missing_transcript() {
        let message = json!({ "call": { "id": "c" }, "artifact": { "messages": [
            { "role": "system", "message": "You are an assistant" },
            { "role": "bot", "message": "Hello" }, { "role": "user", "message": "Hi" }, { "role": "user" },
        ] } });
        let words = words("end-of-call-report", &message).unwrap();
        assert_eq!(words.transcript.as_deref(), Some("AI: Hello\nUser: Hi\n"));
    }

    #[test]
    fn other_events_and_silent_calls_have_no_words() {
        let silent = json!({ "call": { "id": "c" }, "artifact": null, "analysis": { "structuredData": null } });
        assert_eq!(words("end-of-call-report", &silent), None);
        assert_eq!(words("status-update", &json!({ "transcript": "x" })), None);
    }
}
