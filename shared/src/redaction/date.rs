//! Dates more specific than a year, spoken and written. A date that a birth cue or question announces is a date of
//! birth. A year alone survives.

use super::cue::Cue;
use super::doc::Doc;
use super::kind::Kind;
use super::lexicon::class;
use super::token::Shape;

/// Finds the dates of a text.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.date);
    let mut t = 0;
    let mut resume = 0;
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
        let found = if doc.tokens[at].shape == Shape::Number {
            numeric(doc, at, turn.end).or_else(|| day_first(doc, at, turn.end))
        } else {
            near_month(doc, at, turn.end)
                .then(|| worded(doc, at, turn.first, turn.end))
                .flatten()
        };
        let Some((first, end)) = found else { continue };
        let kind = if birth(doc, t, first) {
            Kind::Dob
        } else {
            Kind::Date
        };
        doc.add(first, end, kind, "date");
        resume = end;
        // "from the fifth of May to the fourteenth"
        if doc.is_any(
            end,
            &["to", "through", "until", "till", "and", "or", "thru"],
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

/// Whether a month or an ordinal is here or within the next words: most number words are no date.
fn near_month(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    (at..limit.min(at + 7)).any(|i| doc.has(i, class::MONTH | class::ORDINAL))
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

fn number(doc: &Doc<'_>, at: usize) -> Option<u32> {
    (doc.shape(at) == Some(Shape::Number))
        .then(|| doc.word(at).parse().ok())
        .flatten()
}

/// `04/23/1964`, `8-23-97`, `21.5.2021`, `2021-05-21T14:30Z`, `5/2021`, `05-21-2021`, `21-May-2021`.
fn numeric(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize)> {
    if at > 0
        && doc.glued(at)
        && (doc.shape(at - 1) == Some(Shape::Word)
            || doc.is_punct(at - 1, b'/')
            || doc.is_punct(at - 1, b'-')
            || doc.is_punct(at - 1, b'.'))
    {
        return None;
    }
    let (a, a_len) = (number(doc, at)?, doc.word(at).len());
    let separator = *b"/-."
        .iter()
        .find(|b| doc.is_punct(at + 1, **b) && doc.glued(at + 1) && doc.glued(at + 2))?;
    if doc.has(at + 2, class::MONTH) && doc.is_punct(at + 3, separator) && a_len <= 2 {
        let end = at + 5;
        return (end <= limit && number(doc, at + 4).is_some()).then_some((at, end));
    }
    let (b, b_len) = (number(doc, at + 2)?, doc.word(at + 2).len());
    let third = doc.is_punct(at + 3, separator) && doc.glued(at + 3) && doc.glued(at + 4);
    let Some(c) = third.then(|| number(doc, at + 4)).flatten() else {
        let free = !doc.is_punct(at + 3, separator)
            || !doc.glued(at + 3)
            || doc.shape(at + 4) != Some(Shape::Number);
        let month_year = separator == b'/'
            && a_len <= 2
            && (1..=12).contains(&a)
            && b_len == 4
            && (1900..2100).contains(&b);
        return (month_year && free && at + 3 <= limit).then_some((at, at + 3));
    };
    let c_len = doc.word(at + 4).len();
    if doc.is_punct(at + 5, separator)
        && doc.glued(at + 5)
        && doc.shape(at + 6) == Some(Shape::Number)
        && doc.glued(at + 6)
    {
        return None;
    }
    let day_month =
        |x: u32, y: u32| (1..=31).contains(&x) && (1..=31).contains(&y) && (x <= 12 || y <= 12);
    let year_first =
        a_len == 4 && (1800..2200).contains(&a) && b_len <= 2 && c_len <= 2 && day_month(b, c);
    let year_last = a_len <= 2
        && b_len <= 2
        && day_month(a, b)
        && (c_len == 4 && (1800..2200).contains(&c)
            || c_len == 2 && (separator != b'.' || a_len == 2));
    let mut end = at + 5;
    if !(year_first || year_last) || end > limit {
        return None;
    }
    if year_first
        && doc.glued(end)
        && doc.is(end, "t")
        && doc.shape(end + 1) == Some(Shape::Number)
        && doc.glued(end + 1)
    {
        end = time_tail(doc, end + 1, limit);
    } else if doc.glued(end) && doc.shape(end) == Some(Shape::Word) {
        return None;
    }
    Some((at, end))
}

/// The end of `14:30:00.123Z`, `14:30+02:00` from its hour on.
fn time_tail(doc: &Doc<'_>, from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit
        && (at == from || doc.glued(at))
        && (doc.shape(at) == Some(Shape::Number)
            || doc.is(at, "z")
            || [b':', b'.', b'+', b'-'].iter().any(|b| {
                doc.is_punct(at, *b)
                    && doc.shape(at + 1) == Some(Shape::Number)
                    && doc.glued(at + 1)
            }))
    {
        at += 1;
    }
    at
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

/// "May" and "march" are also ordinary words.
fn weak_month(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(
        at,
        &["may", "march", "mar", "sep", "dec", "jan", "jun", "oct"],
    )
}

/// A day of the month at `at`: the index after it, and whether it was an ordinal.
fn day(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, bool)> {
    if at >= limit {
        return None;
    }
    if let Some(value) = number(doc, at) {
        if !(1..=31).contains(&value) || doc.word(at).len() > 2 {
            return None;
        }
        let suffix = doc.glued(at + 1) && doc.is_any(at + 1, &["st", "nd", "rd", "th"]);
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
fn gap(doc: &Doc<'_>, mut at: usize, limit: usize) -> usize {
    let from = at;
    while at < limit
        && at < from + 5
        && (doc.is_punct(at, b',')
            || doc.is_any(at, &["uh", "um", "er", "erm", "ah", "like"])
            || doc.is_punct(at, b'-')
            || doc.is_punct(at, b'.') && doc.glued(at) && at == from && !doc.capital(at + 1))
    {
        at += 1;
    }
    at
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
    let bare = ordinal
        && !of
        && start > first
        && first > floor
        && doc.is_any(first - 1, &["on", "by", "until", "since", "before"]);
    let (day_end, _) = day(doc, start, limit)?;
    let last = day_end >= limit
        || doc.shape(day_end) != Some(Shape::Word)
        || doc.is_any(
            day_end,
            &[
                "at", "and", "so", "for", "but", "then", "if", "in", "because",
            ],
        );
    (bare && last && (doc.value(start) > 3 || day_end > start + 1)).then_some((first, day_end))
}

fn month_first(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    if at > floor
        && (doc.has(at - 1, class::NATO) && !doc.has(at - 1, class::MONTH)
            || doc.is(at, "november") && doc.has(at + 1, class::NATO))
    {
        return None;
    }
    let dot =
        usize::from(doc.is_punct(at + 1, b'.') && doc.glued(at + 1) && doc.word(at).len() <= 4);
    let mut next = gap(doc, at + 1 + dot, limit);
    let of = doc.is_any(next, &["of", "in"]);
    let after_of = if of { gap(doc, next + 1, limit) } else { next };
    let introduced = at > floor
        && doc.is_any(
            at - 1,
            &[
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
        let weak = weak_month(doc, at) && !doc.capital(at) && !ordinal && !introduced;
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
            && !doc.is_any(at - 1, &["in", "since", "last", "of"]))
        && !(doc.is(at, "may") && doc.is_any(at - 1, &["this", "after", "before"]))
    {
        return Some((at, at + 1));
    }
    None
}

fn day_then_year(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let (end, _) = day(doc, at, limit)?;
    let next = gap(doc, end, limit);
    year(doc, next, limit)
        .filter(|(_, strong)| *strong)
        .map(|(end, _)| end)
}

/// An optional year after a day or month: the end of the date, and whether there was a year.
fn tail_year(doc: &Doc<'_>, at: usize, limit: usize, two_digits: bool) -> (usize, bool) {
    let mut next = gap(doc, at, limit);
    if doc.is_any(next, &["of", "in"]) {
        next = gap(doc, next + 1, limit);
    }
    if doc.is_punct(next, 0x27) {
        next += 1;
    }
    match year(doc, next, limit) {
        Some((end, strong))
            if strong || two_digits && !doc.has(end, class::UNIT) && !doc.is_punct(end, b'%') =>
        {
            (end, true)
        }
        _ => (at, false),
    }
}

/// A year at `at`: the index after it, and whether it had four digits.
pub(crate) fn year(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, bool)> {
    if at >= limit {
        return None;
    }
    if let Some(value) = number(doc, at) {
        return match doc.word(at).len() {
            4 if (1880..2100).contains(&value) => Some((at + 1, true)),
            2 if at > 0
                && (doc.is_punct(at - 1, 0x27) || doc.is_punct(at - 1, b','))
                && !doc.glued(at + 1) =>
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
