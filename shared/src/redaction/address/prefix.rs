//! Streets whose word comes before the name: "3316 Avenida del Sol", "1264 rue Plessis", "2210 highway 9", "4419
//! concession seven".

use crate::redaction::address::home::house_start;
use crate::redaction::address::ordinary;
use crate::redaction::address::tail::rest;
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// Words for a street that can come before its name or its number.
const PREFIXES: &WordSet = words![
    "avenida",
    "calle",
    "rue",
    "via",
    "camino",
    "paseo",
    "vereda",
    "carrera",
    "chemin",
    "highway",
    "hwy",
    "route",
    "road",
    "concession",
    "fm"
];

/// The address whose street word at `at` has its house number before it and its name behind it.
pub(crate) fn prefixed(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    if !doc.is_any(at, PREFIXES) {
        return None;
    }
    // "118 county road 12"
    let owner = at > floor && doc.is_any(at - 1, words!["county", "state", "us", "rural", "old"]);
    let before = at - usize::from(owner);
    if before <= floor || !numeric(doc, before - 1) || doc.taken[before - 1] {
        return None;
    }
    let name = numbered(doc, at, limit).or_else(|| foreign(doc, at, limit))?;
    let first = house_start(doc, before, floor)?;
    Some((
        first,
        rest(doc, name, limit, false).max(name),
        Kind::Address,
    ))
}

/// The end of a road that has a number: "highway 9", "concession seven", "route one sixteen".
pub(crate) fn numbered(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    if !doc.is_any(
        at,
        words!["highway", "hwy", "route", "road", "concession", "fm"],
    ) {
        return None;
    }
    let mut end = at + 1;
    while end < limit && end < at + 4 && numeric(doc, end) {
        end += 1;
    }
    let counted = doc.has(end, class::UNIT) && !doc.has(end, class::STREET) && !doc.is(end, "box");
    (end > at + 1 && !counted).then_some(end)
}

/// The end of a name that follows its street's word: "Avenida del Sol", "rue Plessis", "camino real".
fn foreign(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    if !doc.is_any(
        at,
        words![
            "avenida", "calle", "rue", "via", "camino", "paseo", "vereda", "carrera", "chemin"
        ],
    ) {
        return None;
    }
    let mut end = at + 1;
    let mut named = false;
    while end < limit && end < at + 6 && doc.shape(end) == Some(Shape::Word) {
        let particle = doc.is_any(
            end,
            words![
                "de", "del", "la", "las", "los", "el", "du", "des", "le", "les", "saint", "st"
            ],
        );
        let word = doc.capital(end) || !ordinary(doc, end);
        if !particle && (!word || doc.has(end, class::FRAME | class::FILLER | class::DWELLING)) {
            break;
        }
        named |= !particle;
        end += 1;
    }
    named.then_some(end)
}

/// "Lot 31, Shady Acres", "trailer six pine hollow": a place in an estate, whose name ends with the street word at `at`.
pub(crate) fn lot(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    let mut first = at;
    while first > floor
        && at - first < 3
        && doc.shape(first - 1) == Some(Shape::Word)
        && !numeric(doc, first - 1)
        && !doc.has(first - 1, class::FRAME | class::FILLER | class::UNIT)
    {
        first -= 1;
    }
    let named = first < at;
    // "space 44 at the sunny acres mobile home park"
    if first > floor + 1
        && doc.is(first - 1, "the")
        && doc.is_any(first - 2, words!["at", "in", "of"])
    {
        first -= 2;
    }
    first -= usize::from(first > floor && doc.is_punct(first - 1, b','));
    let end = first;
    while first > floor && end - first < 4 && numeric(doc, first - 1) {
        first -= 1;
    }
    let head = first.checked_sub(1).filter(|head| *head >= floor)?;
    let place = words![
        "lot", "trailer", "space", "site", "cabin", "building", "unit"
    ];
    (named && first < end && doc.is_any(head, place) && !doc.taken[head]).then(|| {
        (
            head,
            rest(doc, estate_end(doc, at + 1), limit, false),
            Kind::Address,
        )
    })
}

/// Past "trailer park" or "mobile home park" at `at`.
fn estate_end(doc: &Doc<'_>, at: usize) -> usize {
    let kind = words!["mobile", "home", "homes", "trailer", "rv"];
    let park = (at..at + 3).find(|i| !doc.is_any(*i, kind)).unwrap_or(at);
    let last = words!["park", "court", "estates", "village", "community"];
    if park > at && doc.is_any(park, last) {
        park + 1
    } else {
        at
    }
}

/// "… Shady Acres. Off Highway 9": the road of an address that was given just before.
pub(crate) fn off_road(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    let led = at > floor && doc.is_any(at - 1, words!["off", "on", "near", "past", "by", "along"]);
    let end = led.then(|| numbered(doc, at, limit))??;
    Some((at, end, Kind::Address))
}

/// "Kettle Moraine Drive, number 7718": the end of the house number that follows the street, which ends at `at`.
pub(crate) fn number_after(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let mut word = at + usize::from(doc.is_punct(at, b','));
    word += usize::from(doc.is(word, "house") && doc.is(word + 1, "number"));
    if !numeric(doc, word + 1) || !doc.is_any(word, words!["number", "número", "house"]) {
        return None;
    }
    let mut end = word + 1;
    while end < limit && end < word + 7 && numeric(doc, end) {
        end += 1;
    }
    (end <= limit).then_some(end)
}
