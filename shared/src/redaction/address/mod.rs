//! Street addresses and postal codes: a house number before a street word, with what follows (unit, city, state,
//! ZIP), or the answer to a question for the address.

pub(crate) mod answer;
pub(crate) mod follow;
pub(crate) mod grid;
pub(crate) mod home;
pub(crate) mod houseless;
pub(crate) mod later;
pub(crate) mod postcode;
pub(crate) mod prefix;
pub(crate) mod repeat;
pub(crate) mod rural;
pub(crate) mod stands;
pub(crate) mod tail;
pub(crate) mod title;

use crate::redaction::address::answer::{answer, part, place, zip_answer};
use crate::redaction::address::follow::{
    follow, other_zips, replaced, town_after_nod, turned_down,
};
use crate::redaction::address::grid::grid;
use crate::redaction::address::home::{alone, dwelling, house_before, house_start};
use crate::redaction::address::houseless::houseless;
use crate::redaction::address::later::town_later;
use crate::redaction::address::postcode::{po_box, postcode, state_zip};
use crate::redaction::address::prefix::{lot, number_after, off_road, prefixed};
use crate::redaction::address::repeat::repeat;
use crate::redaction::address::rural::rural;
use crate::redaction::address::tail::{rest, zip_end};
use crate::redaction::address::title::Title;
use crate::redaction::date::correction;
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::WordSet;
use crate::redaction::words::word_set::words;

/// Finds addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.place);
    let (mut next, mut run) = (0, 0);
    let (mut last_cue, mut last_zip, mut last_found) = (None, None, None);
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let cue = last_cue_of(doc, &turn);
        // Nothing here and nothing shortly before: most turns of most calls.
        let near = |last: Option<usize>| last.is_some_and(|last| t - last <= 6);
        let brief = turn.end - turn.first <= 5;
        let street = anchors
            .get(next)
            .is_some_and(|at| (*at as usize) < turn.end);
        let zip = turn.asks & Cue::Zip.bit() != 0;
        if !(street | brief | zip) && cue.is_none() && !near(last_cue.max(last_zip).max(last_found))
        {
            continue;
        }
        let recent = last_cue.filter(|asked| t - asked <= 3);
        let asked =
            cue.is_none() && recent.is_some_and(|asked: usize| !answered(doc, asked + 1, t));
        if cue.is_some() {
            last_cue = Some(t);
        }
        // "still at 96 Beau Rivage Court?" – "no, moved, it's …"
        let offered = (cue.is_none() && !asked && t > 0 && last_found == Some(t - 1))
            .then(|| turned_down(doc, &turn))
            .flatten();
        let asked = asked || offered.is_some();
        let from = cue.or(offered).or(asked.then_some(turn.first));
        let (mut found, mut homes) = (doc.has_removed(&turn, Kind::Address), false);
        let (mut resume, mut last_end) = (turn.first, 0);
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
            homes |= doc.has(at, class::HOME);
            let span = place_at(doc, at, &turn, cued, found);
            if let Some((first, end, kind)) = span {
                doc.add(first, end, kind, "address");
                if !found && first > turn.first {
                    replaced(doc, &turn, first);
                }
                found = true;
                resume = end;
                last_end = end;
            }
        }
        let before = doc.findings.len();
        if !found && let Some(from) = from {
            last_end = answer(doc, from, turn.end, asked).unwrap_or(0);
            place(doc, from, turn.end);
        }
        if last_end > turn.first {
            town_later(doc, last_end, turn.end);
        }
        if homes {
            let near = from.is_some() || found;
            found |= alone(doc, &anchors[start..next], turn.end, near);
        }
        let again = t > 0 && last_found.is_some_and(|found: usize| t - found <= 6);
        if asked && recent == t.checked_sub(1) || again && asks_town(doc, &doc.turns[t - 1]) {
            part(doc, &doc.turns[t - 1].clone(), &turn);
        }
        if !found && last_found.is_some_and(|found| found + 2 == t) {
            found = town_after_nod(doc, t);
        }
        if found || doc.findings.len() > before {
            last_found = Some(t);
        }
        let near = |last: Option<usize>| last.is_some_and(|last| t - last <= 3);
        let near = near(last_found) || near(last_cue);
        let brief = turn.end - turn.first <= 5 && doc.is_punct(turn.end - 1, b'?');
        if (near || brief) && follow(doc, t, near, &mut run) {
            last_found = Some(t);
        }
        if last_zip.is_some_and(|asked| t - asked <= 3) {
            zip_answer(doc, &turn);
        }
        if last_zip.is_some_and(|asked| t - asked == 1) {
            other_zips(doc, &turn);
        }
        if turn.asks & Cue::Zip.bit() != 0 {
            last_zip = Some(t);
        }
        for at in anchors[start..next].iter().map(|at| *at as usize) {
            state_zip(doc, at, turn.first, turn.end);
        }
    }
    stands::detect(doc);
    repeat(doc, &anchors);
    doc.anchors.place = anchors;
}

/// The address or postal code around the word at `at`; `found`: the turn has an address already.
fn place_at(
    doc: &Doc<'_>,
    at: usize,
    turn: &Turn,
    cued: bool,
    found: bool,
) -> Option<(usize, usize, Kind)> {
    if doc.has(at, class::STREET) {
        return street(doc, at, turn.first, turn.end, cued)
            .or_else(|| prefixed(doc, at, turn.first, turn.end))
            .or_else(|| rural(doc, at, turn.first, turn.end))
            .or_else(|| lot(doc, at, turn.first, turn.end))
            .or_else(|| found.then(|| off_road(doc, at, turn.first, turn.end))?)
            .or_else(|| corner(doc, at, turn.end));
    }
    if doc.has(at, class::HOME) {
        return dwelling(doc, at, turn.first, turn.end);
    }
    if doc.len_of(at) > 3 && doc.has(at, class::DIRECTION) || doc.is(at, "half") {
        return grid(doc, at, turn.first, turn.end);
    }
    let (first, end, kind) = po_box(doc, at, turn.end).or_else(|| postcode(doc, at, turn.end))?;
    Some(match house_before(doc, first, turn.first) {
        Some(house) => (house, end, Kind::Address),
        None => (first, end, kind),
    })
}

/// Whether a turn asks for a town or a state in a few words: "city?", "and what town".
fn asks_town(doc: &Doc<'_>, turn: &Turn) -> bool {
    turn.end - turn.first <= 6
        && (turn.end.saturating_sub(4).max(turn.first)..turn.end)
            .any(|at| doc.is_any(at, words!["city", "town", "state", "village", "county"]))
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
        doc.findings.iter().rev().take(32).any(|f| {
            f.kind == Kind::Address && f.start >= start && f.end <= end && {
                // A house number alone is half an answer.
                let tokens = doc.token_at(f.start)..doc.token_at(f.end - 1) + 1;
                !tokens.clone().all(|at| numeric(doc, at))
            }
        })
    })
}

/// What may stand before a street without a house number.
pub(crate) const PLACED: &WordSet = words!["on", "at", "is", "in", "to", "off", "down"];

pub(crate) fn ordinary(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(
        at,
        class::FRAME | class::FILLER | class::UNIT | class::MEASURE | class::OVER | class::RELATION,
    ) || doc.name_class(at) & (name::COMMON | name::FIRST | name::LAST) == name::COMMON
        // "a two way street"
        || doc.is_any(at, words!["way", "ways"])
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
    let cued = cued || confirmed(doc, at, floor, limit);
    // "lot ten chickadee mobile home park"
    let estate = doc.is_any(
        at,
        words!["park", "court", "estates", "village", "community"],
    ) && doc.is_any(
        at - usize::from(at > floor),
        words!["home", "homes", "trailer", "rv"],
    );
    let title = Title {
        at,
        cued,
        counted: number_after(doc, at + 1, limit).is_some(),
        numbered,
        estate,
    };
    let (mut first, words, capitals) = title.read(doc, floor)?;
    if !numbered_before(doc, first, floor) {
        return houseless(doc, &title, (first, words, capitals), floor, limit);
    }
    let solid =
        doc.has(at, class::SOLID_STREET) && (words > 0 || cued) || numbered || estate && words > 2;
    if words == 0 && !solid || doc.is(at, "point") && numeric(doc, at + 1) {
        return None;
    }
    // "eighteen gladstone row hove b n three eight b n": what follows says that it is a street.
    let placed = || words > 0 && rest(doc, at + 1, limit, false) > at + 3;
    if !(solid || cued || capitals && doc.capital(at) && words > 0 || placed()) {
        return None;
    }
    let before = first;
    while first > floor
        && (numeric(doc, first - 1)
            || doc.has(first - 1, class::HUNDRED | class::THOUSAND)
            || doc.is_punct(first - 1, b'-') && first > floor + 1 && numeric(doc, first - 2)
            || doc.is(first - 1, "and") && first > floor + 1 && doc.has(first - 2, class::HUNDRED)
            || half(doc, first, floor) && numeric(doc, first - 4)
            || (doc.is_punct(first - 1, b',') || doc.is_any(first - 1, words!["um", "uh"]))
                && cued
                && first > floor + 1
                && numeric(doc, first - 2))
    {
        first -= if half(doc, first, floor) { 4 } else { 1 };
    }
    // "a two way street", "a four lane road"
    if before + 1 == at && first + 1 == before && doc.is_any(before, words!["way", "lane", "lanes"])
    {
        return None;
    }
    let number_tokens = before - first;
    if number_tokens > 12 || doc.taken[first..before].iter().any(|taken| *taken) {
        return None;
    }
    if doc.has(before, class::ORDINAL) && words == 1 && !cued && !doc.has(at, class::SOLID_STREET) {
        return None;
    }
    first = number_taken_back(doc, first, floor).unwrap_or(first);
    first = dwelling_before(doc, first, floor);
    let street_end = if numbered {
        zip_end(doc, at + 1, limit).0
    } else {
        at + 1
    };
    let end = rest(doc, street_end, limit, cued);
    Some((first, end, Kind::Address))
}

/// "… eleven chestnut ridge asheville, is that your house?": whether the words around the street at `at` ask whether
/// somebody lives there.
#[inline(never)]
fn confirmed(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> bool {
    let asks = |i: usize| {
        doc.is(i, "is")
            && doc.is_any(i + 1, words!["that", "this", "it"])
            && doc.is_any(
                i + 2,
                words![
                    "your", "right", "correct", "still", "you", "the", "where", "yours"
                ],
            )
    };
    let home = |i: usize| {
        doc.is_any(i, words!["your", "her", "his", "their"])
            && doc.is_any(i + 1, words!["house", "home", "place"])
    };
    !doc.has(at, class::SOLID_STREET)
        && ((at + 1..limit.min(at + 7)).any(asks)
            || (floor.max(at.saturating_sub(8))..at).any(home))
        && (floor.max(at.saturating_sub(5))..at).any(|i| numeric(doc, i))
}

/// Where the flat or apartment before a house number begins, or the house number at `first`.
fn dwelling_before(doc: &Doc<'_>, mut first: usize, floor: usize) -> usize {
    // "apartment four oh five, nine C, Clerkenwell Road"
    while first > floor {
        let back = (first.saturating_sub(8).max(floor)..first)
            .find(|i| doc.has(*i, class::DWELLING) && !doc.is(*i, "room") && !doc.is(*i, "floor"));
        match back {
            Some(i)
                if (i..first).all(|j| {
                    j == i
                        // "flat 3, hawthorn house, 18 cross street"
                        || doc.shape(j) == Some(Shape::Word)
                            && (doc.capital(j) || !ordinary(doc, j))
                            && !doc.has(j, class::FRAME)
                        || doc.is_any(j, words!["at", "of", "in", "on"]) && j + 1 == first
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
    first
}

/// Whether a house number ends before `first`: "12", "five hundred", "seventeen and a half".
pub(crate) fn numbered_before(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    first > floor
        && (numeric(doc, first - 1)
            || first > floor + 1
                && doc.has(first - 1, class::HUNDRED | class::THOUSAND)
                && numeric(doc, first - 2)
            || half(doc, first, floor))
}

/// "one twenty two and a half": whether "and a half" ends at `first`, with something before it.
pub(crate) fn half(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    first > floor + 3
        && doc.is(first - 1, "half")
        && doc.is(first - 2, "a")
        && doc.is(first - 3, "and")
}

/// Where the house number begins that the one at `first` corrects: "six ten, no, six fourteen Larkin Street".
fn number_taken_back(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    house_start(doc, correction::before(doc, first, floor)?, floor)
}

/// "the corner of maple and fifth"
fn corner(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize, Kind)> {
    if !doc.is(at, "corner") || !doc.is(at + 1, "of") {
        return None;
    }
    let road = |from: usize| {
        let mut next = from;
        while next < limit.min(from + 4)
            && (doc.has(next, class::ORDINAL | class::STREET | class::DIRECTION)
                || doc.shape(next) == Some(Shape::Word)
                    && !doc.has(next, class::FRAME | class::FILLER)
                    && (doc.capital(next) || !ordinary(doc, next))
                || doc.shape(next) == Some(Shape::Number)
                || next > from && doc.glued(next) && doc.shape(next) == Some(Shape::Word))
        {
            next += 1;
        }
        (next > from).then_some(next)
    };
    let first = road(at + 2)?;
    let end = if doc.is(first, "and") {
        road(first + 1)?
    } else {
        return None;
    };
    Some((at, rest(doc, end, limit, false), Kind::Address))
}
