//! Web and network addresses: URLs, spoken domains, IPv4, IPv6 and MAC.

pub(crate) mod email;
pub(crate) mod email_domain;
pub(crate) mod email_mailbox;
pub(crate) mod email_talk;
pub(crate) mod email_turns;
pub(crate) mod run_together;

use std::net::Ipv6Addr;

use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Finds URLs and network addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.web);
    for at in anchors.iter().map(|at| *at as usize) {
        let token = doc.tokens[at];
        match token.shape {
            _ if doc.taken[at] => {}
            Shape::Punct if token.word.number() == u16::from(b':') => colon(doc, at),
            Shape::Punct if token.word.number() == u16::from(b'.') => dot(doc, at),
            Shape::Punct => mac(doc, at),
            _ => spoken(doc, at),
        }
    }
    doc.anchors.web = anchors;
}

fn colon(doc: &mut Doc<'_>, at: usize) {
    let bytes = doc.text.as_bytes();
    let here = doc.tokens[at].start();
    if bytes[here..].starts_with(b"://") {
        let mut start = here;
        while start > 0
            && (bytes[start - 1].is_ascii_alphanumeric()
                || matches!(bytes[start - 1], b'+' | b'-' | b'.'))
        {
            start -= 1;
        }
        let scheme = &bytes[start..here];
        if scheme.len() < 2 || scheme.eq_ignore_ascii_case(b"file") {
            return;
        }
        let end = url_end(bytes, here + 3);
        if end > here + 3 {
            doc.add_bytes(start, end, Kind::Url, "url");
        }
        return;
    }
    mac(doc, at);
    if !doc.taken[at] && (bytes.get(here + 1) == Some(&b':') || doc.glued(at) && doc.glued(at + 1))
    {
        ipv6(doc, here);
    }
}

/// The end of a URL: up to white space, a quote or a bracket, without closing punctuation. A bracket that was opened
/// inside (a placeholder, an IPv6 host) belongs to it.
pub(crate) fn url_end(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < bytes.len()
        && !matches!(
            bytes[end],
            0..=b' ' | b'"' | b'<' | b'>' | b'\\' | b'`' | b'{' | b'}' | b'|' | b'^'
        )
    {
        end += 1;
    }
    let opened = |end: usize| {
        bytes[from..end]
            .iter()
            .rposition(|b| matches!(b, b'[' | b']'))
            .is_some_and(|at| bytes[from + at] == b'[')
    };
    while end > from
        && (matches!(
            bytes[end - 1],
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b')'
        ) || bytes[end - 1] == b']' && !opened(end - 1))
    {
        end -= 1;
    }
    end
}

fn ipv6(doc: &mut Doc<'_>, colon: usize) {
    let bytes = doc.text.as_bytes();
    let member = |b: u8| b.is_ascii_hexdigit() || b == b':' || b == b'.';
    let mut start = colon;
    while start > 0 && member(bytes[start - 1]) && colon - start < 45 {
        start -= 1;
    }
    let mut end = colon;
    while end < bytes.len() && member(bytes[end]) && end - start < 46 {
        end += 1;
    }
    while end > start && bytes[end - 1] == b'.' {
        end -= 1;
    }
    let glued = start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_');
    let open = end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || bytes[end] == b'_');
    if glued || open || doc.text[start..end].parse::<Ipv6Addr>().is_err() {
        return;
    }
    // "::" alone is an address only where nothing else can be meant.
    let stop = prefix_length(bytes, end);
    if end - start == 2
        && stop == end
        && start > 0
        && !matches!(bytes[start - 1], b' ' | b'=' | b'[' | b'"')
    {
        return;
    }
    doc.add_bytes(start, stop, Kind::Ip, "ipv6");
}

fn prefix_length(bytes: &[u8], end: usize) -> usize {
    if bytes.get(end) != Some(&b'/') {
        return end;
    }
    let digits = bytes[end + 1..]
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if (1..=3).contains(&digits) {
        end + 1 + digits
    } else {
        end
    }
}

fn dot(doc: &mut Doc<'_>, at: usize) {
    if at == 0 || !doc.glued(at + 1) {
        return;
    }
    if doc.shape(at - 1) == Some(Shape::Number) && doc.shape(at + 1) == Some(Shape::Number) {
        ipv4(doc, at);
        return;
    }
    if cisco(doc, at) {
        return;
    }
    let bytes = doc.text.as_bytes();
    if doc.is(at - 1, "www") {
        let start = doc.tokens[at - 1].start();
        let end = url_end(bytes, start);
        doc.add_bytes(start, end, Kind::Url, "url");
        return;
    }
    let tld = [
        "com", "net", "org", "edu", "gov", "io", "co", "health", "uk", "info", "clinic", "care",
        "example",
    ]
    .iter()
    .any(|tld| doc.word(at + 1) == *tld)
        || path_after(doc, at + 1);
    if !tld
        || doc.shape(at - 1) != Some(Shape::Word) && doc.shape(at - 1) != Some(Shape::Number)
        || doc.len_of(at - 1) < 2 && !doc.glued(at - 1)
    {
        return;
    }
    let after = doc.tokens[at + 1].end();
    if bytes
        .get(after)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'(' | b'@' | b'_'))
    {
        return;
    }
    let mut first = at - 1;
    while first > 0
        && doc.glued(first)
        && (matches!(doc.shape(first - 1), Some(Shape::Word | Shape::Number))
            || doc.is_punct(first - 1, b'.')
            || doc.is_punct(first - 1, b'-'))
    {
        first -= 1;
    }
    let end = url_end(bytes, after).max(after);
    doc.add_bytes(doc.tokens[first].start(), end, Kind::Url, "domain");
}

/// "pay.valley.page/bl-4471": whether a path is glued to the label at `at`, the last of a host.
fn path_after(doc: &Doc<'_>, at: usize) -> bool {
    let label = |at: usize| doc.shape(at) == Some(Shape::Word) && doc.len_of(at) > 1;
    // "okay.thanks/bye" only lacks its spaces.
    let numbered = (at + 2..at + 6)
        .take_while(|i| doc.glued(*i))
        .any(|i| doc.shape(i) == Some(Shape::Number));
    let deeper = at > 3 && doc.is_punct(at - 3, b'.') && doc.glued(at - 2);
    (numbered || deeper)
        && label(at)
        && !doc.capital(at)
        && doc.len_of(at) > 2
        && doc.is_punct(at + 1, b'/')
        && doc.glued(at + 1)
        && doc.glued(at + 2)
        && matches!(doc.shape(at + 2), Some(Shape::Word | Shape::Number))
        && at > 1
        && label(at - 2)
}

fn ipv4(doc: &mut Doc<'_>, at: usize) {
    let first = at - 1;
    if first > 0 && doc.glued(first) && (doc.is_punct(first - 1, b'.') || doc.is(first - 1, "v")) {
        return;
    }
    if cisco(doc, at) {
        return;
    }
    let octet = |i: usize| {
        doc.shape(i) == Some(Shape::Number)
            && doc.len_of(i) <= 3
            && doc.word(i).parse::<u16>().is_ok_and(|v| v <= 255)
    };
    let four = (0..4).all(|n| {
        octet(first + 2 * n) && (n == 0 || doc.glued(first + 2 * n) && doc.glued(first + 2 * n - 1))
    }) && (0..3).all(|n| doc.is_punct(first + 2 * n + 1, b'.'));
    if !four || doc.is_any(first.wrapping_sub(1), words!["version", "release", "build"]) {
        return;
    }
    let last = first + 6;
    if doc.glued(last + 1)
        && (doc.is_punct(last + 1, b'.')
            && doc.glued(last + 2)
            && doc.shape(last + 2) == Some(Shape::Number)
            || doc.shape(last + 1) == Some(Shape::Word))
    {
        return;
    }
    let (start, end) = (doc.tokens[first].start(), doc.tokens[last].end());
    let end = prefix_length(doc.text.as_bytes(), end);
    doc.add_bytes(start, end, Kind::Ip, "ipv4");
}

/// `00:1A:2B:3C:4D:5E` and with dashes: the first separator is at token `at`.
fn mac(doc: &mut Doc<'_>, at: usize) {
    let bytes = doc.text.as_bytes();
    let here = doc.tokens[at].start();
    if here < 2 || here + 15 > bytes.len() {
        return;
    }
    let start = here - 2;
    let separator = bytes[here];
    let fits = bytes[here + 3] == separator
        && (0..17).all(|i| {
            if i % 3 == 2 {
                bytes[start + i] == separator
            } else {
                bytes[start + i].is_ascii_hexdigit()
            }
        });
    let free = (start == 0
        || !bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != separator)
        && bytes
            .get(start + 17)
            .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != separator);
    if fits && free {
        doc.add_bytes(start, start + 17, Kind::Mac, "mac");
    }
}

/// `001A.2B3C.4D5E`: the first dot is at token `at`.
fn cisco(doc: &mut Doc<'_>, at: usize) -> bool {
    let bytes = doc.text.as_bytes();
    let here = doc.tokens[at].start();
    if here < 4 || here + 10 > bytes.len() {
        return false;
    }
    let start = here - 4;
    let part = &bytes[start..start + 14];
    let fits = part.iter().enumerate().all(|(i, b)| {
        if i % 5 == 4 {
            *b == b'.'
        } else {
            b.is_ascii_hexdigit()
        }
    });
    let free = (start == 0
        || !bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != b'.')
        && bytes
            .get(start + 14)
            .is_none_or(|b| !b.is_ascii_alphanumeric());
    let hexadecimal = part.iter().any(u8::is_ascii_alphabetic);
    if fits && free && hexadecimal {
        doc.add_bytes(start, start + 14, Kind::Mac, "mac");
    }
    fits && free && hexadecimal
}

/// "w w w dot clinic dot com", "https colon slash slash my dot clinic dot health slash visit slash eight three".
fn spoken(doc: &mut Doc<'_>, at: usize) {
    let t = doc.turns.partition_point(|turn| turn.end <= at);
    let Some(turn) = doc.turns.get(t).copied() else {
        return;
    };
    let opened = scheme(doc, at, turn.first);
    let tld = doc.len_of(at + 1) > 1
        && doc.has(at + 1, class::TLD)
        && !doc.is_any(at + 1, words!["me", "us", "de", "fr", "in"]);
    let first = match opened {
        Some(first) => first,
        None if tld && at > 0 => host(doc, at, &turn),
        None => return,
    };
    let mut end = at + 2;
    while end < turn.end {
        let joins = doc.is_any(
            end,
            words!["slash", "dot", "dash", "hyphen", "underscore", "colon"],
        ) || doc.is_punct(end, b'-') && doc.glued(end)
            || doc.is_any(end, words!["forward", "back"]) && doc.is(end + 1, "slash");
        let path = (first..end).any(|i| doc.is(i, "slash"));
        let part = joins
            || doc.is_any(end - 1, words!["slash", "dot", "dash", "hyphen", "underscore"])
                && matches!(doc.shape(end), Some(Shape::Word | Shape::Number))
            || path && (doc.has(end, class::CARDINAL) || doc.has(end, class::LETTER) && !doc.is_any(end, words!["a", "i"]) || doc.shape(end) == Some(Shape::Number))
            || path && titled_path(doc, end)
            // "valley doctors dot health"
            || doc.shape(end) == Some(Shape::Word)
                && doc.len_of(end) > 1
                && (doc.is(end + 1, "dot") || doc.is(end + 2, "dot") && !doc.has(end, class::FRAME))
                && (opened.is_some() && !(at..end).any(|i| doc.is(i, "dot") && doc.has(i + 1, class::TLD)));
        if !part {
            break;
        }
        end += 1;
    }
    let end = end.min(turn.end);
    if first < at && (tld || opened.is_some() && (at + 1..end).any(|i| doc.is(i, "dot"))) {
        doc.add(first, end, Kind::Url, "url-spoken");
    }
}

/// "slash dr osei", "slash j smith": the name after a title or an initial in the path.
fn titled_path(doc: &Doc<'_>, at: usize) -> bool {
    let led = doc.has(at - 1, class::TITLE)
        || doc.has(at - 1, class::LETTER) && !doc.is_any(at - 1, words!["a", "i"]);
    let named = strange(doc, at) || doc.name_class(at) & (name::FIRST | name::LAST) != 0;
    led && named && doc.is(at - 2, "slash") && !doc.has(at, class::FRAME | class::FILLER)
}

/// Where "w w w", "double u double u double u" or "https colon slash slash" before the dot at `at` begins.
fn scheme(doc: &Doc<'_>, at: usize, floor: usize) -> Option<usize> {
    let letters = |end: usize| {
        if end > floor && doc.is(end - 1, "www") {
            return Some(end - 1);
        }
        if end >= floor + 3 && (1..=3).all(|i| doc.is(end - i, "w")) {
            return Some(end - 3);
        }
        let double = |i: usize| doc.is(i, "double") && doc.is_any(i + 1, words!["u", "you", "w"]);
        (end >= floor + 6 && (1..=3).all(|i| double(end - 2 * i))).then(|| end - 6)
    };
    let slashes = |end: usize| {
        let from = end.checked_sub(4).filter(|from| *from >= floor)?;
        let scheme = doc.is_any(from, words!["http", "https"]) && doc.is(from + 1, "colon");
        (scheme && doc.is(end - 1, "slash") && doc.is(end - 2, "slash")).then_some(from)
    };
    if let Some(first) = letters(at) {
        return Some(slashes(first).unwrap_or(first));
    }
    // the first label after the slashes has a word or two
    (1..=3).find_map(|back| slashes(at.checked_sub(back)?))
}

/// Where the host before the dot at `at` begins.
fn host(doc: &Doc<'_>, at: usize, turn: &Turn) -> usize {
    let cue = doc
        .cues_before(turn, at)
        .find(|hit| hit.cue == Cue::Url)
        .map(|hit| hit.end);
    let mut first = at;
    let mut joined = true;
    while first > turn.first && at - first < 16 {
        let i = first - 1;
        if doc.taken[i] || cue.is_some_and(|end| i < end) {
            break;
        }
        let dot = doc.is_any(
            i,
            words!["dot", "dash", "hyphen", "underscore", "slash", "colon"],
        ) || doc.is_punct(i, b'-');
        let small = doc.has(i, class::FRAME | class::FILLER) && !doc.has(i, class::LETTER);
        let deeper = (2..=3).any(|back| {
            first > turn.first + back
                && doc.is_any(first - back, words!["dot"])
                && !doc.has(first - back + 1, class::TLD)
        });
        let letter = doc.has(i, class::LETTER) && !doc.is_any(i, words!["a", "i"]);
        // "my chart dot valley doctors dot org"
        let portal = doc.is_any(first, words!["chart"]) && doc.is(i, "my");
        // "nyberg family dot smugmug dot com"
        let label = doc.is(first + 1, "dot")
            && (strange(doc, i) || matches!(doc.name_class(i) & !name::RARE, 1..=3));
        if !(dot || joined || deeper || letter || portal || label || cue.is_some() && !small) {
            break;
        }
        if doc.shape(i) != Some(Shape::Word)
            && doc.shape(i) != Some(Shape::Number)
            && !doc.is_punct(i, b'-')
        {
            break;
        }
        if small && !joined && !deeper && !portal {
            break;
        }
        joined = dot;
        first = i;
    }
    // "w w w dot my family dot smugmug dot com"
    (first.saturating_sub(4).max(turn.first)..first)
        .rev()
        .filter(|i| doc.is(*i, "dot"))
        .find_map(|i| scheme(doc, i, turn.first))
        .unwrap_or(first)
}
