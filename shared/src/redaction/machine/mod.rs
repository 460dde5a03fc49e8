//! The `machine` profile: logs, errors, payloads and bare values. Evidence first: a key, a cue, a checksum, or a form
//! that nothing else has.

pub(crate) mod complaint;
pub(crate) mod dated_name;
pub(crate) mod dated_time;
pub(crate) mod echo;
pub(crate) mod family_first;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod gs1;
pub(crate) mod json;
pub(crate) mod key;
pub(crate) mod key_identifier;
pub(crate) mod key_meaning;
pub(crate) mod key_words;
pub(crate) mod layout;
pub(crate) mod layout_compare;
pub(crate) mod layout_sql;
pub(crate) mod link_token;
pub(crate) mod machine_id;
pub(crate) mod machine_url;
pub(crate) mod mailbox;
pub(crate) mod markup;
pub(crate) mod message_id;
pub(crate) mod multipart;
pub(crate) mod pair_value;
pub(crate) mod pairs;
pub(crate) mod scopes;
pub(crate) mod segment;
pub(crate) mod segment_ncpdp;
pub(crate) mod segment_shape;
pub(crate) mod segment_x12;
pub(crate) mod structured;
pub(crate) mod structured_rows;
pub(crate) mod table;
pub(crate) mod title;

use std::cell::Cell;

use crate::redaction::address;
use crate::redaction::budget::Budget;
use crate::redaction::date;
use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::machine::key::Meanings;
use crate::redaction::machine::machine_id::{is_machine_id, iso_time};
use crate::redaction::machine::machine_url::{paths, urls};
use crate::redaction::name::printed;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::web;
use crate::redaction::web::email;
use crate::redaction::words::lexicon::{Pool, class};
use crate::redaction::words::word_set::words;
use crate::redaction::written;
use crate::redaction::written::checks;
use crate::redaction::written::{password, secret, self_named};

/// What the detectors share.
pub(crate) struct Tools<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) meanings: &'a Meanings,
    pub(crate) budget: &'a Budget<'a>,
    /// The text is the value of a field, not a text of its own.
    pub(crate) in_field: Cell<bool>,
    /// How many values deep in values the work is.
    pub(crate) nested: Cell<u32>,
}

/// Finds everything in a document: JSON, lines of JSON, a form body, or text.
pub(crate) fn document(text: &str, tools: &Tools<'_>, depth: usize) -> Vec<Finding> {
    if text.trim_start().starts_with(['{', '['])
        && let Some(found) = structured::find(text, 0, text.len(), tools, depth)
    {
        return found;
    }
    if let Some(found) = form::find(text.trim_end(), tools) {
        return found;
    }
    let mut found = lines(text, tools, depth);
    echo::add(text, &[(0, text.len())], &mut found);
    found
}

/// Finds everything in text, of which some lines may hold JSON.
fn lines(text: &str, tools: &Tools<'_>, depth: usize) -> Vec<Finding> {
    if !text.contains("{\"") {
        return find(text, tools, true);
    }
    // Log lines with JSON in them: the JSON by keys, the rest as text.
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let json = body.find("{\"").and_then(|open| {
            Some((
                open,
                structured::find(text, at + open, at + body.len(), tools, depth)?,
            ))
        });
        let plain = match json {
            Some((open, found)) => {
                out.extend(found);
                &line[..open]
            }
            None => line,
        };
        out.extend(find(plain, tools, false).into_iter().map(|f| Finding {
            start: f.start + at,
            end: f.end + at,
            ..f
        }));
        at += line.len();
    }
    out
}

/// Finds everything in a piece of text. With `bare`, a text that is one value and nothing else may be judged by its
/// shape alone.
pub(crate) fn find(text: &str, tools: &Tools<'_>, bare: bool) -> Vec<Finding> {
    if tools.budget.spent_on_values() {
        return Vec::new();
    }
    // A short word without digits or signs holds nothing.
    if text.len() < 40
        && !text.bytes().any(|b| {
            b.is_ascii_digit() || matches!(b, b' ' | b'@' | b':' | b'=' | b'_' | b'-') || b >= 0x80
        })
    {
        return Vec::new();
    }
    let mut doc = Doc::new(text, tools.pool);
    secret::detect(&mut doc);
    email::detect(&mut doc);
    message_id::keep(&mut doc);
    let mut out = Vec::new();
    urls(&mut doc, tools, &mut out);
    paths(&mut doc, &mut out);
    layout::detect(&mut doc, tools, &mut out);
    pairs::detect(&mut doc, tools, &mut out);
    log_times(&mut doc);
    event_times(&mut doc);
    dated_time::keep(&mut doc);
    web::detect(&mut doc);
    hosts(&mut doc);
    self_named::detect(&mut doc);
    password::detect(&mut doc);
    written::detect(&mut doc, bare);
    dates(&mut doc);
    printed::detect_written(&mut doc);
    addresses(&mut doc);
    doc.findings.extend(out);
    dated_name::after_person(&mut doc);
    doc.finish()
}

/// Only what cannot be anything else: for fields that hold a machine's values.
pub(crate) fn unmistakable(text: &str, tools: &Tools<'_>) -> Vec<Finding> {
    if is_machine_id(text) || text.len() < 7 {
        return Vec::new();
    }
    // Every such form has an at sign, four digits or an issuer's prefix.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 && !text.as_bytes().contains(&b'@') && !secret::is_credential(text) {
        return Vec::new();
    }
    if is_plain(text) || message_id::is_random(text) {
        return Vec::new();
    }
    let mut doc = Doc::new(text, tools.pool);
    secret::detect(&mut doc);
    email::detect(&mut doc);
    self_named::detect(&mut doc);
    written::formatted(&mut doc);
    doc.finish()
}

/// A number too short for a card, and letters and digits that no identifier mixes so.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = bytes.len() < 12
        && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        && text.split('.').nth(2).is_none();
    number
        || bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'_')
            && bytes.iter().any(u8::is_ascii_lowercase)
            && !secret::is_credential(text)
            && !crate::redaction::written::crypto::wallet(text)
}

/// The time a log line starts with stays.
fn log_times(doc: &mut Doc<'_>) {
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let first = after_priority(doc, turn.first);
        let mut end = first;
        while end < turn.end && (end == first || doc.glued(end) && !doc.is_punct(end, b',')) {
            end += 1;
        }
        if end == first {
            continue;
        }
        let (from, to) = (doc.tokens[first].start(), doc.tokens[end - 1].end());
        if end < turn.end
            && end - first >= 7
            && iso_time(&doc.text[from..to])
            // The first of a row may be a birthday's midnight.
            && !(doc.is_punct(end, b',') && doc.text[from + 11..to].starts_with("00:00"))
            && doc.shape(end) != Some(Shape::Newline)
            && !doc.is_any(end, words!["or", "and", "is", "was"])
        {
            doc.taken[first..end].fill(true);
        }
    }
}

/// `<134>1 `: what syslog puts before the time.
fn after_priority(doc: &Doc<'_>, first: usize) -> usize {
    let priority = doc.is_punct(first, b'<')
        && doc.shape(first + 1) == Some(Shape::Number)
        && doc.is_punct(first + 2, b'>');
    let version = doc.glued(first + 3) && doc.len_of(first + 3) == 1;
    if priority {
        first + 3 + usize::from(version)
    } else {
        first
    }
}

/// A time to the second in a list, a call or a field is when something happened: `('x', '2026-08-02T09:09:33.874Z')`.
fn event_times(doc: &mut Doc<'_>) {
    let bytes = doc.text.as_bytes();
    for i in 0..doc.anchors.web.len() {
        let colon = doc.anchors.web[i] as usize;
        if !doc.is_punct(colon, b':') || doc.taken[colon] || doc.tokens[colon].start() < 13 {
            continue;
        }
        let start = doc.tokens[colon].start() - 13;
        let end = start
            + bytes[start..]
                .iter()
                .take(40)
                .enumerate()
                .take_while(|(i, b)| {
                    b.is_ascii_digit()
                        || matches!(b, b'T' | b'Z' | b':' | b'.' | b'+' | b'-')
                        || *i == 10 && **b == b' '
                })
                .count();
        if end < start + 19 || !doc.text.is_char_boundary(start) {
            continue;
        }
        let before = doc.text[..start].trim_end_matches(' ').as_bytes().last();
        let opens = match before {
            None | Some(b'\n') => doc.text[end..].trim_start_matches([',', '.']).len() > 1,
            Some(b',') => true,
            // "[deploy] 2025-06-30T21:00:02Z starting"
            Some(_) if after_source(&doc.text[..start]) => {
                bytes[start + 10] == b'T' && bytes.get(end) == Some(&b' ')
            }
            Some(b'\'' | b'"' | b'(' | b'=' | b'[' | b'>' | b'|') => bytes[start - 1] != b' ',
            _ => false,
        };
        // "finished at 2026-03-02T10:11:12Z": nobody is asked to come at such a second.
        let opens = opens || bytes[start] == b'2' && !bytes[start + 16..].starts_with(b":00");
        if !opens
            || bytes[start + 11..].starts_with(b"00:00:00")
            || !iso_time(&doc.text[start..end])
        {
            continue;
        }
        let (first, last) = (doc.token_at(start), doc.token_at(end));
        doc.taken[first..last].fill(true);
    }
}

/// The longest name of a program before a time.
const SOURCE: usize = 40;

/// Whether nothing but the name of a program stands before on the line: "[deploy] ", "web-1 ".
fn after_source(before: &str) -> bool {
    let near = before.len().saturating_sub(SOURCE);
    let tail = &before.as_bytes()[near..];
    let line = match tail.iter().rposition(|b| *b == b'\n') {
        Some(end) => near + end + 1,
        None if near == 0 => 0,
        None => return false,
    };
    let line = before[line..].trim_end();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_./:|".contains(&b);
    let name = line
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'))
        .unwrap_or(line);
    let digits_or_sign = name.len() < line.len() || name.bytes().any(|b| !b.is_ascii_lowercase());
    !name.is_empty() && digits_or_sign && name.bytes().all(plain)
}

/// Hosts of three labels or more are a machine's, unless one is named as a site ("www"); `a::b` is a path in code.
fn hosts(doc: &mut Doc<'_>) {
    let text = doc.text;
    let alone = text.trim().len();
    doc.findings.retain(|f| {
        let value = &text[f.start..f.end];
        if f.rule == "domain" && is_package(value) {
            return false;
        }
        if f.rule == "ipv6" {
            let any = matches!(value, "::" | "::1") && text[f.end..].starts_with("]:");
            return !any && (value.bytes().any(|b| b.is_ascii_digit()) || value == "::");
        }
        if f.rule == "ipv4" {
            // "0.0.0.0:8080", "--host 127.0.0.1": any machine calls itself so.
            return value.len() == alone || !matches!(value, "0.0.0.0" | "127.0.0.1");
        }
        f.rule != "domain"
            || value.len() == alone
            || value
                .split('/')
                .next()
                .unwrap_or(value)
                .bytes()
                .filter(|b| *b == b'.')
                .count()
                < 2
    });
}

/// `github.com/org/repo/internal/llm.(*Client).Run(0xc00…)`: code, by where it is kept.
fn is_package(value: &str) -> bool {
    let mut parts = value.split('/');
    let host = parts.next().unwrap_or(value);
    let kept = matches!(
        host,
        "github.com"
            | "gitlab.com"
            | "bitbucket.org"
            | "golang.org"
            | "google.golang.org"
            | "cloud.google.com"
            | "go.uber.org"
            | "gopkg.in"
            | "k8s.io"
            | "sigs.k8s.io"
    ) || value.contains(".(*")
        || value.contains("(0x");
    kept && parts.next().is_some() && (parts.next().is_some() || host != "github.com")
}

/// Street addresses in sentences: with a house number, and capitalised as they are written.
fn addresses(doc: &mut Doc<'_>) {
    let before = doc.findings.len();
    address::detect(doc);
    let text = doc.text;
    let mut index = 0;
    doc.findings.retain(|f| {
        index += 1;
        let value = &text[f.start..f.end];
        index <= before
            || f.kind != Kind::Address && f.kind != Kind::Zip
            || value.starts_with(|c: char| c.is_ascii_digit())
                && value.contains(' ')
                && value.len() <= 120
                && !value.contains([';', ':', '=', '{', '(', '"'])
                && value.bytes().any(|b| b.is_ascii_uppercase())
    });
}

/// Dates, without those that a version or an API names.
fn dates(doc: &mut Doc<'_>) {
    date::detect(doc);
    let text = doc.text;
    for finding in &mut doc.findings {
        if finding.rule == "date" {
            finding.end += clock(&text[finding.end..]);
        }
    }
    doc.findings.retain(|f| {
        if f.rule != "date" {
            return true;
        }
        let before = last_word(&text[..f.start]);
        let versioned = ["version", "v", "api", "build", "release", "schema"]
            .iter()
            .any(|w| before.eq_ignore_ascii_case(w));
        // "2026.03.1-rc4"
        let released = ["-rc", "-alpha", "-beta", "-dev", "-hotfix", "+build"]
            .iter()
            .any(|tail| text[f.end..].starts_with(tail));
        !versioned && !released
    });
}

/// "Version" of "Stripe-Version: " and of `api_version = '`.
fn last_word(before: &str) -> &str {
    let name = before.trim_end_matches([' ', '\n', ':', '=', '"', '\'']);
    name.rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or(name)
}

/// The length of a time of day that follows a date: " 09:30", " 09:30:15".
fn clock(after: &str) -> usize {
    let bytes = after.as_bytes();
    let two = |at: usize| {
        bytes
            .get(at..at + 2)
            .is_some_and(|d| d.iter().all(u8::is_ascii_digit))
    };
    if bytes.first() != Some(&b' ') || !two(1) || bytes.get(3) != Some(&b':') || !two(4) {
        return 0;
    }
    if bytes.get(6) == Some(&b':') && two(7) {
        9
    } else {
        6
    }
}

/// Whether a cue of one of `cues` stands shortly before token `at`.
pub(crate) fn cued(doc: &Doc<'_>, at: usize, cues: &[Cue]) -> Option<Cue> {
    let before = doc.cues.partition_point(|hit| hit.end <= at);
    let hit = doc.cues[..before].last().filter(|hit| at - hit.end <= 8)?;
    let near = (hit.end..at).all(|i| {
        doc.has(i, class::FRAME | class::FILLER)
            || matches!(doc.shape(i), Some(Shape::Punct | Shape::Clitic))
            || at - hit.end <= 3 && doc.shape(i) != Some(Shape::Number)
    });
    (near && cues.contains(&hit.cue)).then_some(hit.cue)
}

/// Whether the value passes the check its kind has.
pub(crate) fn checked(kind: Kind, value: &str) -> bool {
    match kind {
        Kind::Card => checks::card(value),
        Kind::Npi => checks::npi(value),
        Kind::Routing => checks::aba(value),
        Kind::Ssn => checks::ssn(value) || checks::itin(value) || checks::nino(value),
        Kind::Dea => checks::dea(value),
        Kind::Mbi => checks::mbi(value),
        Kind::Iban => checks::iban(value),
        Kind::Vin => checks::vin(value),
        _ => true,
    }
}
