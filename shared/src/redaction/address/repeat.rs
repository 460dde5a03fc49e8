//! Other mentions of the streets found in a call.

use crate::redaction::address::ordinary;
use crate::redaction::address::tail::rest;
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;

/// Other mentions of the streets found: "maple street, yes, maple street".
pub(crate) fn repeat(doc: &mut Doc<'_>, places: &[u32]) {
    let street_at = |doc: &Doc<'_>, at: usize| at > 0 && doc.has(at, class::SOLID_STREET);
    let mut names: Vec<u64> = places
        .iter()
        .map(|at| *at as usize)
        .filter(|at| street_at(doc, *at) && doc.taken[*at] && doc.taken[*at - 1])
        .map(|at| doc.key(at - 1))
        .collect();
    names.sort_unstable();
    names.dedup();
    repeat_name(doc, places);
    for at in places.iter().map(|at| *at as usize) {
        if street_at(doc, at)
            && !doc.taken[at]
            && doc.shape(at - 1) == Some(Shape::Word)
            && names.binary_search(&doc.key(at - 1)).is_ok()
        {
            let t = doc.turns.partition_point(|turn| turn.end <= at);
            let limit = doc.turns.get(t).map_or(at + 1, |turn| turn.end);
            let end = rest(doc, at + 1, limit, true);
            doc.add(at - 1, end, Kind::Address, "address-repeated");
        }
    }
}

/// "the Whispering Fox address": the two words of a street's name without the word for a street.
fn repeat_name(doc: &mut Doc<'_>, places: &[u32]) {
    let pairs: Vec<(usize, usize)> = places
        .iter()
        .map(|at| *at as usize)
        .filter(|at| {
            *at > 1
                && doc.has(*at, class::STREET)
                && (*at - 2..=*at).all(|i| doc.taken[i])
                && (*at - 2..*at).all(|i| {
                    doc.shape(i) == Some(Shape::Word)
                        && doc.len_of(i) > 2
                        && !numeric(doc, i)
                        && (doc.capital(i) || !doc.has(i, class::FRAME))
                        && !doc.has(i, class::ORDINAL | class::DIRECTION)
                })
                && (doc.capital(*at - 1) || !ordinary(doc, *at - 1))
        })
        .map(|at| (at - 2, at - 1))
        .take(16)
        .collect();
    for (head, tail) in pairs {
        let (hash, keys) = (doc.tokens[head].word.hash(), (doc.key(head), doc.key(tail)));
        let mut from = head + 3;
        while let Some(step) = doc
            .tokens
            .get(from..)
            .and_then(|rest| rest.iter().position(|token| token.word.hash() == hash))
        {
            let at = from + step;
            from = at + 1;
            if at + 1 < doc.tokens.len()
                && !doc.taken[at]
                && !doc.taken[at + 1]
                && doc.capital(at) == doc.capital(head)
                && doc.key(at) == keys.0
                && doc.key(at + 1) == keys.1
            {
                doc.add(at, at + 2, Kind::Address, "address-repeated");
            }
        }
    }
}
