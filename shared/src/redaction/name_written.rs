//! Names in machine text: only after a label, only capitalised, and their repetitions.

use super::doc::Doc;
use super::lexicon::{class, name};
use super::name_part::{Cued, accept};
use super::name_spelled::repeat;
use super::token::Shape;
use super::word_set::words;

/// Names in machine text: only after a cue, only capitalised, and their repetitions.
pub(crate) fn detect_written(doc: &mut Doc<'_>) {
    let mut known: Vec<u64> = Vec::new();
    for at in 0..doc.tokens.len() {
        if !doc.has(at, class::LABEL) || doc.taken[at] {
            continue;
        }
        let cue = doc.has(at, class::TITLE | class::RELATION)
            && doc.is_any(
                at,
                words![
                    "mr", "mrs", "ms", "dr", "doctor", "miss", "daughter", "son", "wife",
                    "husband", "mother", "father",
                ],
            )
            || doc.is_any(
                at,
                words![
                    "patient", "customer", "caller", "contact", "user", "named", "hi", "hello",
                    "dear", "member", "guardian", "attn",
                ],
            )
            || doc.is(at, "name")
                && at > 0
                && doc.is_any(
                    at - 1,
                    words![
                        "patient", "full", "first", "last", "customer", "caller", "is", "my",
                    ],
                );
        if !cue {
            continue;
        }
        let mut next = at + 1;
        while doc.is_punct(next, b':')
            || doc.is_punct(next, b',')
            || doc.is_punct(next, b'.') && doc.has(at, class::TITLE)
            || doc.is(next, "is")
            || doc.is_punct(next, b'"')
            || doc.is_punct(next, b'=')
            || doc.is_punct(next, 0x27)
        {
            next += 1;
        }
        let listed = doc.name_class(next) & (name::FIRST | name::LAST) != 0;
        let pair = doc.capital(next + 1)
            && doc.shape(next + 1) == Some(Shape::Word)
            && !doc.glued(next + 1);
        if next < doc.tokens.len()
            && doc.capital(next)
            && !doc.glued(next + 1) | !joins_code(doc, next + 1)
            && (listed || pair && doc.name_class(next) & name::COMMON == 0)
        {
            let end = doc.tokens.len();
            accept(doc, next, end, Cued::Strongly, "name-cue", &mut known);
        }
    }
    repeat(doc, &known);
}

pub(super) fn joins_code(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.shape(at), Some(Shape::Number | Shape::Word))
        || doc.is_punct(at, b'_')
        || doc.is_punct(at, b'/')
        || doc.is_punct(at, b'=')
        || doc.is_punct(at, b'(')
}
