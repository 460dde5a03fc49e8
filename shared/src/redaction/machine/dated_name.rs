//! A name and when they were born, with a slash between: "no match for Quillon Abarca/1961-04-02".

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::name;

/// The most words of the name.
const WORDS: usize = 4;

/// Judges what stands around the slash at token `slash`: two words like a name, or one that is listed, and a date.
pub(crate) fn detect(doc: &mut Doc<'_>, slash: usize, out: &mut Vec<Finding>) {
    let Some(last) = date(doc, slash + 1) else {
        return;
    };
    let mut first = slash;
    while first > 0
        && slash - first < WORDS
        && like_name(doc, first - 1)
        && (first == slash || !doc.glued(first))
    {
        first -= 1;
    }
    // "Abarca, Quillon/1961-04-02"
    if slash - first == 1 && first > 1 && doc.is_punct(first - 1, b',') && like_name(doc, first - 2)
    {
        first -= 2;
    }
    let listed = slash - first == 1 && doc.name_class(first) & (name::FIRST | name::LAST) != 0;
    if first > 0 && doc.glued(first) || slash - first < 2 && !listed {
        return;
    }
    let (start, end) = (doc.tokens[first].start(), doc.tokens[slash - 1].end());
    let (from, to) = (doc.tokens[slash + 1].start(), doc.tokens[last].end());
    out.push(Finding::new(start, end, Kind::Person, "dated-name"));
    out.push(Finding::new(from, to, Kind::Dob, "dated-name"));
    doc.taken[first..=last].fill(true);
}

/// "no match for Ada Byron/1815-12-10": when somebody was born, after a name that was found.
pub(crate) fn after_person(doc: &mut Doc<'_>) {
    for i in 0..doc.findings.len() {
        let Finding { end, kind, .. } = doc.findings[i];
        let after = &doc.text.as_bytes()[end..];
        if kind != Kind::Person || after.first() != Some(&b'/') {
            continue;
        }
        let date = after.get(1..11).is_some_and(|date| {
            date.iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            })
        });
        if date && !after.get(11).is_some_and(u8::is_ascii_alphanumeric) {
            doc.add_bytes(end + 1, end + 11, Kind::Dob, "date");
        }
    }
}

/// The last token of `1961-04-02` or `04/02/1961`, which no path goes on after.
fn date(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let number = |at: usize, least: usize, most: usize| {
        doc.shape(at) == Some(Shape::Number)
            && (least..=most).contains(&doc.len_of(at))
            && doc.glued(at)
    };
    let sign = |at: usize, sign: u8| doc.is_punct(at, sign) && doc.glued(at);
    let year_first = number(at, 4, 4) && number(at + 4, 2, 2) && sign(at + 1, b'-');
    let year_last = number(at, 1, 2) && number(at + 4, 4, 4) && sign(at + 1, b'/');
    let between = if year_first { b'-' } else { b'/' };
    let path = at + 5 < doc.tokens.len()
        && doc.glued(at + 5)
        && (doc.is_punct(at + 5, b'/') || doc.shape(at + 5) != Some(Shape::Punct));
    ((year_first || year_last) && number(at + 2, 1, 2) && sign(at + 3, between) && !path)
        .then_some(at + 4)
}

/// A capitalised word that is no ordinary one.
fn like_name(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && doc.capital(at)
        && !doc.taken[at]
        && doc.name_class(at) & name::COMMON == 0
        && doc.class(at) == 0
}
