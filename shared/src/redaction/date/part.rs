//! The parts of a date as they are said or written: days, years, and what may stand between.

use crate::redaction::date::numeric::number;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// "May" and "march" are also ordinary words.
pub(crate) fn weak_month(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(
        at,
        words!["may", "march", "mar", "sep", "dec", "jan", "jun", "oct"],
    )
}

/// A day of the month at `at`: the index after it, and whether it was an ordinal.
pub(crate) fn day(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, bool)> {
    if at >= limit {
        return None;
    }
    if let Some(value) = number(doc, at) {
        if !(1..=31).contains(&value) || doc.len_of(at) > 2 {
            return None;
        }
        let suffix = doc.glued(at + 1) && doc.is_any(at + 1, words!["st", "nd", "rd", "th"]);
        let glued_more = doc.glued(at + 1)
            && !suffix
            && (doc.shape(at + 1) == Some(Shape::Word)
                || doc.is_punct(at + 1, b':')
                || doc.is_punct(at + 1, b'/'));
        return (!glued_more).then_some((if suffix { at + 2 } else { at + 1 }, suffix));
    }
    let bits = doc.class(at);
    if bits & class::ORDINAL != 0 {
        return Some((at + 1, true));
    }
    if bits & class::TENS != 0 && doc.value(at) <= 30 {
        let next = if doc.is_punct(at + 1, b'-') {
            at + 2
        } else {
            at + 1
        };
        if doc.has(next, class::ORDINAL) && doc.value(next) < 10 {
            return Some((next + 1, true));
        }
        if doc.has(next, class::DIGIT) && doc.value(next) > 0 {
            return Some((next + 1, false));
        }
        return Some((at + 1, false));
    }
    if bits & class::TEEN != 0 || bits & class::DIGIT != 0 && doc.value(at) > 0 {
        return Some((at + 1, false));
    }
    if bits & class::OH != 0 && doc.has(at + 1, class::DIGIT) {
        return Some((at + 2, false));
    }
    None
}

/// Skips fillers and commas inside a spoken date.
pub(crate) fn gap(doc: &Doc<'_>, mut at: usize, limit: usize) -> usize {
    let from = at;
    while at < limit
        && at < from + 5
        && (doc.is_punct(at, b',')
            || doc.is_any(at, words!["uh", "um", "er", "erm", "ah", "like"])
            || doc.is_punct(at, b'-')
            || doc.is_punct(at, b'.') && doc.glued(at) && at == from && !doc.capital(at + 1))
    {
        at += 1;
    }
    at
}

pub(crate) fn day_then_year(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let (end, _) = day(doc, at, limit)?;
    let next = gap(doc, end, limit);
    year(doc, next, limit)
        .filter(|(_, strong)| *strong)
        .map(|(end, _)| end)
}

/// "thirteenth. december thirteenth", "make that a seven, june seventh": the end of the day that is said again after the
/// month, which ends at `at`.
pub(crate) fn day_again(doc: &Doc<'_>, at: usize, limit: usize) -> usize {
    let said = gap(doc, at, limit);
    day(doc, said, limit)
        .filter(|(_, ordinal)| *ordinal && year(doc, said, limit).is_none())
        .map_or(at, |(end, _)| end)
}

/// An optional year after a day or month: the end of the date, and whether there was a year.
pub(crate) fn tail_year(doc: &Doc<'_>, at: usize, limit: usize, two_digits: bool) -> (usize, bool) {
    let mut next = gap(doc, at, limit);
    if doc.is_any(next, words!["of", "in"]) {
        next = gap(doc, next + 1, limit);
        // "june 6 of this year"
        if doc.is_any(next, words!["this", "last", "next"]) && doc.is(next + 1, "year") {
            return ((next + 2).min(limit), false);
        }
    }
    if doc.is_punct(next, 0x27) {
        next += 1;
    }
    match year(doc, next, limit) {
        Some((end, strong))
            if strong
                || two_digits
                    && !doc.has(end, class::UNIT)
                    && !doc.is_punct(end, b'%')
                    && !half_of_day(doc, end) =>
        {
            (end, true)
        }
        _ => (at, false),
    }
}

/// "February 20th, 11 a.m."
fn half_of_day(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(at, words!["a", "p"])
        && (doc.is(at + 1, "m") || doc.is_punct(at + 1, b'.') && doc.is(at + 2, "m"))
}

/// A year at `at`: the index after it, and whether it had four digits.
pub(crate) fn year(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, bool)> {
    if at >= limit {
        return None;
    }
    if let Some(value) = number(doc, at) {
        return match doc.len_of(at) {
            // "march 3rd 19 58"
            2 if matches!(value, 18..=20)
                && !doc.glued(at + 1)
                && doc.shape(at + 1) == Some(Shape::Number)
                && doc.len_of(at + 1) == 2
                && at + 1 < limit =>
            {
                Some((at + 2, true))
            }
            4 if (1880..2100).contains(&value) => Some((at + 1, true)),
            2 if at > 0
                && (doc.is_punct(at - 1, 0x27) && closed(doc, at + 1)
                    || doc.is_punct(at - 1, b',')
                        && (!doc.glued(at + 1)
                            || doc.is_punct(at + 1, b',') && !doc.glued(at + 2))) =>
            {
                Some((at + 1, false))
            }
            _ => None,
        };
    }
    let pair = |at: usize| -> Option<usize> {
        if doc.has(at, class::TENS) {
            let next = if doc.is_punct(at + 1, b'-') && doc.glued(at + 1) {
                at + 2
            } else {
                at + 1
            };
            return Some(if doc.has(next, class::DIGIT) && doc.value(next) > 0 {
                next + 1
            } else {
                at + 1
            });
        }
        if doc.has(at, class::TEEN) {
            return Some(at + 1);
        }
        (doc.has(at, class::OH) || doc.is(at, "zero"))
            .then(|| doc.has(at + 1, class::DIGIT).then_some(at + 2))
            .flatten()
    };
    let bits = doc.class(at);
    let century = bits & class::TEEN != 0 && matches!(doc.value(at), 18 | 19)
        || bits & class::TENS != 0 && doc.value(at) == 20;
    if century {
        let next = if doc.is_punct(at + 1, b'-') {
            at + 2
        } else {
            at + 1
        };
        if doc.has(next, class::HUNDRED) {
            let next = if doc.is(next + 1, "and") {
                next + 2
            } else {
                next + 1
            };
            return Some((pair(next).unwrap_or(next), true));
        }
        if let Some(end) = pair(next) {
            return Some((end.min(limit), true));
        }
    }
    if doc.is(at, "two") && doc.is(at + 1, "thousand") {
        let next = if doc.is(at + 2, "and") {
            at + 3
        } else {
            at + 2
        };
        let end = pair(next).or_else(|| (doc.has(next, class::DIGIT)).then_some(next + 1));
        return Some((end.unwrap_or(at + 2).min(limit), true));
    }
    if bits & class::TENS != 0 && doc.value(at) >= 30 || bits & class::OH != 0 || doc.is(at, "zero")
    {
        return pair(at).map(|end| (end.min(limit), false));
    }
    None
}

/// Whether nothing is glued to the number before `at` but the mark that ends what is said: "'45?", "'57" at the end of
/// a line.
fn closed(doc: &Doc<'_>, at: usize) -> bool {
    let marks = [b',', b'.', b'?', b'!', b';'];
    !doc.glued(at)
        || doc.shape(at) == Some(Shape::Newline)
        || marks.iter().any(|mark| doc.is_punct(at, *mark))
            && (!doc.glued(at + 1) || doc.shape(at + 1) != Some(Shape::Number))
}

/// "twenty nine" or "oh five" after the day of a date of birth that nothing follows: its year.
pub(crate) fn short_year(doc: &Doc<'_>, end: usize, limit: usize) -> Option<usize> {
    if end == 0
        || !doc.has(end - 1, class::ORDINAL) && !doc.is_any(end - 1, words!["th", "st", "nd", "rd"])
    {
        return None;
    }
    let at = gap(doc, end, limit);
    let hyphen = usize::from(doc.is_punct(at + 1, b'-') && doc.glued(at + 2));
    let two = doc.has(at, class::TENS) && doc.has(at + 1 + hyphen, class::DIGIT);
    let past = if two {
        at + 2 + hyphen
    } else if doc.has(at, class::OH) && doc.has(at + 1, class::DIGIT) {
        at + 2
    } else if doc.has(at, class::TENS | class::TEEN)
        || doc.shape(at) == Some(Shape::Number) && doc.len_of(at) == 2
    {
        at + 1
    } else {
        return None;
    };
    let more = doc.has(past, class::CARDINAL | class::UNIT | class::OVER)
        || doc.glued(past) && doc.glued(past + 1) && doc.shape(past + 1) == Some(Shape::Number);
    (past <= limit && !more).then_some(past)
}
