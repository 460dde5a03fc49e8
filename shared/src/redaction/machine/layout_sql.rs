//! SQL and what databases say: `INSERT INTO t (dob, …) VALUES ('…', …)`, `Key (email)=(…)`, `Failing row contains
//! (…)`, `Duplicate entry '…'`, `$1 = '…'`.

use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::layout::Cells;
use crate::redaction::machine::layout_compare;

/// The most values in a list.
const LONGEST: usize = 200;

/// The columns stand before the values.
const NAMED: &str = ")=(";

/// What begins a list of values, and what ends it: of Postgres, of Hibernate, of `SQLAlchemy`.
const LISTS: &[(&str, char)] = &[
    ("Failing row contains (", ')'),
    (NAMED, ')'),
    ("parameters [", ']'),
    ("parameters: [", ']'),
    ("parameters: (", ')'),
];

/// Judges the lists of values.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>, seen: &dyn Fn(u8) -> bool) {
    let text = cells.text();
    let mut columns: Vec<Meaning> = Vec::new();
    for keyword in ["VALUES", "values", "Values"] {
        if !seen(keyword.as_bytes()[0]) {
            continue;
        }
        let mut at = 0;
        while let Some(found) = text[at..].find(keyword) {
            let word = at + found;
            at = word + keyword.len();
            let named = names_before(cells, word);
            if !named.is_empty() {
                columns = named;
            }
            at = tuples(cells, at, &columns);
        }
    }
    for (words, close) in LISTS {
        if !seen(words.as_bytes()[0]) {
            continue;
        }
        let named = *words == NAMED;
        let mut at = 0;
        while let Some(found) = text[at..].find(words) {
            let list = at + found + words.len();
            let senses = if named {
                names_before(cells, at + found + 1)
            } else {
                Vec::new()
            };
            at = list;
            if named && senses.is_empty() {
                continue;
            }
            let line = text[list..].find(if named { ')' } else { '\n' });
            let mut end = line.map_or(text.len(), |i| list + i);
            if !named {
                end = text[list..end].rfind(*close).map_or(end, |i| list + i);
            }
            let mut from = list;
            for (n, value) in text[list..end].split(", ").take(LONGEST).enumerate() {
                let sense = senses.get(n).copied().unwrap_or(Meaning::Listed);
                cells.judge(from, from + value.len(), sense);
                from += value.len() + 2;
            }
            at = end;
        }
    }
    if seen(b'F') {
        copied(cells);
    }
    if seen(b'D') {
        duplicates(cells);
    }
    if seen(b'$') {
        parameters(cells, &columns);
    }
}

/// The meanings of the column names in the brackets that end before `at`.
fn names_before(cells: &Cells<'_, '_, '_>, at: usize) -> Vec<Meaning> {
    let text = cells.text();
    let Some(list) = text[..at].trim_end().strip_suffix(')') else {
        return Vec::new();
    };
    let floor = list.len().saturating_sub(4096);
    let Some(open) = list.as_bytes()[floor..].iter().rposition(|b| *b == b'(') else {
        return Vec::new();
    };
    let Some(names) = list.get(floor + open + 1..) else {
        return Vec::new();
    };
    names
        .split(',')
        .take(LONGEST)
        .map(|name| {
            let name = name.trim().trim_matches(['"', '`', '\'', '\\']);
            let name = name.split("::").next().unwrap_or(name);
            cells.tools.meanings.of(name, &Parent::of("patient"))
        })
        .collect()
}

/// `('…', 5, NULL), (…)`: judges each value by its column; returns where the lists end.
fn tuples(cells: &mut Cells<'_, '_, '_>, from: usize, columns: &[Meaning]) -> usize {
    let text = cells.text();
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        while bytes
            .get(at)
            .is_some_and(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b','))
        {
            at += 1;
        }
        if bytes.get(at) != Some(&b'(') {
            return at;
        }
        at += 1;
        for n in 0..LONGEST {
            let end = value_end(bytes, at);
            let sense = columns.get(n).copied().unwrap_or(Meaning::Listed);
            cells.judge(at, end, sense);
            at = end;
            if bytes.get(at) != Some(&b',') {
                break;
            }
            at += 1;
        }
        if bytes.get(at) != Some(&b')') {
            return at;
        }
        at += 1;
    }
}

/// The comma or bracket after a value; those in quotes and inner brackets do not count.
fn value_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut depth = 0_usize;
    let mut quoted = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted && depth > 0 => depth -= 1,
            b',' | b')' if !quoted && depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// `COPY t (dob, …) FROM stdin;` with lines of values up to `\.`
fn copied(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find(") FROM stdin") {
        let senses = names_before(cells, at + found + 1);
        at += found + 12;
        let Some(line_end) = text[at..].find('\n') else {
            return;
        };
        at += line_end + 1;
        for line in text[at..].split_inclusive('\n') {
            if line.starts_with('\\') {
                break;
            }
            let mut from = at;
            for (n, value) in line.split('\t').take(LONGEST).enumerate() {
                if let Some(sense) = senses.get(n) {
                    cells.judge(from, from + value.len(), *sense);
                }
                from += value.len() + 1;
            }
            at += line.len();
        }
    }
}

/// `Duplicate entry '…' for key 'patients.email'`
fn duplicates(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find("Duplicate entry '") {
        let start = at + found + 17;
        let Some(end) = text[start..].find("' for key").map(|i| start + i) else {
            return;
        };
        let key = text[end + 9..].trim_start_matches([' ', '\'', '`', '"']);
        let key = key.split(['\'', '`', '"', ' ', '\n']).next().unwrap_or("");
        let sense = match cells.tools.meanings.of(key, &Parent::of("patient")) {
            Meaning::Unknown => Meaning::Listed,
            sense => sense,
        };
        cells.judge(start, end, sense);
        at = end;
    }
}

/// `$1 = '…', $2 = '…'`
fn parameters(cells: &mut Cells<'_, '_, '_>, columns: &[Meaning]) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find(" = '") {
        let equals = at + found;
        at = equals + 4;
        let digits = text[..equals]
            .bytes()
            .rev()
            .take_while(u8::is_ascii_digit)
            .take(4)
            .count();
        let number = &text[equals - digits..equals];
        if !text[..equals - digits].ends_with('$') {
            continue;
        }
        let end = text[at..].find('\'').map_or(text.len(), |i| at + i);
        let sense = number
            .parse::<usize>()
            .ok()
            .and_then(|n| columns.get(n.wrapping_sub(1)))
            .copied()
            .or_else(|| {
                layout_compare::column_of(cells, &text[equals - digits - 1..equals], equals)
            })
            .filter(|sense| *sense != Meaning::Unknown)
            .unwrap_or(Meaning::Listed);
        // '%6145550177%'
        let (from, to) = inside(text, at, end, '%');
        cells.judge(from, to, sense);
        at = end;
    }
}

/// A value without the signs at its ends.
fn inside(text: &str, start: usize, end: usize, sign: char) -> (usize, usize) {
    let value = &text[start..end];
    let from = start + value.len() - value.trim_start_matches(sign).len();
    (
        from,
        end.max(from) - (value.len() - value.trim_end_matches(sign).len()).min(end - from),
    )
}
