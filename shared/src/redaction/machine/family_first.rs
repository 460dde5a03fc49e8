//! A name that is written family name first, near a word for a person: `no match for subscriber W55… "BALOGUN,
//! OLUWASEUN"`, `member … for Castellanos, Birgitta (DOB …`.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;
use crate::redaction::words::lexicon::{name, word};
use crate::redaction::words::word_key::key_of;

/// How far before the quote a person is named.
const FAR: usize = 60;

/// The longest name.
const LONGEST: usize = 60;

/// Words for people; the stem is enough ("patients").
const PEOPLE: &[&str] = &[
    "patient",
    "subscriber",
    "member",
    "insured",
    "guarantor",
    "caller",
    "beneficiary",
    "enrollee",
    "dependent",
    "policyholder",
    "cardholder",
    "customer",
    "chart",
    "client",
    "mrn",
];

/// Removes the names.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|b| *b == b',') {
        let comma = at + found;
        at = comma + 1;
        let written = comma > 0
            && bytes.get(at) == Some(&b' ')
            && (bytes[comma - 1].is_ascii_alphabetic() || bytes[comma - 1] >= 0x80)
            && bytes
                .get(comma + 2)
                .is_some_and(|b| b.is_ascii_uppercase() || *b >= 0x80);
        if !written {
            continue;
        }
        let Some((start, end)) = quoted(text, comma).or_else(|| bare(text, comma)) else {
            continue;
        };
        if labelled(&text[end..]) || person_before(text, start) {
            cells.remove(start, end, Kind::Person);
            at = end;
        }
    }
}

/// What stands after a name only: `(MRN 5512…`, `DOB 1949-…`.
fn labelled(after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'', ' ', '(', ',']);
    ["MRN", "DOB", "mrn", "dob"]
        .iter()
        .any(|label| after.starts_with(label))
}

/// Whether a person is named shortly before.
fn person_before(text: &str, start: usize) -> bool {
    let before = &text.as_bytes()[start.saturating_sub(FAR)..start];
    PEOPLE.iter().any(|word| {
        before
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// "Castellanos, Birgitta" without quotes: one word on each side, neither ordinary and one known as a name.
fn bare(text: &str, comma: usize) -> Option<(usize, usize)> {
    let inner = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'');
    let start = text[..comma]
        .char_indices()
        .rev()
        .take(LONGEST)
        .take_while(|(_, c)| inner(*c))
        .last()?
        .0;
    let from = comma + 2;
    let length = text[from..]
        .find(|c: char| !inner(c))
        .unwrap_or(text.len() - from);
    let end = from + length;
    let free = text[..start]
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, ' ' | '(' | ':' | '='));
    let closed = text[end..]
        .chars()
        .next()
        .is_none_or(|c| matches!(c, ' ' | '(' | ')' | ';' | '.' | '\n'));
    let (family, given) = (
        listed(text.get(start..comma)?)?,
        listed(text.get(from..end)?)?,
    );
    // "patients: Albuquerque, Santa Fe, Taos"
    let list = text[end..]
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(char::is_uppercase) && !labelled(rest));
    (free && closed && !list && (family | given) & (name::FIRST | name::LAST) != 0)
        .then_some((start, end))
}

/// What the dictionaries say of a capitalised word that is no ordinary one.
fn listed(text: &str) -> Option<u8> {
    let known = word(key_of(text));
    let ordinary = known.names() & name::COMMON != 0 || known.number() != 0;
    (text.len() > 2 && text.chars().next().is_some_and(char::is_uppercase) && !ordinary)
        .then_some(known.names())
}

/// The bounds of `"FAMILY, GIVEN"` around a comma.
fn quoted(text: &str, comma: usize) -> Option<(usize, usize)> {
    let letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.');
    let open = text[..comma]
        .char_indices()
        .rev()
        .take(LONGEST)
        .find(|(_, c)| matches!(c, '"') || !letters(*c) || *c == '\'');
    let (open, quote) = open.filter(|(_, c)| matches!(c, '"' | '\''))?;
    let start = open + 1;
    let rest = &text[comma + 2..];
    let length = rest
        .find(quote)
        .filter(|length| (2..=LONGEST).contains(length))?;
    let (family, given) = (&text[start..comma], &rest[..length]);
    let written = |part: &str| {
        part.chars().all(letters)
            && part.len() > 1
            && part
                .split(' ')
                .all(|word| word.chars().next().is_some_and(char::is_uppercase))
    };
    let known = |part: &str| {
        part.split([' ', '-', '.']).any(|word| {
            let names = self::word(key_of(word)).names();
            names & (name::FIRST | name::LAST) != 0 || names & name::COMMON == 0
        })
    };
    (written(family) && written(given) && known(family) && known(given))
        .then_some((start, comma + 2 + length))
}
