//! A name where one is due: after "my name is", as the answer to "who is calling". Every part of it counts, also one
//! that is an ordinary word elsewhere ("Grace Key"), and a word that is in no list at all.

use crate::redaction::kind::Kind;
use crate::redaction::name::part::{homonym, modal};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::ordinary_words::ordinary;
use crate::redaction::words::word_key::key_of;
use crate::redaction::words::word_set::words;

/// What a word can be in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A name and nothing else.
    Name,
    /// A name that is a word as well.
    Doubtful,
    /// In no list.
    Unknown,
    /// "van", "de la".
    Particle,
    Initial,
    Other,
}

/// Small words, and words that begin something else.
const NEVER: u64 = class::FILLER
    | class::TITLE
    | class::GREETING
    | class::RELATION
    | class::CARDINAL
    | class::CORRECTION
    | class::ORDINAL
    | class::DRUG
    | class::DIAGNOSIS;

pub(crate) fn part(doc: &Doc<'_>, at: usize) -> Part {
    if doc.shape(at) != Some(Shape::Word) || doc.taken[at] {
        return Part::Other;
    }
    if doc.is_any(
        at,
        words![
            "de", "la", "del", "van", "von", "der", "den", "di", "da", "bin", "al", "el", "st",
            "mc", "mac", "le", "dos", "ten", "du", "des", "saint", "san", "ben", "abu", "della",
        ],
    ) {
        return Part::Particle;
    }
    let bits = doc.class(at);
    let length = doc.len_of(at);
    // "Donncha Ó Murchadha"
    if length <= 4
        && doc.capital(at)
        && (doc.word(at).chars().count() == 1 && length == 2
            || matches!(doc.word(at), "Ní" | "Nic" | "Uí" | "Mhic"))
    {
        return Part::Particle;
    }
    if length == 1 {
        let initial =
            bits & class::LETTER != 0 && (doc.capital(at) || !doc.is_any(at, words!["a", "i"]));
        return if initial { Part::Initial } else { Part::Other };
    }
    if doc.shape(at + 1) == Some(Shape::Clitic) && doc.word(at + 1).ends_with(['t', 'T'])
        || modal(doc, at)
    {
        return Part::Other;
    }
    let names = doc.name_class(at);
    if names & (name::FIRST | name::LAST) != 0 {
        return if bits & (NEVER | class::FRAME) != 0 && bits & class::HOMONYM == 0 {
            Part::Other
        } else if names & (name::COMMON | name::WORD) != 0
            || homonym(doc, at)
            || bits & !class::NATO != 0
        {
            Part::Doubtful
        } else {
            Part::Name
        };
    }
    if bits == 0 && length > 1 && strange(doc, at) {
        return Part::Unknown;
    }
    Part::Other
}

/// A word that is in no list.
pub(crate) fn strange(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && doc.name_class(at) == 0
        && doc.class(at) & !class::NATO == 0
        && !ordinary(doc.word(at))
}

/// Where a name ends for certain.
pub(crate) fn boundary(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    at >= limit
        || doc.shape(at) != Some(Shape::Word)
        || doc.taken[at]
        || doc.has(
            at,
            class::CUE
                | class::MONTH
                | class::WEEKDAY
                | class::CARDINAL
                | class::FRAME
                | class::FILLER
                | class::CORRECTION
                | class::LETTER
                | class::NATO
                | class::ORDINAL,
        )
        || doc.is_any(
            at,
            words![
                "and",
                "but",
                "born",
                "date",
                "calling",
                "speaking",
                "from",
                "with",
                "at",
                "who",
                "is",
                "was",
                "she",
                "he",
                "they",
                "we",
                "here",
                "or",
                "also",
                "if",
                "because",
                "as",
                "folks",
                "people",
                "everybody",
                "everyone",
                "most",
                "goes",
            ],
        )
}

/// Where a name ends that nothing announces, so that "anna good to see you" is not Anna Good.
pub(crate) fn stops(doc: &Doc<'_>, at: usize) -> bool {
    boundary(doc, at, doc.tokens.len())
        && (!doc.has(at, class::FRAME | class::FILLER | class::LETTER)
            || doc.has(at, class::CUE | class::CARDINAL)
            || doc.is_any(
                at,
                words!["i", "it", "that", "that's", "is", "was", "here", "my"],
            ))
}

/// Takes the name at `at` where one is due, with all its parts.
pub(crate) fn take(
    doc: &mut Doc<'_>,
    at: usize,
    limit: usize,
    rule: &'static str,
    known: &mut Vec<u64>,
) -> bool {
    let Some(end) = span(doc, at, limit) else {
        return false;
    };
    record(doc, at, end, rule, known);
    true
}

/// "amara hyphen sutton": the mark that is said between two family names.
pub(crate) fn part_after_hyphen(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(at, words!["hyphen", "dash"])
        && matches!(
            part(doc, at + 1),
            Part::Name | Part::Doubtful | Part::Unknown
        )
}

/// Remembers the words `at..end` as a name and takes them.
pub(crate) fn record(
    doc: &mut Doc<'_>,
    at: usize,
    end: usize,
    rule: &'static str,
    known: &mut Vec<u64>,
) {
    let at = beginning(doc, at);
    for i in at..end {
        if doc.shape(i) == Some(Shape::Word)
            && doc.len_of(i) > 1
            && !matches!(part(doc, i), Part::Particle)
            && !doc.is_any(i, words!["hyphen", "dash", "space"])
        {
            let key = doc.key(i);
            if !known.contains(&key) && known.len() < 4096 {
                known.push(key);
                if i + 1 == end {
                    known.extend(plural(doc, i));
                }
            }
        }
    }
    doc.add(at, end, Kind::Person, rule);
    // "my sons are Chase and Hunter"
    if let Some(other) = at.checked_sub(2)
        && doc.is(at - 1, "and")
        && doc.capital(other)
        && doc.capital(at)
        && !doc.taken[other]
        && doc.name_class(other) & (name::FIRST | name::COMMON) == name::FIRST
        && !doc.has(
            other,
            class::MONTH | class::WEEKDAY | class::FRAME | class::STATE,
        )
    {
        doc.add(other, other + 1, Kind::Person, rule);
    }
}

/// "two Abercrombies": the key of the plural of a family name that is nothing else.
#[inline(never)]
fn plural(doc: &Doc<'_>, at: usize) -> Option<u64> {
    let word = doc.word(at);
    let family = doc.name_class(at) & name::FIRST == 0
        && (5..=24).contains(&word.len())
        && matches!(part(doc, at), Part::Name | Part::Unknown);
    if !family {
        return None;
    }
    let mut plural = String::with_capacity(word.len() + 2);
    plural.push_str(word);
    plural.push_str(if word.ends_with(['s', 'x', 'z']) {
        "es"
    } else {
        "s"
    });
    Some(key_of(&plural))
}

/// Whether one or two initials without a dot at `at` lead to a name.
fn initials(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    let name = at + 1 + usize::from(part(doc, at + 1) == Part::Initial);
    name < limit
        && doc.capital(name) == doc.capital(at)
        && doc.len_of(name) > 2
        && match part(doc, name) {
            Part::Name | Part::Unknown => true,
            Part::Doubtful => name > at + 1 || boundary(doc, name + 1, limit),
            _ => false,
        }
}

/// Where a name begins whose part at `at` was recognised: "For Di Marco", "de la garza", "de space la garza", "Pa Houa
/// Vang".
fn beginning(doc: &Doc<'_>, at: usize) -> usize {
    let mut first = at;
    while first > 0 && at - first < 4 {
        let i = first - 1;
        if doc.shape(i) != Some(Shape::Word) {
            break;
        }
        let capital = doc.capital(at);
        let said = !capital && doc.is(i, "space") && i > 0 && part(doc, i - 1) == Part::Particle;
        let particle = if capital {
            (doc.capital(i) || first < at)
                && part(doc, i) == Part::Particle
                && if doc.capital(i) {
                    !doc.is_any(i, words!["st", "saint", "san"])
                } else {
                    doc.is_any(i, words!["de", "van", "von"])
                }
        } else {
            doc.is_any(
                i,
                words!["de", "la", "del", "della", "von", "van", "der", "du", "dos"],
            ) && !doc.taken[i]
                && doc.name_class(at) & (name::FIRST | name::LAST) != name::FIRST
        };
        let foreign = doc.capital(i)
            && doc.capital(at)
            && !doc.taken[i]
            && strange(doc, i)
            && doc.len_of(i) > 1
            && !doc.bytes(i).iter().all(u8::is_ascii_uppercase)
            && !doc.glued(first)
            && i > 0
            && !doc.after_stop(i)
            && !doc.is_punct(i - 1, b':');
        if !(said || particle || foreign) {
            break;
        }
        first = i;
    }
    first
}

pub(crate) fn span(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let mut end = at;
    let mut sure = at;
    let mut named = false;
    let mut next = at;
    let mut count = 0;
    while next < limit && count < 6 {
        let here = part(doc, next);
        match here {
            Part::Name | Part::Unknown => (end, sure, named) = (next + 1, next + 1, true),
            Part::Doubtful => (end, named) = (next + 1, true),
            Part::Particle => {}
            Part::Initial if count > 0 || named => {
                next += usize::from(doc.is_punct(next + 1, b'.'));
            }
            Part::Initial if doc.is_punct(next + 1, b'.') => next += 1,
            // "T J Wozniak"
            Part::Initial if initials(doc, next, limit) => {}
            // "Georgina Van-Dyke", "Ingrid Still"
            _ if count > 0
                && doc.shape(next) == Some(Shape::Word)
                && !doc.taken[next]
                && (doc.is_punct(next - 1, b'-')
                    || named
                        && doc.name_class(next) & name::LAST != 0
                        && boundary(doc, next + 1, limit)
                        && !doc.has(
                            next,
                            class::FILLER | class::TITLE | class::GREETING | class::CORRECTION,
                        )) =>
            {
                (end, named) = (next + 1, true);
            }
            _ => break,
        }
        count += 1;
        next += 1;
        if doc.is_punct(next, b'-') && doc.glued(next) && doc.glued(next + 1)
            || doc.is_any(next, words!["um", "uh", "er"]) && named
            || named && part_after_hyphen(doc, next)
        {
            next += 1;
        }
    }
    if !named {
        return None;
    }
    if !boundary(doc, end, limit) {
        end = sure;
    }
    if doc.has(end, class::GENERATION) && end < limit && doc.name_class(end) & name::COMMON == 0 {
        end += 1;
    }
    (end > at).then_some(end)
}
