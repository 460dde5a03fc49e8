//! Passwords, e-mail addresses and paths in the ways people say them.

use super::said::{all_go, all_stay, gone};

#[test]
fn a_password_that_is_read_back_goes() {
    gone(
        "Agent: Your temporary password is River!Stone88. Please change it.\nCaller: River stone eighty eight?",
        &["River", "stone", "eighty"],
    );
    gone(
        "agent: your temporary password is silver fox ninety\ncaller: got it silver fox nine zero",
        &["silver", "nine zero"],
    );
    gone(
        "Agent: The portal password is Lion-Paw-39.\nCaller: Lion dash paw dash thirty nine?",
        &["Lion", "paw", "thirty"],
    );
    gone("Agent: Your temporary password is Blue!Sky12.", &["Blue"]);
    for (text, rest) in [
        (
            "Agent: Your password is Harbor-Moon-7.\nCaller: Yes, I take seven pills.",
            "I take seven pills.",
        ),
        (
            "Agent: The password is Red3.\nCaller: My ankle is red, three days now.",
            "My ankle is red, three days now.",
        ),
    ] {
        assert!(super::said::redact(text).ends_with(rest), "{text}");
    }
}

#[test]
fn a_user_name_with_a_number_answers_a_short_question() {
    all_go(&[(
        "starfish",
        "agent: user name\ncaller: starfish jones eighty",
    )]);
    all_stay(&[
        "agent: you need a password\ncaller: okay thank you",
        "agent: password\ncaller: sorry my kid is crying",
    ]);
}

#[test]
fn a_mailbox_goes_with_what_announces_its_parts() {
    all_go(&[
        (
            "pemberton",
            "caller: d as in delta pemberton the number four at y a h o o dot com please",
        ),
        (
            "jay",
            "caller: send it to jay the letter k ninety at outlook dot com",
        ),
        (
            "p for",
            "caller: it's p for peter lang underscore the number seven at icloud dot com",
        ),
    ]);
    gone(
        "agent: email\ncaller: pebble underscore creek\nagent: at\ncaller: gmail",
        &["pebble", "creek"],
    );
    all_stay(&["caller: i was number two at the race"]);
}

#[test]
fn a_name_in_a_path_belongs_to_the_address() {
    all_go(&[
        (
            "nguyen",
            "agent: the page is tidepool dot com slash dr nguyen and print it",
        ),
        ("smith", "agent: the link is carebook dot io slash j smith"),
    ]);
}
