//! Form bodies and query strings (`From=%2B1415…&Body=…`), percent-encoding, and base64.

use std::borrow::Cow;

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::machine::field;
use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::link_token;
use crate::redaction::machine::machine_id::is_machine_id;
use crate::redaction::machine::{self, Tools};
use crate::redaction::speech;
use crate::redaction::words::lexicon::{class, class_of, name, word as known_word};
use crate::redaction::words::word_key::key_of;

/// Decodes `%XX` and `+`.
pub(crate) fn decode(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if !bytes.iter().any(|b| matches!(b, b'%' | b'+')) {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%')
            .then(|| {
                value
                    .get(i + 1..i + 3)
                    .and_then(|h| u8::from_str_radix(h, 16).ok())
            })
            .flatten();
        if let Some(byte) = hex {
            out.push(byte);
            i += 3;
        } else {
            out.push(if bytes[i] == b'+' { b' ' } else { bytes[i] });
            i += 1;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// Finds everything in a form body. `None` when `value` is not one.
pub(crate) fn find(value: &str, tools: &Tools<'_>) -> Option<Vec<Finding>> {
    if !value.as_bytes().contains(&b'=')
        || value.contains([' ', '\n', '{', '<'])
        || value.contains("://")
        || value.starts_with('?') && value.len() < 4
    {
        return None;
    }
    let body = value.strip_prefix('?').unwrap_or(value);
    let keyed = |pair: &str| {
        pair.split_once('=').is_some_and(|(key, _)| {
            !key.is_empty()
                && key.len() <= 64
                && key.bytes().all(|b| {
                    b.is_ascii_alphanumeric()
                        || matches!(b, b'_' | b'-' | b'.' | b'[' | b']' | b'%')
                })
        })
    };
    if !body.split('&').all(keyed) || !body.contains('&') && !body.contains('%') {
        return None;
    }
    let mut out = Vec::new();
    pairs(
        value,
        value.len() - body.len(),
        value.len(),
        tools,
        &mut out,
    );
    Some(out)
}

/// Judges the `key=value` pairs of the query at `from..to`.
pub(crate) fn pairs(text: &str, from: usize, to: usize, tools: &Tools<'_>, out: &mut Vec<Finding>) {
    let mut at = from;
    for pair in text.get(from..to).unwrap_or("").split('&') {
        if let Some((key, value)) = pair.split_once('=') {
            let start = at + key.len() + 1;
            pair_value(&decode(key), value, start, tools, out);
        }
        at += pair.len() + 1;
    }
}

/// What an identity provider sends back to be exchanged for a token: long, of capitals, small letters and digits.
fn authorization_code(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    value.len() >= 16
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// `first=Zanele&last=Okonjo`, not `first=10&last=20` and not `first=Monday`.
fn family_or_given(value: &str) -> bool {
    let letters = value
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | ' '));
    letters
        && value.chars().next().is_some_and(char::is_uppercase)
        && known_word(key_of(value)).names() & name::COMMON == 0
        && class_of(known_word(key_of(value)).number()) & (class::WEEKDAY | class::MONTH) == 0
}

/// `name=Quillon+Abarca`: words that no dictionary has, with encoded spaces between them.
fn strangers(value: &str, decoded: &str) -> bool {
    value.len() < 80
        && !value.contains(' ')
        && decoded.contains(' ')
        && decoded.split(' ').all(|word| {
            let known = known_word(key_of(word));
            known.number() == 0 && known.names() & name::COMMON == 0
        })
}

/// Judges one value by its key; `start` is where it stands.
pub(crate) fn pair_value(
    key: &str,
    value: &str,
    start: usize,
    tools: &Tools<'_>,
    out: &mut Vec<Finding>,
) {
    if value.is_empty() {
        return;
    }
    let decoded = decode(value);
    let sense =
        if key == "code" && authorization_code(&decoded) || link_token::in_query(key, &decoded) {
            Meaning::Opaque
        } else if matches!(key, "first" | "last") && family_or_given(&decoded) {
            Meaning::Remove(Kind::Person)
        } else {
            match tools.meanings.of(key, &Parent::of("")) {
                Meaning::Name | Meaning::Phone if strangers(value, &decoded) => Meaning::Somebody,
                // `q=Quillfeather%2C%20Ada`
                Meaning::Unknown
                    if matches!(key, "q" | "query" | "search" | "term" | "keyword")
                        && field::family_first(&decoded) =>
                {
                    Meaning::Name
                }
                sense => sense,
            }
        };
    let kind = match sense {
        Meaning::Remove(_)
        | Meaning::Phone
        | Meaning::Name
        | Meaning::Somebody
        | Meaning::Opaque
        | Meaning::Listed => field::whole(&decoded, sense)
            .or_else(|| (!is_machine_id(&decoded) && holds(&decoded, tools)).then_some(Kind::Id)),
        Meaning::Cookie => Some(Kind::Secret),
        Meaning::Machine => {
            (!machine::unmistakable(&decoded, tools).is_empty()).then_some(Kind::Id)
        }
        Meaning::Language => {
            (!speech::find(&decoded, tools.pool, &Known::none()).is_empty()).then_some(Kind::Id)
        }
        Meaning::Unknown | Meaning::Url => {
            if is_machine_id(&decoded) {
                return;
            }
            // An address is read as it is written, each of its values by its own name.
            if value.contains("://") {
                out.extend(moved(held(value, tools), start));
                return;
            }
            if base64_holds(value, tools) {
                out.push(Finding::new(
                    start,
                    start + value.len(),
                    Kind::Secret,
                    "base64",
                ));
                return;
            }
            let found = held(&decoded, tools);
            if let Cow::Borrowed(_) = decoded {
                out.extend(moved(found, start));
                return;
            }
            (!found.is_empty()).then_some(Kind::Id)
        }
    };
    if let Some(kind) = kind {
        out.push(Finding::new(start, start + value.len(), kind, "pair"));
    }
}

/// The findings in a value that stands at `start`.
fn moved(found: Vec<Finding>, start: usize) -> impl Iterator<Item = Finding> {
    found.into_iter().map(move |f| Finding {
        start: f.start + start,
        end: f.end + start,
        ..f
    })
}

/// How deep values in values are followed (`a=b%3Dc`). Below it, digits are enough to remove a value.
const DEEPEST: u32 = 3;

/// Whether a value holds something to remove.
fn holds(value: &str, tools: &Tools<'_>) -> bool {
    !held(value, tools).is_empty()
}

/// What a value holds.
fn held(value: &str, tools: &Tools<'_>) -> Vec<Finding> {
    let depth = tools.nested.get();
    if depth >= DEEPEST {
        let digits = value.bytes().any(|b| b.is_ascii_digit());
        return if digits {
            vec![Finding::new(0, value.len(), Kind::Id, "pair")]
        } else {
            Vec::new()
        };
    }
    tools.nested.set(depth + 1);
    let in_field = tools.in_field.replace(true);
    let found = machine::find(value, tools, true);
    tools.in_field.set(in_field);
    tools.nested.set(depth);
    found
}

/// Whether `value` is base64 of text that holds something to remove.
#[inline]
pub(crate) fn base64_holds(value: &str, tools: &Tools<'_>) -> bool {
    (24..=1 << 20).contains(&value.len()) && holds_text(value, tools)
}

fn holds_text(value: &str, tools: &Tools<'_>) -> bool {
    // Three signs tell most tokens from text.
    if !begins_text(value)
        || !value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_'))
    {
        return false;
    }
    // Digests are the commonest long strings of these characters.
    if value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let Some(bytes) = base64(value) else {
        return false;
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return false;
    };
    let printable = text.chars().all(|c| !c.is_control() || c.is_whitespace());
    printable
        && text.contains([' ', '{', '=', '@', '"'])
        && !machine::document(&text, tools, 4).is_empty()
}

fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Whether the first three signs are those of a text.
fn begins_text(value: &str) -> bool {
    let mut bits = 0_u32;
    for byte in value.bytes().take(4) {
        let Some(digit) = digit(byte) else {
            return false;
        };
        bits = bits << 6 | u32::from(digit);
    }
    let [_, first, second, third] = bits.to_be_bytes();
    let plain = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    plain(first) && plain(second) && plain(third)
        || first >= 0xc2 && (0x80..0xc0).contains(&second)
        || plain(first) && (second >= 0xc2 || plain(second) && third >= 0xc2)
}

fn base64(value: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(value.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in value.trim_end_matches('=').bytes() {
        buffer = buffer << 6 | u32::from(digit(byte)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(buffer >> bits & 0xff).unwrap_or(0));
        }
    }
    Some(out)
}
