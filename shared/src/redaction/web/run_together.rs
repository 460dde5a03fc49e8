//! Addresses that the recogniser wrote as one word: "oliverpratt93atexampledotcom".

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;

/// Looks at words that a number is glued to, and at the short answers to a question for an address.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.secret);
    for at in anchors.iter().map(|at| *at as usize) {
        (at..at + 3).for_each(|at| word(doc, at));
    }
    doc.anchors.secret = anchors;
    for t in 1..doc.turns.len() {
        let turn = doc.turns[t];
        if doc.turns[t - 1].asks & Cue::Email.bit() != 0 && turn.end - turn.first <= 16 {
            (turn.first..turn.end).for_each(|at| word(doc, at));
        }
    }
}

fn word(doc: &mut Doc<'_>, at: usize) {
    let text = doc.word(at);
    if text.len() < 11 || doc.shape(at) != Some(Shape::Word) || doc.taken[at] || !text.is_ascii() {
        return;
    }
    let lower = text.to_ascii_lowercase();
    let ends = ["dotcom", "dotnet", "dotorg", "dotedu", "dotcodotuk"]
        .iter()
        .any(|tld| lower.len() > tld.len() + 1 && lower.ends_with(tld));
    if !ends {
        return;
    }
    let mut first = at;
    while first > 0
        && doc.glued(first)
        && matches!(doc.shape(first - 1), Some(Shape::Word | Shape::Number))
    {
        first -= 1;
    }
    let mailbox = lower.find("at").is_some_and(|i| i > 0 || first < at);
    let kind = if mailbox { Kind::Email } else { Kind::Url };
    doc.add(first, at + 1, kind, "email-run-together");
}
