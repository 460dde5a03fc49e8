//! HL7 version 2 segments (`PID|1||…`), whose fields mean something by their number, and the lines of vCards.

use crate::redaction::kind::Kind;
use crate::redaction::machine::key::Meaning;
use crate::redaction::machine::layout::Cells;
use crate::redaction::machine::segment_shape;

/// What a field of a segment holds.
type Field = (usize, Kind);

/// The fields that identify somebody. Segments that are not here are read as text; those with none are left alone.
const SEGMENTS: &[(&str, &[Field])] = &[
    ("MSH", &[]),
    ("EVN", &[(5, Kind::Person)]),
    ("MSA", &[]),
    (
        "PID",
        &[
            (2, Kind::Mrn),
            (3, Kind::Mrn),
            (4, Kind::Mrn),
            (5, Kind::Person),
            (6, Kind::Person),
            (7, Kind::Dob),
            (9, Kind::Person),
            (11, Kind::Address),
            (12, Kind::Address),
            (13, Kind::Phone),
            (14, Kind::Phone),
            (18, Kind::Account),
            (19, Kind::Ssn),
            (20, Kind::License),
            (21, Kind::Mrn),
            (23, Kind::Address),
            (29, Kind::Date),
            (40, Kind::Phone),
        ],
    ),
    ("PD1", &[(4, Kind::Person)]),
    (
        "NK1",
        &[
            (2, Kind::Person),
            (4, Kind::Address),
            (5, Kind::Phone),
            (6, Kind::Phone),
            (7, Kind::Phone),
            (12, Kind::Id),
            (16, Kind::Dob),
            (26, Kind::Person),
            (30, Kind::Person),
            (31, Kind::Phone),
            (32, Kind::Address),
            (33, Kind::Id),
            (37, Kind::Ssn),
        ],
    ),
    (
        "GT1",
        &[
            (2, Kind::Id),
            (3, Kind::Person),
            (4, Kind::Person),
            (5, Kind::Address),
            (6, Kind::Phone),
            (7, Kind::Phone),
            (8, Kind::Dob),
            (12, Kind::Ssn),
            (17, Kind::Address),
            (18, Kind::Phone),
            (19, Kind::Id),
        ],
    ),
    (
        "IN1",
        &[
            (6, Kind::Person),
            (7, Kind::Phone),
            (8, Kind::MemberId),
            (14, Kind::MemberId),
            (16, Kind::Person),
            (18, Kind::Dob),
            (19, Kind::Address),
            (36, Kind::MemberId),
            (44, Kind::Address),
            (49, Kind::MemberId),
        ],
    ),
    (
        "IN2",
        &[
            (1, Kind::Id),
            (2, Kind::Ssn),
            (6, Kind::Mbi),
            (8, Kind::MemberId),
            (9, Kind::Person),
            (10, Kind::MemberId),
            (26, Kind::MemberId),
            (40, Kind::Person),
            (61, Kind::MemberId),
            (63, Kind::Phone),
            (64, Kind::Phone),
        ],
    ),
    (
        "PV1",
        &[
            (7, Kind::Person),
            (8, Kind::Person),
            (9, Kind::Person),
            (17, Kind::Person),
            (19, Kind::Id),
            (52, Kind::Person),
        ],
    ),
    (
        "MRG",
        &[
            (1, Kind::Mrn),
            (2, Kind::Mrn),
            (3, Kind::Account),
            (4, Kind::Mrn),
            (5, Kind::Id),
            (7, Kind::Person),
        ],
    ),
    (
        "ORC",
        &[
            (10, Kind::Person),
            (11, Kind::Person),
            (12, Kind::Person),
            (14, Kind::Phone),
        ],
    ),
    (
        "OBR",
        &[
            (10, Kind::Person),
            (16, Kind::Person),
            (17, Kind::Phone),
            (28, Kind::Person),
        ],
    ),
    (
        "SCH",
        &[
            (12, Kind::Person),
            (13, Kind::Phone),
            (14, Kind::Address),
            (16, Kind::Person),
            (17, Kind::Phone),
            (20, Kind::Person),
        ],
    ),
    ("AIP", &[(3, Kind::Person)]),
    (
        "ROL",
        &[(4, Kind::Person), (11, Kind::Address), (12, Kind::Phone)],
    ),
    (
        "PRT",
        &[(5, Kind::Person), (14, Kind::Address), (15, Kind::Phone)],
    ),
    (
        "STF",
        &[
            (2, Kind::Id),
            (3, Kind::Person),
            (6, Kind::Dob),
            (10, Kind::Phone),
            (11, Kind::Address),
        ],
    ),
    ("RXE", &[(15, Kind::Rx)]),
    ("RXD", &[(7, Kind::Rx), (10, Kind::Person)]),
];

/// Judges HL7 segments by field number.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = text[at..].find('|') {
        let bar = at + found;
        at = bar + 1;
        let Some(fields) = bar.checked_sub(3).and_then(|start| segment(text, start)) else {
            continue;
        };
        let end = segment_end(bytes, bar);
        let insured = matches!(
            &bytes[bar - 3..bar],
            b"PID" | b"NK1" | b"GT1" | b"IN1" | b"IN2"
        );
        // In a header, the separator is the first field.
        let mut number = usize::from(&bytes[bar - 3..bar] == b"MSH");
        let mut from = bar;
        while from < end {
            number += 1;
            let start = from + 1;
            let stop = bytes[start..end]
                .iter()
                .position(|b| *b == b'|')
                .map_or(end, |i| start + i);
            let value = text.get(start..stop).unwrap_or("");
            match fields.iter().find(|(n, _)| *n == number) {
                Some((_, kind)) if !insured || segment_shape::fits(*kind, value) => {
                    field(cells, start, stop, *kind);
                }
                None if fields.is_empty() => cells.keep(start, stop),
                // A sender that miscounts, or a field of its own.
                _ if insured => {
                    let name = text.get(bar - 3..bar).unwrap_or("");
                    if let Some(kind) = segment_shape::kind(name, number, value) {
                        field(cells, start, stop, kind);
                    }
                }
                _ if segment_shape::is_provider(value) => field(cells, start, stop, Kind::Person),
                _ => {}
            }
            from = stop;
        }
        at = end;
    }
}

/// The fields of the segment whose name stands at `start`.
fn segment(text: &str, start: usize) -> Option<&'static [Field]> {
    let name = text.get(start..start + 3)?;
    let before = text.as_bytes().get(start.wrapping_sub(1)).copied();
    // A line of its own, or the letter of an escaped line end.
    let begins = before.is_none_or(|b| !b.is_ascii_alphanumeric() && b != b'|' && b != b'^')
        || text[..start].ends_with("\\r")
        || text[..start].ends_with("\\n");
    let known = SEGMENTS.iter().find(|(segment, _)| *segment == name)?;
    begins.then_some(known.1)
}

/// A segment ends with its line, also an escaped one.
fn segment_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\r' | b'\n' | b'"' => return at,
            b'\\' if matches!(bytes.get(at + 1), Some(b'r' | b'n')) => return at,
            _ => at += 1,
        }
    }
    at
}

/// A field's repetitions. Of a number only the number goes: what follows says who gave it.
fn field(cells: &mut Cells<'_, '_, '_>, start: usize, end: usize, kind: Kind) {
    let text = cells.text();
    let mut at = start;
    for value in text.get(start..end).unwrap_or("").split('~') {
        let whole = matches!(kind, Kind::Person | Kind::Address | Kind::Phone);
        let held = if whole {
            value.trim_end_matches('^')
        } else {
            value.split('^').next().unwrap_or(value)
        };
        if held.bytes().any(|b| b.is_ascii_alphanumeric()) {
            cells.remove(at, at + held.len(), kind);
        }
        at += value.len() + 1;
    }
}

/// The lines of vCards.
pub(crate) fn cards(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let Some(first) = text.find("BEGIN:VCARD") else {
        return;
    };
    let mut at = first;
    for line in text[first..].split_inclusive('\n') {
        if let Some((head, _)) = line.split_once(':') {
            let name = head.split([';', '.']).next().unwrap_or(head);
            let sense = match name.to_ascii_uppercase().as_str() {
                "N" | "FN" | "NICKNAME" | "RELATED" => Some(Meaning::Remove(Kind::Person)),
                "ADR" | "LABEL" | "GEO" => Some(Meaning::Remove(Kind::Address)),
                "BDAY" | "ANNIVERSARY" => Some(Meaning::Remove(Kind::Dob)),
                "TEL" => Some(Meaning::Remove(Kind::Phone)),
                _ => None,
            };
            if let Some(sense) = sense {
                cells.judge(at + head.len() + 1, at + line.len(), sense);
            }
        }
        at += line.len();
    }
}
