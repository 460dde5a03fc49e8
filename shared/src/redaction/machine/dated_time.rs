//! Times to the second as mail, web servers and syslog write them: when something happened, and nobody's date.

use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Keeps "Mon, 02 Mar 2026 10:11:12 +0000", "[02/Mar/2026:10:11:12 +0000]", "2026/03/02 10:11:12" and "Mar  2 10:11:12
/// host app[22]:".
/// A midnight to the second is a date without a time.
pub(crate) fn keep(doc: &mut Doc<'_>) {
    for i in 0..doc.anchors.web.len() {
        let colon = doc.anchors.web[i] as usize;
        let hour = colon.wrapping_sub(1);
        if !doc.is_punct(colon, b':')
            || doc.taken[colon]
            || !doc.glued(colon)
            || !is_clock(doc, hour)
        {
            continue;
        }
        let end = hour + 5;
        let first = mail(doc, hour, end)
            .or_else(|| server(doc, hour))
            .or_else(|| slashed(doc, hour))
            .or_else(|| system_log(doc, hour));
        if let Some(first) = first
            && !doc.taken[first]
        {
            doc.taken[first..end].fill(true);
        }
    }
}

fn number(doc: &Doc<'_>, at: usize, longest: usize) -> bool {
    doc.shape(at) == Some(Shape::Number) && doc.len_of(at) <= longest
}

/// `10:11:12` from its hour on.
fn is_clock(doc: &Doc<'_>, hour: usize) -> bool {
    let parts = number(doc, hour, 2)
        && (1..5).all(|i| {
            doc.glued(hour + i)
                && if i % 2 == 1 {
                    doc.is_punct(hour + i, b':')
                } else {
                    number(doc, hour + i, 2)
                }
        });
    parts
        && [0, 2, 4]
            .iter()
            .any(|i| doc.bytes(hour + i).iter().any(|b| *b != b'0'))
}

/// "02 Mar 2026 " before the hour, with a weekday or a zone.
fn mail(doc: &Doc<'_>, hour: usize, end: usize) -> Option<usize> {
    let first = hour.checked_sub(3)?;
    let written = number(doc, first, 2)
        && doc.has(first + 1, class::MONTH)
        && number(doc, first + 2, 4)
        && !doc.glued(hour);
    let zone = doc.is_punct(end, b'+')
        || doc.is_punct(end, b'-')
        || matches!(doc.word(end), "GMT" | "UTC" | "Z");
    let weekday = first > 1 && doc.is_punct(first - 1, b',') && doc.capital(first - 2);
    (written && (zone || weekday)).then_some(first)
}

/// `02/Mar/2026:` before the hour.
fn server(doc: &Doc<'_>, hour: usize) -> Option<usize> {
    let first = hour.checked_sub(6)?;
    let written = number(doc, first, 2)
        && doc.is_punct(first + 1, b'/')
        && doc.has(first + 2, class::MONTH)
        && doc.is_punct(first + 3, b'/')
        && number(doc, first + 4, 4)
        && doc.is_punct(first + 5, b':');
    (written && (first + 1..=hour).all(|i| doc.glued(i))).then_some(first)
}

/// "2026/03/02 " before the hour, at the beginning of a line or after a bracket: of nginx and of Go.
fn slashed(doc: &Doc<'_>, hour: usize) -> Option<usize> {
    let first = hour.checked_sub(5)?;
    let year = number(doc, first, 4) && doc.len_of(first) == 4;
    let written = year
        && doc.is_punct(first + 1, b'/')
        && number(doc, first + 2, 2)
        && doc.is_punct(first + 3, b'/')
        && number(doc, first + 4, 2)
        && (first + 1..hour).all(|i| doc.glued(i));
    let begins =
        first == 0 || doc.shape(first - 1) == Some(Shape::Newline) || doc.is_punct(first - 1, b'[');
    // "last=2026/03/02 10:11:12": nobody is asked to come at such a second.
    let second = doc.bytes(hour + 4) != b"00" && doc.bytes(first)[0] == b'2';
    (written && (begins || second)).then_some(first)
}

/// "Mar  2 " or "Mon Mar 02 2026 " before the hour, at the beginning of a line or after a weekday.
fn system_log(doc: &Doc<'_>, hour: usize) -> Option<usize> {
    let year = hour > 0 && doc.shape(hour - 1) == Some(Shape::Number) && doc.len_of(hour - 1) == 4;
    let first = hour.checked_sub(2 + usize::from(year))?;
    let weekday = first > 0
        && doc.is_any(
            first - 1,
            words!["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        );
    let begins =
        first == 0 || doc.shape(first - 1) == Some(Shape::Newline) || doc.is_punct(first - 1, b'>');
    let goes_on = matches!(doc.shape(hour + 5), Some(Shape::Word)) && !doc.glued(hour + 5);
    (doc.has(first, class::MONTH)
        && number(doc, first + 1, 2)
        && (weekday || begins && goes_on && !year))
        .then_some(first)
}
