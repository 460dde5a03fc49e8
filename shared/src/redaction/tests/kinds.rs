//! Random identifiers of the kinds that are more than digits: dates, ages, addresses, mail, names, codes; and written
//! forms with valid check digits for logs and payloads.

use proptest::prelude::*;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const ORDINALS: [&str; 31] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty first",
    "twenty second",
    "twenty third",
    "twenty fourth",
    "twenty fifth",
    "twenty sixth",
    "twenty seventh",
    "twenty eighth",
    "twenty ninth",
    "thirtieth",
    "thirty first",
];
const TENS: [&str; 5] = ["fifty", "sixty", "seventy", "eighty", "ninety"];
const ONES: [&str; 9] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// What stands before a value, the value, and what stands after it.
#[allow(clippy::too_many_lines)]
pub(crate) fn plain() -> impl Strategy<Value = (String, String, String)> {
    let of =
        |before: &str, value: String, after: &str| (before.to_owned(), value, after.to_owned());
    (
        0_usize..16,
        0_usize..12,
        0_usize..28,
        0_usize..5,
        0_usize..9,
    )
        .prop_map(move |(kind, month, day, ten, one)| {
            let (m, d) = (MONTHS[month], ORDINALS[day]);
            let year = format!("nineteen {} {}", TENS[ten], ONES[one]);
            match kind {
                0 => of("my date of birth is ", format!("{m} {d} {year}"), ""),
                1 => of("i was born on ", format!("the {d} of {m} {year}"), ""),
                2 => of(
                    "dob ",
                    format!("{:02}/{:02}/19{}{}", month + 1, day + 1, ten + 5, one + 1),
                    "",
                ),
                3 => of(
                    "the surgery was on ",
                    format!("{m} {d}"),
                    " and it went well",
                ),
                4 => of(
                    "she was seen on ",
                    format!("20{:02}-{:02}-{:02}", 10 + one, month + 1, day + 1),
                    "",
                ),
                5 => of(
                    "my mother is ",
                    format!("ninety {}", ONES[one]),
                    " years old",
                ),
                6 => of(
                    "my address is ",
                    format!(
                        "{} {} street springfield illinois six two seven oh {}",
                        ONES[one],
                        ["oak", "willow", "birch", "chestnut", "juniper"][ten],
                        ONES[one]
                    ),
                    "",
                ),
                7 => of(
                    "we live at ",
                    format!("{} Willow Road, Bath BA{} {}NN", day + 1, one + 1, one + 1),
                    "",
                ),
                8 => of(
                    "my email is ",
                    format!(
                        "{} dot kowalski{} at gmail dot com",
                        ["anna", "omar", "priya", "tomasz", "helen"][ten],
                        one
                    ),
                    "",
                ),
                9 => of(
                    "write to ",
                    format!("a.kowalski{day}@example.org"),
                    " please",
                ),
                10 => of(
                    "my name is ",
                    format!(
                        "{} kowalski",
                        ["anna", "omar", "priya", "tomasz", "helen"][ten]
                    ),
                    "",
                ),
                11 => of(
                    "last name ",
                    [
                        "k o w a l s k i",
                        "l o p e z",
                        "n g u y e n",
                        "o k a f o r",
                        "h a d d a d",
                    ][ten]
                        .to_owned(),
                    "",
                ),
                12 => of(
                    "the zip code is ",
                    format!(
                        "{} {} {} {} {}",
                        ONES[one],
                        ONES[ten],
                        ONES[day % 9],
                        ONES[month % 9],
                        ONES[one]
                    ),
                    "",
                ),
                13 => of(
                    "my medicare number is ",
                    format!(
                        "{} e g {} t e {} m k {} {}",
                        ONES[one],
                        ONES[ten],
                        ONES[day % 9],
                        ONES[month % 9],
                        ONES[one]
                    ),
                    "",
                ),
                14 => of(
                    "the website is ",
                    format!("www dot clinic{day} dot org"),
                    "",
                ),
                _ => of(
                    "it came from ",
                    format!("10.{}.{}.{}", day + 1, month, one),
                    " just now",
                ),
            }
        })
}

/// The digit that makes Luhn's sum of `prefix` and `digits` a multiple of ten.
fn luhn(prefix: &str, digits: &str) -> char {
    let sum: u32 = format!("{prefix}{digits}0")
        .bytes()
        .rev()
        .map(|b| u32::from(b - b'0'))
        .enumerate()
        .map(|(i, d)| match i % 2 {
            0 => d,
            _ if d > 4 => d * 2 - 9,
            _ => d * 2,
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).expect("a digit")
}

/// A field's name and a valid value of its kind.
pub(crate) fn written_form() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        "[2-5][0-9]{13}"
            .prop_map(|d| ("card_number", format!("4{d}{}", luhn("", &format!("4{d}"))))),
        "[1-6][1-9][1-9]-[1-9][0-9]-[1-9][0-9]{3}".prop_map(|v| ("ssn", v)),
        "[2-9][0-9]{2}[2-9][0-9]{6}".prop_map(|d| ("customer_phone", format!("+1{d}"))),
        "[0-9]{8}".prop_map(|d| ("npi", format!("1{d}{}", luhn("80840", &format!("1{d}"))))),
        "[0-9]{6,8}".prop_map(|d| ("mrn", d)),
        "[A-Z]{3}[0-9]{9}".prop_map(|d| ("member_id", d)),
        "19[3-9][0-9]-0[1-9]-[12][0-9]".prop_map(|d| ("date_of_birth", d)),
        "[a-z]{3,8}\\.[a-z]{3,8}@example\\.org".prop_map(|m| ("email", m)),
        "[A-Z][0-9]{7}".prop_map(|l| ("driver_license_number", l)),
        "sk_live_[A-Za-z0-9]{24}".prop_map(|s| ("note", s)),
        "[0-9]{5}".prop_map(|z| ("postal_code", z)),
    ]
}
