//! A house number and two words that are written as names: "you're at 88 Wexford Chase", and what is said of it after.

use crate::redaction::address::home::house_start;
use crate::redaction::address::tail::zip_end;
use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Turns in which the street is said again.
const TURNS: usize = 4;

/// Looks at every "at".
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.email);
    for at in anchors.iter().map(|at| *at as usize) {
        // A capital two or three words on: nearly always there is none.
        if doc.taken[at] || !numeric(doc, at + 1) || !doc.is(at, "at") {
            continue;
        }
        let t = doc.turns.partition_point(|turn| turn.end <= at);
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if let Some((name, end)) = stands(doc, at, turn.first, turn.end) {
            doc.add(at + 1, end, Kind::Address, "address-stands");
            for later in t..doc.turns.len().min(t + TURNS) {
                again(doc, &doc.turns[later].clone(), name, end);
            }
        }
    }
    doc.anchors.email = anchors;
}

/// Where the name begins and ends of the street where somebody is ("at" is at `at`).
#[inline(never)]
fn stands(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    // "SATs are at 92 Room Air"
    let is = at > floor
        && (doc.shape(at - 1) == Some(Shape::Clitic) && doc.word(at - 1).ends_with(['e', 'm'])
            || doc.is_any(at - 1, words!["still", "you", "live", "now"]));
    if !is && doc.shape(at + 1) != Some(Shape::Number) {
        return None;
    }
    let mut name = at + 1;
    while name < limit && name < at + 6 && (numeric(doc, name) || doc.has(name, class::HUNDRED)) {
        name += 1;
    }
    let mut end = name;
    while end < limit && end < name + 5 && written(doc, end) {
        let owns = doc.shape(end + 1) == Some(Shape::Clitic) && written(doc, end + 2);
        end += 1 + usize::from(owns);
    }
    let closes = end >= limit
        || end == name
        || doc.shape(end) != Some(Shape::Word)
        || doc.has(end, class::FRAME | class::FILLER);
    let whole = is && end >= name + 2 || end <= name + 1 && lone(doc, at, name, limit);
    let end = end.max(name + 1);
    (whole && closes && !doc.glued(name) && end <= limit).then_some((name, end))
}

/// "are you still at nineteen twelve fairmount?", "at 18120 Corcoran": a number of three digits or more and one name
/// that end what is said.
fn lone(doc: &Doc<'_>, at: usize, name: usize, limit: usize) -> bool {
    let digits = zip_end(doc, at + 1, name).1;
    let listed =
        doc.name_class(name) & (name::LAST | name::COMMON) == name::LAST && doc.class(name) == 0;
    let closes = name + 1 >= limit || doc.shape(name + 1) == Some(Shape::Punct);
    let asked = at > 0 && doc.is(at - 1, "still");
    // "at 1600 Johnson" is an hour.
    let printed = doc.shape(at + 1) == Some(Shape::Number) && doc.capital(name) && digits != 4;
    (3..=5).contains(&digits) && closes && (listed || strange(doc, name)) && (asked || printed)
}

/// A word in capitals that can be part of a street's name.
fn written(doc: &Doc<'_>, at: usize) -> bool {
    const OTHER: u64 = class::FRAME
        | class::FILLER
        | class::UNIT
        | class::OVER
        | class::DRUG
        | class::DIAGNOSIS
        | class::MEDICAL
        | class::MONTH
        | class::WEEKDAY;
    doc.shape(at) == Some(Shape::Word)
        && doc.capital(at)
        && doc.len_of(at) > 1
        && !doc.has(at, OTHER)
        && !doc.is(at, "room")
}

/// "808. With a zero. 808 Wexford Chase.", "22 Wren Bottom, not 220": the street of `name..end` in this turn, and the
/// house numbers beside it.
fn again(doc: &mut Doc<'_>, turn: &Turn, name: usize, end: usize) {
    let length = end - name;
    let same =
        |at: &usize| !doc.taken[*at] && (0..length).all(|i| doc.key(at + i) == doc.key(name + i));
    let last = turn.end.saturating_sub(length).min(turn.first + 40);
    let Some(street) = (turn.first..=last).find(same) else {
        return;
    };
    let first = house_start(doc, street, turn.first).unwrap_or(street);
    doc.add(first, street + length, Kind::Address, "address-repeated");
    for at in turn.first..turn.end.min(turn.first + 48) {
        let opens = at <= turn.first + 3
            && (turn.first..at)
                .all(|i| doc.has(i, class::FRAME | class::FILLER) || doc.is_punct(i, b','))
            || doc.is_any(at.saturating_sub(1), words!["not", "no"]);
        if opens && numeric(doc, at) && !doc.taken[at] {
            let past = (at..turn.end.min(at + 5))
                .find(|i| !numeric(doc, *i) && !doc.has(*i, class::HUNDRED))
                .unwrap_or(turn.end.min(at + 5));
            if past >= turn.end || doc.shape(past) != Some(Shape::Word) {
                doc.add(at, past, Kind::Address, "address-house");
            }
        }
    }
}
