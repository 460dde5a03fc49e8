//! Where a run begins and how far it goes.

use crate::redaction::number::atom::{atom, caps, numeric, spelled, x_ray};
use crate::redaction::number::pause::join;
use crate::redaction::number::run::{MOST_CHARS, Run};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Reads the run that starts at token `first`, not beyond `limit`, into `run`; false when none does. With `armed`,
/// something announced it: letters, corrections and wider pauses belong to it.
pub(crate) fn read(doc: &Doc<'_>, first: usize, limit: usize, armed: bool, run: &mut Run) -> bool {
    if !starts(doc, first, limit, armed) {
        return false;
    }
    run.restart(first);
    run.open_group(first, false);
    let mut before = 0;
    let Some(mut at) = atom(doc, first, limit, run, armed) else {
        return false;
    };
    run.close_group(at, before);
    let (mut points, mut said) = (0, 0);
    loop {
        if at >= limit || run.len >= MOST_CHARS - 8 {
            break;
        }
        if !doc.taken[at]
            && let Some(next) = atom(doc, at, limit, run, armed)
        {
            at = next;
            run.close_group(at, before);
            continue;
        }
        // "five-five-one two-hundred sixty-seven"
        let scale = doc.is_punct(at, b'-')
            && doc.glued(at)
            && at + 1 < limit
            && doc.glued(at + 1)
            && doc.has(at + 1, class::HUNDRED | class::THOUSAND);
        if scale && let Some(next) = atom(doc, at + 1, limit, run, armed) {
            at = next;
            run.close_group(at, before);
            continue;
        }
        // In the middle of a code, more letters go on with it.
        let code = run.letters > 0 && run.digits() >= 2;
        let Some(join) = join(doc, at, limit, armed, code) else {
            break;
        };
        let saved = (
            run.len,
            run.atoms,
            run.letters,
            run.singles,
            run.cardinal,
            run.hundred,
            run.group_count,
        );
        before = run.len;
        run.open_group(join.next, join.corrected);
        if let Some(group) = run.groups.get_mut(run.group_count - 1) {
            group.paused = join.paused;
        }
        if let Some(next) = atom(doc, join.next, limit, run, armed) {
            points += join.points;
            said += join.said_points;
            run.decimal |= join.decimal;
            at = next;
            run.close_group(at, before);
        } else {
            (
                run.len,
                run.atoms,
                run.letters,
                run.singles,
                run.cardinal,
                run.hundred,
                run.group_count,
            ) = saved;
            break;
        }
    }
    // One point is a decimal; more of them are only separators, unless they are said ("nine point one, ten point
    // six") or stand in some of the groups only ("11.8, 7.7").
    let some = points >= 2 && run.group_count > points + 1;
    run.decimal &= points == 1 || said == points || some;
    true
}

/// "t g e seven nine nine": one to three more letters, and then a number of two digits or more said one by one.
fn letters_lead(doc: &Doc<'_>, from: usize, limit: usize) -> bool {
    let mut at = from;
    while at < limit.min(from + 4) && doc.has(at, class::LETTER) {
        at += 1;
    }
    let letters = at > from;
    at += usize::from(doc.is_punct(at, b',') || doc.is_punct(at, b'-'));
    letters
        && at + 1 < limit
        && numeric(doc, at)
        && (numeric(doc, at + 1) || doc.len_of(at) > 2 && doc.shape(at) == Some(Shape::Number))
}

/// Whether a run may begin here: a number, or a letter that something armed or that a number follows.
pub(crate) fn starts(doc: &Doc<'_>, at: usize, limit: usize, armed: bool) -> bool {
    if at >= limit || doc.taken[at] {
        return false;
    }
    let class = doc.class(at);
    match doc.shape(at) {
        Some(Shape::Number) => true,
        Some(Shape::Word) => {
            if class & (class::DIGIT | class::TEEN | class::TENS | class::MULTIPLE) != 0 {
                return true;
            }
            if class & class::OH != 0 {
                // "oh um, zero five": armed, a filler may follow.
                let mut next = at + 1;
                while next < limit
                    && next < at + 4
                    && (doc.is_any(next, words!["dash", "hyphen"])
                        || armed
                            && (doc.has(next, class::FILLER | class::SEPARATOR)
                                || doc.is_punct(next, b',')
                                || doc.is_punct(next, b'-')))
                {
                    next += 1;
                }
                // "oh a b c one": announced, letters may follow.
                let letters = armed
                    && doc.has(next, class::LETTER)
                    && (doc.has(next + 1, class::LETTER) || numeric(doc, next + 1));
                if next < limit && (numeric(doc, next) || doc.has(next, class::MULTIPLE) || letters)
                {
                    return true;
                }
            }
            if class & class::HUNDRED != 0 {
                return false;
            }
            if at + 1 < limit && doc.glued(at + 1) && doc.shape(at + 1) == Some(Shape::Number) {
                return doc.len_of(at) <= 6 && doc.bytes(at).is_ascii();
            }
            if class & (class::LETTER | class::NATO) != 0 || caps(doc, at) {
                let after = spelled(doc, at, limit)
                    .or_else(|| x_ray(doc, at))
                    .unwrap_or(at + 1);
                let next = if doc.is_punct(after, b',')
                    || doc.is_punct(after, b'-')
                    || doc.is_any(after, words!["dash", "hyphen"])
                {
                    after + 1
                } else {
                    after
                };
                return next < limit
                    && !doc.taken[next]
                    && (numeric(doc, next)
                        || !armed && class & class::LETTER != 0 && letters_lead(doc, next, limit)
                        || armed
                            && (doc.has(next, class::LETTER | class::NATO) || after > at + 1)
                        || after > at + 1 && doc.has(next, class::LETTER | class::NATO)
                        || !armed && doc.has(next, class::NATO) && class & class::NATO != 0);
            }
            false
        }
        _ => false,
    }
}
