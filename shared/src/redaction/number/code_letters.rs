//! The letters at the edge of a code: people say them before and after the digits, with a pause between.

use crate::redaction::kind::Kind;
use crate::redaction::number::atom::{caps, spelled};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::ordinary_words::ordinary;
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

/// "zdf 551": two or three letters that a recogniser wrote as one word, which is none.
pub(crate) fn run_together(doc: &Doc<'_>, at: usize, kind: Kind) -> bool {
    let codes = matches!(
        kind,
        Kind::Plate | Kind::License | Kind::MemberId | Kind::Device | Kind::Mbi
    );
    let word = doc.word(at);
    codes
        && doc.shape(at) == Some(Shape::Word)
        && (2..=3).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && doc.class(at) == 0
        && doc.name_class(at) & (name::FIRST | name::COMMON) == 0
        && (kind == Kind::Plate || !ordinary(word))
}

/// Whether something that only separates stands at `at`.
#[inline(never)]
fn pause(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_punct(at, b',')
        || doc.is_punct(at, b'-')
        || doc.is_any(
            at,
            words!["dash", "hyphen", "slash", "stroke", "um", "uh", "then"],
        )
}

/// "TS-5500-8126": capitals that a hyphen joins to what follows, whatever else they mean.
fn hyphenated(doc: &Doc<'_>, at: usize) -> bool {
    caps(doc, at) && doc.is_punct(at + 1, b'-') && doc.glued(at + 1) && doc.glued(at + 2)
}

/// Where a value that was read from `first` begins, with the letters before it: "FS 132 8637", "b um four eight".
#[inline(never)]
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
        // "z g p and then nine nine oh four"
        if at > floor + 2
            && at == first - usize::from(at < first)
            && doc.is(at - 1, "and")
            && (2..4).all(|back| doc.has(at - back, class::LETTER))
        {
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
            && (!doc.is_any(at, words!["a", "i", "o", "s", "m", "d", "t", "n"])
                || doc.capital(at)
                || at > floor && doc.has(at - 1, class::LETTER))
            && !doc.is(at, "i");
        let together = from == first && run_together(doc, at, kind);
        if !(single || together || block(doc, at) || hyphenated(doc, at)) {
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
    if !lettered(kind) || kind == Kind::Phone {
        return end;
    }
    if run.letters == 0 {
        return last_letter(doc, end, limit, kind).unwrap_or(end);
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

/// "oh nine two, G.": the one letter after digits, which closes the turn.
fn last_letter(doc: &Doc<'_>, end: usize, limit: usize, kind: Kind) -> Option<usize> {
    let at = end + 1;
    let closes = at + 1 >= limit || at + 2 >= limit && doc.is_punct(at + 1, b'.');
    let letter = pause(doc, end) && doc.has(at, class::LETTER) && !doc.is_any(at, words!["a", "i"]);
    (at < limit && closes && letter && !doc.taken[at] && kind != Kind::Ssn).then_some(at + 1)
}

/// "y u b" – "uh huh" – "eight eight one two six": the letters that were said alone, two turns before the digits of
/// their code, and whether the other side said them after.
#[inline(never)]
pub(crate) fn letters_turns_before(doc: &mut Doc<'_>, t: usize, kind: Kind) {
    if !lettered(kind) || matches!(kind, Kind::Phone | Kind::Ssn) {
        return;
    }
    let Some((head, nod)) = t
        .checked_sub(2)
        .map(|head| (doc.turns[head], doc.turns[head + 1]))
    else {
        return;
    };
    let last = head.end.saturating_sub(1);
    let last = last.saturating_sub(usize::from(doc.shape(last) == Some(Shape::Punct)));
    let lettered = said_as_in(doc, head.first, last + 1)
        || doc.has(last, class::LETTER | class::NATO)
        || caps(doc, last)
        || doc.is_any(last, words!["dash", "hyphen", "slash", "then"]);
    if !lettered {
        return;
    }
    let short = nod.end - nod.first <= 8;
    let nods = short
        && (nod.first..nod.end).all(|at| {
            doc.taken[at]
                || doc.shape(at) != Some(Shape::Word)
                || doc.has(at, class::FRAME | class::FILLER | class::LETTER)
                || doc.is_any(
                    at,
                    words!["got", "go", "on", "keep", "going", "huh", "next"],
                )
        });
    if !nods {
        return;
    }
    if let Some((first, end)) = closing_letters(doc, head.first, head.end) {
        doc.add(first, end, kind, "letters-before");
        if let Some((first, end)) = opening_letters(doc, nod.first, nod.end) {
            doc.add(first, end, kind, "letters-echo");
        }
    }
}

/// "… eight four three and the version code is g t": the letters that close the turn soon after a value.
#[inline(never)]
pub(crate) fn letters_at_end(doc: &mut Doc<'_>, value_end: usize, turn_end: usize, kind: Kind) {
    let fits = lettered(kind) && !matches!(kind, Kind::Phone | Kind::Ssn);
    if !fits || turn_end.saturating_sub(value_end) > 10 {
        return;
    }
    if let Some((first, end)) = closing_letters(doc, value_end, turn_end) {
        let led = first == value_end
            || pause(doc, first - 1)
            || doc.shape(first - 1) == Some(Shape::Clitic)
            || doc.is_any(first - 1, words!["is", "and", "are", "letters"]);
        if led {
            doc.add(first, end, kind, "letters-after");
        }
    }
}

/// Two letters or more, or a block of capitals, as the last words of tokens `from..to`.
#[inline(never)]
fn closing_letters(doc: &Doc<'_>, from: usize, to: usize) -> Option<(usize, usize)> {
    let mut end = to;
    while end > from
        && (doc.shape(end - 1) == Some(Shape::Punct)
            || doc.is_any(end - 1, words!["dash", "hyphen", "slash", "then"]))
    {
        end -= 1;
    }
    let mut first = end;
    let mut letters = 0;
    while first > from && end - first < 12 && !doc.taken[first - 1] {
        if said_as_in(doc, from, first) {
            letters += 1;
            first -= 4;
            continue;
        }
        let at = first - 1;
        if doc.has(at, class::LETTER | class::NATO) && !doc.glued(at) {
            letters += 1;
        } else if !(pause(doc, at) && letters > 0) {
            break;
        }
        first = at;
    }
    while first < end && pause(doc, first) {
        first += 1;
    }
    if letters >= 2 {
        return Some((first, end));
    }
    let block = end.checked_sub(1).filter(|at| *at >= from)?;
    (caps(doc, block)
        && !doc.taken[block]
        && doc.class(block) & !class::CUE == 0
        && doc.name_class(block) == 0)
        .then_some((block, end))
}

/// "n as in nancy": whether a letter said so ends before `end`.
fn said_as_in(doc: &Doc<'_>, from: usize, end: usize) -> bool {
    end >= from + 4
        && doc.is(end - 2, "in")
        && doc.is(end - 3, "as")
        && doc.has(end - 4, class::LETTER)
}

/// Two letters or more as the first words of tokens `from..to`.
fn opening_letters(doc: &Doc<'_>, from: usize, to: usize) -> Option<(usize, usize)> {
    let mut end = from;
    while end < to
        && !doc.taken[end]
        && (doc.has(end, class::LETTER | class::NATO) || end > from && pause(doc, end))
    {
        end += 1;
    }
    (end >= from + 2).then_some((from, end))
}
