//! Identifiers as they are written, for machine text: separators, check digits and cues are the evidence.

pub(crate) mod checks;
pub(crate) mod crypto;
pub(crate) mod password;
pub(crate) mod secret;
pub(crate) mod self_named;

use crate::redaction::address::postcode::postcode;
use crate::redaction::kind::Kind;
use crate::redaction::machine::{checked, cued};
use crate::redaction::number::cue::Cue;
use crate::redaction::text::chunk::{Chunk, chunk, free, joined};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Finds written identifiers. With `bare`, a text that is a single value is judged by shape.
pub(crate) fn detect(doc: &mut Doc<'_>, bare: bool) {
    formatted(doc);
    announced(doc);
    if bare {
        alone(doc);
    }
}

/// Values whose form is evidence enough.
pub(crate) fn formatted(doc: &mut Doc<'_>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        let number = doc.shape(at) == Some(Shape::Number);
        let open = doc.is_punct(at, b'+')
            || doc.is_punct(at, b'(') && doc.shape(at + 1) == Some(Shape::Number);
        let code = doc.shape(at) == Some(Shape::Word) && joined(doc, at + 1);
        if doc.taken[at] || !(number || open || code || two_capitals(doc, at)) {
            at += 1;
            continue;
        }
        let tight = chunk(doc, at, false);
        if let Some((kind, end)) = british(doc, at).or_else(|| slashed(doc, at)) {
            doc.add(at, end, kind, "form");
            at = end;
            continue;
        }
        let found = chunk(doc, at, true).and_then(|wide| {
            iban(doc, at).or_else(|| {
                judge(doc, &wide).or_else(|| tight.as_ref().and_then(|tight| judge(doc, tight)))
            })
        });
        if let Some((kind, end)) = found {
            doc.add(at, end, kind, "form");
            at = end;
        } else {
            at = tight.map_or(at + 1, |chunk| chunk.end.max(at + 1));
        }
    }
}

fn two_capitals(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && doc.len_of(at) == 2
        && doc.capital(at)
        && doc.shape(at + 1) == Some(Shape::Number)
        && doc.len_of(at + 1) == 2
}

/// `JG 62 81 04 B`, a National Insurance number in print, and a postcode after a place (`Leeds LS8 4HX`).
fn british(doc: &Doc<'_>, at: usize) -> Option<(Kind, usize)> {
    if doc.shape(at) != Some(Shape::Word) || doc.glued(at) && at > 0 {
        return None;
    }
    let pair = |i: usize| doc.shape(i) == Some(Shape::Number) && doc.len_of(i) == 2;
    if two_capitals(doc, at) && (1..4).all(|i| pair(at + i) && !doc.glued(at + i)) {
        let value: String = (at..at + 5).map(|i| doc.word(i)).collect();
        return checks::nino(&value).then_some((Kind::Ssn, at + 5));
    }
    let place = at > 0
        && (doc.is_punct(at - 1, b',')
            || doc.shape(at - 1) == Some(Shape::Word) && doc.capital(at - 1));
    let upper = doc.len_of(at) <= 2 && doc.bytes(at).iter().all(u8::is_ascii_uppercase);
    if place && upper && joined(doc, at + 1) {
        return postcode(doc, at, doc.tokens.len())
            .filter(|(first, end, _)| *first == at && *end > at + 3)
            .map(|(_, end, kind)| (kind, end));
    }
    None
}

/// `415/555-0199`
fn slashed(doc: &Doc<'_>, at: usize) -> Option<(Kind, usize)> {
    let group = |i: usize, length: usize| {
        doc.shape(i) == Some(Shape::Number) && doc.len_of(i) == length && (i == at || doc.glued(i))
    };
    let fits = group(at, 3)
        && doc.is_punct(at + 1, b'/')
        && doc.glued(at + 1)
        && group(at + 2, 3)
        && doc.is_punct(at + 3, b'-')
        && doc.glued(at + 3)
        && group(at + 4, 4)
        && !(at > 0 && doc.glued(at))
        && !joined(doc, at + 5)
        && doc.bytes(at)[0] >= b'2';
    fits.then_some((Kind::Phone, at + 5))
}

fn judge(doc: &Doc<'_>, chunk: &Chunk) -> Option<(Kind, usize)> {
    if !free(doc, chunk) {
        return None;
    }
    let digits = chunk.value.bytes().all(|b| b.is_ascii_digit());
    let value = chunk.value.as_str();
    if !digits {
        if chunk.groups.len() == 1 && value.len() > 25 && crypto::wallet(value) {
            return Some((Kind::Crypto, chunk.end));
        }
        let upper = value
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let dashed = chunk.groups == [4, 3, 4];
        if checks::mbi(value) && upper && (chunk.groups.len() == 1 || dashed) {
            return Some((Kind::Mbi, chunk.end));
        }
        if chunk.groups.len() == 1 && upper && checks::dea(value) {
            return Some((Kind::Dea, chunk.end));
        }
        if chunk.groups.len() == 1
            && upper
            && checks::vin(value)
            && value.bytes().any(|b| b.is_ascii_alphabetic())
        {
            return Some((Kind::Vin, chunk.end));
        }
        return None;
    }
    number(chunk).map(|kind| (kind, chunk.end))
}

fn number(chunk: &Chunk) -> Option<Kind> {
    let value = chunk.value.as_str();
    let groups = chunk.groups.as_slice();
    let split = groups.len() > 1;
    let dotted = chunk.separators.contains(&b'.');
    if chunk.plus {
        return (8..=15).contains(&value.len()).then_some(Kind::Phone);
    }
    if (12..=19).contains(&value.len())
        && checks::card(value)
        && !dotted
        && (matches!(groups, [4, 4, 4, 4] | [4, 6, 5 | 4] | [4, 4, 4, 4, _]) || !split)
    {
        return Some(Kind::Card);
    }
    if value.len() == 9
        && split
        && !dotted
        && (checks::ssn(value) || checks::itin(value))
        && matches!(groups, [3, 2, 4] | [3, 6] | [5, 4])
    {
        return Some(Kind::Ssn);
    }
    if matches!(groups, [4, 3, 3]) && checks::npi(value) {
        return Some(Kind::Npi);
    }
    let north_american = matches!(groups, [3, 3, 4] | [1, 3, 3, 4] | [3, 7] | [1, 10])
        && (value.len() == 10 || value.starts_with('1'));
    let area = value.as_bytes()[usize::from(value.len() == 11)];
    if north_american && split && area >= b'2' {
        return Some(Kind::Phone);
    }
    let national = value.starts_with('0')
        && (10..=11).contains(&value.len())
        && split
        && matches!(
            groups,
            [5 | 4, 6]
                | [3, 4, 4]
                | [4, 3, 4 | 3]
                | [5, 3, 3]
                | [4, 7]
                | [3, 8]
                | [5, 5]
                | [2, 2, 2, 2, 2]
        );
    if national && !dotted {
        return Some(Kind::Phone);
    }
    None
}

/// An IBAN in print or electronic form; a word may follow it, so every end is tried.
fn iban(doc: &Doc<'_>, first: usize) -> Option<(Kind, usize)> {
    let upper = |word: &str| {
        word.bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let head = doc.word(first);
    if head.len() != 2
        || !upper(head)
        || doc.shape(first) != Some(Shape::Word)
        || doc.shape(first + 1) != Some(Shape::Number)
        || !doc.glued(first + 1)
    {
        return None;
    }
    let mut value = String::new();
    let mut best = None;
    let mut at = first;
    while at < doc.tokens.len() && value.len() <= 34 {
        match doc.shape(at) {
            Some(Shape::Word | Shape::Number) if upper(doc.word(at)) => {
                value.push_str(doc.word(at));
                if value.len() >= 15 && !joined(doc, at + 1) && checks::iban(&value) {
                    best = Some((Kind::Iban, at + 1));
                }
            }
            Some(Shape::Punct) if doc.is_punct(at, b'-') && at > first => {}
            _ => break,
        }
        at += 1;
    }
    best
}

/// "RTN 077…", "member ZX99…": a word that is no cue in speech.
fn named_before(doc: &Doc<'_>, at: usize) -> Option<Cue> {
    let before = at.checked_sub(1)?;
    if doc.is_any(before, words!["rtn"]) {
        return Some(Cue::Routing);
    }
    doc.is_any(
        before,
        words![
            "patient",
            "member",
            "subscriber",
            "insured",
            "beneficiary",
            "chart",
            "guarantor",
        ],
    )
    .then_some(Cue::Member)
}

/// A cue before a value in a sentence or log message.
fn announced(doc: &mut Doc<'_>) {
    const CODES: &[Cue] = &[
        Cue::Ssn,
        Cue::SsnLast4,
        Cue::Phone,
        Cue::Card,
        Cue::Cvv,
        Cue::Routing,
        Cue::Account,
        Cue::Iban,
        Cue::Mrn,
        Cue::Member,
        Cue::Mbi,
        Cue::Npi,
        Cue::Dea,
        Cue::Rx,
        Cue::License,
        Cue::Passport,
        Cue::Plate,
        Cue::Vin,
        Cue::Device,
        Cue::Zip,
        Cue::Dob,
    ];
    let mut at = 0;
    while at < doc.tokens.len() {
        let code = doc.shape(at) == Some(Shape::Number)
            || doc.shape(at) == Some(Shape::Word) && (joined(doc, at + 1) || hyphened(doc, at));
        if doc.taken[at] || !code {
            at += 1;
            continue;
        }
        let cue = cued(doc, at, CODES).or_else(|| named_before(doc, at));
        let Some(cue) = cue else {
            at += 1;
            continue;
        };
        if cue == Cue::Zip
            && let Some((first, end, kind)) = postcode(doc, at, doc.tokens.len())
        {
            doc.add(first, end, kind, "announced");
            at = end;
            continue;
        }
        let Some(chunk) = chunk(doc, at, true) else {
            at += 1;
            continue;
        };
        let digits = chunk.value.bytes().filter(u8::is_ascii_digit).count();
        let (kind, least, most) = match cue {
            Cue::Ssn => (Kind::Ssn, 9, 9),
            Cue::SsnLast4 => (Kind::SsnLast4, 4, 4),
            Cue::Phone => (Kind::Phone, 7, 15),
            Cue::Card => (Kind::Card, 12, 19),
            Cue::Cvv => (Kind::Cvv, 3, 4),
            Cue::Routing => (Kind::Routing, 9, 9),
            Cue::Account => (Kind::Account, 6, 17),
            Cue::Iban => (Kind::Iban, 15, 34),
            Cue::Mrn => (Kind::Mrn, 4, 16),
            Cue::Member => (Kind::MemberId, 5, 20),
            Cue::Mbi => (Kind::Mbi, 11, 11),
            Cue::Npi => (Kind::Npi, 10, 10),
            Cue::Dea => (Kind::Dea, 9, 9),
            Cue::Rx => (Kind::Rx, 5, 12),
            Cue::License => (Kind::License, 5, 16),
            Cue::Passport => (Kind::Passport, 6, 9),
            Cue::Plate => (Kind::Plate, 4, 8),
            Cue::Vin => (Kind::Vin, 17, 17),
            Cue::Device => (Kind::Device, 5, 24),
            Cue::Zip => (Kind::Zip, 5, 9),
            _ => (Kind::Dob, 6, 8),
        };
        let dotted = chunk.separators.contains(&b'.')
            && !matches!(kind, Kind::Phone | Kind::Ssn | Kind::Dob);
        let fits = !dotted
            && (least..=most).contains(&chunk.value.len())
            && (digits * 2 >= chunk.value.len().min(8)
                || kind == Kind::License && digits > 1 && capitals(&chunk.value))
            && checked(kind, &chunk.value)
            && !measured(doc, &chunk)
            && (free(doc, &chunk) || numbered(doc, at) && !doc.glued(chunk.end));
        if fits {
            doc.add(chunk.first, chunk.end, kind, "announced");
        }
        at = chunk.end.max(at + 1);
    }
}

/// "chart lookup 38ms": a number with its unit.
fn measured(doc: &Doc<'_>, chunk: &Chunk) -> bool {
    chunk.end == chunk.first + 2
        && doc.shape(chunk.first) == Some(Shape::Number)
        && (doc.has(chunk.first + 1, class::UNIT)
            || doc.is_any(chunk.first + 1, words!["ms", "s", "kb", "mb", "gb", "px"]))
}

/// "member id ZQ-88120-7": capitals, a hyphen and digits.
fn hyphened(doc: &Doc<'_>, at: usize) -> bool {
    doc.len_of(at) <= 4
        && doc.bytes(at).iter().all(u8::is_ascii_uppercase)
        && doc.glued(at + 1)
        && doc.is_punct(at + 1, b'-')
        && doc.glued(at + 2)
        && doc.shape(at + 2) == Some(Shape::Number)
}

fn capitals(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// "ssn#144.62.9037", "chart #00418": a sign stands between the cue and the number.
fn numbered(doc: &Doc<'_>, at: usize) -> bool {
    at > 1 && doc.is_punct(at - 1, b'#') && doc.shape(at - 2) == Some(Shape::Word)
}

/// The text is one value and nothing else: its shape decides. Lengths that a checked kind has are left to the check.
fn alone(doc: &mut Doc<'_>) {
    let Some(first) = (0..doc.tokens.len()).find(|at| doc.shape(*at) != Some(Shape::Newline))
    else {
        return;
    };
    if doc.taken[first] {
        return;
    }
    let Some(chunk) = chunk(doc, first, false) else {
        return;
    };
    if (chunk.end..doc.tokens.len()).any(|at| doc.shape(at) != Some(Shape::Newline)) {
        return;
    }
    let value = chunk.value.as_str();
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    let upper = value
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let leading = value.bytes().take_while(u8::is_ascii_uppercase).count();
    let kind = if digits && chunk.groups.len() == 1 {
        match value.len() {
            9 if checks::ssn(value) || checks::itin(value) => Kind::Ssn,
            9 if checks::aba(value) => Kind::Routing,
            10 if checks::npi(value) => Kind::Npi,
            11 | 12 | 17 => Kind::Account,
            _ => return,
        }
    } else if upper
        && chunk.groups.len() == 1
        && leading == 1
        && (8..=13).contains(&value.len())
        && value[1..].bytes().all(|b| b.is_ascii_digit())
    {
        Kind::License
    } else {
        return;
    };
    doc.add(chunk.first, chunk.end, kind, "alone");
}
