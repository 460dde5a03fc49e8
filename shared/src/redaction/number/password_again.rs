//! A password or user name that the other side reads back: "your password is Maple!Tree27" – "maple tree twenty seven?".

use crate::redaction::kind::Kind;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Turns in which it is read back.
const TURNS: usize = 3;
/// The shortest value that is compared.
const LEAST: usize = 5;
/// The longest value that is compared.
const LONGEST: usize = 64;

/// Takes what is said in the next turns of the value at `first..end`.
#[inline(never)]
pub(crate) fn read_back(doc: &mut Doc<'_>, first: usize, end: usize) {
    let mut value = String::new();
    let mut at = first;
    while at < end && value.len() < LONGEST {
        at = read(doc, at, &mut value);
    }
    // Too little to tell it from other words.
    if value.len() < LEAST {
        return;
    }
    let t = doc.turns.partition_point(|turn| turn.end <= first);
    let from = doc.turns.len().min(t + 1);
    for later in from..doc.turns.len().min(from + TURNS) {
        let turn = doc.turns[later];
        if let Some((first, end)) = (turn.first..turn.end.min(turn.first + 6))
            .find_map(|at| Some((at, same(doc, at, &turn, &value)?)))
        {
            doc.add(first, end, Kind::Secret, "password-again");
        }
    }
}

/// The end of what is said from `first` on, when it is the value, said to its end.
fn same(doc: &Doc<'_>, first: usize, turn: &Turn, value: &str) -> Option<usize> {
    let (mut at, mut end) = (first, first);
    let mut said = String::new();
    while at < turn.end && at < first + 24 && said.len() < value.len() {
        let before = said.len();
        let next = read(doc, at, &mut said);
        if value.starts_with(&said) {
            end = if said.len() > before { next } else { end };
        } else if mark(doc, at) && before > 0 {
            said.truncate(before);
        } else {
            return None;
        }
        at = next;
    }
    (said.len() == value.len()).then_some(end)
}

/// A mark that is said, or a word between the parts: "exclamation point", "capital".
fn mark(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(at, class::SEPARATOR | class::FILLER)
        || doc.is_any(
            at,
            words![
                "capital",
                "uppercase",
                "lowercase",
                "exclamation",
                "mark",
                "sign",
                "dollar",
                "hashtag",
                "bang",
                "at",
                "and",
                "number",
                "ampersand",
                "asterisk",
                "percent",
                "all",
                "with",
                "a",
            ],
        )
}

/// Adds what the token at `at` says to `text`, numbers as digits. Returns the index after it.
fn read(doc: &Doc<'_>, at: usize, text: &mut String) -> usize {
    match doc.shape(at) {
        Some(Shape::Number) => text.push_str(doc.word(at)),
        Some(Shape::Word) if doc.has(at, class::TENS) => {
            let digit = at + 1 + usize::from(doc.is_punct(at + 1, b'-'));
            let joined = doc.has(digit, class::DIGIT) && doc.value(digit) > 0;
            let value = doc.value(at) + if joined { doc.value(digit) } else { 0 };
            text.push_str(&value.to_string());
            return if joined { digit + 1 } else { at + 1 };
        }
        Some(Shape::Word) if doc.has(at, class::DIGIT | class::TEEN) => {
            text.push_str(&doc.value(at).to_string());
        }
        Some(Shape::Word) => text.push_str(&doc.word(at).to_lowercase()),
        _ => {}
    }
    at + 1
}
