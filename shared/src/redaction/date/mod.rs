//! Dates more specific than a year, spoken and written. A date that a birth cue or question announces is a date of
//! birth. A year alone survives.

pub(crate) mod age;
pub(crate) mod age_talk;
pub(crate) mod apart;
pub(crate) mod correction;
pub(crate) mod day;
pub(crate) mod event;
pub(crate) mod holiday;
pub(crate) mod numeric;
pub(crate) mod part;
pub(crate) mod piece;
pub(crate) mod repair;
pub(crate) mod slash;
pub(crate) mod spoken;
pub(crate) mod visit;

use crate::redaction::date::apart::{day_after, year_hedged, year_later, year_told};
use crate::redaction::date::day::{bare, closes, range_end, the_before};
use crate::redaction::date::holiday::{after_feast, feast, holiday};
use crate::redaction::date::numeric::{numeric, spaced};
use crate::redaction::date::part::{
    day, day_again, day_then_year, gap, short_year, tail_year, weak_month, year,
};
use crate::redaction::date::piece::pieces;
use crate::redaction::date::repair::{other_day, repaired, taken_back, year_before};
use crate::redaction::date::slash::{Before, slashed};
use crate::redaction::date::visit::{alone, visited, visits};
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric as numeric_word;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::anchor::AHEAD;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Finds the dates of a text.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.date);
    let (mut t, mut date_end) = (0, 0);
    for at in anchors.iter().map(|at| *at as usize) {
        // "Christmas day two thousand one"
        let at = at - usize::from(at > 0 && doc.has(at, class::THOUSAND));
        let figures = doc.tokens[at].shape == Shape::Number;
        if at < date_end || !figures && !near_month(doc, at) && !after_feast(doc, at) {
            continue;
        }
        while doc.turns.get(t).is_some_and(|turn| turn.end <= at) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if at < turn.first || doc.taken[at] {
            continue;
        }
        let before = Before {
            floor: turn.first,
            date_end,
            t,
        };
        let found = if figures {
            in_figures(doc, at, &turn, before)
        } else {
            in_words(doc, at, &turn, before)
        };
        if let Some(found) = found {
            date_end = record(doc, t, found);
        }
    }
    doc.anchors.date = anchors;
    year_answers(doc);
    pieces(doc);
}

/// The date that begins with the figures at `at`.
fn in_figures(doc: &Doc<'_>, at: usize, turn: &Turn, before: Before) -> Option<(usize, usize)> {
    numeric(doc, at, turn.end)
        .or_else(|| {
            let apart = doc.shape(at + 1) == Some(Shape::Punct) && !doc.glued(at + 1);
            apart.then(|| spaced(doc, at, turn.end))?
        })
        .or_else(|| slashed(doc, at, turn.end, before))
        .or_else(|| day_first(doc, at, turn.first, turn.end))
        .or_else(|| bare(doc, at, turn.end, before))
        .or_else(|| {
            let four = doc.tokens[at].len == 4;
            four.then(|| holiday(doc, at, turn.first, turn.end))?
        })
}

/// The date that begins with the word at `at`.
fn in_words(doc: &Doc<'_>, at: usize, turn: &Turn, before: Before) -> Option<(usize, usize)> {
    worded(doc, at, turn.first, turn.end)
        .or_else(|| bare(doc, at, turn.end, before))
        .or_else(|| {
            let holiday = doc.has(at, class::HOLIDAY);
            let birth = holiday && birth(doc, before.t, at);
            holiday.then(|| feast(doc, at, turn.first, turn.end, birth))?
        })
        .or_else(|| holiday(doc, at, turn.first, turn.end))
}

/// Notes the date at `first..end` in turn `t`, and what belongs to it; where it ends.
fn record(doc: &mut Doc<'_>, t: usize, (first, end): (usize, usize)) -> usize {
    let turn = doc.turns[t];
    let kind = if birth(doc, t, first) {
        Kind::Dob
    } else {
        Kind::Date
    };
    let (first, end, kind) = whole(doc, (first, end), kind, (turn.first, turn.end));
    doc.add(first, end, kind, "date");
    if kind == Kind::Dob
        && let Some((from, year)) = year_later(doc, end, turn.end)
    {
        doc.add(from, year, kind, "date-year");
    }
    if let Some((from, day)) = range_end(doc, end, turn.end) {
        doc.add(from, day, kind, "date-range");
        return day;
    }
    end
}

/// "and the year?" – "1943": the last part of a date of birth, which is no date when nobody asked for it.
fn year_answers(doc: &mut Doc<'_>) {
    let mut asked = None;
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let born = asked.is_some_and(|asked| t - asked <= 5);
        if turn.asks & Cue::Dob.bit() != 0 {
            asked = Some(t);
        }
        if !born || !asked_year(doc, &doc.turns[t - 1]) {
            continue;
        }
        let begins = |at: &usize| {
            !doc.taken[*at]
                && (*at == turn.first || !numeric_word(doc, *at - 1))
                && (doc.shape(*at) == Some(Shape::Number)
                    || doc.has(*at, class::TEEN | class::TENS | class::DIGIT))
        };
        let answer = (turn.first..turn.end.min(turn.first + 4))
            .filter(begins)
            .find_map(|at| Some((at, year(doc, at, turn.end)?.0)));
        if let Some(found) = answer {
            record(doc, t, found);
        }
    }
}

/// The date at `first..end` with what belongs to it before and after, and what kind of date that makes it.
#[inline(never)]
fn whole(
    doc: &Doc<'_>,
    (first, end): (usize, usize),
    kind: Kind,
    (floor, limit): (usize, usize),
) -> (usize, usize, Kind) {
    // "october fifteenth twenty nine"
    let end = if kind == Kind::Dob {
        short_year(doc, end, limit)
            .or_else(|| year_hedged(doc, end, limit))
            .unwrap_or(end)
    } else {
        end
    };
    let end = repaired(doc, end, limit, kind).unwrap_or(end);
    let end = day_after(doc, end, limit).unwrap_or(end);
    let first = taken_back(doc, first, floor).unwrap_or(first);
    let first = other_day(doc, first, floor).unwrap_or(first);
    // "'52"
    let quote = doc.tokens[first].shape == Shape::Number
        && doc.glued(first)
        && first > floor
        && doc.is_punct(first - 1, 0x27);
    let first = first - usize::from(quote);
    // "born in '50, November fourteenth"
    let (first, kind) = match year_before(doc, first, floor) {
        Some(year)
            if kind == Kind::Dob
                || year > floor + 1 && doc.is(year - 1, "in") && doc.is(year - 2, "born") =>
        {
            (year, Kind::Dob)
        }
        _ => (first, kind),
    };
    let (first, kind) = match year_told(doc, first, floor) {
        Some(year) => (year, Kind::Dob),
        None => (first, kind),
    };
    (first, end, kind)
}

/// Whether a month, an ordinal or a holiday is here or within the next words: most number words are no date.
fn near_month(doc: &Doc<'_>, at: usize) -> bool {
    let near = (at..=at + AHEAD).fold(0, |bits, i| bits | doc.class(i));
    near & (class::MONTH | class::ORDINAL | class::HOLIDAY) != 0
}

/// "and the year?": whether a turn asks for one at its end.
fn asked_year(doc: &Doc<'_>, asked: &Turn) -> bool {
    let near = asked.first.max(asked.end.saturating_sub(12));
    doc.holds(near, asked.end, "year")
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
    // "the fifth of may sixty two is my birthday"
    let after = || {
        doc.turn_cues(&turn)
            .iter()
            .any(|hit| hit.cue == Cue::Dob && hit.end > first && hit.end - first < 14)
    };
    doc.asked(t, 3, Cue::Dob) || turn.asks & Cue::Dob.bit() != 0 && here.is_none() && after()
}

/// `21 May 2021`, `3rd of March`, `21st January`.
fn day_first(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    let (mut next, _) = day(doc, at, limit)?;
    next = gap(doc, next, limit);
    if doc.is(next, "of") {
        next = gap(doc, next + 1, limit);
    }
    if doc.is(next, "the") && doc.shape(next + 1) == Some(Shape::Number) {
        // "17th of the 3rd 2011", but "2 of the 5mg"
        let (month_end, ordinal) = day(doc, next + 1, limit)?;
        let (end, year) = tail_year(doc, month_end, limit, true);
        return (ordinal && year).then_some((the_before(doc, at, floor), end));
    }
    if next >= limit || !doc.has(next, class::MONTH) {
        return None;
    }
    let (end, dated) = tail_year(doc, next + 1, limit, true);
    if weak_month(doc, next) && !doc.capital(next) && !doc.is(next - 1, "of") && !dated {
        return None;
    }
    Some((the_before(doc, at, floor), end))
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
    let first = the_before(doc, at, floor);
    let (mut next, ordinal) = day(doc, at, limit)?;
    next = gap(doc, next, limit);
    // "the twelfth month, ninth day, fifty three"
    if ordinal && doc.is(next, "month") {
        let second = gap(doc, next + 1, limit);
        let (day_end, _) = day(doc, second + usize::from(doc.is(second, "the")), limit)?;
        let day_end = day_end + usize::from(doc.is(day_end, "day"));
        let (end, year) = tail_year(doc, day_end, limit, true);
        return year.then_some((first, end));
    }
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
    // "the third of of june"
    if of && doc.is(next, "of") {
        next = gap(doc, next + 1, limit);
    }
    if doc.is(next, "the") && of && ordinal {
        // "the twentieth of the fourth, nineteen ninety"
        let (month_end, ordinal_month) = day(doc, next + 1, limit)?;
        let (end, year) = tail_year(doc, month_end, limit, true);
        return (ordinal_month && year).then_some((first, end));
    }
    if next >= limit || !doc.has(next, class::MONTH) {
        return None;
    }
    // "third march nineteen seventy two"
    let (end, dated) = tail_year(doc, day_again(doc, next + 1, limit), limit, true);
    (of || dated || !weak_month(doc, next)).then_some((first, end))
}

/// "march three seventy two": two digits of a year after the day, and no more numbers.
fn year_of_two(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    at + 1 < limit
        && doc.has(at, class::TENS)
        && doc.has(at + 1, class::DIGIT)
        && !doc.has(at + 2, class::CARDINAL | class::UNIT | class::OVER)
}

fn month_first(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    if at > floor
        && (doc.is(at, "november")
            && (doc.has(at - 1, class::NATO) && !doc.has(at - 1, class::MONTH)
                || doc.has(at + 1, class::NATO))
            // "n as in november"
            || at > floor + 1 && doc.is(at - 1, "in") && doc.is(at - 2, "as"))
    {
        return None;
    }
    let dot = usize::from(doc.is_punct(at + 1, b'.') && doc.glued(at + 1) && doc.len_of(at) <= 4);
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
    // "expiring in April of '27"
    if doc.is_punct(after_of, 0x27)
        && let Some((end, _)) = year(doc, after_of + 1, limit)
    {
        return Some((at, end));
    }
    if doc.is(next, "the") {
        next = gap(doc, next + 1, limit);
    }
    if let Some((day_end, ordinal)) = day(doc, next, limit) {
        let led = at > floor
            && (doc.has(at - 1, class::WEEKDAY)
                || doc.is_any(at - 1, words!["is", "was", "for", "on", "dated"]));
        let opens = at == floor && !doc.is(day_end, "of");
        // "i have may 16 at nine", "march thirty works"
        let figure = doc.shape(next) == Some(Shape::Number);
        let counted = (figure || doc.has(next, class::TEEN | class::TENS))
            && closes(doc, day_end, limit)
            && !numeric_word(doc, day_end);
        let sure = ordinal || introduced || led || opens || counted || doc.capital(at);
        let weak = weak_month(doc, at)
            && !sure
            && day_then_year(doc, next, limit).is_none()
            && !year_of_two(doc, day_end, limit);
        let clash = doc.has(day_end, class::UNIT) && !(ordinal && visits(doc, at, day_end, floor))
            || doc.is_punct(day_end, b'%')
            // "you may two or three times"
            || doc.is(day_end, "or") && weak_month(doc, at) && numeric_word(doc, day_end + 1)
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
    (visited(doc, at, floor) || alone(doc, at, floor)).then_some((at, at + 1))
}
