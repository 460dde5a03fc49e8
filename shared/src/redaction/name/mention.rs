//! Names after the words of a mention: "a friend named Joan", "speaking with Maria", "everyone calls me Skip", "folks just
//! say ford".

use crate::redaction::name::cue::comma;
use crate::redaction::name::part::{Cued, accept, modal};
use crate::redaction::name::span::{boundary, record, span, strange, take};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

/// Who call somebody by a name of their own.
const PEOPLE: &WordSet = words![
    "friends",
    "people",
    "folks",
    "kids",
    "family",
    "they",
    "all",
    "everyone",
    "everybody",
    "most"
];

/// "a friend named Joan", "speaking with Maria".
#[inline(never)]
pub(crate) fn mentioned(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    // "everyone calls me Skip", but "call me Monday", "call me back"
    if doc.is_any(at, words!["call", "calls", "called", "naming", "named"])
        && doc.is_any(at + 1, words!["me", "him", "her", "them"])
    {
        let name = at + 2;
        let given = doc.name_class(name) & name::FIRST != 0
            && !modal(doc, name)
            && !doc.has(name, class::MONTH | class::WEEKDAY | class::FRAME);
        // "everyone calls me Smiley", "my friends call me Cricket", but "call me ASAP"
        let by = doc.is_any(at.wrapping_sub(1), PEOPLE);
        let called = (by || doc.is_any(at, words!["calls", "called"]))
            && doc.capital(name)
            && doc.len_of(name) > 2
            && !doc.has(
                name,
                class::MONTH | class::WEEKDAY | class::FRAME | class::TITLE,
            );
        if (given || called) && name < end && boundary(doc, name + 1, end) && !doc.taken[name] {
            record(doc, name, name + 1, "name-mention", known);
        }
        return;
    }
    if doc.is_any(at, words!["call", "calls", "naming"]) {
        return;
    }
    if nickname(doc, at, end) || spoken_for(doc, at, end) {
        record(doc, at + 1, at + 2, "name-mention", known);
        return;
    }
    let further = doc.is(at, "behalf")
        || doc.is_any(
            at,
            words!["speak", "talk", "speaking", "talking", "addressed"],
        ) && doc.is_any(at + 1, words!["to", "with"]);
    let next = if further { at + 2 } else { at + 1 };
    // "am I talking to Faith Sparrow?"
    let met = further
        && doc.name_class(next) & name::FIRST != 0
        && !modal(doc, next)
        && !doc.has(
            next,
            class::MONTH | class::WEEKDAY | class::FRAME | class::MEDICAL,
        )
        && (doc.capital(next) || span(doc, next, end).is_some_and(|stop| boundary(doc, stop, end)));
    // "may I speak to Cash Boudreaux?", "on behalf of mehitabel cross": a family name after any word in its place
    let family = further
        && next + 1 < end
        && doc.name_class(next + 1) & name::LAST != 0
        && doc.capital(next) == doc.capital(next + 1)
        && !doc.taken[next]
        && !doc.taken[next + 1]
        && boundary(doc, next + 2, end)
        && (strange(doc, next) || doc.capital(next) && doc.class(next) == 0);
    if family {
        record(doc, next, next + 2, "name-mention", known);
        return;
    }
    if met && next < end && take(doc, next, end, "name-mention", known) {
        return;
    }
    if !doc
        .tokens
        .get(next)
        .is_some_and(|token| token.word.names() & name::FIRST != 0 || token.capital())
    {
        return;
    }
    let level = if doc.is_any(at, words!["named"]) {
        Cued::Fairly
    } else {
        Cued::Weakly
    };
    accept(doc, next, end, level, "name-mention", known);
}

/// A given name at `at` that is no part of a date and no small word.
fn given(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    at < end
        && doc.name_class(at) & name::FIRST != 0
        && !modal(doc, at)
        && !doc.taken[at]
        && !doc.has(
            at,
            class::MONTH
                | class::WEEKDAY
                | class::FRAME
                | class::FILLER
                | class::MEDICAL
                | class::GREETING,
        )
}

/// "folks just say ford": what people say for somebody's name.
#[inline(never)]
fn nickname(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    if !doc.is_any(at, words!["say", "says"]) || !given(doc, at + 1, end) {
        return false;
    }
    let often = words!["just", "all", "mostly", "usually", "always"];
    let by = at - usize::from(at > 0 && doc.is_any(at - 1, often));
    doc.is_any(by.wrapping_sub(1), PEOPLE)
        && !doc.is_any(at + 1, words!["will", "may"])
        && boundary(doc, at + 2, end)
        && !doc.has(at + 2, class::CARDINAL)
}

/// "i don't speak for dot, i'm just her ride": somebody whom the next words are about.
#[inline(never)]
fn spoken_for(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    let next = comma(doc, at + 2);
    doc.is(next, "i")
        && doc.is(at, "for")
        && doc.shape(next + 1) == Some(Shape::Clitic)
        && given(doc, at + 1, end)
        && (next + 2..end.min(next + 5)).any(|i| doc.is_any(i, words!["her", "his"]))
}
