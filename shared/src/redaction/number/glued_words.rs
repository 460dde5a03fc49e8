//! Digits that a recogniser wrote as one word: "threezerothree sixfivezero".

use crate::redaction::number::atom::ascii;
use crate::redaction::number::cue::Hit;
use crate::redaction::number::cue_value::{kind_of, length};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;

/// The words in digits, and what they say; 10 and 11 double and triple what follows.
const DIGITS: [(&str, u16); 16] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("niner", 9),
    ("nine", 9),
    ("oh", 0),
    ("double", 10),
    ("triple", 11),
    ("nought", 0),
    ("o", 0),
];

/// The digits of a word that is nothing but digits.
fn parts(word: &str) -> impl Iterator<Item = Option<u16>> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let digit = DIGITS.iter().find(|(digit, _)| {
            rest.get(..digit.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(digit))
        });
        rest = digit
            .and_then(|(digit, _)| rest.get(digit.len()..))
            .unwrap_or("");
        Some(digit.map(|(_, value)| *value))
    })
}

/// How many digits a word says when it is nothing but digits.
fn digits(word: &str) -> Option<usize> {
    let begins = |byte: &u8| b"zotfsendZOTFSEND".contains(byte);
    if word.len() < 6 || !word.as_bytes().first().is_some_and(begins) {
        return None;
    }
    let count = parts(word).try_fold(0, |count, part| part.map(|_| count + 1))?;
    (count > 1).then_some(count)
}

/// Whether nearly always a word that means something else, or no word, stands at `at`.
fn known(doc: &Doc<'_>, at: usize) -> bool {
    doc.tokens
        .get(at)
        .is_none_or(|token| token.word.number() != 0 || token.word.names() != 0)
}

/// Adds the digits of such a word at `at` to the run.
#[inline(never)]
pub(crate) fn push_glued(doc: &Doc<'_>, at: usize, run: &mut Run) -> bool {
    let word = doc.word(at);
    if known(doc, at) || digits(word).is_none() {
        return false;
    }
    let mut times = 1;
    for part in parts(word).flatten() {
        if part > 9 {
            times = usize::from(part - 8);
            continue;
        }
        for _ in 0..std::mem::replace(&mut times, 1) {
            run.push(ascii(part));
            run.singles += 1;
            run.atom(part);
        }
    }
    true
}

/// Where a value that was read from `first` begins, with such words before it: "fourone five eighttwo …".
pub(crate) fn glued_before(doc: &Doc<'_>, first: usize, floor: usize) -> usize {
    let mut from = first;
    while from > floor
        && first - from < 4
        && !doc.taken[from - 1]
        && !known(doc, from - 1)
        && digits(doc.word(from - 1)).is_some()
    {
        from -= 1;
    }
    from
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
        if known(doc, first) {
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
