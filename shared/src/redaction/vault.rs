//! Typed tokens: the same value has the same token within one call, and the token says nothing about the value. The
//! numbers count values in the order they appear, so a token is not derived from its value (45 CFR 164.514(c)(1)).

use std::collections::HashMap;
use std::fmt;

use super::kind::Kind;

/// The tokens of one call. It holds the values: keep it as short as the call, one per call and tenant.
#[derive(Default)]
pub struct Vault {
    numbers: HashMap<(Kind, String), u32>,
    next: HashMap<Kind, u32>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("values", &self.numbers.len())
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The token of a value in its canonical form.
    pub(crate) fn token(&mut self, kind: Kind, canonical: &str) -> String {
        let number = if let Some(number) = self.number(kind, canonical) {
            number
        } else {
            let next = self.next.entry(kind).or_insert(1);
            let number = *next;
            *next += 1;
            self.numbers.insert((kind, canonical.to_owned()), number);
            number
        };
        format!("[{}_{number}]", kind.label())
    }

    fn number(&self, kind: Kind, canonical: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(&(kind, canonical.to_owned())) {
            return Some(*number);
        }
        if kind != Kind::Person {
            return None;
        }
        // "April" is the "April Wood" of before, when there is only one.
        let mut whole = self.numbers.iter().filter(|((other, name), _)| {
            *other == Kind::Person
                && (canonical
                    .split(' ')
                    .all(|part| name.split(' ').any(|word| word == part)))
        });
        match (whole.next(), whole.next()) {
            (Some((_, number)), None) => Some(*number),
            _ => None,
        }
    }

    /// Keeps clear of a token that already stands in a text.
    pub(crate) fn reserve(&mut self, kind: Kind, number: u32) {
        let next = self.next.entry(kind).or_insert(1);
        *next = (*next).max(number.saturating_add(1));
    }
}
