//! Streets without a word for a street: "220 East 73rd", "1500 North Clark", "seventeen and a half mulberry".

use crate::redaction::address::half;
use crate::redaction::address::home::house_start;
use crate::redaction::address::tail::{rest, zip_end};
use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// The address around the direction or the half of a house number at `at`.
#[inline(never)]
pub(crate) fn grid(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    let (first, end) = if doc.has(at, class::DIRECTION) {
        compass(doc, at, floor, limit)
    } else {
        halved(doc, at, floor, limit)
    }?;
    let end = rest(doc, end, limit, false).max(end);
    let first = super::dwelling_before(doc, first, floor);
    Some((first, end, Kind::Address))
}

/// "220 East 73rd", "two forty west forty eighth", "1500 North Clark": a house number of two digits and more, a
/// direction, and the number or name of a street.
fn compass(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    let first = house_start(doc, at, floor)?;
    if zip_end(doc, first, at).1 < 2 {
        return None;
    }
    let digits = zip_end(doc, first, at).1;
    let said = !doc.capital(at) && doc.len_of(at) > 3 && named(doc, at + 1, digits);
    let end = said
        .then_some(at + 2)
        .or_else(|| ordinal(doc, at + 1))
        .or_else(|| {
            let named = doc.capital(at) && doc.capital(at + 1) && doc.len_of(at + 1) > 3;
            let other = class::FRAME | class::UNIT | class::MEASURE | class::MEDICAL | class::MONTH;
            (named && !doc.has(at + 1, other)).then_some(at + 2)
        })?;
    let closes = end >= limit
        || doc.shape(end) != Some(Shape::Word)
        || doc.has(end, class::DWELLING | class::FRAME | class::STATE)
        || doc.capital(end);
    (closes && !doc.has(end, class::STREET) && !doc.is(end, "floor") && end <= limit)
        .then_some((first, end))
}

/// Whether the word at `at` names a street after a house number of so many digits: a name, or what streets are called.
fn named(doc: &Doc<'_>, at: usize, digits: usize) -> bool {
    let family =
        doc.name_class(at) & (name::LAST | name::COMMON) == name::LAST && doc.class(at) == 0;
    digits > 2 && (strange(doc, at) || family)
        || doc.is_any(at, words!["main", "broadway", "market", "church", "center"])
}

/// The end of the ordinal at `at`: "73rd", "fourth", "ninety second", "a hundred and tenth".
fn ordinal(doc: &Doc<'_>, mut at: usize) -> Option<usize> {
    if doc.is_any(at, words!["a", "one", "two"]) && doc.has(at + 1, class::HUNDRED) {
        at += 2 + usize::from(doc.is(at + 2, "and"));
    }
    let glued = doc.shape(at) == Some(Shape::Number)
        && doc.glued(at + 1)
        && doc.is_any(at + 1, words!["st", "nd", "rd", "th"]);
    if glued {
        return Some(at + 2);
    }
    let tens = at + usize::from(doc.has(at, class::TENS));
    let last = tens + usize::from(tens > at && doc.is_punct(tens, b'-'));
    doc.has(last, class::ORDINAL).then_some(last + 1)
}

/// "we're at seventeen and a half mulberry upstairs": a place where somebody is, with a name that nothing measures.
fn halved(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    if !half(doc, at + 1, floor) {
        return None;
    }
    let first = house_start(doc, at - 2, floor)?;
    let placed = first > floor
        && (doc.is_any(first - 1, words!["at", "to", "on", "is"])
            || doc.shape(first - 1) == Some(Shape::Clitic));
    let street = at + 1;
    let other = class::FRAME
        | class::FILLER
        | class::UNIT
        | class::MEASURE
        | class::OVER
        | class::DRUG
        | class::DIAGNOSIS
        | class::MEDICAL
        | class::CARDINAL
        | class::WEEKDAY
        | class::MONTH;
    let within = words![
        "upstairs",
        "downstairs",
        "ring",
        "back",
        "front",
        "side",
        "rear",
        "basement",
        "apartment",
        "apt",
        "unit",
        "third",
        "second",
        "first",
        "top",
        "ground",
    ];
    let inside = doc.is_any(
        street + 1 + usize::from(doc.is_punct(street + 1, b',')),
        within,
    );
    let named = doc.shape(street) == Some(Shape::Word)
        && !doc.has(street, other)
        && doc.len_of(street) > 3
        && (strange(doc, street)
            || doc.has(street, class::STREET)
            || doc.capital(street)
            || doc.name_class(street) & (name::FIRST | name::LAST) != 0
            || inside && doc.name_class(street) & name::COMMON == 0);
    let closes = street + 1 >= limit
        || doc.shape(street + 1) != Some(Shape::Word)
        || doc.has(
            street + 1,
            class::DWELLING | class::FRAME | class::STREET | class::STATE,
        )
        || inside;
    (placed && named && closes && street < limit).then_some((first, street + 1))
}
