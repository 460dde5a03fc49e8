//! The name before an address in angle brackets: `Ada Byron <ada@example.org>`, `"Ada Byron" <sip:…>`.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;

/// Removes the names of mailboxes.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let open = at + found;
        at = open + 1;
        let inside = &bytes[at..bytes.len().min(at + 120)];
        let Some(length) = inside
            .iter()
            .position(|b| matches!(b, b'>' | b' ' | b'\n' | b'<'))
        else {
            continue;
        };
        let address = &inside[..length];
        // `"VASQUEZ INES" <9155582207>`: who calls, as a telephone exchange writes it.
        let dialled = (10..=16).contains(&length)
            && quoted_before(text, open)
            && address.iter().all(|b| b.is_ascii_digit() || *b == b'+');
        let reached = inside[length] == b'>'
            && (address.contains(&b'@')
                || dialled
                || address.starts_with(b"tel:")
                || address.starts_with(b"sip:+"));
        if !reached || open == 0 {
            continue;
        }
        if dialled {
            cells.remove(at, at + length, Kind::Phone);
        }
        let line = text[..open]
            .rfind(['\n', '>', '<', ',', ';'])
            .map_or(0, |i| i + 1);
        let floor = line.max(open.saturating_sub(80));
        let Some(before) = text.get(floor..open) else {
            continue;
        };
        let name = before.trim_end();
        let name = if let Some(quoted) = name.strip_suffix('"') {
            quoted.rsplit('"').next().unwrap_or("")
        } else {
            trailing_name(name.rsplit([':', '"', '(', '=']).next().unwrap_or(""))
        };
        let name = name.trim_matches(['\\', ' ']);
        if !name.is_empty()
            && name.chars().any(char::is_alphabetic)
            && !name.contains(['@', '/', '_'])
            && let Some(offset) = before.rfind(name)
        {
            cells.remove(floor + offset, floor + offset + name.len(), Kind::Person);
        }
    }
}

/// Whether a quoted text stands right before `at`.
fn quoted_before(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|before| before.trim_end_matches(' ').ends_with('"'))
}

/// The capitalised words at the end of `text`.
fn trailing_name(text: &str) -> &str {
    let text = text.trim();
    let mut start = text.len();
    for (count, word) in text.rsplit(' ').enumerate() {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let small = matches!(word, "de" | "la" | "van" | "von" | "der" | "del" | "di");
        if count > 4 || !(capital || small && count > 0) {
            break;
        }
        let from = text[..start].trim_end().len() - word.len();
        start = from;
    }
    &text[start..]
}
