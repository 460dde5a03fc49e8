//! What a cue expects of its value, how far it reaches, and the cue that follows its value.

use crate::redaction::kind::Kind;
use crate::redaction::number::card::year_ahead;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;
use crate::redaction::written::checks;

/// How many characters complete the value a cue announces, and the fewest a part of it can have.
pub(crate) fn length(cue: Cue) -> (usize, usize) {
    match cue {
        Cue::Ssn | Cue::Routing | Cue::Dea => (9, 2),
        Cue::Phone | Cue::Npi => (10, 3),
        Cue::Member => (9, 3),
        Cue::Card | Cue::Iban => (15, 3),
        Cue::Mbi => (11, 2),
        Cue::Vin => (17, 3),
        Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Secret => (4, 3),
        Cue::Cvv => (3, 3),
        Cue::CardExp => (3, 2),
        Cue::Zip => (5, 3),
        Cue::Dob => (4, 2),
        _ => (6, 3),
    }
}

/// The most characters a value of this cue has when it is given in parts.
pub(crate) fn most(cue: Cue) -> usize {
    match cue {
        Cue::Ssn | Cue::Routing | Cue::Dea | Cue::Zip => 9,
        Cue::Phone | Cue::Npi | Cue::Mbi => 11,
        Cue::Card => 19,
        Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Cvv => 4,
        Cue::CardExp => 6,
        Cue::Dob | Cue::Plate => 8,
        Cue::Iban => 34,
        _ => 17,
    }
}

/// Whether values of this cue have no letters.
pub(crate) fn digits_only(cue: Cue) -> bool {
    matches!(
        cue,
        Cue::Phone
            | Cue::PhoneLast4
            | Cue::Last4
            | Cue::SsnLast4
            | Cue::Card
            | Cue::CardLast4
            | Cue::CardExp
            | Cue::Cvv
            | Cue::Npi
            | Cue::Routing
    )
}

pub(crate) fn kind_of(cue: Cue, run: &Run) -> Kind {
    match cue {
        Cue::Ssn => Kind::Ssn,
        Cue::SsnLast4 => Kind::SsnLast4,
        Cue::Last4 if run.len() <= 6 => Kind::SsnLast4,
        Cue::Phone => Kind::Phone,
        Cue::PhoneLast4 => Kind::PhoneLast4,
        Cue::Card | Cue::CardLast4 => Kind::Card,
        Cue::CardExp => Kind::CardExp,
        Cue::Cvv => Kind::Cvv,
        Cue::Routing => Kind::Routing,
        Cue::Account => Kind::Account,
        Cue::Iban => Kind::Iban,
        Cue::Mrn => Kind::Mrn,
        Cue::Member => Kind::MemberId,
        Cue::Mbi => Kind::Mbi,
        Cue::Npi => Kind::Npi,
        Cue::Dea => Kind::Dea,
        Cue::Rx => Kind::Rx,
        Cue::License => Kind::License,
        Cue::Passport => Kind::Passport,
        Cue::Plate => Kind::Plate,
        Cue::Vin => Kind::Vin,
        Cue::Device => Kind::Device,
        Cue::Zip => Kind::Zip,
        Cue::Dob => Kind::Dob,
        Cue::Secret => Kind::Secret,
        _ => by_shape(run),
    }
}

/// The likeliest kind of a value nobody announced.
pub(crate) fn by_shape(run: &Run) -> Kind {
    let value = run.text();
    if run.letters > 0 {
        return if checks::mbi(value) {
            Kind::Mbi
        } else if checks::dea(value) {
            Kind::Dea
        } else if checks::vin(value) {
            Kind::Vin
        } else {
            Kind::Id
        };
    }
    match value.len() {
        13..=19 if checks::card(value) => Kind::Card,
        15 | 16 => Kind::Card,
        // "4128-2189-5113-3468 09/27"
        18..=22 if value.as_bytes().get(16..).is_some_and(year_ahead) => Kind::Card,
        10 if value.starts_with('1') && checks::npi(value) => Kind::Npi,
        10 | 11 | 7 => Kind::Phone,
        9 => Kind::Ssn,
        _ => Kind::Id,
    }
}

/// A general word after a specific cue does not replace it: "social … last four", "card … number".
pub(crate) fn refines(old: Cue, new: Cue) -> bool {
    old != new && matches!(new, Cue::Name | Cue::Age | Cue::Url)
        || matches!(
            (old, new),
            (Cue::Mbi, Cue::Member) | (Cue::Npi | Cue::Dea | Cue::License, Cue::Id)
        )
}

/// Whether the cue still speaks for a value that starts at `at`.
pub(crate) fn reaches(doc: &Doc<'_>, hit: &Hit, at: usize, last_end: usize) -> bool {
    // "License. 7726", "Medicaid? MA 31 004": the cue is a sentence of its own.
    let ends = doc.is_punct(hit.end, b'.') || doc.is_punct(hit.end, b'?');
    if at == hit.end + 1 && ends && opens_sentence(doc, hit.first) {
        return true;
    }
    let from = hit.end.max(if last_end > hit.end {
        last_end
    } else {
        hit.end
    });
    if at < hit.end || at - from.min(at) > 14 {
        return false;
    }
    let mut strange = 0;
    for i in from.min(at)..at {
        match doc.shape(i) {
            Some(Shape::Word) => {
                if doc.has(i, class::MEASURE) && !doc.has(i, class::FRAME) {
                    return false;
                }
                if !doc.has(
                    i,
                    class::FRAME
                        | class::FILLER
                        | class::CORRECTION
                        | class::SEPARATOR
                        | class::LETTER
                        | class::CARDINAL,
                ) {
                    strange += 1;
                }
            }
            Some(Shape::Punct) if doc.is_punct(i, b'?') => strange += 2,
            Some(Shape::Punct) if doc.is_punct(i, b'.') && !doc.glued(i + 1) => strange += 1,
            _ => {}
        }
    }
    // "the serial is stamped inside, nineteen, forty-four …"
    let stated = || {
        doc.is_any(hit.first, words!["serial", "plate", "plates"])
            && (doc.is_any(hit.end, words!["is", "reads", "says"])
                || doc.shape(hit.end) == Some(Shape::Clitic))
    };
    strange <= if weak(doc, hit) && !stated() { 0 } else { 3 }
}

/// Whether a sentence or a turn begins at `at`.
fn opens_sentence(doc: &Doc<'_>, at: usize) -> bool {
    at == 0 || doc.after_stop(at) || doc.is_punct(at - 1, b':')
}

/// A single noun that names many things: its value must follow at once ("policy 4471…", not "policy that…").
pub(crate) fn weak(doc: &Doc<'_>, hit: &Hit) -> bool {
    hit.end == hit.first + 1
        && doc.is_any(
            hit.first,
            words![
                "chart",
                "group",
                "policy",
                "account",
                "medicaid",
                "plates",
                "tags",
                "license",
                "licence",
                "rx",
                "gmail",
                "routing",
                "plate",
                "tag",
                "aba",
                "visa",
                "card",
                "serial",
                "reg",
                "registration",
                "security",
                "script",
                "expires",
                "ending",
                "ends",
                "exp",
            ],
        )
}

/// Whether somebody corrected himself just before `first`.
pub(crate) fn corrects(doc: &Doc<'_>, first: usize) -> bool {
    (1..=12).any(|back| {
        first.checked_sub(back).is_some_and(|at| {
            doc.has(at, class::CORRECTION)
                || doc.is(at, "wait")
                || doc.is_any(at, words!["no", "nope"])
                    && (doc.is_punct(at + 1, b',') || doc.is(at + 1, "hold"))
        })
    })
}

/// "415 555 0100, that's my cell": the cue that follows the value, unless it has a value of its own.
pub(crate) fn cue_after(doc: &Doc<'_>, run: &Run, hits: &[Hit], end: usize) -> Option<Cue> {
    let mut at = run.end;
    let mut words = 0;
    while at < end && words < 6 {
        if let Some(hit) = hits
            .get(hits.partition_point(|hit| hit.first < at))
            .filter(|hit| hit.first == at)
        {
            if !hit.cue.is_code() || matches!(hit.cue, Cue::Id) {
                return None;
            }
            let mut value = hit.end;
            while value < end
                && value < hit.end + 4
                && (doc.has(value, class::FRAME | class::FILLER)
                    || doc.is_punct(value, b',')
                    || doc.is_punct(value, b':')
                    || doc.shape(value) == Some(Shape::Clitic))
                && !doc.has(value, class::LETTER)
            {
                value += 1;
            }
            let own = value < end
                && (matches!(doc.shape(value), Some(Shape::Number | Shape::Placeholder))
                    || doc.has(value, class::CARDINAL | class::LETTER | class::NATO))
                && !doc.is_any(value, words!["a", "i"]);
            // "seven six nine, that's the area code, five two one …"
            let part = doc.is(hit.first, "area") && run.len() == 3;
            // "I owe 250 on the card"
            let paid = hit.cue == Cue::Card && run.len() < 4;
            // "two twenty one, cvv" as all that is said
            let last = run.len() >= 3 && hit.end + 1 >= end;
            return ((!own || part) && (words > 0 || last) && !paid).then_some(hit.cue);
        }
        match doc.shape(at) {
            Some(Shape::Punct) if doc.is_punct(at, b',') || doc.is_punct(at, b'.') => {}
            Some(Shape::Clitic) => {}
            Some(Shape::Word) => {
                if !doc.is_any(
                    at,
                    words![
                        "that", "is", "was", "for", "my", "the", "his", "her", "your", "our",
                        "their", "s", "and", "it", "as", "this", "on", "would", "be", "should",
                        "which", "thats", "so", "uh", "um", "a", "are", "were", "these", "those",
                        "if", "you", "need", "want", "there", "here", "sound", "sounds", "right",
                        "correct", "still",
                    ],
                ) && !doc.has(at, class::RELATION)
                {
                    return None;
                }
                words += 1;
            }
            _ => return None,
        }
        at += 1;
    }
    None
}
