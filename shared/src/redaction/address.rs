//! Street addresses and postal codes: a house number before a street word, with what follows (unit, city, state,
//! ZIP), or the answer to a question for the address.

use super::address_tail::{rest, state, zip_end};
use super::atom::numeric;
use super::cue::Cue;
use super::doc::{Doc, Turn};
use super::kind::Kind;
use super::lexicon::{class, name};
use super::postcode::{po_box, postcode, state_zip};
use super::token::Shape;
use super::word_set::WordSet;
use super::word_set::words;

/// Finds addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.place);
    let mut next = 0;
    let mut last_cue = None;
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let cue = last_cue_of(doc, &turn);
        let recent = last_cue.filter(|asked| t - asked <= 3);
        let asked =
            cue.is_none() && recent.is_some_and(|asked: usize| !answered(doc, asked + 1, t));
        if cue.is_some() {
            last_cue = Some(t);
        }
        let from = cue.or(asked.then_some(turn.first));
        let mut found = false;
        let mut resume = turn.first;
        let start = next;
        while let Some(at) = anchors
            .get(next)
            .map(|at| *at as usize)
            .filter(|at| *at < turn.end)
        {
            next += 1;
            if at < resume || doc.taken[at] {
                continue;
            }
            let cued = from.is_some_and(|from| at >= from);
            let span = if doc.has(at, class::STREET) {
                street(doc, at, turn.first, turn.end, cued)
            } else {
                po_box(doc, at, turn.end).or_else(|| postcode(doc, at, turn.end))
            };
            if let Some((first, end, kind)) = span {
                doc.add(first, end, kind, "address");
                found = true;
                resume = end;
            }
        }
        if !found && let Some(from) = from {
            answer(doc, from, turn.end, asked);
            place(doc, from, turn.end);
        }
        for at in anchors[start..next].iter().map(|at| *at as usize) {
            state_zip(doc, at, turn.first, turn.end);
        }
    }
    repeat(doc, &anchors);
    doc.anchors.place = anchors;
}

/// Other mentions of the streets found: "maple street, yes, maple street".
fn repeat(doc: &mut Doc<'_>, places: &[u32]) {
    let street_at = |doc: &Doc<'_>, at: usize| at > 0 && doc.has(at, class::SOLID_STREET);
    let mut names: Vec<u64> = places
        .iter()
        .map(|at| *at as usize)
        .filter(|at| street_at(doc, *at) && doc.taken[*at] && doc.taken[*at - 1])
        .map(|at| doc.key(at - 1))
        .collect();
    names.sort_unstable();
    names.dedup();
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

/// Where the turn's last words about an address end.
fn last_cue_of(doc: &Doc<'_>, turn: &Turn) -> Option<usize> {
    if turn.asks & Cue::Address.bit() == 0 {
        return None;
    }
    let mut hits = doc.turn_cues(turn).iter().rev();
    hits.find(|hit| hit.cue == Cue::Address).map(|hit| hit.end)
}

fn answered(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    doc.turns[from..to].iter().any(|turn| {
        let (start, end) = (
            doc.tokens[turn.first].start(),
            doc.tokens[turn.end - 1].end(),
        );
        doc.findings
            .iter()
            .rev()
            .take(32)
            .any(|f| f.kind == Kind::Address && f.start >= start && f.end <= end)
    })
}

/// What may stand before a street without a house number.
const PLACED: &WordSet = words!["on", "at", "is", "in", "to", "off"];

pub(super) fn ordinary(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(
        at,
        class::FRAME | class::FILLER | class::UNIT | class::MEASURE | class::OVER | class::RELATION,
    ) || doc.name_class(at) & (name::COMMON | name::FIRST | name::LAST) == name::COMMON
}

/// The address whose street word is at `at`: number, one to four words, street word, and the rest.
fn street(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
    cued: bool,
) -> Option<(usize, usize, Kind)> {
    // "willow creek street": the last of the street words
    if doc.has(at + 1, class::SOLID_STREET) && at + 1 < limit && !doc.is(at + 1, "place") {
        return None;
    }
    // "thirty three state route sixty one"
    let numbered = at > floor
        && doc.is_any(at, words!["route", "highway", "hwy", "road"])
        && doc.is_any(at - 1, words!["state", "county", "us"])
        && numeric(doc, at + 1);
    let mut first = at;
    let mut words = 0;
    let mut capitals = true;
    while first > floor && words < 6 && !numeric(doc, first - 1) {
        let i = first - 1;
        match doc.shape(i)? {
            Shape::Word => {
                let street_name = doc.capital(i)
                    || !ordinary(doc, i)
                    || doc.has(i, class::ORDINAL | class::DIRECTION | class::STREET)
                    || numbered && i + 1 == at
                    || cued && doc.is_any(i, words!["um", "uh", "the", "of", "old", "new"]);
                // "i live on birch lane"
                if cued && words > 0 && !street_name && doc.is_any(i, PLACED) {
                    break;
                }
                if doc.taken[i] && !doc.capital(i) && !cued
                    || !street_name
                    || doc.has(i, class::UNIT) && !doc.capital(i)
                {
                    return None;
                }
                capitals &= doc.capital(i);
                words += 1;
            }
            Shape::Punct
                if doc.is_punct(i, b',') && cued || doc.is_punct(i, b'.') && doc.glued(i) => {}
            Shape::Clitic => {}
            _ => return None,
        }
        first = i;
    }
    if first == floor || !numeric(doc, first - 1) {
        // "sixteenth street northwest" has no house number; without a cue it is only a place.
        let lived = cued
            && words > 0
            && words <= 3
            && first > floor
            && doc.has(at, class::SOLID_STREET)
            && doc.is_any(first - 1, PLACED);
        return lived.then(|| (first, rest(doc, at + 1, limit, cued), Kind::Address));
    }
    let solid = doc.has(at, class::SOLID_STREET) && (words > 0 || cued) || numbered;
    if words == 0 && !solid || doc.is(at, "point") && numeric(doc, at + 1) {
        return None;
    }
    if !(solid || cued || capitals && doc.capital(at) && words > 0) {
        return None;
    }
    let before = first;
    while first > floor
        && (numeric(doc, first - 1)
            || doc.has(first - 1, class::HUNDRED | class::THOUSAND)
            || doc.is_punct(first - 1, b'-') && first > floor + 1 && numeric(doc, first - 2)
            || doc.is(first - 1, "and") && first > floor + 1 && doc.has(first - 2, class::HUNDRED)
            || (doc.is_punct(first - 1, b',') || doc.is_any(first - 1, words!["um", "uh"]))
                && cued
                && first > floor + 1
                && numeric(doc, first - 2))
    {
        first -= 1;
    }
    let number_tokens = before - first;
    if number_tokens > 12 || doc.taken[first..before].iter().any(|taken| *taken) {
        return None;
    }
    if doc.has(before, class::ORDINAL) && words == 1 && !cued && !doc.has(at, class::SOLID_STREET) {
        return None;
    }
    // "apartment four oh five, nine C, Clerkenwell Road"
    while cued && first > floor + 1 {
        let back = (first.saturating_sub(8).max(floor)..first)
            .find(|i| doc.has(*i, class::DWELLING) && !doc.is(*i, "room") && !doc.is(*i, "floor"));
        match back {
            Some(i)
                if (i..first).all(|j| {
                    j == i
                        || numeric(doc, j)
                        || doc.has(j, class::LETTER | class::FILLER)
                        || doc.shape(j) == Some(Shape::Punct)
                }) =>
            {
                first = i;
            }
            _ => break,
        }
    }
    let street_end = if numbered {
        zip_end(doc, at + 1, limit).0
    } else {
        at + 1
    };
    let end = rest(doc, street_end, limit, cued);
    Some((first, end, Kind::Address))
}

/// "sioux falls south dakota": a city and its state after the words that ask for them.
fn place(doc: &mut Doc<'_>, from: usize, limit: usize) {
    let Some((at, end)) = (from..limit.min(from + 10)).find_map(|i| Some((i, state(doc, i)?)))
    else {
        return;
    };
    let mut first = at;
    while first > from
        && at - first < 4
        && !doc.taken[first - 1]
        && (doc.is_punct(first - 1, b',') && first == at
            || doc.shape(first - 1) == Some(Shape::Word)
                && !doc.has(first - 1, class::FRAME | class::FILLER | class::CUE)
                && (doc.capital(first - 1) || !ordinary(doc, first - 1)))
    {
        first -= 1;
    }
    if at - first > 0 && !doc.taken[at] {
        doc.add(first, end, Kind::Address, "address-place");
    }
}

/// The answer to a question for the address when it names no street word: from the first number to the end.
fn answer(doc: &mut Doc<'_>, from: usize, limit: usize, asked: bool) {
    let mut first = from;
    let mut strange = 0;
    // "my address is Hauptstrasse 12": where the words that lead to the number begin.
    let mut head = None;
    while first < limit {
        if numeric(doc, first) && !doc.taken[first]
            || doc.has(first, class::DWELLING) && numeric(doc, first + 1)
        {
            break;
        }
        if doc.taken[first]
            || doc.is_punct(first, b'?')
            || doc.has(first, class::MEASURE) && !doc.has(first, class::FRAME)
        {
            return;
        }
        let word = doc.shape(first) == Some(Shape::Word);
        let small = doc.has(first, class::FRAME | class::FILLER | class::CUE);
        strange += usize::from(word && !small);
        if word {
            let place = !small && (doc.capital(first) || !ordinary(doc, first));
            head = place.then(|| head.unwrap_or(first));
        }
        first += 1;
    }
    if first >= limit || strange > if asked { 0 } else { 3 } {
        return;
    }
    let mut end = first;
    let mut named = head.is_some();
    while end < limit && end < first + 40 && !doc.taken[end] {
        if doc.is_punct(end, b'?')
            || doc.has(end, class::UNIT) && end < first + 4
            || doc.has(end, class::OVER) && end < first + 4
        {
            return;
        }
        if doc.is_punct(end, b'.') && !doc.glued(end) {
            break;
        }
        if doc.has(end, class::MEASURE) && !doc.has(end, class::FRAME | class::DWELLING)
            || doc.is(end, "point") && numeric(doc, end + 1)
        {
            return;
        }
        named |= doc.shape(end) == Some(Shape::Word)
            && doc.word(end).len() > 1
            && (!ordinary(doc, end) || doc.capital(end))
            && !numeric(doc, end);
        end += 1;
    }
    while end > first
        && (doc.has(end - 1, class::FILLER)
            || doc.shape(end - 1) == Some(Shape::Punct)
            || doc.is_any(end - 1, words!["thanks", "thank", "you"]))
    {
        end -= 1;
    }
    if named && (asked || end - first >= 2) {
        doc.add(head.unwrap_or(first), end, Kind::Address, "address-answer");
    }
}
