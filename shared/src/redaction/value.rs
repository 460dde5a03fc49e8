//! The form by which two mentions of a value are the same: digits and letters as said ("four one five", "415"), or
//! lower-cased words.

use super::doc::Doc;
use super::finding::Finding;
use super::kind::Kind;
use super::lexicon::Pool;
use super::run;

/// Works out the values of one text.
pub(crate) struct Values<'a> {
    text: &'a str,
    pool: &'a Pool,
    doc: Option<Doc<'a>>,
    value: String,
}

impl<'a> Values<'a> {
    /// With `doc`, the text as the detectors read it, nothing is read twice.
    pub(crate) fn new(text: &'a str, pool: &'a Pool, mut doc: Option<Doc<'a>>) -> Self {
        if let Some(doc) = &mut doc {
            doc.taken.fill(false);
        }
        Self {
            text,
            pool,
            doc,
            value: String::new(),
        }
    }

    /// The canonical form of a value of the text.
    pub(crate) fn of(&mut self, finding: &Finding) -> &str {
        let value = &self.text[finding.start..finding.end];
        let worded = matches!(
            finding.kind,
            Kind::Person
                | Kind::Address
                | Kind::Email
                | Kind::Url
                | Kind::Date
                | Kind::Dob
                | Kind::Known
                | Kind::Custom
        );
        self.value.clear();
        if worded || !value.bytes().any(|b| b.is_ascii_alphabetic()) || !self.said(finding) {
            spell(value, worded, &mut self.value);
        }
        &self.value
    }

    /// Reads a value as a spoken number; false when it is more than that.
    fn said(&mut self, finding: &Finding) -> bool {
        if let Some(doc) = &self.doc {
            let (first, end) = (doc.token_at(finding.start), doc.token_at(finding.end));
            return read(doc, first, end, &mut self.value);
        }
        let value = &self.text[finding.start..finding.end];
        // One word is said as it is written.
        if !value.contains(' ') {
            return false;
        }
        let doc = Doc::new(value, self.pool);
        let whole = read(&doc, 0, doc.tokens.len(), &mut self.value);
        doc.finish();
        whole
    }

    pub(crate) fn finish(self) {
        if let Some(doc) = self.doc {
            doc.finish();
        }
    }
}

fn read(doc: &Doc<'_>, first: usize, end: usize, value: &mut String) -> bool {
    let run = run::read(doc, first, end, true).filter(|run| run.end == end);
    if let Some(run) = &run {
        value.push_str(run.chars());
    }
    run.is_some()
}

fn spell(value: &str, worded: bool, out: &mut String) {
    for c in value.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if worded && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
}
