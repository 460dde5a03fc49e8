//! Months without a day: "at the June visit", "your May labs", "Halloween, so October".

use crate::redaction::date::part::weak_month;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// What is remembered by its month.
const CARE: &WordSet = words![
    "visit",
    "visits",
    "appointment",
    "appointments",
    "appt",
    "lab",
    "labs",
    "bloodwork",
    "scan",
    "scans",
    "mri",
    "ct",
    "pet",
    "x",
    "xray",
    "ultrasound",
    "mammogram",
    "colonoscopy",
    "echo",
    "ekg",
    "checkup",
    "physical",
    "exam",
    "follow",
    "surgery",
    "procedure",
    "biopsy",
    "result",
    "results",
    "panel",
    "infusion",
    "injection",
    "session",
    "claim",
    "claims",
    "bill",
    "statement",
    "invoice",
    "payment",
    "refill",
    "fill",
    "admission",
    "stay",
    "fall",
    "accident",
    "draw",
    "test",
    "tests",
    "shot",
    "dose",
    "imaging",
    "consult",
    "one"
];

/// Whether what is done in a month is named at `end`, after the date that begins at `first`: "the October third visit",
/// but "you may first visit the lab".
pub(crate) fn visits(doc: &Doc<'_>, first: usize, end: usize, floor: usize) -> bool {
    let owned = || {
        first > floor
            && doc.is_any(
                first - 1,
                words![
                    "the", "your", "her", "his", "my", "our", "their", "last", "from"
                ],
            )
    };
    doc.is_any(end, CARE) && (!weak_month(doc, first) || doc.capital(first) || owned())
}

/// "at the June visit", "your may labs"; but "the results may test …".
pub(crate) fn visited(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    let owned = at > floor
        && (doc.is_any(
            at - 1,
            words!["the", "your", "her", "his", "my", "our", "their", "last"],
        ) || doc.shape(at - 1) == Some(Shape::Clitic)
            && doc.word(at - 1).ends_with(['s', 'S'])
            && !weak_month(doc, at));
    owned && doc.is_any(at + 1, CARE)
}

/// "the 3/14 visit", "your 3/14 labs": figures that tell which of the visits.
pub(crate) fn visited_on(doc: &Doc<'_>, first: usize, end: usize, floor: usize) -> bool {
    first > floor
        && doc.is_any(
            first - 1,
            words!["the", "your", "her", "his", "my", "our", "their", "from"],
        )
        && doc.is_any(end, CARE)
        && !doc.is_any(end, words!["one", "dose", "shot", "fill"])
}

/// "LMP was 3/3", "your due date is 10-18", "date of service 10/2": what only a date can be.
pub(crate) fn is_date_of(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    let mut at = first;
    while at > floor
        && first - at < 5
        && (matches!(doc.shape(at - 1), Some(Shape::Clitic | Shape::Punct))
            || doc.is_any(
                at - 1,
                words![
                    "is",
                    "was",
                    "of",
                    "service",
                    "injury",
                    "loss",
                    "admission",
                    "discharge",
                    "on"
                ],
            ))
        && !doc.after_stop(at)
    {
        at -= 1;
    }
    at > floor
        && (doc.is_any(at - 1, words!["lmp", "edd", "dos", "edc"])
            || doc.is(at - 1, "date") && !(at > floor + 1 && doc.is(at - 2, "to")))
}

/// "it was Halloween, so October": a month that is nothing else and that nothing follows to which it could belong.
pub(crate) fn alone(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    let only = doc.is_any(
        at,
        words![
            "january",
            "february",
            "july",
            "september",
            "october",
            "december"
        ],
    );
    let person = at > floor && doc.has(at - 1, class::TITLE) || doc.capital(at + 1);
    only && !person
}
