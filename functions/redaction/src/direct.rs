//! A text in, the text without patient data out: for those who invoke the function themselves.

use sallyport::redaction::{Known, Profile, Vault};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::policies::Policies;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    text: String,
    #[serde(default)]
    profile: Wanted,
    /// Names known to the caller.
    #[serde(default)]
    names: Vec<String>,
    /// Numbers known to the caller.
    #[serde(default)]
    numbers: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    #[default]
    Speech,
    Machine,
}

/// Redacts a text by the rule for all; `None` when the input is no such request.
pub(crate) fn answer(policies: &Policies, input: Value) -> Option<Value> {
    let request: Request = serde_json::from_value(input).ok()?;
    let mut known = Known::none();
    for name in &request.names {
        known.name(name);
    }
    for number in &request.numbers {
        known.number(number);
    }
    let profile = match request.profile {
        Wanted::Speech => Profile::Speech,
        Wanted::Machine => Profile::Machine,
    };
    let judge = policies.common();
    let done = judge
        .engine
        .redact(&request.text, profile, &known, &mut Vault::new());
    let counts: serde_json::Map<String, Value> = done
        .audit
        .counts
        .iter()
        .map(|(kind, count)| (kind.label().to_owned(), (*count).into()))
        .collect();
    Some(json!({
        "text": done.text, "policy": judge.policy, "counts": counts,
        "refused": done.audit.refused.map(sallyport::redaction::Refusal::reason),
    }))
}
