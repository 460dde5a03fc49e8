//! A line of column names with lines of values under it: CSV, tabs, `psql` and Markdown.

use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::layout::Cells;

/// The most columns that are told apart.
const WIDEST: usize = 256;

/// Finds headers and judges the cells under them.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut lines = lines(text).peekable();
    while let Some((start, end)) = lines.next() {
        let Some((next, next_end)) = lines.peek().copied() else {
            return;
        };
        let line = &text[start..end];
        let Some(separator) = [b'\t', b'|', b',', b';']
            .into_iter()
            .find(|s| line.as_bytes().contains(s))
        else {
            continue;
        };
        let ruled = is_rule(&text[next..next_end]);
        if !ruled && !text.as_bytes()[next..next_end].contains(&separator) {
            continue;
        }
        let Some(senses) = header(cells, start, end, separator) else {
            continue;
        };
        if ruled {
            lines.next();
        }
        while let Some((start, end)) = lines.peek().copied() {
            let row: Vec<(usize, usize)> =
                split(text, start, end, separator).take(WIDEST).collect();
            if row.len() != senses.len() {
                break;
            }
            for ((from, to), sense) in row.into_iter().zip(&senses) {
                cells.judge(from, to, *sense);
            }
            lines.next();
        }
    }
}

/// The lines of a text, without their ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, start + line.trim_end_matches(['\n', '\r']).len())
    })
}

/// `----+----`, `|---|:--|`
fn is_rule(line: &str) -> bool {
    line.len() > 2 && line.contains("--") && line.bytes().all(|b| b" -+|:=".contains(&b))
}

/// The meanings of a line's cells, when it is made of column names and one of them is of a person.
fn header(
    cells: &Cells<'_, '_, '_>,
    start: usize,
    end: usize,
    separator: u8,
) -> Option<Vec<Meaning>> {
    let text = cells.text();
    if end - start > 4096 {
        return None;
    }
    let mut senses = Vec::new();
    let mut known = 0;
    for (from, to) in split(text, start, end, separator).take(WIDEST) {
        let (from, to) = cells.trimmed(from, to);
        let name = &text[from..to];
        let named = name.len() <= 40
            && name.chars().next().is_none_or(char::is_alphabetic)
            && name.chars().all(|c| {
                c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.' | '#' | '/' | '(' | ')')
            });
        if !named {
            return None;
        }
        let sense = cells.tools.meanings.of(name, &Parent::of("patient"));
        known += usize::from(!matches!(
            sense,
            Meaning::Unknown | Meaning::Machine | Meaning::Language | Meaning::Url
        ));
        senses.push(sense);
    }
    (senses.len() > 1 && known > usize::from(senses.len() == 2)).then_some(senses)
}

/// The cells of a line; separators in quotes do not count.
fn split(
    text: &str,
    start: usize,
    end: usize,
    separator: u8,
) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = Some(start);
    std::iter::from_fn(move || {
        let from = at?;
        let mut to = from;
        let mut quoted = false;
        while to < end && (quoted || bytes[to] != separator) {
            quoted ^= bytes[to] == b'"';
            to += 1;
        }
        at = (to < end).then_some(to + 1);
        Some((from, to))
    })
}
