//! What is said of an e-mail address around it: a provider without its ending, words of the mailbox said again.

use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// "d kim dot md at gmail these days": the end of a provider after "at" whose "dot com" goes without saying. Providers
/// that are companies or words as well ("I work at verizon") need their ending.
pub(crate) fn provider(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    let name = at + 1 + usize::from(doc.is(at + 1, "the"));
    let known = doc.is_any(
        name,
        words![
            "gmail",
            "yahoo",
            "hotmail",
            "icloud",
            "aol",
            "protonmail",
            "proton",
            "googlemail",
            "ymail",
            "gmx",
            "outlook"
        ],
    );
    let more = doc.is_any(name + 1, words!["dot", "mail", "account", "headquarters"])
        || doc.is_punct(name + 1, b'.') && doc.glued(name + 2)
        || doc.shape(name + 1) == Some(Shape::Clitic);
    (known && name < limit && !more).then_some(name + 1)
}

/// Whether what stands before "at" looks like a mailbox: letters, numbers, "dot", "underscore", a name.
pub(crate) fn mailbox(doc: &Doc<'_>, first: usize, at: usize) -> bool {
    (first..at).any(|i| {
        doc.has(i, class::SEPARATOR | class::CARDINAL)
            || doc.has(i, class::LETTER) && !doc.is_any(i, words!["a", "i"])
            || doc.shape(i) == Some(Shape::Number)
            || doc.glued(i) && doc.is_punct(i, b'.')
            || strange(doc, i)
            || doc.name_class(i) & (name::FIRST | name::COMMON | name::WORD) == name::FIRST
    })
}

/// After an address at `first..end`: "… Ash like the tree", "…, so l vandermeer".
pub(crate) fn explained(doc: &mut Doc<'_>, first: usize, end: usize, limit: usize) {
    let stop = limit.min(end + 8);
    for at in end..stop {
        let again = doc.shape(at) == Some(Shape::Word)
            && doc.len_of(at) > 2
            && !doc.taken[at]
            && !doc.has(
                at,
                class::FRAME | class::FILLER | class::TLD | class::SEPARATOR,
            )
            && !doc.is_any(at, words!["and", "the", "com", "mail", "with"])
            && (first..end).any(|i| doc.key(i) == doc.key(at) && doc.shape(i) == Some(Shape::Word));
        if again {
            doc.add(at, at + 1, Kind::Email, "email-again");
        }
    }
    let so = end + usize::from(doc.is_punct(end, b','));
    if !doc.is_any(so, words!["so", "thats", "meaning"]) || so + 1 >= limit {
        return;
    }
    let last = (so + 1..limit.min(so + 5))
        .take_while(|at| doc.shape(*at) == Some(Shape::Word) && !doc.taken[*at])
        .last()
        .map_or(so + 1, |at| at + 1);
    let closes = last >= limit || doc.shape(last) == Some(Shape::Punct);
    let parts = (so + 1..last).all(|at| {
        doc.has(at, class::LETTER)
            || strange(doc, at)
            || doc.name_class(at) & (name::FIRST | name::LAST) != 0
                && doc.name_class(at) & name::COMMON == 0
    });
    if closes && parts && last > so + 1 && last <= so + 4 {
        doc.add(so + 1, last, Kind::Email, "email-explained");
    }
}

/// "no, ymail": the provider alone, in the turns after a question for an address or after one.
pub(crate) fn lone_providers(doc: &mut Doc<'_>) {
    for asked in 0..doc.turns.len() {
        if doc.turns[asked].asks & Cue::Email.bit() == 0 {
            continue;
        }
        for t in asked + 1..doc.turns.len().min(asked + 3) {
            let turn = doc.turns[t];
            if turn.end - turn.first <= 10 {
                underscored(doc, &turn);
                lone_provider(doc, &turn);
            }
        }
    }
}

/// "pebble underscore creek" – "at?": a mailbox that nobody says the rest of.
fn underscored(doc: &mut Doc<'_>, turn: &Turn) {
    let Some(at) =
        (turn.first + 1..turn.end).find(|at| doc.is(*at, "underscore") && !doc.taken[*at])
    else {
        return;
    };
    let word = |i: usize| {
        matches!(doc.shape(i), Some(Shape::Word | Shape::Number))
            && (!doc.has(i, class::FRAME | class::FILLER)
                || doc.has(i, class::LETTER | class::CARDINAL))
    };
    let first = (turn.first..at)
        .rev()
        .take_while(|i| word(*i))
        .last()
        .unwrap_or(at);
    let end = (at + 1..turn.end).find(|i| !word(*i)).unwrap_or(turn.end);
    doc.add(first, end, Kind::Email, "email-answer");
}

fn lone_provider(doc: &mut Doc<'_>, turn: &Turn) {
    for at in turn.first..turn.end {
        if doc.has(at, class::PROVIDER)
            && !doc.taken[at]
            && !doc.is_any(at, words!["live", "verizon", "att"])
            && doc.shape(at + 1) != Some(Shape::Word)
        {
            doc.add(at, at + 1, Kind::Email, "email-provider");
        }
    }
}

/// "r e d, ya. at live dot com": the letters that open a turn before an "at" that nothing joins to them.
pub(crate) fn letters_before(doc: &mut Doc<'_>, turn: &Turn, at: usize) {
    let mut end = turn.first;
    while end < at
        && (doc.has(end, class::LETTER) || doc.is_punct(end, b'-') || doc.is_punct(end, b','))
    {
        end += 1;
    }
    if end >= turn.first + 2 {
        doc.add(turn.first, end, Kind::Email, "email-letters");
    }
}
