//! Evidence that a number is not an identifier: units after it, measurements before it, clock times, scores, counts.

use crate::redaction::number::atom::numeric;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, class_of, word as known_word};
use crate::redaction::words::word_key::key_of;
use crate::redaction::words::word_set::{WordSet, words};

/// Whether what follows token `end` makes the number before it a quantity.
pub(crate) fn quantity_after(doc: &Doc<'_>, run: &Run, limit: usize) -> bool {
    let mut at = run.end;
    if doc.is_punct(at, b'-') && doc.glued(at) {
        at += 1;
    }
    if at >= limit {
        return false;
    }
    if doc.is_punct(at, b'%')
        || doc.is_punct(at, b'"') && doc.glued(at)
        || doc.is_punct(at, 0x27) && doc.glued(at)
    {
        return true;
    }
    if doc.is_punct(at, b':')
        && doc.glued(at)
        && doc.shape(at + 1) == Some(Shape::Number)
        && doc.glued(at + 1)
    {
        return true;
    }
    if doc.shape(at) == Some(Shape::Clitic)
        && run.len() <= 4
        && doc.glued(at)
        && doc.word(at).ends_with('s')
    {
        return true;
    }
    if unit(doc, at) && !call_hours(doc, run) {
        return true;
    }
    if clock(run) && part_of_day(doc, at) {
        return true;
    }
    if doc.is_any(at, words!["a", "p"])
        && (doc.is(at + 1, "m") || doc.is_punct(at + 1, b'.') && doc.is(at + 2, "m"))
    {
        return true;
    }
    if doc.is(at, "and")
        && doc.is_any(at + 1, words!["a"])
        && doc.is_any(at + 2, words!["half", "quarter", "third"])
    {
        return true;
    }
    if doc.is_any(
        at,
        words![
            "half",
            "times",
            "thirds",
            "quarters",
            "something",
            "ish",
            "th",
            "nd",
            "rd",
            "x",
        ],
    ) {
        return true;
    }
    if doc.is(at, "more")
        || doc.is(at, "other")
        || doc.is(at, "different")
        || doc.is(at, "separate")
    {
        return true;
    }
    if doc.is(at, "of")
        && doc.is_any(
            at + 1,
            words!["them", "those", "these", "us", "my", "the", "his", "her"],
        )
        && run.len() <= 2
    {
        return true;
    }
    if doc.is(at, "out") && doc.is(at + 1, "of") {
        return true;
    }
    // "one twenty over eighty", "two by three", "eight to five", "two or three weeks"
    if run.len() < 7 && doc.has(at, class::OVER) && !doc.is(at, "plus") && !doc.is(at, "out") {
        let next = if doc.is_any(at + 1, words!["a", "about", "maybe"]) {
            at + 2
        } else {
            at + 1
        };
        if next < limit && numeric(doc, next) {
            return true;
        }
    }
    if doc.is_punct(at, b'/') && doc.shape(at + 1) == Some(Shape::Number) && run.len() <= 3 {
        return true;
    }
    // an adjective between the number and its unit: "six more weeks", "thirty long days", "two small tablets"
    run.len() <= 3
        && doc.shape(at) == Some(Shape::Word)
        && doc.has(at + 1, class::UNIT)
        && !doc.has(at, class::FRAME | class::CUE)
        && !doc.is(at, "for")
        && !doc.is(at, "in")
}

/// "eight two eight five five five oh one three nine mornings before ten": when a telephone number can be called.
pub(crate) fn call_hours(doc: &Doc<'_>, run: &Run) -> bool {
    telephone(doc, run)
        && doc.is_any(
            run.end,
            words!["mornings", "nights", "weekdays", "days", "hours"],
        )
}

/// Whether a unit stands at `at`; "… six two am I right" has none.
pub(crate) fn unit(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(at, class::UNIT) && !(doc.is(at, "am") && doc.is(at + 1, "i"))
}

/// "in the morning", "at night"
fn part_of_day(doc: &Doc<'_>, at: usize) -> bool {
    doc.is(at, "in")
        && doc.is(at + 1, "the")
        && doc.is_any(at + 2, words!["morning", "afternoon", "evening"])
        || doc.is(at, "at") && doc.is_any(at + 1, words!["night", "noon"])
}

/// Whether what stands before token `run.first` makes the number a quantity; looks back to `floor`.
pub(crate) fn quantity_before(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let first = run.first;
    if first > floor {
        let at = first - 1;
        if doc.is_punct(at, b'$')
            || doc.is_punct(at, 0x27) && doc.glued(first)
            || doc.is_punct(at, b':')
                && doc.glued(at)
                && doc.glued(first)
                && at > floor
                && doc.shape(at - 1) == Some(Shape::Number)
            || doc.is_punct(at, b'<')
            || doc.is_punct(at, b'>')
        {
            return true;
        }
        if doc
            .text
            .as_bytes()
            .get(..doc.tokens[first].start())
            .is_some_and(|t| t.ends_with("£".as_bytes()) || t.ends_with("€".as_bytes()))
        {
            return true;
        }
        if doc.has(at, class::OVER)
            && !doc.is_any(
                at,
                words!["to", "or", "plus", "by", "minus", "through", "out"],
            )
            && at > floor
            && (numeric(doc, at - 1) || doc.has(at - 1, class::HUNDRED))
        {
            return true;
        }
        if doc.is(at, "of") && doc.is(at.wrapping_sub(1), "out")
            || doc.is_any(at, words!["than", "ext"])
        {
            return true;
        }
        if doc.is(at, "to")
            && at > floor
            && (numeric(doc, at - 1) || doc.has(at - 1, class::HUNDRED))
            && run.len() <= 4
        {
            return true;
        }
        // "medicare since 2019", "they reissued it in 2021"
        let year = matches!(run.chars(), [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        if year && doc.is_any(at, words!["since", "during", "in"]) {
            return true;
        }
        if threshold(doc, run, at, floor) || signed(doc, run, at, floor) {
            return true;
        }
        if doc.is_any(at, words!["point"]) && run.len() <= 4 {
            return true;
        }
        if clock(run)
            && doc.is_any(
                at,
                words![
                    "at", "around", "by", "until", "till", "before", "after", "about", "past",
                    "for",
                ],
            )
            && run.len() <= 4
        {
            return true;
        }
    }
    let one = run.atoms == 1 || run.singles == run.len() || run.letters > 0;
    let long = run.len() >= 5 && one || run.len() >= 7;
    !telephone(doc, run)
        && measure_before(doc, first, floor).is_some_and(|at| !(long && doc.is_any(at, PLACES)))
        || acronym(doc, run, floor)
}

/// "do you text results? six oh seven …": ten digits one by one, or written with the last four together, are no
/// measurement.
pub(crate) fn telephone(doc: &Doc<'_>, run: &Run) -> bool {
    let last = run.end.saturating_sub(1);
    let written = doc.shape(last) == Some(Shape::Number) && doc.len_of(last) == 4;
    (10..=11).contains(&run.len())
        && (run.singles * 3 >= run.len() * 2 || written && run.atoms <= 4)
}

/// "ring me if it's above two fifty", "when it goes over one eighty"
fn threshold(doc: &Doc<'_>, run: &Run, at: usize, floor: usize) -> bool {
    run.len() <= 4
        && (doc.is_any(at, words!["above", "below", "exceeds", "exceeding"])
            || at > floor
                && doc.is_any(at, words!["over", "under"])
                && doc.is_any(
                    at - 1,
                    words![
                        "go", "goes", "went", "gets", "get", "is", "stays", "stay", "drops",
                        "drop", "anything", "climbs", "rises", "falls",
                    ],
                ))
}

/// "minus two fifty in the right eye": a sign that joins nothing.
fn signed(doc: &Doc<'_>, run: &Run, at: usize, floor: usize) -> bool {
    run.len() <= 4
        && doc.is_any(at, words!["minus", "plus", "negative"])
        && at > floor
        && doc.shape(at - 1) == Some(Shape::Word)
        && !numeric(doc, at - 1)
        && !doc.has(at - 1, class::LETTER | class::NATO | class::HUNDRED)
}

/// Where short numbers stand; a long one after them is somebody's: "on one page it's 568979".
const PLACES: &WordSet = words![
    "page", "question", "line", "window", "floor", "option", "press", "section", "part"
];

/// Whether a measurement noun stands before the number: "my sugar was around".
pub(crate) fn measured(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    measure_before(doc, first, floor).is_some()
}

/// A measurement noun before the number with only linking words between.
fn measure_before(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let mut at = first;
    let mut steps = 0;
    while at > floor && steps < 9 {
        at -= 1;
        steps += 1;
        match doc.shape(at) {
            Some(Shape::Word) => {
                // "a1c" is three tokens.
                if doc.is(at, "c") && doc.glued(at) && at > floor + 1 && doc.is(at - 2, "a") {
                    return Some(at);
                }
                // "reading back, 5527 …"
                if doc.is(at, "reading") && doc.is_any(at + 1, words!["back", "it", "that"]) {
                    return None;
                }
                if doc.has(at, class::MEASURE) {
                    return (!(doc.is(at, "press") && doc.is(at + 1, "on"))).then_some(at);
                }
                let linking = class::CARDINAL
                    | class::UNIT
                    | class::OVER
                    | class::WEEKDAY
                    | class::MONTH
                    | class::LINK;
                if doc.has(at, linking) {
                    continue;
                }
                return None;
            }
            Some(Shape::Punct)
                if doc.is_punct(at, b',')
                    || doc.is_punct(at, b'-')
                    || doc.is_punct(at, b'.') && doc.glued(at + 1)
                    || doc.is_punct(at, b':')
                    || doc.is_punct(at, b'/') => {}
            Some(Shape::Clitic | Shape::Number) => {}
            _ => return None,
        }
    }
    None
}

/// "c p t nine nine two one three", "i c d ten", "b m i": letters before the digits that spell a measure or code book.
fn acronym(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let mut last = run.first;
    while doc.has(last, class::LETTER) && last < run.end {
        last += 1;
    }
    let mut first = last;
    while first > floor && last - first < 5 && doc.has(first - 1, class::LETTER) {
        first -= 1;
    }
    let mut spelled = [0_u8; 5];
    if last - first < 2 || last - first > 5 {
        return false;
    }
    for (slot, at) in spelled.iter_mut().zip(first..last) {
        *slot = doc.bytes(at)[0];
    }
    let word = std::str::from_utf8(&spelled[..last - first]).unwrap_or("");
    class_of(known_word(key_of(word)).number()) & class::MEASURE != 0
}

/// Whether the value reads as a time of day.
pub(crate) fn clock(run: &Run) -> bool {
    if run.letters > 0 {
        return false;
    }
    match run.chars() {
        [h] => *h >= b'1',
        [a, b] => (*a - b'0') * 10 + (*b - b'0') <= 24,
        [_, m, _] => *m < b'6',
        [a, b, m, _] => (*a - b'0') * 10 + (*b - b'0') <= 24 && *m < b'6',
        _ => false,
    }
}

/// National lines: suicide, poison control, domestic violence, substance use, Medicare, Social Security, smoking,
/// veterans, child abuse, runaways, sexual assault, human trafficking, the market place.
const LINES: &[&[u8]] = &[
    b"8002738255",
    b"8002221222",
    b"8007997233",
    b"8006624357",
    b"8006334227",
    b"8007721213",
    b"8007848669",
    b"8008271000",
    b"8004224453",
    b"8007862929",
    b"8006564673",
    b"8883737888",
    b"8003182596",
];

/// The numbers that people are told to call.
pub(crate) fn emergency(run: &Run) -> bool {
    matches!(run.chars(), b"911" | b"988" | b"999" | b"112")
}

/// Emergency and service numbers everyone knows: they identify nobody.
pub(crate) fn public_number(run: &Run) -> bool {
    match run.chars() {
        [b'1'..=b'8', b'1', b'1'] => run.chars() != b"611",
        [b'9', b'1', b'1'] | [b'9', b'8', b'8'] | b"999" | b"112" | b"101" => true,
        [b'1', long @ ..] if long.len() == 10 => LINES.contains(&long),
        long => LINES.contains(&long),
    }
}

/// Whether tokens `from..to` are only the small words of an answer ("yeah it's", "sure my number is") and what was
/// found before.
pub(crate) fn frame_only(doc: &Doc<'_>, from: usize, to: usize) -> bool {
    to.saturating_sub(from) <= FRAME && frame_end(doc, from, to) >= to
}

/// Most tokens of the small words of an answer.
pub(crate) const FRAME: usize = 16;

/// Where the small words of an answer and what was found before end that begin at `from`; at most `to`.
pub(crate) fn frame_end(doc: &Doc<'_>, from: usize, to: usize) -> usize {
    const SMALL: u64 = class::FRAME
        | class::FILLER
        | class::CORRECTION
        | class::CUE
        | class::LETTER
        | class::SEPARATOR
        | class::CARDINAL;
    let mut at = from;
    while at < to
        && (doc.has(at, SMALL)
            || doc.taken[at]
            || !matches!(doc.shape(at), Some(Shape::Word | Shape::Newline) | None))
    {
        at += 1;
    }
    at
}

/// "158/86": a systolic pressure over a diastolic one.
pub(crate) fn pressure(doc: &Doc<'_>, run: &Run) -> bool {
    let value = |at: usize| {
        (doc.shape(at) == Some(Shape::Number) && (2..=3).contains(&doc.len_of(at)))
            .then(|| doc.word(at).parse::<u16>().ok())
            .flatten()
    };
    let at = run.first;
    doc.is_punct(at + 1, b'/')
        && value(at).zip(value(at + 2)).is_some_and(|(upper, lower)| {
            upper > lower && (70..=260).contains(&upper) && (30..=150).contains(&lower)
        })
}

/// "fasting this week I got …", "ninety ninety five one oh two fasting": sugars, though nothing names them.
pub(crate) fn fasting(doc: &Doc<'_>, floor: usize, run: &Run) -> bool {
    let sugars = words!["fasting", "bedtime", "sugars", "premeal"];
    doc.says(floor.max(run.first.saturating_sub(8)), run.first, sugars)
        || doc.says(run.end, run.end + 2, sugars)
}

/// Whether a clause of small words leads to `at`: "Let me get my glasses. Alright. 2 J F 8".
pub(crate) fn opens_clause(doc: &Doc<'_>, floor: usize, at: usize) -> bool {
    (floor.max(at.saturating_sub(10))..at)
        .rev()
        .find(|stop| doc.is_punct(*stop, b'.') || doc.is_punct(*stop, b'?'))
        .is_some_and(|stop| frame_only(doc, stop + 1, at))
}
