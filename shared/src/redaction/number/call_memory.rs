//! What a call remembers: questions that wait for an answer, values given in parts, and values to recognise again.

use std::ops::Range;

use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
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
    (hit.end..until)
        .any(|at| doc.taken[at] && !is_name(doc, at) || doc.shape(at) == Some(Shape::Placeholder))
        || hit.first > 0 && doc.taken[hit.first - 1] && is_value(doc, hit.first - 1)
}

/// Whether the token at `at` belongs to somebody's name, who is only asked: "what month, day and year, Mister Ortega?"
#[inline(never)]
fn is_name(doc: &Doc<'_>, at: usize) -> bool {
    let start = doc.tokens[at].start();
    let mut recent = doc.findings.iter().rev().take(32);
    recent
        .find(|finding| finding.start <= start && start < finding.end)
        .is_some_and(|finding| finding.kind == Kind::Person)
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
            values: Vec::with_capacity(16),
            chars: Vec::with_capacity(192),
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
            return self.misheard(doc, run);
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

    /// "4 2 7", "declined, sorry", "4 9 7 then"; "B four four seven", "D four four seven": a short code with one
    /// character in place of another.
    fn misheard(&self, doc: &Doc<'_>, run: &Run) -> Option<(Kind, &'static str)> {
        let singly = run.singles + run.letters >= run.len();
        if !singly || run.len() < 3 {
            return None;
        }
        // "the other one's oh oh nine two"
        let other = (1..=3).any(|back| {
            run.first
                .checked_sub(back)
                .is_some_and(|at| doc.is_any(at, words!["other", "ones", "mine", "hers"]))
        });
        let recent = &self.values[self.values.len().saturating_sub(2)..];
        recent.iter().rev().find_map(|(range, kind)| {
            let seen = &self.chars[range.clone()];
            let wrong = seen.iter().zip(run.chars()).filter(|(a, b)| a != b).count();
            let code = run.letters > 0 && run.len() == 4
                || matches!(kind, Kind::Cvv | Kind::SsnLast4 | Kind::PhoneLast4);
            (code && seen.len() == run.len() && (wrong <= 1 || other)).then_some((*kind, "misread"))
        })
    }

    /// "ME, two four four, five four six zero": where the letters begin with which a value is said again whose digits begin
    /// at `first`, whatever else such a word means.
    #[inline(never)]
    pub(crate) fn echoed_letters(
        &self,
        doc: &Doc<'_>,
        run: &Run,
        first: usize,
        floor: usize,
    ) -> usize {
        let mark =
            first > floor + 1 && (doc.is_punct(first - 1, b',') || doc.is_punct(first - 1, b'.'));
        let Some(at) = first
            .checked_sub(1 + usize::from(mark))
            .filter(|at| *at >= floor)
        else {
            return first;
        };
        let letters = doc.word(at);
        let whole = |range: &Range<usize>| {
            let value = &self.chars[range.clone()];
            value.len() == letters.len() + run.len()
                && value.ends_with(run.chars())
                && value[..letters.len()].eq_ignore_ascii_case(letters.as_bytes())
        };
        let block = first == run.first && !doc.taken[at] && (1..=4).contains(&letters.len());
        if block && self.values.iter().any(|(range, _)| whole(range)) {
            at
        } else {
            first
        }
    }

    /// "Seven two. Got you.": the two or three digits at the edge of one of the last values, as all that is said.
    pub(crate) fn edge(&self, run: &Run) -> Option<(Kind, &'static str)> {
        let part = run.chars();
        let recent = &self.values[self.values.len().saturating_sub(2)..];
        recent.iter().rev().find_map(|(range, kind)| {
            let seen = &self.chars[range.clone()];
            let edge = seen.ends_with(part) || seen.starts_with(part);
            (part.len() >= 2 && part.len() < seen.len() && edge).then_some((*kind, "echo"))
        })
    }

    /// The kind of the last value.
    pub(crate) fn last_kind(&self) -> Option<Kind> {
        self.values.last().map(|(_, kind)| *kind)
    }

    pub(crate) fn count(&self) -> usize {
        self.values.len()
    }

    /// The values from number `from` on.
    pub(crate) fn since(&self, from: usize) -> impl Iterator<Item = (&[u8], Kind)> {
        self.values[from.min(self.values.len())..]
            .iter()
            .map(|(range, kind)| (&self.chars[range.clone()], *kind))
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
    pub(crate) fn echo(&self, run: &Run) -> Option<(Kind, &'static str)> {
        let value = run.chars();
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
pub(crate) fn holds(value: &[u8], part: &[u8]) -> bool {
    value.windows(part.len()).any(|window| window == part)
}
