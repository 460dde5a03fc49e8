//! Digits that a recogniser wrote as one word: "threezerothree sixfivezero".

use crate::redaction::number::cue::Hit;
use crate::redaction::number::cue_value::{kind_of, length};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;

const DIGITS: [&str; 16] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "niner", "nine", "oh",
    "double", "triple", "nought", "o",
];

/// How many digits a word says when it is nothing but digits.
fn digits(word: &str) -> Option<usize> {
    if word.len() < 6 {
        return None;
    }
    let mut rest = word;
    let mut count = 0;
    while !rest.is_empty() {
        let digit = DIGITS.iter().find(|digit| {
            rest.get(..digit.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(digit))
        })?;
        rest = &rest[digit.len()..];
        count += 1;
    }
    (count > 1).then_some(count)
}

/// Finds such words right after cues that have no other value.
pub(crate) fn glued_words(doc: &mut Doc<'_>, hits: &[Hit], end: usize) {
    for hit in hits.iter().filter(|hit| hit.cue.is_code()) {
        if hit.end >= end {
            continue;
        }
        let mut first = hit.end;
        while first < end.min(hit.end + 4)
            && (doc.has(first, class::FRAME | class::FILLER)
                || doc.shape(first) == Some(Shape::Clitic))
        {
            first += 1;
        }
        // Nearly always a word that means something, or no word.
        if doc
            .tokens
            .get(first)
            .is_none_or(|token| token.word != 0 || token.names != 0)
        {
            continue;
        }
        let (mut next, mut count) = (first, 0);
        while next < end && !doc.taken[next] && doc.shape(next) == Some(Shape::Word) {
            let Some(more) = digits(doc.word(next)) else {
                break;
            };
            count += more;
            next += 1;
        }
        if count >= length(hit.cue).1 {
            doc.add(first, next, kind_of(hit.cue, &Run::empty()), "glued-words");
        }
    }
}
