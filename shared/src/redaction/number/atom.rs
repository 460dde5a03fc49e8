//! One element of a run: a digit, a teen, a hundred, "double four", a letter, "b as in boy".

use crate::redaction::number::glued_words::push_glued;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

pub(crate) fn caps(doc: &Doc<'_>, at: usize) -> bool {
    (2..=4).contains(&doc.len_of(at))
        && doc.shape(at) == Some(Shape::Word)
        && doc.bytes(at).iter().all(u8::is_ascii_uppercase)
}

pub(crate) fn numeric(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Number)
        || doc.has(at, class::CARDINAL & !class::HUNDRED & !class::THOUSAND)
}

/// "b as in boy", "m for mary", "v like victor": the index after it.
pub(crate) fn spelled(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    if !doc.has(at, class::LETTER) {
        return None;
    }
    let mut next = at + 1;
    if doc.is_punct(next, b',') {
        next += 1;
    }
    let word = if doc.is(next, "as") && doc.is(next + 1, "in") {
        next + 2
    } else if doc.is_any(next, words!["as", "for", "like"]) {
        next + 1
    } else {
        return None;
    };
    let same = doc
        .bytes(word)
        .iter()
        .copied()
        .next()
        .map(|b| b.to_ascii_lowercase())
        == doc
            .bytes(at)
            .iter()
            .copied()
            .next()
            .map(|b| b.to_ascii_lowercase());
    if same && let Some(end) = x_ray(doc, word) {
        return (end <= limit).then_some(end);
    }
    // "y for yo-yo"
    let past = if doc.is_punct(word + 1, b'-')
        && doc.glued(word + 1)
        && doc.glued(word + 2)
        && doc.shape(word + 2) == Some(Shape::Word)
    {
        word + 3
    } else {
        word + 1
    };
    (past <= limit && same && doc.shape(word) == Some(Shape::Word) && doc.len_of(word) > 1)
        .then_some(past)
}

/// "x-ray", "x ray": the one word of the alphabet that is two. The index after it.
pub(crate) fn x_ray(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let ray = at + 1 + usize::from(doc.is_punct(at + 1, b'-'));
    (doc.is(at, "x") && doc.is(ray, "ray")).then_some(ray + 1)
}

/// Reads one atom at `at` into the run and returns the index after it.
pub(crate) fn atom(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    run: &mut Run,
    armed: bool,
) -> Option<usize> {
    if at >= limit || doc.taken[at] {
        return None;
    }
    match doc.shape(at)? {
        Shape::Number => Some(written(doc, at, limit, run)),
        Shape::Word => word(doc, at, limit, run, armed),
        _ => None,
    }
}

pub(crate) fn written(doc: &Doc<'_>, at: usize, limit: usize, run: &mut Run) -> usize {
    let text = doc.word(at);
    for b in text.bytes() {
        run.push(b);
    }
    if text.len() == 1 {
        run.singles += 1;
    }
    run.hundred = false;
    run.atom(text.parse().unwrap_or(u16::MAX));
    let next = at + 1;
    if next < limit && doc.glued(next) && doc.shape(next) == Some(Shape::Word) {
        let tail = doc.word(next);
        let code = tail.len() <= 4
            && tail.bytes().all(|b| b.is_ascii_alphabetic())
            && !doc.has(next, class::UNIT)
            && !["st", "nd", "rd", "th", "s", "x", "am", "pm", "k"]
                .iter()
                .any(|t| tail.eq_ignore_ascii_case(t));
        if code {
            push_letters(tail, run);
            return next + 1;
        }
    }
    next
}

pub(crate) fn push_letters(word: &str, run: &mut Run) {
    for b in word.bytes().filter(u8::is_ascii_alphabetic) {
        run.push(b.to_ascii_lowercase());
        run.letters += 1;
    }
    run.atom(u16::MAX);
}

pub(crate) fn word(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    run: &mut Run,
    armed: bool,
) -> Option<usize> {
    let bits = doc.class(at);
    if bits & (class::DIGIT | class::OH) != 0 {
        let value = if bits & class::OH != 0 {
            0
        } else {
            doc.value(at)
        };
        // "one eight hundred, two two two …"
        let toll_free = || matches!(run.chars(), b"800" | b"1800");
        if run.hundred && run.len > 0 && value > 0 && !toll_free() {
            run.chars[run.len - 1] = ascii(value);
        } else {
            run.push(ascii(value));
        }
        run.hundred = false;
        run.singles += 1;
        run.atom(value);
        return Some(at + 1);
    }
    if bits & (class::TEEN | class::TENS) != 0 {
        let mut value = doc.value(at);
        let mut next = at + 1;
        if bits & class::TENS != 0 {
            let unit = if doc.is_punct(next, b'-') && doc.glued(next) {
                next + 1
            } else {
                next
            };
            if unit < limit
                && doc.has(unit, class::DIGIT)
                && doc.value(unit) > 0
                && !doc.taken[unit]
            {
                value += doc.value(unit);
                next = unit + 1;
            }
        }
        if run.hundred && run.len > 1 {
            run.chars[run.len - 2] = ascii(value / 10);
            run.chars[run.len - 1] = ascii(value);
            run.hundred = false;
        } else {
            run.push(ascii(value / 10));
            if !value.is_multiple_of(10) {
                run.loose |= 1 << run.len;
            }
            run.push(ascii(value));
        }
        run.atom(value);
        return Some(next);
    }
    if bits & class::HUNDRED != 0 && run.len > 0 {
        run.push(b'0');
        run.push(b'0');
        run.hundred = true;
        if run.atoms > 0 {
            run.values[run.atoms - 1] = run.values[run.atoms - 1].saturating_mul(100);
        }
        let and = doc.is(at + 1, "and") && at + 2 < limit && numeric(doc, at + 2);
        return Some(if and { at + 2 } else { at + 1 });
    }
    if bits & class::THOUSAND != 0 && run.len > 0 {
        for _ in 0..3 {
            run.push(b'0');
        }
        run.cardinal = true;
        run.hundred = true;
        let and = doc.is(at + 1, "and") && at + 2 < limit && numeric(doc, at + 2);
        return Some(if and { at + 2 } else { at + 1 });
    }
    if bits & class::MULTIPLE != 0 {
        return multiple(doc, at, limit, run, armed);
    }
    if bits & (class::LETTER | class::NATO) != 0 {
        return single_letter(doc, at, limit, run, armed);
    }
    let next = at + 1;
    // "seven zero seven to five four": what was announced as a number has no words in it.
    if armed
        && at > 0
        && let Some(value) = heard(doc, at)
        && (doc.has(at - 1, SINGLE) || heard(doc, at - 1).is_some())
        && (doc.has(next, SINGLE) || heard(doc, next).is_some() && doc.has(next + 1, SINGLE))
        && next < limit
    {
        run.push(ascii(value));
        run.singles += 1;
        run.atom(value);
        return Some(next);
    }
    let glued = next < limit
        && doc.glued(next)
        && doc.shape(next) == Some(Shape::Number)
        && doc.len_of(at) <= 6
        && doc.bytes(at).is_ascii();
    if glued || armed && caps(doc, at) && !doc.has(at, class::UNIT | class::FRAME) {
        push_letters(doc.word(at), run);
        return Some(next);
    }
    // "four one five eighttwo six nineone"
    (run.len > 0 && push_glued(doc, at, run)).then_some(next)
}

const SINGLE: u64 = class::DIGIT | class::OH;

/// The digit that sounds like this word.
fn heard(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let two = doc.is_any(at, words!["to", "too"]).then_some(2);
    two.or_else(|| doc.is(at, "for").then_some(4))
}

/// "double five", "triple a".
pub(crate) fn multiple(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    run: &mut Run,
    armed: bool,
) -> Option<usize> {
    let next = at + 1;
    let digit = doc.has(next, class::DIGIT | class::OH);
    let letter = doc.has(next, class::LETTER);
    if next < limit
        && (digit
            || letter && armed
            || doc.shape(next) == Some(Shape::Number) && doc.len_of(next) == 1)
    {
        let char = if doc.has(next, class::OH) {
            b'0'
        } else if digit {
            ascii(doc.value(next))
        } else {
            letter_at(doc, next)
        };
        for _ in 0..doc.value(at) {
            run.push(char);
            run.letters += usize::from(char.is_ascii_lowercase());
            run.singles += 1;
            run.atom(u16::from(char.saturating_sub(b'0')));
        }
        run.hundred = false;
        return Some(next + 1);
    }
    None
}

/// A letter, a NATO word, or "b as in boy".
pub(crate) fn single_letter(
    doc: &Doc<'_>,
    at: usize,
    limit: usize,
    run: &mut Run,
    armed: bool,
) -> Option<usize> {
    let bits = doc.class(at);
    if !armed
        && run.len == 0
        && doc.is_any(at, words!["a", "i"])
        && spelled(doc, at, limit).is_none()
        && (!doc.has(at + 1, class::LETTER) || doc.is_any(at + 1, words!["a", "i"]))
    {
        return None;
    }
    // "eleven ten a m"
    if run.letters == 0
        && (1..=4).contains(&run.len)
        && doc.is_any(at, words!["a", "p"])
        && doc.is(at + 1, "m")
        && !numeric(doc, at + 2)
        && !doc.has(at + 2, class::LETTER | class::NATO)
    {
        return None;
    }
    let next = spelled(doc, at, limit)
        .or_else(|| x_ray(doc, at))
        .unwrap_or(at + 1);
    // A lone letter after the value is the next word of the sentence ("… five a day") unless more code follows.
    let closes = armed
        && run.len > 0
        && (next >= limit
            // "… eighty four i'll change it"
            || !matches!(doc.shape(next), Some(Shape::Word | Shape::Clitic))
            || run.len >= 5
                && run.chars[run.len - 2..run.len]
                    .iter()
                    .all(u8::is_ascii_lowercase));
    if doc.is_any(at, words!["a", "i"])
        && next == at + 1
        && !closes
        && !(next < limit && (numeric(doc, next) || doc.has(next, class::LETTER | class::NATO)))
    {
        return None;
    }
    if !armed && bits & class::NATO != 0 && run.len > 0 && run.letters == 0 {
        return None;
    }
    let char = if bits & class::LETTER != 0 {
        letter_at(doc, at)
    } else {
        u8::try_from(doc.value(at)).unwrap_or(b'x')
    };
    run.push(char);
    run.letters += 1;
    run.spelled += usize::from(next > at + 3);
    run.hundred = false;
    run.atom(u16::MAX);
    Some(next)
}

pub(crate) fn ascii(value: u16) -> u8 {
    b'0' + u8::try_from(value % 10).unwrap_or(0)
}

/// The letter or digit at `at`; another alphabet's is `x`.
fn letter_at(doc: &Doc<'_>, at: usize) -> u8 {
    let first = doc.bytes(at).iter().copied().next();
    first
        .filter(u8::is_ascii_alphanumeric)
        .unwrap_or(b'x')
        .to_ascii_lowercase()
}
