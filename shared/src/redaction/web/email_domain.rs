//! What stands after the sign of an e-mail address, written or said.

use crate::redaction::name::span::strange;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// The end of a domain that starts at `from`: words, letters and digits, dots, and a top-level domain.
pub(crate) fn domain(doc: &Doc<'_>, from: usize, limit: usize, written: bool) -> Option<usize> {
    let mut at = from;
    let mut end = None;
    let mut labels = 0;
    if doc.is(from, "www") || (0..3).all(|i| doc.is(from + i, "w")) {
        return None;
    }
    while at < limit && at < from + 24 {
        if doc.is(at, "at") {
            // "at gmail, no, at zoho dot com"
            let corrected = labels > 0
                && (from..at)
                    .rev()
                    .take(3)
                    .any(|i| doc.has(i, class::CORRECTION) || doc.is_any(i, words!["no", "wait"]));
            if !corrected || end.is_some() {
                return end;
            }
            labels = 0;
            at += 1;
            continue;
        }
        let dot_word = doc.is_any(at, words!["dot", "period"]);
        // "tom.baker @ yahoo. com", as some recognisers print it
        let apart = written && labels == 1 && doc.has(at + 1, class::TLD);
        let dot = doc.is_punct(at, b'.') && doc.glued(at) && (doc.glued(at + 1) || apart);
        if dot_word || dot {
            if labels == 0 {
                return end;
            }
            // "at fastmail.fm": a domain that is written after an "at" that is said
            let typed = dot
                && (written
                    || doc.len_of(at + 1) <= 3
                        && !doc.capital(at + 1)
                        && (strange(doc, at - 1) || doc.has(at - 1, class::PROVIDER)));
            if let Some(tail) = top_level(doc, at + 1, limit, typed) {
                end = Some(tail);
                at = tail;
                continue;
            }
            if end.is_some() {
                return end;
            }
            at += 1;
            continue;
        }
        if end.is_some() {
            return end;
        }
        match doc.shape(at)? {
            Shape::Word | Shape::Number => {
                if written
                    && at > from
                    && !doc.glued(at)
                    && !doc.is_any(at + 1, words!["dot"])
                    && !doc.is(at, "dot")
                {
                    return None;
                }
                labels += 1;
            }
            Shape::Punct if doc.is_punct(at, b'-') => {}
            Shape::Punct if doc.is_punct(at, b',') && !written => {}
            Shape::Clitic => {}
            _ => return end,
        }
        at += 1;
    }
    end
}

/// The end of a top-level domain at `at`: a word, spelled letters, or (`written`) any letters.
fn top_level(doc: &Doc<'_>, at: usize, limit: usize, written: bool) -> Option<usize> {
    if at >= limit {
        return None;
    }
    if doc.has(at, class::TLD) && (doc.len_of(at) > 1) {
        return Some(at + 1);
    }
    if written && doc.shape(at) == Some(Shape::Word) && (2..=12).contains(&doc.len_of(at)) {
        return Some(at + 1);
    }
    let letters: Vec<u8> = (at..(at + 4).min(limit))
        .map_while(|i| {
            doc.has(i, class::LETTER)
                .then(|| doc.bytes(i)[0].to_ascii_lowercase())
        })
        .collect();
    [
        &b"info"[..],
        b"com",
        b"net",
        b"org",
        b"edu",
        b"gov",
        b"co",
        b"uk",
        b"us",
        b"io",
    ]
    .iter()
    .find(|tld| letters.starts_with(tld))
    .map(|tld| at + tld.len())
}
