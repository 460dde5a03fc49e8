//! Names in machine text: only after a label, only capitalised, and their repetitions.

use crate::redaction::name::part::{Cued, accept, homonym};
use crate::redaction::name::spelled::repeat;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Names in machine text: only after a cue, only capitalised, and their repetitions.
pub(crate) fn detect_written(doc: &mut Doc<'_>) {
    let mut known: Vec<u64> = Vec::new();
    for at in 0..doc.tokens.len() {
        if doc.taken[at] {
            continue;
        }
        if doc.name_class(at) & (name::FIRST | name::COMMON) == name::FIRST && doc.capital(at) {
            full_name(doc, at, &mut known);
        }
        if !doc.has(at, class::LABEL) {
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
            || doc.is(at, "name") && doc.is(at + 1, "is")
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
            || doc.is_any(next, words!["is", "identified", "as", "named", "called"])
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

/// A given name with a further one after it, in a sentence: neither is part of an identifier or a path.
fn full_name(doc: &mut Doc<'_>, at: usize, known: &mut Vec<u64>) {
    let before = at == 0
        || !doc.glued(at)
        || [b'"', b'\'', b'(', b'[', b':', b'=', b'>', b',']
            .iter()
            .any(|b| doc.is_punct(at - 1, *b));
    let next = at + 1;
    let particle = doc.is_any(
        next,
        words!["van", "von", "de", "la", "del", "di", "da", "al", "el"],
    ) && doc.capital(next + 1);
    let family = doc.shape(next) == Some(Shape::Word)
        && !doc.glued(next)
        && doc.capital(next)
        && doc.name_class(next) & name::COMMON == 0
        && (doc.name_class(next) & name::LAST != 0 || doc.class(next) == 0 && doc.len_of(next) > 2);
    let last = if particle { next + 1 } else { next };
    if !before
        || homonym(doc, at)
        || !(family || particle)
        || doc.glued(last + 1) && joins_code(doc, last + 1)
    {
        return;
    }
    accept(doc, at, doc.tokens.len(), Cued::Fairly, "name-full", known);
}

pub(crate) fn joins_code(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.shape(at), Some(Shape::Number | Shape::Word))
        || doc.is_punct(at, b'_')
        || doc.is_punct(at, b'/')
        || doc.is_punct(at, b'=')
        || doc.is_punct(at, b'(')
}
