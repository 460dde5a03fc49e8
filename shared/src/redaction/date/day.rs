//! Days that name no month: "the fourteenth", "Tuesday the 14th", "from the third to the ninth".

use crate::redaction::date::event::happens;
use crate::redaction::date::part::{day, gap};
use crate::redaction::date::slash::Before;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Where the date at `at` begins: with "the" when that stands before it.
pub(crate) fn the_before(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    if at > floor && doc.is(at - 1, "the") {
        at - 1
    } else {
        at
    }
}

/// A bare ordinal at `at` that is a day of the month: after a weekday, after words that lead to a date, or while
/// dates are being discussed; never before a noun.
pub(crate) fn bare(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    before: Before,
) -> Option<(usize, usize)> {
    if doc.shape(at) == Some(Shape::Number)
        && !(doc.glued(at + 1) && doc.shape(at + 1) == Some(Shape::Word))
    {
        return None;
    }
    let (end, ordinal) = day(doc, at, limit)?;
    let first = the_before(doc, at, before.floor);
    if !ordinal || first <= before.floor && first == at {
        return None;
    }
    let the = first < at;
    let lead = first > before.floor;
    let of_month = doc.is(end, "of")
        && doc.is_any(end + 1, words!["this", "last", "next"])
        && doc.is(end + 2, "month");
    if lead && (doc.has(first - 1, class::WEEKDAY) || the && short_weekday(doc, first - 1))
        || of_month
    {
        return Some((first, if of_month { limit.min(end + 3) } else { end }));
    }
    if !the || !closes(doc, end, limit) {
        return None;
    }
    // "from the seventh to the thirteenth", "from the third to the ninth of May"
    if lead
        && doc.is_any(first - 1, words!["from", "between"])
        && let Some((next, until, month)) = second(doc, end, limit)
        && (month || closes(doc, until, limit))
    {
        return Some((first, if month { next - 1 } else { until }));
    }
    // "the third through the tenth"
    if doc.is_any(end, words!["through", "thru"])
        && let Some((_, until, _)) = second(doc, end, limit)
        && closes(doc, until, limit)
    {
        return Some((first, until));
    }
    // The first three also count other things: "the first", "by the second".
    let late =
        doc.value(at) > 3 || end > at + 1 || doc.is_punct(end, b'.') && doc.is(first - 1, "since");
    let plain = lead
        && doc.is_any(
            first - 1,
            words!["on", "by", "until", "till", "since", "before", "dated"],
        );
    let loose = lead && doc.is_any(first - 1, words!["from", "for", "to", "after", "through"]);
    let certain = end > at + 1 || doc.value(at) > 12;
    let offered = lead
        && doc.is_any(
            first - 1,
            words![
                "have",
                "book",
                "due",
                "off",
                "about",
                "around",
                "prefer",
                "available",
                "but",
                "like"
            ],
        );
    let stated = lead && certain && doc.is_any(first - 1, words!["is", "was"]);
    let weekday = doc.has(end, class::WEEKDAY)
        || doc.is_punct(end, b',') && doc.has(end + 1, class::WEEKDAY)
        || doc.is_any(end, words!["is", "s"])
            && doc.is(end + 1, "a")
            && doc.has(end + 2, class::WEEKDAY);
    (late && (plain || stated || offered || loose && certain || before.recent(at))
        || weekday
        || before.asked(doc, at)
        || happens(doc, (first, end), before.floor, (late, certain)))
    .then_some((first, end))
}

/// "Sat the 9th", "we have wed. the 7th": days of the week are written short only beside a day.
fn short_weekday(doc: &Doc<'_>, at: usize) -> bool {
    let at = at - usize::from(at > 0 && doc.is_punct(at, b'.'));
    doc.is_any(
        at,
        words!["mon", "tue", "tues", "thu", "thur", "thurs", "fri"],
    ) || doc.capital(at) && doc.is_any(at, words!["wed", "sat", "sun"])
}

/// Whether no noun follows that the number would count.
pub(crate) fn closes(doc: &Doc<'_>, end: usize, limit: usize) -> bool {
    end >= limit
        || doc.shape(end) != Some(Shape::Word)
        || doc.has(end, class::WEEKDAY | class::FILLER)
        || doc.is_any(
            end,
            words![
                "at",
                "and",
                "so",
                "for",
                "but",
                "then",
                "if",
                "in",
                "because",
                "or",
                "to",
                "through",
                "until",
                "till",
                "thru",
                "works",
                "is",
                "was",
                "would",
                "will",
                "with",
                "around",
                "after",
                "before",
                "between",
                "that",
                "when",
                "i",
                "we",
                "she",
                "he",
                "you",
                "instead",
                "same",
                "open",
                "available",
                "free",
                "okay",
                "ok",
                "good",
                "fine",
                "best",
                "please",
                "not",
                "which",
                "it",
                "they",
                "from",
                "how",
                "what",
                "does",
                "do",
                "can",
                "could",
                "are",
                "unless",
            ],
        )
}

/// "… to the fourteenth", "… through 9th", "…, on the 22nd", "… or 18" after a date that ends at `end`: the day that
/// closes the range.
pub(crate) fn range_end(doc: &Doc<'_>, end: usize, limit: usize) -> Option<(usize, usize)> {
    if let Some((first, day, month)) = second(doc, end, limit) {
        return (!month && closes(doc, day, limit)).then_some((first, day));
    }
    let joined = doc.is_any(end, words!["to", "through", "thru", "and", "or"]);
    let figure = joined && doc.shape(end + 1) == Some(Shape::Number);
    let (day, _) = figure.then(|| day(doc, end + 1, limit)).flatten()?;
    closes(doc, day, limit).then_some((end + 1, day))
}

/// The second day of a range that goes on at `end`, with "the", and whether a month follows it.
fn second(doc: &Doc<'_>, end: usize, limit: usize) -> Option<(usize, usize, bool)> {
    if !doc.is_any(
        end,
        words!["to", "through", "until", "till", "and", "or", "thru", "on"],
    ) {
        return None;
    }
    let first = end + 1;
    let at = if doc.is(first, "the") {
        first + 1
    } else {
        first
    };
    let (day, ordinal) = day(doc, at, limit)?;
    let month = gap(doc, if doc.is(day, "of") { day + 1 } else { day }, limit);
    ordinal.then(|| (first, day, doc.has(month, class::MONTH)))
}
