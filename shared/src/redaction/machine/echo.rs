//! A name that a field of a payload holds is a name wherever it stands in it: the patient's family name in the title of
//! an appointment, in an error's message, in a crumb of a trace.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::words::lexicon::{name, word};
use crate::redaction::words::word_key::key_of;

/// The most words that are looked for.
const MOST: usize = 12;

/// The shortest word: a shorter one is too often part of something else.
const SHORTEST: usize = 4;

/// Adds the places in the ranges `prose` of the text where the names of `found` stand again.
pub(crate) fn add(text: &str, prose: &[(usize, usize)], found: &mut Vec<Finding>) {
    if prose.is_empty() {
        return;
    }
    let words = words(text, found);
    if words.is_empty() {
        return;
    }
    let mut first = [false; 256];
    for word in &words {
        if let Some(byte) = word.bytes().next() {
            first[usize::from(byte)] = true;
        }
    }
    let mut covered: Vec<(usize, usize)> = found.iter().map(|f| (f.start, f.end)).collect();
    covered.sort_unstable();
    let bytes = text.as_bytes();
    let mut next = 0;
    for (from, to) in prose {
        let mut at = *from;
        while let Some(length) = bytes
            .get(at..*to)
            .and_then(|rest| rest.iter().position(|b| first[usize::from(*b)]))
        {
            let start = at + length;
            at = start + 1;
            while covered.get(next).is_some_and(|(_, end)| *end <= start) {
                next += 1;
            }
            if let Some((open, close)) = covered.get(next)
                && *open <= start
            {
                at = *close;
                continue;
            }
            let Some(word) = words
                .iter()
                .find(|word| bytes[start..].starts_with(word.as_bytes()))
            else {
                continue;
            };
            let end = start + word.len();
            if stands_alone(text, start, end) {
                found.push(Finding::new(start, end, Kind::Person, "echo"));
                at = end;
            }
        }
    }
}

/// The words of the names that fields hold, without those that mean something else, too.
fn words<'a>(text: &'a str, found: &[Finding]) -> Vec<&'a str> {
    let mut words: Vec<&str> = Vec::new();
    for finding in found {
        if finding.kind != Kind::Person || !matches!(finding.rule, "key" | "pair" | "layout") {
            continue;
        }
        let value = text.get(finding.start..finding.end).unwrap_or("");
        for part in value.split(|c: char| !c.is_alphabetic()) {
            if words.len() < MOST && is_name(part) && !words.contains(&part) {
                words.push(part);
            }
        }
    }
    words
}

fn is_name(part: &str) -> bool {
    if part.len() < SHORTEST || !part.chars().next().is_some_and(char::is_uppercase) {
        return false;
    }
    let known = word(key_of(part));
    known.names() & name::COMMON == 0 && known.number() == 0
}

/// Whether the word is no part of an identifier, an address or a field's name.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '[' | '$' | '#');
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let next = after.next();
    let named = matches!(next, Some(':' | '=')) || next == Some('"') && after.next() == Some(':');
    !before.is_some_and(joins) && !next.is_some_and(joins) && !named
}
