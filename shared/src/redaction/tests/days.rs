//! Days and months that are told by what happens on them, and dates of birth whose parts stand apart.

use super::said::{all_go, all_stay, gone};

#[test]
fn the_day_on_which_something_happens_goes_without_its_month() {
    all_go(&[
        ("ninth", "agent: It ships the ninth and arrives in a week."),
        (
            "eleventh",
            "agent: it goes out the eleventh and you'll get it in three days",
        ),
        (
            "twenty third",
            "agent: the sling comes off in six weeks so the twenty third",
        ),
        (
            "fourteenth",
            "nurse: stitches out at ten days so the fourteenth how is it healing",
        ),
        ("third", "agent: your follow up is the third at two"),
        ("third", "agent: I have the third at nine, does that work?"),
        ("22nd", "agent: Mon the 22nd or later"),
        (
            "fifth",
            "agent: your appointment is the fifth wait no that's the other one",
        ),
    ]);
}

#[test]
fn ordinals_that_count_stay() {
    all_stay(&[
        "caller: it ships the second you order",
        "caller: I sat the second I could",
        "caller: it comes back the second I stop",
        "caller: this surgery is the third, the first two failed",
        "caller: so the third option is cheaper",
        "doctor: weight is at the fifteenth, height at the twentieth percentile",
        "doctor: dose one today, the second at four weeks, the third at six months",
        "nurse: take the first at eight, the second at noon",
        "doctor: the fifth metatarsal is broken",
    ]);
}

#[test]
fn the_month_of_a_visit_goes() {
    all_go(&[
        (
            "June",
            "nurse: Her weight was 180 pounds at the June visit.",
        ),
        ("march", "nurse: weight at your march visit was one eighty"),
        ("May", "doctor: In the May labs your A1c was 7."),
        (
            "June ninth",
            "agent: You owe twenty dollars from the June ninth visit.",
        ),
        (
            "December",
            "caller: my wreck was Christmas, so December, and I'm still sore",
        ),
    ]);
    all_stay(&[
        "doctor: that may result in a rash",
        "nurse: they may visit you at noon",
        "nurse: the results may claim otherwise",
    ]);
}

#[test]
fn a_date_goes_whose_marks_stand_apart() {
    all_go(&[
        (
            "4 / 12",
            "agent: And your birthday, Marisol?\ncaller: 4 / 12 / 88.",
        ),
        ("11 - 3", "agent: when was that?\ncaller: 11 - 3 - 1974"),
        ("10 / 14", "agent: you're booked for 10 / 14 at three"),
    ]);
    all_stay(&[
        "caller: i take 1 / 2 a tablet",
        "caller: my vision is 20 / 40",
        "nurse: BP was 120 / 80 / 75 or so",
        "nurse: count 1 - 2 - 3 and breathe",
    ]);
}

#[test]
fn a_birth_date_in_numbers_goes_where_birthdays_are_the_talk() {
    all_go(&[
        (
            "sixty-three",
            "agent: your wife's date of birth?\ncaller: mine you have. hers is seven, fourteen, sixty-three.",
        ),
        (
            "four twenty two",
            "caller: it has the wrong birthday for me i'm four twenty two ninety one and it says november",
        ),
        (
            "nine three eighty",
            "caller: my date of birth is off on there\nagent: it's got nine three eighty four i'll change it",
        ),
        (
            "two two",
            "agent: what month day and year mister ortega\ncaller: two two seventy nine",
        ),
    ]);
    all_stay(&[
        "agent: when were you born?\ncaller: [DATE_1]\nagent: how tall are you?\ncaller: i'm five ten",
        "caller: hers is one thirty over eighty",
    ]);
}

#[test]
fn the_year_of_a_birth_date_goes_where_it_stands_apart() {
    gone(
        "caller: the year's sixty eight and it's the fourteenth of july",
        &["sixty eight", "fourteenth"],
    );
    gone(
        "agent: Can I have your date of birth?\ncaller: Fourth of July. Independence day. Nineteen sixty-one.",
        &["Fourth", "Nineteen sixty"],
    );
    gone(
        "caller: She was born in January of 1950, on the 17th.",
        &["January", "1950", "on the", "17th"],
    );
    gone(
        "agent: And the year you were born? Month and day too.\ncaller: Fifty-one. March twelfth.",
        &["Fifty-one", "March"],
    );
}

#[test]
fn a_time_after_the_birthday_was_told_stays() {
    all_stay(&[
        "agent: When's your birthday, [PERSON_1]?\ncaller: [DOB_1]\nagent: I have twelve fifteen today.",
    ]);
    let said = super::said::redact(
        "agent: When's your birthday?\ncaller: August the thirty-first, seventy-four.\nagent: I have twelve fifteen today.",
    );
    assert!(said.ends_with("I have twelve fifteen today."), "{said}");
}

#[test]
fn a_date_goes_where_nothing_else_can_be_meant() {
    all_go(&[
        ("3/14", "agent: the 3/14 visit was billed"),
        ("3/3", "nurse: LMP was 3/3"),
        ("10-18", "nurse: your due date is 10-18, right?"),
        ("ten eighteen", "nurse: due date is ten eighteen"),
        ("ten two", "agent: the date of service?\ncaller: ten two"),
        ("5/12", "agent: Between 5/12 and 5/19 works."),
        ("third", "caller: I'm away the third through the tenth"),
        ("sixth", "caller: I got the letter dated the sixth"),
        (
            "nine ten",
            "agent: i need birthdays for both kids\ncaller: my son's nine ten sixteen",
        ),
    ]);
    all_stay(&[
        "agent: what's the date and time?\ncaller: three ten",
        "agent: are her shots up to date?\ncaller: ten two",
        "nurse: the 4/5 strength exam",
        "doctor: the 1/2 dose is enough",
        "nurse: between 4/10 and 6/10 most days",
        "doctor: the due date is 2-3 weeks away",
    ]);
}

#[test]
fn an_age_goes_that_is_asked_for_in_a_word() {
    all_go(&[
        ("ninety two", "agent: age?\ncaller: ninety two"),
        ("ninety six", "caller: the resident is ninety six and frail"),
        (
            "fifty-eight",
            "agent: spouse's birthday?\ncaller: October ninth, I think fifty-eight.",
        ),
    ]);
    all_stay(&[
        "agent: what's the age?\ncaller: sixty four",
        "agent: at your age we check the pressure\ncaller: one ten over seventy",
        "caller: the patient is 98 pounds",
        "caller: patient is 98 on room air",
    ]);
    let said = super::said::redact(
        "agent: her birthday?\ncaller: March second, I think sixty people came",
    );
    assert!(said.ends_with("I think sixty people came"), "{said}");
}

#[test]
fn a_stutter_in_a_date_belongs_to_it() {
    all_go(&[
        (
            "the um second",
            "caller: uh january the um second nineteen fifty five is my birthday",
        ),
        (
            "third of of june",
            "caller: my birthday's the third of of june eighty nine",
        ),
        ("twenty first", "caller: it was march the uh twenty first"),
    ]);
}
