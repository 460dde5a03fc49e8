//! Names that are rarer in the United States, in a table of 256 kB: what a word must be that is in no other list is told
//! by two bytes. One ordinary word in some five thousand that no list holds is taken for one of them, which makes it a
//! name only where something announces a name.

use crate::redaction::words::meaning::name;
use crate::redaction::words::table_layout::{RARE_CHECK, RARE_NAMES, rare_check, rare_slot};
use crate::redaction::words::tables::RARE;

/// Given name, family name, or neither, of a word by its spread key.
pub(crate) fn names(spread: u64) -> u8 {
    let mut slot = rare_slot(spread);
    loop {
        let found = RARE[slot % RARE_NAMES];
        if found == 0 {
            return 0;
        }
        if found & RARE_CHECK == rare_check(spread) {
            return (found >> 14) as u8 | name::RARE;
        }
        slot += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let taken = RARE.iter().filter(|slot| **slot != 0).count();
        assert!(taken * 3 < RARE_NAMES * 2, "{taken}");
    }
}
