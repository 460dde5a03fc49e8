//! Medications and diagnoses, for organisations that want them removed, from a maintained vocabulary.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::policy::Policy;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::Pool;
use crate::redaction::words::tables::CLINICAL;

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
pub(crate) fn find(text: &str, pool: &Pool, policy: &Policy, found: &mut Vec<Finding>) {
    let doc = Doc::new(text, pool);
    let mut at = 0;
    while at < doc.tokens.len() {
        let Some((kind, end)) = term(&doc, at) else {
            at += 1;
            continue;
        };
        let wanted = if kind == Kind::Medication {
            policy.removes_medications()
        } else {
            policy.removes_diagnoses()
        };
        if wanted {
            let (start, stop) = (doc.tokens[at].start(), doc.tokens[end - 1].end());
            found.push(Finding::new(start, stop, kind, "clinical"));
        }
        at = end;
    }
    doc.finish();
}

/// The clinical term at token `at`, and the index after it.
fn term(doc: &Doc<'_>, at: usize) -> Option<(Kind, usize)> {
    if doc.shape(at) != Some(Shape::Word) {
        return None;
    }
    match CLINICAL.longest(&doc.tokens, at) {
        Some((Cue::Medication, end)) => return Some((Kind::Medication, end)),
        Some((Cue::Procedure, end)) => return Some((Kind::Procedure, end)),
        Some((_, end)) => return Some((Kind::Diagnosis, end)),
        None => {}
    }
    let word = doc.word(at);
    if word.len() >= 8 && stem(word) && doc.name_class(at) == 0 {
        return Some((Kind::Medication, at + 1));
    }
    icd(doc, at).map(|end| (Kind::Diagnosis, end))
}

/// `E11.9`, `M54.50`: an ICD-10 code with its point.
fn icd(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let code = doc.len_of(at) == 1
        && doc.capital(at)
        && doc.len_of(at + 1) == 2
        && doc.shape(at + 1) == Some(Shape::Number)
        && doc.is_punct(at + 2, b'.')
        && doc.shape(at + 3) == Some(Shape::Number)
        && (1..=3).all(|i| doc.glued(at + i));
    code.then_some(at + 4)
}

fn stem(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    STEMS.iter().any(|stem| lower.ends_with(stem))
}
