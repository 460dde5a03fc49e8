//! Who speaks, when the label at the start of a line is none of the usual ones: "Front desk:", "mom:", "Triage nurse:".

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// The index after a label of one to three words and a colon at `at`. A word that announces or measures something
/// ("Zip:", "Weight:") is none, nor is a name, which has to be found as one.
pub(crate) fn role(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let mut end = at;
    while end < at + 3 && doc.shape(end) == Some(Shape::Word) && part(doc, end) {
        end += 1;
    }
    let colon = end > at && doc.is_punct(end, b':') && doc.glued(end);
    (colon && !doc.glued(end + 1)).then_some(end + 1)
}

/// Whether the word at `at` can be part of a role.
fn part(doc: &Doc<'_>, at: usize) -> bool {
    const OTHER: u64 = !(class::RELATION
        | class::SPEAKER
        | class::MEDICAL
        | class::STREET
        | class::LABEL
        | class::NAME_CUE);
    let known = doc.has(at, class::RELATION | class::SPEAKER)
        || doc.is_any(
            at,
            words![
                "kid", "child", "teen", "records", "tech", "front", "office", "lab", "center",
                "centre", "doctor", "nurse", "support", "patient", "line", "desk", "sister",
                "brother", "visit", "father", "mother", "man", "woman", "visitor", "insurer",
                "medical", "social", "home"
            ],
        );
    let names = doc.name_class(at);
    known
        || doc.class(at) & OTHER == 0
            && (names & (name::FIRST | name::LAST) == 0 || names & name::COMMON != 0)
}
