//! Turns in which the other side only nods ("got it, keep going") while a value is given in parts.

use crate::redaction::number::context::frame_only;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Whether a turn says small words and numbers only, or nods.
pub(crate) fn small(doc: &Doc<'_>, t: usize) -> bool {
    let turn = doc.turns[t];
    frame_only(doc, turn.first, turn.end) || nods(doc, &turn)
}

/// "got it, keep going", "next bit": a few words that ask for nothing else.
#[inline(never)]
pub(crate) fn nods(doc: &Doc<'_>, turn: &Turn) -> bool {
    turn.end - turn.first <= 8
        && (turn.first..turn.end).all(|at| {
            doc.taken[at]
                || doc.shape(at) != Some(Shape::Word)
                || doc.has(
                    at,
                    class::FRAME | class::FILLER | class::CARDINAL | class::STATE,
                )
                || doc.is_any(
                    at,
                    words![
                        "got",
                        "keep",
                        "going",
                        "next",
                        "continue",
                        "rest",
                        "go",
                        "on",
                        "then",
                        "bit",
                        "part",
                        "last",
                        "remaining",
                        "following",
                        "perfect",
                        "great",
                        "good",
                        "correct",
                        "what",
                        "what's",
                        "after",
                        "more",
                        "thank",
                        "listening",
                        "ready",
                        "copy",
                        "four",
                        "any",
                        "say",
                        "again",
                        "once",
                        "sorry",
                        "wait",
                        "huh",
                        "mhm",
                        "aha",
                        "yup",
                        "gotcha",
                        "understood",
                        "noted",
                        "roger",
                        "received",
                        "carry",
                        "with",
                        "cool",
                        "lovely",
                        "brilliant",
                        "super",
                        "cheers",
                        "fine",
                        "nice",
                        "excellent",
                        "proceed",
                        "slower",
                        "slowly",
                        "second",
                        "third",
                        "half",
                        "group",
                        "set",
                        "from",
                    ],
                )
        })
}

/// Whether the end of turn `t` speaks of measurements.
#[inline(never)]
pub(crate) fn measures(doc: &Doc<'_>, t: usize) -> bool {
    let turn = doc.turns[t];
    (turn.first.max(turn.end.saturating_sub(24))..turn.end)
        .any(|at| doc.has(at, class::MEASURE) && !doc.has(at, class::FRAME))
}

/// "it begins with H K four" – "go on": whether the turn soon ends after `at`, and the other side nods then.
#[inline(never)]
pub(crate) fn nodded(doc: &Doc<'_>, turn: &Turn, t: usize, at: usize) -> bool {
    turn.end.saturating_sub(at) <= 12
        && doc
            .turns
            .get(t + 1)
            .is_some_and(|next| next.asks == 0 && nods(doc, next))
}
