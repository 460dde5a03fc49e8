//! Typed tokens: the same value has the same token within one call, and the token says nothing about the value. The
//! numbers count values in the order they appear, so a token is not derived from its value (45 CFR 164.514(c)(1)).

use std::collections::BTreeMap;
use std::fmt;

use super::kind::Kind;

/// The tokens of one call. It holds the values: keep it as short as the call, one per call and tenant.
#[derive(Default)]
pub struct Vault {
    kinds: BTreeMap<Kind, Numbers>,
}

#[derive(Default)]
struct Numbers {
    values: BTreeMap<String, u32>,
    /// The parts of names; `None` when several people share one.
    words: BTreeMap<String, Option<u32>>,
    last: u32,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: usize = self
            .kinds
            .values()
            .map(|numbers| numbers.values.len())
            .sum();
        f.debug_struct("Vault")
            .field("values", &values)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the token of a value in its canonical form.
    pub(crate) fn token(&mut self, kind: Kind, canonical: &str, out: &mut String) {
        let numbers = self.kinds.entry(kind).or_default();
        let known = numbers.values.get(canonical).copied();
        let known = known.or_else(|| {
            (kind == Kind::Person)
                .then(|| numbers.person(canonical))
                .flatten()
        });
        let number = known.unwrap_or_else(|| {
            numbers.last += 1;
            numbers.values.insert(canonical.to_owned(), numbers.last);
            if kind == Kind::Person {
                for word in canonical.split(' ') {
                    let last = numbers.last;
                    numbers
                        .words
                        .entry(word.to_owned())
                        .and_modify(|n| *n = None)
                        .or_insert(Some(last));
                }
            }
            numbers.last
        });
        out.push('[');
        out.push_str(kind.label());
        out.push('_');
        decimal(number, out);
        out.push(']');
    }

    /// Keeps clear of a token that already stands in a text.
    pub(crate) fn reserve(&mut self, kind: Kind, number: u32) {
        let numbers = self.kinds.entry(kind).or_default();
        numbers.last = numbers.last.max(number.min(u32::MAX / 2));
    }
}

/// Writes a number; the formatting machinery costs more than the rest of a token.
fn decimal(number: u32, out: &mut String) {
    if number > 9 {
        decimal(number / 10, out);
    }
    out.push(char::from_digit(number % 10, 10).unwrap_or('0'));
}

impl Numbers {
    /// "April" is the "April Wood" of before, when there is only one.
    fn person(&self, canonical: &str) -> Option<u32> {
        let mut numbers = canonical
            .split(' ')
            .map(|word| self.words.get(word).copied().flatten());
        let first = numbers.next().flatten()?;
        numbers.all(|number| number == Some(first)).then_some(first)
    }
}
