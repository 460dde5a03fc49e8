//! Values that are given in parts while the other side nods: every part goes, however the first is led in and whatever
//! the nod.

use crate::redaction::{Engine, Known, Profile, Vault};

/// What is asked, and the parts of the answer.
const ASKED: &[(&str, &[&[&str]])] = &[
    (
        "what number can we reach you at?",
        &[&["415", "220", "7364"], &["415 220", "7364"]],
    ),
    (
        "can i have your social?",
        &[&["604", "27", "1830"], &["604 27", "1830"]],
    ),
    (
        "go ahead with the card number",
        &[
            &["4716", "9042", "3381", "5507"],
            &["4716 9042", "3381 5507"],
        ],
    ),
    (
        "chart number?",
        &[&["803", "516"], &["80", "35", "16"], &["8035", "162"]],
    ),
    ("member id?", &[&["803", "516", "249"], &["8035", "16249"]]),
    (
        "account number?",
        &[&["803", "516", "249"], &["8035", "1624", "97"]],
    ),
    ("routing number?", &[&["061", "203", "594"]]),
    (
        "prescription number?",
        &[&["680", "2475"], &["6802", "475"]],
    ),
    ("npi please", &[&["1680", "247", "593"]]),
];
const LEADS: &[&str] = &[
    "",
    "sure ",
    "yes it's ",
    "let me look. ",
    "hold on, my glasses. okay. ",
    "that's ",
    "um ",
];
const NODS: &[&str] = &[
    "okay",
    "mm-hmm",
    "got it",
    "go ahead",
    "okay and",
    "sure, next",
];
const ENDS: &[&str] = &["", " i think", "."];

/// The part, digit by digit in words.
fn spoken(part: &str) -> String {
    const ONES: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let digits = part.bytes().filter(u8::is_ascii_digit);
    let words: Vec<&str> = digits
        .map(|digit| ONES[usize::from(digit - b'0')])
        .collect();
    words.join(" ")
}

#[test]
fn every_part_of_a_value_goes_that_is_given_between_nods() {
    let engine = Engine::default();
    let (mut calls, mut left) = (0, Vec::new());
    for (question, answers) in ASKED {
        for parts in *answers {
            for (lead, nod, end) in LEADS.iter().flat_map(|lead| {
                NODS.iter()
                    .flat_map(move |nod| ENDS.iter().map(move |end| (lead, nod, end)))
            }) {
                let said: Vec<String> = parts.iter().map(|part| spoken(part)).collect();
                let turns = said.join(&format!("{end}\nagent: {nod}\ncaller: "));
                let call = format!("agent: {question}\ncaller: {lead}{turns}{end}\nagent: thanks");
                let out = engine.redact(&call, Profile::Speech, &Known::none(), &mut Vault::new());
                calls += 1;
                if said.iter().any(|part| out.text.contains(part.as_str())) {
                    left.push(out.text.replace('\n', " / "));
                }
            }
        }
    }
    assert!(left.is_empty(), "{} of {calls}: {left:#?}", left.len());
}

#[test]
fn what_was_measured_stays_between_nods() {
    let engine = Engine::default();
    for call in [
        "agent: and your sugars this week?\ncaller: one forty two\nagent: okay\ncaller: one sixty\nagent: mm-hmm\ncaller: one fifty one",
        "agent: your name please?\ncaller: [PERSON_1]\nagent: okay\ncaller: i have been waiting two weeks\nagent: got it\ncaller: since half past nine",
        "agent: what time works?\ncaller: nine thirty\nagent: okay\ncaller: or ten fifteen\nagent: got it",
        "agent: account number?\ncaller: i do not have it here\nagent: okay\ncaller: we are three people and two dogs\nagent: thanks",
    ] {
        let out = engine.redact(call, Profile::Speech, &Known::none(), &mut Vault::new());
        assert_eq!(out.text, call);
    }
}

#[test]
fn a_town_a_postal_code_or_a_family_name_after_a_nod_goes() {
    let engine = Engine::default();
    for nod in NODS {
        for end in ENDS {
            let call = format!(
                "agent: and your full name?\ncaller: maria{end}\nagent: {nod}\ncaller: lopez{end}\nagent: where do you \
                 live?\ncaller: 412 maple street{end}\nagent: {nod}\ncaller: springfield illinois{end}\nagent: \
                 {nod}\ncaller: and 62704{end}\nagent: can you spell the last name?\ncaller: l o p e z i think"
            );
            let out = engine.redact(&call, Profile::Speech, &Known::none(), &mut Vault::new());
            for part in [
                "maria",
                "lopez",
                "maple",
                "springfield",
                "illinois",
                "62704",
                "l o p",
            ] {
                assert!(!out.text.contains(part), "{part}: {}", out.text);
            }
        }
    }
}
