//! Groups of digits and letters that separators hold together, as identifiers are written.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;

/// Groups of digits (or letters and digits) that separators hold together.
pub(crate) struct Chunk {
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// Letters and digits only.
    pub(crate) value: String,
    /// Lengths of the groups, up to eight.
    pub(crate) groups: Vec<usize>,
    pub(crate) separators: Vec<u8>,
    pub(crate) plus: bool,
}

pub(crate) fn joined(doc: &Doc<'_>, at: usize) -> bool {
    at < doc.tokens.len()
        && doc.glued(at)
        && matches!(doc.shape(at), Some(Shape::Word | Shape::Number))
}

/// Reads the chunk that starts at token `at`: groups glued, or with one separator between.
pub(crate) fn chunk(doc: &Doc<'_>, at: usize, spaces: bool) -> Option<Chunk> {
    let mut chunk = Chunk {
        first: at,
        end: at,
        value: String::new(),
        groups: Vec::new(),
        separators: Vec::new(),
        plus: false,
    };
    let mut i = at;
    if doc.is_punct(i, b'+') {
        chunk.plus = true;
        i += 1;
    }
    if doc.is_punct(i, b'(') {
        i += 1;
    }
    let mut open = true;
    while i < doc.tokens.len() && chunk.value.len() < 64 {
        match doc.shape(i)? {
            Shape::Number | Shape::Word => {
                let word = doc.word(i);
                if doc.shape(i) == Some(Shape::Word) && (!word.is_ascii() || !open && !doc.glued(i))
                {
                    break;
                }
                if open || !doc.glued(i) {
                    if !open && !spaces {
                        break;
                    }
                    if !open {
                        chunk.separators.push(b' ');
                    }
                    chunk.groups.push(0);
                }
                *chunk.groups.last_mut()? += word.len();
                chunk.value.push_str(word);
                open = false;
                i += 1;
                chunk.end = i;
            }
            Shape::Punct
                if chunk.plus
                    && !open
                    && doc.is_punct(i, b'(')
                    && doc.shape(i + 1) == Some(Shape::Number) =>
            {
                open = true;
                chunk.separators.push(b'(');
                i += 1;
            }
            Shape::Punct if !open => {
                let Some(byte) = [b'-', b'.', b')', b'/']
                    .into_iter()
                    .find(|b| doc.is_punct(i, *b))
                else {
                    break;
                };
                if byte == b'/' || !doc.glued(i) && byte != b'-' && byte != b')' {
                    break;
                }
                let mut next = i + 1;
                if byte == b')' && doc.is_punct(next, b'-') {
                    next += 1;
                }
                if doc.is_punct(next, b'(') {
                    next += 1;
                }
                if !matches!(doc.shape(next), Some(Shape::Number | Shape::Word))
                    || !(doc.glued(next) || spaces && byte == b')')
                {
                    break;
                }
                chunk.separators.push(byte);
                chunk.groups.push(0);
                let word = doc.word(next);
                *chunk.groups.last_mut()? += word.len();
                chunk.value.push_str(word);
                i = next + 1;
                chunk.end = i;
            }
            _ => break,
        }
    }
    (!chunk.value.is_empty()).then_some(chunk)
}

/// Whether the chunk stands alone: nothing alphanumeric is glued to it.
pub(crate) fn free(doc: &Doc<'_>, chunk: &Chunk) -> bool {
    let before = chunk.first == 0
        || !doc.glued(chunk.first)
        || !(matches!(
            doc.shape(chunk.first - 1),
            Some(Shape::Word | Shape::Number)
        ) || !chunk.plus
            && [b'_', b'-', b'.', b'/', b'$', b'#', b'@']
                .iter()
                .any(|b| doc.is_punct(chunk.first - 1, *b)));
    let after = chunk.end >= doc.tokens.len()
        || !doc.glued(chunk.end)
        || !(matches!(doc.shape(chunk.end), Some(Shape::Word | Shape::Number))
            || [b'_', b'@', b'%', b':']
                .iter()
                .any(|b| doc.is_punct(chunk.end, *b))
            || [b'-', b'/', b'.']
                .iter()
                .any(|b| doc.is_punct(chunk.end, *b))
                && joined(doc, chunk.end + 1));
    before && after
}
