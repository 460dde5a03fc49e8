//! The `speech` profile: transcripts, messages and other human language. Recall first.

use super::doc::Doc;
use super::finding::Finding;
use super::known::Known;
use super::lexicon::Lexicon;
use super::secret::Secrets;
use super::{address, age, date, email, identifier, name, web};

/// Finds everything in a transcript or message.
pub(crate) fn find(
    text: &str,
    lexicon: &Lexicon,
    secrets: &Secrets,
    known: &Known,
) -> Vec<Finding> {
    let mut doc = Doc::new(text, lexicon);
    secrets.detect(&mut doc);
    email::detect(&mut doc);
    web::detect(&mut doc);
    date::detect(&mut doc);
    age::detect(&mut doc);
    address::detect(&mut doc);
    name::detect(&mut doc, known);
    identifier::detect(&mut doc, known);
    doc.finish()
}
