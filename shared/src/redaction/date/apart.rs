//! The parts of a date that other words stand between: "in March of 1929, on the 30th", "the year's seventy three and
//! it's the second of february", "Thirty-first of December. New Year's Eve. Nineteen fifty-nine."

use crate::redaction::date::part::{day, gap, year};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// How far after a date of birth its year may be a sentence of its own, in tokens.
const LATER: usize = 16;

/// "…, on the 30th": the end of the day that follows a month and its year, which end at `end`.
pub(crate) fn day_after(doc: &Doc<'_>, end: usize, limit: usize) -> Option<usize> {
    if !doc.is_punct(end, b',') || !doc.is(end + 1, "on") {
        return None;
    }
    let at = end + 2 + usize::from(doc.is(end + 2, "the"));
    let (past, ordinal) = day(doc, at, limit)?;
    let month = gap(doc, past + usize::from(doc.is(past, "of")), limit);
    let closes = past >= limit || doc.shape(past) != Some(Shape::Word);
    (ordinal && closes && !doc.has(month, class::MONTH)).then_some(past)
}

/// "the year's seventy three and it's the second of february": where the year begins that is told before the date at
/// `first`.
pub(crate) fn year_told(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let mut end = first;
    while end > floor
        && first - end < 6
        && (doc.is_punct(end - 1, b',')
            || doc.shape(end - 1) == Some(Shape::Clitic)
            || doc.is_any(
                end - 1,
                words!["and", "it", "its", "is", "on", "the", "was"],
            ))
    {
        end -= 1;
    }
    (floor.max(end.saturating_sub(4))..end).find(|at| {
        let told = doc.shape(at.wrapping_sub(1)) == Some(Shape::Clitic)
            || doc.is_any(at.wrapping_sub(1), words!["is", "was"]);
        told && *at > floor + 1
            && doc.is(at - 2, "year")
            && year(doc, *at, end).is_some_and(|(past, _)| past == end)
    })
}

/// "October ninth, I think fifty-eight": the end of the year that is told with less certainty, after a date of birth that
/// ends at `end`.
pub(crate) fn year_hedged(doc: &Doc<'_>, end: usize, limit: usize) -> Option<usize> {
    let mut at = end;
    while at < limit
        && at < end + 6
        && (doc.is_punct(at, b',')
            || doc.shape(at) == Some(Shape::Clitic)
            || doc.is_any(
                at,
                words![
                    "i", "think", "believe", "maybe", "probably", "guess", "it", "was", "of",
                    "year"
                ],
            ))
    {
        at += 1;
    }
    let (past, _) = (at > end + 1).then(|| year(doc, at, limit)).flatten()?;
    let closes = past >= limit || doc.shape(past) != Some(Shape::Word);
    (closes && !doc.is_punct(past, b'%')).then_some(past)
}

/// "Fourth of July. Independence day. Nineteen sixty-one.": the year that is a sentence of its own after a date of birth
/// that ends at `end`.
#[inline(never)]
pub(crate) fn year_later(doc: &Doc<'_>, end: usize, limit: usize) -> Option<(usize, usize)> {
    let limit = limit.min(doc.tokens.len());
    let mut at = end;
    while at < limit.min(end + LATER) {
        if at > end
            && doc.after_stop(at)
            && let Some((past, _)) = year(doc, at, limit)
            && (past >= limit || doc.after_stop(past + 1))
        {
            return Some((at, past));
        }
        if doc.has(at, class::MONTH) || doc.taken[at] {
            return None;
        }
        at += 1;
    }
    None
}
