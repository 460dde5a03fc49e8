//! What cannot be judged is replaced whole, and the audit says why.

use std::cell::Cell;

use crate::redaction::{
    Budget, Engine, Known, LONGEST_PATTERN, MOST_RULES, Policy, Profile, Redacted, Refusal,
    RuleFlaw, Vault,
};

const TEXT: &str = "caller: my social is two one nine oh nine nine nine nine nine";

fn within(over: &dyn Fn() -> bool, text: &str, profile: Profile) -> Redacted {
    Engine::default().redact_within(
        &Budget::until(over),
        text,
        profile,
        &Known::none(),
        &mut Vault::new(),
    )
}

fn whole(out: &Redacted, refusal: Refusal) {
    assert_eq!(out.text, "[REDACTED]");
    assert_eq!(out.audit.refused, Some(refusal));
    assert!(out.findings.is_empty() && out.audit.counts.is_empty());
}

#[test]
fn a_text_that_takes_too_long_is_replaced_whole() {
    for profile in [Profile::Speech, Profile::Machine] {
        whole(&within(&|| true, TEXT, profile), Refusal::OverTime);
    }
}

#[test]
fn a_text_whose_time_ends_in_the_middle_is_replaced_whole() {
    let looks = Cell::new(0);
    let over = || {
        looks.set(looks.get() + 1);
        looks.get() > 3
    };
    whole(&within(&over, TEXT, Profile::Speech), Refusal::OverTime);
    let payload = format!("[{}]", vec!["\"a b c 1\""; 1000].join(","));
    looks.set(0);
    whole(
        &within(&over, &payload, Profile::Machine),
        Refusal::OverTime,
    );
}

#[test]
fn a_text_within_its_time_is_redacted_as_ever() {
    let out = within(&|| false, TEXT, Profile::Speech);
    assert_eq!(out.text, "caller: my social is [SSN_1]");
}

#[test]
fn a_panic_inside_is_an_internal_error_and_the_engine_goes_on() {
    let engine = Engine::default();
    let broken = || panic!("as the clock might");
    let out = engine.redact_within(
        &Budget::until(&broken),
        TEXT,
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    whole(&out, Refusal::Internal);
    let out = engine.redact(TEXT, Profile::Speech, &Known::none(), &mut Vault::new());
    assert_eq!(out.text, "caller: my social is [SSN_1]");
}

#[test]
fn every_refusal_has_its_own_reason() {
    let all = [
        Refusal::TooLarge,
        Refusal::NotUtf8,
        Refusal::BadRule,
        Refusal::OverTime,
        Refusal::Internal,
    ];
    for (i, one) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|other| other.reason() != one.reason()));
    }
}

#[test]
fn a_bad_rule_among_good_ones_refuses() {
    let engine = Engine::new(Policy::default().rules([("good", "LCK-[0-9]+"), ("bad", "(")]));
    let out = engine.redact(TEXT, Profile::Speech, &Known::none(), &mut Vault::new());
    whole(&out, Refusal::BadRule);
}

#[test]
fn a_rule_that_cannot_be_used_is_named_with_its_flaw() {
    let long = "a".repeat(LONGEST_PATTERN + 1);
    for (pattern, flaw) in [
        (r"MRN-\w{10}", RuleFlaw::TooLarge),
        ("(", RuleFlaw::Syntax),
        (r"(?=x)y", RuleFlaw::Syntax),
        ("x*", RuleFlaw::Empty),
        (long.as_str(), RuleFlaw::TooLong),
    ] {
        let policy = Policy::default().rules([("good", "LCK-[0-9]+"), ("house", pattern)]);
        let error = policy.problem().expect("a bad rule");
        assert_eq!((error.place, error.flaw), (2, flaw), "{pattern}");
        assert!(error.to_string().starts_with("rule 2 (house): "), "{error}");
    }
    let policy = Policy::default().rules([("x", "x"); MOST_RULES + 1]);
    let error = policy.problem().expect("too many");
    assert_eq!(
        (error.place, error.flaw),
        (MOST_RULES + 1, RuleFlaw::TooMany)
    );
    // What the message of a rule that is too large advises.
    for pattern in ["MRN-[0-9A-Za-z_]{10}", r"MRN-(?-u:\w){10}", r"MRN-\d{10}"] {
        let policy = Policy::default().rules([("house", pattern)]);
        assert_eq!(policy.problem(), None, "{pattern}");
    }
}

#[test]
fn values_in_values_are_judged_once() {
    for unit in ["a=", "a=%3D", "x?a=http://b?", "{\"a\":\"b=1&c="] {
        let looks = Cell::new(0);
        let over = || {
            looks.set(looks.get() + 1);
            looks.get() > 2000
        };
        let out = within(&over, &unit.repeat(1000), Profile::Machine);
        assert_eq!(out.audit.refused, None, "{unit}");
    }
}

#[test]
fn a_text_that_begins_with_a_mark_and_a_number_is_judged() {
    for text in ["+1 (415)1", "+3 5 48", "-oh four 19 48", "(5 19 48"] {
        let engine = Engine::default();
        for profile in [Profile::Speech, Profile::Machine] {
            let found = engine.find(text, profile, &Known::none());
            assert!(found.is_ok(), "{text}");
        }
    }
}

#[test]
fn a_letter_beyond_ascii_may_be_doubled_in_a_spelling() {
    let engine = Engine::default();
    let text = "agent: spell your last name\ncaller: double é r a n double ß";
    let found = engine.find(text, Profile::Speech, &Known::none());
    assert!(found.is_ok());
}
