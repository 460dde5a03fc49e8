//! Addresses of country roads: "Route four, box two eighteen", "box 12, route 5", "118, off Route 44".

use crate::redaction::address::home::house_start;
use crate::redaction::address::prefix::numbered;
use crate::redaction::address::tail::{rest, zip_end};
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::words::word_set::words;

/// The address of the road whose word is at `at`: with a box, or with a house off it.
pub(crate) fn rural(
    doc: &Doc<'_>,
    at: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    let road = numbered(doc, at, limit).or_else(|| {
        (at > floor && doc.is(at - 1, "star") && doc.is(at, "route")).then_some(at + 1)
    })?;
    let owner = words!["county", "state", "star", "rural", "us", "farm"];
    let first = at - usize::from(at > floor && doc.is_any(at - 1, owner));
    let (first, end) = boxed(doc, first, road, floor, limit)
        .or_else(|| Some((off(doc, first, road, floor)?, road)))?;
    Some((first, rest(doc, end, limit, false).max(end), Kind::Address))
}

/// "route 1 box 33", "box two twelve, route five": where the two together begin and end.
fn boxed(
    doc: &Doc<'_>,
    first: usize,
    end: usize,
    floor: usize,
    limit: usize,
) -> Option<(usize, usize)> {
    let after = end + usize::from(doc.is_punct(end, b','));
    if doc.is(after, "box") && after + 1 < limit && numeric(doc, after + 1) {
        return Some((first, zip_end(doc, after + 1, limit).0));
    }
    let comma = usize::from(first > floor && doc.is_punct(first - 1, b','));
    let number = house_start(doc, first - comma, floor)?;
    let head = number.checked_sub(1).filter(|head| *head >= floor)?;
    doc.is(head, "box").then_some((head, end))
}

/// "2210 off highway 12", "77, just off County Road 9": where the house number before the road at `first` begins. A
/// number of one digit is sooner a distance or an exit.
fn off(doc: &Doc<'_>, first: usize, road: usize, floor: usize) -> Option<usize> {
    let led = first > floor && doc.is(first - 1, "off");
    let mut before = led.then(|| first - 1)?;
    before -= usize::from(before > floor && doc.is_any(before - 1, words!["just", "right"]));
    before -= usize::from(before > floor && doc.is_punct(before - 1, b','));
    let number = house_start(doc, before, floor)?;
    let other = number > floor
        && doc.is_any(
            number - 1,
            words!["exit", "mile", "marker", "number", "route", "highway"],
        );
    let long = zip_end(doc, number, before).1 > 1;
    (long && !other && road > first).then_some(number)
}
