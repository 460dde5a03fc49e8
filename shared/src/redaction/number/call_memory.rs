//! What a call remembers: questions that wait for an answer, values given in parts, and values to recognise again.

use std::ops::Range;

use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::number::context::{clock, frame_only};
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::cue_value::length;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::{Doc, Turn};
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::words;

/// A question that waits for its answer, or a value given in parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) cue: Cue,
    pub(crate) turn: usize,
    /// Characters of the value already given.
    pub(crate) got: usize,
}

/// Values found so far, for echoes and repetitions.
pub(crate) struct Seen {
    values: Vec<(Range<usize>, Kind)>,
    /// The values, one after the other.
    chars: Vec<u8>,
}

/// How long an unanswered question or an unfinished value is waited for, in turns.
pub(crate) const PATIENCE: usize = 6;

/// The pending question this run answers.
pub(crate) fn answers(
    doc: &Doc<'_>,
    run: &Run,
    turn: &Turn,
    t: usize,
    pending: &[Pending],
) -> Option<Cue> {
    if pending.is_empty() || run.counts() && run.len() < 7 && pending.iter().all(|p| p.got == 0) {
        return None;
    }
    let framed = frame_only(doc, turn.first, run.first);
    // "On one page it's 568979": a long value in the very next turn needs no small words before it.
    let plain = !(run.cardinal || run.decimal || run.counts() || run.lists() || run.births());
    let long = run.len() >= 5 && run.digits() >= 3 && plain;
    let rest = turn.end - run.end;
    // "... Ben, put that down... 0079": exactly what is missing, at the end of the turn.
    let completes = |p: &Pending| {
        let fixed = matches!(
            p.cue,
            Cue::Phone | Cue::Ssn | Cue::Npi | Cue::Routing | Cue::Dea | Cue::Mbi
        );
        fixed && p.got > 0 && rest <= 1 && plain && p.got + run.len() == length(p.cue).0
    };
    if !framed && !long && !pending.iter().any(completes) {
        return None;
    }
    pending
        .iter()
        .rev()
        .filter(|p| framed || long && p.turn + 1 >= t || completes(p))
        .find(|p| {
            let (full, least) = length(p.cue);
            let least = match p.cue {
                _ if p.got > 0 => 2,
                Cue::Card => 4,
                _ => least.max(2),
            };
            let fits = match p.cue {
                Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Cvv => {
                    run.len() <= 5 && run.letters == 0
                }
                Cue::Dob => run.letters == 0 && (3..=8).contains(&run.len()),
                Cue::Zip | Cue::CardExp => run.len() <= 9,
                Cue::Phone | Cue::Card | Cue::Npi | Cue::Routing => run.letters == 0,
                // A British number begins with two letters and ends with one.
                Cue::Ssn => run.letters <= 3,
                _ => true,
            };
            // A short number in a long sentence is not an answer.
            let letters = rest <= 1
                && run.letters >= 2
                && matches!(
                    p.cue,
                    Cue::Member | Cue::Mbi | Cue::Plate | Cue::License | Cue::Device | Cue::Dea
                );
            fits && (run.digits() > 0 || letters)
                && run.len() >= least
                && (run.len() >= full.min(5)
                    || rest <= if p.got > 0 { 14 } else { 8 }
                    || doc.after_stop(run.end + 1))
                && !(run.len() <= 2 && clock(run) && rest > 4)
        })
        .map(|p| p.cue)
}

pub(crate) fn settle(
    pending: &mut Vec<Pending>,
    cue: Cue,
    turn: usize,
    len: usize,
    complete: usize,
    total: usize,
) {
    let mut got = total.max(len);
    if let Some(at) = pending.iter().position(|p| p.cue == cue) {
        got = got.max(pending[at].got + len);
        pending.remove(at);
    }
    if got < complete && cue != Cue::Id {
        pending.push(Pending { cue, turn, got });
    }
}

/// Whether tokens after the cue hold a value already removed, before the next cue.
pub(crate) fn answered(doc: &Doc<'_>, hit: &Hit, hits: &[Hit], end: usize) -> bool {
    let next = hits.partition_point(|other| other.first < hit.end);
    let until = hits[next..]
        .iter()
        .find(|other| other.cue.is_code())
        .map_or(end, |other| other.first);
    (hit.end..until).any(|at| doc.taken[at] || doc.shape(at) == Some(Shape::Placeholder))
        || hit.first > 0 && doc.taken[hit.first - 1] && is_value(doc, hit.first - 1)
}

/// Whether what was found at token `at` can be what a cue names: "…, Mississippi 39592 insurance number" cannot.
fn is_value(doc: &Doc<'_>, at: usize) -> bool {
    let end = doc.tokens[at].end();
    let mut recent = doc.findings.iter().rev().take(32);
    let found = recent.find(|finding| finding.end == end);
    !found.is_some_and(|finding| matches!(finding.kind, Kind::Address | Kind::Person | Kind::Date))
}

impl Seen {
    /// What a call begins with: the numbers of its deny list.
    pub(crate) fn of(known: &Known) -> Self {
        let mut seen = Self {
            values: Vec::new(),
            chars: Vec::new(),
        };
        for number in &known.numbers {
            seen.push(number.as_bytes(), Kind::Known);
        }
        seen
    }

    fn push(&mut self, value: &[u8], kind: Kind) {
        let start = self.chars.len();
        self.chars.extend_from_slice(value);
        self.values.push((start..self.chars.len(), kind));
    }

    /// Remembers a value given in parts.
    pub(crate) fn note_chars(&mut self, value: &[u8], kind: Kind) {
        if value.len() >= 3 && self.values.len() < 256 {
            self.push(value, kind);
        }
    }

    /// The run resembles a value said a moment ago: misread ("606761", "606765"), or another of the same kind
    /// ("mine's 336001", "and the other is …").
    pub(crate) fn akin(&self, doc: &Doc<'_>, run: &Run) -> Option<(Kind, &'static str)> {
        let value = run.chars();
        if value.len() < 5 {
            return None;
        }
        let other = (1..=4).any(|back| {
            run.first >= back
                && doc.is_any(
                    run.first - back,
                    words![
                        "other", "mine", "his", "hers", "theirs", "yours", "second", "one",
                        "first", "actually", "no", "instead", "rather", "not", "sorry",
                    ],
                )
        });
        let recent = &self.values[self.values.len().saturating_sub(4)..];
        recent.iter().rev().find_map(|(range, kind)| {
            let seen = &self.chars[range.clone()];
            let wrong = seen.iter().zip(value).filter(|(a, b)| a != b).count();
            if seen.len() == value.len() && wrong <= value.len() / 3 {
                return Some((*kind, "misread"));
            }
            (other && seen.len() >= 5 && seen.len().abs_diff(value.len()) <= 2)
                .then_some((*kind, "another"))
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn note(&mut self, run: &Run, kind: Kind) {
        if run.len() >= 3 && self.values.len() < 256 {
            self.push(run.chars(), kind);
        }
    }

    /// The kind of the first value that is `value`, or holds it.
    pub(crate) fn mentions(&self, value: &[u8]) -> Option<Kind> {
        let same = |other: &[u8]| other == value || value.len() >= 6 && holds(other, value);
        let found = self
            .values
            .iter()
            .find(|(range, _)| same(&self.chars[range.clone()]));
        found.map(|(_, kind)| *kind)
    }

    /// The run repeats a value of this call, or its end.
    pub(crate) fn echo(&self, run: &Run, quantity: bool) -> Option<(Kind, &'static str)> {
        let value = run.chars();
        if quantity && value.len() < 6 {
            return None;
        }
        let recent = self.values.len().saturating_sub(3);
        self.values
            .iter()
            .enumerate()
            .rev()
            .find(|(i, (range, _))| {
                let other = &self.chars[range.clone()];
                if value.len() >= 6 {
                    holds(other, value) || run.says(other)
                } else if value.len() >= 4 {
                    let part = other.ends_with(value) || other.starts_with(value);
                    other == value || other.len() > 6 && part
                } else {
                    value.len() == 3 && *i >= recent && other.starts_with(value)
                }
            })
            .map(|(_, (_, kind))| (*kind, "echo"))
    }
}

/// Whether `part` stands somewhere in `value`.
fn holds(value: &[u8], part: &[u8]) -> bool {
    value.windows(part.len()).any(|window| window == part)
}
