//! Postal codes and post office boxes, with the place before them.

use crate::redaction::address::home::house_before;
use crate::redaction::address::tail::{rest, zip_end};
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::{atom, numeric};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// "P.O. Box 12", "rural route 2, box 37".
pub(crate) fn po_box(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize, Kind)> {
    let mut next = if doc.is(at, "po") {
        at + 1
    } else if doc.is_any(at, words!["p", "pee"])
        && (doc.is_any(at + 1, words!["o", "oh"])
            || doc.is_punct(at + 1, b'.') && doc.is(at + 2, "o"))
    {
        if doc.is_punct(at + 1, b'.') {
            at + 3
        } else {
            at + 2
        }
    } else if doc.is(at, "post") && doc.is(at + 1, "office") {
        at + 2
    } else if doc.is(at, "rural") && doc.is(at + 1, "route") && numeric(doc, at + 2) {
        zip_end(doc, at + 2, limit).0
    } else if doc.is_any(at, words!["rr", "hc"]) && numeric(doc, at + 1) {
        zip_end(doc, at + 1, limit).0
    } else {
        return None;
    };
    let route = next;
    // "po box, let me think, eleven eighty two"
    let pause = |at: usize| {
        doc.is_punct(at, b',')
            || doc.has(at, class::FILLER)
            || doc.is_any(
                at,
                words!["lemme", "let", "me", "think", "see", "is", "number", "it's"],
            )
    };
    if doc.is_punct(next, b',') {
        next += 1;
    }
    if doc.is_punct(next, b'.') {
        next += 1;
    }
    let said = doc
        .is(next, "box")
        .then(|| (next + 1..next + 7).find(|i| !pause(*i)));
    let said = said.flatten().filter(|i| *i < limit && numeric(doc, *i));
    let Some(said) = said else {
        // "box 44, rural route 3"
        let back = at - usize::from(at > 0 && doc.is_punct(at - 1, b','));
        let first = if back >= 2 && numeric(doc, back - 1) && doc.is(back - 2, "box") {
            back - 2
        } else {
            at
        };
        return doc.is(at, "rural").then_some((first, route, Kind::Address));
    };
    let (end, _) = zip_end(doc, said, limit);
    Some((at, rest(doc, end, limit, false).max(end), Kind::Address))
}

/// A British postcode as written: `SW1A 1AA`, `W6 5AB`.
pub(crate) fn postcode(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize, Kind)> {
    let upper = |i: usize, most: usize| {
        doc.shape(i) == Some(Shape::Word)
            && doc.len_of(i) <= most
            && doc.bytes(i).iter().all(u8::is_ascii_uppercase)
    };
    let number =
        |i: usize, most: usize| doc.shape(i) == Some(Shape::Number) && doc.len_of(i) <= most;
    if !upper(at, 2)
        || doc.glued(at) && at > 0 && doc.shape(at - 1) != Some(Shape::Punct)
        || !number(at + 1, 2)
        || !doc.glued(at + 1)
    {
        return None;
    }
    let mut next = at + 2;
    if upper(next, 1) && doc.glued(next) {
        next += 1;
    }
    // "P31 A7R9"
    if upper(at, 1) && doc.len_of(at + 1) == 2 && eircode(doc, at + 2, limit) {
        let end = (at + 2..at + 6)
            .find(|i| !(*i < limit && (*i == at + 2 || doc.glued(*i))))
            .unwrap_or(at + 6);
        return Some((at, end, Kind::Zip));
    }
    let inward = number(next, 1)
        && upper(next + 1, 2)
        && doc.len_of(next + 1) == 2
        && doc.glued(next + 1)
        && next + 2 <= limit;
    inward.then_some((at, next + 2, Kind::Zip))
}

/// The second half of an Irish postcode at `at`: four characters with a digit and a letter among them, as printed.
fn eircode(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    let mut text = 0;
    let (mut digits, mut letters) = (false, false);
    for i in at..limit.min(at + 4) {
        if i > at && !doc.glued(i) {
            break;
        }
        match doc.shape(i) {
            Some(Shape::Number) => digits = true,
            Some(Shape::Word) if doc.capital(i) => letters = true,
            _ => break,
        }
        text += doc.len_of(i);
    }
    text == 4 && digits && letters && !doc.glued(at)
}

/// A British postcode as people say it: "s k four five z w", "november romeo thirty three, eight bravo x-ray". Returns
/// the index after it.
pub(crate) fn said_postcode(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let head = doc.has(at, class::LETTER | class::NATO)
        || doc.shape(at) == Some(Shape::Word)
            && doc.len_of(at) <= 2
            && doc.glued(at + 1)
            && doc.shape(at + 1) == Some(Shape::Number);
    if !head || doc.taken.get(at).is_none_or(|taken| *taken) {
        return None;
    }
    let mut run = Run::empty();
    run.open_group(at, false);
    let mut next = at;
    let mut found = None;
    while next < limit.min(at + 28) && run.len() < 8 {
        let pause = doc.is_punct(next, b',')
            || doc.is_punct(next, b'-')
            || doc.is_any(next, words!["um", "uh", "space", "then"]);
        if pause && next > at {
            next += 1;
            continue;
        }
        let Some(past) = atom(doc, next, limit, &mut run, true) else {
            break;
        };
        next = past;
        if outward_inward(run.chars()) {
            found = Some(next);
        }
    }
    found
}

/// `AN1 1AA`, `AN11 1AA`, `A1A 1AA` without its space.
fn outward_inward(code: &[u8]) -> bool {
    let [outward @ .., digit, first, second] = code else {
        return false;
    };
    let letter = u8::is_ascii_lowercase;
    let area = match outward {
        [a, d] => letter(a) && d.is_ascii_digit(),
        [a, b, d] => {
            letter(a)
                && (letter(b) || b.is_ascii_digit())
                && d.is_ascii_alphanumeric()
                && (b.is_ascii_digit() || d.is_ascii_digit())
        }
        [a, b, d, e] => letter(a) && letter(b) && d.is_ascii_digit() && e.is_ascii_alphanumeric(),
        _ => false,
    };
    area && digit.is_ascii_digit() && letter(first) && letter(second)
}

/// A word in lower case that can be a city's name: no detector's word and no ordinary one.
pub(crate) fn city(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && doc.class(at) & !(class::HOMONYM | class::STREET) == 0
        && doc.name_class(at) & name::COMMON == 0
        && doc.len_of(at) > 2
}

/// `Springfield, IL 62704`, "springfield illinois six two seven oh four": the place and its ZIP.
pub(crate) fn state_zip(doc: &mut Doc<'_>, at: usize, floor: usize, limit: usize) {
    let short = doc.len_of(at) == 2 && !doc.bytes(at).iter().all(u8::is_ascii_uppercase);
    if doc.taken[at] || !doc.has(at, class::STATE) || short {
        return;
    }
    let next = if doc.is_punct(at + 1, b',') {
        at + 2
    } else {
        at + 1
    };
    if next >= limit || !numeric(doc, next) || doc.taken[next] {
        return;
    }
    let (end, digits) = zip_end(doc, next, limit);
    // "FL0418346" is a code.
    let code = doc.glued(next) && !matches!(digits, 5 | 9);
    if !(5..=9).contains(&digits) || code || doc.has(end, class::UNIT) {
        return;
    }
    let mut first = at;
    while first > floor
        && at - first < 5
        && (doc.is_punct(first - 1, b',')
            || (doc.capital(first - 1) || at - first < 2 && city(doc, first - 1))
                && !doc.taken[first - 1]
                && !doc.has(first - 1, class::FRAME))
    {
        first -= 1;
    }
    let first = house_before(doc, first, floor).unwrap_or(first);
    doc.add(first, end, Kind::Address, "state-zip");
}
