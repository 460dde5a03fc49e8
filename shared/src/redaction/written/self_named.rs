//! Codes that say what they are: `MRN-4410297`, `SSN_219456178`, `RX#7712009`.

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;

/// Fewer digits count things: `rx-2`.
const FEWEST: usize = 5;

/// Removes numbers whose own first word is a cue for them.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    for i in 0..doc.cues.len() {
        let hit = doc.cues[i];
        let kind = match hit.cue {
            Cue::Mrn => Kind::Mrn,
            Cue::Ssn => Kind::Ssn,
            Cue::Npi => Kind::Npi,
            Cue::Dea => Kind::Dea,
            Cue::Mbi => Kind::Mbi,
            Cue::Rx => Kind::Rx,
            _ => continue,
        };
        let sign = hit.end;
        let joined = [b'-', b'_', b'#'].iter().any(|b| doc.is_punct(sign, *b));
        if doc.taken[hit.first] || !joined || !doc.glued(sign) {
            continue;
        }
        let (mut end, mut digits) = (sign + 1, 0);
        while doc.glued(end) && part(doc, end) {
            let number = doc.shape(end) == Some(Shape::Number);
            digits += usize::from(number) * doc.len_of(end);
            end += 1;
        }
        if digits >= FEWEST && doc.shape(sign + 1) == Some(Shape::Number) {
            doc.add(hit.first, end, kind, "self-named");
        }
    }
}

/// What a code goes on with: digits, a few letters, a hyphen before more of them.
fn part(doc: &Doc<'_>, at: usize) -> bool {
    match doc.shape(at) {
        Some(Shape::Number) => true,
        Some(Shape::Word) => doc.len_of(at) <= 2,
        _ => {
            doc.is_punct(at, b'-') && doc.glued(at + 1) && doc.shape(at + 1) == Some(Shape::Number)
        }
    }
}
