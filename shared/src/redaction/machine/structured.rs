//! JSON walked by key and value. Keys decide first; a value of unknown meaning must prove itself.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::machine::echo;
use crate::redaction::machine::field;
use crate::redaction::machine::json::{Entry, Node, parse, unescape};
use crate::redaction::machine::key::{Meaning, Parent};
use crate::redaction::machine::machine_id::is_machine_id;
use crate::redaction::machine::segment_ncpdp;
use crate::redaction::machine::structured_rows as rows;
use crate::redaction::machine::{self, Tools};

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
        prose: Vec::new(),
    };
    let before = tools.in_field.replace(true);
    walk.node(0, Meaning::Unknown, "");
    tools.in_field.set(before);
    echo::add(text, &walk.prose, &mut walk.out);
    Some(walk.out)
}

struct Walk<'a> {
    text: &'a str,
    tape: &'a [Entry],
    tools: &'a Tools<'a>,
    depth: usize,
    out: Vec<Finding>,
    /// Strings that may hold sentences.
    prose: Vec<(usize, usize)>,
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
                if self.rows(index, parent) {
                    return;
                }
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
        let (labelled, value) = self.labelled(index, &above);
        let table = rows::table(self.text, self.tape, index);
        let mut person = None;
        let mut claim = None;
        let mut child = index + 1;
        while child < end {
            let entry = self.tape[child];
            if let Some((columns, cells)) = table
                && cells == child
            {
                self.cells(columns, child, parent);
                child = entry.next;
                continue;
            }
            let key = self.slice(entry.key);
            self.key(entry);
            let own = if key.len() == 2
                && let Some(meaning) = segment_ncpdp::meaning(key)
                && *claim.get_or_insert_with(|| self.is_claim(index))
            {
                meaning
            } else {
                self.tools.meanings.of(key, &above)
            };
            let container = matches!(entry.node, Node::Object | Node::Array);
            let sense = if child == value {
                labelled
            } else if inherited != Meaning::Unknown && inherits(key, own, inherited) {
                inherited
            } else if key == "message" && self.is_turn(index) {
                Meaning::Language
            } else if own == Meaning::Name
                && !container
                && *person.get_or_insert_with(|| self.is_person(index, &above))
            {
                if matches!(key, "first" | "last") {
                    Meaning::Remove(Kind::Person)
                } else {
                    Meaning::Somebody
                }
            } else {
                own
            };
            let scope = if entry.node == Node::Array && key == "name" {
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

    /// Whether the object is what somebody said: a message with a role.
    fn is_turn(&self, index: usize) -> bool {
        let mut child = index + 1;
        while child < self.tape[index].next {
            let entry = self.tape[child];
            if matches!(self.slice(entry.key), "role" | "speaker" | "sender") {
                return true;
            }
            child = entry.next;
        }
        false
    }

    /// Whether the object is a pharmacy's claim by the signs of its fields: who is insured, or born when, and a name.
    fn is_claim(&self, index: usize) -> bool {
        let (mut numbers, mut names) = (false, false);
        let mut child = index + 1;
        while child < self.tape[index].next {
            let entry = self.tape[child];
            match self.slice(entry.key) {
                "C2" | "C4" => numbers = true,
                "CA" | "CB" | "CC" | "CD" => names = true,
                _ => {}
            }
            child = entry.next;
        }
        numbers && names
    }

    /// Whether the object describes a person: it has a date of birth or a number that only people have.
    fn is_person(&self, index: usize, above: &Parent<'_>) -> bool {
        let mut child = index + 1;
        while child < self.tape[index].next {
            let entry = self.tape[child];
            let key = self.slice(entry.key);
            if matches!(
                self.tools.meanings.of(key, above),
                Meaning::Remove(Kind::Dob | Kind::Ssn | Kind::Mrn | Kind::MemberId | Kind::Mbi)
            ) || matches!(key, "gender" | "sex")
            {
                return true;
            }
            child = entry.next;
        }
        false
    }

    /// `{"type": {"text": "MRN"}, "value": …}`, `{"system": "phone", "value": …}`, `{"question": "First name",
    /// "answer": …}`: what the other members say the value is, and which member that is.
    fn labelled(&self, index: usize, parent: &Parent<'_>) -> (Meaning, usize) {
        let end = self.tape[index].next;
        let mut child = index + 1;
        let mut found = Meaning::Unknown;
        let (mut value, mut text) = (0, 0);
        while child < end {
            let key = self.slice(self.tape[child].key);
            if rows::is_value(key) {
                value = child;
            } else if key == "text" {
                text = child;
            }
            child = self.tape[child].next;
        }
        if value == 0 {
            value = text;
        }
        if value == 0 {
            return (Meaning::Unknown, 0);
        }
        child = index + 1;
        while child < end {
            let entry = self.tape[child];
            if child != value && rows::is_label(self.slice(entry.key)) {
                let leaf = self.label(child);
                if let Some(leaf) = leaf {
                    let label = self.slice((self.tape[leaf].start, self.tape[leaf].end));
                    let label = label.rsplit(['/', ':']).next().unwrap_or(label);
                    // An identifier describes nothing.
                    let coded = label.len() > 40 || label.bytes().any(|b| b.is_ascii_digit());
                    if label.len() > 24 && coded && !label.contains(' ') {
                        child = entry.next;
                        continue;
                    }
                    let sense = match self.tools.meanings.of(label, parent) {
                        Meaning::Unknown | Meaning::Machine
                            if matches!(label, "MR" | "SS" | "SB" | "PN" | "ssn")
                                || parent.name == "class" && rows::is_coverage_class(label) =>
                        {
                            Meaning::Remove(Kind::Id)
                        }
                        Meaning::Language | Meaning::Url | Meaning::Machine => Meaning::Unknown,
                        other => other,
                    };
                    if sense != Meaning::Unknown {
                        found = sense;
                    }
                }
            }
            child = entry.next;
        }
        if found == Meaning::Unknown && value != text {
            if matches!(parent.name, "identifier" | "identifiers") {
                found = Meaning::Remove(Kind::Id);
            } else if parent.name == "telecom" {
                found = Meaning::Remove(Kind::Phone);
            }
        }
        if found == Meaning::Unknown {
            value = 0;
        }
        (found, value)
    }

    /// The words of a label: a string, the text in an object, the last name of a path (`["body", "patient", "ssn"]`).
    fn label(&self, child: usize) -> Option<usize> {
        let entry = self.tape[child];
        let mut items = child..entry.next;
        if entry.node == Node::Array
            && self
                .tape
                .get(child + 1)
                .is_some_and(|e| e.node == Node::String)
        {
            return items.rev().find(|i| self.tape[*i].node == Node::String);
        }
        items.find(|i| {
            self.tape[*i].node == Node::String
                && (*i == child || rows::is_label_text(self.slice(self.tape[*i].key)))
        })
    }

    /// `[["first_name", "…"], …]` and a header with its rows. False when the array is neither.
    fn rows(&mut self, index: usize, parent: &str) -> bool {
        if self
            .tape
            .get(index + 1)
            .is_none_or(|e| e.node != Node::Array)
        {
            return false;
        }
        let above = Parent::of(parent);
        let width = rows::width(self.tape, index + 1);
        let header = rows::header(self.tape, index) && {
            let meanings = rows::columns(self.text, self.tape, index + 1)
                .map(|name| self.tools.meanings.of(name, &above));
            let known = meanings.filter(|m| personal(*m)).count();
            known > 0
                && (width > 2 || known == 2 && !rows::pairs_of_headers(self.text, self.tape, index))
        };
        if header {
            self.cells(index + 1, index, parent);
            return true;
        }
        if rows::pairs(self.tape, index) {
            let mut child = index + 1;
            while child < self.tape[index].next {
                let key = self.tape[child + 1];
                let name = self.slice((key.start, key.end));
                let sense = self.tools.meanings.of(name, &above);
                self.node(child + 1, Meaning::Machine, "");
                self.node(child + 2, sense, name);
                child = self.tape[child].next;
            }
            return true;
        }
        false
    }

    /// The rows of the array `index`, each cell by the name of its column in the array `columns`.
    fn cells(&mut self, columns: usize, index: usize, parent: &str) {
        let above = Parent::of(parent);
        let senses: Vec<Meaning> = rows::columns(self.text, self.tape, columns)
            .map(|name| self.tools.meanings.of(name, &above))
            .collect();
        let mut row = index + 1;
        while row < self.tape[index].next {
            if row != columns {
                let mut cell = row + 1;
                let mut senses = senses.iter();
                while cell < self.tape[row].next {
                    let sense = senses.next().copied().unwrap_or(Meaning::Unknown);
                    self.node(cell, sense, parent);
                    cell = self.tape[cell].next;
                }
            }
            row = self.tape[row].next;
        }
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
            // Seconds since 1970 are the time of an event.
            Meaning::Remove(Kind::Email | Kind::Person | Kind::Ip | Kind::Date) => {}
            Meaning::Remove(Kind::CardExp) if !field::expires(value) => {}
            Meaning::Remove(kind) => self.whole(entry, kind, true),
            Meaning::Phone if (10..=15).contains(&value.len()) => {
                self.whole(entry, Kind::Phone, true);
            }
            Meaning::Unknown
                if value.len() >= 14 && crate::redaction::written::checks::card(value) =>
            {
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
        if let Some(kind) = field::whole(raw, sense) {
            self.whole(entry, kind, false);
            return;
        }
        let worded =
            matches!(sense, Meaning::Language | Meaning::Unknown) && raw.as_bytes().contains(&b' ');
        // "Oduyemi_labs.pdf"
        let file = raw.as_bytes().get(raw.len().wrapping_sub(4)) == Some(&b'.');
        if raw.len() > 8 && (worded || file) {
            self.prose.push((entry.start, entry.end));
        }
        let found = if raw.contains('\\') {
            let decoded = unescape(raw, entry.start);
            let mut found = field::find(&decoded.text, sense, self.tools, self.depth);
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
            let mut found = field::content(raw, sense, self.tools, self.depth);
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
}

/// Whether a member takes the meaning of the object it stands in: `{"ssn": {"S": …}}`, `{"dob": {"old": …}}`,
/// `{"first_name": {"0": …}}`.
fn inherits(key: &str, own: Meaning, inherited: Meaning) -> bool {
    if matches!(inherited, Meaning::Remove(Kind::Secret | Kind::Ssn)) && own == Meaning::Unknown
        || inherited == Meaning::Cookie && matches!(own, Meaning::Unknown | Meaning::Machine)
    {
        return true;
    }
    matches!(
        key,
        "S" | "N"
            | "value"
            | "values"
            | "stringValue"
            | "integerValue"
            | "dateValue"
            | "timestampValue"
            | "raw"
            | "old"
            | "new"
            | "before"
            | "after"
            | "previous"
            | "current"
            | "formatted"
            | "text"
            | "full"
            | "display"
            | "original"
            | "eq"
            | "equals"
            | "_eq"
            | "$eq"
            | "in"
            | "_in"
            | "$in"
            | "contains"
            | "address"
            | "e164"
            | "number"
            | "national"
            | "international"
            | "$t"
            | "#text"
            | "_text"
            | "_"
    ) && !matches!(
        inherited,
        Meaning::Machine | Meaning::Url | Meaning::Language
    ) || !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit())
}

fn personal(sense: Meaning) -> bool {
    !matches!(
        sense,
        Meaning::Unknown | Meaning::Language | Meaning::Machine | Meaning::Url
    )
}
