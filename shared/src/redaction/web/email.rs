//! E-mail addresses, written ("a.b@c.org") and spoken ("a dot b at c dot org", letters, NATO, "underscore").

use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::web::email_talk::{
    explained, letters_before, lone_providers, mailbox, provider,
};
use crate::redaction::web::email_turns::{across_turns, answers, before_turn};
use crate::redaction::web::run_together;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Finds e-mail addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.email);
    let mut t = 0;
    let mut resume = 0;
    for at in anchors.iter().map(|at| *at as usize) {
        while doc.turns.get(t).is_some_and(|turn| turn.end <= at) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if at < resume.max(turn.first) || doc.taken[at] {
            continue;
        }
        let written = doc.is_punct(at, b'@');
        if let Some(end) = domain(doc, at + 1, turn.end, written) {
            let first = local_part(doc, t, at, turn.first, written);
            // "the photo at facebook dot com slash …"
            if first < at && !doc.is(end, "slash") {
                doc.add(
                    first,
                    end,
                    Kind::Email,
                    if written { "email" } else { "email-spoken" },
                );
                explained(doc, first, end, turn.end);
            }
            letters_of_name(doc, turn.first, first);
            if first == at && t > 0 {
                if doc.asked(t, 3, Cue::Email) {
                    before_turn(doc, t, at, end);
                }
                if !doc.taken[at]
                    && (at <= turn.first + 2 || doc.after_stop(at))
                    && (doc.has(at + 1, class::PROVIDER) || doc.asked(t, 3, Cue::Email))
                {
                    across_turns(doc, t, at, end);
                    letters_before(doc, &turn, at);
                }
            }
            resume = end;
        } else if !written && let Some(end) = provider(doc, at, turn.end) {
            without_ending(doc, t, at, end);
            resume = end;
        }
    }
    doc.anchors.email = anchors;
    answers(doc);
    lone_providers(doc);
    run_together::detect(doc);
}

/// "d kim dot md at gmail", "at gmail?": an address whose "dot com" nobody says.
fn without_ending(doc: &mut Doc<'_>, t: usize, at: usize, end: usize) {
    let turn = doc.turns[t];
    let asked =
        doc.asked(t, 3, Cue::Email) || doc.cues_before(&turn, at).any(|hit| hit.cue == Cue::Email);
    let first = local_part(doc, t, at, turn.first, false);
    if first < at && (asked || mailbox(doc, first, at)) {
        doc.add(first, end, Kind::Email, "email-provider");
        explained(doc, first, end, turn.end);
    } else if at <= turn.first + 1 && end + 2 >= turn.end && t > 0 {
        across_turns(doc, t, at, end);
    }
}

/// "g u p, like the first three of my last name, then nine at …": the letters before the remark.
fn letters_of_name(doc: &mut Doc<'_>, floor: usize, end: usize) {
    let from = end.saturating_sub(18).max(floor);
    let Some(name) = (from..end).rev().find(|i| doc.is(*i, "name")) else {
        return;
    };
    let letter = |i: usize| doc.has(i, class::LETTER) && !doc.taken[i];
    let Some(first) = (from..name).find(|i| letter(*i) && letter(*i + 1)) else {
        return;
    };
    let stop = (first..name).find(|i| !letter(*i)).unwrap_or(name);
    doc.add(first, stop, Kind::Email, "email-letters");
}

/// The end of a domain that starts at `from`: words, letters and digits, dots, and a top-level domain.
fn domain(doc: &Doc<'_>, from: usize, limit: usize, written: bool) -> Option<usize> {
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
                    || doc.word(at + 1).len() <= 3
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
    if doc.has(at, class::TLD) && (doc.word(at).len() > 1) {
        return Some(at + 1);
    }
    if written && doc.shape(at) == Some(Shape::Word) && (2..=12).contains(&doc.word(at).len()) {
        return Some(at + 1);
    }
    let letters: Vec<u8> = (at..(at + 4).min(limit))
        .map_while(|i| {
            doc.has(i, class::LETTER)
                .then(|| doc.word(i).as_bytes()[0].to_ascii_lowercase())
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

/// Where the part before "at" begins.
fn local_part(doc: &Doc<'_>, t: usize, at: usize, floor: usize, written: bool) -> usize {
    if written {
        let mut first = at;
        while first > floor
            && doc.glued(first)
            && (matches!(
                doc.shape(first - 1),
                Some(Shape::Word | Shape::Number | Shape::Clitic)
            ) || [b'.', b'_', b'-', b'+', b'%']
                .iter()
                .any(|b| doc.is_punct(first - 1, *b)))
        {
            first -= 1;
        }
        while first < at && doc.is_punct(first, b'.') {
            first += 1;
        }
        if first < at
            && !doc.is_any(
                first - usize::from(first > floor),
                words!["dot", "underscore", "dash"],
            )
        {
            return first;
        }
        if first == at {
            return walk(doc, at, floor);
        }
    }
    let turn = doc.turns[t];
    let here = doc
        .cues_before(&turn, at)
        .find(|hit| hit.cue == Cue::Email)
        .map(|hit| hit.end);
    let asked = doc.asked(t, 3, Cue::Email);
    let from = match here {
        // "e-mail is rojas, all one word, at sky dot com"
        Some(end) => end,
        None if asked => floor,
        None => return sentence(doc, at, walk(doc, at, floor), floor),
    };
    if at - from.min(at) > 40 {
        return walk(doc, at, floor);
    }
    // After the last sentence end or announcement, past the small words of an answer.
    let mut first = from;
    for i in from..at {
        if doc.is_punct(i, b'?')
            || doc.is_punct(i, b'.') && !doc.glued(i + 1) && !doc.has(i - 1, class::LETTER)
        {
            first = i + 1;
        }
        if doc.is(i, "is")
            || doc.shape(i) == Some(Shape::Clitic) && doc.is_any(i - 1, words!["it", "that"])
        {
            first = i + 1;
        }
    }
    while first < at {
        let small = doc.has(first, class::FRAME | class::FILLER)
            && (!doc.has(first, class::LETTER)
                || doc.is(first, "a") && !doc.has(first + 1, class::LETTER | class::SEPARATOR));
        if !(small || matches!(doc.shape(first), Some(Shape::Clitic | Shape::Punct))) {
            break;
        }
        first += 1;
    }
    if first < at {
        first
    } else {
        walk(doc, at, floor)
    }
}

/// "Marigold family four at …": a mailbox of several words may begin with the sentence, when none of its words is one
/// that sentences are made of.
fn sentence(doc: &Doc<'_>, at: usize, walked: usize, floor: usize) -> usize {
    let mut first = walked;
    while first > floor && at - first < 6 && !doc.after_stop(first) {
        let i = first - 1;
        let content = doc.shape(i) == Some(Shape::Word)
            && !doc.has(
                i,
                class::FRAME | class::FILLER | class::LINK | class::GREETING,
            )
            && (!doc.has(i, class::NAME_CUE) || doc.is(i, "family"))
            && doc.word(i).len() > 2
            && !doc.is_any(
                i,
                words![
                    "meet", "look", "seen", "him", "she", "they", "their", "what", "work", "works",
                    "send", "sent", "mail", "write", "contact", "try", "use", "using", "email",
                    "not", "into", "under", "who", "when", "where", "want", "need", "get", "put",
                ],
            );
        if !content {
            return walked;
        }
        first = i;
    }
    if first == floor || doc.after_stop(first) {
        first
    } else {
        walked
    }
}

/// The end of what is said of the mailbox before "at": "all one word", "no dots", "lower case".
fn before_remark(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    let mut end = at;
    while end > floor && at - end < 10 {
        let i = end - 1;
        let remark = doc.is_any(
            i,
            words![
                "all",
                "one",
                "word",
                "no",
                "dots",
                "dot",
                "spaces",
                "space",
                "lower",
                "lowercase",
                "case",
                "caps",
                "together",
                "without",
                "sign",
                "the",
                "then",
            ],
        );
        if !(remark || doc.is_punct(i, b',')) {
            break;
        }
        end = i;
    }
    let said = (end..at).any(|i| {
        doc.is_any(
            i,
            words![
                "word",
                "dots",
                "spaces",
                "case",
                "lowercase",
                "caps",
                "together",
                "sign"
            ],
        )
    });
    // "april.quinn1950, then at …"
    let then = at > floor && doc.is(at - 1, "then");
    // "…, then the at sign, then comcast dot net"
    let sign = doc.is(at + 1, "sign") && end < at;
    if said || then || sign { end } else { at }
}

/// "jamison the number two", "p for peter": where the words begin that announce or explain what follows or ends at
/// `first`.
fn announced(doc: &Doc<'_>, first: usize, floor: usize) -> Option<usize> {
    let from = first.checked_sub(2).filter(|from| *from > floor)?;
    let code =
        doc.has(first, class::CARDINAL | class::LETTER) || doc.shape(first) == Some(Shape::Number);
    let sign =
        doc.is(from, "the") && doc.is_any(from + 1, words!["number", "letter", "digit", "numeral"]);
    if sign && code {
        return Some(from);
    }
    let letter = from - 1;
    let initial = doc
        .word(letter)
        .as_bytes()
        .first()
        .map(u8::to_ascii_lowercase);
    let word = doc
        .word(from + 1)
        .as_bytes()
        .first()
        .map(u8::to_ascii_lowercase);
    let explains = doc.is(from, "for") && doc.has(letter, class::LETTER) && initial == word;
    (explains && doc.shape(from + 1) == Some(Shape::Word)).then_some(letter)
}

/// Walks left from "at" over what can be part of a mailbox: letters, digits, separators, names and unknown words.
fn walk(doc: &Doc<'_>, at: usize, floor: usize) -> usize {
    let at = before_remark(doc, at, floor);
    let mut first = at;
    let mut joined = true;
    while first > floor && at - first < 30 {
        let i = first - 1;
        // "t as in tom"
        if i >= floor + 3
            && doc.is(i - 1, "in")
            && doc.is(i - 2, "as")
            && doc.has(i - 3, class::LETTER)
        {
            first = i - 3;
            joined = false;
            continue;
        }
        if let Some(start) = announced(doc, first, floor) {
            (first, joined) = (start, false);
            continue;
        }
        match doc.shape(i) {
            Some(Shape::Punct)
                if doc.is_punct(i, b',')
                    && i > floor
                    && (first == at || doc.has(first, class::LETTER))
                    && (doc.has(i - 1, class::LETTER)
                        || doc.is(i.wrapping_sub(2), "in")
                        || doc.has(i - 1, class::CARDINAL)) => {}
            Some(Shape::Number) => joined = false,
            Some(Shape::Word) => {
                let bits = doc.class(i);
                let separator = doc.is_any(
                    i,
                    words![
                        "dot",
                        "underscore",
                        "dash",
                        "hyphen",
                        "period",
                        "plus",
                        "point",
                        "minus",
                    ],
                );
                let code = bits & (class::LETTER | class::NATO | class::CARDINAL) != 0
                    && (doc.has(i + 1, class::LETTER | class::SEPARATOR)
                        || !doc.is_any(i, words!["a", "i"]));
                let ordinary = bits & (class::FRAME | class::FILLER | class::CUE) != 0
                    || doc.name_class(i) & name::COMMON != 0
                        && doc.name_class(i) & (name::FIRST | name::LAST) == 0;
                if !(separator
                    || code
                    || !ordinary
                    || joined && !doc.is_any(i, words!["is", "it", "that", "to", "was", "me"]))
                {
                    break;
                }
                joined = separator;
            }
            Some(Shape::Punct)
                if doc.is_punct(i, b'-')
                    || doc.is_punct(i, b'.') && doc.glued(i) && doc.glued(i + 1) =>
            {
                joined = true;
            }
            _ => break,
        }
        first = i;
    }
    first
}
