//! What the tests of things said ask of the engine: what goes, and what stays.

use crate::redaction::{Engine, Known, Profile, Vault};

pub(super) fn redact(text: &str) -> String {
    Engine::default()
        .redact(text, Profile::Speech, &Known::none(), &mut Vault::new())
        .text
}

/// None of the values is left of the text.
pub(super) fn gone(text: &str, values: &[&str]) {
    let redacted = redact(text);
    for value in values {
        assert!(!redacted.contains(value), "{value:?} in {redacted:?}");
    }
}

/// The text is left as it is.
pub(super) fn stays(text: &str) {
    assert_eq!(redact(text), text);
}

/// Every first is gone from what follows it.
pub(super) fn all_go(cases: &[(&str, &str)]) {
    let leaks: Vec<_> = cases
        .iter()
        .inspect(|(value, text)| assert!(text.contains(value), "{value:?} is not in {text:?}"))
        .map(|(value, text)| (value, redact(text)))
        .filter(|(value, out)| out.contains(**value))
        .collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Every text is left as it is.
pub(super) fn all_stay(texts: &[&str]) {
    let damaged: Vec<_> = texts
        .iter()
        .map(|text| redact(text))
        .zip(texts)
        .filter(|(out, text)| out != *text)
        .map(|(out, _)| out)
        .collect();
    assert!(damaged.is_empty(), "{damaged:#?}");
}
