//! The identifiers of messages and of a calendar's events look like mailboxes and are nobody's: `UID:7k2…@calendar`,
//! `Message-ID: <…@mail>`.

use crate::redaction::kind::Kind;
use crate::redaction::machine::pairs::take;
use crate::redaction::text::doc::Doc;

const HEADS: &[&str] = &[
    "UID:",
    "Message-ID:",
    "Message-Id:",
    "In-Reply-To:",
    "References:",
    "Content-ID:",
];

/// Keeps them.
pub(crate) fn keep(doc: &mut Doc<'_>) {
    let text = doc.text;
    if doc.findings.iter().all(|f| f.kind != Kind::Email) {
        return;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let Some(head) = HEADS.iter().find(|head| line.starts_with(**head)) else {
            continue;
        };
        let from = start + head.len();
        // A mailbox without a digit may be somebody's.
        let name = text[from..end].split('@').next().unwrap_or("");
        if !name.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        doc.findings.retain(|f| f.start < from || f.end > end);
        take(doc, from, end);
    }
}

/// Whether a machine made up the name before the host: letters and digits in turn, `7kq0m2u8b1o3@google.com`.
pub(crate) fn is_random(value: &str) -> bool {
    let Some((name, _)) = value.split_once('@') else {
        return false;
    };
    let turns = name
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count();
    name.len() > 9 && turns > 3 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
