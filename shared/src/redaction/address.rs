//! Street addresses and postal codes: a house number before a street word, with what follows (unit, city, state,
//! ZIP), or the answer to a question for the address.

use super::atom::numeric;
use super::cue::Cue;
use super::doc::Doc;
use super::kind::Kind;
use super::lexicon::{class, name};
use super::token::Shape;

/// Finds addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.place);
    let mut next = 0;
    let mut last_cue = None;
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let cue = doc
            .turn_cues(&turn)
            .iter()
            .rev()
            .find(|hit| hit.cue == Cue::Address)
            .map(|hit| hit.end);
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
        }
        for at in anchors[start..next].iter().map(|at| *at as usize) {
            state_zip(doc, at, turn.first, turn.end);
        }
    }
    doc.anchors.place = anchors;
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

fn ordinary(doc: &Doc<'_>, at: usize) -> bool {
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
                    || cued && doc.is_any(i, &["um", "uh", "the", "of", "old", "new"]);
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
            && doc.is_any(first - 1, &["on", "at", "is", "in", "to", "off"]);
        return lived.then(|| (first, rest(doc, at + 1, limit, cued), Kind::Address));
    }
    let solid = doc.has(at, class::SOLID_STREET) && (words > 0 || cued);
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
            || doc.is_punct(first - 1, b',')
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
    let end = rest(doc, at + 1, limit, cued);
    Some((first, end, Kind::Address))
}

/// Past the street word: unit, city, state, ZIP.
fn rest(doc: &Doc<'_>, from: usize, limit: usize, cued: bool) -> usize {
    let mut end = from;
    let mut at = from;
    let stop = limit.min(from + 40);
    while at < stop {
        if doc.has(at, class::DIRECTION) && doc.word(at).len() > 1 && at == end {
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
                    && (doc.glued(at) && at == from && doc.word(at - 1).len() <= 4 || cued) =>
            {
                at += 1;
            }
            Some(Shape::Word)
                if doc.has(at, class::DWELLING)
                    && (numeric(doc, at + 1)
                        || doc.has(at + 1, class::LETTER)
                        || doc.is(at + 1, "number")
                        || doc.is_punct(at + 1, b'#')) =>
            {
                at += if doc.is(at + 1, "number") || doc.is_punct(at + 1, b'#') {
                    2
                } else {
                    1
                };
                while at < stop
                    && (numeric(doc, at)
                        || doc.has(at, class::HUNDRED)
                        || doc.has(at, class::LETTER)
                            && (doc.glued(at)
                                || !doc.is_any(at, &["i", "a"])
                                || numeric(doc, at - 1))
                        || doc.is_punct(at, b'-'))
                {
                    at += 1;
                }
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
                    && !doc.has(at, class::CUE | class::UNIT)
                    || cued
                        && (!ordinary(doc, at) && at < from + 12
                            || doc.is_any(at, &["zip", "code", "postcode", "postal"])
                            || doc.has(at, class::LETTER | class::DIRECTION)
                            || doc.has(at, class::FILLER) && doc.is_any(at, &["um", "uh"]))
                {
                    at += 1;
                    if !doc.has(at - 1, class::FILLER | class::CUE) && !doc.is_any(at - 1, &["i"]) {
                        end = at;
                    }
                } else {
                    break;
                }
            }
            _ => break,
        }
    }
    end
}

/// Whether a state's name comes within the next words, so that these are a city's.
fn city_ahead(doc: &Doc<'_>, at: usize, stop: usize) -> bool {
    (at..stop.min(at + 5))
        .find_map(|i| {
            if doc.is_punct(i, b'.') || doc.is_punct(i, b'?') {
                Some(false)
            } else {
                state(doc, i).map(|next| doc.word(i).len() > 2 || numeric(doc, next))
            }
        })
        .unwrap_or(false)
}

/// A state's name or abbreviation at `at`: the index after it.
fn state(doc: &Doc<'_>, at: usize) -> Option<usize> {
    if doc.has(at, class::STATE_HEAD)
        && doc.shape(at + 1) == Some(Shape::Word)
        && (doc.has(at + 1, class::STATE)
            || doc.is_any(
                at + 1,
                &[
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
    if !doc.has(at, class::STATE) {
        return None;
    }
    if doc.word(at).len() > 2 {
        return Some(at + 1);
    }
    let upper = doc.word(at).bytes().all(|b| b.is_ascii_uppercase());
    (upper || numeric(doc, at + 1)).then_some(at + 1)
}

/// The end of a ZIP or other run of digits, and how many digits it had.
fn zip_end(doc: &Doc<'_>, from: usize, stop: usize) -> (usize, usize) {
    let mut at = from;
    let mut end = from;
    let mut digits = 0;
    while at < stop && digits < 10 {
        if doc.shape(at) == Some(Shape::Number) {
            digits += doc.word(at).len();
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
        } else if doc.has(at, class::LETTER) && digits < 9 && !doc.is_any(at, &["a", "i"])
            || doc.shape(at) == Some(Shape::Word) && doc.glued(at) && doc.word(at).len() <= 2
        {
            end = at + 1;
        } else if !(doc.is_punct(at, b'-')
            || doc.is_punct(at, b',') && digits < 5
            || doc.is_any(at, &["dash", "hyphen", "um", "uh"]))
        {
            break;
        }
        at += 1;
    }
    (end, digits)
}

/// The answer to a question for the address when it names no street word: from the first number to the end.
fn answer(doc: &mut Doc<'_>, from: usize, limit: usize, asked: bool) {
    let mut first = from;
    let mut strange = 0;
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
        strange += usize::from(
            doc.shape(first) == Some(Shape::Word)
                && !doc.has(first, class::FRAME | class::FILLER | class::CUE),
        );
        first += 1;
    }
    if first >= limit || strange > if asked { 0 } else { 3 } {
        return;
    }
    let mut end = first;
    let mut named = false;
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
            || doc.is_any(end - 1, &["thanks", "thank", "you"]))
    {
        end -= 1;
    }
    if named && (asked || end - first >= 2) {
        doc.add(first, end, Kind::Address, "address-answer");
    }
}

fn po_box(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize, Kind)> {
    let mut next = if doc.is(at, "po") {
        at + 1
    } else if doc.is(at, "p")
        && (doc.is(at + 1, "o") || doc.is_punct(at + 1, b'.') && doc.is(at + 2, "o"))
    {
        if doc.is(at + 1, "o") { at + 2 } else { at + 3 }
    } else if doc.is(at, "post") && doc.is(at + 1, "office") {
        at + 2
    } else {
        return None;
    };
    if doc.is_punct(next, b'.') {
        next += 1;
    }
    if !doc.is(next, "box") || !numeric(doc, next + 1) {
        return None;
    }
    let (end, _) = zip_end(doc, next + 1, limit);
    Some((at, rest(doc, end, limit, false).max(end), Kind::Address))
}

/// A British postcode as written: `SW1A 1AA`, `W6 5AB`.
fn postcode(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize, Kind)> {
    let upper = |i: usize, most: usize| {
        doc.shape(i) == Some(Shape::Word)
            && doc.word(i).len() <= most
            && doc.word(i).bytes().all(|b| b.is_ascii_uppercase())
    };
    let number =
        |i: usize, most: usize| doc.shape(i) == Some(Shape::Number) && doc.word(i).len() <= most;
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
    let inward = number(next, 1)
        && upper(next + 1, 2)
        && doc.word(next + 1).len() == 2
        && doc.glued(next + 1)
        && next + 2 <= limit;
    inward.then_some((at, next + 2, Kind::Zip))
}

/// `Springfield, IL 62704`, "springfield illinois six two seven oh four": the place and its ZIP.
fn state_zip(doc: &mut Doc<'_>, at: usize, floor: usize, limit: usize) {
    let short = doc.word(at).len() == 2 && !doc.word(at).bytes().all(|b| b.is_ascii_uppercase());
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
    if !(5..=9).contains(&digits) || doc.has(end, class::UNIT) {
        return;
    }
    let mut first = at;
    while first > floor
        && at - first < 5
        && (doc.is_punct(first - 1, b',')
            || doc.capital(first - 1) && !doc.taken[first - 1] && !doc.has(first - 1, class::FRAME))
    {
        first -= 1;
    }
    doc.add(first, end, Kind::Address, "state-zip");
}
