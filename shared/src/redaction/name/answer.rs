//! Names as answers: to a question for the name, in parts over turns, as the one word that is all of the answer.

use crate::redaction::name::opening;
use crate::redaction::name::part::{Cued, accept};
use crate::redaction::name::span::{record, strange, take};
use crate::redaction::name::spelled::person_ends_at;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::nod::small;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// The answer to a question for a name, or a further part of one.
#[inline(never)]
pub(crate) fn answer(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>) {
    let turn = doc.turns[t];
    if asked_name(doc, t)
        && let at = past_frame(doc, turn.first, turn.end, 10)
        && !opening::answer(doc, at, &turn, known)
    {
        let short = turn.end - at.min(turn.end) <= 12;
        if !take(doc, at, turn.end, "name-answer", known) {
            accept(
                doc,
                at,
                turn.end,
                if short { Cued::Strongly } else { Cued::Fairly },
                "name-answer",
                known,
            );
        }
    }
    further_part(doc, t, known);
    // "I heard Moyo, is that right"
    if doc.asked(t, 2, Cue::Name)
        && let Some(at) =
            (turn.first..turn.end.min(turn.first + 4)).find(|at| doc.is_any(*at, words!["heard"]))
    {
        take(doc, at + 1, turn.end, "name-heard", known);
    }
}

/// "patient name?" – "maria" – "okay" – "lopez": a part of the name in a turn of its own, after a nod.
fn further_part(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>) {
    if t < 3 || !doc.asked(t - 2, 1, Cue::Name) || !small(doc, t - 1) || doc.turns[t - 1].asks != 0
    {
        return;
    }
    let (said, turn) = (doc.turns[t - 2], doc.turns[t]);
    let named = (said.first.max(said.end.saturating_sub(4))..said.end)
        .any(|at| doc.taken[at] && person_ends_at(doc, at));
    let at = past_frame(doc, turn.first, turn.end, 4);
    let closes = at + 1 >= turn.end
        || doc.shape(at + 1) != Some(Shape::Word)
        || doc.is_any(at + 1, words!["yeah", "yes", "thanks"])
        || doc.is(at + 1, "i") && doc.is(at + 2, "think");
    let part = doc.name_class(at) & (name::FIRST | name::LAST) != 0 || strange(doc, at);
    let other = class::FRAME | class::FILLER | class::CARDINAL | class::MONTH | class::CORRECTION;
    if named && closes && part && at < turn.end && !doc.taken[at] && !doc.has(at, other) {
        record(doc, at, at + 1, "name-goes-on", known);
    }
}

/// "and your last name?" – "Day": the word that is the whole answer is the name, whatever else it is.
pub(crate) fn only_word(doc: &Doc<'_>, t: usize) -> Option<usize> {
    let asked = t.checked_sub(1).map(|before| doc.turns[before])?;
    let turn = doc.turns[t];
    if turn.end - turn.first > 2 || doc.shape(turn.first) != Some(Shape::Word) {
        return None;
    }
    // "what do people call you" – "skeeter"
    let family = doc.turn_cues(&asked).last().is_some_and(|hit| {
        hit.cue == Cue::Name
            && (hit.first..hit.end)
                .any(|at| doc.is_any(at, words!["last", "surname", "family", "maiden", "call"]))
            && asks(doc, hit.end, asked.end)
    });
    // "Ursula Ibarra" – "Iyer?": a name repeated as it was heard
    let heard = t >= 2
        && asked.end - asked.first <= 8
        && doc.asked(t - 1, 1, Cue::Name)
        && (asked.first..asked.end).any(|at| doc.taken[at] && person_ends_at(doc, at))
        && (doc.name_class(turn.first) & (name::LAST | name::FIRST) != 0
            || strange(doc, turn.first));
    if !family && !heard {
        return None;
    }
    let small = doc.has(
        turn.first,
        class::FRAME | class::FILLER | class::CORRECTION | class::GREETING | class::CARDINAL,
    ) || doc.is_any(
        turn.first,
        words![
            "what", "who", "why", "huh", "pardon", "none", "nope", "same", "correct", "mine"
        ],
    );
    let alone = turn.end == turn.first + 1 || doc.shape(turn.first + 1) == Some(Shape::Punct);
    (alone && !small && doc.len_of(turn.first) > 1).then_some(turn.first)
}

/// A question mark or the end right after the cue: nothing to take in this turn.
pub(crate) fn asks(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    at >= end
        || doc.is_punct(at, b'?')
        || doc.is_any(at, words!["and", "for", "on", "please", "of", "or"])
}

/// Whether a turn shortly before asked for a name and nobody gave one yet.
fn asked_name(doc: &Doc<'_>, t: usize) -> bool {
    if !doc.asked(t, 2, Cue::Name) {
        return false;
    }
    let from = t.saturating_sub(2);
    (from..t).rev().any(|i| {
        let turn = doc.turns[i];
        let asked = doc.turn_cues(&turn).iter().any(|hit| {
            hit.cue == Cue::Name
                && if doc.is(hit.end - 1, "are") {
                    asks(doc, hit.end, turn.end)
                } else {
                    asks_or_ends(doc, hit.end, turn.end)
                }
        });
        asked
            && (i + 1..t).all(|j| {
                !(doc.turns[j].first..doc.turns[j].end)
                    .any(|at| doc.taken[at] || doc.shape(at) == Some(Shape::Placeholder))
            })
    })
}

fn asks_or_ends(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    asks(doc, at, end) || end - at <= 4 || (at..end.min(at + 14)).any(|i| doc.is_punct(i, b'?'))
}

/// Skips the small words of an answer.
pub(crate) fn past_frame(doc: &Doc<'_>, mut at: usize, end: usize, most: usize) -> usize {
    let stop = at + most;
    while at < end && at < stop {
        let skip = match doc.shape(at) {
            Some(Shape::Punct | Shape::Clitic) => true,
            Some(Shape::Word) => {
                doc.has(
                    at,
                    class::FRAME | class::FILLER | class::GREETING | class::CORRECTION,
                ) && doc.name_class(at) & name::FIRST == 0
                    || doc.is_any(
                        at,
                        words![
                            "is", "am", "be", "to", "ohh", "can", "would", "will", "course",
                            "full", "last", "first", "speaking", "called", "the", "under", "me",
                        ],
                    )
                    || doc.has(at, class::TITLE)
            }
            _ => false,
        };
        if !skip {
            break;
        }
        at += 1;
    }
    at
}
