//! Dates in figures: `04/23/1964`, `21.5.2021`, `2021-05-21T14:30Z`.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;

pub(crate) fn number(doc: &Doc<'_>, at: usize) -> Option<u32> {
    if doc.shape(at) != Some(Shape::Number) || doc.len_of(at) > 9 {
        return None;
    }
    let digits = doc.bytes(at).iter();
    Some(digits.fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
}

/// `04/23/1964`, `8-23-97`, `21.5.2021`, `2021-05-21T14:30Z`, `5/2021`, `05-21-2021`, `21-May-2021`.
pub(crate) fn numeric(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize)> {
    if at > 0
        && doc.glued(at)
        && (doc.shape(at - 1) == Some(Shape::Word)
            || doc.is_punct(at - 1, b'/')
            || doc.is_punct(at - 1, b'-')
            || doc.is_punct(at - 1, b'.'))
    {
        return None;
    }
    let (a, a_len) = (number(doc, at)?, doc.len_of(at));
    let separator = *b"/-."
        .iter()
        .find(|b| doc.is_punct(at + 1, **b) && doc.glued(at + 1) && doc.glued(at + 2))?;
    if doc.has(at + 2, class::MONTH) && doc.is_punct(at + 3, separator) && a_len <= 2 {
        let end = at + 5;
        return (end <= limit && number(doc, at + 4).is_some()).then_some((at, end));
    }
    let (b, b_len) = (number(doc, at + 2)?, doc.len_of(at + 2));
    let third = doc.is_punct(at + 3, separator) && doc.glued(at + 3) && doc.glued(at + 4);
    // "1/24/'83"
    let quoted = third && doc.is_punct(at + 4, 0x27) && doc.len_of(at + 5) == 2;
    if quoted && number(doc, at + 5).is_some() && (1..=31).contains(&a) && (1..=31).contains(&b) {
        return (at + 6 <= limit).then_some((at, at + 6));
    }
    let Some(c) = third.then(|| number(doc, at + 4)).flatten() else {
        let free = !doc.is_punct(at + 3, separator)
            || !doc.glued(at + 3)
            || doc.shape(at + 4) != Some(Shape::Number);
        let month_year = separator == b'/'
            && a_len <= 2
            && (1..=12).contains(&a)
            && b_len == 4
            && (1900..2100).contains(&b);
        return (month_year && free && at + 3 <= limit).then_some((at, at + 3));
    };
    let c_len = doc.len_of(at + 4);
    if doc.is_punct(at + 5, separator)
        && doc.glued(at + 5)
        && doc.shape(at + 6) == Some(Shape::Number)
        && doc.glued(at + 6)
    {
        return None;
    }
    let day_month =
        |x: u32, y: u32| (1..=31).contains(&x) && (1..=31).contains(&y) && (x <= 12 || y <= 12);
    let year_first =
        a_len == 4 && (1800..2200).contains(&a) && b_len <= 2 && c_len <= 2 && day_month(b, c);
    let year_last = a_len <= 2
        && b_len <= 2
        && day_month(a, b)
        && (c_len == 4 && (1800..2200).contains(&c)
            || c_len == 2 && (separator != b'.' || a_len == 2));
    let mut end = at + 5;
    if !(year_first || year_last) || end > limit {
        return None;
    }
    if year_first
        && doc.glued(end)
        && doc.is(end, "t")
        && doc.shape(end + 1) == Some(Shape::Number)
        && doc.glued(end + 1)
    {
        end = time_tail(doc, end + 1, limit);
    } else if doc.glued(end) && doc.shape(end) == Some(Shape::Word) {
        return None;
    }
    Some((at, end))
}

/// "1 / 17 / 92", "11 - 3 - 1974": as recognisers write what is said with its marks.
#[inline(never)]
pub(crate) fn spaced(doc: &Doc<'_>, at: usize, limit: usize) -> Option<(usize, usize)> {
    let slash = doc.is_punct(at + 1, b'/') && doc.is_punct(at + 3, b'/');
    let dash = doc.is_punct(at + 1, b'-') && doc.is_punct(at + 3, b'-');
    let end = at + 5;
    if !(slash || dash)
        || end > limit
        || doc.glued(at) && at > 0 && doc.shape(at - 1) != Some(Shape::Newline)
        || (at + 1..end).any(|part| doc.glued(part))
        || doc.is_punct(end, b'/')
        || doc.is_punct(end, b'%')
        || doc.has(end, class::UNIT | class::OVER)
    {
        return None;
    }
    let (a, b, c) = (number(doc, at)?, number(doc, at + 2)?, number(doc, at + 4)?);
    let two = |at: usize| doc.len_of(at) <= 2;
    let day_month = (1..=12).contains(&a) && (1..=31).contains(&b)
        || (1..=31).contains(&a) && (1..=12).contains(&b);
    let whole = doc.len_of(at + 4) == 4 && (1880..2100).contains(&c);
    let short = slash && doc.len_of(at + 4) == 2;
    (two(at) && two(at + 2) && day_month && (whole || short)).then_some((at, end))
}

/// The end of `14:30:00.123Z`, `14:30+02:00` from its hour on.
pub(crate) fn time_tail(doc: &Doc<'_>, from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit
        && (at == from || doc.glued(at))
        && (doc.shape(at) == Some(Shape::Number)
            || doc.is(at, "z")
            || [b':', b'.', b'+', b'-'].iter().any(|b| {
                doc.is_punct(at, *b)
                    && doc.shape(at + 1) == Some(Shape::Number)
                    && doc.glued(at + 1)
            }))
    {
        at += 1;
    }
    at
}
