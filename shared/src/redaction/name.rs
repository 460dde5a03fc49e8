//! People's names: a grammar of cues (introductions, titles, greetings, relations, answers to "who is calling"), a
//! dictionary as evidence, spelled names, and then every other mention of a name found in the call.

use super::cue::Cue;
use super::doc::Doc;
use super::known::Known;
use super::lexicon::{class, name};
use super::name_part::{Cued, accept, homonym, plausible};
use super::name_spelled::{letter, repeat, spelled};
use super::token::Shape;

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
}

/// Names in machine text: only after a cue, only capitalised, and their repetitions.
pub(crate) fn detect_written(doc: &mut Doc<'_>) {
    let mut known: Vec<u64> = Vec::new();
    for at in 0..doc.tokens.len() {
        if doc.shape(at) != Some(Shape::Word) || doc.taken[at] {
            continue;
        }
        let cue = doc.has(at, class::TITLE | class::RELATION)
            && doc.is_any(
                at,
                &[
                    "mr", "mrs", "ms", "dr", "doctor", "miss", "daughter", "son", "wife",
                    "husband", "mother", "father",
                ],
            )
            || doc.is_any(
                at,
                &[
                    "patient", "customer", "caller", "contact", "user", "named", "hi", "hello",
                    "dear", "member", "guardian", "attn",
                ],
            )
            || doc.is(at, "name")
                && at > 0
                && doc.is_any(
                    at - 1,
                    &[
                        "patient", "full", "first", "last", "customer", "caller", "is", "my",
                    ],
                );
        if !cue {
            continue;
        }
        let mut next = at + 1;
        while doc.is_punct(next, b':')
            || doc.is_punct(next, b',')
            || doc.is_punct(next, b'.') && doc.has(at, class::TITLE)
            || doc.is(next, "is")
            || doc.is_punct(next, b'"')
            || doc.is_punct(next, b'=')
            || doc.is_punct(next, 0x27)
        {
            next += 1;
        }
        let listed = doc.name_class(next) & (name::FIRST | name::LAST) != 0;
        let pair = doc.capital(next + 1)
            && doc.shape(next + 1) == Some(Shape::Word)
            && !doc.glued(next + 1);
        if next < doc.tokens.len()
            && doc.capital(next)
            && !doc.glued(next + 1) | !joins_code(doc, next + 1)
            && (listed || pair && doc.name_class(next) & name::COMMON == 0)
        {
            let end = doc.tokens.len();
            accept(doc, next, end, Cued::Strongly, "name-cue", &mut known);
        }
    }
    repeat(doc, &known);
}

fn joins_code(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.shape(at), Some(Shape::Number | Shape::Word))
        || doc.is_punct(at, b'_')
        || doc.is_punct(at, b'/')
        || doc.is_punct(at, b'=')
        || doc.is_punct(at, b'(')
}

fn turn(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>, next: &mut usize) {
    let turn = doc.turns[t];
    for h in turn.cues.0..turn.cues.1 {
        let hit = doc.cues[h];
        if hit.cue == Cue::Name {
            let at = past_frame(doc, hit.end, turn.end, 8);
            if !asks(doc, hit.end, turn.end) {
                accept(doc, at, turn.end, Cued::Strongly, "name-cue", known);
            }
        }
    }
    if asked_name(doc, t) {
        let at = past_frame(doc, turn.first, turn.end, 10);
        let short = turn.end - at.min(turn.end) <= 12;
        accept(
            doc,
            at,
            turn.end,
            if short { Cued::Strongly } else { Cued::Fairly },
            "name-answer",
            known,
        );
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
        if doc.tokens[at].given && !doc.taken[at] {
            uncued(doc, at, turn.first, turn.end, known);
        }
    }
}

/// A question mark or the end right after the cue: nothing to take in this turn.
fn asks(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    at >= end
        || doc.is_punct(at, b'?')
        || doc.is_any(at, &["and", "for", "on", "please", "of", "or"])
}

/// Whether a turn shortly before asked for a name and nobody gave one yet.
fn asked_name(doc: &Doc<'_>, t: usize) -> bool {
    let from = t.saturating_sub(2);
    (from..t).rev().any(|i| {
        let turn = doc.turns[i];
        let asked = doc
            .turn_cues(&turn)
            .iter()
            .any(|hit| hit.cue == Cue::Name && asks_or_ends(doc, hit.end, turn.end));
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
fn past_frame(doc: &Doc<'_>, mut at: usize, end: usize, most: usize) -> usize {
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
                        &[
                            "is", "am", "be", "to", "ohh", "can", "would", "will", "course",
                            "full", "last", "first", "speaking", "called", "the",
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

/// A cue word at `at` and what follows it.
fn cued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    if bits & class::TITLE != 0 {
        titled(doc, at, end, known);
    } else if bits & class::GREETING != 0 || doc.is(at, "thank") && doc.is(at + 1, "you") {
        greeted(doc, at, end, known);
    } else if bits & class::RELATION != 0 {
        related(doc, at, floor, end, known);
    } else if doc.is(at, "patient") {
        patient(doc, at, end, known);
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

fn comma(doc: &Doc<'_>, at: usize) -> usize {
    if doc.is_punct(at, b',') { at + 1 } else { at }
}

/// "Mrs Lopez", "doctor patel".
fn titled(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = if doc.is_punct(at + 1, b'.') {
        at + 2
    } else {
        at + 1
    };
    let abbreviated = doc.is_any(at, &["mr", "mrs", "ms", "dr", "mister", "missus", "miss"]);
    let known_name = doc.name_class(next) & (name::LAST | name::FIRST) != 0
        && !doc.has(next, class::FRAME | class::FILLER);
    if (abbreviated || doc.capital(next) || known_name && doc.is(at, "doctor"))
        && doc.word(next).len() > 1
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
fn greeted(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    let mut next = if doc.is(at, "thank") { at + 2 } else { at + 1 };
    while next < at + 4
        && (doc.is_any(
            next,
            &[
                "there", "you", "good", "again", "so", "much", "very", "okay", "ok", "and",
            ],
        ) || doc.has(next, class::GREETING))
    {
        next += 1;
    }
    let next = comma(doc, next);
    let vocative = next + 1 >= end
        || matches!(doc.shape(next + 1), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            next + 1,
            &[
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

/// "my daughter April", "his wife is Joan".
fn related(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let next = comma(doc, at + 1);
    let next = if doc.is_any(next, &["is", "named", "called"])
        || doc.shape(next) == Some(Shape::Clitic) && doc.is_any(next + 1, &["name"])
    {
        past_frame(doc, next + 1, end, 3)
    } else {
        next
    };
    let mine =
        at > floor && doc.is_any(at - 1, &["my", "his", "her", "their", "our", "your", "the"]);
    accept(
        doc,
        next,
        end,
        if mine { Cued::Fairly } else { Cued::Weakly },
        "name-relation",
        known,
    );
}

/// "patient Maria Lopez, date of birth …".
fn patient(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
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

/// "this is Maria Lopez", "I'm Xochitl calling …".
fn introduced(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let verb = doc.shape(at + 1) == Some(Shape::Clitic)
        && !doc.word(at + 1).ends_with(['d', 'e', 'l', 't'])
        || doc.is_any(at + 1, &["is", "am"]);
    if verb {
        let next = past_title(doc, at + 2);
        accept(doc, next, end, Cued::Weakly, "name-introduction", known);
        let unknown = |i: usize| {
            doc.shape(i) == Some(Shape::Word)
                && doc.class(i) == 0
                && doc.name_class(i) & name::COMMON == 0
                && doc.word(i).len() > 2
                && !doc.taken[i]
        };
        let says = |i: usize| i < end && doc.is_any(i, &["calling", "speaking", "here", "from"]);
        let surname = next + 1 < end
            && doc.name_class(next + 1) & (name::LAST | name::COMMON) == name::LAST
            && doc.class(next + 1) & (class::MEDICAL | class::UNIT | class::FRAME) == 0;
        if next < end
            && unknown(next)
            && (surname || says(next + 1) || next + 2 < end && unknown(next + 1) && says(next + 2))
        {
            accept(doc, next, end, Cued::Strongly, "name-introduction", known);
        }
    }
}

/// "a friend named Joan", "speaking with Maria".
fn mentioned(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = if doc.is(at, "behalf") { at + 2 } else { at + 1 };
    if !doc
        .tokens
        .get(next)
        .is_some_and(|token| token.given || token.capital)
    {
        return;
    }
    let level = if doc.is_any(at, &["named"]) {
        Cued::Fairly
    } else {
        Cued::Weakly
    };
    accept(doc, next, end, level, "name-mention", known);
}

fn past_title(doc: &Doc<'_>, mut at: usize) -> usize {
    while doc.has(at, class::TITLE | class::FILLER)
        || doc.is_punct(at, b'.') && doc.has(at.wrapping_sub(1), class::TITLE)
        || doc.is_punct(at, b',')
    {
        at += 1;
    }
    at
}

/// A name nobody announced: a capitalised given name, or given and family name together.
fn uncued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let names = doc.name_class(at);
    let code =
        doc.has(at, class::NATO) && (letter(doc, at + 1) || at > floor && letter(doc, at - 1));
    if names & name::FIRST == 0 || doc.word(at).len() < 3 || code {
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
    if names & name::COMMON != 0 || homonym(doc, at) {
        return;
    }
    let opens = at == floor || matches!(doc.shape(at - 1), Some(Shape::Punct));
    let closes = at + 1 >= end || matches!(doc.shape(at + 1), Some(Shape::Punct | Shape::Newline));
    let introduced = opens
        && (doc.is(at + 1, "is") && doc.is_any(at + 2, &["a", "an"])
            || doc.is_any(at + 1, &["speaking", "calling", "here"]));
    if doc.capital(at) || opens && closes || introduced {
        accept(doc, at, end, Cued::Weakly, "name-dictionary", known);
    }
}
