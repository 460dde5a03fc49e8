//! Numbers that people give of their bodies, said in a row: "I'm two sixty and six one", "three tries: three fifty,
//! three eighty, four ten". They are as long as parts of a telephone number.

use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::words;

/// Whether the run is a height and a weight, or readings of several tries.
#[inline(never)]
pub(crate) fn of_body(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    run.letters == 0
        && run.atoms > 2
        && run.first > floor
        && (stature(doc, run) || tries(doc, run, floor))
}

/// "i'm two sixty and six one", "he's five nine one sixty five"
fn stature(doc: &Doc<'_>, run: &Run) -> bool {
    let [a, b, c, d] = run.values[..run.atoms.min(run.values.len())] else {
        return false;
    };
    let height = |feet: u16, inches: u16| (4..=7).contains(&feet) && inches <= 11;
    let weight =
        |hundreds: u16, rest: u16| (1..=4).contains(&hundreds) && (10..=99).contains(&rest);
    let led = doc.shape(run.first - 1) == Some(Shape::Clitic)
        || doc.is_any(
            run.first - 1,
            words![
                "am", "im", "is", "was", "hes", "shes", "about", "around", "at", "like"
            ],
        );
    led && (weight(a, b) && height(c, d) || height(a, b) && weight(c, d))
}

/// "three tries two ninety three ten three thirty"
fn tries(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let mut last = run.first - 1;
    if last > floor
        && doc.is_any(
            last,
            words!["at", "of", "was", "were", "got", "came", "with"],
        )
    {
        last -= 1;
    }
    let mark = doc.shape(last) == Some(Shape::Punct) && last > floor;
    run.readings()
        && doc.is_any(
            last - usize::from(mark),
            words![
                "tries",
                "attempts",
                "blows",
                "efforts",
                "trials",
                "readings",
                "checks",
                "measurements"
            ],
        )
}
