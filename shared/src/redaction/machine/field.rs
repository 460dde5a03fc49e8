//! A field's value, whatever notation it stands in: what its name says decides first; a value of unknown meaning must
//! prove itself.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::machine::form;
use crate::redaction::machine::key::Meaning;
use crate::redaction::machine::machine_id::is_machine_id;
use crate::redaction::machine::structured;
use crate::redaction::machine::title;
use crate::redaction::machine::{self, Tools};
use crate::redaction::speech;
use crate::redaction::words::lexicon::{name, word as known_word};
use crate::redaction::words::word_key::key_of;

/// JSON in a string in JSON: how deep it is followed.
const NESTED: usize = 4;

/// The kind of a value that goes whole.
pub(crate) fn whole(value: &str, sense: Meaning) -> Option<Kind> {
    if matches!(
        sense,
        Meaning::Unknown | Meaning::Machine | Meaning::Language | Meaning::Url | Meaning::Cookie
    ) {
        return None;
    }
    let value = value.trim();
    if value.is_empty() || empty_word(value) || is_slot(value) {
        return None;
    }
    match sense {
        Meaning::Remove(kind) => fits(kind, value).then_some(kind),
        Meaning::Opaque if is_verdict(value) => None,
        Meaning::Opaque if !value.contains(' ') => Some(Kind::Secret),
        Meaning::Name | Meaning::Opaque => {
            (looks_like_name(value) || family_first(value)).then_some(Kind::Person)
        }
        Meaning::Somebody if numbered(value) => Some(Kind::Id),
        Meaning::Somebody => made_like_name(value).then_some(Kind::Person),
        Meaning::Phone if looks_like_phone(value) => Some(Kind::Phone),
        Meaning::Phone => (value.contains(' ') && looks_like_name(value)).then_some(Kind::Person),
        Meaning::Listed => listed(value),
        _ => None,
    }
}

/// "signature: verified", "auth=basic": what was found, or how it is done.
fn is_verdict(value: &str) -> bool {
    [
        "verified", "mismatch", "matched", "failed", "passed", "pass", "fail", "ok", "expired",
        "basic", "bearer", "digest", "oauth", "jwt", "hmac", "rsa", "good", "bad", "skipped",
        "success", "error",
    ]
    .iter()
    .any(|word| value.eq_ignore_ascii_case(word))
}

/// A value of a list without names: a date, a number as long as people's, or a word that is written like a name.
fn listed(value: &str) -> Option<Kind> {
    let bytes = value.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    if digits == bytes.len() {
        // Seconds since 1970 are ten digits, too.
        let time = digits == 10 && value.starts_with('1');
        return ((7..=12).contains(&digits) && !time).then_some(Kind::Id);
    }
    let date = (8..=10).contains(&bytes.len())
        && digits >= 6
        && bytes
            .iter()
            .filter(|b| matches!(b, b'-' | b'/' | b'.'))
            .count()
            == 2
        && digits + 2 == bytes.len();
    if date {
        return Some(Kind::Date);
    }
    let words = name_words(value)?;
    let ordinary = words
        .iter()
        .all(|word| known_word(key_of(word)).names() & name::COMMON != 0);
    let written = value.chars().any(char::is_lowercase)
        && value.chars().next().is_some_and(char::is_uppercase);
    (written && !ordinary && bytes.len() > 2).then_some(Kind::Person)
}

/// `{"patient": "88123412"}`, `member=ZGP881230019`
fn numbered(value: &str) -> bool {
    let letters = value
        .bytes()
        .take_while(u8::is_ascii_uppercase)
        .count()
        .min(4);
    value.len() >= letters + 5 && value.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

/// Whether a field of this kind can hold the value. "missing" is no number, and "localhost:80" is nobody's address.
fn fits(kind: Kind, value: &str) -> bool {
    match kind {
        Kind::Secret => true,
        Kind::Email => value.contains('@') || value.contains("%40"),
        // To the second it is the time of an event.
        Kind::Date => value.len() <= 10 && value.bytes().any(|b| b.is_ascii_digit()),
        Kind::CardExp => expires(value),
        // "rx": "metformin 1000 mg"
        Kind::Rx => {
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            digits > 4 || digits > 0 && !value.contains(|c: char| c.is_alphabetic())
        }
        // `prv_18` numbers a clinic's own records.
        Kind::Npi => value.starts_with(|c: char| !c.is_lowercase()),
        Kind::Ip => value.bytes().any(|b| matches!(b, b'.' | b':')),
        Kind::Person => {
            value.chars().any(char::is_alphabetic)
                && !is_machine_id(value)
                && !value.contains("://")
        }
        Kind::Address => {
            if value.starts_with("0x") {
                return false;
            }
            let dots = || value.bytes().filter(|b| *b == b'.').count();
            value.contains(' ') || !value.contains([':', '@', '_']) && dots() != 3
        }
        _ => {
            let word = |c: char| c.is_alphabetic() || matches!(c, '_' | '-' | '.');
            (value.bytes().any(|b| b.is_ascii_digit()) || !value.chars().all(word))
                && !complains(value)
        }
    }
}

/// A month, a year, or both; no second of a token's end ("exp": 1772536333) and no span of seconds (3600).
pub(crate) fn expires(value: &str) -> bool {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return value.bytes().any(|b| b.is_ascii_digit()) && value.len() < 20;
    }
    let month = |part: &str| matches!(part.parse(), Ok(1..=12));
    match value.len() {
        1 | 2 => true,
        4 => value.starts_with("20") || value.get(..2).is_some_and(month),
        6 => value.get(..2).is_some_and(month) || value.get(4..).is_some_and(month),
        _ => false,
    }
}

/// What a check says of a field in its place: `{"ssn": ["must be 9 digits"]}`.
fn complains(value: &str) -> bool {
    let mut words = value.split(' ');
    let number = |word: &str| word.bytes().filter(u8::is_ascii_digit).count() > 4;
    value.len() > 12
        && words.clone().nth(2).is_some()
        && !words.clone().any(number)
        && words.any(|word| {
            matches!(
                word,
                "must"
                    | "should"
                    | "cannot"
                    | "can't"
                    | "invalid"
                    | "required"
                    | "Ensure"
                    | "ensure"
                    | "valid"
                    | "isn't"
                    | "expected"
                    | "does"
                    | "already"
                    | "blank"
                    | "missing"
                    | "empty"
            )
        })
}

/// Everything to remove in a decoded value, as ranges in it.
pub(crate) fn find(value: &str, sense: Meaning, tools: &Tools<'_>, depth: usize) -> Vec<Finding> {
    if let Some(kind) = whole(value, sense) {
        return vec![Finding::new(0, value.len(), kind, "key")];
    }
    content(value, sense, tools, depth)
}

/// The findings in a decoded value that does not go whole.
pub(crate) fn content(
    value: &str,
    sense: Meaning,
    tools: &Tools<'_>,
    depth: usize,
) -> Vec<Finding> {
    if sense == Meaning::Cookie {
        let mut out = Vec::new();
        cookies(value, &mut out);
        return out;
    }
    if depth < NESTED
        && value.trim_start().starts_with(['{', '['])
        && let Some(mut found) = structured::find(value, 0, value.len(), tools, depth + 1)
    {
        for finding in &mut found {
            finding.bare_json = false;
        }
        return found;
    }
    if let Some(found) = form::find(value, tools) {
        return found;
    }
    if depth < NESTED && form::base64_holds(value, tools) {
        return vec![Finding::new(0, value.len(), Kind::Secret, "base64")];
    }
    match sense {
        Meaning::Language if !is_data(value) => said(value, tools),
        Meaning::Machine if !value.contains(' ') => machine::unmistakable(value, tools),
        Meaning::Url => machine::find(value, tools, false),
        _ if is_machine_id(value) => Vec::new(),
        _ => machine::find(value, tools, sense == Meaning::Unknown),
    }
}

/// The findings in human language, which may be a title.
fn said(value: &str, tools: &Tools<'_>) -> Vec<Finding> {
    let mut found = speech::find(value, tools.pool, &Known::none());
    for (start, end) in title::names(value) {
        found.push(Finding::new(start, end, Kind::Person, "title"));
    }
    found
}

/// Whether a text is a program's: JSON that was cut off or escaped once more, markup, a message of segments.
fn is_data(value: &str) -> bool {
    let value = value.trim_start();
    let starts = |starts: &[&str]| starts.iter().any(|start| value.starts_with(start));
    match value.as_bytes().first() {
        Some(b'{') => starts(&["{\"", "{\\"]),
        Some(b'[') => starts(&["[{", "[\""]),
        Some(b'<') => starts(&["<?xml", "<soap"]),
        Some(b'M' | b'I' | b'B') => starts(&["MSH|", "ISA*", "BEGIN:V"]),
        _ => false,
    }
}

/// The values of cookies, without the attributes that browsers are told: `sid=…; Path=/; Max-Age=86400`.
pub(crate) fn cookies(value: &str, out: &mut Vec<Finding>) {
    let mut at = 0;
    for part in value.split_inclusive(';') {
        let body = part.trim_end_matches(';');
        let (key, start) = match body.split_once('=') {
            Some((key, _)) => (key.trim(), at + key.len() + 1),
            None => ("", at + body.len() - body.trim_start().len()),
        };
        let attribute = [
            "path",
            "domain",
            "expires",
            "max-age",
            "samesite",
            "httponly",
            "secure",
            "priority",
            "partitioned",
            "version",
        ];
        let held = if key.is_empty() { body.trim() } else { key };
        if !attribute.iter().any(|a| held.eq_ignore_ascii_case(a)) {
            let end = start + value[start..at + body.len()].trim_end().len();
            if end > start {
                out.push(Finding::new(start, end, Kind::Secret, "cookie"));
            }
        }
        at += part.len();
    }
}

/// Where a query's value will stand: `?`, `%s`, `$2`, `:dob`, `@p0`.
fn is_slot(value: &str) -> bool {
    let mut bytes = value.bytes();
    match bytes.next() {
        Some(b'?') => value.len() == 1,
        Some(b'%') => value == "%s" || value.starts_with("%("),
        Some(b'$') => value.len() < 4 && bytes.all(|b| b.is_ascii_digit()),
        Some(b'@') => {
            value.len() < 5 && bytes.next() == Some(b'p') && bytes.all(|b| b.is_ascii_digit())
        }
        Some(b':') => {
            (2..24).contains(&value.len()) && bytes.all(|b| b.is_ascii_lowercase() || b == b'_')
        }
        _ => false,
    }
}

fn empty_word(value: &str) -> bool {
    if value.len() > 9 {
        return false;
    }
    [
        "null",
        "none",
        "nil",
        "true",
        "false",
        "n/a",
        "na",
        "unknown",
        "undefined",
        "-",
        "nan",
        "enabled",
        "disabled",
        "required",
        "optional",
        "missing",
        "invalid",
        "valid",
        "string",
        "yes",
        "no",
        "on",
        "off",
        "***",
    ]
    .iter()
    .any(|word| value.eq_ignore_ascii_case(word))
}

/// The words of a value that is made like a name: capitalised, without digits or the signs of identifiers.
fn name_words(value: &str) -> Option<Vec<&str>> {
    if value.len() > 80
        || value
            .bytes()
            .any(|b| b.is_ascii_digit() || b"_/:@{}<>=()[]|\\".contains(&b))
    {
        return None;
    }
    let words: Vec<&str> = value
        .split([' ', ',', '-'])
        .filter(|word| !word.is_empty())
        .collect();
    let capital = words
        .iter()
        .all(|w| w.chars().next().is_some_and(char::is_uppercase) || w.len() <= 3);
    ((1..=5).contains(&words.len()) && capital).then_some(words)
}

/// Two to four words with a given or family name among them, or one given name.
pub(crate) fn looks_like_name(value: &str) -> bool {
    // MBEKI^THANDIWE
    if value.contains('^')
        && value
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '^' | ' ' | '-' | '\''))
    {
        return true;
    }
    name_words(value).is_some_and(|words| {
        let listed = |bits: u8| {
            words.iter().any(|word| {
                let names = known_word(key_of(word)).names();
                names & bits != 0 && names & name::COMMON == 0
            })
        };
        listed(name::FIRST) || words.len() > 1 && listed(name::LAST)
    })
}

/// "Quillfeather, Tobias": a word on each side of a comma that is no ordinary one.
pub(crate) fn family_first(value: &str) -> bool {
    let name = |part: &str| {
        let known = known_word(key_of(part));
        part.len() > 2
            && part.chars().all(|c| c.is_alphabetic() || c == '-')
            && part.chars().next().is_some_and(char::is_uppercase)
            && known.names() & name::COMMON == 0
            && known.number() == 0
    };
    value.split_once(", ").is_some_and(|(family, given)| {
        name(family) && given.split(' ').next().is_some_and(name) && !given.contains(',')
    })
}

/// [`looks_like_name`], or two to five capitalised words that none of the dictionaries has to know.
fn made_like_name(value: &str) -> bool {
    looks_like_name(value)
        || name_words(value).is_some_and(|words| {
            words.len() > 1
                && words
                    .iter()
                    .filter(|w| w.chars().next().is_some_and(char::is_uppercase))
                    .count()
                    > 1
        })
}

pub(crate) fn looks_like_phone(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits)
        && value.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(
                    b,
                    b'+' | b'-' | b'(' | b')' | b' ' | b'.' | b':' | b'%' | b'/'
                )
                || b.is_ascii_alphabetic()
                    && (value.starts_with("whatsapp")
                        || value.starts_with("tel")
                        || value.starts_with("sip")
                        || value.starts_with('%')
                        || value.contains('x'))
        })
}
