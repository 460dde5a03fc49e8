//! A street whose house number stands elsewhere, or that nobody says the number of: "out on Kettle Moraine Drive, number
//! 7718", "number forty on linden street", "the third house on tanager lane".

use crate::redaction::address::PLACED;
use crate::redaction::address::home::house_start;
use crate::redaction::address::prefix::number_after;
use crate::redaction::address::tail::rest;
use crate::redaction::address::title::Title;
use crate::redaction::kind::Kind;
use crate::redaction::number::context::frame_only;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// The address of the street with this title, as it was read: where it begins, its words, and whether all of them have
/// capitals.
pub(crate) fn houseless(
    doc: &Doc<'_>,
    title: &Title,
    (mut first, words, capitals): (usize, usize, bool),
    floor: usize,
    limit: usize,
) -> Option<(usize, usize, Kind)> {
    let (at, cued) = (title.at, title.cued);
    // "sixteenth street northwest" has no house number; without a cue it is only a place.
    // "thirty-second place"
    let tens = first.saturating_sub(1 + usize::from(doc.is_punct(first.wrapping_sub(1), b'-')));
    if doc.has(first, class::ORDINAL) && tens >= floor && doc.has(tens, class::TENS) {
        first = tens;
    }
    if words == 0 {
        return None;
    }
    let solid = doc.has(at, class::SOLID_STREET);
    let named = solid || capitals && doc.capital(at);
    let placed = first > floor && doc.is_any(first - 1, PLACED);
    let house = (named && placed).then(|| called_house(doc, first - 1, floor));
    if let Some(house) = house.flatten() {
        return Some((house, rest(doc, at + 1, limit, cued), Kind::Address));
    }
    // "out on Kettle Moraine Drive, number 7718", "… on thistle bend number seventeen"
    let other = words!["view", "views", "point", "points", "route", "rest", "key"];
    let lane = placed && !doc.is_any(at, other);
    if (named || lane)
        && (capitals || cued || placed)
        && let Some(end) = number_after(doc, at + 1, limit)
    {
        return Some((first, rest(doc, end, limit, cued).max(end), Kind::Address));
    }
    let lived = (cued || solid && at_home(doc, first, floor)) && words <= 3 && named && placed;
    // "Larkspur Street." as the whole answer
    let whole = cued
        && solid
        && !doc.is(at, "place")
        && (first == floor || frame_only(doc, floor, first))
        && (at + 1 >= limit || doc.shape(at + 1) == Some(Shape::Punct));
    (lived || whole).then(|| (first, rest(doc, at + 1, limit, cued), Kind::Address))
}

/// "the third house on tanager lane": whether the words before the street at `first` speak of somebody's home.
pub(crate) fn at_home(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    (floor.max(first.saturating_sub(4))..first).any(|at| {
        doc.is_any(
            at,
            words![
                "house",
                "home",
                "farm",
                "apartment",
                "trailer",
                "condo",
                "cabin",
                "duplex"
            ],
        ) && !doc.is_any(
            at + 1,
            words!["fire", "call", "visit", "party", "health", "care"],
        )
    })
}

/// "number forty on linden street": where the house number begins that is called so and ends at `end`.
pub(crate) fn called_house(doc: &Doc<'_>, end: usize, floor: usize) -> Option<usize> {
    let number = house_start(doc, end, floor).filter(|number| *number > floor)?;
    doc.is_any(number - 1, words!["number", "house"])
        .then_some(number)
}
