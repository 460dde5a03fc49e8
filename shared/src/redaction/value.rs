//! The form by which two mentions of a value are the same: digits and letters as said ("four one five", "415"), or
//! words with one space between. Its case does not matter.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::number::read_run::read;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::words::lexicon::Pool;
use crate::redaction::words::word_key::plainly_worded;

/// Works out the values of one text.
pub(crate) struct Values<'a> {
    text: &'a str,
    pool: &'a Pool,
    doc: Option<Doc<'a>>,
    spelled: Vec<u8>,
    run: Run,
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
            spelled: Vec::new(),
            run: Run::empty(),
        }
    }

    /// The canonical form of a value of the text.
    pub(crate) fn of(&mut self, finding: &Finding) -> &[u8] {
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
        if let Some(doc) = &self.doc
            && !worded
            && let Some(read) = doc.readings.of(finding.start, finding.end)
        {
            return read;
        }
        if worded && plainly_worded(value.as_bytes()) {
            return value.as_bytes();
        }
        if worded || !has_letters(value) {
            return spell(value, worded, &mut self.spelled);
        }
        let said = match &self.doc {
            Some(doc) => {
                let (first, end) = (doc.token_at(finding.start), doc.token_at(finding.end));
                said(doc, first, end, &mut self.run)
            }
            // One word is said as it is written.
            None if !value.contains(' ') => false,
            None => {
                let doc = Doc::new(value, self.pool);
                let said = said(&doc, 0, doc.tokens.len(), &mut self.run);
                doc.finish();
                said
            }
        };
        if said {
            self.run.chars()
        } else {
            spell(value, worded, &mut self.spelled)
        }
    }

    pub(crate) fn finish(self) {
        if let Some(doc) = self.doc {
            doc.finish();
        }
    }
}

/// Reads a value as a spoken number; false when it is more than that.
fn said(doc: &Doc<'_>, first: usize, end: usize, run: &mut Run) -> bool {
    read(doc, first, end, true, run) && run.end == end
}

fn has_letters(value: &str) -> bool {
    let letter = |b: u8| (b | 0x20).wrapping_sub(b'a') < 26;
    value.bytes().fold(false, |found, b| found | letter(b))
}

/// Letters in lower case, digits, and a space for all else.
const LOWER: [u8; 256] = {
    let mut table = [b' '; 256];
    let mut byte = 0;
    while byte < 128 {
        #[allow(clippy::cast_possible_truncation)]
        let ascii = byte as u8;
        if ascii.is_ascii_alphanumeric() {
            table[byte] = ascii.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Letters in lower case and digits; between words one space, when they are `worded`. What comes next is as good as
/// random: no byte takes a branch.
fn spell<'b>(value: &str, worded: bool, buffer: &'b mut Vec<u8>) -> &'b [u8] {
    if buffer.len() <= value.len() {
        buffer.resize(value.len() + 64, 0);
    }
    let mut length = 0;
    let mut apart = false;
    let mut all = 0;
    for byte in value.bytes() {
        all |= byte;
        buffer[length] = LOWER[usize::from(byte)];
        let keep = buffer[length] != b' ';
        length += usize::from(keep | apart);
        apart = worded & keep;
    }
    if !all.is_ascii() {
        return spell_all(value, worded, buffer);
    }
    let spelled = &buffer[..length];
    spelled.strip_suffix(b" ").unwrap_or(spelled)
}

/// [`spell`] beyond ASCII.
fn spell_all<'b>(value: &str, worded: bool, buffer: &'b mut Vec<u8>) -> &'b [u8] {
    buffer.clear();
    for c in value.chars() {
        if c.is_alphanumeric() {
            let mut bytes = [0; 4];
            for lower in c.to_lowercase() {
                buffer.extend_from_slice(lower.encode_utf8(&mut bytes).as_bytes());
            }
        } else if worded && buffer.last().is_some_and(|last| *last != b' ') {
            buffer.push(b' ');
        }
    }
    buffer.strip_suffix(b" ").unwrap_or(buffer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_plainly_worded_is_its_own_canonical_form(value in "[a-zA-Z0-9 ]{1,40}") {
            let spelled = spell(&value, true, &mut Vec::new()).to_vec();
            if plainly_worded(value.as_bytes()) {
                prop_assert_eq!(value.to_ascii_lowercase().into_bytes(), spelled);
            } else {
                prop_assert_ne!(value.to_ascii_lowercase().into_bytes(), spelled);
            }
        }

        #[test]
        fn what_has_signs_is_not_plainly_worded(
            before in "[a-z0-9]{0,20}",
            sign in "[^a-zA-Z0-9 ]",
            after in "[a-z0-9]{0,20}",
        ) {
            let value = format!("{before}{sign}{after}");
            prop_assert!(!plainly_worded(value.as_bytes()));
        }
    }
}
