//! Values in parts, over turns, and at the edge of other words: what goes and what stays, one sentence each.

use super::said::{all_go, all_stay, redact};

#[test]
fn nods_do_not_interrupt_a_value_in_parts() {
    all_go(&[
        (
            "two four six",
            "nurse: two four six one\npharmacist: uh-huh\nnurse: zero one two zero six two",
        ),
        (
            "one one three",
            "caller: the bank's number, the nine digit one, is one one three\nagent: mhm\ncaller: six oh one\nagent: gotcha\ncaller: eight three nine",
        ),
        (
            "nine one six",
            "agent: what number should I use?\ncaller: nine one six\nagent: mm-hmm\ncaller: two two two oh one four four",
        ),
        (
            "0073",
            "agent: callback number?\ncaller: it's 515\nagent: okay\ncaller: 226\nagent: yes\ncaller: hang on, kids, put that down... 0073",
        ),
    ]);
}

#[test]
fn letters_at_the_edges_belong_to_a_code() {
    all_go(&[
        ("GTR", "agent: registration?\ncaller: BK-64-GTR"),
        (
            "HJM",
            "agent: there's a serial number under it.\ncaller: okay flipping it over. HJM, 737512",
        ),
        (
            "KP",
            "caller: it says serial KP9756211\nagent: reading back, KP 975 6211.",
        ),
    ]);
}

#[test]
fn the_code_of_a_card_goes_however_it_is_called() {
    all_go(&[
        (
            "284",
            "agent: which card?\ncaller: visa card\nagent: and the three on the back?\ncaller: it's worn off, I think it's 284",
        ),
        ("6475", "agent: card expires?\ncaller: 09/33, code 6475"),
        (
            "659",
            "agent: and the security code?\ncaller: three thirty seven, oh sorry I flipped it, 659",
        ),
    ]);
}

#[test]
fn readings_in_a_series_stay() {
    all_stay(&[
        "agent: what have your readings been?\ncaller: nine point one thirteen point nine ten point six",
        "agent: what were they?\ncaller: six point one, 11.8, 7.7 and eight point five",
        "patient: at home it's been 158/86, 140/96 and once 166/104",
        "patient: fasting this week i got one oh six one eighty-one one forty-seven one forty-two",
        "caller: I worked the phones at medicare for twelve years",
        "caller: the class ends nine thirty",
        "caller: she's been sick six times since nine forty five\nagent: what's the problem",
    ]);
}

#[test]
fn a_year_after_since_stays_behind_a_number() {
    let out = redact("caller: medicare is 4DR1-KQ9-KE63 since 2019");
    assert!(out.ends_with("since 2019"), "{out}");
}

#[test]
fn a_status_after_a_telephone_number_stays() {
    let out = redact("caller: cell (267) 555-0143, the system returned 503");
    assert!(out.ends_with("returned 503"), "{out}");
}
