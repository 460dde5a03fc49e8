//! The first or the last digits of a value that is not said whole.

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::cue_value::by_shape;
use crate::redaction::number::evidence::{Case, headed};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::words;

/// "it starts with two forty six and finishes four one five, my social": the first digits of what the turn or the one
/// before names.
#[inline(never)]
pub(crate) fn begins(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> Option<Kind> {
    let with = run.first.checked_sub(1)?;
    let starts = with > case.turn.first
        && doc.is(with, "with")
        && doc.is_any(
            with - 1,
            words![
                "starts",
                "start",
                "begins",
                "begin",
                "starting",
                "beginning"
            ],
        );
    if !starts || !(2..=6).contains(&run.len()) {
        return None;
    }
    let asks = case.turn.asks
        | case
            .t
            .checked_sub(1)
            .map_or(0, |before| doc.turns[before].asks);
    let of = |cues: u64| asks & cues != 0;
    if of(Cue::Ssn.bit() | Cue::SsnLast4.bit()) {
        return Some(Kind::Ssn);
    }
    of(Cue::codes() & !Cue::Dob.bit()).then(|| by_shape(run))
}

/// "I have an ID ending in six two": two of its last digits are enough where it is named.
#[inline(never)]
pub(crate) fn ends_in_two(doc: &Doc<'_>, run: &Run, case: &Case<'_>, hit: Hit) -> bool {
    let closes = run.end >= case.turn.end || doc.shape(run.end) != Some(Shape::Word);
    let named = || {
        let from = case.turn.first.max(hit.first.saturating_sub(6));
        headed(doc, hit.first, case.turn.first, 6)
            || doc.says(
                from,
                hit.first,
                words!["social", "phone", "cell", "insurance"],
            )
    };
    run.len() == 2
        && (run.singles == 2 || run.atoms == 1)
        && matches!(
            hit.cue,
            Cue::Last4 | Cue::CardLast4 | Cue::SsnLast4 | Cue::PhoneLast4
        )
        && closes
        && named()
}
