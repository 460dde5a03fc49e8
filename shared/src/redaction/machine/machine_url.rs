//! URLs and paths in machine text: identifiers in the path and the values of the query, not the address itself.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::machine::Tools;
use crate::redaction::machine::dated_name;
use crate::redaction::machine::field;
use crate::redaction::machine::form;
use crate::redaction::machine::link_token;
use crate::redaction::machine::machine_id::is_machine_id;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::placeholder::placeholder;
use crate::redaction::web;

/// URLs: identifiers in the path and the values of the query, not the address itself.
pub(crate) fn urls(doc: &mut Doc<'_>, tools: &Tools<'_>, out: &mut Vec<Finding>) {
    let text = doc.text;
    let bytes = text.as_bytes();
    let mut from = 0;
    // A user before a host is no mailbox, and neither is a file's name ("logo@2x.png").
    let mut authorities: Vec<(usize, usize)> = Vec::new();
    let mut pairs = None;
    while let Some(found) = text.get(from..).and_then(|t| t.find("://")) {
        let colon = from + found;
        let mut start = colon;
        while start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
            start -= 1;
        }
        let end = web::url_end(bytes, colon + 3);
        from = end.max(colon + 3);
        // "webpack-internal:///./src/a.ts" and "http://" lead to no host.
        let host = bytes
            .get(colon + 3)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'[' | b'%') || *b >= 0x80)
            || text[colon + 3..end].starts_with(':') && text[colon + 3..end].contains('@');
        if start == colon || &text[start..colon] == "file" || !host {
            let (first, last) = (doc.token_at(start), doc.token_at(end));
            doc.taken[first..last].fill(true);
            continue;
        }
        let alone = start == 0 && end == text.trim_end().len();
        let query = text[colon..end].find('?').map_or(end, |q| colon + q);
        let before = out.len();
        if query < end {
            form::pairs(text, query + 1, end, tools, out);
        }
        path(text, colon + 3, query, out);
        if text[colon + 3..end].contains('@') {
            let host_end = credentials(text, colon + 3, query, out);
            authorities.push((colon + 3, host_end));
        }
        let first = doc.token_at(start);
        let last = doc.token_at(end);
        // A web address in prose identifies; in a payload or a log it is an endpoint.
        let prose = alone && !tools.in_field.get()
            || text.contains(' ')
                && !text[..start].ends_with(['"', '='])
                // The sign may have gone with a signature.
                && !*pairs.get_or_insert_with(|| text.contains('=') || text.contains("[SECRET_"))
                && !requested(&text[..start]);
        let judged = before < out.len() || holds_placeholder(&text[colon..end]);
        if prose && !judged && !text[colon..end].contains("hl7.org") {
            doc.add_bytes(start, end, Kind::Url, "url");
        } else {
            for taken in &mut doc.taken[first..last] {
                *taken = true;
            }
        }
    }
    if text.contains('@') {
        doc.findings
            .retain(|finding| !no_mailbox(text, &authorities, finding));
    }
}

/// Whether an earlier redaction found something in it, and left the rest.
fn holds_placeholder(url: &str) -> bool {
    url.match_indices('[')
        .any(|(open, _)| placeholder(url.as_bytes(), open).is_some())
}

/// "GET https://…": a log's request, not a sentence.
fn requested(before: &str) -> bool {
    let word = before.trim_end().rsplit([' ', '\n']).next().unwrap_or("");
    word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether the finding is no address but a user in a URL or a picture's name.
fn no_mailbox(text: &str, authorities: &[(usize, usize)], finding: &Finding) -> bool {
    if finding.kind != Kind::Email {
        return false;
    }
    let before = authorities.partition_point(|(from, _)| *from <= finding.start);
    let inside = authorities[..before]
        .last()
        .is_some_and(|(_, to)| finding.start < *to);
    let tail = text[finding.start..finding.end].rsplit('.').next();
    inside
        || tail.is_some_and(|t| {
            matches!(
                t,
                "png" | "jpg" | "jpeg" | "svg" | "gif" | "webp" | "css" | "js" | "ico"
            )
        })
}

/// `user:password@` before a host: the password goes, and the user who could be somebody. Returns where the host ends.
fn credentials(text: &str, from: usize, to: usize, out: &mut Vec<Finding>) -> usize {
    let authority = text[from..to].find('/').map_or(to, |i| from + i);
    let Some(at) = text[from..authority].rfind('@') else {
        return from;
    };
    let (user, password) = match text[from..from + at].split_once(':') {
        Some((user, password)) => (user, password),
        None => (&text[from..from + at], ""),
    };
    if !password.is_empty() {
        let start = from + user.len() + 1;
        out.push(Finding::new(
            start,
            from + at,
            Kind::Secret,
            "url-credentials",
        ));
    }
    // An address is somebody's, a long user a key.
    if password.is_empty() || user.len() >= 12 || user.contains("%40") {
        out.push(Finding::new(
            from,
            from + user.len(),
            Kind::Secret,
            "url-credentials",
        ));
    }
    authority
}

/// Paths without a host in a log line: only what follows a person's collection.
pub(crate) fn paths(doc: &mut Doc<'_>, out: &mut Vec<Finding>) {
    for at in 0..doc.tokens.len() {
        if !doc.is_punct(at, b'/') || doc.taken[at] {
            continue;
        }
        if at > 0 && doc.glued(at) && !doc.is_punct(at - 1, b'"') {
            reference(doc, at, out);
            dated_name::detect(doc, at, out);
            continue;
        }
        let start = doc.tokens[at].start();
        let end = doc.text[start..]
            .find([' ', '"', '?', '\n', '\'', ',', ')'])
            .map_or(doc.text.len(), |length| start + length);
        let before = out.len();
        path(doc.text, start, end, out);
        // A bare number in a path counts things as often as it names people.
        let text = doc.text;
        let mut index = 0;
        out.retain(|f| {
            index += 1;
            index <= before || f.kind != Kind::Id || person_before(text, f.start)
        });
        for finding in &out[before..] {
            let (first, last) = (doc.token_at(finding.start), doc.token_at(finding.end));
            doc.taken[first..last].fill(true);
        }
    }
}

/// `Patient/6262338`: a reference to a person without a path.
fn reference(doc: &mut Doc<'_>, slash: usize, out: &mut Vec<Finding>) {
    let free = slash == 1 || !doc.glued(slash - 1) || doc.is_punct(slash - 2, b'"');
    if !free || !is_person(doc.word(slash - 1)) || !doc.glued(slash + 1) {
        return;
    }
    let start = doc.tokens[slash].end();
    let end = doc.text[start..]
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '_'))
        .map_or(doc.text.len(), |length| start + length);
    let id = &doc.text[start..end];
    if id.bytes().filter(u8::is_ascii_digit).count() >= 3
        && !is_machine_id(id)
        && !numbers_its_kind(doc.word(slash - 1), id)
    {
        out.push(Finding::new(start, end, Kind::Id, "reference"));
        let (first, last) = (doc.token_at(start), doc.token_at(end));
        doc.taken[first..last].fill(true);
    }
}

/// `Patient/pat-2210`, `/users/usr_18`: a server's own count of its things, which begins with letters of their name.
fn numbers_its_kind(collection: &str, id: &str) -> bool {
    let Some((head, tail)) = id.split_once(['-', '_']) else {
        return false;
    };
    let mut letters = collection.bytes().map(|b| b.to_ascii_lowercase());
    let named = head.bytes().all(|b| letters.any(|other| other == b));
    let first = collection.bytes().next().map(|b| b.to_ascii_lowercase());
    named
        && first == head.bytes().next()
        && (1..=6).contains(&tail.len())
        && tail.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether the path segment before the one at `start` is a person's collection.
pub(crate) fn person_before(text: &str, start: usize) -> bool {
    text[..start]
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .is_some_and(is_person)
}

pub(crate) fn is_person(segment: &str) -> bool {
    matches!(
        segment,
        "patients"
            | "patient"
            | "members"
            | "member"
            | "contacts"
            | "users"
            | "customers"
            | "people"
            | "Patient"
            | "RelatedPerson"
            | "Person"
            | "Practitioner"
            | "clients"
            | "subscribers"
            | "guarantors"
            | "callers"
            | "ssn"
            | "mrn"
    )
}

/// `/patients/22971028/…`: the segment after a person's collection, and segments of six digits or more.
pub(crate) fn path(text: &str, from: usize, to: usize, out: &mut Vec<Finding>) {
    let mut at = from;
    let mut before = "";
    for (i, segment) in text.get(from..to).unwrap_or("").split('/').enumerate() {
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        let person = is_person(before);
        let number = digits >= 6 && digits == segment.len();
        let phone = segment.starts_with("%2B") || segment.starts_with('+') && digits >= 7;
        let mail = (segment.contains('@') || segment.contains("%40"))
            && !segment.starts_with('@')
            && !segment.contains("@2x");
        if i > 0
            && (person
                && digits >= 3
                && !is_machine_id(segment)
                && !numbers_its_kind(before, segment)
                || number && digits <= 12
                || phone
                || mail)
        {
            out.push(Finding::new(
                at,
                at + segment.len(),
                if phone { Kind::Phone } else { Kind::Id },
                "url-path",
            ));
        }
        // `/patients/Ada%20Byron`
        if i > 0 && segment.contains("%20") && field::looks_like_name(&form::decode(segment)) {
            out.push(Finding::new(
                at,
                at + segment.len(),
                Kind::Person,
                "url-path",
            ));
        }
        if i > 0 && !mail && link_token::in_path(before, segment) {
            out.push(Finding::new(
                at,
                at + segment.len(),
                Kind::Secret,
                "url-token",
            ));
        }
        before = segment;
        at += segment.len() + 1;
    }
}
