//! Dates said in numbers alone, "five nineteen forty eight", where a name, a question or a whole year gives them away.

use crate::redaction::date::visit::is_date_of;
use crate::redaction::kind::Kind;
use crate::redaction::number::context::frame_only;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

/// Whether the run is a day, a month and a year, and what kind of date.
pub(crate) fn dated(doc: &Doc<'_>, run: &Run, turn: &Turn, t: usize) -> Option<Kind> {
    if run.letters > 0 || run.decimal || !(2..=12).contains(&run.atoms) {
        return None;
    }
    if let [a, b] = run.values[..run.atoms] {
        let day_month = (1..=12).contains(&a) && (1..=31).contains(&b);
        return (day_month && asked_date(doc, run, turn, t)).then_some(Kind::Date);
    }
    let whole = parts(run)?;
    let asked = t
        .checked_sub(1)
        .map(|before| doc.turns[before])
        .is_some_and(|asked| {
            (asked.first.max(asked.end.saturating_sub(16))..asked.end).any(|at| {
                doc.is_any(at, words!["when", "date", "dates", "born", "birthday"])
                    && !(at > asked.first && doc.is(at - 1, "ready"))
            })
        });
    // "two twenty eight fifty five is when i was born"
    let told_after = (doc.is_any(run.end, words!["is", "was"])
        || doc.shape(run.end) == Some(Shape::Clitic))
        && (run.end + 1..turn.end.min(run.end + 7))
            .any(|at| doc.is_any(at, words!["born", "birthday", "birthdate", "birth", "dob"]));
    let birth = doc.asked(t, 3, Cue::Dob) || told_after;
    let closes = run.end >= turn.end
        || doc.shape(run.end) != Some(Shape::Word)
        || doc.is_any(run.end, words!["through", "to", "until", "till"])
        || told_after
        || whole;
    // "Sharon Best, five, nineteen, forty eight": after a name, as people are identified.
    let named = run.first > turn.first && {
        let mark = usize::from(doc.shape(run.first - 1) == Some(Shape::Punct));
        let before = (run.first - 1).saturating_sub(mark);
        let short = before < turn.first + 3 && run.end + 1 >= turn.end;
        let name = |at: usize| {
            doc.taken[at]
                || short
                    && (doc.name_class(at) & (name::FIRST | name::LAST) != 0
                        || doc.capital(at)
                            && doc.len_of(at) > 2
                            && !doc.has(at, class::FRAME | class::FILLER))
        };
        let number = class::CARDINAL | class::MONTH | class::STREET | class::MEASURE;
        (name(before) || short && name(turn.first))
            && doc.shape(before) == Some(Shape::Word)
            && !doc.has(before, number)
    };
    let values = &run.values[..run.atoms];
    let led = led(doc, run, turn);
    let said_whole = whole
        && (run.cardinal
            || values.last().is_some_and(|year| *year >= 1900)
            || matches!(values[run.atoms - 2], 19 | 20));
    // Two digits of a year are said as one number, or as "oh" and a digit.
    let pair = values.last().is_some_and(|year| *year >= 10) || values[run.atoms - 2] == 0;
    if !said_whole && !pair {
        return None;
    }
    let known = said_whole
        || asked
        || led
        || told_after
        || named && run.atoms <= 6
        || again(doc, run, turn);
    (known && (closes || led) || talked(doc, run, turn, t)).then_some(if birth || named {
        Kind::Dob
    } else {
        Kind::Date
    })
}

/// What leads to somebody's birthday.
const LEADS: &WordSet = words![
    "mine", "his", "hers", "theirs", "yours", "i", "im", "am", "he", "hes", "she", "shes", "it",
    "got", "says", "shows", "not", "be"
];

/// "hers is six, thirty, eighty seven", "that's backwards, i'm four eleven eighty eight": whose date it is, or what a
/// record says, where birthdays are the talk.
#[inline(never)]
fn talked(doc: &Doc<'_>, run: &Run, turn: &Turn, t: usize) -> bool {
    let three = match run.values[..run.atoms] {
        [_, _, year] => year >= 10,
        [_, _, oh, year] => oh == 0 && year < 10,
        _ => false,
    };
    let from = turn.first.max(run.first.saturating_sub(2));
    // "Leo is four one fourteen", "my son's nine ten sixteen"
    let owned = run.first > turn.first + 1
        && (doc.shape(run.first - 1) == Some(Shape::Clitic) || doc.is(run.first - 1, "is"))
        && (doc.taken[run.first - 2] || doc.has(run.first - 2, class::RELATION));
    three
        && (turn.asks & Cue::Dob.bit() != 0 || doc.asked(t, 5, Cue::Dob))
        && !doc.has(run.end, class::UNIT | class::OVER | class::CARDINAL)
        && (owned || doc.says(from, run.first, LEADS))
}

/// "date of service ten two", "what was the date of the scan?" – "ten two": a month and a day, where neither a time nor a
/// number is meant.
#[inline(never)]
fn asked_date(doc: &Doc<'_>, run: &Run, turn: &Turn, t: usize) -> bool {
    let closes = run.end >= turn.end || doc.shape(run.end) != Some(Shape::Word);
    if is_date_of(doc, run.first, turn.first) {
        return closes;
    }
    let Some(asked) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    let from = asked.first.max(asked.end.saturating_sub(8));
    let date = (from..asked.end).any(|at| {
        doc.is(at, "date")
            && !(at > asked.first && doc.is_any(at - 1, words!["to", "expiration"]))
            && !doc.is_any(at + 1, words!["and", "or"])
    });
    date && closes
        && asked.asks & Cue::codes() == 0
        && frame_only(doc, turn.first, run.first)
        && !doc.says(from, asked.end, words!["time", "expire", "card"])
}

/// Whether the digits can be read as day, month and year; true in it when the year is whole.
fn parts(run: &Run) -> Option<bool> {
    let chars = run.chars();
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    // "thirty five then twenty" is no day and month: no number is cut in two.
    let values = &run.values[..run.atoms];
    let length = |value: u16| if value < 10 { 1 } else { 2 };
    let plain = values.iter().map(|value| length(*value)).sum::<usize>() == chars.len();
    let between = |cut: usize| {
        let mut at = 0;
        !plain
            || values.iter().any(|value| {
                at += length(*value);
                at == cut
            })
    };
    let day_month = |digits: &[u8]| {
        (1..digits.len())
            .filter(|cut| *cut <= 2 && between(*cut))
            .any(|cut| {
                let (a, b) = (number(&digits[..cut]), number(&digits[cut..]));
                (1..=12).contains(&a) && (1..=31).contains(&b)
                    || (1..=31).contains(&a) && (1..=12).contains(&b)
            })
    };
    let (head, year) = chars.split_at_checked(chars.len().checked_sub(4)?)?;
    if (2..=4).contains(&head.len()) && (1900..2040).contains(&number(year)) && day_month(head) {
        return Some(true);
    }
    let (head, _) = chars.split_at_checked(chars.len().checked_sub(2)?)?;
    ((2..=4).contains(&head.len()) && day_month(head)).then_some(false)
}

/// "22.7.71, sorry, 7 22 71": a date in numbers that puts right the one before it.
fn again(doc: &Doc<'_>, run: &Run, turn: &Turn) -> bool {
    let from = run.first.saturating_sub(12).max(turn.first);
    let Some(before) = (from..run.first).rev().find(|at| doc.taken[*at]) else {
        return false;
    };
    let end = doc.tokens[before].end();
    run.atoms == 3
        && (before + 1..run.first).any(|at| doc.has(at, class::CORRECTION) || doc.is(at, "no"))
        && doc
            .findings
            .iter()
            .rev()
            .take(8)
            .any(|finding| matches!(finding.kind, Kind::Date | Kind::Dob) && finding.end == end)
}

/// "the form's dated oh three nineteen twenty two", "i am oh four oh six thirty one": a month that begins with "oh",
/// or any numbers after a word that leads to a date and nothing else.
fn led(doc: &Doc<'_>, run: &Run, turn: &Turn) -> bool {
    if run.atoms > 6 || doc.has(run.end, class::UNIT | class::OVER | class::CARDINAL) {
        return false;
    }
    let mut lead = run.first;
    let mut on = false;
    while lead > turn.first
        && run.first - lead < 3
        && doc.is_any(
            lead - 1,
            words!["is", "was", "of", "on", "for", "it", "am", "i", "from"],
        )
    {
        lead -= 1;
        on |= doc.is_any(lead, words!["on", "from"]);
    }
    let padded = run.values[0] == 0 && run.len() == 6;
    padded && (on || lead == turn.first)
        || is_date_of(doc, run.first, turn.first)
        || lead > turn.first
            && doc.is_any(
                lead - 1,
                words![
                    "dated",
                    "date",
                    "postmarked",
                    "since",
                    "until",
                    "till",
                    "effective",
                    "due",
                    "scheduled",
                    "admitted",
                    "discharged",
                    "born",
                    "signed",
                    "issued"
                ],
            )
}
