//! What follows the words that announce a name: titles, greetings, relations, introductions.

use crate::redaction::name::answer::past_frame;
use crate::redaction::name::introduction::{STATES, introduced};
use crate::redaction::name::mention::mentioned;
use crate::redaction::name::part::{Cued, accept, modal, plausible};
use crate::redaction::name::span::{Part, boundary, part, record, span, strange, take};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name, word as known_word};
use crate::redaction::words::word_key::key_of;
use crate::redaction::words::word_set::words;

/// A cue word at `at` and what follows it.
pub(crate) fn cued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    if bits & class::TITLE != 0 {
        titled(doc, at, end, known);
    } else if bits & class::GREETING != 0 || doc.is(at, "thank") && doc.is(at + 1, "you") {
        greeted(doc, at, end, known);
    } else if bits & class::RELATION != 0 {
        related(doc, at, floor, end, known);
    } else if doc.is(at, "patient") {
        patient(doc, at, end, known);
    } else if doc.is(at, "family") {
        family(doc, at, floor, known);
    } else if bits & class::INTRODUCTION != 0 {
        introduced(doc, at, end, known);
    } else if bits & class::MENTION != 0 {
        mentioned(doc, at, end, known);
    } else if at <= floor + 3 && bits & class::LEAD != 0 {
        accept(
            doc,
            comma(doc, at + 1),
            end,
            Cued::Weakly,
            "name-address",
            known,
        );
    }
}

pub(crate) fn comma(doc: &Doc<'_>, at: usize) -> usize {
    if doc.is_punct(at, b',') { at + 1 } else { at }
}

/// "Mrs Lopez", "doctor patel".
pub(crate) fn titled(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = if doc.is_punct(at + 1, b'.') {
        at + 2
    } else {
        at + 1
    };
    let abbreviated = doc.is_any(
        at,
        words!["mr", "mrs", "ms", "dr", "mister", "missus", "miss"],
    );
    let known_name = doc.name_class(next) & (name::LAST | name::FIRST) != 0
        && !doc.has(next, class::FRAME | class::FILLER);
    if (abbreviated || doc.capital(next) || known_name && doc.is(at, "doctor"))
        && doc.len_of(next) > 1
    {
        let level = if known_name || abbreviated || doc.capital(next) {
            Cued::Strongly
        } else {
            Cued::Weakly
        };
        if !doc.has(next, class::MEDICAL) || abbreviated {
            accept(doc, next, end, level, "name-title", known);
        }
    }
}

/// "hi maria", "thank you, April".
pub(crate) fn greeted(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    let mut next = if doc.is(at, "thank") { at + 2 } else { at + 1 };
    while next < at + 4
        && (doc.is_any(
            next,
            words![
                "there", "you", "good", "again", "so", "much", "very", "okay", "ok", "and",
            ],
        ) || doc.has(next, class::GREETING))
    {
        next += 1;
    }
    // "thank you for holding, April"
    if doc.is(next, "for") && doc.is_any(next + 1, words!["holding", "waiting", "calling"]) {
        next += 2;
    }
    let next = comma(doc, next);
    // "hi its oliviabergstrom"
    if doc.is_any(next, words!["its", "it", "this"]) {
        let name = past_frame(doc, next, end, 4);
        if name < end && glued_name(doc, name) {
            record(doc, name, name + 1, "name-greeting", known);
            return;
        }
        // "hi its winter again"
        let says = name + 1 >= end
            || doc.shape(name + 1) == Some(Shape::Punct)
            || doc.is_any(
                name + 1,
                words!["again", "calling", "here", "speaking", "from"],
            );
        let given = doc.name_class(name) & name::FIRST != 0
            && !doc.has(
                name,
                class::MONTH | class::WEEKDAY | class::FRAME | class::FILLER,
            );
        let state =
            doc.is_any(name, STATES) && !doc.is_any(name + 1, words!["calling", "speaking"]);
        if says && given && !state && name < end && !doc.taken[name] && !modal(doc, name) {
            record(doc, name, name + 1, "name-greeting", known);
            return;
        }
    }
    let vocative = next + 1 >= end
        || matches!(doc.shape(next + 1), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            next + 1,
            words![
                "how", "you're", "what", "it", "i", "nice", "good", "so", "this", "thanks", "for",
                "what's", "you",
            ],
        );
    accept(
        doc,
        next,
        end,
        if vocative { Cued::Fairly } else { Cued::Weakly },
        "name-greeting",
        known,
    );
    if vocative
        && doc.capital(next)
        && !doc.taken.get(next).copied().unwrap_or(true)
        && plausible(doc, next, Cued::Strongly)
        && bits & class::GREETING != 0
        && at + 1 == next
    {
        accept(doc, next, end, Cued::Strongly, "name-greeting", known);
    }
}

/// A given and a family name in one word: "oliviabergstrom".
fn glued_name(doc: &Doc<'_>, at: usize) -> bool {
    let text = doc.word(at);
    strange(doc, at)
        && (8..=24).contains(&text.len())
        && text.is_ascii()
        && (3..text.len() - 3).any(|i| {
            let lower = text.to_ascii_lowercase();
            let (given, family) = lower.split_at(i);
            let names = |part: &str| known_word(key_of(part)).names();
            names(given) & (name::FIRST | name::COMMON | name::RARE) == name::FIRST
                && names(family) & (name::LAST | name::COMMON) == name::LAST
        })
}

/// "my daughter April", "his wife is Joan".
pub(crate) fn related(
    doc: &mut Doc<'_>,
    at: usize,
    floor: usize,
    end: usize,
    known: &mut Vec<u64>,
) {
    let in_law = doc.is(at + 1, "in") && doc.is(at + 2, "law");
    let next = comma(doc, if in_law { at + 3 } else { at + 1 });
    // "my cousin is a hunter"
    if doc.is_any(next, words!["is", "was"]) && doc.is_any(next + 1, words!["a", "an", "the"]) {
        return;
    }
    let next = if doc.is_any(next, words!["is", "are", "named", "called"])
        || doc.shape(next) == Some(Shape::Clitic) && doc.is_any(next + 1, words!["name"])
    {
        past_frame(doc, next + 1, end, 3)
    } else {
        next
    };
    // "it's her dad's, Blount": the name is the relation's
    if doc.shape(next) == Some(Shape::Clitic) && doc.word(next).ends_with('s') {
        let name = comma(doc, next + 1);
        let kind = part(doc, name);
        if (kind == Part::Name
            || kind == Part::Unknown
            || kind == Part::Doubtful && doc.capital(name)
            || kind == Part::Particle)
            && !doc.has(
                name,
                class::HOMONYM | class::MONTH | class::WEEKDAY | class::MEDICAL,
            )
            && span(doc, name, end).is_some_and(|stop| {
                boundary(doc, stop, end) && doc.shape(stop) != Some(Shape::Clitic)
            })
        {
            take(doc, name, end, "name-relation", known);
        }
        return;
    }
    // "my ex husband Art Pickle": both in capitals, though each is a word
    let written = doc.capital(next)
        && doc.capital(next + 1)
        && !doc.capital(at)
        && doc.name_class(next) & name::FIRST != 0
        && doc.shape(next + 1) == Some(Shape::Word)
        && doc.len_of(next).min(doc.len_of(next + 1)) > 1
        && !doc.has(
            next + 1,
            class::FRAME | class::TITLE | class::MONTH | class::WEEKDAY,
        )
        && !doc.taken[next]
        && boundary(doc, next + 2, end);
    if written {
        record(doc, next, next + 2, "name-relation", known);
        return;
    }
    let mine = at > floor
        && doc.is_any(
            at - 1,
            words!["my", "his", "her", "their", "our", "your", "the", "me"],
        );
    // "my sister Zbyszka": a word that is in no list
    if mine
        && part(doc, next) == Part::Unknown
        && (doc.capital(next) || boundary(doc, next + 1, end))
        && take(doc, next, end, "name-relation", known)
    {
        return;
    }
    accept(
        doc,
        next,
        end,
        if mine { Cued::Fairly } else { Cued::Weakly },
        "name-relation",
        known,
    );
    // "my sister summer drives me": no verb and no thing
    let given = doc.name_class(next) & name::FIRST != 0
        && !modal(doc, next)
        && !doc.is_any(
            next,
            words![
                "don", "may", "will", "chin", "nail", "elder", "young", "love"
            ],
        )
        && !doc.has(
            next,
            class::FRAME | class::FILLER | class::MEDICAL | class::MONTH | class::WEEKDAY,
        );
    if mine
        && given
        && next < end
        && doc.shape(next) == Some(Shape::Word)
        && !doc.taken[next]
        && !take(doc, next, end, "name-relation", known)
    {
        record(doc, next, next + 1, "name-relation", known);
    }
}

/// "patient Maria Lopez, date of birth …".
pub(crate) fn patient(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = past_frame(doc, at + 1, end, 3);
    let record = doc.shape(next + 1) == Some(Shape::Punct) || doc.has(next + 1, class::CUE);
    accept(
        doc,
        next,
        end,
        if record || doc.capital(next) {
            Cued::Fairly
        } else {
            Cued::Weakly
        },
        "name-patient",
        known,
    );
}

/// "it's the nguyen family".
fn family(doc: &mut Doc<'_>, at: usize, floor: usize, known: &mut Vec<u64>) {
    let named = at > floor + 1
        && doc.is(at - 2, "the")
        && doc.name_class(at - 1) & (name::LAST | name::COMMON) == name::LAST;
    if named {
        accept(doc, at - 1, at, Cued::Strongly, "name-family", known);
    }
}
