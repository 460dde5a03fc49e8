//! Examples of the rules, one sentence each.

use super::said::redact;
use super::sent::machine;
use crate::redaction::{Engine, Kind, Known, Operator, Policy, Profile, Refusal, Vault};

#[test]
fn a_value_split_over_turns_goes_with_its_echo() {
    let out = redact(
        "Agent: What's your social?\nCaller: four one five\nAgent: four one five, go on\nCaller: two two\nAgent: mm-hmm\nCaller: nine oh one three",
    );
    assert!(
        !out.contains("four") && !out.contains("two") && !out.contains("nine"),
        "{out}"
    );
}

#[test]
fn a_correction_takes_the_wrong_part_along() {
    let out = redact(
        "caller: my ssn is four one five, no wait, four one six, twenty two, nine oh one three",
    );
    assert_eq!(out, "caller: my ssn is [SSN_1]");
}

#[test]
fn a_cue_may_follow_its_value() {
    assert_eq!(
        redact("caller: nine eight two, that's my group number"),
        "caller: [MEMBER_ID_1], that's my group number"
    );
}

#[test]
fn the_same_value_has_the_same_token_however_it_is_said() {
    let out = redact(
        "caller: my cell is four one five five five five oh one three two\nagent: so 415-555-0132\ncaller: yes",
    );
    assert_eq!(
        out,
        "caller: my cell is [PHONE_1]\nagent: so [PHONE_1]\ncaller: yes"
    );
}

#[test]
fn readings_counts_and_codes_survive() {
    for text in [
        "caller: my sugars were one ten, one twenty five, ninety eight and one oh four",
        "patient: ten nine eight seven six five four three two one",
        "agent: it is billed as c p t nine nine two one three",
        "caller: i worked for the social security administration for thirty years",
        "doctor: murphy's sign is negative and there is no bell's palsy",
        "agent: dial nine one one in an emergency",
        "agent: the crisis line phone number is nine eight eight",
        "caller: she was born in nineteen sixty two",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn a_name_found_once_goes_everywhere() {
    let out = redact(
        "agent: who am i speaking with\ncaller: maria lopez\nagent: thanks maria\ncaller: lopez with a z",
    );
    assert_eq!(
        out,
        "agent: who am i speaking with\ncaller: [PERSON_1]\nagent: thanks [PERSON_1]\ncaller: [PERSON_1] with a z"
    );
}

#[test]
fn what_the_booking_knows_goes_in_any_form() {
    let mut known = Known::none();
    known
        .name("Zuleika Dobson")
        .number("+1 (415) 555-0132")
        .text("blue house on the hill");
    let text = "caller: zuleika here, call four one five, five five five, oh one three two, i am at the Blue House on the hill";
    let out = Engine::default()
        .redact(text, Profile::Speech, &known, &mut Vault::new())
        .text;
    assert!(
        !out.contains("zuleika") && !out.contains("four one five") && !out.contains("House"),
        "{out}"
    );
}

#[test]
fn ages_above_eighty_nine_go_and_others_stay() {
    assert_eq!(
        redact("caller: she is ninety four years old"),
        "caller: she is [AGE_90_PLUS_1]"
    );
    assert_eq!(
        redact("caller: she is eighty four years old"),
        "caller: she is eighty four years old"
    );
}

#[test]
fn a_year_alone_stays_and_a_day_goes() {
    assert_eq!(
        redact("caller: i had it in nineteen ninety eight"),
        "caller: i had it in nineteen ninety eight"
    );
    assert_eq!(
        redact("caller: i had it on march third two thousand eight"),
        "caller: i had it on [DATE_1]"
    );
}

#[test]
fn operators_replace_mask_or_drop() {
    let text = "caller: my ssn is 078-05-1120";
    let with = |operator| {
        Engine::new(Policy::default().operator(operator))
            .redact(text, Profile::Speech, &Known::none(), &mut Vault::new())
            .text
    };
    assert_eq!(with(Operator::Token), "caller: my ssn is [SSN_1]");
    assert_eq!(with(Operator::Mask), "caller: my ssn is ***");
    assert_eq!(with(Operator::Drop), "caller: my ssn is ");
}

#[test]
fn new_tokens_keep_clear_of_old_ones() {
    assert_eq!(
        redact("caller: [SSN_1] and my ssn is 078-05-1120"),
        "caller: [SSN_1] and my ssn is [SSN_2]"
    );
}

#[test]
fn brackets_around_a_value_do_not_protect_it() {
    assert!(!redact("caller: my ssn is [078051120]").contains("078051120"));
    assert!(!redact("caller: my number is [SSN_4155550132]").contains("4155550132"));
}

#[test]
fn what_cannot_be_judged_is_replaced_whole() {
    let engine = Engine::new(Policy::default().limit(10));
    let out = engine.redact(
        "my ssn is 078-05-1120",
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    assert_eq!(
        (out.text.as_str(), out.audit.refused),
        ("[REDACTED]", Some(Refusal::TooLarge))
    );
    let out = Engine::default().redact_bytes(
        b"ssn \xff 078-05-1120",
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    assert_eq!(
        (out.text.as_str(), out.audit.refused),
        ("[REDACTED]", Some(Refusal::NotUtf8))
    );
}

#[test]
fn a_bad_rule_refuses_every_text() {
    for pattern in ["(", "(?:a{1000}){1000}", r"\w{60}", "x*"] {
        let engine = Engine::new(Policy::default().rules([("house", pattern)]));
        assert!(engine.policy().problem().is_some());
        let out = engine.redact("hello", Profile::Speech, &Known::none(), &mut Vault::new());
        assert_eq!(
            (out.text.as_str(), out.audit.refused),
            ("[REDACTED]", Some(Refusal::BadRule))
        );
    }
}

#[test]
fn an_organisations_own_rule_is_applied() {
    let engine = Engine::new(Policy::default().rules([("locker", r"LCK-\d{3}")]));
    let out = engine.redact(
        "locker LCK-204 is free",
        Profile::Machine,
        &Known::none(),
        &mut Vault::new(),
    );
    assert_eq!(out.text, "locker [CUSTOM_1] is free");
    assert_eq!(out.audit.counts.get(&Kind::Custom), Some(&1));
}

#[test]
fn the_audit_points_into_the_output_and_holds_no_value() {
    let out = Engine::new(Policy::default().version("2026-11")).redact(
        "call 415-555-0132 now",
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    let mark = out.audit.marks[0];
    assert_eq!(&out.text[mark.start..mark.end], "[PHONE_1]");
    assert_eq!(&*out.audit.policy, "2026-11");
    assert!(!format!("{:?}", out.audit).contains("0132"));
}

#[test]
fn medications_and_diagnoses_go_only_on_request() {
    let text = "doctor: you take metformin for diabetes";
    assert_eq!(redact(text), text);
    let engine = Engine::new(Policy::default().clinical(true, true));
    let out = engine
        .redact(text, Profile::Speech, &Known::none(), &mut Vault::new())
        .text;
    assert_eq!(out, "doctor: you take [MEDICATION_1] for [DIAGNOSIS_1]");
}

#[test]
fn machine_text_needs_evidence() {
    assert_eq!(
        machine("order 4155550132 took 1234567 us"),
        "order 4155550132 took 1234567 us"
    );
    assert_eq!(machine("called +14155550132 ok"), "called [PHONE_1] ok");
    assert_eq!(
        machine("no slot for patient Maria Lopez"),
        "no slot for patient [PERSON_1]"
    );
}

#[test]
fn credentials_go_from_logs() {
    for secret in [
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "whsec_abcdefghijklmnop1234",
        "xoxb-123456789012-abcdefABCDEF",
        "AKIAIOSFODNN7EXAMPLE",
    ] {
        assert!(
            !machine(&format!("config key {secret} loaded")).contains(secret),
            "{secret}"
        );
        assert!(
            !redact(&format!("the key is {secret} thanks")).contains(secret),
            "{secret}"
        );
    }
}

#[test]
fn a_value_read_back_later_goes_though_nothing_announces_it_there() {
    let out = redact(
        "caller: my chart number is four four nine one\nagent: thanks, anything else today\ncaller: no that is all\nagent: great, four four nine one is updated then",
    );
    assert!(!out.contains("four four"), "{out}");
}

#[test]
fn a_card_in_machine_text_needs_its_check_digit() {
    let wrong = "declined card number 4111111111111112 again";
    assert_eq!(machine(wrong), wrong);
    assert_eq!(
        machine("declined card number 4111111111111111 again"),
        "declined card number [CREDIT_CARD_1] again"
    );
}

#[test]
fn a_time_in_a_field_of_unknown_name_stays() {
    let text = r#"{"when":"2026-11-05T10:18:00.596Z"}"#;
    assert_eq!(machine(text), text);
}

#[test]
fn neighbours_are_never_summed() {
    let out = redact(
        "caller: my cell is forty one fifty five fifty five oh one thirty two\nagent: so 4155550132",
    );
    assert_eq!(out, "caller: my cell is [PHONE_1]\nagent: so [PHONE_1]");
}

#[test]
fn a_known_number_goes_with_whatever_pauses_it_is_said() {
    let mut known = Known::none();
    known.number("2020101000");
    let text = "caller: and twenty twenty one zero one okay, oh um, zero zero";
    let out = Engine::default().redact(text, Profile::Speech, &known, &mut Vault::new());
    assert_eq!(out.text, "caller: and [KNOWN_1]");
}

#[test]
fn a_policy_may_remove_medications_and_keep_diagnoses() {
    let engine = Engine::new(Policy::default().clinical(true, false));
    let out = engine.redact(
        "doctor: metformin for type two diabetes, and a colonoscopy in may",
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    assert!(
        out.text
            .starts_with("doctor: [MEDICATION_1] for type two diabetes, and a colonoscopy"),
        "{}",
        out.text
    );
}

#[test]
fn clinical_terms_of_several_words_go_whole() {
    let engine = Engine::new(Policy::default().clinical(true, true));
    let out = engine.redact(
        "doctor: congestive heart failure, I50.9, knee replacement and folic acid",
        Profile::Speech,
        &Known::none(),
        &mut Vault::new(),
    );
    assert_eq!(
        out.text,
        "doctor: [DIAGNOSIS_1], [DIAGNOSIS_2], [PROCEDURE_1] and [MEDICATION_1]"
    );
}
