//! Names in titles: the line of a calendar's event, the subject of a message. They are noted down family name first
//! ("Follow-up Lindgren Xiomara", "MRI knee (Okwuosa, Ngozi)"), and no word announces them.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;
use crate::redaction::words::lexicon::{name, word};
use crate::redaction::words::word_key::key_of;

/// Longer texts are no titles.
pub(crate) const LONGEST: usize = 100;

/// Removes the names in the titles of a text.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>, seen: &dyn Fn(u8) -> bool) {
    let text = cells.text();
    for (head, letter) in [("SUMMARY", b'Y'), ("Subject:", b'j')] {
        if !seen(letter) {
            continue;
        }
        for (at, _) in text.match_indices(head) {
            if at > 0 && text.as_bytes()[at - 1] != b'\n' {
                continue;
            }
            let line = text[at..].lines().next().unwrap_or("");
            let Some(colon) = line.find(':') else {
                continue;
            };
            for (from, to) in names(&line[colon + 1..]) {
                let start = at + colon + 1;
                cells.remove(start + from, start + to, Kind::Person);
            }
        }
    }
}

/// A word of a title.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    /// Bits of [`name`].
    listed: u8,
}

/// Two words together that are written like names, one of them known as one and neither an ordinary word.
pub(crate) fn names(title: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if title.len() > LONGEST || title.ends_with(['.', '?', '!']) || !two_capitals(title) {
        return found;
    }
    let mut before: Option<Part> = None;
    for part in parts(title) {
        let Some(part) = part else {
            before = None;
            continue;
        };
        if let Some(first) = before
            && joined(&title[first.end..part.start])
            && (first.listed | part.listed) & (name::FIRST | name::LAST) != 0
        {
            found.push((first.start, part.end));
        }
        before = Some(part);
    }
    found
}

/// Whether a word with a capital follows another word with one.
fn two_capitals(title: &str) -> bool {
    let mut capitals = 0_u8;
    let mut before = b' ';
    for byte in title.bytes() {
        if matches!(before, b' ' | b'(') {
            capitals = capitals << 1 | u8::from(byte.is_ascii_uppercase() || byte >= 0x80);
            if capitals & 3 == 3 {
                return true;
            }
        }
        before = byte;
    }
    false
}

/// What stands between a family name and a given name: `, ` is escaped in calendars.
fn joined(between: &str) -> bool {
    matches!(between, " " | ", " | "\\, ")
}

/// The words of a title; nothing for those that are no names.
fn parts(title: &str) -> impl Iterator<Item = Option<Part>> {
    let inner = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + title[at..].find(char::is_alphanumeric)?;
        let length = title[start..]
            .find(|c: char| !inner(c) && !c.is_ascii_digit())
            .unwrap_or(title.len() - start);
        at = start + length.max(1);
        Some(part(title, start, start + length))
    })
}

fn part(title: &str, start: usize, end: usize) -> Option<Part> {
    let text = title.get(start..end)?;
    let mut chars = text.chars();
    let written = chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase)
        && text.len() > 2
        && !text.bytes().any(|b| b.is_ascii_digit());
    let mut listed = 0;
    for piece in text.split('-') {
        let known = word(key_of(piece));
        if known.names() & name::COMMON != 0 || known.number() != 0 {
            return None;
        }
        listed |= known.names();
    }
    written.then_some(Part { start, end, listed })
}
