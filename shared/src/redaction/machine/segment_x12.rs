//! X12 segments (`NM1*IL*1*…~`): eligibility requests, claims and their answers.

use crate::redaction::kind::Kind;
use crate::redaction::machine::layout::Cells;

/// Judges the segments by the place of their elements.
pub(crate) fn detect(cells: &mut Cells<'_, '_, '_>) {
    let text = cells.text();
    let mut at = 0;
    // Whether the last name was a person's: an address belongs to the name before it.
    let mut person = true;
    for part in text.split_inclusive(['~', '\n']) {
        let body = part.trim_end_matches(['~', '\n', '\r']);
        // A log's words and signs may stand before a segment: ">> NM1*QC*1*…".
        let word = body.find('*').map(|star| {
            body[..star]
                .rfind(|c: char| !c.is_ascii_alphanumeric())
                .map_or(0, |before| {
                    before + body[before..].chars().next().map_or(1, char::len_utf8)
                })
        });
        let Some(word) = word else {
            at += part.len();
            continue;
        };
        let start = at + word;
        at += part.len();
        let body = body[word..].split('"').next().unwrap_or("");
        let elements = Elements { start, body };
        elements.judge(cells, &mut person);
    }
}

struct Elements<'a> {
    start: usize,
    body: &'a str,
}

impl Elements<'_> {
    fn get(&self, number: usize) -> &str {
        self.body.split('*').nth(number).unwrap_or("")
    }

    fn remove(&self, cells: &mut Cells<'_, '_, '_>, number: usize, kind: Kind) {
        let mut at = self.start;
        for (n, element) in self.body.split('*').enumerate() {
            if n == number {
                // "MI*KTQ00418 rejected": a number has no words after it.
                let element = match kind {
                    Kind::Person | Kind::Address | Kind::Phone => element,
                    _ => element.split(' ').next().unwrap_or(element),
                };
                if element.bytes().any(|b| b.is_ascii_alphanumeric()) {
                    cells.remove(at, at + element.len(), kind);
                }
                return;
            }
            at += element.len() + 1;
        }
    }

    /// Where a name's number stands: after its qualifier, though an element before it was left out
    /// (`NM1*82*1*HALE*ADA***XX*14…`).
    fn numbered(&self) -> usize {
        let qualified = |at: &usize| {
            matches!(self.get(at - 1), "XX" | "34" | "MI" | "MR")
                && self.get(*at).bytes().filter(u8::is_ascii_digit).count() > 3
        };
        [9, 8, 7, 10].into_iter().find(qualified).unwrap_or(9)
    }

    /// `CLM*CLAIM-2207*…`: the claim's own number, not the patient's account.
    fn numbers_a_claim(&self) -> bool {
        let number = self.get(1);
        let letters = number.bytes().take_while(u8::is_ascii_alphabetic).count();
        let named = number.get(..letters).is_some_and(|head| {
            ["CLAIM", "CLM", "CL", "C", "INV", "REF", "CTRL"]
                .iter()
                .any(|word| head.eq_ignore_ascii_case(word))
        });
        named && number[letters..].starts_with(['-', '_', '#'])
    }

    fn judge(&self, cells: &mut Cells<'_, '_, '_>, person: &mut bool) {
        match self.get(0) {
            "NM1" => {
                *person = self.get(2) == "1";
                if *person {
                    for number in [3, 4, 5] {
                        self.remove(cells, number, Kind::Person);
                    }
                }
                let number = self.numbered();
                match self.get(number - 1) {
                    "XX" => self.remove(cells, number, Kind::Npi),
                    "34" => self.remove(cells, number, Kind::Ssn),
                    "MI" | "II" | "MR" => self.remove(cells, number, Kind::MemberId),
                    _ if *person => self.remove(cells, number, Kind::Id),
                    _ => {}
                }
            }
            "DMG" => self.remove(cells, 2, Kind::Dob),
            "N3" if *person => {
                self.remove(cells, 1, Kind::Address);
                self.remove(cells, 2, Kind::Address);
            }
            "N4" if *person => {
                self.remove(cells, 1, Kind::Address);
                self.remove(cells, 3, Kind::Zip);
            }
            "PER" => {
                self.remove(cells, 2, Kind::Person);
                for number in [4, 6, 8] {
                    let kind = if self.get(number - 1) == "EM" {
                        Kind::Email
                    } else {
                        Kind::Phone
                    };
                    self.remove(cells, number, kind);
                }
            }
            "REF" => {
                let kind = match self.get(1) {
                    "SY" => Kind::Ssn,
                    "0F" | "1L" | "1W" | "IG" | "6P" | "18" | "NQ" | "Y4" | "G1" | "9F" => {
                        Kind::MemberId
                    }
                    "F6" => Kind::Mbi,
                    "EA" | "MRN" => Kind::Mrn,
                    "EJ" => Kind::Account,
                    "HPI" => Kind::Npi,
                    "XZ" => Kind::Rx,
                    _ => return,
                };
                self.remove(cells, 2, kind);
            }
            "SBR" => self.remove(cells, 3, Kind::MemberId),
            "CLM" if self.numbers_a_claim() => cells.keep(self.start, self.start + self.body.len()),
            "CLM" => self.remove(cells, 1, Kind::Account),
            "DTP"
                if !matches!(
                    self.get(1),
                    "291" | "346" | "347" | "348" | "349" | "356" | "357"
                ) =>
            {
                self.remove(cells, 3, Kind::Date);
            }
            "ISA" | "GS" | "ST" | "BHT" | "TRN" | "SE" | "GE" | "IEA" | "HL" => {
                cells.keep(self.start, self.start + self.body.len());
            }
            _ => {}
        }
    }
}
