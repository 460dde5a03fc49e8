//! A date that its speaker corrects, or says with the year first: "march second, i mean third, nineteen eighty one",
//! "august, no, september of twenty thirty one", "in '50, November fourteenth".

use crate::redaction::date::correction;
use crate::redaction::date::part::{day, day_again, gap, tail_year, weak_month, year};
use crate::redaction::kind::Kind;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// The end of a date that ends at `end` and is corrected after it.
pub(crate) fn repaired(doc: &Doc<'_>, end: usize, limit: usize, kind: Kind) -> Option<usize> {
    let at = correction::after(doc, end, limit)?;
    let birth = kind == Kind::Dob;
    if doc.has(at, class::MONTH) && (!weak_month(doc, at) || birth || doc.capital(at)) {
        let next = gap(doc, at + 1, limit);
        let day_end = day(doc, next, limit).map_or(at + 1, |(day_end, _)| day_end);
        return Some(tail_year(doc, day_end, limit, true).0);
    }
    if let Some((past, whole)) = year(doc, at, limit)
        && (whole || birth)
    {
        return Some(past);
    }
    let (past, ordinal) = day(doc, at, limit)?;
    let next = gap(doc, past, limit);
    let month = next + usize::from(doc.is(next, "of"));
    if doc.has(month, class::MONTH) {
        let end = day_again(doc, month + 1, limit);
        return Some(tail_year(doc, end, limit, true).0);
    }
    (ordinal || birth).then(|| tail_year(doc, past, limit, true).0)
}

/// Where the month or the day begins that the date at `first` corrects.
pub(crate) fn taken_back(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let at = correction::before(doc, first, floor)?;
    let last = at.checked_sub(1).filter(|last| *last >= floor)?;
    if doc.taken[last] {
        return None;
    }
    if doc.has(last, class::MONTH) {
        return (!weak_month(doc, last) || doc.capital(last)).then_some(last);
    }
    if !doc.has(last, class::ORDINAL) {
        return None;
    }
    let tens = last > floor && doc.value(last) < 10 && doc.has(last - 1, class::TENS);
    let mut day = last - usize::from(tens);
    if day > floor && doc.is(day - 1, "the") {
        day -= 1;
    }
    Some(day)
}

/// "either the fourth or the fifth of August": where the day begins that stands before another one at `first`.
pub(crate) fn other_day(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let day = first + usize::from(doc.is(first, "the"));
    let joined = first > floor + 1 && doc.is_any(first - 1, words!["or", "and", "to", "through"]);
    let last = first.checked_sub(2).filter(|_| joined)?;
    if doc.taken[last] || !doc.has(day, class::ORDINAL) || !doc.has(last, class::ORDINAL) {
        return None;
    }
    let tens = last > floor && doc.value(last) < 10 && doc.has(last - 1, class::TENS);
    let at = last - usize::from(tens);
    Some(at - usize::from(at > floor && doc.is(at - 1, "the")))
}

/// Where the year begins that stands before a date of birth.
pub(crate) fn year_before(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let mut end = first;
    while end > floor
        && first - end < 3
        && (doc.is_punct(end - 1, b',') || doc.is(end - 1, "on") || doc.is(end - 1, "the"))
    {
        end -= 1;
    }
    let numbers = end > floor
        && (doc.shape(end - 1) == Some(Shape::Number) || doc.has(end - 1, class::CARDINAL));
    if !numbers {
        return None;
    }
    let from = floor.max(end.saturating_sub(4));
    let at = (from..end).find(|at| {
        !doc.taken[*at]
            && year(doc, *at, end)
                .is_some_and(|(past, whole)| past == end && (whole || end < first))
    })?;
    let quote = at > floor && doc.is_punct(at - 1, 0x27);
    Some(at - usize::from(quote))
}
