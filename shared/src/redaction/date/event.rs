//! Days that name no month, given away by what happens on them: "it ships the ninth", "your follow-up is the third at
//! two", "stitches out at ten days, so the twenty-sixth".

use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::{WordSet, words};

/// What is done on a day.
const HAPPENS: &WordSet = words![
    "ships",
    "ship",
    "shipped",
    "mails",
    "mail",
    "mailed",
    "arrives",
    "arrive",
    "arrived",
    "renews",
    "renewed",
    "expires",
    "starts",
    "start",
    "started",
    "begins",
    "begin",
    "closes",
    "opens",
    "reopens",
    "comes",
    "leaves",
    "leave",
    "left",
    "paid",
    "scheduled",
    "rescheduled",
    "booked",
    "delivered",
    "discharged",
    "admitted",
    "seen",
    "moved",
    "sent",
    "out",
    "back",
    "home",
    "till",
    "until",
    "hospital",
    "see",
    "hers",
    "mine",
    "again"
];

/// What has a day.
const EVENTS: &WordSet = words![
    "appointment",
    "appt",
    "visit",
    "surgery",
    "procedure",
    "operation",
    "follow",
    "followup",
    "checkup",
    "physical",
    "scan",
    "mri",
    "ultrasound",
    "colonoscopy",
    "infusion",
    "delivery",
    "refill",
    "payday",
    "birthday",
    "flight",
    "hearing",
    "wedding",
    "funeral",
    "date",
    "deadline",
    "opening",
    "availability",
    "session",
    "biopsy",
    "shipment",
    "payment"
];

/// What is counted with ordinals and said without its noun.
const COUNTED: &WordSet = words![
    "percentile",
    "percentiles",
    "centile",
    "floor",
    "floors",
    "grade",
    "century",
    "chromosome",
    "rib",
    "ribs",
    "vertebra",
    "chapter",
    "row",
    "inning",
    "attempt",
    "exit",
    "street",
    "avenue",
];

/// Whether the ordinal of the phrase `first..end`, which ends its clause, is the day of something that happens. `late`
/// when it is none of the first three, which count other things as well, and `certain` when little else has so many.
#[inline(never)]
pub(crate) fn happens(
    doc: &Doc<'_>,
    (first, end): (usize, usize),
    floor: usize,
    (late, certain): (bool, bool),
) -> bool {
    // "it ships the second you order"
    if doc.is_any(end, words!["i", "we", "you", "she", "he", "they", "it"]) && !certain {
        return false;
    }
    if doc.says(first.saturating_sub(12), end + 6, COUNTED) {
        return false;
    }
    certain
        || first > floor
            && (timed(doc, first, end, late)
                || event(doc, first, floor)
                || late && acts(doc, first, floor))
}

/// "I have the third at nine"; but "the second at four weeks", "take the first at eight".
fn timed(doc: &Doc<'_>, first: usize, end: usize, late: bool) -> bool {
    let age = words![
        "day", "days", "week", "weeks", "month", "months", "year", "years"
    ];
    doc.is(end, "at")
        && numeric(doc, end + 1)
        && !doc.says(end + 2, end + 4, age)
        && (late
            || doc.is_any(
                first - 1,
                words!["have", "got", "do", "is", "or", "for", "see", "open"],
            ))
}

/// "it ships", "we mail it", "i'll see you"
fn acts(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    let object = doc.is_any(
        first - 1,
        words!["it", "them", "you", "him", "her", "me", "that"],
    );
    let at = first - 1 - usize::from(object && first > floor + 1);
    doc.is_any(at, HAPPENS)
}

/// "your next visit is", "the surgery's set for"; but "this visit is the third".
fn event(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    let states = doc.is_any(first - 1, words!["is", "was", "be", "for", "to", "on"])
        || doc.shape(first - 1) == Some(Shape::Clitic);
    let from = floor.max(first.saturating_sub(6));
    states
        && (from..first)
            .rev()
            .take_while(|at| !doc.after_stop(*at + 1))
            .any(|at| {
                doc.is_any(at, EVENTS)
                    && !(at > floor && doc.is_any(at - 1, words!["this", "that", "each", "every"]))
            })
}
