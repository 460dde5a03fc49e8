//! People's names: a grammar of cues (introductions, titles, greetings, relations, answers to "who is calling"), a
//! dictionary as evidence, spelled names, and then every other mention of a name found in the call.

pub(crate) mod answer;
pub(crate) mod called;
pub(crate) mod context;
pub(crate) mod cue;
pub(crate) mod eponym;
pub(crate) mod introduction;
pub(crate) mod mention;
pub(crate) mod opening;
pub(crate) mod part;
pub(crate) mod printed;
pub(crate) mod span;
pub(crate) mod spelled;
pub(crate) mod uncued;

use std::ops::Range;

use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::name::answer::{answer, asks, only_word, past_frame};
use crate::redaction::name::called::{called, named_after_day};
use crate::redaction::name::cue::cued;
use crate::redaction::name::part::{Cued, accept};
use crate::redaction::name::span::{record, strange, take};
use crate::redaction::name::spelled::{person_ends_at, repeat, spelled};
use crate::redaction::name::uncued::uncued;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

/// Finds names by cue and dictionary, then by repetition.
pub(crate) fn detect(doc: &mut Doc<'_>, given: &Known) {
    let mut known: Vec<u64> = given.words.clone();
    spelled(doc, &mut known, true);
    let mut next = 0;
    for t in 0..doc.turns.len() {
        turn(doc, t, &mut known, &mut next);
    }
    spelled(doc, &mut known, false);
    repeat(doc, &known);
    turned_around(doc);
}

/// "Cordero, Luz": the comma between a family name and the given name after it goes with them.
fn turned_around(doc: &mut Doc<'_>) {
    let mut people: Vec<(usize, usize)> = doc
        .findings
        .iter()
        .filter(|finding| finding.kind == Kind::Person)
        .map(|finding| (finding.start, finding.end))
        .collect();
    people.sort_unstable();
    for pair in people.windows(2) {
        let [(start, middle), (next, end)] = *pair else {
            continue;
        };
        if doc.text.get(middle..next) != Some(", ") {
            continue;
        }
        let (family, given) = (doc.token_at(start), doc.token_at(next));
        if doc
            .tokens
            .get(family)
            .is_some_and(|token| token.end() == middle)
            && doc.name_class(family) & name::LAST != 0
            && doc.name_class(given) & (name::FIRST | name::COMMON) == name::FIRST
        {
            doc.add_bytes(start, end, Kind::Person, "name-turned-around");
        }
    }
}

fn turn(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>, next: &mut usize) {
    let turn = doc.turns[t];
    let named = turn.asks & Cue::Name.bit() != 0;
    for h in (turn.cues.0..turn.cues.1).filter(|_| named) {
        let hit = doc.cues[h];
        if hit.cue == Cue::Name {
            before_first_name(doc, turn.first, hit.first, known);
            // "Lachance. That's my last name"
            if (turn.first + 1..=hit.first)
                .rev()
                .take(4)
                .any(|i| doc.is_any(i, words!["that", "that's"]))
                && hit.first < turn.first + 8
            {
                let first = past_frame(doc, turn.first, turn.end, 4);
                take(doc, first, turn.end, "name-cue", known);
            }
            named_before(doc, turn.first, hit.first, known);
            called(doc, hit.first, turn.first, turn.end, known);
            named_after_day(doc, hit.end, turn.end);
            let at = past_frame(doc, hit.end, turn.end, 8);
            // "and you are fine": no question
            let statement = doc.is(hit.end - 1, "are");
            if !statement
                && !asks(doc, hit.end, turn.end)
                && !take(doc, at, turn.end, "name-cue", known)
            {
                accept(doc, at, turn.end, Cued::Strongly, "name-cue", known);
                if family_word(doc, hit.first..hit.end, at, turn.end) {
                    record(doc, at, at + 1, "name-cue", known);
                }
            }
        }
    }
    // A turn shortly before asked for a name: few do.
    let asked = doc.asked(t, 3, Cue::Name);
    if asked {
        answer(doc, t, known);
    }
    // "is this Tran?" – "no, Guerrero"
    if t > 0 && doc.is_any(turn.first, words!["no", "nope"]) {
        let before = doc.turns[t - 1];
        let asked = before.end - before.first <= 10
            && (before.end.saturating_sub(3).max(before.first)..before.end)
                .any(|at| doc.taken[at] && person_ends_at(doc, at));
        let at = past_frame(doc, turn.first + 1, turn.end, 5);
        if asked && at < turn.end && !doc.taken[at] {
            take(doc, at, turn.end, "name-corrected", known);
        }
    }
    if asked
        && let Some(at) = only_word(doc, t)
        && !doc.taken[at]
    {
        doc.add(at, at + 1, Kind::Person, "name-answer");
    }
    while let Some(at) = doc
        .anchors
        .name
        .get(*next)
        .map(|at| *at as usize)
        .filter(|at| *at < turn.end)
    {
        *next += 1;
        if at < turn.first || doc.taken[at] {
            continue;
        }
        let bits = doc.class(at);
        if bits & (class::TITLE | class::GREETING | class::RELATION | class::NAME_CUE) != 0 {
            cued(doc, at, turn.first, turn.end, known);
        }
        if at == turn.first && doc.name_class(at + 1) & name::LAST != 0 {
            opening::spoken_of(doc, &turn, known);
        }
        if !doc.taken[at] {
            uncued(doc, at, turn.first, turn.end, known);
        }
    }
}

/// "last name Grave, no S": the one word after the cue is the name, whatever else it is.
fn family_word(doc: &Doc<'_>, cue: Range<usize>, at: usize, end: usize) -> bool {
    const SMALL: u64 = class::FRAME
        | class::FILLER
        | class::CORRECTION
        | class::GREETING
        | class::CARDINAL
        | class::RELATION
        | class::TITLE
        | class::CUE
        | class::LETTER;
    let says = |list: &WordSet| cue.clone().any(|i| doc.is_any(i, list));
    let family =
        says(words!["surname"]) || says(words!["last", "family", "maiden"]) && says(words!["name"]);
    let alone = at + 1 >= end
        || doc.is_punct(at + 1, b',')
        || doc.is_punct(at + 1, b'.')
        || doc.is_any(at + 1, words!["first", "spelled", "like", "with"]);
    family
        && at < end
        && at <= cue.end + 2
        && doc.shape(at) == Some(Shape::Word)
        && !doc.taken[at]
        && doc.len_of(at) > 2
        && alone
        && !doc.has(at, SMALL)
        && !doc.is_any(
            at,
            words![
                "same",
                "different",
                "changed",
                "wrong",
                "hyphenated",
                "too",
                "only",
                "again",
                "correct",
                "spelled",
                "misspelled",
                "first",
                "both",
                "there",
                "not",
                "what",
                "who",
                "given",
                "change"
            ],
        )
}

/// "for whitfield, first name marvin"
fn before_first_name(doc: &mut Doc<'_>, floor: usize, cue: usize, known: &mut Vec<u64>) {
    // "it's hope last name wren"
    if doc.is_any(cue, words!["last", "surname", "family"]) && cue > floor + 1 {
        let at = cue - 1 - usize::from(doc.is_punct(cue - 1, b','));
        let introduced = at > floor
            && (doc.shape(at - 1) == Some(Shape::Clitic)
                || doc.is_any(
                    at - 1,
                    words!["is", "its", "it's", "im", "i'm", "for", "me"],
                ));
        if introduced && doc.name_class(at) & name::FIRST != 0 && !doc.taken[at] {
            record(doc, at, at + 1, "name-cue", known);
        }
        return;
    }
    if !doc.is(cue, "first") || cue < floor + 2 {
        return;
    }
    let at = cue - 1 - usize::from(doc.is_punct(cue - 1, b','));
    if doc.name_class(at) & (name::LAST | name::COMMON) == name::LAST
        && doc.class(at) & class::NATO == 0
    {
        accept(doc, at, cue, Cued::Strongly, "name-cue", known);
    }
}

/// "Dimitriou, my maiden name", "Ueda is my married name".
fn named_before(doc: &mut Doc<'_>, floor: usize, cue: usize, known: &mut Vec<u64>) {
    let own = doc.is_any(cue, words!["my", "her", "his", "their"])
        && doc.is_any(
            cue + 1,
            words!["maiden", "married", "last", "family", "middle", "name"],
        );
    let mine = cue > floor && doc.is_any(cue - 1, words!["my", "her", "his", "their"]);
    let first = if own { cue } else { cue.saturating_sub(1) };
    if !(own || mine) || first < floor + 2 {
        return;
    }
    let joined = doc.is_punct(first - 1, b',')
        || doc.is_any(first - 1, words!["is", "was"])
        || doc.shape(first - 1) == Some(Shape::Clitic);
    let at = first - 2;
    let names = doc.name_class(at) & (name::FIRST | name::LAST) != 0;
    let fits = strange(doc, at) && doc.len_of(at) > 3
        || names && doc.name_class(at) & name::COMMON == 0 && doc.class(at) & !class::NATO == 0;
    if joined && fits && !doc.taken[at] {
        record(doc, at, at + 1, "name-cue", known);
    }
}
