//! What can be part of a name, under how strong a cue, and where a name ends.

use crate::redaction::name::eponym::eponym;
use crate::redaction::name::span::{part_after_hyphen, record, span, stops};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::ordinary_words::ordinary as is_ordinary;
use crate::redaction::words::word_set::{WordSet, words};

/// How much a cue says that a name follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cued {
    /// Only a given name that is nothing else ("so Kim").
    Weakly,
    /// Any given name, also one that is a word ("my daughter April").
    Fairly,
    /// Any word that is not an ordinary one ("my last name is Trabalotsa").
    Strongly,
}

/// A name that is also an ordinary word, a month, an eponym or a place.
pub(crate) fn homonym(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(
        at,
        class::HOMONYM | class::MONTH | class::STATE | class::WEEKDAY,
    ) || doc.name_class(at) & name::WORD != 0
}

/// Forms of verbs that cannot follow "will" or "may": "doctor may said".
const PAST: &WordSet = words![
    "said",
    "says",
    "told",
    "tells",
    "wanted",
    "wants",
    "asked",
    "asks",
    "was",
    "had",
    "did",
    "gave",
    "saw",
    "thinks",
    "thought",
    "called",
    "prescribed",
    "ordered",
    "recommended",
    "mentioned",
    "referred",
    "sent"
];

/// "the doctor will call", "may I speak with": a verb.
pub(crate) fn modal(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(at, words!["will", "may"])
        && (doc.shape(at + 1) == Some(Shape::Word)
            && !doc.is_any(
                at + 1,
                words!["calling", "speaking", "here", "from", "and", "is", "again"],
            )
            && !doc.is_any(at + 1, PAST)
            && doc.name_class(at + 1) & (name::LAST | name::COMMON | name::WORD) != name::LAST
            || doc.has(at + 1, class::CARDINAL))
}

/// Whether the word at `at` can be a name under a cue of this strength.
pub(crate) fn plausible(doc: &Doc<'_>, at: usize, cued: Cued) -> bool {
    if doc.shape(at) != Some(Shape::Word)
        || doc.taken[at]
        || doc.len_of(at) < 2
        || doc.has(at, class::TITLE)
    {
        return false;
    }
    if modal(doc, at) {
        return false;
    }
    let names = doc.name_class(at);
    let bits = doc.class(at);
    let listed = names & (name::FIRST | name::LAST) != 0;
    let ordinary = names & name::COMMON != 0
        || bits
            & (class::FRAME
                | class::FILLER
                | class::UNIT
                | class::MEASURE
                | class::CARDINAL
                | class::WEEKDAY
                | class::TITLE
                | class::GREETING
                | class::RELATION
                | class::SPEAKER
                | class::CUE
                | class::OVER
                | class::CORRECTION
                | class::NAME_CUE
                | class::ORDINAL
                | class::DRUG
                | class::DIAGNOSIS)
            != 0
            && !(listed && bits & class::HOMONYM != 0);
    // "Don't" is not Don; "Will's" may be.
    if doc.shape(at + 1) == Some(Shape::Clitic) && doc.word(at + 1).ends_with(['t', 'T']) {
        return false;
    }
    match cued {
        Cued::Weakly => {
            !ordinary
                && !homonym(doc, at)
                && (names & name::FIRST != 0 || doc.capital(at) && names & name::LAST != 0)
        }
        Cued::Fairly => {
            names & name::FIRST != 0 && (!ordinary || doc.capital(at))
                || doc.capital(at) && names & name::LAST != 0 && !ordinary
                || names & name::FIRST != 0
                    && bits & (class::HOMONYM | class::MONTH) != 0
                    && bits & class::FRAME == 0
        }
        Cued::Strongly => {
            !ordinary
                && bits & (class::MEDICAL | class::STATE) == 0
                && (listed || !is_ordinary(doc.word(at)))
                || listed
                    && (doc.capital(at) || !ordinary || names & name::FIRST != 0)
                    && bits & (class::FRAME | class::FILLER) == 0
        }
    }
}

/// Takes the name at `at`, if there is one, with its further parts.
pub(crate) fn accept(
    doc: &mut Doc<'_>,
    at: usize,
    limit: usize,
    cued: Cued,
    rule: &'static str,
    known: &mut Vec<u64>,
) {
    if at >= limit || !plausible(doc, at, cued) {
        return;
    }
    let mut end = at + 1;
    let mut last = at;
    while end < limit && end < at + 7 && last < at + 5 {
        let mut next = end;
        if doc.is_punct(next, b'-') && doc.glued(next) && doc.glued(next + 1) {
            next += 1;
        }
        // an initial
        if doc.shape(next) == Some(Shape::Word)
            && doc.len_of(next) == 1
            && doc.capital(next) == doc.capital(at)
            && !doc.is(next, "i")
            && (doc.capital(next) || !doc.is(next, "a"))
        {
            let after = if doc.is_punct(next + 1, b'.') {
                next + 2
            } else {
                next + 1
            };
            if after < limit
                && doc.capital(after) == doc.capital(at)
                && further(doc, after, cued)
                && doc.len_of(after) > 1
            {
                end = after;
                continue;
            }
            break;
        }
        // "amara hyphen sutton"
        if part_after_hyphen(doc, next) && next + 1 < limit {
            end = next + 2;
            last = next + 1;
            continue;
        }
        // "omar uh haddad"
        if doc.is_any(next, words!["um", "uh", "er"])
            && next + 1 < limit
            && doc.name_class(next + 1) & (name::LAST | name::COMMON) == name::LAST
            && further(doc, next + 1, cued)
        {
            end = next + 1;
            last = next;
            continue;
        }
        if doc.is_any(
            next,
            words![
                "de", "la", "del", "van", "von", "der", "den", "di", "da", "bin", "al", "el", "st",
                "mc", "mac", "le", "dos", "ten",
            ],
        ) && next + 1 < limit
            && (further(doc, next + 1, cued) || doc.capital(next + 1))
            && !doc.has(next + 1, class::CARDINAL)
        {
            end = next + 1;
            last = next;
            continue;
        }
        if next < limit && further(doc, next, cued) {
            end = next + 1;
            last = next;
            continue;
        }
        break;
    }
    // "Georgina Van-Dyke", "Felicity Al Hassan"
    if doc.name_class(at) & (name::COMMON | name::WORD) == 0 {
        end = end.max(span(doc, at, limit).unwrap_or(end));
    }
    if doc.has(end, class::GENERATION) && end < limit && (doc.name_class(end) & name::COMMON == 0) {
        end += 1;
    }
    if eponym(doc, at, end, limit, cued)
        && rule != "name-title"
        && !(cued == Cued::Strongly && end - at >= 2)
    {
        return;
    }
    if doc.is(end, "street")
        || doc.has(end, class::SOLID_STREET) && cued < Cued::Strongly && doc.capital(end)
    {
        return;
    }
    record(doc, at, end, rule, known);
    // "my twins Ines and Kofi"
    if doc.is(end, "and") {
        accept(doc, end + 1, limit, Cued::Weakly, rule, known);
    }
}

/// Whether the word continues a name.
pub(crate) fn further(doc: &Doc<'_>, at: usize, cued: Cued) -> bool {
    if doc.shape(at) != Some(Shape::Word)
        || doc.taken[at]
        || doc.len_of(at) < 2
        || !matches!(
            doc.shape(at.wrapping_sub(1)),
            Some(Shape::Word | Shape::Punct)
        )
    {
        return false;
    }
    if modal(doc, at) {
        return false;
    }
    let names = doc.name_class(at);
    let word = names & (name::COMMON | name::WORD) != 0;
    if word && !doc.capital(at) && !stops(doc, at + 1) {
        return false;
    }
    let bits = doc.class(at);
    if bits
        & (class::FRAME
            | class::FILLER
            | class::UNIT
            | class::CARDINAL
            | class::MEASURE
            | class::CUE
            | class::GREETING
            | class::TITLE
            | class::RELATION
            | class::OVER
            | class::CORRECTION)
        != 0
        && !(doc.capital(at) && names & name::LAST != 0)
    {
        return false;
    }
    if bits & class::NAME_CUE != 0 && !doc.capital(at) {
        return false;
    }
    let capital_before = doc.capital(at - 1);
    if names & (name::LAST | name::FIRST) != 0
        && (names & name::COMMON == 0 || doc.capital(at) && capital_before)
        && !(homonym(doc, at) && names & name::LAST == 0)
    {
        return !(bits & class::MEDICAL != 0 && names & name::LAST == 0);
    }
    if names & name::LAST != 0
        && (cued >= Cued::Fairly
            || doc.name_class(at - 1) & name::FIRST != 0
                && doc.name_class(at - 1) & name::COMMON == 0)
    {
        return true;
    }
    if doc.capital(at)
        && capital_before
        && names & name::COMMON == 0
        && bits & (class::MEDICAL | class::MONTH | class::WEEKDAY) == 0
    {
        return true;
    }
    // "this is omar oyelaran": the last word of what is said, after a name that is nothing else
    let given = doc.name_class(at - 1);
    let last = !matches!(doc.shape(at + 1), Some(Shape::Word | Shape::Clitic))
        && given & name::COMMON == 0
        && !homonym(doc, at - 1)
        && doc.len_of(at) > 3;
    names == 0
        && bits == 0
        && doc.len_of(at) > 2
        && !is_ordinary(doc.word(at))
        && (cued == Cued::Strongly
            || !capital_before && given & name::FIRST != 0 && (cued == Cued::Fairly || last))
}
