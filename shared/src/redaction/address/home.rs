//! An address that a flat or apartment gives away: "1184 old mill pond, apartment 3", "apartment 12 C at 801 West End".

use crate::redaction::address::ordinary;
use crate::redaction::address::tail::rest;
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// The address around the dwelling whose word is at `at`.
pub(crate) fn dwelling(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    if !numeric(doc, at + 1) && !doc.has(at + 1, class::LETTER) || at + 1 >= limit {
        return None;
    }
    let end = rest(doc, at, limit, false);
    if end <= at + 1 {
        return None;
    }
    // "1184 old mill pond, apartment 3"
    let mut first = at - usize::from(at > floor && doc.is_punct(at - 1, b','));
    let mut words = 0;
    while first > floor
        && words < 4
        && doc.shape(first - 1) == Some(Shape::Word)
        && !numeric(doc, first - 1)
        && !doc.taken[first - 1]
        && !doc.has(
            first - 1,
            class::FRAME | class::FILLER | class::UNIT | class::MEASURE | class::OVER,
        )
    {
        first -= 1;
        words += 1;
    }
    let named = (first..at).any(|i| {
        doc.shape(i) == Some(Shape::Word)
            && (doc.capital(i) || doc.has(i, class::STREET) || !ordinary(doc, i))
    });
    // "three ninety one, apartment six"
    let bare = words == 0 && !doc.is_any(at, words!["unit", "flat"]);
    if !bare && (words == 0 || !named) || first == floor || !numeric(doc, first - 1) {
        return None;
    }
    while first > floor
        && (numeric(doc, first - 1)
            || doc.has(first - 1, class::HUNDRED)
            || doc.is_any(first - 1, words!["and"])
                && first > floor + 1
                && doc.has(first - 2, class::HUNDRED))
    {
        first -= 1;
    }
    Some((first, end, Kind::Address))
}

/// "apartment three C" and nothing else of an address; a unit or a flat only while an address is given (`near`): "unit 4"
/// is also a ward. Whether there was one at one of the `places`.
pub(crate) fn alone(doc: &mut Doc<'_>, places: &[u32], limit: usize, near: bool) -> bool {
    let mut found = false;
    for at in places.iter().map(|at| *at as usize) {
        let home = doc.has(at, class::HOME) && (near || !doc.is_any(at, words!["unit", "flat"]));
        let numbered = numeric(doc, at + 1)
            || doc.has(at + 1, class::LETTER) && !doc.is_any(at + 1, words!["a", "i"]);
        if !home || doc.taken[at] || !numbered || at + 1 >= limit {
            continue;
        }
        let end = rest(doc, at, limit, false);
        let counted = doc.has(at + 2, class::UNIT | class::OVER) || doc.has(end, class::UNIT);
        if end > at + 1 && !counted {
            doc.add(at, end, Kind::Address, "address-dwelling");
            found = true;
        }
    }
    found
}

/// Where the house number begins before a postal code or a state at `at` that no word for a street leads to: "74 Station
/// Approach, Preston, postcode PR1 2XY".
pub(crate) fn house_before(doc: &Doc<'_>, at: usize, floor: usize) -> Option<usize> {
    let mut first = at;
    let mut named = 0;
    while first > floor && at - first < 12 && !numeric(doc, first - 1) {
        let i = first - 1;
        let name = doc.shape(i) == Some(Shape::Word)
            && (doc.capital(i) && !doc.has(i, class::FRAME | class::FILLER)
                || !ordinary(doc, i)
                || doc.has(i, class::STREET));
        let small = doc.is_punct(i, b',')
            // "Co. Cork"
            || doc.is_punct(i, b'.') && i > floor && doc.capital(i - 1) && doc.len_of(i - 1) <= 3
            || doc.shape(i) == Some(Shape::Clitic)
            || doc.is_any(
                i,
                words!["in", "the", "postcode", "zip", "code", "is", "post"],
            );
        if doc.taken[i] || !(name || small) || doc.has(i, class::UNIT | class::MEASURE) {
            return None;
        }
        named += usize::from(name);
        first = i;
    }
    if !(1..=6).contains(&named) || first == floor || !numeric(doc, first - 1) {
        return None;
    }
    // The number stands right before the name.
    if doc.shape(first) != Some(Shape::Word) || doc.is_any(first, words!["in", "is"]) {
        return None;
    }
    house_start(doc, first, floor)
}

/// Where the house number that ends at `end` begins: "nine hundred", "12-14".
pub(crate) fn house_start(doc: &Doc<'_>, end: usize, floor: usize) -> Option<usize> {
    let mut first = end;
    while first > floor
        && end - first < 8
        && !doc.taken[first - 1]
        && (numeric(doc, first - 1)
            || doc.has(first - 1, class::HUNDRED | class::THOUSAND)
            || doc.is_punct(first - 1, b'-') && first < end)
    {
        first -= 1;
    }
    (first < end).then_some(first)
}
