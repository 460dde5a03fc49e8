//! Names that are rarer in the United States, in a table of 256 kB: what a word must be that is in no other list is told
//! by two bytes. One ordinary word in some five thousand that no list holds is taken for one of them, which makes it a
//! name only where something announces a name.

use crate::redaction::words::lexicon::name;
use crate::redaction::words::lexicon_table::{past_comment, word_end};
use crate::redaction::words::word_key::{key_in_const, spread};

/// Slots: twice as many as there are names, so that most probes end soon.
const SLOTS: usize = 1 << 17;
/// The bits of a spread key that tell names of one slot apart; above them, what a name can be.
const CHECK: u16 = 0x3fff;

static NAMES: [u16; SLOTS] = {
    let mut slots = [0; SLOTS];
    add(
        &mut slots,
        include_str!("data/rare_first_names.txt").as_bytes(),
        name::FIRST,
    );
    add(
        &mut slots,
        include_str!("data/rare_last_names.txt").as_bytes(),
        name::LAST,
    );
    slots
};

const fn add(slots: &mut [u16; SLOTS], text: &[u8], bit: u8) {
    let mut at = 0;
    while at < text.len() {
        at = past_comment(text, at);
        let end = word_end(text, at);
        if end == at {
            at += 1;
            continue;
        }
        let spread = spread(key_in_const(text, at, end));
        let mut slot = first(spread);
        while slots[slot] != 0 && slots[slot] & CHECK != check(spread) {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] |= check(spread) | (bit as u16) << 14;
        at = end;
    }
}

const fn first(spread: u64) -> usize {
    (spread >> 47) as usize % SLOTS
}

#[allow(clippy::cast_possible_truncation)] // fourteen bits
const fn check(spread: u64) -> u16 {
    (spread & CHECK as u64) as u16
}

/// Given name, family name, or neither, of a word by its spread key.
pub(crate) fn names(spread: u64) -> u8 {
    let mut slot = first(spread);
    loop {
        let found = NAMES[slot];
        if found == 0 {
            return 0;
        }
        if found & CHECK == check(spread) {
            return (found >> 14) as u8 | name::RARE;
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[cfg(test)]
mod tests {
    use super::NAMES;
    use super::names;
    use crate::redaction::words::lexicon::name;
    use crate::redaction::words::word_key::{key_of, spread};

    fn of(word: &str) -> u8 {
        names(spread(key_of(word))) & !name::RARE
    }

    #[test]
    fn rare_names_are_known_and_other_words_are_not() {
        assert_eq!(of("parvati"), name::FIRST);
        assert_eq!(of("Delacroix"), name::LAST);
        assert_eq!(of("bogdan"), name::FIRST | name::LAST);
        assert_eq!(of("appointment"), 0);
    }

    #[test]
    fn at_most_two_thirds_of_the_table_are_taken() {
        let taken = NAMES.iter().filter(|slot| **slot != 0).count();
        assert!(taken * 3 < NAMES.len() * 2, "{taken}");
    }
}
