//! A date of birth that comes in pieces, over several turns: "birthday?" – "June" – "and the day?" – "the sixth" – "and
//! the year?" – "fifty one".

use crate::redaction::date::part::{day, gap, year};
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Turns after the question in which the pieces may come.
const WINDOW: usize = 9;
/// Most tokens of a turn that holds a piece, or asks for one.
const SHORT: usize = 14;

/// The pieces known of a date.
#[derive(Clone, Copy, Default)]
struct Known {
    month: bool,
    day: bool,
    year: bool,
}

/// Finds dates of birth that come in pieces.
pub(crate) fn pieces(doc: &mut Doc<'_>) {
    let mut next = 0;
    while let Some(asked) = (next..doc.turns.len()).find(|t| {
        doc.turns[*t].asks & Cue::Dob.bit() != 0 || born_in(doc, *t) || month_asked(doc, *t)
    }) {
        next = after_question(doc, asked);
    }
}

/// "and the month?": the first of three questions.
fn month_asked(doc: &Doc<'_>, t: usize) -> bool {
    let turn = doc.turns[t];
    let answered = || {
        doc.turns
            .get(t + 1)
            .is_some_and(|next| doc.has(next.first, class::MONTH))
    };
    turn.end - turn.first <= 5
        && answered()
        && doc.holds(turn.first, turn.end, "month")
        && Wanted::of(doc, &turn).month
}

/// "i was born in august": the first piece, to which the others are asked.
fn born_in(doc: &Doc<'_>, t: usize) -> bool {
    let turn = doc.turns[t];
    turn.asks & Cue::None.bit() != 0
        && doc.turn_cues(&turn).iter().any(|hit| {
            hit.cue == Cue::None && doc.has(hit.end, class::MONTH) && doc.is(hit.first, "born")
        })
}

/// Reads the answers to the question in turn `asked`; the turn to go on at.
fn after_question(doc: &mut Doc<'_>, asked: usize) -> usize {
    let mut known = Known {
        month: born_in(doc, asked),
        ..Known::default()
    };
    let mut quiet = 0;
    let others = !(Cue::Dob.bit() | Cue::None.bit());
    for t in asked + 1..doc.turns.len().min(asked + WINDOW) {
        let (question, turn) = (doc.turns[t - 1], doc.turns[t]);
        if turn.asks & others != 0 || turn.end - turn.first > SHORT {
            return t;
        }
        if let Some((first, end, now)) = piece(doc, &turn, known, &question) {
            doc.add(first, end, Kind::Dob, "date-piece");
            known = now;
            quiet = 0;
            if known.month && known.day && known.year {
                return t + 1;
            }
        } else if (turn.first..turn.end).any(|at| doc.taken[at])
            || (turn.first..turn.end)
                .filter(|at| numeric(doc, *at))
                .count()
                > 2
        {
            return t;
        } else {
            // A question that counts something else: "and how many tablets".
            quiet += 1;
            let counts = |at: usize| doc.is_any(at, words!["many", "much", "often", "long"]);
            if quiet > 3 || (turn.first..turn.end).any(counts) {
                return t;
            }
        }
    }
    asked + 1
}

/// Which pieces the turn before asks for by name.
#[derive(Default)]
struct Wanted {
    month: bool,
    day: bool,
    year: bool,
}

impl Wanted {
    fn of(doc: &Doc<'_>, question: &Turn) -> Self {
        let mut wanted = Self::default();
        if question.end - question.first > 9 {
            return wanted;
        }
        let words = words!["month", "day", "year", "how", "times", "many"];
        for at in question.first..question.end {
            if doc.is_any(at, words) {
                match doc.bytes(at)[0] | 0x20 {
                    b'y' => wanted.year = true,
                    b'd' => wanted.day = true,
                    b'm' if doc.is(at, "month") => wanted.month = true,
                    _ => return Self::default(),
                }
            }
        }
        wanted
    }
}

/// The piece or pieces that a turn consists of, and what is known after it.
fn piece(
    doc: &Doc<'_>,
    turn: &Turn,
    mut known: Known,
    question: &Turn,
) -> Option<(usize, usize, Known)> {
    let small = |at: usize| {
        doc.shape(at) != Some(Shape::Word)
            && doc.shape(at) != Some(Shape::Number)
            && doc.shape(at) != Some(Shape::Placeholder)
            || doc.has(at, class::FRAME | class::FILLER)
                && !doc.has(at, class::MONTH | class::CARDINAL | class::ORDINAL)
    };
    let mut at = turn.first;
    while at < turn.end && small(at) {
        at += 1;
    }
    if !doc.has(at, class::MONTH | class::ORDINAL) && !numeric(doc, at) {
        return None;
    }
    let wanted = Wanted::of(doc, question);
    // "what month day and year?" – "two two seventy nine": no piece, but a date in numbers.
    if wanted.month && wanted.day && wanted.year && numeric(doc, at) && numeric(doc, at + 1) {
        return None;
    }
    let expected = known.month || wanted.month || wanted.day || wanted.year;
    let dated = doc.has(at, class::MONTH | class::ORDINAL | class::TENS);
    if !(expected || dated || doc.shape(at) == Some(Shape::Number)) {
        return None;
    }
    let (first, mut end) = (at, at);
    while at < turn.end {
        let month = !known.month && doc.has(at, class::MONTH);
        if month {
            known.month = true;
            end = at + 1;
        } else if !known.year
            && (known.month || wanted.year)
            && let Some(past) = year(doc, at, turn.end)
                .filter(|(_, whole)| *whole || known.day || wanted.year)
                .map(|(past, _)| past)
                .or_else(|| wanted.year.then(|| two_digits(doc, at, turn.end))?)
        {
            known.year = true;
            end = past;
        } else if !known.day
            && let Some((past, ordinal)) = day(doc, at, turn.end)
            && (known.month || wanted.day || ordinal)
        {
            known.day = true;
            end = past;
        } else if !known.month
            && wanted.month
            && let Some((past, _)) = day(doc, at, turn.end)
        {
            known.month = true;
            end = past;
        } else {
            break;
        }
        at = gap(doc, end, turn.end);
        if doc.is_any(at, words!["the", "of", "in"]) {
            at += 1;
        }
    }
    let rest = (end..turn.end).all(small);
    (end > first && rest).then_some((first, end, known))
}

/// "oh six", "12", "fourteen": the year in two digits.
fn two_digits(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    if doc.shape(at) == Some(Shape::Number) {
        return (doc.len_of(at) == 2).then_some(at + 1);
    }
    let past = day(doc, at, limit)?.0;
    (!doc.has(past - 1, class::ORDINAL)).then_some(past)
}
