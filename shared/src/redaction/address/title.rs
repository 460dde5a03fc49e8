//! The name of a street, read back from its street word to the house number.

use crate::redaction::address::houseless::{at_home, called_house};
use crate::redaction::address::{PLACED, numbered_before, ordinary};
use crate::redaction::date::correction;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// What is known of a street before its name is read.
#[allow(clippy::struct_excessive_bools)] // each is another sign
pub(crate) struct Title {
    /// The street word.
    pub(crate) at: usize,
    /// Something asked for an address or announced it.
    pub(crate) cued: bool,
    /// "…, number 44" follows.
    pub(crate) counted: bool,
    /// "state route", "county road"
    pub(crate) numbered: bool,
    /// "mobile home park"
    pub(crate) estate: bool,
}

impl Title {
    /// Where the street's name begins, how many words it has, and whether all of them have capitals.
    pub(crate) fn read(&self, doc: &Doc<'_>, floor: usize) -> Option<(usize, usize, bool)> {
        let Self {
            at,
            cued,
            counted,
            numbered,
            estate,
        } = *self;
        let mut first = at;
        let mut words = 0;
        let mut capitals = true;
        let mut spelled = false;
        while words < 6 && first > floor && !numbered_before(doc, first, floor) {
            let i = first - 1;
            // "628 18th Street", "947 Eighty-First Avenue": the ordinal is the name.
            if let Some(start) = ordinal(doc, i, floor) {
                words += 1;
                first = start;
                continue;
            }
            match doc.shape(i)? {
                Shape::Word
                    if cued
                        && doc.has(i, class::LETTER)
                        && doc.has(i + 1, class::LETTER | class::STREET) => {}
                // "Larkin, L A R K I N, Lane"
                _ if let Some(start) = spelled_before(doc, first, floor) => {
                    first = start;
                    spelled = true;
                    continue;
                }
                // "Alder, no, sorry, Elder Street"
                _ if words > 0
                    && !doc.capital(i)
                    && let Some(start) = correction::before(doc, first, floor)
                    && (cued || doc.capital(start.saturating_sub(1)))
                    && !numeric(doc, start.saturating_sub(1)) =>
                {
                    first = start;
                    continue;
                }
                Shape::Word => {
                    let street_name = doc.capital(i)
                        || spelled && !doc.has(i, class::FRAME)
                        || !ordinary(doc, i)
                        || doc.has(i, class::ORDINAL | class::DIRECTION | class::STREET)
                        || numbered && i + 1 == at
                        || words < 2 && plain_street(doc, i, at)
                        || words > 0
                            && doc.has(i, class::TITLE)
                            && doc.has(at, class::SOLID_STREET)
                        || doc.is(i, "the") && words == 0 && i > floor && numeric(doc, i - 1)
                        || estate
                            && doc.is_any(i, words!["mobile", "home", "homes", "trailer", "rv"])
                        || cued && doc.is_any(i, words!["um", "uh", "the", "of", "old", "new"]);
                    // "i live on birch lane"
                    // "number forty on linden street", "the third house on tanager lane"
                    let placed = || {
                        cued || counted
                            || called_house(doc, i, floor).is_some()
                            || at_home(doc, i, floor)
                    };
                    if words > 0 && !street_name && doc.is_any(i, PLACED) && placed() {
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
        Some((first, words, capitals))
    }
}

/// Whether an ordinary word at `i` can be part of a street's name before the street word at `at`: "44 market street",
/// but no "two way street".
fn plain_street(doc: &Doc<'_>, i: usize, at: usize) -> bool {
    const BITS: u64 = class::FRAME
        | class::FILLER
        | class::UNIT
        | class::MEASURE
        | class::OVER
        | class::RELATION
        | class::CARDINAL;
    doc.is_any(
        at,
        words![
            "street",
            "st",
            "avenue",
            "ave",
            "road",
            "rd",
            "lane",
            "ln",
            "boulevard",
            "blvd",
            "terrace",
            "crescent",
            "parkway",
            "pkwy",
        ],
    ) && !doc.has(i, BITS)
        && !doc.is_any(
            i,
            words![
                "way",
                "more",
                "other",
                "different",
                "busy",
                "whole",
                "narrow",
                "dirt",
                "country",
                "dark",
                "down",
                "across",
                "off",
                "along",
                "lanes",
                "this",
                "that",
                "next",
                "and",
                "in",
                "over",
                "every",
                "same",
                "which",
                "then",
                "the",
                "side",
                "a",
                "little",
                "big",
                "long",
            ],
        )
}

/// Where the letters begin that spell a street's name before its kind, which is at `at`.
fn spelled_before(doc: &Doc<'_>, at: usize, floor: usize) -> Option<usize> {
    let mark = |i: usize| doc.is_punct(i, b',') || doc.is_punct(i, b'-') || doc.is_punct(i, b'.');
    let mut first = at;
    let mut letters = 0;
    while first > floor && at - first < 40 {
        if doc.has(first - 1, class::LETTER) {
            letters += 1;
        } else if !mark(first - 1) {
            break;
        }
        first -= 1;
    }
    while first > floor
        && at - first < 44
        && doc.is_any(first - 1, words!["spelled", "spelt", "that", "thats"])
        || first > floor
            && doc.shape(first - 1) == Some(Shape::Clitic)
            && doc.is(first.saturating_sub(2), "that")
    {
        first -= 1;
    }
    while first > floor && mark(first - 1) {
        first -= 1;
    }
    (letters > 2).then_some(first)
}

/// Where an ordinal that ends at `i` begins: "18th", "eighty-first" behind a house number.
fn ordinal(doc: &Doc<'_>, i: usize, floor: usize) -> Option<usize> {
    if i <= floor {
        return None;
    }
    if doc.glued(i)
        && doc.shape(i - 1) == Some(Shape::Number)
        && doc.is_any(i, words!["th", "st", "nd", "rd"])
    {
        return Some(i - 1);
    }
    let tens = i - 1 - usize::from(doc.is_punct(i - 1, b'-') && i > floor + 1);
    let two = doc.has(i, class::ORDINAL) && doc.value(i) < 10 && doc.has(tens, class::TENS);
    (two && tens > floor && numeric(doc, tens - 1)).then_some(tens)
}
