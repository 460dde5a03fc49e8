//! Overlapping findings become one: the union of their ranges, named by the kind of highest precedence.

use crate::redaction::finding::Finding;
use crate::redaction::text::placeholder::{across, already_removed};

/// Sorts and merges. Afterwards the findings are in order and do not touch the same byte twice.
pub(crate) fn resolve(mut findings: Vec<Finding>, text: &str) -> Vec<Finding> {
    // Half a placeholder would be a value of the next reading.
    for finding in &mut findings {
        if let Some(around) = across(text.as_bytes(), finding.start) {
            finding.start = around.start;
        }
        if let Some(around) = across(text.as_bytes(), finding.end) {
            finding.end = around.end;
        }
    }
    findings.retain(|f| {
        f.start < f.end
            && text.is_char_boundary(f.start)
            && text.is_char_boundary(f.end)
            && !already_removed(&text[f.start..f.end])
    });
    findings.sort_unstable_by_key(|f| (f.start, std::cmp::Reverse(f.end), f.kind));
    findings.dedup_by(|finding, last| {
        let overlap = finding.start < last.end;
        if overlap {
            last.end = last.end.max(finding.end);
            last.bare_json |= finding.bare_json;
            if finding.kind < last.kind {
                last.kind = finding.kind;
                last.rule = finding.rule;
            }
        }
        overlap
    });
    findings
}
