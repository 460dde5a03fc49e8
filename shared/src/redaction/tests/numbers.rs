//! Identifiers by number and code, dates, ages and addresses: what goes and what stays, one sentence each.

use super::said::{all_go, all_stay, redact};

#[test]
fn a_number_dictated_between_nods_goes_though_nothing_asked_for_it() {
    let out = redact(
        "agent: whenever you like\ncaller: okay six oh one one\nagent: mm-hmm\ncaller: three three two five\nagent: yes\ncaller: nine oh four four",
    );
    for part in ["six oh", "three three", "nine oh"] {
        assert!(!out.contains(part), "{out}");
    }
}

#[test]
fn readings_given_between_nods_stay() {
    all_stay(&[
        "agent: what were your sugars?\ncaller: 131\nagent: okay\ncaller: 142\nagent: okay\ncaller: 127",
        "agent: how many are left?\ncaller: thirty\nagent: okay\ncaller: and two refills",
    ]);
}

#[test]
fn the_words_of_the_next_turn_name_a_number() {
    all_go(&[
        (
            "oh five six",
            "caller: oh five six oh two\nagent: and that's your billing zip?",
        ),
        (
            "7719",
            "caller: it's 7719\nagent: thanks, that was the last four of your social?",
        ),
    ]);
}

#[test]
fn a_value_goes_on_after_an_interruption() {
    all_go(&[
        (
            "4471",
            "agent: card number?\ncaller: 5204 9918... sorry, the kettle... 4471 0306",
        ),
        (
            "80912",
            "agent: serial number on the meter?\ncaller: KT551... it's tiny... 80912",
        ),
    ]);
}

#[test]
fn a_misread_value_and_another_of_its_kind_go() {
    all_go(&[
        (
            "718822",
            "caller: my prescription number is 718823\nagent: so 718822",
        ),
        (
            "552019",
            "agent: i see chart number 4418823\ncaller: that's wrong, mine's 552019",
        ),
    ]);
}

#[test]
fn a_noun_heads_its_number() {
    all_go(&[
        ("44192", "caller: my locker ticket says 44192"),
        (
            "four four one nine two",
            "caller: it's on the sticker, four four one nine two",
        ),
        (
            "B as in boy",
            "caller: reference is B as in boy, 7, 7, 2, Q",
        ),
    ]);
}

#[test]
fn indirect_words_announce_values() {
    all_go(&[
        ("three oh one", "agent: and the code?\ncaller: three oh one"),
        (
            "four four one nine",
            "caller: my social security ends in four four one nine",
        ),
        (
            "h j k",
            "caller: the tag on my truck is h j k four two one nine",
        ),
        ("eleven", "caller: it runs out in eleven twenty nine"),
        (
            "fourzero",
            "caller: call me at fourzerotwo fivefivefive zeroonesixtwo",
        ),
    ]);
}

#[test]
fn tests_of_memory_vertebrae_roads_and_times_stay() {
    all_stay(&[
        "doctor: remember these numbers: four eight two six\npatient: four eight two six",
        "doctor: l four l five and c 5 c 6 are narrow",
        "patient: exit 17 on i 95",
        "caller: after 2 p m or at one forty five in the afternoon",
        "patient: ninety three, eighty six, seventy nine, seventy three, sixty six",
        "patient: it was £122 and i owe 250 on the card",
    ]);
}

#[test]
fn a_day_and_a_month_in_figures_go_and_scores_stay() {
    all_go(&[
        ("9/24", "caller: i was seen 9/24 for this"),
        ("14/9", "caller: she'll be five on 14/9"),
        ("4/6", "agent: the visit is 4/6 at 3:30"),
        ("9-24", "caller: the scan was on 9-24"),
    ]);
    all_stay(&[
        "doctor: strength 4/5, pain 7/10, vision 20/25 and visual acuity 6/9",
        "patient: it's open 24/7 and i took 1/2 tablet",
        "doctor: percocet 10/325 and advair 100/50",
        "doctor: a phq score of 8/27",
    ]);
}

#[test]
fn days_without_a_month_go_where_dates_are_meant() {
    all_go(&[
        ("the 14th", "caller: tuesday the 14th works"),
        ("the third", "agent: which day?\ncaller: uh the third"),
        (
            "the seventeenth",
            "caller: move it from may sixth to the seventeenth",
        ),
        (
            "the third",
            "caller: we're away from the third to the ninth of may",
        ),
        (
            "the eleventh",
            "agent: i have the tenth, the eleventh and the fifteenth",
        ),
        ("New Year's Day", "caller: he was born New Year's Day, 1944"),
    ]);
    all_stay(&[
        "agent: take the fourth exit to the fifteenth floor",
        "patient: for the third time, on the first day",
    ]);
}

#[test]
fn a_date_in_numbers_alone_goes_after_a_name_or_a_question() {
    all_go(&[
        (
            "five, nineteen",
            "agent: and the second patient?\ncaller: Zuleika, five, nineteen, sixty-eight",
        ),
        (
            "six twelve",
            "agent: when was your last shot?\ncaller: six twelve, two thousand eighteen",
        ),
    ]);
}

#[test]
fn an_address_may_come_in_parts() {
    let out = redact(
        "agent: what's the street address?\ncaller: 5691.\nagent: okay.\ncaller: Larkmere Street.\nagent: city and zip?\ncaller: Barre, 05641.",
    );
    for part in ["5691", "Larkmere", "Barre", "05641"] {
        assert!(!out.contains(part), "{out}");
    }
}

#[test]
fn addresses_need_no_suffix_where_something_else_gives_them_away() {
    all_go(&[
        (
            "1184 old mill pond",
            "caller: we're at 1184 old mill pond, apartment 3, rutland vermont",
        ),
        (
            "two sixty eight",
            "caller: i'm staying with my son at two sixty eight tamarind, that's a road",
        ),
        ("rural route 3", "caller: box 44, rural route 3"),
        (
            "18th",
            "caller: send it to 628 18th Street, Barre, Vermont 05641",
        ),
        ("14 the crescent", "caller: i'm at 14 the crescent, bedford"),
        ("corner of elm", "caller: on the corner of elm and third"),
        (
            "lot ten",
            "caller: the ambulance to lot ten kestrel mobile home park",
        ),
    ]);
    all_stay(&[
        "caller: it is two blocks down the road",
        "caller: i live on a two way street",
        "agent: where do you live?\ncaller: with my two sons in a flat",
        "agent: our office is on the second floor, suite 200",
    ]);
}

#[test]
fn british_postcodes_are_said_in_letters_and_words() {
    all_go(&[
        ("s k four", "agent: postcode?\ncaller: s k four five z w"),
        (
            "echo seven",
            "agent: your postcode\ncaller: delta echo seven five whiskey yankee",
        ),
        (
            "sierra kilo",
            "caller: seventy-two tanners crescent in stockport sierra kilo four five zulu whiskey",
        ),
    ]);
}

#[test]
fn a_cue_may_close_the_turn_right_after_its_value() {
    all_go(&[
        (
            "ninety twelve",
            "caller: ninety twelve last four of my social",
        ),
        ("two twenty one", "caller: two twenty one, cvv"),
    ]);
}

#[test]
fn an_extension_said_after_a_pause_stays() {
    let out = redact("caller: 802 555 0143, ext 334");
    assert!(out.ends_with("ext 334") && !out.contains("0143"), "{out}");
}

#[test]
fn lists_of_measurements_stay_after_their_noun() {
    all_stay(&[
        "patient: my a1c went 9 1, 8 4, 7 2",
        "nurse: weights were one eighty two, one eighty four, one eighty",
        "doctor: peak flows 320 340 310",
    ]);
}
