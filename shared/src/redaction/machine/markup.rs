//! XML and HTML: an element's name says what its text is, and so do `name="…"` beside `value="…"` and a cell before a
//! cell (`<td>DOB</td><td>…</td>`).

use crate::redaction::kind::Kind;
use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::layout::Cells;

const DEEPEST: usize = 64;

/// What elements say of their text.
#[derive(Default)]
struct Open<'a> {
    names: Vec<&'a str>,
    /// What the `name="…"` of the element says.
    named: Option<Meaning>,
    /// What the text of the element before said: a label.
    label: Option<Meaning>,
}

/// Judges attributes and texts.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let bytes = text.as_bytes();
    let mut open = Open::default();
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let closing = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(closing);
        let name_end = name_start
            + bytes[name_start..]
                .iter()
                .take(80)
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':' | b'.'))
                .count();
        let letter = bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic);
        let Some(length) = text[name_end..].find(['>', '<', '\n']).filter(|_| letter) else {
            at = start + 1;
            continue;
        };
        let end = name_end + length;
        if bytes[end] == b'<' || bytes[end] == b'\n' && closing {
            at = end.max(start + 1);
            continue;
        }
        let close = if bytes[end] == b'>' {
            Some(end)
        } else {
            text[end..]
                .find(['>', '<'])
                .map(|i| end + i)
                .filter(|i| bytes[*i] == b'>')
        };
        let Some(end) = close else {
            at = end;
            continue;
        };
        let name = &text[name_start..name_end];
        let name = name.rsplit(':').next().unwrap_or(name);
        if closing {
            if open.names.last() == Some(&name) {
                open.names.pop();
            }
            at = end + 1;
            if let Some(label) = open.label {
                // "<b>Name:</b> …"
                let stop = text[at..].find('<').map_or(text.len(), |i| at + i);
                let value = text[at..stop].trim_start_matches([':', ' ']);
                if !value.trim().is_empty() {
                    cells.judge(stop - value.len(), stop, label);
                    open.label = None;
                }
            }
            continue;
        }
        element(cells, &mut open, name, name_end, end);
        at = end + 1;
        if bytes[end - 1] == b'/' {
            continue;
        }
        if open.names.len() < DEEPEST {
            open.names.push(name);
        }
        contents(cells, &mut open, name, at);
    }
}

/// The attributes of an element.
fn element<'a>(
    cells: &mut Cells<'_, 'a, '_>,
    open: &mut Open<'a>,
    name: &'a str,
    from: usize,
    to: usize,
) {
    let text = cells.text();
    open.named = None;
    let mut value = None;
    let mut at = from;
    while let Some(equals) = text[at..to].find("=\"").map(|i| at + i) {
        let key = text[at..equals]
            .rsplit([' ', '\n', '\t'])
            .next()
            .unwrap_or("");
        let start = equals + 2;
        let Some(end) = text[start..to].find('"').map(|i| start + i) else {
            break;
        };
        match key {
            "id" if of_person(name) && numbered(&text[start..end]) => {
                cells.judge(start, end, Meaning::Remove(Kind::Id));
            }
            "name" | "id" | "key" | "label" | "field" | "for" | "autocomplete" | "property"
            | "itemprop" => {
                let sense = sense(cells, &text[start..end], "");
                if personal(sense) {
                    open.named = Some(sense);
                }
            }
            "value" | "extension" | "content" | "defaultValue" => value = Some((start, end)),
            _ => {}
        }
        at = end + 1;
    }
    if let Some((start, end)) = value {
        let parent = open.names.last().copied().unwrap_or("");
        let label = sense(cells, &text[start..end], "");
        let sense = match (open.named, open.label) {
            (Some(sense), _) => sense,
            // `<system value="phone"/><value value="…"/>`
            (None, Some(sense)) if name == "value" => sense,
            _ if name == "id" && of_person(parent) => Meaning::Remove(Kind::Id),
            _ => sense(cells, name, parent),
        };
        open.label = (name == "system" && personal(label)).then_some(label);
        cells.judge(start, end, sense);
    }
}

/// The text of an element that holds nothing else.
fn contents<'a>(cells: &mut Cells<'_, 'a, '_>, open: &mut Open<'a>, name: &'a str, from: usize) {
    let text = cells.text();
    let bytes = text.as_bytes();
    let (from, stop) = if text[from..].starts_with("<![CDATA[") {
        let from = from + 9;
        let closes = bytes[from..]
            .windows(3)
            .take(4096)
            .position(|end| end == b"]]>");
        let Some(length) = closes else {
            return;
        };
        (from, from + length)
    } else {
        (
            from,
            text[from..].find('<').map_or(text.len(), |i| from + i),
        )
    };
    let body = text[from..stop].trim();
    if body.is_empty() {
        return;
    }
    let parent = open.names.iter().rev().nth(1).copied().unwrap_or("");
    let own = sense(cells, name, parent);
    let sense = if personal(own) {
        Some(own)
    } else {
        open.named.take().or(open.label.take())
    };
    if let Some(sense) = sense {
        cells.judge(from, stop, sense);
        return;
    }
    if body.len() <= 40
        && matches!(
            name,
            "td" | "th"
                | "dt"
                | "label"
                | "b"
                | "strong"
                | "span"
                | "key"
                | "name"
                | "li"
                | "p"
                | "div"
                | "string"
        )
    {
        let label = self::sense(cells, body.trim_end_matches([':', ' ', '*']), "");
        open.label = personal(label).then_some(label);
    } else if own == Meaning::Machine {
        cells.judge(from, stop, own);
    }
}

/// `MEM0099812`: capitals and digits as on a card, not a document's own "pat-1".
fn numbered(value: &str) -> bool {
    let letters = value.bytes().take_while(u8::is_ascii_uppercase).count();
    value.len() >= letters + 5 && value.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

/// Whether an element's name is that of a person.
fn of_person(name: &str) -> bool {
    ["patient", "subscriber", "guarantor", "insured", "person"]
        .iter()
        .any(|word| {
            name.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        })
}

fn sense(cells: &Cells<'_, '_, '_>, name: &str, parent: &str) -> Meaning {
    cells.tools.meanings.of(name, &Parent::of(parent))
}

fn personal(sense: Meaning) -> bool {
    !matches!(
        sense,
        Meaning::Unknown | Meaning::Language | Meaning::Machine | Meaning::Url
    )
}
