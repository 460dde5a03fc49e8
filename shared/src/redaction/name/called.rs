//! Words that are called a name after they were said: "king is his name", "Cancel Tuesday's visit. Sorry, that's her
//! name", "november, yes, that's my actual name, november hughes", "rusty, that's what we call him".

use crate::redaction::kind::Kind;
use crate::redaction::name::span::record;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Small words, which nobody is called.
const SMALL: u64 = class::FRAME
    | class::FILLER
    | class::CARDINAL
    | class::CORRECTION
    | class::ORDINAL
    | class::RELATION
    | class::TITLE
    | class::UNIT
    | class::DRUG;

/// Looks before the words about a name at `cue`, in a turn that begins at `floor` and ends at `limit`.
#[inline(never)]
pub(crate) fn called(
    doc: &mut Doc<'_>,
    cue: usize,
    floor: usize,
    limit: usize,
    known: &mut Vec<u64>,
) {
    let Some(verb) = verb_before(doc, cue, floor) else {
        return;
    };
    let that = doc.is_any(verb - 1, words!["that", "this", "it", "which"]);
    if !that {
        is_name(doc, verb - 1, floor, known);
    } else if doc.is(verb - 1, "that")
        && let Some(at) = candidate(doc, verb - 1, floor)
    {
        if doc.has(at, class::MONTH | class::WEEKDAY) {
            calendar(doc, at, limit);
        } else {
            record(doc, at, at + 1, "name-called", known);
        }
    }
}

/// The "is" of "… is his name", "… is her actual name", "…'s my daughter's name" before the cue.
fn verb_before(doc: &Doc<'_>, cue: usize, floor: usize) -> Option<usize> {
    let mut at = cue;
    if cue < floor + 2 || doc.is_punct(cue - 1, b',') || doc.is_punct(cue - 1, b'.') {
        return None;
    }
    let owner = words!["my", "his", "her", "their", "our"];
    let mut possessed = doc.is_any(cue, owner) || doc.is_any(cue, words!["patient", "what"]);
    while at > floor + 1 && cue - at < 6 {
        let i = at - 1;
        let clitic = doc.shape(i) == Some(Shape::Clitic);
        // The clitic of "that's", not that of "my daughter's".
        let owns = clitic && doc.has(i - 1, class::RELATION | class::SPEAKER);
        if doc.is_any(i, words!["is", "was"]) || clitic && !owns {
            return possessed.then_some(i).filter(|i| *i > floor);
        }
        let small = owns
            || doc.is_any(i, owner)
            || doc.has(i, class::RELATION)
            || doc.is_any(
                i,
                words![
                    "actually", "actual", "really", "real", "legal", "first", "given", "birth",
                    "whole", "own", "just", "the", "patient", "last", "middle", "proper",
                ],
            );
        if !small {
            return None;
        }
        possessed |= doc.is_any(i, owner) || owns;
        at = i;
    }
    None
}

/// "king is his name", "joy atkins is her name": the name that ends at `last`.
fn is_name(doc: &mut Doc<'_>, last: usize, floor: usize, known: &mut Vec<u64>) {
    let named = |doc: &Doc<'_>, at: usize| {
        doc.shape(at) == Some(Shape::Word)
            && doc.name_class(at) & (name::FIRST | name::LAST) != 0
            && !doc.has(at, SMALL)
            && !doc.taken[at]
    };
    if last < floor || !named(doc, last) {
        return;
    }
    let given = last > floor
        && named(doc, last - 1)
        && doc.name_class(last - 1) & name::FIRST != 0
        && doc.capital(last - 1) == doc.capital(last);
    record(
        doc,
        last - usize::from(given),
        last + 1,
        "name-called",
        known,
    );
}

/// The word that "that's her name" at `that` speaks of: the nearest that a person can be called and that is something
/// else as well.
fn candidate(doc: &Doc<'_>, that: usize, floor: usize) -> Option<usize> {
    (floor.max(that.saturating_sub(12))..that).rev().find(|at| {
        let calendar = doc.has(*at, class::MONTH | class::WEEKDAY);
        let given = doc.name_class(*at) & name::FIRST != 0
            && (doc.capital(*at) || *at == floor || that - at <= 3)
            && !doc.has(*at, SMALL);
        !doc.taken[*at] && (calendar || given)
    })
}

/// "my name is friday, like …": a day or a month that is all that is said of the name; `cue` is one past the words about
/// it.
pub(crate) fn named_after_day(doc: &mut Doc<'_>, cue: usize, limit: usize) {
    let is = doc.is(cue, "is") || doc.shape(cue) == Some(Shape::Clitic);
    let at = cue + 1;
    let closes =
        at + 1 >= limit || matches!(doc.shape(at + 1), Some(Shape::Punct | Shape::Newline));
    if is && at < limit && closes && !doc.taken[at] && doc.has(at, class::MONTH | class::WEEKDAY) {
        doc.add(at, at + 1, Kind::Person, "name-called");
    }
}

/// A day or a month that is somebody's name is one only here and before a family name: another one is a date.
fn calendar(doc: &mut Doc<'_>, at: usize, limit: usize) {
    doc.add(at, at + 1, Kind::Person, "name-called");
    let key = doc.key(at);
    for again in at + 1..limit.min(at + 24) {
        let family = doc.name_class(again + 1) & (name::LAST | name::COMMON) == name::LAST
            && !doc.has(again + 1, SMALL)
            && again + 1 < limit;
        if family && doc.key(again) == key && !doc.taken[again] {
            doc.add(again, again + 2, Kind::Person, "name-called");
        }
    }
}
