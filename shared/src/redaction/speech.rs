//! The `speech` profile: transcripts, messages and other human language. Recall first.

use super::budget::Budget;
use super::doc::Doc;
use super::finding::Finding;
use super::known::Known;
use super::lexicon::Pool;
use super::{address, age, date, email, identifier, name, secret, web};

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
