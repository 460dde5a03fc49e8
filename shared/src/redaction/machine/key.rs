//! What the name of a field says about its value. Names are split into words (`dateOfBirth`, `date_of_birth`,
//! `Date-Of-Birth`) and compared word by word, so that "author" is not "auth" and "accept" not "cc".

use std::cell::RefCell;
use std::sync::Mutex;

use crate::redaction::kind::Kind;
use crate::redaction::machine::key_meaning::meaning;
use crate::redaction::words::word_key::spread;

/// What to do with a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The whole value goes, whatever it looks like.
    Remove(Kind),
    /// The whole value goes when it looks like a person's name.
    Name,
    /// A person: the whole value goes when it is made like a name, whether or not the dictionary has it.
    Somebody,
    /// The whole value goes when it looks like a telephone number, or like a name.
    Phone,
    /// The whole value goes when it is one string without spaces: a signature of a request, or somebody's.
    Opaque,
    /// Cookies: their values go, their attributes stay.
    Cookie,
    /// One of a list of values without names: what is made like a name, a date or a number of a person goes.
    Listed,
    /// Human language: the speech rules.
    Language,
    /// A URL.
    Url,
    /// A machine's identifier, number or time: only unmistakable values go.
    Machine,
    /// Nothing is known.
    Unknown,
}

/// Meanings already worked out: payloads repeat their keys. Two keys of the same hash have places, the latest first; a
/// third takes that of the older, so this never grows. One document holds them at a time; the next finds them where the last left them.
#[derive(Default)]
pub(crate) struct Meanings(RefCell<Vec<[Remembered; 2]>>);

/// A meaning with the names it is of, in one line of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Remembered {
    name: [u64; 4],
    parent: [u64; 3],
    lengths: (u8, u8),
    meaning: Meaning,
}

const _: () = assert!(size_of::<Remembered>() == 64);

const PLACES: usize = 1 << 10;

/// An object's name, made ready for the meanings of its fields.
pub(crate) struct Parent<'a> {
    pub(crate) name: &'a str,
    exact: Option<([u64; 3], u8)>,
    hash: u64,
}

impl<'a> Parent<'a> {
    pub(crate) fn of(name: &'a str) -> Self {
        let exact = exact(name);
        let hash = exact.map_or(0, |(words, length)| hash(&words, length.into()));
        Self { name, exact, hash }
    }
}

/// A name of `N` times eight bytes at most, byte for byte: with its length it can be no other.
fn exact<const N: usize>(name: &str) -> Option<([u64; N], u8)> {
    let bytes = name.as_bytes();
    if bytes.len() > 8 * N {
        return None;
    }
    let mut words = [0; N];
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        words[0] =
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    } else {
        words[0] = bytes.iter().fold(0, |word, b| word << 8 | u64::from(*b));
    }
    if let Some(last) = bytes.last_chunk::<8>() {
        let (chunks, _) = bytes.as_chunks::<8>();
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*chunk);
        }
        words[chunks.len().min(N - 1)] = u64::from_le_bytes(*last);
    }
    Some((words, u8::try_from(bytes.len()).unwrap_or(u8::MAX)))
}

fn hash(words: &[u64], seed: u64) -> u64 {
    words
        .iter()
        .fold(seed, |hash, word| spread(hash.rotate_left(23) ^ word))
}

impl Meanings {
    pub(crate) fn of(&self, name: &str, parent: &Parent<'_>) -> Meaning {
        let (Some((words, length)), Some((above, above_length))) = (exact::<4>(name), parent.exact)
        else {
            return meaning(name, parent.name);
        };
        let mut places = self.0.borrow_mut();
        if places.is_empty() {
            // The empty name means nothing, whatever it stands in.
            let nothing = Remembered {
                name: [0; 4],
                parent: [0; 3],
                lengths: (0, 0),
                meaning: Meaning::Unknown,
            };
            places.resize(PLACES, [nothing; 2]);
        }
        let hash = hash(&words, parent.hash ^ u64::from(length));
        let [latest, older] = &mut places[(hash >> 40) as usize % PLACES];
        let lengths = (length, above_length);
        for known in [&*latest, &*older] {
            if known.lengths == lengths && known.name == words && known.parent == above {
                return known.meaning;
            }
        }
        let meaning = meaning(name, parent.name);
        *older = std::mem::replace(
            latest,
            Remembered {
                name: words,
                parent: above,
                lengths,
                meaning,
            },
        );
        meaning
    }
}

/// Meanings that no document holds.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<Vec<Meanings>>);

impl Shelf {
    pub(crate) fn take(&self) -> Meanings {
        self.0
            .lock()
            .ok()
            .and_then(|mut kept| kept.pop())
            .unwrap_or_default()
    }

    pub(crate) fn keep(&self, meanings: Meanings) {
        if let Ok(mut kept) = self.0.lock()
            && kept.len() < 4
        {
            kept.push(meanings);
        }
    }
}
