//! Typed tokens: the same value has the same token within one call, and the token says nothing about the value. The
//! numbers count values in the order they appear, so a token is not derived from its value (45 CFR 164.514(c)(1)).

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use crate::redaction::kind::Kind;
use crate::redaction::words::word_key::{few, folded, spread};

/// The tokens of one call. It remembers values by their hashes, which a guess can be held against: keep it as short as
/// the call, one per call and tenant.
pub struct Vault {
    /// The number of each value, and of each part of a name; `None` when several people share a part.
    numbers: HashMap<u64, Option<u32>, BuildHasherDefault<AsIs>>,
    /// The last number of each kind.
    last: [u32; Kind::ALL.len()],
    /// The keys of the parts of the name at hand.
    parts: Vec<u64>,
}

/// Values of a call of a minute or two.
const FEW: usize = 28;

/// The hash of a hash.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: u32 = self.last.iter().sum();
        f.debug_struct("Vault")
            .field("values", &values)
            .finish_non_exhaustive()
    }
}

impl Default for Vault {
    fn default() -> Self {
        Self::new()
    }
}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self {
            numbers: HashMap::default(),
            last: [0; Kind::ALL.len()],
            parts: Vec::new(),
        }
    }

    /// Writes the token of a value in its canonical form.
    pub(crate) fn token(&mut self, kind: Kind, canonical: &[u8], out: &mut String) {
        if self.numbers.is_empty() {
            self.numbers.reserve(FEW);
        }
        let value = key(Some(kind), canonical);
        let number = if kind == Kind::Person {
            self.number_of_person(value, canonical)
        } else {
            let last = &mut self.last[kind as usize];
            let number = self.numbers.entry(value).or_insert_with(|| {
                *last += 1;
                Some(*last)
            });
            number.unwrap_or(0)
        };
        let (open, length) = OPEN[kind as usize];
        let end = out.len() + length;
        // So many bytes, whatever the kind, are copied without asking how many.
        out.push_str(open.split_at(LONGEST).0);
        out.truncate(end);
        decimal(number, out);
        out.push(']');
    }

    fn number_of_person(&mut self, value: u64, canonical: &[u8]) -> u32 {
        if let Some(known) = self.numbers.get(&value).copied().flatten() {
            return known;
        }
        self.parts.clear();
        let words = canonical.split(|b| *b == b' ');
        self.parts.extend(words.map(|word| key(None, word)));
        self.person().unwrap_or_else(|| {
            let last = &mut self.last[Kind::Person as usize];
            *last += 1;
            self.numbers.insert(value, Some(*last));
            for part in &self.parts {
                self.numbers
                    .entry(*part)
                    .and_modify(|number| *number = None)
                    .or_insert(Some(*last));
            }
            *last
        })
    }

    /// Keeps clear of a token that already stands in a text.
    pub(crate) fn reserve(&mut self, kind: Kind, number: u32) {
        let last = &mut self.last[kind as usize];
        *last = (*last).max(number.min(u32::MAX / 2));
    }

    /// "April" is the "April Wood" of before, when there is only one.
    fn person(&self) -> Option<u32> {
        let mut numbers = self
            .parts
            .iter()
            .map(|part| self.numbers.get(part).copied().flatten());
        let first = numbers.next().flatten()?;
        numbers.all(|number| number == Some(first)).then_some(first)
    }
}

/// The number's key of a value of this kind, or of a part of a name, whatever its case. Two values of a call that share
/// the 64 bits would share a token, which does no harm.
fn key(kind: Option<Kind>, value: &[u8]) -> u64 {
    let seed = kind.map_or(0, |kind| kind as u64 + 1) << 32 | value.len() as u64;
    let more = |key: u64, chunk: u64| spread(key.rotate_left(5) ^ folded(chunk));
    let Some(last) = value.last_chunk() else {
        return more(seed, few(value));
    };
    let (chunks, _) = value.as_chunks();
    let key = chunks
        .iter()
        .fold(seed, |key, chunk| more(key, u64::from_le_bytes(*chunk)));
    more(key, u64::from_le_bytes(*last))
}

/// No kind opens its tokens with more bytes.
const LONGEST: usize = 16;

/// What tokens of each kind begin with, filled up to [`LONGEST`] bytes, and how many of them count.
static OPEN: [(&str, usize); Kind::ALL.len()] = {
    const BYTES: [[u8; LONGEST]; Kind::ALL.len()] = {
        let mut all = [[b' '; LONGEST]; Kind::ALL.len()];
        let mut kind = 0;
        while kind < all.len() {
            let label = Kind::ALL[kind].label().as_bytes();
            all[kind][0] = b'[';
            let mut at = 0;
            while at < label.len() {
                all[kind][at + 1] = label[at];
                at += 1;
            }
            all[kind][label.len() + 1] = b'_';
            kind += 1;
        }
        all
    };
    let mut open = [("", 0); Kind::ALL.len()];
    let mut kind = 0;
    while kind < open.len() {
        if let Ok(text) = std::str::from_utf8(&BYTES[kind]) {
            open[kind] = (text, Kind::ALL[kind].label().len() + 2);
        }
        kind += 1;
    }
    open
};

/// Writes a number; the formatting machinery costs more than the rest of a token.
fn decimal(number: u32, out: &mut String) {
    if number > 9 {
        decimal(number / 10, out);
    }
    out.push(char::from_digit(number % 10, 10).unwrap_or('0'));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(vault: &mut Vault, kind: Kind, value: &str) -> String {
        let mut out = String::from("before ");
        vault.token(kind, value.as_bytes(), &mut out);
        out.split_off("before ".len())
    }

    #[test]
    fn a_token_is_its_kind_and_its_number() {
        for kind in Kind::ALL {
            let mut vault = Vault::new();
            let label = kind.label();
            assert_eq!(token(&mut vault, *kind, "one"), format!("[{label}_1]"));
            assert_eq!(token(&mut vault, *kind, "other"), format!("[{label}_2]"));
            assert_eq!(token(&mut vault, *kind, "one"), format!("[{label}_1]"));
        }
    }

    proptest! {
        #[test]
        fn values_share_a_token_when_only_their_case_differs(
            value in "[a-z0-9]{1,20}( [a-z0-9]{1,8}){0,2}",
            at in any::<proptest::sample::Index>(),
        ) {
            let mut vault = Vault::new();
            let first = token(&mut vault, Kind::Address, &value);
            prop_assert_eq!(&token(&mut vault, Kind::Address, &value.to_uppercase()), &first);
            let mut other = value.into_bytes();
            let at = at.index(other.len());
            other[at] = if other[at] == b'x' { b'y' } else { b'x' };
            let other = String::from_utf8(other).unwrap();
            prop_assert_ne!(&token(&mut vault, Kind::Address, &other), &first);
            prop_assert_ne!(&token(&mut vault, Kind::Address, &format!("{other}x")), &first);
        }

        #[test]
        fn letters_beyond_ascii_that_differ_are_other_values(
            before in "[a-z]{0,12}",
            letter in "[é-ÿа-я一-龥]",
            after in "[a-z]{0,12}",
            bit in 0_u32..6,
        ) {
            let mut vault = Vault::new();
            let other = letter.chars().next().and_then(|c| char::from_u32(c as u32 ^ 1 << bit));
            let (one, two) = (format!("{before}{letter}{after}"), format!("{before}{}{after}", other.unwrap()));
            prop_assert_ne!(token(&mut vault, Kind::Person, &one), token(&mut vault, Kind::Person, &two));
        }
    }
}
