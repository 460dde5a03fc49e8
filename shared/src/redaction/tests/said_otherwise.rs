//! Days, names and codes said in ways that are seldom said, and quantities that nothing names.

use super::said::{all_go, all_stay, redact};

#[test]
fn a_date_goes_with_what_dates_it() {
    all_go(&[
        (
            "or the sixth of May",
            "caller: it was either the fifth or the sixth of May",
        ),
        (
            "the fifth",
            "caller: it was either the fifth or the sixth of May",
        ),
        (
            "of this year",
            "caller: the second one was June 9 of this year",
        ),
        (
            "of next month",
            "agent: your first draft is the fifth of next month",
        ),
        ("first", "caller: I take fifteen now. Since the first."),
    ]);
}

#[test]
fn a_birthday_on_a_holiday_goes_with_its_year() {
    all_go(&[
        (
            "'91",
            "agent: And your birthday?\ncaller: Christmas Eve, '91.",
        ),
        (
            "forty two",
            "caller: Estelle was born halloween of forty two",
        ),
    ]);
}

#[test]
fn the_year_of_a_birth_date_goes_however_it_is_written() {
    all_go(&[
        ("'71", "caller: same birthday as my twin 2/19/'71 yes"),
        ("19 62", "agent: birth date?\ncaller: march 3rd 19 62"),
        (
            "62",
            "agent: birth date?\ncaller: march 3rd 1962\nagent: march third 62 thank you",
        ),
    ]);
}

#[test]
fn a_month_a_day_and_a_year_go_that_are_asked_for_one_by_one() {
    let call = "agent: month?\ncaller: August\nagent: day?\ncaller: the thirtieth\nagent: and the year?\ncaller: ninety seven";
    all_go(&[
        ("August", call),
        ("thirtieth", call),
        ("ninety seven", call),
    ]);
}

#[test]
fn a_name_goes_that_is_a_word_before_the_other_name() {
    all_go(&[
        ("faith", "caller: please it's faith last name finch"),
        ("june", "caller: i'm june park and i need to see somebody"),
        (
            "Art Mustard",
            "caller: my ex husband Art Mustard, don't laugh, has the insurance",
        ),
        ("Olu", "caller: Olu. O, L, U. My cough began Monday."),
        (
            "H, A, I, Z, E",
            "agent: Is that Hayes with a Y?\ncaller: Uh no it's H, A, I, Z, E. I know.",
        ),
    ]);
    all_stay(&[
        "caller: my husband is a baker and he lifts all day",
        "agent: is that with a copay or without?",
    ]);
}

#[test]
fn the_letters_of_a_code_go_that_are_spelled_in_a_turn_of_their_own() {
    let call = "agent: and the patient's member id\ncaller: k as in kilo t as in tango\nagent: okay\ncaller: seven triple zero four one nine two";
    all_go(&[("k as in kilo t as in tango", call)]);
}

#[test]
fn a_telephone_number_goes_that_is_said_in_sentences() {
    all_go(&[
        (
            "four one five",
            "caller: just holler at four one five. five five five. zero one. six eight.",
        ),
        (
            "six eight",
            "caller: just holler at four one five. five five five. zero one. six eight.",
        ),
    ]);
}

#[test]
fn a_box_at_the_post_office_goes_that_is_written_as_it_sounds() {
    all_go(&[(
        "three nineteen",
        "caller: pee oh box three nineteen, Wetumpka Alabama, three six oh nine two",
    )]);
}

#[test]
fn a_security_code_goes_though_it_is_a_number_for_information() {
    all_go(&[(
        "seven one one",
        "agent: we take a card\ncaller: Five four two five, five three two two, eight three four eight, eight three three four, January twenty-eight, seven one one.",
    )]);
}

#[test]
fn measurements_prices_and_tests_of_memory_stay() {
    all_stay(&[
        "caller: i weighed myself every day for the heart failure 201 203 203 206 209",
        "caller: heart rate on the watch one forty four one fifty one one sixty two one thirty nine",
        "agent: Please repeat after me: nine, three, eight, five, one, six, two.\ncaller: Nine three eight... five, one... two, six?",
        "agent: Height and weight?\ncaller: Five-seven, one sixty-two.",
        "caller: it says he owes two hundred twelve even",
        "caller: how much is the shot, the other place said twenty nine ninety five, then thirty nine fifty",
        "agent: and the zip\nagent: there's a six fifty copying fee for more than fifty pages\ncaller: how many pages am i\nagent: two hundred thirteen",
        "nurse: if his lips turn blue call 911\nmom: ok he's got the insurance card with him",
    ]);
}

#[test]
fn letters_glued_to_the_digits_of_a_prescriber_are_no_state() {
    let redacted = redact("the doctor's DEA is FL0418346 yes");
    assert_eq!(redacted, "the doctor's DEA is [DEA_1] yes");
}
