//! Meaning by place in JSON: a label beside a value, pairs in arrays, and columns with their rows.

use crate::redaction::machine::json::{Entry, Node};

/// Whether a member of this name holds a value that other members describe.
pub(crate) fn is_value(key: &str) -> bool {
    let Some(first) = key.bytes().next() else {
        return false;
    };
    match first | 0x20 {
        b'v' => {
            ["value", "val", "values"]
                .iter()
                .any(|k| key.eq_ignore_ascii_case(k))
                || key.starts_with("value") && key.as_bytes()[5].is_ascii_uppercase()
        }
        b'a' => key.eq_ignore_ascii_case("answer"),
        b'c' => key.eq_ignore_ascii_case("content"),
        b'd' => key.eq_ignore_ascii_case("data"),
        b'r' => ["response", "received", "rejectedvalue", "rejected_value"]
            .iter()
            .any(|k| key.eq_ignore_ascii_case(k)),
        b'i' => key == "input",
        _ => false,
    }
}

/// Whether a member of this name says what another one holds.
pub(crate) fn is_label(key: &str) -> bool {
    const LABELS: &[&str] = &[
        "system", "path", "loc", "param", "type", "code", "name", "key", "label", "field", "use",
        "url", "text", "title", "question", "prompt", "property", "id", "linkid", "column",
        "header",
    ];
    if key.len() > 8 {
        return matches!(key, "attribute" | "instancePath");
    }
    key.len() > 1 && LABELS.iter().any(|k| key.eq_ignore_ascii_case(k))
}

/// Whether a member of a label holds its words.
pub(crate) fn is_label_text(key: &str) -> bool {
    matches!(
        key,
        "text" | "code" | "display" | "title" | "label" | "name"
    )
}

/// The classes of a health plan's coverage whose values are numbers on a card.
pub(crate) fn is_coverage_class(label: &str) -> bool {
    matches!(label, "group" | "subgroup" | "rxid" | "rxgroup")
}

/// The children of the container `index`.
fn children(tape: &[Entry], index: usize) -> impl Iterator<Item = usize> {
    let end = tape[index].next;
    let mut at = index + 1;
    std::iter::from_fn(move || {
        let child = (at < end).then_some(at)?;
        at = tape[child].next;
        Some(child)
    })
}

/// How many items the container `index` has.
pub(crate) fn width(tape: &[Entry], index: usize) -> usize {
    children(tape, index).count()
}

/// Whether each item is a name with a value: `[["dob", "…"], ["phone", "…"]]`.
pub(crate) fn pairs(tape: &[Entry], index: usize) -> bool {
    children(tape, index).all(|item| {
        tape[item].node == Node::Array
            && tape.get(item + 1).is_some_and(|key| {
                key.node == Node::String && key.end - key.start <= 40 && key.next < tape[item].next
            })
            && tape
                .get(item + 2)
                .is_some_and(|value| value.next == tape[item].next)
    })
}

/// Whether the first of several rows of the same length is made of words: a header.
pub(crate) fn header(tape: &[Entry], index: usize) -> bool {
    let first = index + 1;
    let width = children(tape, first).count();
    width > 1
        && tape[first].next < tape[index].next
        && children(tape, first).all(|cell| named(tape, cell))
        && children(tape, index)
            .take(4)
            .all(|row| tape[row].node == Node::Array && children(tape, row).count() == width)
}

/// `[["Authorization", "Bearer …"], …]`: names with their values, though a value reads like a name.
pub(crate) fn pairs_of_headers(text: &str, tape: &[Entry], index: usize) -> bool {
    children(tape, index + 1).nth(1).is_some_and(|cell| {
        let value = &text[tape[cell].start..tape[cell].end];
        tape[cell].node == Node::String
            && (value.contains([' ', '=']) || value.bytes().any(|b| b.is_ascii_digit()))
            && pairs(tape, index)
    })
}

fn named(tape: &[Entry], cell: usize) -> bool {
    matches!(tape[cell].node, Node::String | Node::Object) && tape[cell].end - tape[cell].start > 0
}

/// `{"columns": ["id", "dob"], "rows": [[1, "…"]]}`: the members that are the columns and the rows.
pub(crate) fn table(text: &str, tape: &[Entry], index: usize) -> Option<(usize, usize)> {
    let mut columns = None;
    let mut rows = None;
    for child in children(tape, index) {
        if tape[child].node != Node::Array || tape[child].next == child + 1 {
            continue;
        }
        let key = &text[tape[child].key.0..tape[child].key.1];
        if tape[child + 1].node == Node::Array {
            rows = rows.or(Some(child));
        } else if is_columns(key) {
            columns = columns.or(Some(child));
        }
    }
    let (columns, rows) = (columns?, rows?);
    let width = children(tape, columns).count();
    let fits = children(tape, rows).all(|row| tape[row].node == Node::Array)
        && children(tape, rows + 1).count() == width
        && children(tape, columns).all(|cell| named(tape, cell));
    fits.then_some((columns, rows))
}

fn is_columns(key: &str) -> bool {
    const NAMES: &[&str] = &[
        "columns",
        "cols",
        "fields",
        "header",
        "headers",
        "columnnames",
        "column_names",
        "keys",
        "schema",
        "fieldnames",
        "names",
    ];
    NAMES.iter().any(|k| key.eq_ignore_ascii_case(k))
}

/// The names of columns: strings, or objects with a name.
pub(crate) fn columns<'a>(
    text: &'a str,
    tape: &'a [Entry],
    index: usize,
) -> impl Iterator<Item = &'a str> {
    children(tape, index).map(move |cell| {
        let leaf = match tape[cell].node {
            Node::Object => children(tape, cell).find(|i| {
                tape[*i].node == Node::String
                    && matches!(
                        &text[tape[*i].key.0..tape[*i].key.1],
                        "name" | "label" | "title" | "field" | "key" | "columnName" | "id"
                    )
            }),
            _ => Some(cell),
        };
        leaf.map_or("", |leaf| &text[tape[leaf].start..tape[leaf].end])
    })
}
