//! Names as people say them, and words that are none.

use crate::redaction::{Engine, Known, Profile, Vault};

fn redact(text: &str) -> String {
    Engine::default()
        .redact(text, Profile::Speech, &Known::none(), &mut Vault::new())
        .text
}

fn gone(text: &str, values: &[&str]) {
    let redacted = redact(text);
    for value in values {
        assert!(!redacted.contains(value), "{value:?} in {redacted:?}");
    }
}

fn stays(text: &str) {
    assert_eq!(redact(text), text);
}

#[test]
fn a_name_that_is_the_answer_goes_with_every_part() {
    gone(
        "agent: and who am i talking to\ncaller: wendeline best\nagent: thanks",
        &["wendeline", "best"],
    );
    gone(
        "Agent: Who's the patient?\nCaller: Tobiah Key, March ninth.",
        &["Tobiah", "Key"],
    );
    gone(
        "agent: whose account is it\ncaller: quorbin tazzlewick",
        &["quorbin", "tazzlewick"],
    );
    gone(
        "Agent: And you are?\nCaller: Philippa Van-Straaten.",
        &["Philippa", "Straaten"],
    );
}

#[test]
fn a_name_that_nothing_announces_goes() {
    gone(
        "agent: how is she\ncaller: imelda has been coughing since lunch",
        &["imelda"],
    );
    gone("agent: see you then zoë", &["zoë"]);
    gone("caller: my buddy ignatius carried me", &["ignatius"]);
    gone(
        "Caller: My mum's coming. Ottilie's on the other line.",
        &["Ottilie"],
    );
}

#[test]
fn a_name_that_is_a_word_goes_where_somebody_is_called_so() {
    gone("caller: it's for my sister hazel", &["hazel"]);
    gone(
        "caller: hi i'm iris iris haddad\nagent: thanks iris",
        &["iris", "haddad"],
    );
    gone("Caller: I have Pearl. She's two.", &["Pearl"]);
    gone(
        "agent: all set\ncaller: tell violet it's working, violet's mobile is off",
        &["violet"],
    );
}

#[test]
fn words_that_are_also_names_stay() {
    stays("caller: the doctor will call and i may need a hand in the summer");
    stays("caller: i hope the grace period and the price are fair");
    stays("doctor: it looks like ramsay hunt not a stroke");
    stays("caller: i have bell's palsy on the left side");
    stays("Caller: Yes, unfortunately. I drink water and lemon.");
    stays("Caller: I don't know what it's called, the new inhaler.");
}

#[test]
fn a_name_spelled_in_any_way_goes() {
    gone(
        "caller: it's o apostrophe d o w d",
        &["o apostrophe", "d o w d"],
    );
    gone(
        "caller: calling on pieter maal, that's mike alpha alpha lima",
        &["mike", "lima", "maal"],
    );
    gone(
        "agent: your name?\ncaller: delia wu\nagent: wood?\ncaller: wu w u",
        &["w u", "wood"],
    );
}

#[test]
fn an_address_with_a_remark_or_a_correction_goes_whole() {
    gone(
        "caller: it's delia quimby, all one word, at tidepool dot shop",
        &["delia", "quimby", "tidepool"],
    );
    gone(
        "caller: send it to quimby77 at gmail, no, at zoho dot com",
        &["quimby", "gmail", "zoho"],
    );
}

#[test]
fn a_mailbox_said_in_the_turn_before_goes() {
    gone(
        "agent: what's the best email\ncaller: it's quibble\ncaller: at gmail dot com",
        &["quibble", "gmail"],
    );
}

#[test]
fn letters_of_a_mailbox_explained_by_a_name_go() {
    gone(
        "caller: b r o like the start of my last name then seven one at sign tidepool dot net",
        &["b r o", "seven one", "tidepool"],
    );
}

#[test]
fn a_nickname_after_what_somebody_is_called_goes() {
    gone("caller: everyone calls her teddy", &["teddy"]);
}

#[test]
fn a_said_url_goes_with_its_path() {
    gone(
        "agent: it's https colon slash slash my dot tidepool dot health slash visit slash eight three one",
        &["https", "tidepool", "visit", "eight three"],
    );
    gone(
        "agent: double u double u double u dot tidepool clinic dot org slash forms",
        &["double", "tidepool", "forms"],
    );
}
