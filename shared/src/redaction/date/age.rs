//! Ages above 89, which Safe Harbor counts as identifying. Younger ages survive.

use crate::redaction::date::age_talk::{beside, corrected, talked_of};
use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Finds ages above 89.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.age);
    let mut t = 0;
    let mut resume = 0;
    let mut told_in: Option<usize> = None;
    let mut told_end = 0;
    for at in anchors.iter().map(|at| *at as usize) {
        if doc.is(at, "one") && !doc.has(at + 1, class::HUNDRED | class::OH) {
            continue;
        }
        while doc.turns.get(t).is_some_and(|turn| turn.end <= at) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if at < resume.max(turn.first) || doc.taken[at] {
            continue;
        }
        // "a hundred and one" begins one word earlier.
        let start = if doc.has(at, class::HUNDRED) && at > turn.first && doc.is(at - 1, "a") {
            at - 1
        } else {
            at
        };
        let Some((first, end)) = old_age(doc, start, turn.end) else {
            if doc.has(at, class::OLD)
                && let Some((first, end)) = elder(doc, at, turn.first, turn.end)
            {
                doc.add(first, end, Kind::AgeOver89, "age");
                told_end = end;
            }
            continue;
        };
        if let Some((first, end)) = decade(doc, at, turn.first).or_else(|| {
            let last = birthday(doc, end, turn.end)?;
            Some((first, last))
        }) {
            doc.add(first, end, Kind::AgeOver89, "age");
            (resume, told_end) = (end, end);
            continue;
        }
        let stop = aged(doc, first, end, turn.first, turn.end, t)
            .or_else(|| talked_of(doc, first, end, &turn, told_in.map(|told| t - told)))
            .or_else(|| beside(doc, first, end, told_end));
        resume = end;
        if let Some(stop) = stop {
            doc.add(first, stop, Kind::AgeOver89, "age");
            (told_in, told_end) = (Some(t), stop);
            if let Some((first, end)) = corrected(doc, stop, turn.end) {
                doc.add(first, end, Kind::AgeOver89, "age");
                resume = end;
            }
        }
    }
    doc.anchors.age = anchors;
}

/// An age in one word: "in her late nineties", "her ninetieth birthday", "a centenarian".
fn elder(doc: &Doc<'_>, at: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
    if doc.is_any(
        at,
        words!["nonagenarian", "centenarian", "supercentenarian"],
    ) {
        return Some((at, at + 1));
    }
    if doc.is_any(at, words!["ninetieth", "hundredth"]) {
        let ends = doc.is(at + 1, "birthday") && at + 1 < limit;
        return ends.then_some((at, at + 2));
    }
    doc.is(at, "nineties")
        .then(|| decade(doc, at, floor))
        .flatten()
}

/// "in her late nineties", "in his 90s": the decade of somebody's life, not of the century.
fn decade(doc: &Doc<'_>, at: usize, floor: usize) -> Option<(usize, usize)> {
    let figures = doc.shape(at) == Some(Shape::Number);
    if figures
        && (doc.word(at) != "90"
            || !doc.glued(at + 1)
            || !doc.is(at + 1, "s") && doc.shape(at + 1) != Some(Shape::Clitic))
        || !figures && !doc.is(at, "nineties")
    {
        return None;
    }
    let mut first = at;
    while first > floor
        && at - first < 3
        && (doc.is_any(first - 1, words!["early", "mid", "late"]) || doc.is_punct(first - 1, b'-'))
    {
        first -= 1;
    }
    let owned = first > floor
        && doc.is_any(
            first - 1,
            words!["his", "her", "their", "my", "your", "our"],
        );
    owned.then_some((first, at + 1 + usize::from(figures)))
}

/// The end of "his ninety fifth birthday", "98th birthday" after the number, which ends at `end`.
fn birthday(doc: &Doc<'_>, end: usize, limit: usize) -> Option<usize> {
    let suffix = doc.glued(end) && doc.is_any(end, words!["th", "st", "nd", "rd"]);
    let last = end + usize::from(!suffix && (doc.is_punct(end, b'-') || doc.is(end, "and")));
    (last + 1 < limit && (suffix || doc.has(last, class::ORDINAL)) && doc.is(last + 1, "birthday"))
        .then_some(last + 2)
}

/// A number from 90 to 125 at `at`.
#[inline]
pub(crate) fn old_age(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize)> {
    if doc.shape(at) == Some(Shape::Number) {
        let value: u32 = doc.word(at).parse().ok()?;
        return (90..=125).contains(&value).then_some((at, at + 1));
    }
    if doc.has(at, class::TENS) {
        if doc.value(at) != 90 {
            return None;
        }
        let next = if doc.is_punct(at + 1, b'-') && doc.glued(at + 1) {
            at + 2
        } else {
            at + 1
        };
        let end = if doc.has(next, class::DIGIT) && doc.value(next) > 0 {
            next + 1
        } else {
            at + 1
        };
        return Some((at, end));
    }
    let hundred = if doc.has(at, class::HUNDRED) {
        at
    } else if !doc.has(at + 1, class::HUNDRED | class::OH) {
        return None;
    } else if (doc.is(at, "a") || doc.is(at, "one")) && doc.has(at + 1, class::HUNDRED) {
        at + 1
    } else if doc.is(at, "one") && doc.has(at + 1, class::OH) && doc.has(at + 2, class::DIGIT) {
        return Some((at, at + 3));
    } else {
        return None;
    };
    let mut end = hundred + 1;
    let next = if doc.is(end, "and") { end + 1 } else { end };
    // "a hundred and forty pounds"
    if doc.has(next, class::TENS) && doc.value(next) > 20 {
        return None;
    }
    if doc.has(next, class::DIGIT | class::TEEN) && next < limit {
        end = next + 1;
    } else if doc.has(next, class::TENS) && doc.value(next) == 20 {
        end = if doc.has(next + 1, class::DIGIT) {
            next + 2
        } else {
            next + 1
        };
    }
    Some((at, end))
}

/// What words right after the number say of it.
struct Told {
    /// Where the age's phrase ends; `None` when it is none.
    ends_at: Option<usize>,
}

/// "years old", "yo", "y/o"; nothing when the number stands without such words.
fn told(doc: &Doc<'_>, end: usize, limit: usize) -> Option<Told> {
    let skip = |at: usize| if doc.is_punct(at, b'-') { at + 1 } else { at };
    let unit = skip(end);
    if doc.is_any(unit, words!["year", "years", "yr", "yrs"]) {
        let next = skip(unit + 1);
        if doc.is_any(next, words!["old", "young"]) {
            return Some(Told {
                ends_at: Some((next + 1).min(limit)),
            });
        }
        if doc.is(next, "of") && doc.is(next + 1, "age") {
            return Some(Told {
                ends_at: Some((next + 2).min(limit)),
            });
        }
        return Some(Told { ends_at: None });
    }
    if doc.is(unit, "yo")
        || doc.is(unit, "y")
            && (doc.is_punct(unit + 1, b'/') || doc.is_punct(unit + 1, b'.'))
            && doc.is(unit + 2, "o")
    {
        let words = if doc.is(unit, "yo") { 1 } else { 3 };
        return Some(Told {
            ends_at: Some(unit + words),
        });
    }
    None
}

/// The word that what leads to the number at `first` follows: "about", "pushing", "going on".
fn leads_back(doc: &Doc<'_>, first: usize, floor: usize) -> usize {
    let mut before = first - 1;
    while before > floor
        && (doc.is_any(
            before,
            words![
                "about",
                "almost",
                "nearly",
                "now",
                "over",
                "past",
                "well",
                "going",
                "on",
                "just",
                "only",
                "actually",
                "really",
                "truly",
                "honestly",
                "definitely",
                "officially",
                "um",
                "uh",
                "like",
                "already",
                "of",
                "is",
                "be",
                "pushing",
                "nearing",
                "approaching",
                "hitting",
                "close",
                "to",
                "still",
                "exactly",
                "all",
                "currently",
                "gonna",
                "probably",
                "maybe",
                "roughly",
                "a",
                "good",
                "ripe",
            ],
        ) || doc.is_punct(before, b','))
    {
        before -= 1;
    }
    before
}

/// Whether the number is somebody's age, and where the phrase ends.
fn aged(
    doc: &Doc<'_>,
    first: usize,
    end: usize,
    floor: usize,
    limit: usize,
    t: usize,
) -> Option<usize> {
    if let Some(told) = told(doc, end, limit) {
        return told.ends_at;
    }
    let quantity = doc.has(end, class::UNIT | class::OVER | class::CARDINAL)
        || doc.is_punct(end, b'%')
        || doc.is_punct(end, b'/')
        || doc.is_punct(end, b'.')
            && doc.glued(end + 1)
            && doc.shape(end + 1) == Some(Shape::Number)
        || doc.is(end, "point")
        || doc.is(end, "on") && !day_ahead(doc, end + 1)
        || first > 0 && doc.is_punct(first - 1, b'$');
    if quantity || first <= floor {
        let asked = first <= floor + 3 && t > 0 && asked_age(doc, t);
        return (asked && !quantity).then_some(end);
    }
    let before = leads_back(doc, first, floor);
    // "she made it to a hundred and one", "my aunt lived to be ninety seven", "pushing ninety six"
    let reached = first - before > 1
        && (doc.is(before, "lived")
            || doc.is(before, "it")
                && before > floor
                && doc.is_any(before - 1, words!["made", "make", "makes"]));
    // "at ninety one she still lives alone"
    let at_age = doc.is(before, "at")
        && (before == floor || doc.shape(before - 1) == Some(Shape::Punct))
        && doc.is_any(end, words!["she", "he", "i", "my"]);
    if at_age {
        return Some(end);
    }
    let closes = end >= limit
        || matches!(doc.shape(end), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            end,
            words![
                "and", "now", "so", "but", "this", "next", "last", "in", "today", "with", "who",
                "before", "when", "or", "years", "at", "she", "he", "lives", "living",
            ],
        );
    // "he's a hundred and three believe it or not": what somebody is or will be is an age unless something is counted;
    // what somebody was can be a reading.
    let present = doc.shape(before) == Some(Shape::Clitic)
        || doc.is_any(
            before,
            words![
                "am", "im", "hes", "shes", "turning", "turns", "turned", "turn", "aged"
            ],
        )
        || first - before > 1 && (before + 1..first).any(|at| doc.is_any(at, words!["is", "be"]));
    let counted = doc.has(
        end,
        class::UNIT
            | class::MEASURE
            | class::MEDICAL
            | class::CARDINAL
            | class::ORDINAL
            | class::STREET,
    ) || doc.is_any(end, words!["more", "per", "of", "sure", "proof"])
        || doc.glued(end);
    // "my mother, 96, fell"
    let aside = doc.is_punct(first - 1, b',')
        && doc.is_punct(end, b',')
        && first > floor + 1
        && (doc.has(first - 2, class::RELATION) || doc.is(first - 2, "patient"));
    let closes = closes || present && !counted;
    ((person(doc, before, first, floor) || reached || aside) && closes
        || asked_age(doc, t) && first <= floor + 4)
        .then_some(end)
}

/// Whether a day follows "on": "ninety five on the tenth of May", but "ninety five on room air".
fn day_ahead(doc: &Doc<'_>, at: usize) -> bool {
    let next = at + usize::from(doc.is_any(at, words!["the", "my", "her", "his", "this", "next"]));
    doc.taken.get(at).is_some_and(|taken| *taken)
        || doc.has(next, class::MONTH | class::ORDINAL | class::WEEKDAY)
        || doc.is_any(
            next,
            words!["birthday", "christmas", "thanksgiving", "easter"],
        )
}

/// Whether one of the last two turns asked for an age.
fn asked_age(doc: &Doc<'_>, t: usize) -> bool {
    doc.asked(t, 2, Cue::Age)
}

/// Whether the words at `before` speak of somebody whose age comes at `first`.
fn person(doc: &Doc<'_>, before: usize, first: usize, floor: usize) -> bool {
    // "exit 17 on i 95"
    let road = doc.is(before, "i")
        && before > floor
        && doc.is_any(
            before - 1,
            words!["on", "off", "take", "to", "along", "exit"],
        );
    if road {
        return false;
    }
    doc.is_any(
        before,
        words![
            "aged", "age", "turned", "turning", "turns", "turn", "he", "she", "i", "im", "hes",
            "shes", "be",
        ],
    ) || doc.is_any(before, words!["you", "him", "her", "me"])
        && before > floor
        && doc.is_any(before - 1, words!["makes", "make", "made"])
        || doc.is(before, "are") && before > floor && doc.is(before - 1, "you")
        || doc.shape(before) == Some(Shape::Clitic)
            && before > 0
            && (doc.is_any(
                before - 1,
                words![
                    "i",
                    "you",
                    "he",
                    "she",
                    "who",
                    "mom",
                    "mother",
                    "dad",
                    "father",
                    "grandmother",
                    "grandfather",
                    "grandma",
                    "grandpa",
                    "nana",
                    "nan",
                    "gran",
                    "granny",
                    "grandad",
                    "granddad",
                    "husband",
                    "wife",
                ],
            ) || doc.has(before - 1, class::RELATION))
        || doc.is_any(before, words!["am", "is", "was"])
            && before > 0
            && (doc.is_any(
                subject(doc, before),
                words![
                    "i", "he", "she", "who", "patient", "nana", "nan", "gran", "granny", "grandad"
                ],
            ) || doc.has(subject(doc, before), class::RELATION))
        || (doc.has(before, class::RELATION)
            || doc.is_any(before, words!["patient", "resident", "client", "member"]))
            && (before + 1..first)
                .any(|at| doc.is_any(at, words!["is", "be", "pushing", "nearing"]))
}

/// Whom the verb at `verb` speaks of: "i really am a hundred and three".
fn subject(doc: &Doc<'_>, verb: usize) -> usize {
    let sure = words![
        "really",
        "truly",
        "actually",
        "honestly",
        "definitely",
        "still",
        "now"
    ];
    verb.saturating_sub(if doc.is_any(verb - 1, sure) { 2 } else { 1 })
}
