//! Passwords and user names, which may be any word: "the password is bluebird42".

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// "the password is bluebird42": a password may be any word.
pub(crate) fn passwords(doc: &mut Doc<'_>, hits: &[Hit], limit: usize) {
    for hit in hits.iter().filter(|hit| hit.cue == Cue::Secret) {
        if !(hit.first..hit.end).any(|at| {
            doc.is_any(
                at,
                words![
                    "password",
                    "passcode",
                    "passphrase",
                    "username",
                    "user",
                    "login",
                    "handle",
                    "userid"
                ],
            )
        }) {
            continue;
        }
        let mut at = hit.end;
        while at < limit
            && at < hit.end + 4
            && (doc.is_any(at, words!["is", "was", "it", "that"])
                || doc.is_punct(at, b':')
                || doc.shape(at) == Some(Shape::Clitic))
        {
            at += 1;
        }
        let said = (hit.first..at).any(|i| {
            doc.is_any(i, words!["is", "was"])
                || doc.is_punct(i, b':')
                || doc.shape(i) == Some(Shape::Clitic)
        });
        let mut end = at;
        while end < limit
            && end < at + 4
            && matches!(doc.shape(end), Some(Shape::Word | Shape::Number))
            && !doc.taken[end]
            && (end == at || doc.glued(end) || !doc.has(end, class::FRAME | class::FILLER))
        {
            end += 1;
        }
        if said && end > at && !doc.has(at, class::FRAME | class::FILLER | class::UNIT) {
            doc.add(at, end, Kind::Secret, "password");
        }
    }
}
