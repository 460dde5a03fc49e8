//! What an earlier redaction left in a text.

use std::ops::Range;

use crate::redaction::kind::Kind;

/// Whether `value` is nothing but what an earlier redaction left: placeholders and masks, with signs between.
pub(crate) fn already_removed(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.first().is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    let mut at = 0;
    let mut removed = value.contains("***");
    while at < bytes.len() {
        if bytes[at] == b'['
            && let Some(end) = placeholder(bytes, at)
        {
            removed = true;
            at = end;
        } else if bytes[at].is_ascii_alphanumeric() || bytes[at] >= 0x80 {
            return false;
        } else {
            at += 1;
        }
    }
    removed
}

/// The placeholder that ends and begins on different sides of byte `at`.
#[inline]
pub(crate) fn across(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let label = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    if !bytes.get(at).is_some_and(|b| label(b) || *b == b']') {
        return None;
    }
    let before = bytes.get(at.saturating_sub(LONGEST)..at)?;
    let inside = before.iter().rev().take_while(|b| label(b)).count();
    let open = at.checked_sub(inside + 1)?;
    let end = (bytes[open] == b'[')
        .then(|| placeholder(bytes, open))
        .flatten()?;
    (end > at).then_some(open..end)
}

/// The longest placeholder.
const LONGEST: usize = 40;

/// The end of a placeholder `[KIND_12]`, `[KIND]` or `[REDACTED]` that starts at `at`.
pub(crate) fn placeholder(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < bytes.len()
        && end - at < LONGEST
        && (bytes[end].is_ascii_uppercase() || bytes[end] == b'_' || bytes[end].is_ascii_digit())
    {
        end += 1;
    }
    let inner = &bytes[at + 1..end];
    let label = inner.strip_suffix(b"]").unwrap_or(inner);
    (bytes.get(end) == Some(&b']')
        && label.len() >= 2
        && label[0].is_ascii_uppercase()
        && known_label(label))
    .then_some(end + 1)
}

/// Only our own labels are immune: a caller cannot hide a value by writing brackets around it.
pub(crate) fn known_label(label: &[u8]) -> bool {
    let label = unnumbered(label);
    label == "REDACTED" || Kind::from_label(label).is_some()
}

/// What a placeholder stands for, with its brackets; `None` for `[REDACTED]`.
pub(crate) fn kind_of(placeholder: &[u8]) -> Option<Kind> {
    let label = placeholder.strip_prefix(b"[")?.strip_suffix(b"]")?;
    Kind::from_label(unnumbered(label))
}

/// A label without the number of its value.
fn unnumbered(label: &[u8]) -> &str {
    let text = std::str::from_utf8(label).unwrap_or("");
    match text.rsplit_once('_') {
        Some((head, number))
            if !number.is_empty()
                && number.len() <= 6
                && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            head
        }
        _ => text,
    }
}
