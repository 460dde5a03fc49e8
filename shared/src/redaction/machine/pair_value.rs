//! Where the value of a field in text ends: at its quote, at the end of its line, or where the next field begins.

use crate::redaction::kind::Kind;
use crate::redaction::machine::key::Meaning;
use crate::redaction::machine::pairs::wordy;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::words;

/// A value as a range of bytes.
pub(crate) struct Extent {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) quoted: bool,
}

/// The most tokens that an unquoted value of several words has.
const MOST: usize = 16;

/// The value that begins at token `next`.
pub(crate) fn extent(
    doc: &Doc<'_>,
    next: usize,
    sense: Meaning,
    equals: bool,
    starts_line: bool,
) -> Option<Extent> {
    let bytes = doc.text.as_bytes();
    let mut start = doc.tokens[next].start();
    // u'…', b"…"
    if matches!(bytes[start], b'u' | b'b' | b'r' | b'N')
        && matches!(bytes.get(start + 1), Some(b'"' | b'\''))
    {
        start += 1;
    }
    let escapes = bytes[start..].iter().take_while(|b| **b == b'\\').count();
    let quote = bytes.get(start + escapes).copied()?;
    if matches!(quote, b'"' | b'\'') && escapes < 8 {
        start += escapes + 1;
        let end = quoted_end(bytes, start, quote, escapes > 0);
        return (end > start && doc.text.is_char_boundary(end)).then_some(Extent {
            start,
            end,
            quoted: true,
        });
    }
    let numbered = matches!(sense, Meaning::Somebody | Meaning::Name)
        && doc.shape(next) == Some(Shape::Number);
    let end = if numbered {
        doc.tokens[next].end()
    } else if let Some(end) = (sense == Meaning::Opaque)
        .then(|| signature_end(bytes, start))
        .flatten()
    {
        end
    } else if let Some(end) = (!equals && starts_line && wordy(sense))
        .then(|| whole_line(bytes, start))
        .flatten()
    {
        end
    } else if wordy(sense) && sense != Meaning::Phone
        || sense == Meaning::Phone && doc.shape(next) == Some(Shape::Word) && doc.capital(next)
    {
        let words = words_end(doc, next, sense, equals);
        // `name=Ada%20Byron`, `name=Ada+Byron`
        let goes_on = |end: usize| equals && matches!(bytes.get(end), Some(b'%' | b'+'));
        words
            .filter(|end| !goes_on(*end))
            .or_else(|| equals.then(|| simple_end(bytes, start)))?
    } else if sense == Meaning::Remove(Kind::Secret) && !equals {
        secret_end(bytes, start)
    } else {
        let simple = simple_end(bytes, start);
        // "sip:4155550177@host"
        let host = bytes[start..simple].iter().position(|b| *b == b'@');
        let simple = match host {
            Some(length) if sense == Meaning::Phone => start + length,
            _ => simple,
        };
        number_end(doc, next, sense, simple)
    };
    let mut end = end;
    while end > start && matches!(bytes[end - 1], b'.' | b',' | b';' | b' ' | b'\t' | b'\'') {
        end -= 1;
    }
    (end > start && doc.text.is_char_boundary(end)).then_some(Extent {
        start,
        end,
        quoted: false,
    })
}

/// The longest line that is one value.
const LINE: usize = 90;

/// The end of a line that is one value: it holds no other field, list or address in angle brackets.
fn whole_line(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while end < bytes.len() && !matches!(bytes[end], b'\n' | b'\r') {
        let other = matches!(
            bytes[end],
            b';' | b'|' | b'<' | b'{' | b'=' | b'@' | b'(' | b':'
        );
        if other || end - start > LINE {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// The quote that closes; one before a letter is an apostrophe.
fn quoted_end(bytes: &[u8], start: usize, quote: u8, escaped: bool) -> usize {
    let mut end = start;
    while end < bytes.len() && bytes[end] != b'\n' {
        if bytes[end] == b'\\' {
            if escaped {
                return end;
            }
            end += 1;
        } else if bytes[end] == quote
            && !(quote == b'\'' && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric))
        {
            return end;
        }
        end += 1;
    }
    end.min(bytes.len())
}

/// The end of a value without spaces.
fn simple_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < bytes.len()
        && !matches!(
            bytes[end],
            b' ' | b'\n'
                | b'\r'
                | b'\t'
                | b','
                | b';'
                | b'"'
                | b')'
                | b'}'
                | b']'
                | b'&'
                | b'|'
                | b'<'
        )
    {
        end += 1;
    }
    // "authorization: Bearer …"
    if matches!(
        &bytes[start..end],
        b"Bearer" | b"Basic" | b"bearer" | b"basic" | b"Token" | b"Digest"
    ) && end + 1 < bytes.len()
    {
        end += 1;
        while end < bytes.len() && !matches!(bytes[end], b' ' | b'\n' | b'\r' | b'"' | b',') {
            end += 1;
        }
    }
    end
}

/// The end of a secret after a colon, which may have any signs: `password: Kx&7|pq`.
fn secret_end(bytes: &[u8], start: usize) -> usize {
    let mut end = simple_end(bytes, start);
    while matches!(bytes.get(end), Some(b'&' | b'|' | b'<' | b';'))
        && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric)
    {
        end = simple_end(bytes, end + 1);
    }
    end
}

/// The end of a signature that no name could be: `zgQh/9A1X=`, and `t=17,v1=50b4` or `v1,g0hM`, which go on after
/// their commas.
fn signature_end(bytes: &[u8], start: usize) -> Option<usize> {
    let named = bytes[start..]
        .iter()
        .take(7)
        .position(|b| !b.is_ascii_lowercase() && !b.is_ascii_digit());
    let parts = named.is_some_and(|length| {
        let sign = bytes[start + length];
        length > 0 && (sign == b'=' || sign == b',' && bytes[start] == b'v')
    });
    let end = if parts {
        let length = bytes[start..]
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<'));
        length.map_or(bytes.len(), |length| start + length)
    } else {
        simple_end(bytes, start)
    };
    let value = bytes.get(start..end)?;
    (value.len() > 7 && value.iter().any(u8::is_ascii_digit)).then_some(end)
}

/// Whether a field's name begins at `at`.
fn begins_field(doc: &Doc<'_>, at: usize) -> bool {
    let mut i = at;
    while i < at + 8
        && (matches!(doc.shape(i), Some(Shape::Word | Shape::Number))
            || [b'_', b'-', b'.'].iter().any(|b| doc.is_punct(i, *b)))
        && (i == at || doc.glued(i))
    {
        i += 1;
    }
    i > at && doc.glued(i) && (doc.is_punct(i, b'=') || doc.is_punct(i, b':'))
}

/// "Mbeki, Thandiwe": one word, a comma, and the end after the next.
fn surname_first(doc: &Doc<'_>, first: usize, comma: usize) -> bool {
    comma == first + 1
        && doc.is_punct(comma, b',')
        && doc.capital(comma + 1)
        && !doc.glued(comma + 1)
        && !begins_field(doc, comma + 1)
        && doc.shape(comma + 2) != Some(Shape::Word)
}

/// The end of a name or an address of several words.
fn words_end(doc: &Doc<'_>, next: usize, sense: Meaning, equals: bool) -> Option<usize> {
    let address = sense == Meaning::Remove(Kind::Address);
    let mut at = next;
    let mut end = None;
    while at < next + MOST && at < doc.tokens.len() {
        let fits = match doc.shape(at) {
            Some(Shape::Word) => {
                doc.capital(at)
                    || at > next
                        && doc.is_any(
                            at,
                            words![
                                "de", "la", "del", "van", "von", "der", "den", "di", "da", "bin",
                                "al", "el", "le", "dos", "y"
                            ],
                        )
                        && doc.capital(at + 1)
                    || doc.glued(at) && at > next
                    || at == next && !doc.capital(at) && doc.name_class(at) & 3 != 0
            }
            Some(Shape::Number) => address || doc.glued(at) && at > next,
            Some(Shape::Clitic) => true,
            Some(Shape::Punct) => {
                at > next
                    && (surname_first(doc, next, at)
                        || doc.glued(at)
                            && doc.glued(at + 1)
                            && [b'-', b'\'', b'.', b'_']
                                .iter()
                                .any(|b| doc.is_punct(at, *b))
                        || doc.is_punct(at, b'.') && doc.len_of(at - 1) <= 3
                        || address
                            && (doc.is_punct(at, b'#')
                                || doc.is_punct(at, b',')
                                    && !doc.glued(at + 1)
                                    && (doc.capital(at + 1)
                                        || doc.shape(at + 1) == Some(Shape::Number))))
            }
            _ => false,
        };
        if !fits || at > next && !doc.glued(at) && begins_field(doc, at) {
            break;
        }
        if doc.shape(at) != Some(Shape::Punct) {
            end = Some(doc.tokens[at].end());
        }
        at += 1;
    }
    // `first_name=malik`
    if equals && at == next {
        return None;
    }
    end
}

/// A number that is written in groups: "813 307 6109".
fn number_end(doc: &Doc<'_>, next: usize, sense: Meaning, simple: usize) -> usize {
    let digits = |end: usize| {
        doc.text.as_bytes()[doc.tokens[next].start()..end]
            .iter()
            .filter(|b| b.is_ascii_alphanumeric())
            .count()
    };
    let (need, letters) = match sense {
        Meaning::Phone => (10, false),
        Meaning::Remove(Kind::Ssn) => (9, true),
        Meaning::Remove(Kind::Card) => (15, false),
        Meaning::Remove(Kind::Routing) => (9, false),
        Meaning::Remove(Kind::Npi | Kind::Mrn) => (
            if sense == Meaning::Remove(Kind::Npi) {
                10
            } else {
                4
            },
            false,
        ),
        Meaning::Remove(Kind::Mbi) => (11, true),
        Meaning::Remove(Kind::Iban) => (34, true),
        Meaning::Remove(Kind::Zip) => (5, true),
        _ => return simple,
    };
    let mut end = simple;
    let mut at = doc.token_at(end);
    let stop = at + 16;
    while at < stop && digits(end) < need {
        let group = match doc.shape(at) {
            Some(Shape::Number) => true,
            Some(Shape::Word) => {
                letters && doc.len_of(at) <= 4 && doc.bytes(at).iter().all(u8::is_ascii_uppercase)
            }
            Some(Shape::Punct) => [b'(', b')', b'-', b'+']
                .iter()
                .any(|b| doc.is_punct(at, *b)),
            _ => false,
        };
        if !group {
            break;
        }
        if doc.shape(at) != Some(Shape::Punct) {
            end = doc.tokens[at].end();
        }
        at += 1;
    }
    // The letters of a postcode's last group.
    while end > simple && doc.glued(at) && doc.shape(at) == Some(Shape::Word) {
        end = doc.tokens[at].end();
        at += 1;
    }
    end.max(simple)
}
