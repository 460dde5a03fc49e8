//! NCPDP telecommunication claims: fields begin with a separator and two signs that say what they hold
//! (`␜CAADA␜CBBYRON`), or a log has them as pairs (`CA=ADA CB=BYRON`).

use crate::redaction::kind::Kind;
use crate::redaction::machine::key::Meaning;
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

/// Judges `C4=19640305 CA=ADA CB=BYRON`: one such pair could be anything, two that say who it is are a claim.
pub(crate) fn pairs(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let patient = ["C4", "CA", "CB", "C2", "CQ", "CC", "CD"];
    let pairs = || {
        text.match_indices('=')
            .filter_map(|(equals, _)| Some((code(text, equals)?, equals + 1)))
    };
    let known = || pairs().filter(|(code, _)| patient.contains(code));
    let numbered = |(code, start): (&str, usize)| {
        let head = text.as_bytes()[start..].first_chunk::<5>();
        matches!(code, "C4" | "C2" | "CQ")
            && head.is_some_and(|head| {
                head[0] == b'[' || head[1..].iter().filter(|b| b.is_ascii_digit()).count() > 1
            })
    };
    let claimed = || text.contains("AM0") || known().any(numbered);
    if known().take(2).count() < 2 || !claimed() {
        return;
    }
    let mut done = 0;
    for (code, start) in pairs() {
        // What stands in a value was judged with it.
        if start < done {
            continue;
        }
        if code == "D7" {
            done = value_end(text, start, false);
            cells.keep(start, done);
        } else if let Some((_, kind)) = FIELDS.iter().find(|(known, _)| *known == code) {
            let worded = matches!(kind, Kind::Person | Kind::Address);
            done = value_end(text, start, worded);
            cells.remove(start, done, *kind);
        }
    }
}

/// The two signs before an equals sign.
fn code(text: &str, equals: usize) -> Option<&str> {
    let code = text.get(equals.checked_sub(2)?..equals)?;
    let bytes = code.as_bytes();
    let written = bytes
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let free = equals == 2
        || !matches!(text.as_bytes()[equals - 3], b'_' | b'.' | b'%')
            && !text.as_bytes()[equals - 3].is_ascii_alphanumeric();
    (written && free).then_some(code)
}

/// Where a value ends: at a space or sign, one of several words where the next pair begins (` CB=`, ` 311-CB=`).
fn value_end(text: &str, start: usize, worded: bool) -> usize {
    let rest = &text[start..];
    let next_pair = |space: usize| {
        let word = rest[space + 1..].split([' ', '\n']).next().unwrap_or("");
        word.find('=')
            .is_some_and(|equals| code(text, start + space + 1 + equals).is_some())
    };
    let length = rest
        .char_indices()
        .find(|(i, c)| match c {
            ' ' => !worded || next_pair(*i),
            '\n' | '\r' | '|' | ';' | '"' | '~' | '&' => true,
            ',' => !worded,
            _ => false,
        })
        .map_or(rest.len(), |(i, _)| i);
    start + rest[..length].trim_end().len()
}

/// What a claim's field means in an object: `{"C4": "19640305", "CA": "ADA", "D7": "00071015523"}`.
pub(crate) fn meaning(code: &str) -> Option<Meaning> {
    if code == "D7" {
        return Some(Meaning::Machine);
    }
    let (_, kind) = FIELDS.iter().find(|(known, _)| *known == code)?;
    Some(Meaning::Remove(*kind))
}
