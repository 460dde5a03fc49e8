//! Extensions of telephone numbers: "404-457-4311, extension 2206", "the extension is six six two".

use crate::redaction::kind::Kind;
use crate::redaction::number::atom::numeric;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::evidence::Case;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// Most digits of an extension.
const LONGEST: usize = 6;

/// The end of the telephone number that ends at `end`, with its extension.
#[inline(never)]
pub(crate) fn with_extension(doc: &Doc<'_>, end: usize, kind: Kind, limit: usize) -> usize {
    if kind != Kind::Phone {
        return end;
    }
    let mut word = end;
    while word < limit
        && word < end + 3
        && (doc.is_punct(word, b',') || doc.is_any(word, words!["and", "the", "my", "with"]))
    {
        word += 1;
    }
    // Short, it is one only right after the number: "…, x 2 a day".
    let short = word == end && doc.is_any(word, words!["ext", "x"]);
    if !short && !doc.is(word, "extension") {
        return end;
    }
    let first = value_at(doc, word + 1, limit);
    let mut past = first;
    while past < limit && past < first + LONGEST && numeric(doc, past) {
        past += 1;
    }
    let counted = doc.has(past, class::UNIT | class::OVER) || doc.is_punct(past, b'%');
    if past > first && !counted { past } else { end }
}

/// Where the digits begin after the word "extension".
fn value_at(doc: &Doc<'_>, from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit
        && at < from + 3
        && (doc.shape(at) == Some(Shape::Clitic)
            || doc.is_any(at, words!["is", "number"])
            || [b'.', b',', b':']
                .iter()
                .any(|mark| doc.is_punct(at, *mark)))
    {
        at += 1;
    }
    at
}

/// "extension?" – "two oh six": digits that are named so in talk of a telephone, and no angle of a joint.
#[inline(never)]
pub(crate) fn named(
    doc: &Doc<'_>,
    run: &Run,
    case: &Case<'_>,
) -> Option<(Cue, Kind, &'static str)> {
    let floor = case.turn.first;
    let number = run.letters == 0 && !run.decimal && (2..=LONGEST).contains(&run.len());
    let near = floor.max(run.first.saturating_sub(5));
    if !number
        || run.first >= floor + 5 && !doc.says(near, run.first, words!["extension"])
        || doc.has(run.end, class::UNIT | class::OVER)
        || doc.is_punct(run.end, b'%')
    {
        return None;
    }
    let mut at = run.first;
    while at > floor
        && run.first - at < 4
        && (matches!(doc.shape(at - 1), Some(Shape::Clitic | Shape::Punct))
            || doc.is_any(
                at - 1,
                words!["is", "number", "it", "at", "work", "there", "here"],
            ))
    {
        at -= 1;
    }
    let here = at > floor
        && doc.is(at - 1, "extension")
        && !doc.says(
            floor.max(at.saturating_sub(12)),
            case.turn.end.min(run.end + 8),
            JOINTS,
        );
    // "my extension at work is 4410"
    let own = run.len() > 2 && at > floor + 1 && doc.is_any(at - 2, words!["my", "our"]);
    let found = here && (own || telephone_talk(doc, case)) || at == floor && asked(doc, case);
    found.then_some((Cue::Id, Kind::Phone, "extension"))
}

/// Where other things extend.
const JOINTS: &WordSet = words![
    "flexion", "flex", "knee", "knees", "elbow", "hip", "wrist", "shoulder", "neck", "lumbar",
    "cervical", "finger", "thumb", "ankle", "rotation", "motion", "full", "degrees", "degree",
    "lag", "cord", "deadline"
];

/// "extension?", "do you have an extension": what the turn before ends with; but "knee extension?"
fn asked(doc: &Doc<'_>, case: &Case<'_>) -> bool {
    let Some(asked) = case.t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    (asked.first.max(asked.end.saturating_sub(4))..asked.end).any(|at| {
        doc.is_any(at, words!["extension", "ext"])
            && (at == asked.first
                || doc.shape(at - 1) != Some(Shape::Word)
                || doc.is_any(
                    at - 1,
                    words!["an", "the", "your", "any", "her", "his", "and", "what"],
                ))
    })
}

/// Whether a telephone number was found, or asked for, a moment ago.
fn telephone_talk(doc: &Doc<'_>, case: &Case<'_>) -> bool {
    let recent = &doc.findings[doc.findings.len().saturating_sub(12)..];
    case.turn.asks & Cue::Phone.bit() != 0
        || doc.asked(case.t, 3, Cue::Phone)
        || recent.iter().any(|found| found.kind == Kind::Phone)
}
