//! Spoken and written number runs: from tokens to a value and its groups.
//!
//! A run is what one breath of dictation can hold: digits, teens, tens, "double four", "oh", letters, NATO words,
//! "b as in boy", with pauses, fillers, dashes and self-corrections between. Neighbours are never added up: "forty
//! five six" is 456 (or 4056), not 51.

pub(crate) const MOST_CHARS: usize = 48;
const MOST_GROUPS: usize = 12;
const MOST_ATOMS: usize = 24;

/// A part of a run between two pauses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) end: u32,
    pub(crate) chars: u8,
    pub(crate) atoms: u8,
    /// The pause before it was a correction ("no wait").
    pub(crate) corrected: bool,
    /// The pause before it was more than a space: a comma, a dash, a word.
    pub(crate) paused: bool,
}

impl Group {
    const NONE: Self = Self {
        end: 0,
        chars: 0,
        atoms: 0,
        corrected: false,
        paused: false,
    };
}

/// A run of number and letter words.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) chars: [u8; MOST_CHARS],
    pub(crate) len: usize,
    pub(crate) values: [u16; MOST_ATOMS],
    pub(crate) atoms: usize,
    pub(crate) letters: usize,
    /// Digits said or written one by one.
    pub(crate) singles: usize,
    pub(crate) groups: [Group; MOST_GROUPS],
    pub(crate) group_count: usize,
    /// A "thousand" or "million" was said.
    pub(crate) cardinal: bool,
    /// A decimal point.
    pub(crate) decimal: bool,
    pub(crate) hundred: bool,
    /// Letters that were spelled out: "b as in boy".
    pub(crate) spelled: usize,
    /// Bits of the characters before which a zero may have been meant: "twenty one" is 21 or 201.
    pub(crate) loose: u64,
}

impl Run {
    /// No run yet: what [`read`] fills.
    pub(crate) const fn empty() -> Self {
        Self {
            first: 0,
            end: 0,
            chars: [0; MOST_CHARS],
            len: 0,
            values: [0; MOST_ATOMS],
            atoms: 0,
            letters: 0,
            singles: 0,
            groups: [Group::NONE; MOST_GROUPS],
            group_count: 0,
            cardinal: false,
            decimal: false,
            hundred: false,
            spelled: 0,
            loose: 0,
        }
    }

    /// Begins anew at token `first`. What the counts leave out of the arrays stays as it was.
    pub(crate) fn restart(&mut self, first: usize) {
        (self.first, self.end) = (first, first);
        (self.len, self.atoms, self.group_count) = (0, 0, 0);
        (self.letters, self.singles, self.loose, self.spelled) = (0, 0, 0, 0);
        (self.cardinal, self.decimal, self.hundred) = (false, false, false);
    }

    /// The value in the usual reading: digits and lower-case letters.
    pub(crate) fn chars(&self) -> &[u8] {
        &self.chars[..self.len]
    }

    /// [`Run::chars`] as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.chars()).unwrap_or("")
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn digits(&self) -> usize {
        self.len - self.letters.min(self.len)
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups[..self.group_count]
    }

    pub(crate) fn push(&mut self, char: u8) {
        if self.len < MOST_CHARS {
            self.chars[self.len] = char;
            self.len += 1;
        }
    }

    pub(crate) fn atom(&mut self, value: u16) {
        if self.atoms < MOST_ATOMS {
            self.values[self.atoms] = value;
            self.atoms += 1;
        }
        if let Some(group) = self.groups.get_mut(self.group_count.saturating_sub(1)) {
            group.atoms = group.atoms.saturating_add(1);
        }
    }

    pub(crate) fn open_group(&mut self, first: usize, corrected: bool) {
        if self.group_count < MOST_GROUPS {
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            self.groups[self.group_count] = Group {
                end: first,
                corrected,
                ..Group::NONE
            };
            self.group_count += 1;
        }
        self.hundred = false;
    }

    pub(crate) fn close_group(&mut self, end: usize, chars_before: usize) {
        if let Some(group) = self.groups.get_mut(self.group_count.saturating_sub(1)) {
            group.end = u32::try_from(end).unwrap_or(u32::MAX);
            group.chars = u8::try_from(self.len - chars_before.min(self.len)).unwrap_or(u8::MAX);
        }
        self.end = end;
    }

    /// Forgets the last group, when there is another before it.
    pub(crate) fn drop_last_group(&mut self) -> bool {
        if self.group_count < 2 {
            return false;
        }
        self.group_count -= 1;
        let gone = self.groups[self.group_count];
        self.len = self.len.saturating_sub(usize::from(gone.chars));
        self.atoms = self.atoms.saturating_sub(usize::from(gone.atoms));
        self.letters = self.chars[..self.len]
            .iter()
            .filter(|b| b.is_ascii_lowercase())
            .count();
        self.end = self.groups[self.group_count - 1].end as usize;
        true
    }

    /// Forgets the last word, a digit.
    pub(crate) fn drop_last_digit(&mut self) {
        let Some(group) = self.groups.get_mut(self.group_count.saturating_sub(1)) else {
            return;
        };
        if group.atoms < 2 || group.chars < 2 || self.singles == 0 {
            return;
        }
        group.end -= 1;
        group.atoms -= 1;
        group.chars -= 1;
        (self.len, self.atoms, self.singles) = (self.len - 1, self.atoms - 1, self.singles - 1);
        self.end -= 1;
    }

    /// Whether the run says `number` in one of its readings.
    pub(crate) fn says(&self, number: &[u8]) -> bool {
        let mut at = 0;
        for (i, char) in self.chars[..self.len].iter().enumerate() {
            if number.get(at) != Some(char)
                && self.loose >> i & 1 != 0
                && number.get(at) == Some(&b'0')
            {
                at += 1;
            }
            if number.get(at) != Some(char) {
                return false;
            }
            at += 1;
        }
        at == number.len()
    }

    /// "ten nine eight seven", "five ten fifteen twenty": four or more numbers in equal steps.
    pub(crate) fn counts(&self) -> bool {
        let steady = |values: &[u16]| {
            values.len() >= 4 && {
                let step = i32::from(values[1]) - i32::from(values[0]);
                // Steps nobody counts by ("06 12 34 56 78") are chance.
                step != 0
                    && (step.abs() <= 10 || step % 25 == 0)
                    && values
                        .windows(2)
                        .all(|w| i32::from(w[1]) - i32::from(w[0]) == step)
            }
        };
        // "in two three four hold two three four five"
        let breaths = |values: &[u16]| {
            values.len() >= 6
                && values[0] <= 2
                && values
                    .windows(2)
                    .all(|w| w[1] == w[0] + 1 || w[0] > 2 && w[1] <= 2)
        };
        // "ninety three eighty six seventy nine seventy three": counting down with a slip
        let down = |values: &[u16]| {
            values.len() >= 4
                && values.windows(2).all(|w| w[0] > w[1] && w[0] - w[1] <= 13)
                && values.iter().all(|value| *value <= 100)
                && values.windows(3).any(|w| w[0] - w[1] == w[1] - w[2])
                && values[0] >= 50
        };
        let values = &self.values[..self.atoms];
        self.letters == 0
            && (down(values)
                || steady(values)
                || values.len() > 4 && steady(&values[1..])
                || breaths(values))
    }

    /// Values of two or three digits with pauses between ("one twelve, ninety eight, one oh five"): a list of
    /// readings, not one number.
    pub(crate) fn lists(&self) -> bool {
        let groups = self.groups();
        let paused = groups.iter().filter(|group| group.paused).count();
        groups.len() >= 3
            && paused + 1 >= groups.len()
            && self.letters == 0
            // Said digit by digit, it is a number in groups.
            && self.singles * 4 < self.len * 3
            && groups
                .iter()
                .all(|group| (1..=3).contains(&group.chars) && group.atoms <= 3)
            && groups.iter().any(|group| group.atoms < group.chars)
            || self.years()
            || self.times()
            || self.hours_and_minutes()
    }

    /// "nine fifteen ten forty five": two or more times of day in one breath, in order or to five minutes.
    fn hours_and_minutes(&self) -> bool {
        let (pairs, rest) = self.values[..self.atoms].as_chunks::<2>();
        let time = |[hour, minute]: &[u16; 2]| (1..=12).contains(hour) && (10..60).contains(minute);
        let rounded = pairs.iter().all(|[_, minute]| minute.is_multiple_of(5));
        let ordered = pairs.windows(2).all(|pair| pair[0] < pair[1]);
        pairs.len() >= 2
            && rest.is_empty()
            && self.letters == 0
            && pairs.iter().all(time)
            && (rounded || pairs.len() > 2 && ordered)
    }

    /// Said as people say readings ("one eighty eight, ninety six"), not digit by digit.
    pub(crate) fn readings(&self) -> bool {
        let trunk = self.chars().first() == Some(&b'0');
        let small = self.values[..self.atoms].iter().all(|value| *value <= 600);
        self.letters == 0 && self.atoms >= 3 && self.singles * 2 < self.len && !trunk && small
    }

    /// "g four p two zero two one": pregnancies and births.
    pub(crate) fn births(&self) -> bool {
        let [b'g', rest @ ..] = self.chars() else {
            return false;
        };
        let mut parts = rest.splitn(2, |b| *b == b'p');
        let mut digits = |most: usize| {
            parts.next().is_some_and(|part| {
                (1..=most).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
            })
        };
        digits(2) && digits(4)
    }

    /// "l four l five, c 5 c 6": vertebrae.
    pub(crate) fn spine(&self) -> bool {
        let mut digits = 2;
        self.letters >= 2
            && self.chars().iter().all(|char| match char {
                b'c' | b't' | b'l' | b's' if digits > 0 => {
                    digits = 0;
                    true
                }
                b'0'..=b'9' => {
                    digits += 1;
                    digits <= 2
                }
                _ => false,
            })
    }

    /// "nine fifteen, ten thirty": two or more times of day.
    fn times(&self) -> bool {
        let mut at = 0;
        self.group_count >= 2
            && self.groups().iter().enumerate().all(|(i, group)| {
                let said = &self.chars[at..(at + usize::from(group.chars)).min(self.len)];
                at += said.len();
                let time = matches!(
                    said,
                    [b'1'..=b'9', b'0'..=b'5', b'0' | b'5']
                        | [b'1', b'0'..=b'2', b'0'..=b'5', b'0' | b'5']
                );
                time && group.atoms == 2 && (i == 0 || group.paused)
            })
    }

    fn years(&self) -> bool {
        let mut at = 0;
        let mut count = 0;
        for group in self.groups() {
            let end = at + usize::from(group.chars);
            match self.chars.get(at..end) {
                Some([b'1', b'9', _, _] | [b'2', b'0', _, _]) => count += 1,
                _ => return false,
            }
            at = end;
        }
        count >= 2
    }
}
