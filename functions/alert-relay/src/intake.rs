//! What lies in the alerts queue, brought into one form.
//!
//! Five shapes are known: an alert of ours and an alarm's change of state as the event bus hands them on, the same
//! change as SNS sends it, the record of an invocation that failed to its last attempt, and the relay's own note to
//! look again. Everything else is an alert too, of its own kind: nobody's message is dropped because nobody thought
//! of it. Of no shape is a text kept: names and reasons are held to their closed forms, or left out.

use sallyport::alert::{Alert, Code, DETAIL_TYPE, Ends, Fingerprint, SOURCE, Service, State, Word};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::alarms;
use crate::occurrence::{About, Occurrence};

/// The largest message read, in bytes: an alarm with every field takes four thousand.
const LARGEST: usize = 256 * 1024;

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intake {
    /// Something happened.
    Occurrence(Box<Occurrence>),
    /// It is time to look at this alert again.
    LookAgain(Fingerprint),
    /// An alarm that has no data yet: it says nothing of the thing it watches.
    Undecided,
}

/// What else is known of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    /// SQS's id of the message: the same for each time it is handed out.
    pub(crate) message: &'a str,
    /// When SQS took it, or now: for what says no time of its own.
    pub(crate) sent_at: OffsetDateTime,
    /// The stage this relay serves.
    pub(crate) stage: &'a Word,
}

/// Reads a message.
pub(crate) fn read(body: &str, envelope: Envelope<'_>) -> Intake {
    let unparsed = |reason| unparsed(reason, envelope);
    if body.len() > LARGEST {
        return unparsed("too_large");
    }
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return unparsed("not_json");
    };
    // What an SNS subscription wraps.
    if value["Type"] == "Notification" {
        return match value["Message"].as_str().map(serde_json::from_str::<Value>) {
            Some(Ok(inner)) if inner.get("AlarmName").is_some() => alarm_of_sns(&inner, envelope),
            _ => unparsed("unknown_notification"),
        };
    }
    if let Some(fingerprint) = value.get(LOOK_AGAIN) {
        let read = fingerprint
            .as_str()
            .map(str::to_owned)
            .map(Fingerprint::try_from);
        return match read {
            Some(Ok(fingerprint)) => Intake::LookAgain(fingerprint),
            _ => unparsed("unknown_note"),
        };
    }
    if value.get("AlarmName").is_some() {
        return alarm_of_sns(&value, envelope);
    }
    if value["requestContext"]["functionArn"].is_string() {
        return failed_invocation(&value, envelope);
    }
    match value["source"].as_str() {
        Some(SOURCE) if value["detail-type"] == DETAIL_TYPE => ours(&value, envelope),
        Some("aws.cloudwatch") => alarm_of_the_bus(&value, envelope),
        Some("lambda") => failed_invocation(&value["detail"], envelope),
        Some(_) => unparsed("unknown_source"),
        None => unparsed("unknown_shape"),
    }
}

/// The key of the relay's note to itself.
pub(crate) const LOOK_AGAIN: &str = "look_again";

fn ours(event: &Value, envelope: Envelope<'_>) -> Intake {
    let Ok(alert) = Alert::read(&event["detail"].to_string()) else {
        return unparsed("unreadable_alert", envelope);
    };
    let known = alert.attributes;
    let about = About {
        severity: alert.severity,
        dependency: known.dependency,
        provider: known.provider,
        reason: known.reason,
        delivery: known.delivery,
        organization: known.organization,
        ..About::new(alert.code, alert.service, alert.stage)
    };
    Intake::Occurrence(Box::new(Occurrence {
        id: id(event["id"].as_str().unwrap_or(envelope.message)),
        fingerprint: alert.fingerprint,
        about,
        state: alert.state,
        at: ms(alert.started_at),
    }))
}

fn alarm_of_the_bus(event: &Value, envelope: Envelope<'_>) -> Intake {
    let detail = &event["detail"];
    let (name, state) = (&detail["alarmName"], &detail["state"]);
    let changed_at = &state["timestamp"];
    alarm(
        name,
        &state["value"],
        changed_at,
        event["id"].as_str(),
        envelope,
    )
}

fn alarm_of_sns(message: &Value, envelope: Envelope<'_>) -> Intake {
    let (name, state) = (&message["AlarmName"], &message["NewStateValue"]);
    alarm(name, state, &message["StateChangeTime"], None, envelope)
}

/// An alarm of ours tells a code; another one is shown by its name, if that is a word.
fn alarm(
    name: &Value,
    state: &Value,
    changed_at: &Value,
    event: Option<&str>,
    envelope: Envelope<'_>,
) -> Intake {
    let state = match state.as_str() {
        Some("ALARM") => State::Firing,
        Some("OK") => State::Resolved,
        Some("INSUFFICIENT_DATA") => return Intake::Undecided,
        _ => return unparsed("unknown_alarm_state", envelope),
    };
    let Some(name) = name.as_str() else {
        return unparsed("nameless_alarm", envelope);
    };
    let prefix = format!("sallyport-{}-", envelope.stage);
    let short = name.strip_prefix(&prefix).unwrap_or(name);
    let known = alarms::known(short);
    let (code, service) = known.unwrap_or((Code::Alarm, Service::AlertRelay));
    let about = About {
        alarm: Some(Word::read(short).unwrap_or_else(|| Word::new("nameless"))),
        // An alarm says itself when it is over.
        ends: Ends::ByReport,
        ..About::new(code, service, envelope.stage.clone())
    };
    Intake::Occurrence(Box::new(Occurrence {
        id: id(event.unwrap_or(envelope.message)),
        fingerprint: about.fingerprint(),
        about,
        state,
        at: changed_at
            .as_str()
            .and_then(moment)
            .unwrap_or(ms(envelope.sent_at)),
    }))
}

/// What an asynchronous invocation leaves when its last attempt failed. Its payloads are not looked at.
fn failed_invocation(record: &Value, envelope: Envelope<'_>) -> Intake {
    let context = &record["requestContext"];
    let function = context["functionArn"].as_str().unwrap_or_default();
    let prefix = format!(":function:sallyport-{}-", envelope.stage);
    let name = function.split_once(&prefix).map_or("", |(_, name)| name);
    let name = name.split(':').next().unwrap_or_default();
    let Some(service) = Service::named(name) else {
        return unparsed("unknown_function", envelope);
    };
    let about = About {
        reason: Some(match context["condition"].as_str() {
            Some("RetriesExhausted") => Word::new("retries_exhausted"),
            Some("EventAgeExceeded") => Word::new("event_age_exceeded"),
            _ => Word::new("unknown"),
        }),
        ..About::new(Code::InvocationFailed, service, envelope.stage.clone())
    };
    Intake::Occurrence(Box::new(Occurrence {
        id: id(context["requestId"].as_str().unwrap_or(envelope.message)),
        fingerprint: about.fingerprint(),
        about,
        state: State::Firing,
        at: record["timestamp"]
            .as_str()
            .and_then(moment)
            .unwrap_or(ms(envelope.sent_at)),
    }))
}

fn unparsed(reason: &'static str, envelope: Envelope<'_>) -> Intake {
    let about = About {
        reason: Some(Word::new(reason)),
        ..About::new(
            Code::UnparsedAlert,
            Service::AlertRelay,
            envelope.stage.clone(),
        )
    };
    Intake::Occurrence(Box::new(Occurrence {
        id: id(envelope.message),
        fingerprint: about.fingerprint(),
        about,
        state: State::Firing,
        at: ms(envelope.sent_at),
    }))
}

/// An id by its digest: whoever chose it, nothing of it is kept.
fn id(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Unix milliseconds.
pub(crate) fn ms(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

/// The time that a text says. CloudWatch writes its zone as `+0000`, which RFC 3339 does not have.
fn moment(text: &str) -> Option<i64> {
    let text = match text.strip_suffix("+0000") {
        Some(rest) => format!("{rest}Z"),
        None => text.to_owned(),
    };
    OffsetDateTime::parse(&text, &Rfc3339).ok().map(ms)
}

#[cfg(test)]
mod tests {
    use sallyport::alert::{Condition, Severity};
    use serde_json::json;

    use super::*;

    const SENT_AT: i64 = 1_700_000_000_000;

    fn taken(body: &str) -> Intake {
        let stage = Word::new("prod");
        let envelope = Envelope {
            message: "m-1",
            sent_at: sallyport::clock::from_unix_ms(SENT_AT).unwrap(),
            stage: &stage,
        };
        read(body, envelope)
    }

    fn occurrence(body: &Value) -> Occurrence {
        match taken(&body.to_string()) {
            Intake::Occurrence(occurrence) => *occurrence,
            other => panic!("{other:?}"),
        }
    }

    /// An alarm as the bus hands it on.
    fn alarm(name: &str, state: &str, at: &str) -> Value {
        json!({
            "id": "e-1", "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
            "detail": {
                "alarmName": name,
                "state": { "value": state, "reason": "1 datapoint was over: Jordan Avery", "timestamp": at },
            },
        })
    }

    #[test]
    fn an_alert_of_ours_is_taken_as_it_is() {
        let condition = Condition::firing(Code::CircuitOpen).dependency("twilio");
        let alert = Alert::new(
            condition.severity(Severity::Warning),
            Service::QueueConsumer,
            Word::new("prod"),
            sallyport::clock::from_unix_ms(7).unwrap(),
        );
        let detail: Value = serde_json::from_str(&alert.to_json()).unwrap();
        let taken = occurrence(&json!({
            "id": "e", "source": "sallyport", "detail-type": "Alert", "detail": detail
        }));
        assert_eq!((taken.fingerprint, taken.at), (alert.fingerprint, 7));
        assert_eq!(taken.about.dependency, Word::read("twilio"));
        assert_eq!(taken.about.severity, Severity::Warning);
    }

    #[test]
    fn an_alarm_and_its_end_are_one_thing_whichever_way_they_come() {
        let name = "sallyport-prod-dead-letters-deliveries";
        let firing = occurrence(&alarm(name, "ALARM", "2026-11-22T10:00:00.250+0000"));
        let sns = json!({
            "AlarmName": name, "NewStateValue": "OK", "StateChangeTime": "2026-11-22T10:05:00.250+0000",
        });
        let bare = occurrence(&sns);
        let wrapped = json!({ "Type": "Notification", "Message": sns.to_string() });
        assert_eq!(occurrence(&wrapped), bare);
        assert_eq!(firing.fingerprint, bare.fingerprint);
        assert_eq!((firing.state, bare.state), (State::Firing, State::Resolved));
        assert_eq!(bare.at - firing.at, 300_000);
        assert_eq!(firing.about.code, Code::DeadLetters);
        assert_eq!(firing.about.ends, Ends::ByReport);
    }

    #[test]
    fn an_alarm_without_data_says_nothing() {
        let alarm = alarm("sallyport-prod-relay-errors", "INSUFFICIENT_DATA", "x");
        assert_eq!(taken(&alarm.to_string()), Intake::Undecided);
    }

    #[test]
    fn an_alarm_that_nobody_thought_of_is_shown_by_its_name_if_that_is_a_word() {
        let shown = |name: &str| occurrence(&alarm(name, "ALARM", "x")).about;
        let about = shown("sallyport-prod-budget-used");
        assert_eq!(
            (about.code, about.alarm),
            (Code::Alarm, Word::read("budget-used"))
        );
        assert_eq!(
            shown("Jordan Avery +14155550142").alarm,
            Word::read("nameless")
        );
    }

    #[test]
    fn a_failed_invocation_is_told_by_its_function_and_nothing_else() {
        let record = json!({
            "timestamp": "2026-11-22T10:00:00Z",
            "requestContext": {
                "requestId": "r", "condition": "RetriesExhausted",
                "functionArn": "arn:aws:lambda:us-east-1:1:function:sallyport-prod-retention-sweep:$LATEST",
            },
            "requestPayload": { "patient": "Jordan Avery" },
            "responsePayload": { "errorMessage": "call of Jordan Avery" },
        });
        let direct = occurrence(&record);
        assert_eq!(direct.about.code, Code::InvocationFailed);
        assert_eq!(direct.about.service.as_str(), "retention-sweep");
        assert_eq!(direct.about.reason, Word::read("retries_exhausted"));
        assert_eq!(
            occurrence(&json!({ "source": "lambda", "detail": record })),
            direct
        );
        assert!(!format!("{direct:?}").contains("Jordan"));
    }

    #[test]
    fn whatever_is_not_understood_is_an_alert_that_quotes_nothing() {
        for (body, reason) in [
            ("call Jordan Avery", "not_json"),
            ("{}", "unknown_shape"),
            ("[]", "unknown_shape"),
            (r#"{"source":"jordan"}"#, "unknown_source"),
            (
                r#"{"source":"sallyport","detail-type":"Alert","detail":{"patient":"Jordan"}}"#,
                "unreadable_alert",
            ),
            (
                r#"{"source":"sallyport","detail-type":"Jordan"}"#,
                "unknown_source",
            ),
            (
                r#"{"Type":"Notification","Message":"Jordan"}"#,
                "unknown_notification",
            ),
            (
                r#"{"AlarmName":"Jordan","NewStateValue":"Avery"}"#,
                "unknown_alarm_state",
            ),
            (r#"{"AlarmName":7,"NewStateValue":"OK"}"#, "nameless_alarm"),
            (r#"{"look_again":"Jordan"}"#, "unknown_note"),
            (
                r#"{"requestContext":{"functionArn":"arn:Jordan"}}"#,
                "unknown_function",
            ),
            (&"x".repeat(LARGEST + 1), "too_large"),
        ] {
            let Intake::Occurrence(taken) = taken(body) else {
                panic!("{body}");
            };
            assert_eq!(taken.about.code, Code::UnparsedAlert, "{body}");
            assert_eq!(taken.about.reason, Word::read(reason), "{body}");
            assert_eq!(taken.at, SENT_AT);
            assert!(!format!("{taken:?}").contains("Jordan"));
        }
    }

    #[test]
    fn a_note_names_the_alert_to_look_at() {
        let fingerprint = Fingerprint::of(["a"]);
        let note = json!({ LOOK_AGAIN: fingerprint.as_str() });
        assert_eq!(taken(&note.to_string()), Intake::LookAgain(fingerprint));
    }
}
