//! Multipart form bodies: a part's name says what its text is.

use crate::redaction::machine::key::Parent;
use crate::redaction::machine::layout::Cells;

/// Judges the parts.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    while let Some(found) = text[at..].find("form-data;") {
        at += found + 10;
        let line_end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        let Some(name) = text[at..line_end]
            .split_once("name=\"")
            .and_then(|(_, rest)| rest.split('"').next())
        else {
            continue;
        };
        // The part's other headers, then an empty line.
        let mut start = line_end;
        for line in text[line_end..].split_inclusive('\n').skip(1).take(8) {
            start += line.len();
            if line.trim_end().is_empty() {
                break;
            }
        }
        start = text.len().min(start + 1);
        let Some(rest) = text.get(start..) else {
            return;
        };
        let end = rest.find("\n--").map_or(text.len(), |i| start + i);
        let sense = cells.tools.meanings.of(name, &Parent::of(""));
        cells.judge(start, end, sense);
        at = end;
    }
}
