//! Dates more specific than a year, spoken and written. A date that a birth cue or question announces is a date of
//! birth. A year alone survives.

use super::cue::Cue;
use super::date_numeric::{number, numeric};
use super::date_part::{day, day_then_year, gap, tail_year, weak_month, year};
use super::doc::Doc;
use super::kind::Kind;
use super::lexicon::class;
use super::token::Shape;
use super::word_set::words;

/// Finds the dates of a text.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.date);
    let mut t = 0;
    let mut resume = 0;
    let mut month = 0;
    let mut year_asked = (usize::MAX, false);
    for at in anchors.iter().map(|at| *at as usize) {
        while doc.turns.get(t).is_some_and(|turn| turn.end <= at) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if at < resume.max(turn.first) || doc.taken[at] {
            continue;
        }
        if year_asked.0 != t {
            year_asked = (t, asked_year(doc, t));
        }
        let alone = |at| {
            (year_asked.1 && at < turn.first + 4)
                .then(|| year(doc, at, turn.end))
                .flatten()
                .map(|(end, _)| (at, end))
        };
        let found = if doc.tokens[at].shape == Shape::Number {
            numeric(doc, at, turn.end)
                .or_else(|| month_day(doc, at, turn.first, turn.end))
                .or_else(|| day_first(doc, at, turn.end))
                .or_else(|| alone(at))
        } else {
            near_month(doc, &anchors, &mut month, at, turn.end)
                .then(|| worded(doc, at, turn.first, turn.end))
                .flatten()
                .or_else(|| alone(at))
        };
        let Some((first, end)) = found else { continue };
        let kind = if birth(doc, t, first) {
            Kind::Dob
        } else {
            Kind::Date
        };
        doc.add(first, end, kind, "date");
        resume = end;
        // "from the fifth of May to the fourteenth", "in July 1960, on the 22nd"
        let comma = usize::from(doc.is_punct(end, b',') && doc.is(end + 1, "on"));
        let end = end + comma;
        if doc.is_any(
            end,
            words!["to", "through", "until", "till", "and", "or", "thru", "on"],
        ) {
            let next = if doc.is(end + 1, "the") {
                end + 2
            } else {
                end + 1
            };
            if let Some((day, true)) = day(doc, next, turn.end)
                && !doc.has(day, class::MONTH)
            {
                doc.add(next, day, kind, "date-range");
                resume = day;
            }
        }
    }
    doc.anchors.date = anchors;
}

/// Whether a month or an ordinal is here or within the next words: most number words are no date. `month` is where the
/// next of them stands among the anchors.
fn near_month(doc: &Doc<'_>, anchors: &[u32], month: &mut usize, at: usize, limit: usize) -> bool {
    while let Some(next) = anchors.get(*month).map(|at| *at as usize) {
        if next >= at && doc.has(next, class::MONTH | class::ORDINAL) {
            return next < limit.min(at + 7);
        }
        *month += 1;
    }
    false
}

/// "and the year?" – "1943": whether turn `t` answers with the last part of a date of birth.
fn asked_year(doc: &Doc<'_>, t: usize) -> bool {
    doc.asked(t, 5, Cue::Dob) && {
        let asked = doc.turns[t - 1];
        let near = asked.first.max(asked.end.saturating_sub(6));
        (near..asked.end).any(|i| doc.is(i, "year"))
    }
}

/// `10/27` after words that lead to a date: elsewhere it is a score, a pressure or a fraction.
fn month_day(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    let led = at > floor
        && (doc.has(at - 1, class::WEEKDAY)
            || doc.is_any(
                at - 1,
                words![
                    "on",
                    "admitted",
                    "discharged",
                    "since",
                    "until",
                    "till",
                    "before",
                    "dated",
                    "scheduled",
                ],
            ));
    // "I'm on 10/20 of lisinopril"
    let taken = at > floor + 1
        && doc.is(at - 1, "on")
        && (doc.shape(at - 2) == Some(Shape::Clitic)
            || doc.is_any(
                at - 2,
                words!["am", "is", "was", "be", "put", "me", "him", "her"],
            ));
    if !led || taken || !doc.is_punct(at + 1, b'/') || !doc.glued(at + 1) || !doc.glued(at + 2) {
        return None;
    }
    let (month, day) = (number(doc, at)?, number(doc, at + 2)?);
    let end = at + 3;
    let more = doc.has(end, class::UNIT | class::OVER)
        || doc.is_any(end, words!["of", "a", "for"])
        || doc.glued(end) && doc.shape(end) != Some(Shape::Punct)
        || doc.is_punct(end, b'/');
    ((1..=12).contains(&month) && (1..=31).contains(&day) && !more && end <= limit)
        .then_some((at, end))
}

/// Whether a birth cue stands before `first` in the turn, or an unanswered one in the turns before.
fn birth(doc: &Doc<'_>, t: usize, first: usize) -> bool {
    let turn = doc.turns[t];
    let here = doc
        .cues_before(&turn, first)
        .find(|hit| first - hit.end < 24);
    if let Some(hit) = here
        && hit.cue != Cue::None
    {
        return hit.cue == Cue::Dob;
    }
    doc.asked(t, 3, Cue::Dob)
}

/// `21 May 2021`, `3rd of March`, `21st January`.
fn day_first(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize)> {
    let (mut next, _) = day(doc, at, limit)?;
    next = gap(doc, next, limit);
    if doc.is(next, "of") {
        next = gap(doc, next + 1, limit);
    }
    if doc.is(next, "the") && doc.shape(next + 1) == Some(Shape::Number) {
        return None;
    }
    if next >= limit
        || !doc.has(next, class::MONTH)
        || weak_month(doc, next) && !doc.capital(next) && !doc.is(next - 1, "of")
    {
        return None;
    }
    let (end, _) = tail_year(doc, next + 1, limit, true);
    Some((at, end))
}

/// A date that starts with a word: a month, or an ordinal or number before "of" and a month.
fn worded(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    let bits = doc.class(at);
    if bits & class::MONTH != 0 {
        return month_first(doc, at, floor, limit);
    }
    if bits & (class::ORDINAL | class::TENS | class::TEEN | class::DIGIT) == 0 {
        return None;
    }
    let start = at;
    let first = if at > floor && doc.is(at - 1, "the") {
        at - 1
    } else {
        at
    };
    let (mut next, ordinal) = day(doc, start, limit)?;
    next = gap(doc, next, limit);
    let of = doc.is(next, "of") || doc.is(next, "day") && doc.is(next + 1, "of");
    if of {
        next = gap(
            doc,
            if doc.is(next, "of") {
                next + 1
            } else {
                next + 2
            },
            limit,
        );
    } else if !ordinal {
        return None;
    }
    if doc.is(next, "the") && of && ordinal {
        // "the twentieth of the fourth, nineteen ninety"
        let (month_end, ordinal_month) = day(doc, next + 1, limit)?;
        let (end, year) = tail_year(doc, month_end, limit, true);
        return (ordinal_month && year).then_some((first, end));
    }
    if next < limit && doc.has(next, class::MONTH) && (of || !weak_month(doc, next)) {
        let (end, _) = tail_year(doc, next + 1, limit, true);
        return Some((first, end));
    }
    // "on the fourteenth": a bare ordinal is a date after "on the" when no noun follows.
    let the = ordinal && !of && start > first && first > floor;
    let bare = the && doc.is_any(first - 1, words!["on", "by", "until", "since", "before"]);
    let (day_end, _) = day(doc, start, limit)?;
    // "friday the twenty seventh"
    if the && doc.has(first - 1, class::WEEKDAY) {
        return Some((first, day_end));
    }
    // "from the seventh to the thirteenth"
    if the
        && doc.is(first - 1, "from")
        && doc.is_any(day_end, words!["to", "through", "until", "till", "thru"])
        && doc.is(day_end + 1, "the")
        && let Some((until, true)) = day(doc, day_end + 2, limit)
        && !matches!(doc.shape(until), Some(Shape::Word))
    {
        return Some((first, until));
    }
    let last = day_end >= limit
        || doc.shape(day_end) != Some(Shape::Word)
        || doc.is_any(
            day_end,
            words![
                "at", "and", "so", "for", "but", "then", "if", "in", "because",
            ],
        );
    (bare && last && (doc.value(start) > 3 || day_end > start + 1)).then_some((first, day_end))
}

fn month_first(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    if at > floor
        && (doc.has(at - 1, class::NATO) && !doc.has(at - 1, class::MONTH)
            || doc.is(at, "november") && doc.has(at + 1, class::NATO)
            // "n as in november"
            || at > floor + 1 && doc.is(at - 1, "in") && doc.is(at - 2, "as"))
    {
        return None;
    }
    let dot =
        usize::from(doc.is_punct(at + 1, b'.') && doc.glued(at + 1) && doc.word(at).len() <= 4);
    let mut next = gap(doc, at + 1 + dot, limit);
    let of = doc.is_any(next, words!["of", "in"]);
    let after_of = if of { gap(doc, next + 1, limit) } else { next };
    let introduced = at > floor
        && doc.is_any(
            at - 1,
            words![
                "in", "since", "until", "till", "last", "next", "this", "early", "late", "mid",
                "of", "from", "by", "through", "during", "before", "after", "around",
            ],
        );
    if of
        && doc.is(next, "of")
        && doc.has(after_of, class::TENS)
        && year(doc, after_of, limit).is_none_or(|(_, strong)| !strong)
    {
        let end = if doc.is_punct(after_of + 1, b'-') {
            after_of + 3
        } else if doc.has(after_of + 1, class::DIGIT) {
            after_of + 2
        } else {
            after_of + 1
        };
        return (end <= limit && !doc.has(end, class::UNIT)).then_some((at, end));
    }
    if let Some((year_end, strong)) = year(doc, after_of, limit)
        && strong
        && (of
            || !weak_month(doc, at)
            || introduced
            || doc.capital(at)
            || day_then_year(doc, next, limit).is_none())
        && day_then_year(doc, next, limit).is_none()
    {
        return Some((at, year_end));
    }
    if doc.is(next, "the") {
        next += 1;
    }
    if let Some((day_end, ordinal)) = day(doc, next, limit) {
        let led = at > floor
            && (doc.has(at - 1, class::WEEKDAY)
                || doc.is_any(at - 1, words!["is", "was", "for", "on"]));
        let weak = weak_month(doc, at) && !doc.capital(at) && !ordinal && !introduced && !led;
        let clash = doc.has(day_end, class::UNIT)
            || doc.is_punct(day_end, b'%')
            || doc.is(day_end, "or")
            || doc.has(day_end, class::HUNDRED);
        if !weak && !clash {
            let (end, _) = tail_year(doc, day_end, limit, true);
            return Some((at, end));
        }
    }
    if introduced
        && !(weak_month(doc, at)
            && !doc.capital(at)
            && !doc.is_any(at - 1, words!["in", "since", "last", "of"]))
        && !(doc.is(at, "may") && doc.is_any(at - 1, words!["this", "after", "before"]))
    {
        return Some((at, at + 1));
    }
    None
}
