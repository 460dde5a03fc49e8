//! Numbers at the edge of others: expiry dates and codes of cards, extensions, first and last digits, and readings that
//! are as long as they.

use super::said::{all_go, all_stay, redact};

#[test]
fn the_code_of_a_card_goes_after_its_expiry_date() {
    all_go(&[
        ("212", "caller: 4128-2189-5113-3468 09/27 code 212"),
        ("212", "caller: 4128 2189 5113 3468 9/27 212"),
        (
            "331",
            "caller: number is 4485 1203 7789 0016. Ten twenty eight. 331.",
        ),
        (
            "three thirty",
            "agent: And the date and security code?\ncaller: three thirty one. two oh 4.",
        ),
        (
            "two oh 4",
            "agent: And the date and security code?\ncaller: three thirty one. two oh 4.",
        ),
        (
            "7 / 29",
            "caller: card is 4485 1203 7789 0016, exp 7 / 29, 4 4 1.",
        ),
        (
            "nine twenty",
            "agent: date on the card?\ncaller: nine twenty nine",
        ),
        (
            "of '28",
            "agent: Is the card still the one expiring in May of '28?\ncaller: yes",
        ),
    ]);
    all_stay(&[
        "caller: the promo code 20 didn't work",
        "caller: diagnosis code 250 was billed",
        "caller: the site says error code 502",
    ]);
}

#[test]
fn an_extension_goes_with_its_number() {
    all_go(&[
        ("4410", "caller: my extension at work is 4410"),
        (
            "4417",
            "caller: My work phone is 212-555-0188, extension 4417, mornings only.",
        ),
        (
            "three oh two",
            "caller: two one two, five five five, oh one eight eight, extension three oh two. thanks",
        ),
        (
            "two oh six",
            "agent: do you have an extension?\ncaller: two oh six",
        ),
    ]);
    all_stay(&[
        "doctor: flexion one twenty, extension ten",
        "agent: and the knee extension?\ncaller: one ten",
        "caller: the deadline extension is 30 days",
    ]);
    let out = redact("caller: my phone is 212 555 0188, x 2 a day");
    assert!(out.ends_with("x 2 a day"), "{out}");
}

#[test]
fn the_first_digits_of_a_value_go_with_the_last() {
    all_go(&[
        (
            "772 40",
            "caller: it's 772 40... wait, the light's bad... 1183. That's my Social.",
        ),
        (
            "415 220",
            "caller: 415 220... hang on, the dog... 7364. That's my cell.",
        ),
        (
            "three oh six",
            "caller: it begins with three oh six and ends with two two one nine my social that is",
        ),
        (
            "503",
            "caller: Write down my new number: 503.\nagent: Okay, 503.\ncaller: 218, forty-four ninety.",
        ),
        (
            "four nine",
            "agent: I have an ID ending in four nine, is that so?",
        ),
    ]);
    all_stay(&[
        "caller: the course starts with 20 mg",
        "caller: my policy ends in 30 days",
        "agent: any readings?\ncaller: 312.\nagent: 312, okay.\ncaller: and 294 after",
    ]);
}

#[test]
fn what_a_number_sign_gives_to_a_patient_goes() {
    all_go(&[
        ("70-31-88", "caller: I'm patient #70-31-88 at your place."),
        ("NY 22", "caller: Medicaid? NY 22 104 883 1. My kid's too."),
        (
            "BK",
            "agent: the DEA number?\ncaller: B as in boy, K as in kilo, 2 4 4 5 4 6 0\nagent: BK, two four four, five four six zero.",
        ),
    ]);
    all_stay(&[
        "nurse: dispense #30, refills 2",
        "caller: patient #2 is next",
    ]);
}

#[test]
fn the_last_digit_of_a_telephone_number_goes_before_its_hours() {
    let said =
        "agent: is there a phone?\ncaller: four one five two two oh seven three six four mornings";
    assert!(redact(said).ends_with("] mornings"), "{}", redact(said));
}

#[test]
fn a_plate_goes_after_a_vehicle_and_some_talk() {
    all_go(&[(
        "k two",
        "caller: my son's picking me up in a silver jeep so for the lot it's r j four one k two",
    )]);
}

#[test]
fn what_people_weigh_and_their_tries_stay() {
    all_stay(&[
        "agent: member id?\ncaller: i'm two sixty and six one if that helps",
        "nurse: he's five nine one sixty five",
        "doctor: peak flow three tries three ten three forty three sixty so that's low",
        "nurse: three attempts at one eighteen one twenty two one nineteen",
        "agent: And RxBIN is 004336, yeah?",
        "agent: can you give me the bin?\ncaller: 004336",
        "caller: pin four four stays\nagent: what",
    ]);
    let out = redact("caller: my pager pin is four four one i'm a resident");
    assert!(out.ends_with("i'm a resident"), "{out}");
}

#[test]
fn an_age_goes_that_somebody_insists_on() {
    all_go(&[
        (
            "hundred",
            "patient: that's right i really am a hundred and two",
        ),
        ("ninety", "patient: and yes i truly am ninety four"),
        ("hundred", "caller: mom is actually one hundred and three"),
    ]);
    all_stay(&[
        "caller: i am a hundred and forty pounds",
        "caller: i really am a hundred percent sure",
        "patient: it really is ninety six degrees",
    ]);
}

#[test]
fn a_number_goes_that_is_asked_for_in_passing() {
    all_go(&[
        (
            "five five five",
            "agent: what's the callback\ncaller: nine one seven\nagent: uh huh\ncaller: five five five\nagent: ok\ncaller: oh one double four",
        ),
        ("four four one", "caller: the gate code's four four one oh"),
        (
            "0201",
            "agent: does 0201 sound right for the last four of the social?",
        ),
    ]);
    all_stay(&[
        "agent: can I schedule a callback?\ncaller: sure at three thirty",
        "nurse: ninety ninety five one oh two fasting this week",
    ]);
}

#[test]
fn letters_written_as_they_sound_announce_as_well() {
    all_go(&[
        ("six six oh", "caller: it's my see vee vee six six oh"),
        (
            "four four one oh two",
            "caller: my em are en is four four one oh two",
        ),
    ]);
}
