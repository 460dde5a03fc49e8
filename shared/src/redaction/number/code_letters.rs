//! The letters at the edge of a code: people say them before and after the digits, with a pause between.

use crate::redaction::kind::Kind;
use crate::redaction::number::atom::{caps, spelled};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Whether values of this kind have letters.
fn lettered(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Plate
            | Kind::Ssn
            | Kind::Mbi
            | Kind::License
            | Kind::Device
            | Kind::MemberId
            | Kind::Id
            | Kind::Dea
            | Kind::Mrn
            | Kind::Rx
            | Kind::Account
            | Kind::Phone
    )
}

/// Capitals that are no word: "FS", "HZM".
fn block(doc: &Doc<'_>, at: usize) -> bool {
    caps(doc, at) && doc.class(at) == 0 && doc.name_class(at) == 0
}

/// Whether something that only separates stands at `at`.
fn pause(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_punct(at, b',')
        || doc.is_punct(at, b'-')
        || doc.is_any(at, words!["dash", "hyphen", "um", "uh", "then"])
}

/// Where a value that was read from `first` begins, with the letters before it: "FS 132 8637", "b um four eight".
pub(crate) fn letters_before(doc: &Doc<'_>, first: usize, floor: usize, kind: Kind) -> usize {
    if !lettered(kind) {
        return first;
    }
    let mut from = first;
    let mut steps = 0;
    while steps < 6 {
        steps += 1;
        let mut at = from;
        while at > floor && first - at < 10 && pause(doc, at - 1) {
            at -= 1;
        }
        if at <= floor || doc.taken[at - 1] {
            break;
        }
        at -= 1;
        // "a" and "i" are words, and after "is" or "s" a letter is the end of another word.
        let single = doc.has(at, class::LETTER)
            && kind != Kind::Phone
            && !doc.glued(at)
            && (!doc.is_any(at, words!["a", "i", "o", "s", "m", "d", "t", "n"]) || doc.capital(at))
            && !doc.is(at, "i");
        if !(single || block(doc, at)) {
            break;
        }
        from = at;
    }
    from
}

/// One past the last letter that goes on with the code that ends at `end`: "DU-65-CSY", "…, 91, C as in cat".
pub(crate) fn letters_after(
    doc: &Doc<'_>,
    run: &Run,
    end: usize,
    limit: usize,
    kind: Kind,
) -> usize {
    if !lettered(kind) || kind == Kind::Phone || run.letters == 0 {
        return end;
    }
    let mut to = end;
    for _ in 0..4 {
        let mut at = to;
        while at < limit && at < to + 3 && pause(doc, at) {
            at += 1;
        }
        if at >= limit || doc.taken[at] || doc.glued(at) && at == to {
            break;
        }
        if let Some(next) = spelled(doc, at, limit) {
            to = next;
            continue;
        }
        let over = at + 1 >= limit || doc.shape(at + 1) != Some(Shape::Word);
        let single = doc.has(at, class::LETTER) && over && (doc.capital(at) || at + 1 >= limit);
        if !(single || block(doc, at)) {
            break;
        }
        to = at + 1;
    }
    to
}
