//! The codes on devices as GS1 writes them: `(01)00844588003288(17)141120(21)SERIAL`.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;

/// Before a serial number.
const SERIAL: &str = "(21)";

/// Removes the serial number after the number of the product.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    if !text.contains("(01)") {
        return;
    }
    for (at, _) in text.match_indices(SERIAL) {
        let start = at + SERIAL.len();
        let after_code = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == ' ');
        let length = text[start..]
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/' | '.' | '_'))
            .unwrap_or(text.len() - start);
        if after_code && length > 3 {
            cells.remove(start, start + length, Kind::Device);
        }
    }
}
