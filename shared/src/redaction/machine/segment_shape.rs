//! What a field of an HL7 segment holds when its number does not tell: senders leave fields out or add some, and all
//! that follow stand at another place (`IN1|…|OKORO^ADAEZE|SELF|19710603|…`).

use crate::redaction::kind::Kind;

/// Fields of dates that are no birth dates: of the plan, of the visit, of the last change.
const DATES: &[(&str, &[usize])] = &[
    ("IN1", &[12, 13, 24, 25, 29, 30]),
    ("PID", &[33]),
    ("NK1", &[8, 9]),
    ("GT1", &[13, 14]),
];

/// The year from which on a date is more often a plan's than a patient's.
const RECENT: u32 = 2020;

/// Whether a field of this kind can hold the value.
pub(crate) fn fits(kind: Kind, value: &str) -> bool {
    match kind {
        Kind::Person => {
            value.chars().any(char::is_alphabetic)
                && !is_relation(value)
                && !begins_with_number(value)
        }
        Kind::Dob => {
            value.len() > 5
                && value.starts_with(|c: char| c.is_ascii_digit())
                && !value.contains([' ', '^'])
        }
        Kind::Address | Kind::Phone => !is_date(value) && !is_relation(value),
        _ => true,
    }
}

/// `1093718892^PETROV^ILYA`: a provider's number with the name.
pub(crate) fn is_provider(value: &str) -> bool {
    value.split_once('^').is_some_and(|(number, name)| {
        number.len() == 10 && number.bytes().all(|b| b.is_ascii_digit()) && is_name(name)
    })
}

/// The kind of value that a field of the segment holds by its looks.
pub(crate) fn kind(segment: &str, number: usize, value: &str) -> Option<Kind> {
    // Before them stand the plan and its insurer.
    if segment == "IN1" && number < 8 {
        return None;
    }
    if is_date(value) {
        let planned = DATES
            .iter()
            .any(|(name, fields)| *name == segment && fields.contains(&number));
        let year: u32 = value.get(..4)?.parse().ok()?;
        return (!planned && year < RECENT).then_some(Kind::Dob);
    }
    if is_telephone(value) {
        return Some(Kind::Phone);
    }
    if is_name(value) {
        return Some(Kind::Person);
    }
    if begins_with_number(value) && (segment != "IN1" || number > 9) {
        return Some(Kind::Address);
    }
    is_number(value).then_some(Kind::MemberId)
}

/// `19710603`, with or without a time.
fn is_date(value: &str) -> bool {
    let part = |from: usize, to: usize| {
        value
            .get(from..to)
            .and_then(|v| v.parse::<u32>().ok())
            .unwrap_or(0)
    };
    matches!(value.len(), 8 | 12 | 14)
        && value.bytes().all(|b| b.is_ascii_digit())
        && (1900..2100).contains(&part(0, 4))
        && (1..=12).contains(&part(4, 6))
        && (1..=31).contains(&part(6, 8))
}

/// "417 E MAPLE APT 6"
fn begins_with_number(value: &str) -> bool {
    value.split_once(' ').is_some_and(|(number, street)| {
        !number.is_empty()
            && number.len() < 7
            && number.bytes().all(|b| b.is_ascii_digit())
            && street.len() > 3
            && street.starts_with(char::is_alphabetic)
    })
}

/// `^PRN^PH^^1^651^7740918`, `(651)7740918^PRN^CP`: what it is used for, and its digits.
fn is_telephone(value: &str) -> bool {
    let mut parts = value.split('^');
    let equipment = |part| matches!(part, "PH" | "CP" | "FX" | "BP" | "SAT" | "TTY" | "VIDEO");
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    parts.any(equipment) && (7..=16).contains(&digits)
}

/// `OKORO^ADAEZE`: two parts in the same case. A code and its words are not (`SPO^Spouse`, `2106-3^White`).
fn is_name(value: &str) -> bool {
    let mut parts = value.split('^');
    let (Some(family), Some(given)) = (parts.next(), parts.next()) else {
        return false;
    };
    let letters = |part: &str| {
        part.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | ' ' | '.'))
            && part.chars().next().is_some_and(char::is_uppercase)
    };
    let small = |part: &str| part.chars().any(char::is_lowercase);
    letters(family)
        && letters(given)
        && family.len() > 1
        && !given.starts_with(family)
        && small(family) == small(given)
        && !is_relation(family)
        && !is_relation(given)
        && (family.len() > 3 || given.len() > 3)
}

/// Whose plan it is, in a word or a code.
fn is_relation(value: &str) -> bool {
    let word = value.split('^').next().unwrap_or(value);
    word.bytes().all(|b| b.is_ascii_digit())
        || [
            "SELF", "SEL", "SPOUSE", "SPO", "CHILD", "CHD", "OTHER", "OTH", "PARENT", "PAR",
            "MOTHER", "MTH", "FATHER", "FTH", "EMC",
        ]
        .iter()
        .any(|relation| word.eq_ignore_ascii_case(relation))
}

/// `W274881036`: no letters but capitals before five digits or more.
fn is_number(value: &str) -> bool {
    let word = value.split('^').next().unwrap_or(value);
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = word.len() - letters;
    let rest = word.bytes().skip(letters);
    rest.clone().all(|b| b.is_ascii_digit() || b == b'-')
        && letters < 6
        && if letters == 0 {
            digits >= 9
        } else {
            digits >= 4
        }
}
