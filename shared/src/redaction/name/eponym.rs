//! Diseases, signs, devices and places that bear a name: "Bell's palsy", "Jackson-Pratt drain", "Martin dental".

use crate::redaction::name::part::Cued;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

/// Two names that are one thing of medicine.
const PAIRS: &[(&str, &str)] = &[
    ("ramsay", "hunt"),
    ("guillain", "barre"),
    ("epstein", "barr"),
    ("charcot", "marie"),
    ("marie", "tooth"),
    ("mallory", "weiss"),
    ("creutzfeldt", "jakob"),
    ("von", "willebrand"),
    ("von", "hippel"),
    ("stevens", "johnson"),
    ("lou", "gehrig"),
    ("jackson", "pratt"),
    ("ehlers", "danlos"),
    ("dix", "hallpike"),
    ("swan", "ganz"),
    ("parkinson", "white"),
    ("osgood", "schlatter"),
    ("legg", "calve"),
    ("prader", "willi"),
    ("budd", "chiari"),
    ("zollinger", "ellison"),
    ("plummer", "vinson"),
    ("henoch", "schonlein"),
    ("sturge", "weber"),
    ("brown", "sequard"),
    ("graham", "steell"),
    ("wolff", "parkinson"),
    ("klippel", "feil"),
    ("treacher", "collins"),
];

const HEADS: &WordSet = words![
    "ramsay",
    "guillain",
    "epstein",
    "charcot",
    "marie",
    "mallory",
    "creutzfeldt",
    "von",
    "stevens",
    "lou",
    "jackson",
    "ehlers",
    "dix",
    "swan",
    "parkinson",
    "osgood",
    "legg",
    "prader",
    "budd",
    "zollinger",
    "plummer",
    "henoch",
    "sturge",
    "brown",
    "graham",
    "wolff",
    "klippel",
    "treacher",
];

/// Whether the name `at..end` is that of a disease, a sign, a device or a place.
pub(crate) fn eponym(doc: &Doc<'_>, at: usize, end: usize, limit: usize, cued: Cued) -> bool {
    // "Bell's palsy", "Graves' disease"
    let plural = doc.is_punct(end, 0x27) && doc.has(end + 1, class::MEDICAL);
    let after = if doc.shape(end) == Some(Shape::Clitic) || plural {
        end + 1
    } else {
        end
    };
    // "Brenda's pharmacy", but "St. Luke's hospital"
    let owned = after > end
        && doc.is_any(
            after,
            words![
                "pharmacy",
                "insurance",
                "doctor",
                "school",
                "hospital",
                "clinic"
            ],
        )
        && doc.name_class(at) & name::FIRST != 0
        && !(at > 0 && doc.is_any(at - 1, words!["st", "saint"]))
        && !(at > 1 && doc.is(at - 2, "st"));
    let record = doc.is(after, "medical") && doc.is_any(after + 1, words!["record", "records"]);
    pair(doc, at, end)
        || after < limit && doc.has(after, class::MEDICAL) && !owned && !record
        || after > end
            && doc.has(end - 1, class::HOMONYM)
            && cued < Cued::Strongly
            && !doc.is_any(after, words!["calling", "here", "speaking"])
}

/// "Ramsay Hunt", "Guillain-Barré", whichever of the two was taken.
fn pair(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    (at.saturating_sub(2)..=at).any(|i| {
        doc.is_any(i, HEADS)
            && PAIRS.iter().any(|(head, tail)| {
                doc.is(i, head) && (i + 1..=end).take(3).any(|i| doc.is(i, tail))
            })
    })
}
