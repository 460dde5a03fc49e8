//! Codes of products, procedures and payers, which are nobody's own.

use crate::redaction::number::call_memory::Pending;
use crate::redaction::number::context::frame_only;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::words::word_set::words;

/// "NDC on the box?": the turn before asked for the code of a product or a procedure, and for nothing else.
pub(crate) fn product_asked(doc: &Doc<'_>, t: usize, pending: &[Pending]) -> bool {
    let Some(asked) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    pending.iter().all(|p| p.turn + 1 != t)
        && doc.says(
            asked.first.max(asked.end.saturating_sub(12)),
            asked.end,
            words![
                "ndc", "cpt", "hcpcs", "icd", "loinc", "snomed", "drg", "cvx", "upc", "din", "bin",
                "rxbin", "pcn", "rxpcn"
            ],
        )
}

/// "`RxBIN` is probably 610279", "the bin number is 004336": which insurer pays, and nobody's own.
pub(crate) fn payer_code(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let from = floor.max(run.first.saturating_sub(4));
    let payers = words!["rxbin", "bin", "rxpcn", "pcn"];
    (5..=8).contains(&run.len())
        && doc.says(from, run.first, payers)
        && (from..run.first)
            .rev()
            .find(|at| !frame_only(doc, *at, at + 1))
            .is_some_and(|at| doc.is_any(at, payers))
}
