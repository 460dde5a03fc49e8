//! NCPDP telecommunication claims: fields begin with a separator and two signs that say what they hold (`␜CAADA␜CBBYRON`).

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;

/// Group, record and field separators.
const SEPARATORS: [char; 3] = ['\u{1c}', '\u{1d}', '\u{1e}'];

/// The fields that identify somebody.
const FIELDS: &[(&str, Kind)] = &[
    ("CA", Kind::Person),
    ("CB", Kind::Person),
    ("CC", Kind::Person),
    ("CD", Kind::Person),
    ("DR", Kind::Person),
    ("2J", Kind::Person),
    ("C4", Kind::Dob),
    ("C2", Kind::MemberId),
    ("C1", Kind::MemberId),
    ("CY", Kind::Id),
    ("CM", Kind::Address),
    ("CN", Kind::Address),
    ("CP", Kind::Zip),
    ("CQ", Kind::Phone),
    ("PM", Kind::Phone),
    ("HN", Kind::Email),
    ("D2", Kind::Rx),
    ("DB", Kind::Npi),
    ("DL", Kind::Npi),
    ("N5", Kind::MemberId),
];

/// Judges the fields by their signs.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    for part in text.split_inclusive(SEPARATORS) {
        let field = part.trim_end_matches(SEPARATORS);
        let (start, end) = (at, at + field.len());
        at += part.len();
        let Some(code) = field.get(..2) else {
            continue;
        };
        if start > 0
            && let Some((_, kind)) = FIELDS.iter().find(|(known, _)| *known == code)
        {
            cells.remove(start + 2, end, *kind);
        }
    }
}
