//! What may stand between two parts of one value: commas, dashes, fillers, corrections.

use crate::redaction::number::atom::numeric;
use crate::redaction::number::read_run::starts;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

pub(crate) struct Join {
    pub(crate) next: usize,
    pub(crate) corrected: bool,
    pub(crate) decimal: bool,
    /// Points glued between digits, and the word "point".
    pub(crate) points: usize,
    /// The word "point".
    pub(crate) said_points: usize,
    pub(crate) paused: bool,
}

/// What may stand between two parts of one value. Returns where the next part must begin. With `code`, letters were
/// part of it, and more may come.
pub(crate) fn join(
    doc: &Doc<'_>,
    from: usize,
    limit: usize,
    armed: bool,
    code: bool,
) -> Option<Join> {
    let mut join = Join {
        next: from,
        corrected: false,
        decimal: false,
        points: 0,
        said_points: 0,
        paused: false,
    };
    let mut words = 0;
    let mut spare = 0;
    while join.next < limit {
        let at = join.next;
        let last_zero = doc.has(at, class::OH)
            && !doc.taken[at]
            && (at + 1 >= limit || doc.shape(at + 1) != Some(Shape::Word));
        if at > from && (last_zero || starts(doc, at, limit, armed || join.corrected || code)) {
            return Some(join);
        }
        spare += 1;
        if spare > 12 {
            return None;
        }
        match doc.shape(at)? {
            Shape::Punct => {
                let byte = u8::try_from(doc.tokens[at].word.number()).unwrap_or(0);
                match byte {
                    b'-' | b'(' | b')' => {}
                    // "exp 5 / 30"
                    b'/' if doc.glued(at) || armed => {}
                    b'+' if at > from => {}
                    // "three seven ... forty one", "JJ504... 33915"
                    b'.' if ellipsis(doc, at) => join.paused = true,
                    b'.' | b'!' | b';' => {
                        let glued = doc.glued(at) && doc.glued(at + 1);
                        if glued {
                            let (a, b) = (doc.len_of(at - 1), doc.len_of(at + 1));
                            if doc.shape(at + 1) != Some(Shape::Number) {
                                return None;
                            }
                            join.decimal |= !(a >= 2 && b >= 3);
                            join.points += 1;
                        } else if !armed && !join.corrected && !between_digits(doc, at) {
                            return None;
                        }
                        join.paused = true;
                    }
                    b',' => join.paused = true,
                    _ => return None,
                }
                join.next += 1;
            }
            Shape::Clitic => {
                if words == 0 {
                    return None;
                }
                join.next += 1;
            }
            Shape::Word => {
                words += 1;
                if words > 8 {
                    return None;
                }
                join.next = join_word(doc, at, armed, &mut join)?;
            }
            _ => return None,
        }
    }
    None
}

/// The words that may stand between two parts, apart from fillers, separators and corrections.
const JOINTS: &WordSet = words![
    "point", "dot", "period", "plus", "pound", "star", "hash", "no", "wait", "my", "i", "one", "a",
    "on", "me", "hang", "bear", "excuse", "with", "know", "you", "of",
];

/// Words that stand between two parts of what was announced or corrected.
const BRIDGES: &WordSet = words![
    "and",
    "it",
    "that",
    "is",
    "make",
    "should",
    "be",
    "strike",
    "again",
    "followed",
    "by",
    "the",
    "rest",
    "next",
    "was",
    "meant",
    "to",
    "say",
    "apologies",
    "not",
];

pub(crate) fn join_word(doc: &Doc<'_>, at: usize, armed: bool, join: &mut Join) -> Option<usize> {
    let bits = doc.class(at);
    let small = class::FILLER | class::SEPARATOR | class::CORRECTION;
    if bits & small == 0 && !doc.is_any(at, JOINTS) && !doc.is_any(at, BRIDGES) {
        return None;
    }
    if doc.is(at, "point") {
        join.decimal = true;
        join.points += 1;
        join.said_points += 1;
        return Some(at + 1);
    }
    if doc.is_any(at, words!["dot", "period", "plus", "pound", "star", "hash"]) {
        return armed.then_some(at + 1);
    }
    join.paused = !doc.is_any(at, words!["dash", "hyphen", "space", "slash"]) || join.paused;
    if bits & class::CORRECTION != 0 || doc.is_any(at, words!["no", "wait"]) {
        join.corrected |= !doc.is(at, "mean") || doc.is(at - 1, "i");
        return Some(at + 1);
    }
    // "one one my fault double seven"
    if doc.is(at, "my") && doc.is_any(at + 1, words!["bad", "fault", "mistake", "error"]) {
        join.corrected = true;
        return Some(at + 2);
    }
    if doc.is(at, "i") && doc.is(at + 1, "mean") {
        return Some(at + 1);
    }
    if doc.is_any(at, words!["one", "a"])
        && doc.is_any(at + 1, words!["sec", "second", "moment", "minute"])
    {
        return Some(at + 2);
    }
    if doc.is(at, "i") && doc.is_any(at + 1, words!["said", "say", "think", "believe"]) {
        return Some(at + 2);
    }
    if doc.is(at, "i") && doc.is(at + 1, "always") && doc.is(at + 2, "forget") {
        return Some(at + 3);
    }
    if bits & (class::FILLER | class::SEPARATOR) != 0 {
        return Some(at + 1);
    }
    if doc.is_any(at, words!["on", "me"])
        && doc.is_any(at - 1, words!["hold", "let", "hang", "bear"])
    {
        return Some(at + 1);
    }
    if doc.is_any(at, words!["hang", "bear", "excuse"])
        && doc.is_any(at + 1, words!["on", "with", "me"])
    {
        return Some(at + 1);
    }
    if doc.is(at, "with") && doc.is(at - 1, "bear")
        || doc.is(at, "know") && doc.is(at - 1, "you")
        || doc.is(at, "you") && doc.is(at + 1, "know")
    {
        return Some(at + 1);
    }
    // "oh nine of twenty six", as dates of cards are said
    if armed && doc.is(at, "of") && short_month(doc, at) {
        return Some(at + 1);
    }
    // "nine. and a nine"
    if armed && doc.is(at, "and") && doc.is(at + 1, "a") && numeric(doc, at + 2) {
        return Some(at + 2);
    }
    if (armed || join.corrected) && doc.is_any(at, BRIDGES) {
        // Only "and" and a correction may bridge on their own: "and then four".
        let bridges = join.corrected
            || doc.is_any(at, words!["and", "followed", "by"])
            || doc.is_any(at, words!["that", "it", "is", "make"])
                && doc.is_any(at + 1, words!["be", "is", "that", "s"]);
        return bridges.then_some(at + 1);
    }
    None
}

/// "four one five. five five five.": whether digits that are said one by one stand before and after the mark at `at`.
fn between_digits(doc: &Doc<'_>, at: usize) -> bool {
    let two = |at: usize| doc.has(at, class::DIGIT) && doc.has(at + 1, class::DIGIT);
    let more = doc.has(at + 1, class::OH | class::MULTIPLE) && doc.has(at + 2, class::DIGIT);
    at > 1 && two(at - 2) && (two(at + 1) || more)
}

/// Whether the point at `at` is one of several: somebody stopped in the middle.
fn ellipsis(doc: &Doc<'_>, at: usize) -> bool {
    doc.glued(at) && doc.is_punct(at - 1, b'.') || doc.is_punct(at + 1, b'.') && doc.glued(at + 1)
}

/// Whether a month's number stands before the "of" at `at`, and two or four digits of a year after it.
fn short_month(doc: &Doc<'_>, at: usize) -> bool {
    let month = at > 0
        && (doc.has(at - 1, class::DIGIT | class::TEEN) && doc.value(at - 1) <= 12
            || doc.shape(at - 1) == Some(Shape::Number) && doc.len_of(at - 1) <= 2);
    month
        && (doc.has(at + 1, class::TENS)
            || doc.shape(at + 1) == Some(Shape::Number) && matches!(doc.len_of(at + 1), 2 | 4))
}
