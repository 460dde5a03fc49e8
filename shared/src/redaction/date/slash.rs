//! A day and a month in figures without a year: `9/24`, `14/9`, `04/08`. The same form is a score, a fraction, a dose
//! or a pressure, so what stands around it decides.

use crate::redaction::date::numeric::number;
use crate::redaction::date::visit::{is_date_of, visited_on};
use crate::redaction::number::atom::numeric;
use crate::redaction::number::context::measured;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// What is known of the dates before a place in a turn.
#[derive(Clone, Copy)]
pub(crate) struct Before {
    /// The turn's first token.
    pub(crate) floor: usize,
    /// Where the last date of the text ended; 0 before the first.
    pub(crate) date_end: usize,
    /// The turn's number.
    pub(crate) t: usize,
}

impl Before {
    /// A date was mentioned a moment ago.
    pub(crate) fn recent(&self, at: usize) -> bool {
        self.date_end > 0 && at < self.date_end + 40
    }

    /// The turn before asked for a day: "when", "what date"; `at` is in the first words of the answer.
    pub(crate) fn asked(&self, doc: &Doc<'_>, at: usize) -> bool {
        let Some(asked) = self.t.checked_sub(1).map(|before| doc.turns[before]) else {
            return false;
        };
        let near = if asked.asks & Cue::Dob.bit() == 0 {
            8
        } else {
            14
        };
        at < self.floor + near
            && (asked.first.max(asked.end.saturating_sub(16))..asked.end).any(|at| {
                doc.is_any(
                    at,
                    words!["when", "date", "dates", "day", "born", "birthday"],
                )
            })
    }
}

/// `10/24` as a date, from token `at` on.
pub(crate) fn slashed(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    before: Before,
) -> Option<(usize, usize)> {
    let slash = doc.is_punct(at + 1, b'/');
    if !slash && !doc.is_punct(at + 1, b'-') || at + 3 > limit {
        return None;
    }
    let glued = (doc.glued(at + 1), doc.glued(at + 2));
    // "booked for 10 / 14", as recognisers write a slash that is said.
    let apart = slash && glued == (false, false);
    if !apart && glued != (true, true) {
        return None;
    }
    let (a, b) = (number(doc, at)?, number(doc, at + 2)?);
    let (first, second) = (doc.word(at), doc.word(at + 2));
    let day_month = (1..=12).contains(&a) && (1..=31).contains(&b)
        || (1..=31).contains(&a) && (1..=12).contains(&b);
    if !day_month || first.len() > 2 || second.len() > 2 || (a, b) == (24, 7) {
        return None;
    }
    // "in eight weeks, around 9/12"
    let loose = at > before.floor + 1 && doc.is(at - 1, "around") && doc.is_punct(at - 2, b',');
    let led = at > before.floor && leads(doc, at - 1, before.floor) || loose;
    let padded = first.starts_with('0') || second.starts_with('0');
    // A score is not above what it is out of, and seldom out of seven, nine or eleven.
    let unlike_score = padded || a > 12 || b > 12 || a > b || matches!(b, 7 | 9 | 11);
    // "4/6 at 3:30"
    let comma = usize::from(doc.is_punct(at + 3, b','));
    let timed = doc.is(at + 3 + comma, "at") && numeric(doc, at + 4 + comma)
        || comma == 1
            && doc.shape(at + 4) == Some(Shape::Number)
            && (doc.is_any(at + 5, words!["am", "pm"]) || doc.is_punct(at + 5, b':'));
    let rated = b == 10 || b == 5;
    let to_date = at > before.floor
        && before.date_end + 2 >= at
        && before.date_end > before.floor
        && doc.is_any(
            at - 1,
            words!["to", "through", "until", "till", "thru", "and", "or"],
        );
    let on = at > before.floor && doc.is_any(at - 1, words!["on", "dated", "since", "due"])
        // "a GFR of 77 from 2/19"
        || at > before.floor && doc.is(at - 1, "from") && (a > 12) != (b > 12) && !doc.is(at + 3, "to");
    let counted = doc.has(at + 3, class::UNIT | class::OVER);
    if slash && visited_on(doc, at, at + 3, before.floor)
        || !counted && is_date_of(doc, at, before.floor)
    {
        return Some((at, at + 3));
    }
    // "on 9-24": with a dash it is nearly always a range of numbers.
    if !slash {
        let dated = (on || at > before.floor && doc.has(at - 1, class::WEEKDAY))
            && (a > 12 || b > 12 || padded)
            && doc.shape(at + 3) != Some(Shape::Number)
            && !doc.is_punct(at + 3, b'-')
            && !quantity(doc, at, before.floor);
        return dated.then_some((at, at + 3));
    }
    // "between 5/12 and 5/19"; scores are out of the same
    let spanned = at > before.floor
        && doc.is(at - 1, "between")
        && doc.is(at + 3, "and")
        && doc.is_punct(at + 5, b'/')
        && number(doc, at + 6).is_some_and(|other| other != b && other <= 31);
    if quantity(doc, at, before.floor)
        || !on && !padded && !loose && !spanned && measured(doc, at, before.floor)
    {
        return None;
    }
    if spanned {
        return Some((at, at + 3));
    }
    // "until 1/5", "booked for 1/5": scores are never so introduced.
    let sure = at > before.floor
        && (doc.is_any(at - 1, words!["until", "till", "since"])
            || doc.is(at - 1, "for")
                && at > before.floor + 1
                && doc.is_any(
                    at - 2,
                    words![
                        "booked",
                        "scheduled",
                        "down",
                        "in",
                        "set",
                        "confirmed",
                        "appointment"
                    ],
                ));
    if apart {
        return (timed || sure || on || led || before.asked(doc, at)).then_some((at, at + 3));
    }
    let date = unlike_score
        || timed
        || sure
        || to_date
        || on
        || (led || before.recent(at)) && !rated
        || before.asked(doc, at);
    date.then_some((at, at + 3))
}

/// Whether the word at `at` leads to a date.
fn leads(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    doc.has(at, class::WEEKDAY)
        || doc.is_any(
            at,
            words![
                "on",
                "from",
                "by",
                "admitted",
                "discharged",
                "since",
                "until",
                "till",
                "before",
                "after",
                "dated",
                "due",
                "scheduled",
                "started",
                "starting",
                "ended",
            ],
        )
        || doc.is(at, "for")
            && at > floor
            && doc.is_any(at - 1, words!["down", "in", "scheduled", "booked", "set"])
}

/// Whether the numbers are a score, a dose, a strength, a pressure or a fraction of something.
fn quantity(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    let end = at + 3;
    let more = doc.has(
        end,
        class::UNIT | class::MEASURE | class::CARDINAL | class::MEDICAL,
    ) && !doc.is_any(end, words!["at", "a", "to", "from", "room", "between"])
        || doc.is_any(
            end,
            words![
                "of", "a", "an", "fasting", "split", "ratio", "strength", "vision", "scale",
                "pain", "custody",
            ],
        ) && !(doc.is(end, "a") && doc.has(end + 1, class::WEEKDAY))
        || doc.is(end, "on") && measure_ahead(doc, end + 1)
        || doc.is(end, "in")
            && doc.is_any(end + 1, words!["the", "my", "her", "his", "both"])
            && doc.is_any(
                end + 2,
                words![
                    "left", "right", "knee", "arm", "arms", "leg", "legs", "eye", "eyes"
                ],
            )
        || doc.glued(end) && doc.shape(end) == Some(Shape::Word)
        || doc.is_punct(end, b'/')
        || doc.is_punct(end, b'%')
        || doc.is_punct(end, b'.')
            && doc.glued(end + 1)
            && doc.shape(end + 1) == Some(Shape::Number);
    let glued = at > 0
        && doc.glued(at)
        && ["/", "-", ".", "$", "<", ">", "#", "~"].contains(&doc.word(at - 1));
    // "I'm on 10/20 of lisinopril", "a 7/10 pain", "lisinopril 10/20"
    let taken = at > floor + 1
        && doc.is(at - 1, "on")
        && (doc.shape(at - 2) == Some(Shape::Clitic) && !doc.word(at - 2).ends_with('s')
            || doc.is_any(at - 2, words!["am", "put", "me", "stay", "still"]));
    let article =
        at > floor && doc.is_any(at - 1, words!["a", "an", "times", "x", "grade", "pulses"]);
    let drug = at > floor
        && doc.has(
            if doc.shape(at - 1) == Some(Shape::Word) {
                at - 1
            } else {
                at.saturating_sub(2)
            },
            class::DRUG,
        );
    more || glued || taken || article || drug
}

/// "on the PHQ", "on my pain scale"
fn measure_ahead(doc: &Doc<'_>, from: usize) -> bool {
    (from..from + 3).any(|at| doc.has(at, class::MEASURE))
}
