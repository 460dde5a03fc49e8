//! `key=value` and `key: value` in text: log lines, headers, YAML, and objects as programs print them
//! (`{'name': 'Ada'}`, `Patient(name=Ada)`, `:name=>"Ada"`). The name of the field decides, with that of the object
//! around it.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::machine::complaint;
use crate::redaction::machine::field;
use crate::redaction::machine::form;
use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::machine_id::iso_time;
use crate::redaction::machine::pair_value::{Extent, extent};
use crate::redaction::machine::scopes::Scopes;
use crate::redaction::machine::{self, Tools};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::name;
use crate::redaction::words::word_set::words;

/// The name of a field before a separator.
struct Key<'a> {
    name: &'a str,
    /// Its first token.
    first: usize,
    /// It stands in quotes.
    quoted: bool,
}

/// Finds the values of named fields.
pub(crate) fn detect(doc: &mut Doc<'_>, tools: &Tools<'_>, out: &mut Vec<Finding>) {
    let mut scopes = Scopes::default();
    // What stands in a value was judged with it: looked at again, `a=a=a=…` would cost twice as much with every pair.
    let mut resume = 0;
    let mut line = 0;
    // The name whose value the next bracket opens.
    let mut pending = (usize::MAX, "");
    for at in 0..doc.tokens.len() {
        let token = doc.tokens[at];
        if token.shape == Shape::Newline {
            line = at + 1;
            continue;
        }
        if token.shape != Shape::Punct || token.start() < resume {
            continue;
        }
        match u8::try_from(token.word.number()).unwrap_or(0) {
            b'{' | b'(' | b'[' => {
                let name = if pending.0 == at {
                    pending.1
                } else if at > 0 && doc.shape(at - 1) == Some(Shape::Word) {
                    doc.word(at - 1)
                } else {
                    ""
                };
                scopes.enter(name);
            }
            b'}' | b')' | b']' => scopes.leave(),
            b'-' if doc.glued(at + 1) && !doc.glued(at) && at > 0 => {
                resume = flag(doc, at, tools, out).unwrap_or(resume);
            }
            separator @ (b'=' | b':' | b',') if at > 0 && !doc.taken[at] => {
                let found = if separator == b',' {
                    first_of_two(doc, at, line)
                } else {
                    key(doc, at, line, separator)
                };
                let Some(key) = found else {
                    continue;
                };
                let starts_line = key.first == line
                    || key.first == line + 1
                        && (doc.is_punct(line, b'-') || doc.is_punct(line, b'"'));
                if starts_line && separator == b':' && scopes.open.is_empty() {
                    scopes.indent(column(doc, key.first));
                }
                let next = past_separator(doc, at);
                match doc.shape(next) {
                    None | Some(Shape::Placeholder) => continue,
                    Some(Shape::Newline) => {
                        if starts_line && separator == b':' {
                            scopes.block(column(doc, key.first), key.name);
                        }
                        continue;
                    }
                    _ => {}
                }
                if [b'{', b'(', b'['].iter().any(|b| doc.is_punct(next, *b)) {
                    pending = (next, key.name);
                    if !doc.is_punct(next, b'[') {
                        continue;
                    }
                }
                let found = Pair {
                    key,
                    separator,
                    next,
                    starts_line,
                    parent: scopes.parent(),
                };
                resume = found.judge(doc, tools, out).unwrap_or(resume);
            }
            _ => {}
        }
    }
}

/// How far from its line's beginning a token stands.
fn column(doc: &Doc<'_>, at: usize) -> usize {
    let start = doc.tokens[at].start();
    let bytes = doc.text.as_bytes();
    bytes[start.saturating_sub(200)..start]
        .iter()
        .rev()
        .take_while(|b| **b != b'\n')
        .count()
}

/// The token after `=`, `: `, `=>`, `:=`, `:**`.
fn past_separator(doc: &Doc<'_>, at: usize) -> usize {
    let mut next = at + 1;
    while next < at + 4
        && (doc.glued(next) && [b'=', b'>', b'~'].iter().any(|b| doc.is_punct(next, *b))
            || doc.is_punct(next, b'*'))
    {
        next += 1;
    }
    // `Some("…")`, `string(8) "…"`
    let wrapped = doc.is_punct(next + 1, b'(')
        && doc.glued(next + 1)
        && doc.is_any(
            next,
            words![
                "some", "just", "ok", "string", "str", "uuid", "decimal", "date", "isodate"
            ],
        );
    let quote = |i: usize| doc.is_punct(i, b'"') || doc.is_punct(i, b'\'');
    if wrapped && quote(next + 2) {
        next + 2
    } else if wrapped && doc.is_punct(next + 3, b')') && quote(next + 4) {
        next + 4
    } else {
        next
    }
}

/// `('first_name', '…')`: a name in quotes that opens a pair.
fn first_of_two<'a>(doc: &Doc<'a>, at: usize, line: usize) -> Option<Key<'a>> {
    let quote = |i: usize| doc.is_punct(i, b'"') || doc.is_punct(i, b'\'');
    if !quote(at - 1) || !quote(at + 1) {
        return None;
    }
    let key = key(doc, at, line, b',')?;
    let before = key.first.checked_sub(1)?;
    (doc.is_punct(before, b'(') || doc.is_punct(before, b'[')).then_some(key)
}

/// The name before the separator at `at`.
fn key<'a>(doc: &Doc<'a>, at: usize, line: usize, separator: u8) -> Option<Key<'a>> {
    let colon = separator == b':';
    // "std::vec", "12:30", "https://"
    if colon
        && (doc.is_punct(at + 1, b':') && doc.glued(at + 1)
            || doc.is_punct(at - 1, b':') && doc.glued(at)
            || doc.is_punct(at + 1, b'/') && doc.glued(at + 1))
    {
        return None;
    }
    let mut last = at - 1;
    if last > line && doc.is_punct(last, b'#') {
        last -= 1;
    }
    let text =
        |first: usize, last: usize| &doc.text[doc.tokens[first].start()..doc.tokens[last].end()];
    if let Some(quote) = [b'"', b'\'', b'`']
        .into_iter()
        .find(|b| doc.is_punct(last, *b))
    {
        let open = (line.max(last.saturating_sub(12))..last)
            .rev()
            .find(|i| doc.is_punct(*i, quote))?;
        let end = if doc.is_punct(last - 1, b'\\') {
            last - 1
        } else {
            last
        };
        return (open + 1 < end).then(|| Key {
            name: text(open + 1, end - 1),
            first: open,
            quoted: true,
        });
    }
    if doc.is_punct(last, b']') {
        // params["dob"] = …, patient[first_name]=…
        let open = (line.max(last.saturating_sub(8))..last)
            .rev()
            .find(|i| doc.is_punct(*i, b'['))?;
        // last_name[character varying]:'…'
        if colon && doc.glued(at + 1) && doc.glued(open) && open > line {
            return Some(named(doc, open - 1, line));
        }
        return (open + 1 < last).then(|| Key {
            name: text(open + 1, last - 1).trim_matches(['"', '\'', ':']),
            first: open,
            quoted: true,
        });
    }
    if !matches!(doc.shape(last), Some(Shape::Word | Shape::Number)) || colon && !doc.glued(at) {
        return None;
    }
    Some(named(doc, last, line))
}

/// The name that ends with the token `last`, as much of it as is glued together.
#[inline]
fn named<'a>(doc: &Doc<'a>, last: usize, line: usize) -> Key<'a> {
    let mut first = last;
    while first > line
        && doc.glued(first)
        && last - first < 24
        && (matches!(doc.shape(first - 1), Some(Shape::Word | Shape::Number))
            || [b'_', b'-', b'.']
                .iter()
                .any(|b| doc.is_punct(first - 1, *b)))
    {
        first -= 1;
    }
    Key {
        name: &doc.text[doc.tokens[first].start()..doc.tokens[last].end()],
        first,
        quoted: false,
    }
}

/// `--password x`, `-u user:password`: an option of a command.
fn flag(doc: &mut Doc<'_>, at: usize, tools: &Tools<'_>, out: &mut Vec<Finding>) -> Option<usize> {
    let long = doc.is_punct(at + 1, b'-');
    let first = at + 1 + usize::from(long);
    let mut next = first;
    while next < first + 8 && (next == first || doc.glued(next)) {
        next += 1;
    }
    let name = doc
        .text
        .get(doc.tokens.get(first)?.start()..doc.tokens.get(next - 1)?.end())?;
    let start = doc.tokens.get(next)?.start();
    let end = start
        + doc.text[start..]
            .find([' ', '\n', '"', '\''])
            .unwrap_or(doc.text.len() - start);
    let value = &doc.text[start..end];
    let user = matches!(name, "u" | "user") && value.contains(':') && !value.starts_with('$');
    let (start, kind) = if user {
        (start + value.find(':')? + 1, Kind::Secret)
    } else {
        let sense = tools.meanings.of(name, &Parent::of(""));
        let fits = long && matches!(sense, Meaning::Remove(_)) && !value.starts_with(['-', '$']);
        (start, fits.then(|| field::whole(value, sense)).flatten()?)
    };
    if end <= start || doc.glued(next) {
        return None;
    }
    out.push(Finding::new(start, end, kind, "flag"));
    take(doc, start, end);
    Some(end)
}

struct Pair<'a> {
    key: Key<'a>,
    separator: u8,
    /// The first token of the value.
    next: usize,
    starts_line: bool,
    parent: &'a str,
}

fn personal(sense: Meaning) -> bool {
    matches!(
        sense,
        Meaning::Remove(_)
            | Meaning::Phone
            | Meaning::Name
            | Meaning::Somebody
            | Meaning::Opaque
            | Meaning::Cookie
            | Meaning::Listed
    )
}

impl Pair<'_> {
    /// Judges the value; returns where to go on when all of it was.
    fn judge(&self, doc: &mut Doc<'_>, tools: &Tools<'_>, out: &mut Vec<Finding>) -> Option<usize> {
        let above = Parent::of(self.parent);
        let mut sense = tools.meanings.of(self.key.name, &above);
        let equals = self.separator == b'=';
        if complaint::is_given(self.key.name) && !personal(sense) {
            let start = doc.tokens[self.key.first].start();
            sense = complaint::field(doc.text, start, tools).unwrap_or(sense);
        }
        if !personal(sense) && !equals && !self.key.quoted {
            sense = self.phrase(doc, tools, &above).unwrap_or(sense);
        }
        // `first=Zanele last=Okonjo`
        if matches!(self.key.name, "first" | "last")
            && doc.capital(self.next)
            && doc.name_class(self.next) & name::COMMON == 0
        {
            sense = Meaning::Remove(Kind::Person);
        }
        if doc.is_punct(self.next, b'[') {
            return if personal(sense) && self.key.name.len() > 2 {
                list(doc, self.next, sense, out)
            } else {
                None
            };
        }
        let spaced = equals && !doc.glued(self.next - 1);
        if !personal(sense) && (!equals && sense != Meaning::Machine || spaced) {
            return None;
        }
        let Extent { start, end, quoted } =
            extent(doc, self.next, sense, equals, self.starts_line)?;
        let value = doc.text.get(start..end)?;
        let encoded = equals && !quoted && value.contains(['%', '+']);
        if personal(sense) && !encoded {
            if sense == Meaning::Cookie {
                let end = doc.text[start..]
                    .find(['\n', '"'])
                    .map_or(doc.text.len(), |length| start + length);
                let mut found = Vec::new();
                field::cookies(&doc.text[start..end], &mut found);
                for mut finding in found {
                    finding.start += start;
                    finding.end += start;
                    take(doc, finding.start, finding.end);
                    out.push(finding);
                }
                return Some(end);
            }
            let kind = field::whole(value, sense)?;
            out.push(Finding::new(start, end, kind, "pair"));
            take(doc, start, end);
            return Some(end);
        }
        if sense == Meaning::Machine && iso_time(value) {
            take(doc, start, end);
            return Some(end);
        }
        if sense == Meaning::Machine && !equals {
            let plain = !value.contains(' ')
                && value.bytes().any(|b| b.is_ascii_digit())
                && (quoted || self.key.quoted || self.starts_line)
                && machine::unmistakable(value, tools).is_empty();
            if plain {
                take(doc, start, end);
            }
            return plain.then_some(end);
        }
        if quoted && value.contains(' ') {
            // A sentence or an object: what is in it is found for itself.
            return None;
        }
        // `window=2026-03-02T10:00Z/2026-03-02T11:00Z`
        if value.split('/').all(iso_time) && !value.ends_with("T00:00") {
            take(doc, start, end);
            return Some(end);
        }
        // A layout has said that it stays: `D7=00093721410`.
        if sense == Meaning::Unknown && doc.taken[self.next] {
            return Some(end);
        }
        let before = out.len();
        form::pair_value(self.key.name, value, start, tools, out);
        if out.len() > before || sense == Meaning::Machine {
            take(doc, start, end);
        }
        Some(end)
    }

    /// "Date of Birth: …": the words before a colon, as many as mean something.
    fn phrase(&self, doc: &Doc<'_>, tools: &Tools<'_>, above: &Parent<'_>) -> Option<Meaning> {
        let last = self.next - 1;
        let mut first = self.key.first;
        let mut best = None;
        let floor = first.saturating_sub(4);
        while first > floor && doc.shape(first - 1) == Some(Shape::Word) {
            first -= 1;
            // "#<Patient id: 5": the object's name is no part of the field's.
            if first > 0 && doc.is_punct(first - 1, b'<') {
                break;
            }
            let name = doc.text[doc.tokens[first].start()..doc.tokens[last].start()].trim_end();
            let sense = tools.meanings.of(name, above);
            if personal(sense) {
                best = Some(sense);
            }
        }
        best
    }
}

/// `given: ["…", "…"]`
fn list(doc: &mut Doc<'_>, open: usize, sense: Meaning, out: &mut Vec<Finding>) -> Option<usize> {
    let start = doc.tokens[open].end();
    let end = start + doc.text[start..].find([']', '\n', '{'])?;
    let mut at = start;
    for item in doc.text[start..end].split(',') {
        let bare = item.trim().trim_matches(['"', '\'']);
        if let Some(kind) = field::whole(bare, sense)
            && let Some(offset) = item.find(bare)
        {
            let from = at + offset;
            out.push(Finding::new(from, from + bare.len(), kind, "pair"));
            take(doc, from, from + bare.len());
        }
        at += item.len() + 1;
    }
    None
}

/// Marks the bytes `start..end` as judged.
pub(crate) fn take(doc: &mut Doc<'_>, start: usize, end: usize) {
    let (first, last) = (doc.token_at(start), doc.token_at(end));
    doc.taken[first..last.max(first)].fill(true);
}

/// Whether fields of this kind hold more words than one.
pub(crate) fn wordy(sense: Meaning) -> bool {
    matches!(
        sense,
        Meaning::Remove(Kind::Person | Kind::Address)
            | Meaning::Name
            | Meaning::Somebody
            | Meaning::Phone
            | Meaning::Opaque
    )
}
