//! Names that open a turn though each of their words is something else: "may young" as the answer to a question for the
//! name, "jun park, he's my boss's kid".

use crate::redaction::name::span::{boundary, record};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Words that are no part of a name, whatever the lists say.
const OTHER: u64 = class::FILLER
    | class::CARDINAL
    | class::ORDINAL
    | class::CORRECTION
    | class::GREETING
    | class::UNIT
    | class::DRUG;

/// A given name at `at` with a family name after it, both of them perhaps words.
fn pair(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    let free = |i: usize| doc.shape(i) == Some(Shape::Word) && !doc.taken[i] && !doc.has(i, OTHER);
    at + 1 < limit
        && free(at)
        && free(at + 1)
        && doc.name_class(at) & name::FIRST != 0
        && doc.name_class(at + 1) & name::LAST != 0
        && doc.capital(at) == doc.capital(at + 1)
        && doc.len_of(at) > 1
        && (doc.capital(at + 1)
            || !doc.has(at + 1, class::FRAME)
                && !doc.is_any(
                    at + 1,
                    words!["do", "be", "have", "call", "wait", "need", "may"],
                ))
}

/// "jun park he's my boss's kid": what opens the turn is whom it speaks of.
#[inline(never)]
pub(crate) fn spoken_of(doc: &mut Doc<'_>, turn: &Turn, known: &mut Vec<u64>) {
    let at = turn.first;
    let who = at + 2 + usize::from(doc.is_punct(at + 2, b','));
    if !doc.is_any(who, words!["he", "she"]) || who >= turn.end || !pair(doc, at, turn.end) {
        return;
    }
    // "young man he's great"
    let words = doc.name_class(at) & doc.name_class(at + 1) & name::COMMON != 0;
    let is = doc.shape(who + 1) == Some(Shape::Clitic) || doc.is(who + 1, "is");
    if is && (doc.capital(at) || !words) {
        record(doc, at, at + 2, "name-opening", known);
    }
}

/// "name on the account?" – "May Young.", "will power, don't laugh". `at` is the first word of the answer. Whether there
/// was one.
#[inline(never)]
pub(crate) fn answer(doc: &mut Doc<'_>, mut at: usize, turn: &Turn, known: &mut Vec<u64>) -> bool {
    if at > turn.first && doc.is_any(at - 1, words!["will", "may"]) {
        at -= 1;
    }
    let whole = (pair(doc, at, turn.end) || written(doc, at, turn.end))
        && boundary(doc, at + 2, turn.end)
        && doc.shape(at + 2) != Some(Shape::Clitic)
        && !doc.is_punct(at + 2, b'-');
    if whole {
        record(doc, at, at + 2, "name-answer", known);
    }
    whole || related(doc, at, turn.end, known)
}

/// "Mark Down.": a given name with any word in capitals after it, and the end of the sentence.
fn written(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    at + 1 < limit
        && doc.name_class(at) & name::FIRST != 0
        && doc.capital(at)
        && doc.capital(at + 1)
        && doc.shape(at + 1) == Some(Shape::Word)
        && !doc.taken[at]
        && !doc.taken[at + 1]
        && doc.len_of(at + 1) > 2
        && !doc.has(at, OTHER)
        && !doc.has(
            at + 1,
            OTHER | class::FRAME | class::MEDICAL | class::WEEKDAY | class::MONTH,
        )
        && (at + 2 >= limit || doc.shape(at + 2) != Some(Shape::Word))
}

/// "what's that person's name" – "my wife calliope, she's at …": the word after the relation, where a name is due.
fn related(doc: &mut Doc<'_>, at: usize, limit: usize, known: &mut Vec<u64>) -> bool {
    let next = at + 1;
    let word = doc.word(next);
    let form = ["s", "ed", "ing", "ly", "time"]
        .iter()
        .any(|ending| word.ends_with(ending));
    let due = doc.has(at, class::RELATION)
        && next < limit
        && doc.shape(next) == Some(Shape::Word)
        && !doc.taken[next]
        && doc.class(next) == 0
        && doc.name_class(next) & name::COMMON == 0
        && word.len() > 3
        && !form
        && boundary(doc, next + 1, limit);
    if due {
        record(doc, next, next + 1, "name-relation", known);
    }
    due
}
