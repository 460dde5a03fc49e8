//! What the tests of payloads and logs ask of the engine: what goes, what stays, and that both hold a second time.

use crate::redaction::{Engine, Known, Profile, Vault};

pub(super) fn machine(text: &str) -> String {
    Engine::default()
        .redact(text, Profile::Machine, &Known::none(), &mut Vault::new())
        .text
}

pub(super) fn gone(text: &str, secrets: &[&str], kept: &[&str]) {
    let out = machine(text);
    for secret in secrets {
        assert!(text.contains(secret), "{secret} is not in {text}");
        assert!(!out.contains(secret), "{secret} in {out}");
    }
    for value in kept {
        assert!(out.contains(value), "{value} not in {out}");
    }
    if serde_json::from_str::<serde_json::Value>(text).is_ok() {
        serde_json::from_str::<serde_json::Value>(&out).unwrap_or_else(|e| panic!("{e}: {out}"));
    }
    assert_eq!(machine(&out), out, "again");
}
