//! People's names: a grammar of cues (introductions, titles, greetings, relations, answers to "who is calling"), a
//! dictionary as evidence, spelled names, and then every other mention of a name found in the call.

pub(crate) mod called;
pub(crate) mod context;
pub(crate) mod cue;
pub(crate) mod eponym;
pub(crate) mod mention;
pub(crate) mod opening;
pub(crate) mod part;
pub(crate) mod printed;
pub(crate) mod span;
pub(crate) mod spelled;

use std::ops::Range;

use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::name::called::{called, named_after_day};
use crate::redaction::name::context::{placed, somebody, unannounced};
use crate::redaction::name::cue::cued;
use crate::redaction::name::part::{Cued, accept, homonym};
use crate::redaction::name::span::{record, strange, take};
use crate::redaction::name::spelled::{letter, person_ends_at, repeat, spelled};
use crate::redaction::number::cue::Cue;
use crate::redaction::number::nod::small;
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

/// The answer to a question for a name, or a further part of one.
#[inline(never)]
fn answer(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>) {
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
        && doc.word(at).len() > 2
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
fn only_word(doc: &Doc<'_>, t: usize) -> Option<usize> {
    let asked = t.checked_sub(1).map(|before| doc.turns[before])?;
    // "what do people call you" – "skeeter"
    let family = doc.turn_cues(&asked).last().is_some_and(|hit| {
        hit.cue == Cue::Name
            && (hit.first..hit.end)
                .any(|at| doc.is_any(at, words!["last", "surname", "family", "maiden", "call"]))
            && asks(doc, hit.end, asked.end)
    });
    let turn = doc.turns[t];
    // "Ursula Ibarra" – "Iyer?": a name repeated as it was heard
    let heard = t >= 2
        && asked.end - asked.first <= 8
        && doc.asked(t - 1, 1, Cue::Name)
        && (asked.first..asked.end).any(|at| doc.taken[at] && person_ends_at(doc, at))
        && (doc.name_class(turn.first) & (name::LAST | name::FIRST) != 0
            || strange(doc, turn.first));
    let family = family || heard;
    if !family || turn.end - turn.first > 2 || doc.shape(turn.first) != Some(Shape::Word) {
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
    (alone && !small && doc.word(turn.first).len() > 1).then_some(turn.first)
}

/// "for whitfield, first name marvin"
fn before_first_name(doc: &mut Doc<'_>, floor: usize, cue: usize, known: &mut Vec<u64>) {
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
    let fits = strange(doc, at) && doc.word(at).len() > 3
        || names && doc.name_class(at) & name::COMMON == 0 && doc.class(at) & !class::NATO == 0;
    if joined && fits && !doc.taken[at] {
        record(doc, at, at + 1, "name-cue", known);
    }
}

/// A question mark or the end right after the cue: nothing to take in this turn.
fn asks(doc: &Doc<'_>, at: usize, end: usize) -> bool {
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

/// "I think so. Olu Hargreaves": a word that is in no list before a family name, and nothing else in the sentence.
fn strange_given(doc: &Doc<'_>, at: usize, floor: usize, end: usize) -> bool {
    let family = doc.name_class(at + 1) & (name::LAST | name::COMMON | name::WORD) == name::LAST
        && doc.class(at + 1) & !class::NATO == 0;
    let closes = at + 2 >= end || matches!(doc.shape(at + 2), Some(Shape::Punct | Shape::Newline));
    family
        && closes
        && at >= floor
        && doc.word(at).len() > 2
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
fn uncued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let names = doc.name_class(at);
    let code = doc.has(at, class::NATO) && coded(doc, at, floor);
    // "it", "this", "thank": words that introduce names, and are none.
    let introduces = names & (name::FIRST | name::LAST) == 0 && doc.class(at) != 0;
    if doc.word(at).len() < 3 || code || introduces && !doc.is(at + 1, "with") {
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
