//! What a byte begins: a letter, a digit, white space, a mark, or a character beyond ASCII.

pub(super) const SPACE: u8 = 0;

pub(super) const LETTER: u8 = 1;

pub(super) const DIGIT: u8 = 2;

pub(super) const LINE: u8 = 3;

pub(super) const PUNCT: u8 = 4;

pub(super) const HIGH: u8 = 5;

pub(super) const CLASSES: [u8; 256] = {
    let mut table = [PUNCT; 256];
    let mut i = 0;
    while i < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let b = i as u8;
        table[i] = match b {
            b'\n' => LINE,
            b'\r' | b'\t' | b' ' | 0x0b | 0x0c => SPACE,
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => HIGH,
            _ => PUNCT,
        };
        i += 1;
    }
    table
};

/// The marks that are tokens of their own wherever they stand.
pub(super) const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let byte = i as u8;
        table[i] = CLASSES[i] == PUNCT && byte != b'[' && byte != b'\'';
        i += 1;
    }
    table
};

/// What a non-ASCII character at `at` stands for, and its length in bytes.
pub(super) fn high(bytes: &[u8], at: usize) -> (u8, usize) {
    match bytes[at..] {
        [0xc2, 0xa0, ..] => (b' ', 2),
        [0xc2, 0x85, ..] => (b'\n', 2),
        [0xc2, 0xb7 | 0xbf | 0xa1 | 0xab | 0xbb | 0xb0, ..] => (b';', 2),
        [0xe2, 0x80, 0x90..=0x95, ..] | [0xe2, 0x88, 0x92, ..] => (b'-', 3),
        [0xe2, 0x80, 0x98 | 0x99 | 0x9b, ..] => (b'\'', 3),
        [0xe2, 0x80, 0x9c..=0x9e, ..] => (b'"', 3),
        [0xe2, 0x80, 0xa6 | 0xa2, ..] => (b';', 3),
        [0xe2, 0x80, 0x80..=0x8f | 0xa8..=0xaf, ..] | [0xe3, 0x80, 0x80, ..] => (b' ', 3),
        _ => (0, 0),
    }
}
