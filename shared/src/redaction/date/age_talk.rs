//! Ages that the talk around them gives away: corrected, said again, or one of several people's.

use crate::redaction::date::age::old_age;
use crate::redaction::date::correction;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// "ninety one, I mean ninety two": the age that replaces the one that ends at `end`.
pub(crate) fn corrected(doc: &Doc<'_>, end: usize, limit: usize) -> Option<(usize, usize)> {
    let at = correction::after(doc, end, limit)?;
    let (first, end) = old_age(doc, at, limit)?;
    (!counts(doc, end)).then_some((first, end))
}

/// An age that stands alone: said again or put right a turn or two after another one (`since` turns ago), or one of
/// those of several relatives.
pub(crate) fn talked_of(
    doc: &Doc<'_>,
    first: usize,
    end: usize,
    turn: &Turn,
    since: Option<usize>,
) -> Option<usize> {
    let closes = end >= turn.end
        || matches!(doc.shape(end), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            end,
            words![
                "and", "next", "this", "in", "last", "now", "today", "so", "but", "huh"
            ],
        );
    if !closes || counts(doc, end) {
        return None;
    }
    let opens = (turn.first..first)
        .all(|at| doc.shape(at) != Some(Shape::Word) || doc.has(at, class::FILLER | class::FRAME))
        && first <= turn.first + 3;
    // "ninety one?" – "ninety two next month"
    let again = since.is_some_and(|since| (1..=2).contains(&since)) && opens;
    (again || kin(doc, first, turn.first)).then_some(end)
}

/// "in her nineties, 94 i think", "not ninety three yet, ninety two": the number right after an age that ended at `told`.
pub(crate) fn beside(doc: &Doc<'_>, first: usize, end: usize, told: usize) -> Option<usize> {
    let near = told > 0 && first > told && first - told <= 2 && doc.is_punct(first - 1, b',');
    (near && !counts(doc, end)).then_some(end)
}

/// "two sisters, 92 and 87", "grandma's the older one, ninety three": nothing else is said of the relative before.
fn kin(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    let Some(comma) = first.checked_sub(1).filter(|at| *at > floor) else {
        return false;
    };
    if !doc.is_punct(comma, b',') {
        return false;
    }
    let from = comma.saturating_sub(6).max(floor);
    for at in (from..comma).rev() {
        if doc.has(at, class::RELATION)
            || doc.is_any(
                at,
                words![
                    "sisters",
                    "brothers",
                    "aunts",
                    "uncles",
                    "parents",
                    "grandparents",
                    "siblings"
                ],
            )
        {
            return true;
        }
        let small = doc.shape(at) == Some(Shape::Clitic)
            || doc.is_any(
                at,
                words![
                    "the", "older", "oldest", "elder", "eldest", "younger", "youngest", "one",
                    "is", "was", "both", "too", "also", "alone"
                ],
            );
        if !small {
            return false;
        }
    }
    false
}

/// Whether what follows a number says that it counts or measures something.
fn counts(doc: &Doc<'_>, end: usize) -> bool {
    doc.has(
        end,
        class::UNIT
            | class::OVER
            | class::MEASURE
            | class::MEDICAL
            | class::CARDINAL
            | class::STREET,
    ) || doc.glued(end) && doc.shape(end) == Some(Shape::Word)
        || doc.is_punct(end, b'%')
        || doc.is_punct(end, b'/')
        || doc.is_punct(end, b'-') && doc.glued(end)
        || doc.is_punct(end, b'.')
            && doc.glued(end + 1)
            && doc.shape(end + 1) == Some(Shape::Number)
        || doc.is(end, "in") && doc.is_any(end + 1, words!["the", "a", "my"])
}
