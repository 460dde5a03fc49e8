//! Passwords that a mail or a message says in a sentence: "Your temporary password is
//! Linden-4415-river.", "Your code is 118420"

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::password::announced;
use crate::redaction::text::doc::Doc;
use crate::redaction::words::word_set::{WordSet, words};

/// A shorter one is a word of the sentence.
const SHORTEST: usize = 6;

/// A longer one is something else.
const LONGEST: usize = 80;

/// Removes what is said to be a password when no word is written so, letters and digits in one; and codes of digits.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    for i in 0..doc.cues.len() {
        let hit = doc.cues[i];
        if hit.cue != Cue::Secret {
            continue;
        }
        let says = |words: &WordSet| (hit.first..hit.end).any(|at| doc.is_any(at, words));
        let code = says(words!["code", "pin", "otp"]);
        if !code && !says(words!["password", "passcode", "passphrase"]) {
            continue;
        }
        let quoted = doc.is_punct(hit.end, b'"') && !doc.glued(hit.end) && doc.glued(hit.end + 1);
        let at = if quoted {
            Some(hit.end + 1)
        } else {
            announced(doc, &hit, doc.tokens.len())
        };
        let Some(at) = at.filter(|at| *at < doc.tokens.len() && !doc.taken[*at]) else {
            continue;
        };
        let start = doc.tokens[at].start();
        let rest = &doc.text[start..];
        let Some(length) = rest
            .bytes()
            .take(LONGEST)
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'<' | b'\\'))
            .or_else(|| (rest.len() < LONGEST).then_some(rest.len()))
        else {
            continue;
        };
        let value = rest[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let mixed = digits > 0
            && value.len() >= SHORTEST
            && value.bytes().any(|b| b.is_ascii_alphabetic())
            && !value.contains(['[', '(', '=']);
        let number = digits == value.len() && (4..=8).contains(&digits);
        if number || mixed && !code {
            doc.add_bytes(start, start + value.len(), Kind::Secret, "password");
        }
    }
}
