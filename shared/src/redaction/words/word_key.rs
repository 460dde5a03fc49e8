//! The key of a word: its first sixteen bytes, lower-cased and folded into 64 bits, so that finding a word in a table
//! never compares strings.

const MASK: [u64; 9] = [
    0,
    0xff,
    0xffff,
    0x00ff_ffff,
    0xffff_ffff,
    0x00ff_ffff_ffff,
    0xffff_ffff_ffff,
    0x00ff_ffff_ffff_ffff,
    u64::MAX,
];
/// What makes ASCII letters lower-case, and leaves digits and spaces as they are.
const FOLD: u64 = 0x2020_2020_2020_2020;
/// The golden ratio's bits: one multiplication spreads a key over all of them.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A word as sixteen bytes show it.
pub(crate) struct Glimpse {
    /// Letters, 1 to 15.
    pub(crate) length: usize,
    pub(crate) key: u64,
    /// It has eight letters or more, and capitals among the second to the eighth.
    pub(crate) mixed: bool,
    /// The byte after it.
    pub(crate) next: u8,
    /// Its first eight bytes, and what follows it among them.
    head: u64,
}

impl Glimpse {
    /// It begins with a capital.
    #[inline]
    pub(crate) fn capital(&self) -> bool {
        self.head & 0x20 == 0
    }

    /// It may have capitals after its first letter.
    #[inline]
    pub(crate) fn capitals(&self) -> bool {
        (self.head & 0x2020 == 0) | self.mixed
    }

    /// It has two to four letters, all of them capitals.
    #[inline]
    pub(crate) fn code(&self) -> bool {
        matches!(self.length, 2..=4) && self.head & FOLD & MASK[self.length] == 0
    }
}

const HIGH: u64 = 0x8080_8080_8080_8080;

/// Bit 7 of each byte that is no ASCII letter.
#[inline]
fn others(raw: u64) -> u64 {
    let low = (raw | FOLD) & !HIGH;
    let letters = (low + 0x1f1f_1f1f_1f1f_1f1f) & !(low + 0x0505_0505_0505_0505) & !raw;
    !letters & HIGH
}

/// Bit 7 of each byte that is a space.
#[inline]
fn spaces(raw: u64) -> u64 {
    let other = raw ^ FOLD;
    !(((other & !HIGH) + !HIGH) | other) & HIGH
}

/// Bit 7 of each byte that is an ASCII digit.
#[inline]
fn digits(raw: u64) -> u64 {
    let low = raw & !HIGH;
    (low + 0x5050_5050_5050_5050) & !(low + 0x4646_4646_4646_4646) & !raw & HIGH
}

/// Eight bytes with their ASCII letters in lower case. Digits, spaces and what is beyond ASCII stay as they are; signs
/// may not.
#[inline]
pub(crate) fn folded(raw: u64) -> u64 {
    raw | FOLD & !((raw & HIGH) >> 2)
}

/// Up to seven bytes in one number, filled up with letters.
#[inline]
pub(crate) fn few(bytes: &[u8]) -> u64 {
    let letters = u64::from_le_bytes(*b"aaaaaaaa");
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // What both have is the same.
        let first = u64::from(u32::from_le_bytes(*first));
        let last = u64::from(u32::from_le_bytes(*last)) << (8 * (bytes.len() - 4));
        return first | last | letters << (8 * bytes.len());
    }
    let more = |all, b: &u8| all << 8 | u64::from(*b);
    bytes.iter().fold(letters, more)
}

/// Whether a value is words of ASCII letters and digits with one space between them.
pub(crate) fn plainly_worded(value: &[u8]) -> bool {
    let plain = |raw: u64| {
        let spaces = spaces(raw);
        (others(raw) & !digits(raw) & !spaces | spaces & spaces << 8) == 0
    };
    let open = |b: Option<&u8>| b.is_none_or(|b| *b == b' ');
    if open(value.first()) || open(value.last()) {
        return false;
    }
    let Some(last) = value.last_chunk() else {
        return plain(few(value));
    };
    // Seven bytes on, so that two spaces that stand together are seen together.
    let mut chunks = (0..value.len() - 8).step_by(7);
    chunks.all(|at| plain(load(&value[at..]))) && plain(u64::from_le_bytes(*last))
}

/// The bytes below the lowest of these marked ones; all when none is marked.
#[inline]
fn below(marked: u64) -> u64 {
    ((marked & marked.wrapping_neg()) >> 7).wrapping_sub(1)
}

/// The word at the start of `text`, found eight bytes at a time. `None` when it is longer, near the end of the text, or
/// goes on beyond ASCII.
#[inline]
pub(crate) fn glimpse(text: &[u8]) -> Option<Glimpse> {
    let bytes = text.first_chunk::<16>()?;
    let head = u64::from_le_bytes(*bytes.first_chunk()?);
    let end = others(head);
    let key = (head | FOLD) & below(end);
    if end != 0 {
        let length = (end.trailing_zeros() / 8) as usize;
        return Some(Glimpse {
            length,
            key,
            mixed: false,
            next: bytes[length],
            head,
        });
    }
    let tail = u64::from_le_bytes(*bytes.last_chunk()?);
    let end = others(tail);
    if end == 0 {
        return None;
    }
    let length = 8 + (end.trailing_zeros() / 8) as usize;
    let tail = (tail | FOLD) & below(end);
    Some(Glimpse {
        length,
        key: if length == 8 {
            key
        } else {
            long(key, tail, length)
        },
        mixed: !head & FOLD & !0xff != 0,
        next: bytes[length],
        head,
    })
}

#[inline]
fn load(bytes: &[u8]) -> u64 {
    if let Some(head) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*head);
    }
    let mut padded = [0_u8; 8];
    padded[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// The key of the word at `text[start..end]`; never 0. Case does not matter.
#[inline]
pub(crate) fn key_at(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    let mask = MASK[length.min(8)];
    let head = (load(&text[start..]) | FOLD) & mask;
    if length <= 8 {
        return head;
    }
    let mask = MASK[(length - 8).min(8)];
    long(head, (load(&text[start + 8..]) | FOLD) & mask, length)
}

#[inline]
const fn long(head: u64, tail: u64, length: usize) -> u64 {
    head ^ tail.wrapping_mul(SPREAD).rotate_left(29) ^ ((length as u64) << 56)
}

/// The key of a whole word.
#[inline]
pub(crate) fn key_of(word: &str) -> u64 {
    key_at(word.as_bytes(), 0, word.len())
}

/// [`key_at`] for the compiler, which builds the tables of words.
pub(crate) const fn key_in_const(text: &[u8], start: usize, end: usize) -> u64 {
    let (mut head, mut tail, mut i) = (0, 0, 0);
    while start + i < end && i < 16 {
        let byte = (text[start + i] | 0x20) as u64;
        if i < 8 {
            head |= byte << (8 * i);
        } else {
            tail |= byte << (8 * (i - 8));
        }
        i += 1;
    }
    if end - start > 8 {
        long(head, tail, end - start)
    } else {
        head
    }
}

/// A key spread over 64 bits: the high bits find a slot, the low ones, folded with the high, tell words apart.
#[inline]
pub(crate) const fn spread(key: u64) -> u64 {
    let product = key.wrapping_mul(SPREAD);
    product ^ product >> 32
}
