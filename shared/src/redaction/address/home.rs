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
    if words == 0 || !named || first == floor || !numeric(doc, first - 1) {
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
