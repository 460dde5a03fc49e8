//! The words of a field's name: `dateOfBirth`, `date_of_birth` and `Date-Of-Birth` have the same three.

pub(super) const MOST_WORDS: usize = 12;

/// The lower-cased words of a field name.
pub(crate) struct Words {
    text: String,
    ends: [u16; MOST_WORDS],
    count: usize,
}

impl Words {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn of(name: &str) -> Self {
        let mut words = Self {
            text: String::with_capacity(name.len()),
            ends: [0; MOST_WORDS],
            count: 0,
        };
        let mut before = ' ';
        let mut chars = name.chars().take(120).peekable();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() {
                let next_lower = chars.peek().is_some_and(|n| n.is_lowercase());
                if c.is_uppercase()
                    && (before.is_lowercase()
                        || before.is_ascii_digit()
                        || before.is_uppercase() && next_lower)
                {
                    words.close();
                }
                words.text.extend(c.to_lowercase());
            } else {
                words.close();
            }
            before = c;
        }
        words.close();
        words
    }

    fn close(&mut self) {
        let start = self.count.checked_sub(1).map_or(0, |i| self.ends[i]);
        let end = u16::try_from(self.text.len()).unwrap_or(start);
        if end > start && self.count < MOST_WORDS {
            self.ends[self.count] = end;
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count).map(|i| {
            let start = if i == 0 {
                0
            } else {
                usize::from(self.ends[i - 1])
            };
            &self.text[start..usize::from(self.ends[i])]
        })
    }

    pub(crate) fn any(&self, list: &str) -> bool {
        self.iter()
            .any(|word| list.split(' ').any(|other| other == word))
    }

    pub(super) fn last(&self) -> &str {
        self.iter().last().unwrap_or("")
    }

    pub(super) fn whole(&self, list: &str) -> bool {
        list.split(' ').any(|other| other == self.text)
    }

    /// Whether the words appear one after another.
    pub(super) fn phrase(&self, phrase: &[&str]) -> bool {
        let all: Vec<&str> = self.iter().collect();
        all.windows(phrase.len()).any(|window| window == phrase)
    }
}
