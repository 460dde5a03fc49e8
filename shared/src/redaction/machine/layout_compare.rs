//! Values that a query compares a column with: `last_name ILIKE 'grz%'`, `lower(p.email) <> '…'`, `first_name IN ('…',
//! '…')`.

use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::layout::Cells;

/// The most values in a list.
const LONGEST: usize = 50;

/// Judges the values by their columns.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find('\'') {
        let quote = at + found;
        at = quote + 1;
        let Some((column, listed)) = operator_before(text, quote) else {
            continue;
        };
        let Some(sense) = column_before(cells, column) else {
            continue;
        };
        for _ in 0..LONGEST {
            let Some(end) = text[at..].find('\'').map(|i| at + i) else {
                return;
            };
            cells.judge(at, end, sense);
            at = end + 1;
            let rest = &text[at..];
            let next = rest.trim_start_matches([',', ' ']);
            if !listed || next.len() == rest.len() || !next.starts_with('\'') {
                break;
            }
            at += rest.len() - next.len() + 1;
        }
    }
}

/// Where the operator before a quote begins, and whether a list follows it.
fn operator_before(text: &str, quote: usize) -> Option<(usize, bool)> {
    let before = &text[..quote];
    match before.as_bytes().last()? {
        b' ' => [" LIKE ", " ILIKE ", " like ", " ilike ", " <> ", " != "]
            .iter()
            .find_map(|operator| Some((before.strip_suffix(operator)?.len(), false))),
        b'(' => [" IN (", " in ("]
            .iter()
            .find_map(|operator| Some((before.strip_suffix(operator)?.len(), true))),
        _ => None,
    }
}

/// The meaning of the column whose name ends at `end`: `p.last_name`, `lower(last_name)`, `"lastName"`, `x NOT`.
fn column_before(cells: &Cells<'_, '_, '_>, end: usize) -> Option<Meaning> {
    let before = cells.text()[..end].trim_end();
    let before = before
        .strip_suffix(" NOT")
        .or_else(|| before.strip_suffix(" not"))
        .unwrap_or(before);
    let before = before.trim_end_matches([')', '"', '`', ']']);
    let start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |i| i + 1);
    let name = before.get(start..)?;
    (!name.is_empty()).then(|| cells.tools.meanings.of(name, &Parent::of("")))
}

/// How far before a parameter's value its statement is looked through.
const STATEMENT: usize = 4096;

/// The meaning of the column that the statement compares with a parameter whose value stands at `value`:
/// `lower(p.last_name) = $1`.
pub(crate) fn column_of(
    cells: &Cells<'_, '_, '_>,
    parameter: &str,
    value: usize,
) -> Option<Meaning> {
    let text = cells.text();
    let mut from = value.saturating_sub(STATEMENT);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let statement = text.get(from..value)?;
    statement.rmatch_indices(parameter).find_map(|(at, _)| {
        let more = statement.as_bytes().get(at + parameter.len());
        if more.is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let before = statement[..at].trim_end_matches([' ', '(']);
        let operator = [
            "=", "<>", "!=", "<=", ">=", "<", ">", " LIKE", " ILIKE", " like", " ilike", " IN",
            " in", " ANY",
        ];
        let column = operator
            .iter()
            .find_map(|operator| before.strip_suffix(operator))?;
        column_before(cells, from + column.len())
    })
}
