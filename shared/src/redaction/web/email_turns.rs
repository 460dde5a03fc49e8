//! E-mail addresses said over several turns: the mailbox, "at?", and the domain.

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// "it's quill" – "at gmail dot com": the mailbox is in the turn before.
pub(crate) fn before_turn(doc: &mut Doc<'_>, t: usize, at: usize, end: usize) {
    let before = doc.turns[t - 1];
    let small = |i: usize| {
        doc.shape(i) != Some(Shape::Word) && doc.shape(i) != Some(Shape::Number)
            || doc.has(i, class::FRAME | class::FILLER)
    };
    if before.end - before.first > 12
        || (before.first..before.end).any(|i| doc.is_punct(i, b'?') || doc.has(i, class::WHOLE_CUE))
    {
        return;
    }
    if let Some(first) = (before.first..before.end).find(|i| !small(*i)) {
        doc.add(first, before.end, Kind::Email, "email-answer");
        doc.add(at, end, Kind::Email, "email-spoken");
    }
}

/// "send it to quill nine" – "At?" – "at gmail dot com": what was said last before the question is the mailbox.
pub(crate) fn across_turns(doc: &mut Doc<'_>, t: usize, at: usize, end: usize) {
    // "at?", "okay"
    let nod = |turn: Turn| {
        turn.end - turn.first <= 3
            && (turn.first..turn.end).all(|at| {
                doc.shape(at) != Some(Shape::Word)
                    || doc.has(
                        at,
                        class::FRAME | class::FILLER | class::SAID_AT | class::PROVIDER,
                    )
            })
    };
    let Some(said) = (t.saturating_sub(3)..t).rev().find(|t| !nod(doc.turns[*t])) else {
        return;
    };
    let turn = doc.turns[said];
    // "rubyred" – "color red?": what was said before the question about it
    let before = said.checked_sub(1).map(|before| doc.turns[before]);
    if let Some(whole) = before.filter(|whole| {
        whole.end - whole.first == 1
            && turn.end - turn.first <= 4
            && doc.is_punct(turn.end - 1, b'?')
            && doc.class(whole.first) == 0
    }) {
        doc.add(whole.first, whole.end, Kind::Email, "email-answer");
    }
    let mut last = turn.end;
    while last > turn.first && !matches!(doc.shape(last - 1), Some(Shape::Word | Shape::Number)) {
        last -= 1;
    }
    // "jane doe seventy seven, I think"
    if last > turn.first + 2
        && doc.is_any(last - 1, words!["think", "believe", "guess"])
        && doc.is(last - 2, "i")
    {
        last -= 2;
    }
    while last > turn.first && doc.is_any(last - 1, words!["yeah", "yes", "okay"]) {
        last -= 1;
    }
    let mut first = last;
    while first > turn.first
        && last - first < 12
        && matches!(
            doc.shape(first - 1),
            Some(Shape::Word | Shape::Number | Shape::Punct)
        )
        && (!doc.has(first - 1, class::FRAME | class::FILLER)
            || doc.has(first - 1, class::LETTER | class::CARDINAL))
        && !doc.after_stop(first)
    {
        first -= 1;
    }
    // "j underscore, you know, the low line, pettibone"
    for i in turn.first + 1..first {
        if doc.is(i, "underscore") {
            doc.add(i - 1, i + 1, Kind::Email, "email-answer");
        }
    }
    doc.add(first, last, Kind::Email, "email-answer");
    doc.add(at, end, Kind::Email, "email-spoken");
}

/// "email address?" – "heather dot larsen": the part before the at, when the rest is said in another turn.
pub(crate) fn answers(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.web);
    for at in anchors.iter().map(|at| *at as usize) {
        if !doc.has(at, class::SAID_DOT) || doc.taken[at] {
            continue;
        }
        let t = doc.turns.partition_point(|turn| turn.end <= at);
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        let small = |i: usize| {
            doc.shape(i) != Some(Shape::Word) || doc.has(i, class::FRAME | class::FILLER)
        };
        // "and after the at?" – "fast mail dot f m"
        let rest = || {
            t > 0 && {
                let asked = doc.turns[t - 1];
                let sign = |i: usize| doc.is_punct(i, b'?') || doc.is(i, "sign");
                (asked.first.max(asked.end.saturating_sub(8))..asked.end)
                    .any(|i| doc.is(i, "at") && (i + 1 >= asked.end || sign(i + 1)))
            }
        };
        if turn.end - turn.first > 12 || !(doc.asked(t, 2, Cue::Email) || rest()) {
            continue;
        }
        let first = (turn.first..at).find(|i| !small(*i));
        let end = (at..turn.end).rev().find(|i| !small(*i));
        if let (Some(first), Some(end)) = (first, end)
            && end > at
        {
            doc.add(first, end + 1, Kind::Email, "email-answer");
        }
    }
    doc.anchors.web = anchors;
}
