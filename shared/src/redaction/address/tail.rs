//! What follows the street in an address: unit, city, state and postal code.

use crate::redaction::address::ordinary;
use crate::redaction::address::postcode::{city, postcode, said_postcode};
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Past the street word: unit, city, state, ZIP.
pub(crate) fn rest(doc: &Doc<'_>, from: usize, limit: usize, cued: bool) -> usize {
    let mut end = from;
    let mut at = from;
    let stop = limit.min(from + 40);
    while at < stop {
        let code = postcode(doc, at, limit).map(|found| found.1);
        if let Some(past) = code.or_else(|| said_postcode(doc, at, limit)) {
            return past;
        }
        if let Some(past) = floor(doc, at)
            .or_else(|| (at > from && at == end).then(|| city_word(doc, at))?)
            .or_else(|| (cued && doc.is_punct(at, b',')).then(|| segment(doc, at + 1, limit))?)
        {
            at = past;
            end = past;
            continue;
        }
        // "…, postcode n r four six s p", "…, zip is 30311"
        if at > from
            && let Some(past) = code_ahead(doc, at, limit)
        {
            return past;
        }
        // "…, in Wigan", "… in sioux falls south dakota"
        if doc.is(at, "in") && place_ahead(doc, at + 1, limit) {
            at += 1;
            continue;
        }
        if doc.has(at, class::DIRECTION)
            && doc.len_of(at) > 1
            && at == end
            && state(doc, at).is_none()
        {
            at += 1;
            end = at;
            continue;
        }
        match doc.shape(at) {
            Some(Shape::Punct)
                if doc.is_punct(at, b',') || doc.is_punct(at, b'-') || doc.is_punct(at, b'#') =>
            {
                at += 1;
            }
            Some(Shape::Punct)
                if doc.is_punct(at, b'.')
                    && (doc.glued(at) && at == from && doc.len_of(at - 1) <= 4
                        || cued
                        || doc.is(at.wrapping_sub(1), "co")) =>
            {
                at += 1;
            }
            Some(Shape::Word)
                if (doc.has(at, class::DWELLING)
                    || doc.is_any(at, words!["number", "número", "app", "apto", "trailer"]))
                    && (doc.is_punct(at + 1, b'.') && numeric(doc, at + 2)
                        || numeric(doc, at + 1)
                        || doc.has(at + 1, class::LETTER)
                        || doc.is(at + 1, "number")
                        || doc.is_punct(at + 1, b'#')) =>
            {
                at = unit(doc, at, stop);
                end = at;
            }
            _ if numeric(doc, at) || doc.has(at, class::MULTIPLE) => {
                let zip = zip_end(doc, at, stop);
                if zip.1 < 3 && !cued {
                    break;
                }
                return zip.0.max(end);
            }
            Some(Shape::Word) => {
                if let Some(next) = state(doc, at) {
                    end = next;
                    at = next;
                } else if (doc.capital(at) && !doc.has(at, class::FRAME | class::FILLER)
                    || city_ahead(doc, at, stop))
                    && (!doc.has(at, class::CUE | class::UNIT) || doc.has(at, class::STREET))
                    || cued
                        && (!ordinary(doc, at) && at < from + 12
                            || doc.is_any(at, words!["zip", "code", "postcode", "postal"])
                            || doc.has(at, class::LETTER | class::DIRECTION)
                            || doc.has(at, class::FILLER) && doc.is_any(at, words!["um", "uh"]))
                {
                    at += 1;
                    if !doc.has(at - 1, class::FILLER | class::CUE)
                        && !doc.is_any(at - 1, words!["i"])
                    {
                        end = at;
                    }
                } else if (at == from || at == end + 1 && doc.is_punct(end, b','))
                    && city(doc, at)
                    && (ends(doc, at + 1, limit) || clause(doc, at + 1))
                {
                    return at + 1;
                } else {
                    break;
                }
            }
            _ => break,
        }
    }
    end
}

/// "second floor", "top floor"
fn floor(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let which = doc.has(at, class::ORDINAL)
        || doc.is_any(at, words!["top", "ground", "lower", "upper", "bottom"]);
    (doc.is(at + 1, "floor") && which).then_some(at + 2)
}

/// Past the last word of "…, Salt Lake City" at `at`.
fn city_word(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let after = doc.shape(at - 1) == Some(Shape::Word) && doc.capital(at) == doc.capital(at - 1);
    (doc.is(at, "city") && after).then_some(at + 1)
}

/// Past the number of a flat, apartment or unit whose word is at `at`.
fn unit(doc: &Doc<'_>, at: usize, stop: usize) -> usize {
    let mut at =
        if doc.is(at + 1, "number") || doc.is_punct(at + 1, b'#') || doc.is_punct(at + 1, b'.') {
            at + 2
        } else {
            at + 1
        };
    while at < stop
        && (numeric(doc, at)
            || doc.has(at, class::HUNDRED)
            || doc.has(at, class::LETTER)
                && (doc.glued(at) || !doc.is_any(at, words!["i", "a"]) || numeric(doc, at - 1))
            || doc.is_punct(at, b'-'))
    {
        at += 1;
        // "unit c like charlie"
        if doc.has(at - 1, class::LETTER) && doc.is_any(at, words!["like", "for"]) {
            let letter = doc.bytes(at - 1).first().map(u8::to_ascii_lowercase);
            let word = doc.bytes(at + 1).first().map(u8::to_ascii_lowercase);
            at += if letter == word && at + 2 <= stop {
                2
            } else {
                0
            };
        }
    }
    at
}

/// A village, town or county between commas, or at the end of the sentence: one to three words, not all of them
/// ordinary.
fn segment(doc: &Doc<'_>, from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    let mut named = false;
    while at < limit && doc.shape(at) == Some(Shape::Word) {
        if doc.has(
            at,
            class::FRAME | class::FILLER | class::DWELLING | class::CUE,
        ) {
            return None;
        }
        named |= doc.capital(at) || !ordinary(doc, at);
        at += 1;
    }
    (named && at > from && at <= from + 3 && ends(doc, at, limit)).then_some(at)
}

/// The end of a postal code that its own word announces at `at`.
fn code_ahead(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let mut next = if doc.is_any(at, words!["zip", "postcode", "zipcode"]) {
        at + 1
    } else if doc.is(at, "post") && doc.is(at + 1, "code") {
        at + 2
    } else {
        return None;
    };
    while next < at + 5
        && (doc.is_any(next, words!["is", "code", "its"])
            || doc.is_punct(next, b',')
            || doc.is_punct(next, b':'))
    {
        next += 1;
    }
    if let Some(past) = postcode(doc, next, limit)
        .map(|found| found.1)
        .or_else(|| said_postcode(doc, next, limit))
    {
        return Some(past);
    }
    let (end, digits) = zip_end(doc, next, limit.min(next + 16));
    (digits == 5 || digits == 9).then_some(end)
}

/// Whether a new clause begins at `at`: "… salem that's where i live".
fn clause(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(
        at,
        words![
            "that", "and", "is", "where", "but", "so", "it", "i", "we", "she", "he", "they", "if",
            "because", "please", "thanks", "just", "near", "by", "past", "off"
        ],
    )
}

/// Whether nothing more is said in this sentence.
fn ends(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    at >= limit || matches!(doc.shape(at), Some(Shape::Punct | Shape::Newline))
}

/// Whether a state's name or the word for a postal code comes within the next words, so that these are a city's.
pub(crate) fn city_ahead(doc: &Doc<'_>, at: usize, stop: usize) -> bool {
    (at..stop.min(at + 5))
        .find_map(|i| {
            if doc.is_punct(i, b'.') || doc.is_punct(i, b'?') {
                Some(false)
            } else if i > at
                && (doc.is_any(i, words!["postcode", "zip"])
                    || said_postcode(doc, i, stop).is_some())
            {
                Some(true)
            } else {
                state(doc, i).map(|next| doc.len_of(i) > 2 || numeric(doc, next))
            }
        })
        .unwrap_or(false)
}

/// Whether what follows "in" after a street is a town: with a capital, or before a state or postal code.
fn place_ahead(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    let named = doc.capital(at) && !doc.has(at, class::FRAME | class::MONTH | class::WEEKDAY);
    named || city_ahead(doc, at, limit) || city(doc, at) && ends(doc, at + 1, limit)
}

/// A state's name or abbreviation at `at`: the index after it.
pub(crate) fn state(doc: &Doc<'_>, at: usize) -> Option<usize> {
    if doc.has(at, class::STATE_HEAD)
        && doc.shape(at + 1) == Some(Shape::Word)
        && (doc.has(at + 1, class::STATE)
            || doc.is_any(
                at + 1,
                words![
                    "carolina",
                    "dakota",
                    "hampshire",
                    "jersey",
                    "mexico",
                    "york",
                    "island",
                    "rico",
                    "columbia",
                    "islands",
                    "samoa",
                    "mariana",
                    "states",
                ],
            ))
    {
        return Some(at + 2);
    }
    // Abbreviations that are also words count in capitals only.
    if doc.capital(at)
        && matches!(doc.word(at), "ME" | "IN" | "OR")
        && doc.shape(at + 1) != Some(Shape::Word)
    {
        return Some(at + 1);
    }
    if !doc.has(at, class::STATE) {
        return None;
    }
    if doc.len_of(at) > 2 {
        return Some(at + 1);
    }
    let upper = doc.bytes(at).iter().all(u8::is_ascii_uppercase);
    (upper || numeric(doc, at + 1)).then_some(at + 1)
}

/// The end of a ZIP or other run of digits, and how many digits it had.
pub(crate) fn zip_end(doc: &Doc<'_>, from: usize, stop: usize) -> (usize, usize) {
    let mut at = from;
    let mut end = from;
    let mut digits = 0;
    while at < stop && digits < 10 {
        if doc.shape(at) == Some(Shape::Number) {
            digits += doc.len_of(at);
            end = at + 1;
        } else if doc.has(at, class::DIGIT | class::OH) {
            digits += 1;
            end = at + 1;
        } else if doc.has(at, class::MULTIPLE) {
            digits += usize::from(doc.value(at)) - 1;
        } else if doc.has(at, class::TEEN | class::TENS) {
            digits += if doc.has(at, class::TENS) && doc.has(at + 1, class::DIGIT) {
                1
            } else {
                2
            };
            end = at + 1;
        } else if doc.has(at, class::HUNDRED) {
            digits += 2;
            end = at + 1;
        } else if doc.has(at, class::LETTER) && digits < 9 && !doc.is_any(at, words!["a", "i"])
            || doc.shape(at) == Some(Shape::Word) && doc.glued(at) && doc.len_of(at) <= 2
        {
            end = at + 1;
        } else if !(doc.is_punct(at, b'-')
            || doc.is_punct(at, b',') && digits < 5
            || doc.is_any(at, words!["dash", "hyphen", "um", "uh"])
            || digits > 0
                && doc.is_any(at, words!["then", "and"])
                && (doc.is(at + 1, "then") || numeric(doc, at + 1)))
        {
            break;
        }
        at += 1;
    }
    (end, digits)
}
