//! Words in, words without patient data out, with the record of what was removed.

use sallyport::redaction::{Audit, Engine, Kind, Known, Profile, Redacted, Vault};
use sallyport::webhook::Words;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What may be stored.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Safe {
    #[serde(rename = "p_transcript", skip_serializing_if = "Option::is_none")]
    pub(crate) transcript: Option<String>,
    #[serde(rename = "p_summary", skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<String>,
    #[serde(rename = "p_analysis", skip_serializing_if = "Option::is_none")]
    pub(crate) analysis: Option<Value>,
    #[serde(rename = "p_redaction")]
    pub(crate) redaction: Value,
    #[serde(rename = "p_policy")]
    pub(crate) policy: String,
}

/// Redacts the words of one call: what is found out in one of them is known in the others, and a value has the same
/// token in all of them.
pub(crate) fn redact(engine: &Engine, policy: &str, words: &Words) -> Safe {
    let analysis = words.analysis.as_ref().map(ToString::to_string);
    let mut known = known(words);
    learn(
        engine,
        Profile::Speech,
        words.transcript.as_deref(),
        &mut known,
    );
    learn(
        engine,
        Profile::Speech,
        words.summary.as_deref(),
        &mut known,
    );
    learn(engine, Profile::Machine, analysis.as_deref(), &mut known);
    let mut vault = Vault::new();
    let mut record = Map::new();
    let mut text = |field: &str, text: Option<&String>, profile| {
        let done = engine.redact(text?, profile, &known, &mut vault);
        record.insert(field.to_owned(), of(&done.audit));
        Some(done)
    };
    let transcript = text("transcript", words.transcript.as_ref(), Profile::Speech);
    let summary = text("summary", words.summary.as_ref(), Profile::Speech);
    let analysis = text("analysis", analysis.as_ref(), Profile::Machine);
    record.insert("policy".to_owned(), policy.into());
    let whole = |done: Option<Redacted>| done.map(|done| done.text);
    Safe {
        transcript: whole(transcript),
        summary: whole(summary),
        analysis: whole(analysis).map(|text| {
            // What the engine replaced whole may be no JSON any more.
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }),
        redaction: Value::Object(record),
        policy: policy.to_owned(),
    }
}

fn known(words: &Words) -> Known {
    let mut known = Known::none();
    for name in &words.names {
        known.name(name);
    }
    for number in &words.numbers {
        known.number(number);
    }
    for text in &words.texts {
        known.text(text);
    }
    known
}

/// The shortest value that is recognised elsewhere, in bytes: shorter ones stand in too many other places.
const SHORTEST: usize = 4;

/// Adds the names and numbers found in a text to what is known. What cannot be judged teaches nothing.
fn learn(engine: &Engine, profile: Profile, text: Option<&str>, known: &mut Known) {
    let Some(text) = text else { return };
    for finding in engine.find(text, profile, known).unwrap_or_default() {
        let Some(value) = text.get(finding.start..finding.end) else {
            continue;
        };
        match finding.kind {
            Kind::Person => {
                known.name(value);
            }
            // A date, an age or a place is no one's alone.
            Kind::Date | Kind::AgeOver89 | Kind::Zip | Kind::Address => {}
            _ if value.len() >= SHORTEST && value.bytes().any(|byte| byte.is_ascii_digit()) => {
                known.text(value);
            }
            _ => {}
        }
    }
}

/// The most places that are recorded of one text; the counts always cover all.
const MOST_MARKS: usize = 2000;

/// An audit as it is stored: counts, rules and places in what is stored, never a value.
fn of(audit: &Audit) -> Value {
    let counts: Map<String, Value> = audit
        .counts
        .iter()
        .map(|(kind, count)| (kind.label().to_owned(), (*count).into()))
        .collect();
    let marks: Vec<Value> = audit
        .marks
        .iter()
        .take(MOST_MARKS)
        .map(|mark| json!([mark.start, mark.end, mark.kind.label(), mark.rule]))
        .collect();
    let mut stored = json!({ "counts": counts, "marks": marks });
    if let Some(refusal) = audit.refused {
        stored["refused"] = refusal.reason().into();
        tracing::error!(reason = refusal.reason(), "a text was replaced whole");
    }
    stored
}

#[cfg(test)]
mod tests {
    use sallyport::redaction::Policy;

    use super::*;

    fn words() -> Words {
        Words {
            provider_call_id: "c-1".to_owned(),
            transcript: Some(
                "AI: What is your name?\nUser: Zebulon Quist, my number is four one five five five five oh one \
                 four two.\nUser: I take two tablets at nine thirty.\n"
                    .to_owned(),
            ),
            summary: Some("Zebulon called from 415-555-0142.".to_owned()),
            analysis: Some(json!({ "patientName": "Zebulon Quist", "booked": true, "visits": 3 })),
            names: vec!["Zebulon Quist".to_owned()],
            numbers: vec!["+14155550142".to_owned()],
            texts: Vec::new(),
        }
    }

    #[test]
    fn what_is_stored_holds_no_name_and_no_number_and_keeps_the_rest() {
        let safe = redact(&Engine::default(), "1", &words());
        let stored = serde_json::to_string(&safe).unwrap().to_lowercase();
        for canary in ["zebulon", "quist", "415", "four one five"] {
            assert!(!stored.contains(canary), "{canary} in {stored}");
        }
        assert!(stored.contains("two tablets at nine thirty"), "{stored}");
        let analysis = safe.analysis.unwrap();
        assert_eq!(
            (&analysis["booked"], &analysis["visits"]),
            (&json!(true), &json!(3))
        );
        assert_eq!(safe.redaction["policy"], "1");
        assert!(
            safe.redaction["transcript"]["counts"]
                .as_object()
                .is_some_and(|all| !all.is_empty())
        );
    }

    #[test]
    fn what_the_booking_knows_is_removed_without_any_cue() {
        let said = Words {
            transcript: Some(
                "User: it was brimblewick again, and the key is under gate 77 12 9.\n".to_owned(),
            ),
            names: vec!["Ada Brimblewick".to_owned()],
            numbers: vec!["77129".to_owned()],
            texts: vec!["under gate".to_owned()],
            ..Words::default()
        };
        let safe = redact(&Engine::default(), "1", &said).transcript.unwrap();
        for canary in ["brimblewick", "77 12 9", "under gate"] {
            assert!(!safe.contains(canary), "{canary} in {safe}");
        }
        assert!(safe.contains("again"), "{safe}");
    }

    #[test]
    fn what_is_found_in_one_text_is_removed_from_the_others() {
        let said = Words {
            transcript: Some("AI: Your name?\nUser: My name is Ada Brimblewick.\n".to_owned()),
            summary: Some("It was about brimblewick and a recall.".to_owned()),
            ..Words::default()
        };
        let safe = redact(&Engine::default(), "1", &said);
        let summary = safe.summary.unwrap();
        assert!(
            !summary.contains("brimblewick") && summary.contains("recall"),
            "{summary}"
        );
    }

    #[test]
    fn a_rule_that_cannot_be_used_has_everything_replaced_whole() {
        let policy = Policy::default().rules([("broken", "(")]);
        let safe = redact(&Engine::new(policy), "1+2", &words());
        let stored = serde_json::to_string(&safe).unwrap();
        assert!(
            !stored.contains("tablets") && !stored.contains("booked"),
            "{stored}"
        );
        assert_eq!(safe.redaction["summary"]["refused"], "bad_rule");
    }

    #[test]
    fn redacting_again_changes_nothing() {
        let engine = Engine::default();
        let first = redact(&engine, "1", &words());
        let again = Words {
            transcript: first.transcript.clone(),
            summary: first.summary.clone(),
            analysis: first.analysis.clone(),
            ..Words::default()
        };
        let second = redact(&engine, "1", &again);
        assert_eq!(
            (first.transcript, first.summary, first.analysis),
            (second.transcript, second.summary, second.analysis)
        );
    }
}
