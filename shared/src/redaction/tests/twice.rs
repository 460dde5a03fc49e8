//! What an earlier redaction left is not read as something new.

use crate::redaction::{Engine, Known, Profile, Vault};

fn twice(text: &str, profile: Profile) -> (String, String) {
    let engine = Engine::default();
    let redact = |text: &str| {
        engine
            .redact(text, profile, &Known::none(), &mut Vault::new())
            .text
    };
    let once = redact(text);
    let again = redact(&once);
    (once, again)
}

#[test]
fn half_a_placeholder_is_no_value() {
    let torn = r#""name": [{"family": "Okafor", "given": ["Delphine"]}], "telecom": ["#;
    let (once, again) = twice(torn, Profile::Machine);
    assert!(once.contains("PERSON_2]"), "{once}");
    assert_eq!(again, once);
}

#[test]
fn what_only_looks_like_half_a_placeholder_is_a_value() {
    for text in ["ssn: 219-45-6178]", "[ssn 219-45-6178]", "SSN_219-45-6178]"] {
        let (once, _) = twice(text, Profile::Speech);
        assert!(!once.contains("219-45-6178"), "{once}");
    }
}

#[test]
fn a_cue_whose_value_is_gone_takes_none_before_it() {
    for text in [
        "caller: i paid 8 806 and account number [ACCOUNT_1]",
        "agent: it says five twenty eight and the security code is [CVV_1]",
        "caller: ten eight seven six, my npi number is [NPI_1]",
    ] {
        let (once, _) = twice(text, Profile::Speech);
        assert_eq!(once, text);
    }
}

#[test]
fn a_token_that_a_text_has_already_is_given_to_nobody_else() {
    let text = "Agent: [PERSON_2] called. What's your name?\nCaller: Delphine Okafor.\nAgent: And your \
                husband's name?\nCaller: Teodor Brandvik.";
    let out = Engine::default().redact(text, Profile::Speech, &Known::none(), &mut Vault::new());
    assert!(
        out.text.contains("[PERSON_3]") && out.text.contains("[PERSON_4]"),
        "{}",
        out.text
    );
    assert_eq!(out.text.matches("[PERSON_2]").count(), 1, "{}", out.text);
}

#[test]
fn a_token_that_a_payload_has_already_is_given_to_nobody_else() {
    let text = r#"{"note": "[PERSON_2] called", "patient_name": "Delphine Okafor"}"#;
    let out = Engine::default().redact(text, Profile::Machine, &Known::none(), &mut Vault::new());
    assert!(out.text.contains(r#""[PERSON_3]""#), "{}", out.text);
}
