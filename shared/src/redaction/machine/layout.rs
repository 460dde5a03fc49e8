//! Texts whose layout says what a value is: markup, tables, SQL, HL7 and X12 segments, multipart bodies, mailboxes.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::machine::complaint;
use crate::redaction::machine::family_first;
use crate::redaction::machine::field;
use crate::redaction::machine::gs1;
use crate::redaction::machine::key::Meaning;
use crate::redaction::machine::layout_compare;
use crate::redaction::machine::layout_sql;
use crate::redaction::machine::mailbox;
use crate::redaction::machine::markup;
use crate::redaction::machine::multipart;
use crate::redaction::machine::pairs::take;
use crate::redaction::machine::segment;
use crate::redaction::machine::segment_ncpdp;
use crate::redaction::machine::segment_x12;
use crate::redaction::machine::table;
use crate::redaction::machine::title;
use crate::redaction::machine::{self, Tools};
use crate::redaction::text::doc::Doc;

/// Shorter texts hold no layout.
const SHORTEST: usize = 16;

/// Finds what the layout of the text tells.
pub(crate) fn detect(doc: &mut Doc<'_>, tools: &Tools<'_>, out: &mut Vec<Finding>) {
    let text = doc.text;
    if text.len() < SHORTEST {
        return;
    }
    let mut seen = [false; 256];
    for byte in text.bytes() {
        seen[usize::from(byte)] = true;
    }
    let seen = |byte: u8| seen[usize::from(byte)];
    let mut cells = Cells { doc, tools, out };
    if seen(b'<') && seen(b'>') {
        markup::detect(&mut cells);
        mailbox::detect(&mut cells);
    }
    if seen(b'|') {
        segment::detect(&mut cells);
    }
    if seen(b'=') && seen(b'C') {
        segment_ncpdp::pairs(&mut cells);
    }
    if seen(0x1c) {
        segment_ncpdp::detect(&mut cells);
    }
    if seen(b'*')
        && (seen(b'~')
            || ["NM1*", "*D8*", "PER*", "REF*"]
                .iter()
                .any(|s| text.contains(s)))
    {
        segment_x12::detect(&mut cells);
    }
    if seen(b'\n') {
        if seen(b',') || seen(b'\t') || seen(b'|') || seen(b';') {
            table::detect(&mut cells);
        }
        if seen(b':') {
            multipart::detect(&mut cells);
            segment::cards(&mut cells);
        }
    }
    if seen(b'(') && seen(b')') && seen(b'1') {
        gs1::detect(&mut cells);
    }
    if seen(b',') {
        family_first::detect(&mut cells);
    }
    if seen(b'\'') && (seen(b'=') || seen(b'(') || seen(b'%')) {
        layout_compare::detect(&mut cells);
    }
    if seen(b'"') || seen(b'\'') {
        complaint::rejected(&mut cells);
    }
    if seen(b'S') && seen(b':') {
        title::detect(&mut cells, &seen);
    }
    if seen(b'(') && seen(b')')
        || seen(b'[') && seen(b',')
        || seen(b'$')
        || seen(b'D') && seen(b'\'')
    {
        layout_sql::detect(&mut cells, &seen);
    }
}

/// Where the values of a layout are judged.
pub(crate) struct Cells<'c, 'd, 't> {
    doc: &'c mut Doc<'d>,
    pub(crate) tools: &'c Tools<'t>,
    out: &'c mut Vec<Finding>,
}

impl<'d> Cells<'_, 'd, '_> {
    pub(crate) fn text(&self) -> &'d str {
        self.doc.text
    }

    /// The value at `start..end` without the white space and quotes around it.
    pub(crate) fn trimmed(&self, start: usize, end: usize) -> (usize, usize) {
        let raw = self.doc.text.get(start..end).unwrap_or("");
        let body = raw.trim();
        let mut from = start + (raw.len() - raw.trim_start().len());
        let mut to = from + body.len();
        for quote in ['"', '\''] {
            if body.len() > 1 && body.starts_with(quote) && body.ends_with(quote) {
                from += 1;
                to -= 1;
                break;
            }
        }
        (from, to)
    }

    /// Judges a value by what its place says of it.
    pub(crate) fn judge(&mut self, start: usize, end: usize, sense: Meaning) {
        let (start, end) = self.trimmed(start, end);
        let value = self.doc.text.get(start..end).unwrap_or("");
        if value.is_empty() {
            return;
        }
        if let Some(kind) = field::whole(value, sense) {
            self.remove(start, end, kind);
        } else if sense == Meaning::Machine
            && !value.contains(' ')
            && machine::unmistakable(value, self.tools).is_empty()
        {
            take(self.doc, start, end);
        }
    }

    /// Removes a value.
    pub(crate) fn remove(&mut self, start: usize, end: usize, kind: Kind) {
        if start < end {
            self.out.push(Finding::new(start, end, kind, "layout"));
            take(self.doc, start, end);
        }
    }

    /// Leaves a value as it is.
    pub(crate) fn keep(&mut self, start: usize, end: usize) {
        take(self.doc, start, end);
    }
}
