//! Names that no cue announces: a given name in capitals, a given and a family name together, a name in a list alone.

use crate::redaction::name::context::{placed, somebody, unannounced};
use crate::redaction::name::part::{Cued, accept, homonym};
use crate::redaction::name::span::{record, strange, take};
use crate::redaction::name::spelled::letter;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// "I think so. Olu Hargreaves": a word that is in no list before a family name, and nothing else in the sentence.
fn strange_given(doc: &Doc<'_>, at: usize, floor: usize, end: usize) -> bool {
    let family = doc.name_class(at + 1) & (name::LAST | name::COMMON | name::WORD) == name::LAST
        && doc.class(at + 1) & !class::NATO == 0;
    let closes = at + 2 >= end || matches!(doc.shape(at + 2), Some(Shape::Punct | Shape::Newline));
    family
        && closes
        && at >= floor
        && doc.len_of(at) > 2
        && doc.capital(at) == doc.capital(at + 1)
        && (at == floor || doc.after_stop(at) || doc.is_punct(at - 1, b','))
        && !doc.taken[at]
        && strange(doc, at)
}

/// Words after which, or as which, a name in capitals is that of a place, a house or a day.
const ELSE: u64 =
    class::MEDICAL | class::STREET | class::STATE | class::MONTH | class::WEEKDAY | class::UNIT;

/// "Bravo, Charlie, nine": whether a word of the alphabet of pilots stands beside another one or beside a letter.
fn coded(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    let next = at + 1 + usize::from(doc.is_punct(at + 1, b','));
    let before = at - 1.min(at);
    let before = before - usize::from(before > 0 && doc.is_punct(before, b','));
    letter(doc, next) || at > floor && before >= floor && letter(doc, before)
}

/// A name nobody announced: a capitalised given name, or given and family name together.
pub(crate) fn uncued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let names = doc.name_class(at);
    let code = doc.has(at, class::NATO) && coded(doc, at, floor);
    // "it", "this", "thank": words that introduce names, and are none.
    let introduces = names & (name::FIRST | name::LAST) == 0 && doc.class(at) != 0;
    if doc.len_of(at) < 3 || code || introduces && !doc.is(at + 1, "with") {
        return;
    }
    if names & name::FIRST == 0 {
        let told_apart = doc.is(at + 1, "with") && doc.is_any(at + 2, words!["a", "an"]);
        let alone = told_apart && names != 0 || unannounced(doc, at, floor, end);
        let given = at
            .checked_sub(1)
            .filter(|given| strange_given(doc, *given, floor, end));
        if let Some(given) = given {
            record(doc, given, at + 1, "name-full", known);
        } else if alone {
            accept(doc, at, end, Cued::Strongly, "name-alone", known);
        }
        return;
    }
    let surname = doc.name_class(at + 1);
    let adjacent = at + 1 < end
        && doc.shape(at + 1) == Some(Shape::Word)
        && surname & name::LAST != 0
        && !doc.taken[at + 1]
        && !doc.glued(at + 1);
    let cased = doc.capital(at) == doc.capital(at + 1);
    if adjacent
        && cased
        && names & name::COMMON == 0
        && surname & name::COMMON == 0
        && (doc.capital(at)
            || !homonym(doc, at)
                && !homonym(doc, at + 1)
                && doc.class(at + 1) & (class::MEDICAL | class::STREET | class::STATE) == 0)
    {
        accept(doc, at, end, Cued::Fairly, "name-full", known);
        return;
    }
    // "is this Mark Young?", "Rose Baker here": two words that are names, and written so.
    if adjacent
        && doc.capital(at)
        && doc.capital(at + 1)
        && !doc.has(at, class::MONTH | class::WEEKDAY | class::STATE)
        && doc.class(at + 1) & ELSE == 0
        && doc.class(at + 2) & ELSE == 0
        && !(at + 2 < end && doc.capital(at + 2))
        && !(at > floor && doc.capital(at - 1))
        && !placed(doc, at, floor)
    {
        record(doc, at, at + 2, "name-full", known);
        return;
    }
    if names & name::COMMON != 0 || homonym(doc, at) || doc.has(at, class::NATO) {
        let called = known.contains(&doc.key(at));
        if somebody(doc, at, floor, end, called)
            && !take(doc, at, end, "name-context", known)
            && doc.name_class(at) & name::COMMON == 0
        {
            record(doc, at, at + 1, "name-context", known);
        }
        return;
    }
    // "no deborah with a d"
    let told_apart = doc.is(at + 1, "with") && doc.is_any(at + 2, words!["a", "an"]);
    // "like eva?"
    let only = at <= floor + 3
        && at + 2 >= end
        && (floor..at).all(|i| doc.has(i, class::FRAME | class::FILLER | class::LEAD));
    let opens = at == floor || only || matches!(doc.shape(at - 1), Some(Shape::Punct));
    let closes = at + 1 >= end || matches!(doc.shape(at + 1), Some(Shape::Punct | Shape::Newline));
    if doc.capital(at) && !placed(doc, at, floor)
        || opens && closes
        || told_apart
        || unannounced(doc, at, floor, end)
    {
        accept(doc, at, end, Cued::Weakly, "name-dictionary", known);
    }
}
