//! How the numbers that were found were read ("four one five" as `415`), so that none is read twice.

/// The readings of one text.
#[derive(Default)]
pub(crate) struct Readings {
    readings: Vec<Reading>,
    /// Their digits and letters, one after the other.
    chars: Vec<u8>,
}

/// Where a number stands, as bytes of the text, and its digits and letters.
struct Reading {
    start: usize,
    end: usize,
    chars: (usize, usize),
}

impl Readings {
    pub(crate) fn clear(&mut self) {
        self.readings.clear();
        self.chars.clear();
    }

    /// The number at `start..end` says `chars`. Numbers come in the order of the text.
    pub(crate) fn note(&mut self, start: usize, end: usize, chars: &[u8]) {
        let from = self.chars.len();
        self.chars.extend_from_slice(chars);
        self.readings.push(Reading {
            start,
            end,
            chars: (from, self.chars.len()),
        });
    }

    /// What the number at `start..end` says.
    pub(crate) fn of(&self, start: usize, end: usize) -> Option<&[u8]> {
        let at = self
            .readings
            .partition_point(|reading| reading.start < start);
        let reading = self.readings.get(at)?;
        (reading.start == start && reading.end == end)
            .then(|| &self.chars[reading.chars.0..reading.chars.1])
    }
}
