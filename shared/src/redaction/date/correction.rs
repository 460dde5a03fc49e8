//! People correct themselves in the middle of a value: "the eighth, I mean the ninth, of June", "nine twenty, no, nine
//! fifty five Birch Street". These are the words between what is taken back and what replaces it.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::{WordSet, words};

/// One of these takes back what was said before it.
const TAKES_BACK: &WordSet = words![
    "no",
    "nope",
    "sorry",
    "mean",
    "meant",
    "wait",
    "rather",
    "actually",
    "correction",
    "scratch",
    "strike",
    "oops",
    "whoops",
    "excuse",
    "make",
    "pardon",
    "apologies",
    "mistake"
];

/// What may stand beside them.
const BESIDE: &WordSet = words![
    "i", "that", "me", "not", "um", "uh", "er", "erm", "or", "it", "its", "hang", "hold", "on",
    "my", "well", "is", "was", "the", "say", "let", "think", "should", "be", "sir", "a", "an"
];

/// Most tokens between the two values.
const LONGEST: usize = 8;

/// Where the words of a correction that end before `at` begin.
pub(crate) fn before(doc: &Doc<'_>, at: usize, floor: usize) -> Option<usize> {
    let mut first = at;
    let mut takes_back = false;
    while first > floor && at - first < LONGEST {
        match part(doc, first - 1) {
            Some(strong) => takes_back |= strong,
            None => break,
        }
        first -= 1;
    }
    takes_back.then_some(first)
}

/// The end of the words of a correction that begin at `at`.
pub(crate) fn after(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let mut end = at;
    let mut takes_back = false;
    while end < limit && end - at < LONGEST {
        match part(doc, end) {
            Some(strong) => takes_back |= strong,
            None => break,
        }
        end += 1;
    }
    (takes_back && end < limit).then_some(end)
}

/// Whether the token at `at` belongs to a correction, and whether it is one of the words that take back.
fn part(doc: &Doc<'_>, at: usize) -> Option<bool> {
    match doc.shape(at)? {
        Shape::Word if doc.is_any(at, TAKES_BACK) => Some(true),
        Shape::Word => doc.is_any(at, BESIDE).then_some(false),
        Shape::Clitic => Some(false),
        Shape::Punct => [b',', b'.', b'-', b';']
            .iter()
            .any(|mark| doc.is_punct(at, *mark))
            .then_some(false),
        _ => None,
    }
}
