//! The `speech` profile: transcripts, messages and other human language. Recall first.

use crate::redaction::address;
use crate::redaction::budget::Budget;
use crate::redaction::date;
use crate::redaction::date::age;
use crate::redaction::finding::Finding;
use crate::redaction::known::Known;
use crate::redaction::name;
use crate::redaction::number::identifier;
use crate::redaction::text::doc::Doc;
use crate::redaction::web;
use crate::redaction::web::email;
use crate::redaction::words::lexicon::Pool;
use crate::redaction::written::secret;

/// Finds everything in a transcript or message.
pub(crate) fn find(text: &str, pool: &Pool, known: &Known) -> Vec<Finding> {
    examine(text, pool, known, &Budget::unbounded()).finish()
}

/// [`find`], with the text as it was read. When the budget is spent, the rest is left undone.
pub(crate) fn examine<'a>(
    text: &'a str,
    pool: &'a Pool,
    known: &Known,
    budget: &Budget<'_>,
) -> Doc<'a> {
    let steps: [&dyn Fn(&mut Doc<'a>); 8] = [
        &secret::detect,
        &email::detect,
        &web::detect,
        &date::detect,
        &age::detect,
        &address::detect,
        &|doc| name::detect(doc, known),
        &|doc| identifier::detect(doc, known),
    ];
    let mut doc = Doc::new(text, pool);
    for step in steps {
        if budget.spent() {
            break;
        }
        step(&mut doc);
    }
    doc
}
