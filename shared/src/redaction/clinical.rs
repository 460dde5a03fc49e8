//! Medications and diagnoses, for organisations that want them removed, from a maintained vocabulary.

use super::doc::Doc;
use super::finding::Finding;
use super::kind::Kind;
use super::lexicon::{Lexicon, class};
use super::policy::Policy;
use super::token::Shape;

/// Endings of generic drug names (WHO INN stems) that ordinary words do not have.
const STEMS: &[&str] = &[
    "cillin",
    "mycin",
    "micin",
    "floxacin",
    "cycline",
    "oxetine",
    "azepam",
    "zolam",
    "statin",
    "sartan",
    "dipine",
    "olol",
    "pril",
    "gliptin",
    "gliflozin",
    "glutide",
    "prazole",
    "tidine",
    "setron",
    "triptan",
    "mab",
    "tinib",
    "vir",
    "azole",
    "parin",
    "xaban",
    "thiazide",
    "semide",
    "profen",
    "coxib",
    "barbital",
    "caine",
    "codone",
    "morphone",
    "lukast",
    "terol",
    "sone",
    "solone",
    "dronate",
    "formin",
    "glitazone",
    "afil",
    "osin",
    "pam",
];

/// Adds the clinical terms the policy removes.
pub(crate) fn find(text: &str, lexicon: &Lexicon, policy: &Policy, found: &mut Vec<Finding>) {
    let doc = Doc::new(text, lexicon);
    for at in 0..doc.tokens.len() {
        if doc.shape(at) != Some(Shape::Word) {
            continue;
        }
        let word = doc.word(at);
        let drug = policy.removes_medications()
            && (doc.has(at, class::DRUG)
                || word.len() >= 8 && stem(word) && doc.name_class(at) == 0);
        let diagnosis = policy.removes_diagnoses() && doc.has(at, class::DIAGNOSIS);
        if drug || diagnosis {
            let kind = if drug {
                Kind::Medication
            } else {
                Kind::Diagnosis
            };
            let token = doc.tokens[at];
            found.push(Finding::new(token.start(), token.end(), kind, "clinical"));
        }
    }
    doc.finish();
}

fn stem(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    STEMS.iter().any(|stem| lower.ends_with(stem))
}
