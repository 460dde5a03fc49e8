//! What stands before the sign of an e-mail address, written or said.

use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Where the part before "at" begins.
pub(crate) fn local_part(doc: &Doc<'_>, t: usize, at: usize, floor: usize, written: bool) -> usize {
    if written {
        let mut first = at;
        while first > floor
            && doc.glued(first)
            && (matches!(
                doc.shape(first - 1),
                Some(Shape::Word | Shape::Number | Shape::Clitic)
            ) || [b'.', b'_', b'-', b'+', b'%']
                .iter()
                .any(|b| doc.is_punct(first - 1, *b)))
        {
            first -= 1;
        }
        while first < at && doc.is_punct(first, b'.') {
            first += 1;
        }
        if first < at
            && !doc.is_any(
                first - usize::from(first > floor),
                words!["dot", "underscore", "dash"],
            )
        {
            return first;
        }
        if first == at {
            return walk(doc, at, floor);
        }
    }
    let turn = doc.turns[t];
    let here = doc
        .cues_before(&turn, at)
        .find(|hit| hit.cue == Cue::Email)
        .map(|hit| hit.end);
    let asked = doc.asked(t, 3, Cue::Email);
    let from = match here {
        // "e-mail is rojas, all one word, at sky dot com"
        Some(end) => end,
        None if asked => floor,
        None => return sentence(doc, at, walk(doc, at, floor), floor),
    };
    if at - from.min(at) > 40 {
        return walk(doc, at, floor);
    }
    // After the last sentence end or announcement, past the small words of an answer.
    let mut first = from;
    for i in from..at {
        if doc.is_punct(i, b'?')
            || doc.is_punct(i, b'.') && !doc.glued(i + 1) && !doc.has(i - 1, class::LETTER)
        {
            first = i + 1;
        }
        if doc.is(i, "is")
            || doc.shape(i) == Some(Shape::Clitic) && doc.is_any(i - 1, words!["it", "that"])
        {
            first = i + 1;
        }
    }
    while first < at {
        let small = doc.has(first, class::FRAME | class::FILLER)
            && (!doc.has(first, class::LETTER)
                || doc.is(first, "a") && !doc.has(first + 1, class::LETTER | class::SEPARATOR));
        if !(small || matches!(doc.shape(first), Some(Shape::Clitic | Shape::Punct))) {
            break;
        }
        first += 1;
    }
    if first < at {
        first
    } else {
        walk(doc, at, floor)
    }
}

/// "Marigold family four at …": a mailbox of several words may begin with the sentence, when none of its words is one
/// that sentences are made of.
fn sentence(doc: &Doc<'_>, at: usize, walked: usize, floor: usize) -> usize {
    let mut first = walked;
    while first > floor && at - first < 6 && !doc.after_stop(first) {
        let i = first - 1;
        let content = doc.shape(i) == Some(Shape::Word)
            && !doc.has(
                i,
                class::FRAME | class::FILLER | class::LINK | class::GREETING,
            )
            && (!doc.has(i, class::NAME_CUE) || doc.is(i, "family"))
            && doc.len_of(i) > 2
            && !doc.is_any(
                i,
                words![
                    "meet", "look", "seen", "him", "she", "they", "their", "what", "work", "works",
                    "send", "sent", "mail", "write", "contact", "try", "use", "using", "email",
                    "not", "into", "under", "who", "when", "where", "want", "need", "get", "put",
                ],
            );
        if !content {
            return walked;
        }
        first = i;
    }
    if first == floor || doc.after_stop(first) {
        first
    } else {
        walked
    }
}

/// The end of what is said of the mailbox before "at": "all one word", "no dots", "lower case".
fn before_remark(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    let mut end = at;
    while end > floor && at - end < 10 {
        let i = end - 1;
        let remark = doc.is_any(
            i,
            words![
                "all",
                "one",
                "word",
                "no",
                "dots",
                "dot",
                "spaces",
                "space",
                "lower",
                "lowercase",
                "case",
                "caps",
                "together",
                "without",
                "sign",
                "the",
                "then",
            ],
        );
        if !(remark || doc.is_punct(i, b',')) {
            break;
        }
        end = i;
    }
    let said = (end..at).any(|i| {
        doc.is_any(
            i,
            words![
                "word",
                "dots",
                "spaces",
                "case",
                "lowercase",
                "caps",
                "together",
                "sign"
            ],
        )
    });
    // "april.quinn1950, then at …"
    let then = at > floor && doc.is(at - 1, "then");
    // "…, then the at sign, then comcast dot net"
    let sign = doc.is(at + 1, "sign") && end < at;
    if said || then || sign { end } else { at }
}

/// "jamison the number two", "p for peter": where the words begin that announce or explain what follows or ends at
/// `first`.
fn announced(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let from = first.checked_sub(2).filter(|from| *from > floor)?;
    let code =
        doc.has(first, class::CARDINAL | class::LETTER) || doc.shape(first) == Some(Shape::Number);
    let sign =
        doc.is(from, "the") && doc.is_any(from + 1, words!["number", "letter", "digit", "numeral"]);
    if sign && code {
        return Some(from);
    }
    let letter = from - 1;
    let initial = doc.bytes(letter).first().map(u8::to_ascii_lowercase);
    let word = doc.bytes(from + 1).first().map(u8::to_ascii_lowercase);
    let explains = doc.is(from, "for") && doc.has(letter, class::LETTER) && initial == word;
    (explains && doc.shape(from + 1) == Some(Shape::Word)).then_some(letter)
}

/// Walks left from "at" over what can be part of a mailbox: letters, digits, separators, names and unknown words.
fn walk(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    let at = before_remark(doc, at, floor);
    let mut first = at;
    let mut joined = true;
    while first > floor && at - first < 30 {
        let i = first - 1;
        // "t as in tom"
        if i >= floor + 3
            && doc.is(i - 1, "in")
            && doc.is(i - 2, "as")
            && doc.has(i - 3, class::LETTER)
        {
            first = i - 3;
            joined = false;
            continue;
        }
        if let Some(start) = announced(doc, first, floor) {
            (first, joined) = (start, false);
            continue;
        }
        match doc.shape(i) {
            Some(Shape::Punct)
                if doc.is_punct(i, b',')
                    && i > floor
                    && (first == at || doc.has(first, class::LETTER))
                    && (doc.has(i - 1, class::LETTER)
                        || doc.is(i.wrapping_sub(2), "in")
                        || doc.has(i - 1, class::CARDINAL)) => {}
            Some(Shape::Number) => joined = false,
            Some(Shape::Word) => {
                let bits = doc.class(i);
                let separator = doc.is_any(
                    i,
                    words![
                        "dot",
                        "underscore",
                        "dash",
                        "hyphen",
                        "period",
                        "plus",
                        "point",
                        "minus",
                    ],
                );
                let code = bits & (class::LETTER | class::NATO | class::CARDINAL) != 0
                    && (doc.has(i + 1, class::LETTER | class::SEPARATOR)
                        || !doc.is_any(i, words!["a", "i"]));
                let ordinary = bits & (class::FRAME | class::FILLER | class::CUE) != 0
                    || doc.name_class(i) & name::COMMON != 0
                        && doc.name_class(i) & (name::FIRST | name::LAST) == 0;
                if !(separator
                    || code
                    || !ordinary
                    || joined && !doc.is_any(i, words!["is", "it", "that", "to", "was", "me"]))
                {
                    break;
                }
                joined = separator;
            }
            Some(Shape::Punct)
                if doc.is_punct(i, b'-')
                    || doc.is_punct(i, b'.') && doc.glued(i) && doc.glued(i + 1) =>
            {
                joined = true;
            }
            _ => break,
        }
        first = i;
    }
    first
}
