//! The town that comes after a street in the same turn, with its state or postal code: "nine hundred lakeshore, then
//! it's ann arbor four eight one oh four", "… that's in Elkins, West Virginia".

use crate::redaction::address::tail::{state, zip_end};
use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Takes the town after the address that ends at `from`.
#[inline(never)]
pub(crate) fn town_later(doc: &mut Doc<'_>, from: usize, limit: usize) {
    let stop = limit.min(from + 16);
    let Some(at) = (from..stop).find(|at| numeric(doc, *at) || state(doc, *at).is_some()) else {
        return;
    };
    let code = |at: usize| {
        let (end, digits) = zip_end(doc, at, limit);
        (digits == 5 && !doc.has(end, class::UNIT)).then_some(end)
    };
    let past = state(doc, at).filter(|past| *past <= limit);
    let end = match past {
        Some(past) if past < limit && numeric(doc, past) => code(past),
        Some(past) => Some(past),
        None => code(at),
    };
    let first = town(doc, at, from);
    if let Some(end) = end.filter(|_| first < at && led(doc, first, from))
        && !doc.taken[first..end].iter().any(|taken| *taken)
    {
        doc.add(first, end, Kind::Address, "address-town");
    }
}

/// Where the town before the state or postal code at `at` begins.
fn town(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    let mut first = at - usize::from(at > floor && doc.is_punct(at - 1, b','));
    let end = first;
    while first > floor && end - first < 3 {
        // "ann arbor": a word may follow a part that is none
        let pair = first > floor + 1
            && doc.class(first - 1) == 0
            && doc.name_class(first - 1) & name::COMMON == 0
            && doc.shape(first - 1) == Some(Shape::Word)
            && part(doc, first - 2);
        if !part(doc, first - 1) && !pair {
            break;
        }
        first -= 1;
    }
    if first == end { at } else { first }
}

/// Whether a word can be part of a town's name.
fn part(doc: &Doc<'_>, at: usize) -> bool {
    let other = class::FRAME | class::FILLER | class::CARDINAL | class::DRUG | class::MEASURE;
    doc.shape(at) == Some(Shape::Word)
        && (!doc.has(at, other) && doc.capital(at)
            || strange(doc, at)
            || doc.has(at, class::STREET | class::STATE | class::STATE_HEAD)
            || doc.name_class(at) & (name::FIRST | name::LAST) != 0 && !doc.has(at, other)
            || doc.is_any(
                at,
                words![
                    "city", "grand", "fort", "saint", "des", "los", "las", "el", "twin", "little",
                    "big"
                ],
            ))
}

/// Whether the words before `at` lead to a place: "it's …", "that's in …", "the city is …".
fn led(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    // "… but i was born in tulsa oklahoma"
    let verb = at - usize::from(at > floor && doc.is(at - 1, "in"));
    verb > floor
        && (doc.shape(verb - 1) == Some(Shape::Clitic)
            || doc.is_any(
                verb - 1,
                words![
                    "is", "its", "that", "thats", "then", "and", "city", "town", "live"
                ],
            ))
}
