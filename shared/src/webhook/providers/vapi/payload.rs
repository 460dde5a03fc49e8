//! What Vapi's events say about a call.
//!
//! Reads the few fields the product keeps and no others. Transcript, messages and summary are patient data, which
//! [`super::words`] reads for the redaction alone; of the structured data, [`super::analysis`] takes what a booking
//! needs. Every field but the call's id is optional, and one of an unexpected type counts as absent: Vapi adds and
//! moves fields without notice.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use time::OffsetDateTime;

use super::super::super::event::Version;
use super::super::super::scalar::Scalar;
use super::super::super::{
    CallEvent, CallStatus, Direction, Event, Handling, Queued, Unreadable, json,
};
use super::analysis::Analysis;
use super::told;

pub(super) fn read(queued: Queued<'_>, handling: Handling) -> Result<Event, Unreadable> {
    let ignored = |reason| Ok(Event::Ignored { reason });
    let is_final = match (queued.event_type, handling) {
        ("status-update", _) => false,
        ("end-of-call-report", _) => true,
        (_, Handling::Inline) => return ignored("inline_answer_not_offered"),
        (_, Handling::Queue) => return ignored("unknown_event_type"),
    };
    let Envelope { message } =
        json::parse(queued.body).map_err(|_| Unreadable { field: "message" })?;
    let status = match (is_final, message.status.text()) {
        (true, _) => CallStatus::Ended,
        (false, None) => return Err(Unreadable { field: "status" }),
        (false, Some(word)) => match call_status(word) {
            Some(status) => status,
            None => return ignored("unknown_call_status"),
        },
    };
    Ok(Event::Call(Box::new(call_event(
        &message,
        status,
        is_final,
        queued.received_at,
    )?)))
}

fn call_event(
    message: &Message,
    status: CallStatus,
    is_final: bool,
    received_at: OffsetDateTime,
) -> Result<CallEvent, Unreadable> {
    let call = &message.call;
    let started_at = message.started_at.moment().or(call.started_at.moment());
    let ended_at = message.ended_at.moment().or(call.ended_at.moment());
    let reported = message.timestamp.moment().or(ended_at);
    // Nothing is agreed upon until the call is over.
    let analysis = Analysis::of(&message.analysis.structured_data).filter(|_| is_final);
    let analysis = analysis.as_ref();
    Ok(CallEvent {
        version: Version,
        provider_call_id: call
            .id
            .identifier()
            .ok_or(Unreadable { field: "call.id" })?,
        status,
        occurred_at: reported.unwrap_or(received_at),
        direction: call.kind.text().and_then(direction),
        customer_number: message
            .customer
            .number
            .e164()
            .or(call.customer.number.e164()),
        // What the clinic has put there goes before what the assistant understood.
        customer_name: told::name(&message.customer.name)
            .or_else(|| told::name(&call.customer.name))
            .or_else(|| analysis?.customer_name()),
        assistant_id: call
            .assistant_id
            .identifier()
            .or(message.assistant.id.identifier()),
        phone_number_id: call
            .phone_number_id
            .identifier()
            .or(message.phone_number.id.identifier()),
        started_at,
        ended_at,
        ended_reason: message
            .ended_reason
            .identifier()
            .or(call.ended_reason.identifier()),
        duration_seconds: message
            .duration_seconds
            .amount()
            .or_else(|| message.duration_ms.amount().map(|ms| ms / 1000.0)),
        cost_usd: message.cost.amount(),
        recording_url: message
            .artifact
            .recording_url
            .url()
            .or(message.recording_url.url()),
        success_evaluation: message.analysis.success_evaluation.verdict(),
        booking: analysis.and_then(Analysis::booking),
        lead: analysis.and_then(Analysis::lead),
        is_final,
    })
}

fn call_status(word: &str) -> Option<CallStatus> {
    Some(match word {
        "queued" => CallStatus::Queued,
        "ringing" => CallStatus::Ringing,
        "in-progress" => CallStatus::InProgress,
        "forwarding" => CallStatus::Forwarding,
        "ended" => CallStatus::Ended,
        _ => return None,
    })
}

fn direction(kind: &str) -> Option<Direction> {
    Some(match kind {
        "inboundPhoneCall" => Direction::Inbound,
        "outboundPhoneCall" => Direction::Outbound,
        "webCall" => Direction::Web,
        _ => return None,
    })
}

/// Reads `null` as an absent object.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
struct Envelope {
    message: Message,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Message {
    status: Scalar,
    timestamp: Scalar,
    #[serde(deserialize_with = "or_default")]
    call: Call,
    #[serde(deserialize_with = "or_default")]
    customer: Customer,
    #[serde(deserialize_with = "or_default")]
    assistant: Named,
    #[serde(deserialize_with = "or_default")]
    phone_number: Named,
    started_at: Scalar,
    ended_at: Scalar,
    ended_reason: Scalar,
    duration_seconds: Scalar,
    duration_ms: Scalar,
    cost: Scalar,
    recording_url: Scalar,
    #[serde(deserialize_with = "or_default")]
    artifact: Artifact,
    #[serde(deserialize_with = "or_default")]
    analysis: Verdicts,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Call {
    id: Scalar,
    #[serde(rename = "type")]
    kind: Scalar,
    assistant_id: Scalar,
    phone_number_id: Scalar,
    #[serde(deserialize_with = "or_default")]
    customer: Customer,
    started_at: Scalar,
    ended_at: Scalar,
    ended_reason: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Customer {
    number: Scalar,
    name: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    id: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Artifact {
    recording_url: Scalar,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Verdicts {
    success_evaluation: Scalar,
    structured_data: Value,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_message(kind: &str, message: &serde_json::Value) -> Result<Event, Unreadable> {
        let body = json!({ "message": message }).to_string();
        let queued = Queued {
            event_type: kind,
            body: body.as_bytes(),
            effect: None,
            received_at: OffsetDateTime::UNIX_EPOCH,
        };
        read(queued, Handling::Queue)
    }

    fn call_of(kind: &str, message: &serde_json::Value) -> CallEvent {
        match read_message(kind, message) {
            Ok(Event::Call(call)) => *call,
            other => panic!("no call event: {other:?}"),
        }
    }

    #[test]
    fn a_status_update_says_where_the_call_is() {
        let call = call_of(
            "status-update",
            &json!({
                "type": "status-update", "status": "in-progress", "timestamp": 1_700_000_000_123_u64,
                "call": { "id": "c-1", "type": "inboundPhoneCall", "assistantId": "a-1",
                          "customer": { "number": "+14155550100" } },
                "customer": null, "phoneNumber": { "id": "p-1" }, "artifact": null
            }),
        );
        assert_eq!(call.provider_call_id, "c-1");
        assert_eq!(call.status, CallStatus::InProgress);
        assert_eq!(
            call.occurred_at.unix_timestamp_nanos(),
            1_700_000_000_123_000_000
        );
        assert_eq!(call.direction, Some(Direction::Inbound));
        assert_eq!(call.customer_number.as_deref(), Some("+14155550100"));
        assert_eq!(call.phone_number_id.as_deref(), Some("p-1"));
        assert!(!call.is_final);
    }

    #[test]
    fn an_end_of_call_report_is_final_and_carries_no_words_of_the_call() {
        let call = call_of(
            "end-of-call-report",
            &json!({
                "type": "end-of-call-report", "timestamp": 1_700_000_060_000_u64,
                "startedAt": "2023-11-14T22:13:20.000Z", "endedAt": "2023-11-14T22:14:20.000Z",
                "endedReason": "customer-ended-call", "durationMs": 60_000, "cost": 0.0512,
                "transcript": "CANARY", "summary": "CANARY", "messages": [{ "message": "CANARY" }],
                "call": { "id": "c-1", "type": "webCall" },
                "artifact": { "recordingUrl": "https://storage.example/r.wav", "transcript": "CANARY" },
                "analysis": { "summary": "CANARY", "successEvaluation": true, "structuredData": {
                    "a": "CANARY", "notes": "CANARY", "customerName": "Jordan Avery", "leadScore": 70,
                    "booking": { "start": "2026-11-03T09:30", "reason": "CANARY" } } }
            }),
        );
        assert_eq!(call.customer_name.as_deref(), Some("Jordan Avery"));
        assert_eq!(
            call.lead.map(|lead| (lead.score, lead.hot)),
            Some((Some(70), true))
        );
        assert!(call.booking.is_some());
        assert!(call.is_final);
        assert_eq!(call.status, CallStatus::Ended);
        assert_eq!(call.duration_seconds, Some(60.0));
        assert_eq!(call.cost_usd, Some(0.0512));
        assert_eq!(call.success_evaluation.as_deref(), Some("true"));
        assert_eq!(
            call.recording_url.as_deref(),
            Some("https://storage.example/r.wav")
        );
        assert_eq!(
            call.ended_at.map(OffsetDateTime::unix_timestamp),
            Some(1_700_000_060)
        );
        let written = serde_json::to_string(&call).unwrap();
        assert!(!written.contains("CANARY"));
        assert!(written.contains(r#""final":true"#) && written.contains(r#""status":"ended""#));
        assert!(written.contains(r#""version":1"#), "{written}");
    }

    #[test]
    fn only_the_last_word_on_a_call_books_and_the_clinic_s_own_name_goes_first() {
        let message = json!({
            "status": "in-progress", "customer": { "name": "Jo Doe" },
            "call": { "id": "c-1", "customer": { "name": "J. Doe" } },
            "analysis": { "structuredData": { "customerName": "Joe Dough", "leadScore": 90,
                                              "appointmentTime": "2026-11-03T09:30" } }
        });
        let early = call_of("status-update", &message);
        assert_eq!((early.booking, early.lead), (None, None));
        assert_eq!(early.customer_name.as_deref(), Some("Jo Doe"));
        let last = call_of("end-of-call-report", &message);
        assert!(last.booking.is_some() && last.lead.is_some());
        assert_eq!(last.customer_name.as_deref(), Some("Jo Doe"));
    }

    #[test]
    fn fields_of_unexpected_types_count_as_absent() {
        let call = call_of(
            "end-of-call-report",
            &json!({
                "timestamp": "yesterday", "cost": "free", "durationSeconds": -1,
                "endedReason": "He said \"goodbye\"", "recordingUrl": "javascript:alert(1)",
                "call": { "id": "c-1", "type": 7, "customer": { "number": "sip:anna@clinic.example" } },
                "analysis": { "successEvaluation": "The caller, Anna, booked for her knee: success",
                              "structuredData": [{ "booking": { "start": [] } }] }
            }),
        );
        assert_eq!(
            (call.booking, call.lead, call.customer_name),
            (None, None, None)
        );
        assert_eq!(
            call.occurred_at,
            OffsetDateTime::UNIX_EPOCH,
            "falls back to the time of receipt"
        );
        assert_eq!((call.cost_usd, call.duration_seconds), (None, None));
        assert_eq!((call.ended_reason, call.recording_url), (None, None));
        assert_eq!(
            (call.customer_number, call.success_evaluation),
            (None, None)
        );
    }

    #[test]
    fn what_cannot_be_applied_is_ignored_with_a_reason_or_unreadable() {
        let ignored = |reason| Ok(Event::Ignored { reason });
        let message = json!({ "status": "scheduled", "call": { "id": "c" } });
        assert_eq!(
            read_message("status-update", &message),
            ignored("unknown_call_status")
        );
        assert_eq!(
            read_message("speech-update", &message),
            ignored("unknown_event_type")
        );
        let nameless = json!({ "status": "ended", "call": null });
        assert_eq!(
            read_message("status-update", &nameless),
            Err(Unreadable { field: "call.id" })
        );
    }
}
