//! One pass that copies a text and puts replacements in the place of its findings.

use std::collections::BTreeMap;

use crate::redaction::audit::{Audit, Mark, Redacted};
use crate::redaction::engine::{Profile, Refusal};
use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::policy::{Operator, Policy};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::placeholder::placeholder;
use crate::redaction::value::Values;
use crate::redaction::vault::Vault;
use crate::redaction::words::lexicon::Pool;

/// Stands for a text that could not be judged.
const WHOLE: &str = "[REDACTED]";

/// The whole text replaced.
pub(crate) fn refuse(
    length: usize,
    profile: Profile,
    policy: &Policy,
    refusal: Refusal,
) -> Redacted {
    let text = if length == 0 {
        String::new()
    } else {
        WHOLE.to_owned()
    };
    let audit = Audit {
        policy: policy.name(),
        profile,
        counts: BTreeMap::new(),
        marks: Vec::new(),
        refused: Some(refusal),
    };
    Redacted {
        text,
        findings: Vec::new(),
        audit,
    }
}

/// Replaces resolved findings. `doc` is the text as the detectors read it, when they read it whole.
#[allow(clippy::too_many_arguments)]
pub(crate) fn rewrite(
    text: &str,
    findings: Vec<Finding>,
    profile: Profile,
    policy: &Policy,
    pool: &Pool,
    doc: Option<Doc<'_>>,
    vault: &mut Vault,
) -> Redacted {
    let mut out = String::with_capacity(text.len() + findings.len() * 4);
    // How many there are of each kind, and which there are, as bits.
    let (mut numbers, mut kinds) = ([0; Kind::ALL.len()], 0_u64);
    let mut marks = Vec::with_capacity(findings.len());
    let removed = doc.as_ref().is_none_or(Doc::has_placeholders);
    if policy.replacement() == Operator::Token && !findings.is_empty() && removed {
        reserve(text, vault);
    }
    let mut at = 0;
    let mut values = Values::new(text, pool, doc);
    for finding in &findings {
        out.push_str(&text[at..finding.start]);
        let start = out.len();
        if finding.bare_json && policy.replacement() != Operator::Drop {
            out.push('"');
        }
        match policy.replacement() {
            Operator::Token => {
                vault.token(finding.kind, values.of(finding), &mut out);
            }
            Operator::Mask => out.push_str("***"),
            Operator::Drop if finding.bare_json => out.push_str("null"),
            Operator::Drop => {}
        }
        if finding.bare_json && policy.replacement() != Operator::Drop {
            out.push('"');
        }
        marks.push(Mark {
            start,
            end: out.len(),
            kind: finding.kind,
            rule: finding.rule,
        });
        numbers[finding.kind as usize] += 1;
        kinds |= 1 << finding.kind as u64;
        at = finding.end;
    }
    out.push_str(&text[at..]);
    values.finish();
    let mut counts = BTreeMap::new();
    while kinds != 0 {
        let kind = kinds.trailing_zeros() as usize;
        counts.insert(Kind::ALL[kind], numbers[kind]);
        kinds &= kinds - 1;
    }
    let audit = Audit {
        policy: policy.name(),
        profile,
        counts,
        marks,
        refused: None,
    };
    Redacted {
        text: out,
        findings,
        audit,
    }
}

/// Keeps new tokens apart from those an earlier redaction left in the text.
fn reserve(text: &str, vault: &mut Vault) {
    for (open, _) in text.match_indices('[') {
        let end = placeholder(text.as_bytes(), open);
        let numbered = end.and_then(|end| text[open + 1..end - 1].rsplit_once('_'));
        if let Some((label, number)) = numbered
            && let (Some(kind), Ok(number)) = (Kind::from_label(label), number.parse())
        {
            vault.reserve(kind, number);
        }
    }
}
