//! Passwords and user names, which may be any words: "the password is bluebird42", "my login for the portal is marigold
//! fig two two".

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::password_again::read_back;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// Words of a cue whose value may be any word.
const WORDED: &WordSet = words![
    "password",
    "passcode",
    "passphrase",
    "username",
    "user",
    "login",
    "logon",
    "sign",
    "screen",
    "handle",
    "userid"
];

/// What is said of a password or user name instead of the value.
const NO_VALUE: &WordSet = words![
    "not",
    "wrong",
    "incorrect",
    "invalid",
    "expired",
    "locked",
    "required",
    "needed",
    "case",
    "too",
    "different",
    "being",
    "gone",
    "fine",
    "bad",
    "old",
    "always",
    "never",
    "something",
    "somewhere",
    "anything",
    "saved",
    "correct",
    "there",
    "working",
    "in",
    "what",
    "down",
    "broken",
    "usually",
    "supposed",
    "private",
    "only",
    "temporary",
    "blocked",
    "due",
    "longer",
    "forgotten",
    "stored",
    "weak",
    "strong",
    "safe",
    "because",
    "they",
    "he",
    "she",
    "we",
    "how",
    "where",
    "doing",
    "giving",
    "sent",
    "set",
    "reset",
    "changed",
    "disabled",
    "about",
    "don't",
    "forgot",
    "none",
];

/// Words after a value.
const AFTER: &WordSet = words![
    "and", "but", "because", "if", "which", "then", "can", "could", "or", "when", "with", "in",
    "from", "by", "though", "does", "did", "they", "we", "he", "she", "all", "also", "was", "not",
    "too", "will", "still",
];

/// Takes what is said to be a password or a user name.
pub(crate) fn passwords(doc: &mut Doc<'_>, hits: &[Hit], limit: usize) {
    for hit in hits {
        if worded(doc, hit)
            && let Some(at) = announced(doc, hit, limit)
        {
            value(doc, at, limit);
        }
    }
}

/// Takes turn `t` as the password or user name that the turn before asked for.
pub(crate) fn password_answer(doc: &mut Doc<'_>, t: usize) {
    let Some(before) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return;
    };
    let turn = doc.turns[t];
    if before.asks & Cue::Secret.bit() == 0 || turn.end - turn.first > 16 {
        return;
    }
    let asked = doc
        .turn_cues(&before)
        .last()
        .is_some_and(|hit| worded(doc, hit) && hit.end + 6 >= before.end)
        && before.end > before.first
        && (doc.is_punct(before.end - 1, b'?') || briefly(doc, &before, &turn));
    if asked {
        let at = past_lead(doc, turn.first, turn.end);
        value(doc, at, turn.end);
    }
}

/// "user name" – "starfish jones eighty": a question of a few words without its mark, and an answer of a few with a
/// number at its end.
fn briefly(doc: &Doc<'_>, question: &Turn, answer: &Turn) -> bool {
    let last = answer.end.saturating_sub(1);
    question.end - question.first <= 4
        && answer.end - answer.first <= 6
        && (doc.has(last, class::CARDINAL) || doc.shape(last) == Some(Shape::Number))
}

fn worded(doc: &Doc<'_>, hit: &Hit) -> bool {
    hit.cue == Cue::Secret && (hit.first..hit.end).any(|at| doc.is_any(at, WORDED))
}

/// Where the value begins: after "is", "was" or a colon, a few words after the cue ("my login for the portal is").
pub(crate) fn announced(doc: &Doc<'_>, hit: &Hit, limit: usize) -> Option<usize> {
    let says = |at: usize| {
        doc.is_any(at, words!["is", "was", "be", "as"])
            || doc.is_punct(at, b':')
            || doc.shape(at) == Some(Shape::Clitic) && doc.word(at).ends_with(['s', 'S'])
    };
    let said = (hit.first + 1..limit.min(hit.end + 7))
        .take_while(|at| *at < hit.end || says(*at) || doc.shape(*at) == Some(Shape::Word))
        .find(|at| says(*at))?;
    Some(past_lead(doc, said + 1, limit))
}

/// Past "it's", "that is", "um" and commas.
fn past_lead(doc: &Doc<'_>, from: usize, limit: usize) -> usize {
    (from..limit.min(from + 6))
        .find(|at| {
            !(doc.has(*at, class::FILLER) && doc.len_of(*at) > 1
                || doc.is_any(
                    *at,
                    words!["is", "was", "it", "it's", "that", "that's", "just", "my"],
                )
                || matches!(doc.shape(*at), Some(Shape::Clitic))
                || [b':', b',', b'.'].iter().any(|b| doc.is_punct(*at, *b)))
        })
        .unwrap_or(limit)
}

fn value(doc: &mut Doc<'_>, at: usize, limit: usize) {
    let starts = matches!(doc.shape(at), Some(Shape::Word | Shape::Number))
        && !doc.is_any(at, NO_VALUE)
        // "Blue!Sky12": written in one with what follows
        && (small(doc, at).is_none() || doc.has(at, class::CARDINAL) || doc.glued(at + 1) && doc.glued(at + 2))
        && doc.shape(at + 1) != Some(Shape::Clitic);
    if at >= limit || !starts {
        return;
    }
    let mut end = at + 1;
    while end < limit && end < at + 16 && goes_on(doc, end, limit) {
        end += 1;
    }
    while end > at + 1 && doc.is_punct(end - 1, b',') {
        end -= 1;
    }
    doc.add(at, end, Kind::Secret, "password");
    read_back(doc, at, end);
}

/// A small word that is no letter of a spelling.
fn small(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let spelled = |i: usize| doc.has(i, class::LETTER | class::CARDINAL);
    let letter = doc.has(at, class::LETTER)
        && (spelled(at + 1) || at > 0 && spelled(at - 1) || doc.shape(at + 1) != Some(Shape::Word));
    (!letter && doc.has(at, class::FRAME | class::FILLER) && !doc.is(at, "space")).then_some(at)
}

/// Whether the value goes on at `at`.
fn goes_on(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    match doc.shape(at) {
        Some(Shape::Number) => true,
        Some(Shape::Word) => {
            doc.glued(at)
                || doc.has(at, class::CARDINAL)
                || doc.is(at, "at") && doc.is(at + 1, "sign")
                || small(doc, at).is_none() && !doc.is_any(at, AFTER)
        }
        Some(Shape::Punct) if doc.is_punct(at, b',') => {
            // "capital magpie, nine eight, dollar sign"
            at + 1 < limit
                && (doc.has(at + 1, class::CARDINAL | class::SEPARATOR | class::LETTER)
                    && !doc.is_any(at + 1, words!["a", "i"])
                    || doc.shape(at + 1) == Some(Shape::Number)
                    || doc.is(at + 2, "sign")
                    || doc.is_any(
                        at + 1,
                        words![
                            "capital",
                            "lowercase",
                            "uppercase",
                            "exclamation",
                            "hashtag"
                        ],
                    ))
        }
        Some(Shape::Punct) => {
            doc.glued(at)
                && (doc.glued(at + 1) && at + 1 < limit
                    || [b'!', b'$', b'#', b'*', b'&', b'%']
                        .iter()
                        .any(|b| doc.is_punct(at, *b)))
        }
        _ => false,
    }
}
