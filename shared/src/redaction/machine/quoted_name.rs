//! A name in quotes, family name first, near a word for a person: `no match for subscriber W55… "BALOGUN, OLUWASEUN"`.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;

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
    "client",
    "MRN",
    "mrn",
];

/// Removes the names.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find(", ") {
        let comma = at + found;
        at = comma + 2;
        let bytes = text.as_bytes();
        let written = comma > 0
            && (bytes[comma - 1].is_ascii_alphabetic() || bytes[comma - 1] >= 0x80)
            && bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_uppercase() || *b >= 0x80);
        if !written {
            continue;
        }
        let Some((start, end)) = name(text, comma) else {
            continue;
        };
        let mut floor = start.saturating_sub(FAR);
        while !text.is_char_boundary(floor) {
            floor += 1;
        }
        let before = text[floor..start].to_ascii_lowercase();
        if PEOPLE
            .iter()
            .any(|word| before.contains(&word.to_ascii_lowercase()))
        {
            cells.remove(start, end, Kind::Person);
        }
    }
}

/// The bounds of `"FAMILY, GIVEN"` around a comma.
fn name(text: &str, comma: usize) -> Option<(usize, usize)> {
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
    (written(family) && written(given)).then_some((start, comma + 2 + length))
}
