//! The plate of a vehicle that is only mentioned.

use crate::redaction::kind::Kind;
use crate::redaction::number::code_letters::letters_before;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::words::word_set::{WordSet, words};

/// "a gray Corolla, KLM dash four four two": letters and digits after a vehicle; "a Transit, T 350" has too few, and
/// "a CRV 2019" is a year's model.
#[inline(never)]
pub(crate) fn plated(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let digits = || run.chars().iter().copied().filter(u8::is_ascii_digit);
    let year = run.digits() == 4 && (digits().take(2).eq(*b"19") || digits().take(2).eq(*b"20"));
    let form = (run.letters >= 2 || run.singles >= 2)
        && run.letters > 0
        && (5..=8).contains(&run.len())
        && !year;
    // Letters in one block before the digits are no part of the run yet.
    let block = || {
        run.letters == 0
            && !year
            && (3..=4).contains(&run.len())
            && letters_before(doc, run.first, floor, Kind::Plate) < run.first
    };
    run.digits() >= 2
        && (form || block())
        && doc.says(
            floor.max(run.first.saturating_sub(if form { 24 } else { 10 })),
            run.first,
            VEHICLES,
        )
}

/// Vehicles and their makers.
const VEHICLES: &WordSet = words![
    "car",
    "van",
    "truck",
    "suv",
    "sedan",
    "minivan",
    "pickup",
    "jeep",
    "vehicle",
    "taxi",
    "bus",
    "ambulance",
    "ford",
    "chevy",
    "chevrolet",
    "toyota",
    "honda",
    "nissan",
    "kia",
    "subaru",
    "mazda",
    "dodge",
    "lexus",
    "tesla",
    "volvo",
    "audi",
    "bmw",
    "mercedes",
    "volkswagen",
    "corolla",
    "camry",
    "civic",
    "accord",
    "prius",
    "transit",
];
