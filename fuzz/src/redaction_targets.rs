//! What the redaction targets do. No bytes may make the engine fail, misplace a range or leave what a caller named.

use std::sync::LazyLock;

use crate::redaction::{Engine, Known, Operator, Policy, Profile, Refusal, Vault};

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::default);
static CLINICAL: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(Policy::default().clinical(true, true)));

/// Any bytes in the speech profile, with and without clinical terms.
pub fn speech(data: &[u8]) {
    twice(&ENGINE, data, Profile::Speech);
    twice(&CLINICAL, data, Profile::Speech);
}

/// Any bytes in the machine profile; what was JSON stays JSON.
pub fn machine(data: &[u8]) {
    let Some(out) = twice(&ENGINE, data, Profile::Machine) else {
        return;
    };
    let json = |bytes: &[u8]| serde_json::from_slice::<&serde_json::value::RawValue>(bytes).is_ok();
    let whole = data.first().is_some_and(|b| matches!(b, b'{' | b'['));
    assert!(
        !whole || !json(data) || json(out.as_bytes()),
        "no JSON any more"
    );
}

/// Up to four lines of patterns, an empty line, and a text.
pub fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (patterns, text) = text.split_once("\n\n").unwrap_or((text, "abc 123"));
    let engine =
        Engine::new(Policy::default().rules(patterns.lines().take(4).map(|p| ("rule", p))));
    let out = engine.redact(text, Profile::Speech, &Known::none(), &mut Vault::new());
    assert_ne!(out.audit.refused, Some(Refusal::Internal));
    assert_eq!(
        engine.policy().problem().is_some(),
        out.audit.refused == Some(Refusal::BadRule)
    );
}

/// A name, a number, a phrase, a line each, and a text.
pub fn known(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.splitn(4, '\n');
    let (Some(name), Some(number), Some(phrase), Some(text)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let mut known = Known::none();
    known.name(name).number(number).text(phrase);
    let engine = Engine::new(Policy::default().operator(Operator::Mask));
    for profile in [Profile::Speech, Profile::Machine] {
        let out = engine.redact(text, profile, &known, &mut Vault::new());
        assert_ne!(out.audit.refused, Some(Refusal::Internal));
        let phrase = phrase.trim().to_ascii_lowercase();
        let plain = phrase.len() >= 3 && phrase.bytes().all(|b| b.is_ascii_alphanumeric());
        assert!(!plain || !out.text.to_ascii_lowercase().contains(&phrase));
    }
}

/// Redacts, checks the ranges, and redacts what came out. Answers the first output of a text.
fn twice(engine: &Engine, data: &[u8], profile: Profile) -> Option<String> {
    let once = engine.redact_bytes(data, profile, &Known::none(), &mut Vault::new());
    let Ok(text) = std::str::from_utf8(data) else {
        assert_eq!(once.audit.refused, Some(Refusal::NotUtf8));
        return None;
    };
    assert_eq!(once.audit.refused, None);
    let mut last = 0;
    for finding in &once.findings {
        assert!(last <= finding.start && finding.start < finding.end);
        assert!(text.is_char_boundary(finding.start) && text.is_char_boundary(finding.end));
        last = finding.end;
    }
    for mark in &once.audit.marks {
        assert!(once.text.get(mark.start..mark.end).is_some());
    }
    let again = engine.redact(&once.text, profile, &Known::none(), &mut Vault::new());
    assert_eq!(again.audit.refused, None);
    Some(once.text)
}
