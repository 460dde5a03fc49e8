//! What a validator says of a value, with the field it names elsewhere: a line before (`ssn\n  too long (input=…)`), or
//! a path beside it (`'loc': ('body', 'ssn'), … 'input': '…'`, `on field 'ssn': rejected value […]`).

use crate::redaction::machine::Tools;
use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::layout::Cells;

/// How far before a value its field is named.
const FAR: usize = 400;

/// The longest name of a field.
const LONGEST: usize = 60;

/// Whether a field of this name holds what was given for another.
pub(crate) fn is_given(name: &str) -> bool {
    matches!(
        name,
        "input"
            | "input_value"
            | "value"
            | "received"
            | "given"
            | "got"
            | "actual"
            | "rejected value"
            | "rejected"
            | "rejectedValue"
            | "rejected_value"
    )
}

/// What the field is whose value a validator quotes at byte `at`.
pub(crate) fn field(text: &str, at: usize, tools: &Tools<'_>) -> Option<Meaning> {
    let mut from = at.saturating_sub(FAR);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at)?;
    let name = above(before)
        .or_else(|| quoted(before))
        .or_else(|| beside(before))?;
    Some(tools.meanings.of(name, &Parent::of("patient")))
}

/// Words before a value in brackets or quotes, and the sign that closes it.
const REJECTED: &[(&str, char)] = &[
    ("rejected value [", ']'),
    ("with value \"", '"'),
    ("with value '", '\''),
];

/// `on field 'ssn': rejected value […]`, `"patient.zip" with value "…"`
pub(crate) fn rejected(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    if !text.contains(" value ") {
        return;
    }
    for (words, close) in REJECTED {
        for (found, _) in text.match_indices(words) {
            let start = found + words.len();
            if let Some(length) = text[start..].find([*close, '['])
                && let Some(sense) = field(text, found, cells.tools)
            {
                cells.judge(start, start + length, sense);
            }
        }
    }
}

/// A line of nothing but a name, with the validator's line under it indented: `patient -> ssn`, `body.patient.dob`.
fn above(before: &str) -> Option<&str> {
    let (rest, line) = before.rsplit_once('\n')?;
    if !line.starts_with([' ', '\t']) {
        return None;
    }
    let name = rest.rsplit('\n').next().unwrap_or(rest).trim_end();
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | '-' | '>' | '[' | ']');
    if name.is_empty()
        || name.len() > LONGEST
        || name.starts_with(' ')
        || !name.chars().all(plain)
        || name.contains(' ') && !name.contains("->")
    {
        return None;
    }
    last_name(name)
}

/// The last name of the nearest path or field on the same line.
fn beside(before: &str) -> Option<&str> {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let (at, word) = [
        "loc'", "path'", "field'", "on field", "param'", "loc=", "path=", "field=",
    ]
    .iter()
    .filter_map(|word| Some((line.rfind(word)?, word.len())))
    .max()?;
    let rest = line[at + word..].trim_start_matches(['"', '\'', ':', '=', ' ']);
    let list = rest.trim_start_matches(['(', '[']);
    let end = if list.len() < rest.len() {
        list.find([')', ']'])
    } else {
        list.find(['\'', '"', ',', ' ', ';', ')'])
    };
    last_name(&list[..end.unwrap_or(list.len())])
}

/// `"patient.zip" ` right before the words.
fn quoted(before: &str) -> Option<&str> {
    let name = before.strip_suffix("\" ")?;
    let name = name.get(name.rfind('"')? + 1..)?;
    (name.len() <= LONGEST && !name.contains(' ')).then(|| last_name(name))?
}

fn last_name(path: &str) -> Option<&str> {
    path.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'))
        .find(|part| part.chars().any(char::is_alphabetic))
        .map(|part| part.trim_matches('-'))
        .filter(|part| !part.is_empty())
}
