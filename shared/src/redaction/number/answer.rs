//! Which question of an earlier turn a number answers.

use crate::redaction::kind::Kind;
use crate::redaction::number::call_memory::Pending;
use crate::redaction::number::card::expiry_and_code;
use crate::redaction::number::code_letters::run_together;
use crate::redaction::number::context::{clock, frame_only};
use crate::redaction::number::cue::Cue;
use crate::redaction::number::cue_value::length;
use crate::redaction::number::nod::{measures, nodded, small};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// The pending question this run answers.
pub(crate) fn answers(
    doc: &Doc<'_>,
    run: &Run,
    turn: &Turn,
    t: usize,
    pending: &[Pending],
) -> Option<Cue> {
    if pending.is_empty() || run.counts() && run.len() < 7 && pending.iter().all(|p| p.got == 0) {
        return None;
    }
    // "zdf 551", where a plate was asked for
    let lettered = pending.iter().any(|p| p.cue == Cue::Plate)
        && run.first > turn.first
        && run_together(doc, run.first - 1, Kind::Plate);
    let framed = frame_only(doc, turn.first, run.first - usize::from(lettered));
    // "On one page it's 568979": a long value in the very next turn needs no small words before it.
    let plain = !(run.cardinal || run.decimal || run.counts() || run.lists() || run.births());
    let long = run.len() >= 5 && run.digits() >= 3 && plain;
    let rest = turn.end - run.end;
    // "... Ben, put that down... 0079": exactly what is missing, at the end of the turn.
    let completes = |p: &Pending| {
        let fixed = matches!(
            p.cue,
            Cue::Phone | Cue::Ssn | Cue::Npi | Cue::Routing | Cue::Dea | Cue::Mbi
        );
        fixed && p.got > 0 && rest <= 1 && plain && p.got + run.len() == length(p.cue).0
    };
    let part = !framed
        && plain
        && singly(doc, run)
        && is_part(doc, run, turn, t)
        && !t.checked_sub(1).is_some_and(|asked| measures(doc, asked));
    let may_be_part =
        |p: &Pending| part && (p.turn + 1 >= t || p.got > 0 && p.turn + 2 >= t || p.turn + 2 == t);
    if !framed && !long && !part && !pending.iter().any(completes) {
        return None;
    }
    // "two four" – "yes" – "two seven": a value may be given in pairs.
    let pair = framed
        && run.len() == 2
        && (run.singles == 2 || run.atoms == 1 && doc.shape(run.first) == Some(Shape::Number))
        && rest <= 3
        && doc
            .turns
            .get(t + 1)
            .is_some_and(|next| small(doc, t + 1) && next.asks == 0)
        && !t.checked_sub(1).is_some_and(|asked| measures(doc, asked));
    pending
        .iter()
        .rev()
        .filter(|p| framed || long && p.turn + 1 >= t || completes(p) || may_be_part(p))
        .find(|p| {
            (fits(run, p, rest)
                || pair && p.cue.is_code() && !matches!(p.cue, Cue::CardExp | Cue::Dob))
                && (run.len() >= length(p.cue).0.min(5)
                    || rest <= if p.got > 0 { 14 } else { 8 }
                    || doc.after_stop(run.end + 1)
                    // "six one two, do you hear an echo?"
                    || p.turn + 1 == t && run.len() >= 3 && singly(doc, run))
                && !(run.len() <= 2 && clock(run) && rest > 4)
        })
        .map(|p| p.cue)
}

/// Whether the run has the form of what was asked for, or of a part of it.
fn fits(run: &Run, p: &Pending, rest: usize) -> bool {
    let least = match p.cue {
        _ if run.len() == 1 => 1,
        _ if p.got > 0 => 2,
        Cue::Card => 4,
        cue => length(cue).1.max(2),
    };
    let form = match p.cue {
        Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Cvv => {
            run.len() <= 5 && run.letters == 0 || p.cue == Cue::Cvv && expiry_and_code(run)
        }
        Cue::Dob if p.got >= 4 => {
            let year = matches!(run.chars(), [b'1', b'9', _, _] | [b'2', b'0', _, _]);
            run.letters == 0 && (year || (5..=8).contains(&run.len()))
        }
        Cue::Dob => run.letters == 0 && (3..=8).contains(&run.len()),
        Cue::Zip | Cue::CardExp => run.len() <= 9,
        Cue::Phone | Cue::Card | Cue::Npi | Cue::Routing => run.letters == 0,
        // A British number begins with two letters and ends with one.
        Cue::Ssn => run.letters <= 3,
        _ => true,
    };
    // A short number in a long sentence is not an answer.
    let letters = rest <= 1
        && run.letters >= 2
        && matches!(
            p.cue,
            Cue::Member | Cue::Mbi | Cue::Plate | Cue::License | Cue::Device | Cue::Dea
        );
    form && (run.digits() > 0 || letters) && run.len() >= least
}

/// Whether the run was dictated digit by digit, or is written and no year.
fn singly(doc: &Doc<'_>, run: &Run) -> bool {
    let digits = run.digits();
    let written = run.atoms == 1 && doc.shape(run.first) == Some(Shape::Number) && {
        let year = matches!(run.chars(), [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        digits >= 3 && !year
    };
    digits > 0 && (run.singles >= digits || written || run.letters > 0)
}

/// Whether the run stands alone, though other words are said in the turn: it is a sentence of its own ("Why do you need
/// this every time. 9 1 7."), closes the turn after a comma ("my glasses, here, six two oh"), or closes a turn at which
/// the other side nods.
#[inline(never)]
fn is_part(doc: &Doc<'_>, run: &Run, turn: &Turn, t: usize) -> bool {
    let last = turn.end - run.end <= 1;
    let closes = last || stop(doc, run.end);
    if !closes {
        return false;
    }
    let clause = (turn.first.max(run.first.saturating_sub(10))..run.first)
        .rev()
        .find(|at| stop(doc, *at) || last && doc.is_punct(*at, b','))
        .is_some_and(|at| frame_only(doc, at + 1, run.first));
    clause || last && run.len() >= 3 && nodded(doc, turn, t, run.end)
}

/// Whether a sentence ends with token `at`.
fn stop(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_punct(at, b'.')
        || doc.is_punct(at, b'?')
        || doc.is_punct(at, b'!')
        || doc.is_punct(at, b';')
}

/// Whether a single digit is a part of what turn `t - 1` asked for: "hang on. one", "nine. and a nine". It is all that
/// its clause says, and nothing was to be counted or chosen.
#[inline(never)]
pub(crate) fn lone_digit(
    doc: &Doc<'_>,
    run: &Run,
    turn: &Turn,
    t: usize,
    pending: &[Pending],
) -> bool {
    if run.len() != 1
        || run.letters > 0
        || !doc.has(run.first, class::DIGIT | class::OH)
            && doc.shape(run.first) != Some(Shape::Number)
    {
        return false;
    }
    let awaited = pending.iter().any(|p| {
        let short = length(p.cue).0 <= 4
            && matches!(
                p.cue,
                Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Cvv
            );
        let begun = p.got > 0 && p.turn + 2 >= t;
        p.cue.is_code() && (short && p.turn + 1 == t || begun && (short || p.turn + 2 == t))
    });
    if !awaited || turn.end - turn.first > 12 || !frame_only(doc, turn.first, turn.end) {
        return false;
    }
    let Some(asked) = t.checked_sub(1).and_then(|before| doc.turns.get(before)) else {
        return false;
    };
    let counts = doc.says(
        asked.first.max(asked.end.saturating_sub(24)),
        asked.end,
        words![
            "how", "many", "much", "which", "or", "scale", "times", "refills"
        ],
    );
    let closes = run.end >= turn.end || doc.shape(run.end) != Some(Shape::Word);
    // "which one", "the other one"
    let pronoun = run.first > turn.first
        && doc.is_any(
            run.first - 1,
            words![
                "which", "that", "this", "the", "no", "any", "another", "new", "old", "other",
                "good", "what"
            ],
        );
    closes && !counts && !pronoun
}

/// Whether a date was found in the turn, which answers when somebody was born: "I have twelve fifteen today" after it
/// does not, but a year may put it right.
#[inline(never)]
pub(crate) fn tells_day(doc: &Doc<'_>, turn: &Turn) -> bool {
    (turn.first..turn.end).any(|at| {
        doc.taken[at]
            && (doc.has(at, class::MONTH | class::ORDINAL)
                || doc.shape(at) == Some(Shape::Number)
                    && doc.is_punct(at + 1, b'/')
                    && doc.taken[at + 1])
    })
}
