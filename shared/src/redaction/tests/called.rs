//! Names that are words, days or months, and what is said around them that makes them names.

use super::said::{all_go, all_stay, gone};

#[test]
fn a_word_that_is_called_a_name_is_one() {
    all_go(&[
        ("prince", "caller: my grandson's sick prince is his name"),
        ("duke", "caller: duke is the patient's name"),
        (
            "Wednesday's",
            "Caller: Cancel Wednesday's visit. Sorry, that's my daughter's name, it's for Monday.",
        ),
        (
            "rusty",
            "caller: rusty, that's what we call him, has a cough",
        ),
        ("friday", "caller: my name is friday, like the day"),
        (
            "december",
            "caller: december yes that's my real name december jones",
        ),
        ("october", "caller: october yes and that's my legal name"),
    ]);
    all_stay(&[
        "caller: price is the thing i worry about",
        "caller: tylenol is its name",
        "caller: i have it monday that's the day",
        "caller: tuesday yes that's fine what's your name",
        "caller: november yes that's my actual due date",
    ]);
}

#[test]
fn a_name_of_two_words_as_an_answer_goes() {
    all_go(&[
        (
            "Young",
            "Agent: Name on the account?\nCaller: May Young. Yes, like the month.",
        ),
        ("Will", "Agent: Your name, please?\nCaller: Will Banks."),
        ("will", "agent: your name?\ncaller: will power, don't laugh"),
    ]);
    all_stay(&[
        "agent: name please\ncaller: will do one second",
        "Agent: May I have your name?\nCaller: May I ask why?",
    ]);
}

#[test]
fn a_name_before_he_or_she_goes() {
    all_go(&[
        ("jun kim", "caller: jun kim he's my neighbor's boy"),
        ("rose park", "caller: rose park she's the patient"),
    ]);
    all_stay(&[
        "caller: young man he's great",
        "caller: jan may be he's better",
    ]);
}

#[test]
fn a_verb_that_is_a_given_name_goes_before_a_family_name() {
    all_go(&[
        (
            "will banks",
            "caller: i'm will banks will you let the doctor know",
        ),
        ("mark waters", "caller: i'm mark waters can you check"),
    ]);
    all_stay(&[
        "caller: i'm cold will you call me back",
        "caller: i'm free will it take long",
        "caller: i'm mark down and i need help",
    ]);
}

#[test]
fn what_people_say_for_a_name_goes() {
    gone(
        "agent: who's this for\ncaller: me wilhelmina stokes folks just say ford\nagent: okay ford verify your birthday",
        &["wilhelmina", "stokes", "ford"],
    );
    gone(
        "caller: i don't speak for penny i'm just her neighbor",
        &["penny"],
    );
    all_stay(&[
        "caller: people say it works",
        "caller: everybody says rose hips help",
        "caller: folks say max two a day",
        "caller: i don't pay for parking i'm just her ride",
    ]);
}

#[test]
fn a_relation_is_called_by_the_word_after_it_where_a_name_is_due() {
    gone(
        "agent: what's her name\ncaller: my daughter dulcimer she's eight",
        &["dulcimer"],
    );
    gone(
        "agent: what's that person's name\ncaller: my wife persimmon",
        &["persimmon"],
    );
    all_stay(&[
        "caller: my wife cooks he's picky",
        "agent: who will drive you\ncaller: my brother usually",
        "agent: what's his name\ncaller: my husband works nights",
    ]);
}

#[test]
fn a_family_in_the_plural_goes() {
    gone(
        "Agent: Last name?\nCaller: Thistlewood.\nAgent: We have three Thistlewoods here.",
        &["Thistlewood"],
    );
    gone(
        "Agent: I've got two Abernathys.\nCaller: Lee Abernathy.",
        &["Abernathy"],
    );
}

#[test]
fn whoever_is_insured_is_named_in_full() {
    gone(
        "Rep: The member is Torvald Nyqvist, and the ID follows.",
        &["Torvald", "Nyqvist"],
    );
    all_stay(&[
        "Rep: The member is Out of Network.",
        "rep: the insured is covered",
    ]);
}

#[test]
fn the_alphabet_of_pilots_spells_a_name_where_one_was_asked_for() {
    all_go(&[
        (
            "Tango",
            "Agent: How do you spell that?\nCaller: Victor, India, Charlie, Tango.",
        ),
        (
            "Uniform",
            "Agent: Last name?\nCaller: Oduya. Oscar, Delta, Uniform, Yankee, Alpha.",
        ),
    ]);
    all_stay(&["caller: we flew to india, lima and quebec"]);
}

#[test]
fn a_name_that_is_asked_for_or_called_goes() {
    all_go(&[
        (
            "Destiny",
            "Agent: Hi, is Destiny there?\nCaller: She's out.",
        ),
        ("thibodeaux", "caller: it's under thibodeaux"),
        ("Cricket", "Caller: My friends call me Cricket."),
        (
            "Cash",
            "Agent: May I speak to Cash Boudreaux?\nCaller: Speaking.",
        ),
        ("skeeter", "agent: what do people call you\ncaller: skeeter"),
    ]);
    all_stay(&[
        "caller: it's under warranty",
        "caller: i want to speak to Customer Service",
        "caller: is Urgent Care there?",
        "agent: should we call you back\ncaller: tuesday please",
        "caller: they call you back in an hour",
    ]);
}

#[test]
fn will_is_a_verb_again_after_the_name() {
    let said = super::said::redact("caller: i'm will banks will you let the doctor know");
    assert!(said.ends_with("will you let the doctor know"), "{said}");
}
