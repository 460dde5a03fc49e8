//! JSON walked by key and value. Keys decide first; a value of unknown meaning must prove itself.

use super::finding::Finding;
use super::json::{Entry, Node, parse, unescape};
use super::key::{Meaning, Parent};
use super::key_words::Words;
use super::kind::Kind;
use super::known::Known;
use super::lexicon::{name, word as known_word};
use super::machine::{self, Tools};
use super::machine_id::is_machine_id;
use super::{form, speech};

/// JSON in a string in JSON: how deep it is followed.
const NESTED: usize = 4;

/// Finds everything in the JSON document at `start..end` of `text`. `None` when it is not JSON.
pub(crate) fn find(
    text: &str,
    start: usize,
    end: usize,
    tools: &Tools<'_>,
    depth: usize,
) -> Option<Vec<Finding>> {
    let tape = parse(text, start, end)?;
    let mut walk = Walk {
        text,
        tape: &tape,
        tools,
        depth,
        out: Vec::new(),
    };
    walk.node(0, Meaning::Unknown, "");
    Some(walk.out)
}

struct Walk<'a> {
    text: &'a str,
    tape: &'a [Entry],
    tools: &'a Tools<'a>,
    depth: usize,
    out: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn slice(&self, range: (usize, usize)) -> &'a str {
        self.text.get(range.0..range.1).unwrap_or("")
    }

    fn node(&mut self, index: usize, inherited: Meaning, parent: &str) {
        let entry = self.tape[index];
        match entry.node {
            Node::Object => self.object(index, inherited, parent),
            Node::Array => {
                let mut child = index + 1;
                while child < entry.next {
                    self.node(child, inherited, parent);
                    child = self.tape[child].next;
                }
            }
            Node::String => self.string(entry, inherited),
            Node::Number => self.number(entry, inherited),
            Node::Literal => {}
        }
    }

    fn object(&mut self, index: usize, inherited: Meaning, parent: &str) {
        let end = self.tape[index].next;
        let above = Parent::of(parent);
        let labelled = self.labelled(index, &above);
        let mut child = index + 1;
        while child < end {
            let entry = self.tape[child];
            let key = self.slice(entry.key);
            self.key(entry);
            let own = self.tools.meanings.of(key, &above);
            let container = matches!(entry.node, Node::Object | Node::Array);
            let sense = match own {
                _ if matches!(key, "value" | "valueString" | "val" | "content" | "data")
                    && labelled != Meaning::Unknown =>
                {
                    labelled
                }
                Meaning::Unknown
                    if matches!(inherited, Meaning::Remove(Kind::Secret | Kind::Ssn)) =>
                {
                    inherited
                }
                Meaning::Remove(Kind::Person | Kind::Email | Kind::Mrn)
                | Meaning::Name
                | Meaning::Phone
                    if container && entry.node == Node::Object =>
                {
                    Meaning::Unknown
                }
                other => other,
            };
            let scope = if entry.node == Node::Array && container && key == "name" {
                "patient"
            } else if container {
                key
            } else {
                parent
            };
            self.node(child, sense, scope);
            child = entry.next;
        }
    }

    /// `{"type": {"text": "MRN"}, "value": …}`, `{"system": "phone", "value": …}`, `{"name": "ssn", "value": …}`:
    /// what the other members say the value is.
    fn labelled(&self, index: usize, parent: &Parent<'_>) -> Meaning {
        let end = self.tape[index].next;
        let mut child = index + 1;
        let mut found = Meaning::Unknown;
        let mut has_value = false;
        while child < end {
            has_value |= matches!(
                self.slice(self.tape[child].key),
                "value" | "valueString" | "val" | "content" | "data"
            );
            child = self.tape[child].next;
        }
        if !has_value {
            return Meaning::Unknown;
        }
        child = index + 1;
        while child < end {
            let entry = self.tape[child];
            let key = self.slice(entry.key);
            if matches!(
                key,
                "system"
                    | "type"
                    | "code"
                    | "name"
                    | "key"
                    | "label"
                    | "field"
                    | "use"
                    | "url"
                    | "text"
            ) {
                let leaf = (child..entry.next).find(|i| {
                    self.tape[*i].node == Node::String
                        && (*i == child
                            || matches!(self.slice(self.tape[*i].key), "text" | "code" | "display"))
                });
                if let Some(leaf) = leaf {
                    let label = self.slice((self.tape[leaf].start, self.tape[leaf].end));
                    let label = label.rsplit(['/', ':']).next().unwrap_or(label);
                    let sense = match self.tools.meanings.of(label, parent) {
                        Meaning::Unknown | Meaning::Machine
                            if Words::of(label).any("mr ssn ss sb pn") =>
                        {
                            Meaning::Remove(Kind::Id)
                        }
                        Meaning::Name | Meaning::Language | Meaning::Url | Meaning::Machine => {
                            Meaning::Unknown
                        }
                        other => other,
                    };
                    if sense != Meaning::Unknown {
                        found = sense;
                    }
                }
            }
            child = entry.next;
        }
        if found == Meaning::Unknown && matches!(parent.name, "identifier" | "identifiers") {
            return Meaning::Remove(Kind::Id);
        }
        if matches!(found, Meaning::Unknown) && matches!(parent.name, "telecom") {
            return Meaning::Remove(Kind::Phone);
        }
        found
    }

    /// A key may itself be a value: `{"+14155550100": …}`.
    fn key(&mut self, entry: Entry) {
        let key = self.slice(entry.key);
        if key.len() < 7
            || !(key.contains('@') || key.bytes().filter(u8::is_ascii_digit).count() >= 7)
            || is_machine_id(key)
        {
            return;
        }
        for mut finding in machine::find(key, self.tools, false) {
            finding.start += entry.key.0;
            finding.end += entry.key.0;
            self.out.push(finding);
        }
    }

    fn whole(&mut self, entry: Entry, kind: Kind, bare: bool) {
        if entry.end > entry.start {
            let mut finding = Finding::new(entry.start, entry.end, kind, "key");
            finding.bare_json = bare;
            self.out.push(finding);
        }
    }

    fn number(&mut self, entry: Entry, sense: Meaning) {
        let value = self.slice((entry.start, entry.end));
        match sense {
            Meaning::Remove(Kind::Email | Kind::Person | Kind::Ip) => {}
            Meaning::Remove(kind) => self.whole(entry, kind, true),
            Meaning::Phone if (10..=15).contains(&value.len()) => {
                self.whole(entry, Kind::Phone, true);
            }
            Meaning::Unknown if value.len() >= 14 && super::checks::card(value) => {
                self.whole(entry, Kind::Card, true);
            }
            _ => {}
        }
    }

    fn string(&mut self, entry: Entry, sense: Meaning) {
        let raw = self.slice((entry.start, entry.end));
        if raw.is_empty() {
            return;
        }
        match sense {
            Meaning::Remove(kind) if !empty_word(raw) => {
                let address = kind == Kind::Email && !raw.contains('@') && !raw.contains("%40");
                if !address {
                    self.whole(entry, kind, false);
                    return;
                }
            }
            Meaning::Name if looks_like_name(raw) => {
                self.whole(entry, Kind::Person, false);
                return;
            }
            Meaning::Phone if looks_like_phone(raw) => {
                self.whole(entry, Kind::Phone, false);
                return;
            }
            _ => {}
        }
        let found = if raw.contains('\\') {
            let decoded = unescape(raw, entry.start);
            let mut found = self.content(&decoded.text, sense);
            for finding in &mut found {
                finding.start = decoded
                    .at
                    .get(finding.start)
                    .copied()
                    .unwrap_or(entry.start);
                finding.end = decoded.at.get(finding.end).copied().unwrap_or(entry.end);
            }
            found
        } else {
            let mut found = self.content(raw, sense);
            for finding in &mut found {
                finding.start += entry.start;
                finding.end += entry.start;
            }
            found
        };
        self.out.extend(found.into_iter().map(|f| Finding {
            bare_json: false,
            ..f
        }));
    }

    /// The findings in a decoded string.
    fn content(&self, value: &str, sense: Meaning) -> Vec<Finding> {
        let trimmed = value.trim_start();
        if self.depth < NESTED
            && trimmed.starts_with(['{', '['])
            && let Some(mut found) = find(value, 0, value.len(), self.tools, self.depth + 1)
        {
            for finding in &mut found {
                if finding.bare_json {
                    finding.bare_json = false;
                }
            }
            return found;
        }
        if let Some(found) = form::find(value, self.tools) {
            return found;
        }
        if self.depth < NESTED && form::base64_holds(value, self.tools) {
            return vec![Finding::new(0, value.len(), Kind::Secret, "base64")];
        }
        match sense {
            Meaning::Language => speech::find(value, self.tools.pool, &Known::none()),
            Meaning::Machine if !value.contains(' ') => machine::unmistakable(value, self.tools),
            Meaning::Url => machine::find(value, self.tools, false),
            _ if is_machine_id(value) => Vec::new(),
            _ => machine::find(value, self.tools, sense == Meaning::Unknown),
        }
    }
}

fn empty_word(value: &str) -> bool {
    matches!(
        value,
        "null" | "none" | "None" | "true" | "false" | "N/A" | "n/a" | "unknown" | "-"
    )
}

/// Two to four words with a given or family name among them, or one given name.
fn looks_like_name(value: &str) -> bool {
    let words: Vec<&str> = value
        .split([' ', ',', '-'])
        .filter(|w| !w.is_empty())
        .collect();
    if words.is_empty()
        || words.len() > 5
        || value
            .bytes()
            .any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'/' | b':' | b'@'))
    {
        return false;
    }
    let class = |word: &str| known_word(super::word_key::key_of(word)).names;
    let capital = words
        .iter()
        .all(|w| w.chars().next().is_some_and(char::is_uppercase) || w.len() <= 3);
    let first = words
        .iter()
        .any(|w| class(w) & name::FIRST != 0 && class(w) & name::COMMON == 0);
    let last = words
        .iter()
        .any(|w| class(w) & name::LAST != 0 && class(w) & name::COMMON == 0);
    if words.len() == 1 {
        capital && first
    } else {
        capital && (first || last)
    }
}

fn looks_like_phone(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits)
        && value.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(b, b'+' | b'-' | b'(' | b')' | b' ' | b'.' | b':' | b'%')
                || b.is_ascii_alphabetic()
                    && (value.starts_with("whatsapp")
                        || value.starts_with("tel")
                        || value.starts_with("sip")
                        || value.starts_with('%'))
        })
}
