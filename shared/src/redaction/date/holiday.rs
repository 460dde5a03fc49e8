//! Holidays that stand for a date: with a year, as somebody's birthday, or counted from ("the day after Christmas").

use crate::redaction::date::part::{tail_year, year};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// The holiday whose name is at `at`: when the talk is of a birthday (`birth`), or with words that count from it. "We
/// had her over for Christmas" is no date.
pub(crate) fn feast(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
    birth: bool,
) -> Option<(usize, usize)> {
    let clitic = doc.shape(at + 1) == Some(Shape::Clitic) && doc.word(at + 1).ends_with(['s', 'S']);
    let next = at + 1 + usize::from(clitic);
    let day = next < limit && doc.is_any(next, words!["day", "eve"]);
    if doc.is_any(at, words!["valentine", "valentines"]) && !day {
        return None;
    }
    let end = if day { next + 1 } else { at + 1 };
    let first = counted_from(doc, at, floor);
    // "the year before Christmas", "Easter island", a name: "her dog Halloween"
    let known = birth || first.is_some();
    // "halloween of thirty six", "Christmas Eve, '93"
    let end = if birth {
        tail_year(doc, end, limit, true).0
    } else {
        end
    };
    (known && end <= limit).then_some((first.unwrap_or(at), end))
}

/// Where "the day after", "two days before", "the week of" begins that ends before the holiday at `at`.
fn counted_from(doc: &Doc<'_>, at: usize, floor: usize) -> Option<usize> {
    let unit = at.checked_sub(2).filter(|unit| *unit >= floor)?;
    if !doc.is_any(at - 1, words!["after", "before"])
        || !doc.is_any(
            unit,
            words!["day", "days", "night", "morning", "week", "weeks"],
        )
    {
        return None;
    }
    let counted = unit > floor
        && (doc.is_any(unit - 1, words!["the", "a"]) || doc.has(unit - 1, class::CARDINAL));
    Some(unit - usize::from(counted))
}

/// The last word of a holiday before the year at `at`.
fn last_word(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let last = at.checked_sub(1 + usize::from(at > 1 && doc.is_punct(at - 1, b',')))?;
    doc.is_any(last, DAYS).then_some(last)
}

const DAYS: &WordSet = words![
    "day",
    "eve",
    "halloween",
    "christmas",
    "thanksgiving",
    "easter"
];

/// Whether a number at `at` may be the year of a [`holiday`].
pub(crate) fn after_feast(doc: &Doc<'_>, at: usize) -> bool {
    last_word(doc, at).is_some()
}

/// "Halloween, nineteen thirty eight", "New Year's Day 1944": the year is at `at`.
pub(crate) fn holiday(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize)> {
    let last = last_word(doc, at).filter(|last| *last >= floor)?;
    let day = doc.is_any(last, words!["day", "eve"]);
    let (end, strong) = year(doc, at, limit)?;
    let name = if doc.shape(last.wrapping_sub(1)) == Some(Shape::Clitic) {
        last.wrapping_sub(2)
    } else {
        last.wrapping_sub(1)
    };
    let first = if !day {
        last
    } else if doc.is_any(name, words!["year", "years"]) && doc.is(name.wrapping_sub(1), "new") {
        name - 1
    } else if doc.is_any(
        name,
        words![
            "valentine",
            "valentines",
            "christmas",
            "patrick",
            "patricks",
            "independence",
            "memorial",
            "labor",
            "labour",
            "veterans",
            "boxing",
            "thanksgiving",
            "mothers",
            "mother",
            "fathers",
            "father",
            "columbus",
            "canada",
            "new-year",
            "presidents",
            "groundhog",
            "may",
            "fools",
            "leap",
        ],
    ) {
        name
    } else {
        return None;
    };
    (strong && first >= floor).then_some((first, end))
}
