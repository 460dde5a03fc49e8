//! Where each detector has to look: one pass over the tokens sorts the few that can start something into lists, so
//! that ordinary words cost nothing after it.

use std::ops::Deref;

use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::lexicon_table::TABLE;

/// Bits of a token's mask: which detectors begin at it.
pub(crate) mod mask {
    pub(crate) const AT: u16 = 1;
    pub(crate) const WEB: u16 = 1 << 1;
    pub(crate) const DATE: u16 = 1 << 2;
    pub(crate) const AGE: u16 = 1 << 3;
    pub(crate) const PLACE: u16 = 1 << 4;
    pub(crate) const NAME: u16 = 1 << 5;
    /// Says something of a name only when one of the next two words can be one.
    pub(crate) const BEFORE_NAME: u16 = 1 << 6;
    /// A name that is no ordinary word, or a given name that is one.
    pub(crate) const GIVEN: u16 = 1 << 7;
    pub(crate) const CUE: u16 = 1 << 8;
    pub(crate) const LETTER: u16 = 1 << 9;
    pub(crate) const RUN: u16 = 1 << 10;
    pub(crate) const TURN: u16 = 1 << 11;
    pub(crate) const SECRET: u16 = 1 << 12;
    /// A number is glued to this word.
    pub(crate) const CODE: u16 = 1 << 13;
    /// A word that is a whole cue.
    pub(crate) const WHOLE_CUE: u16 = 1 << 14;
    /// What few tokens start.
    pub(crate) const SELDOM: u16 = AT | WEB | PLACE | SECRET | CODE;
}

/// Bits of what a token means for the one before it.
pub(crate) mod after {
    /// A letter before it may begin something.
    pub(crate) const LETTER: u8 = 1;
    /// "this", "called" or "so" before it may introduce a name.
    pub(crate) const NAME: u8 = 1 << 1;
    /// A cue phrase may go on with it.
    pub(crate) const CUE: u8 = 1 << 2;
}

/// The mask of a word with these class bits and names bits.
pub(crate) const fn mask_of(bits: u64, names: u8) -> u16 {
    const NAMES: u64 = class::TITLE | class::GREETING | class::RELATION;
    const BEFORE: u64 = class::INTRODUCTION | class::MENTION | class::LEAD;
    const DATES: u64 = class::MONTH | class::ORDINAL | class::TENS | class::TEEN | class::DIGIT;
    const RUNS: u64 = class::DIGIT
        | class::TEEN
        | class::TENS
        | class::MULTIPLE
        | class::OH
        | class::LETTER
        | class::NATO;
    const fn when(condition: bool, bit: u16) -> u16 {
        if condition { bit } else { 0 }
    }
    when(bits & class::SAID_AT != 0, mask::AT)
        | when(bits & class::SAID_DOT != 0, mask::WEB)
        | when(bits & DATES != 0, mask::DATE)
        | when(
            bits & (class::TENS | class::HUNDRED | class::SAID_ONE) != 0,
            mask::AGE,
        )
        | when(
            bits & (class::STREET | class::STATE | class::BOX | class::HOME) != 0,
            mask::PLACE,
        )
        | when(
            bits & NAMES != 0 || bits & class::NAME_CUE != 0 && bits & BEFORE == 0,
            mask::NAME,
        )
        | when(bits & BEFORE & !class::NAME_CUE != 0, mask::BEFORE_NAME)
        | when(
            names & (name::FIRST | name::COMMON) == name::FIRST
                || names & (name::FIRST | name::LAST | name::COMMON | name::WORD) == name::LAST
                || names & (name::FIRST | name::WORD) == name::FIRST | name::WORD
                    && bits & class::HOMONYM != 0,
            mask::GIVEN,
        )
        | when(bits & class::CUE != 0, mask::CUE)
        | when(bits & (class::LETTER | class::NATO) != 0, mask::LETTER)
        | when(bits & RUNS != 0, mask::RUN)
        | when(bits & class::SPEAKER != 0, mask::TURN)
        | when(bits & class::SECRET_HEAD != 0, mask::SECRET)
        | when(bits & class::WHOLE_CUE != 0, mask::WHOLE_CUE)
}

/// What a word with these class bits and names bits means for the token before it; `later`: cue phrases go on with it.
pub(crate) const fn after_of(bits: u64, names: u8, later: bool) -> u8 {
    let mut after = 0;
    if mask_of(bits, names) & mask::RUN != 0 || bits & class::JOIN != 0 {
        after |= after::LETTER;
    }
    if names & name::FIRST != 0 || bits & class::BE != 0 {
        after |= after::NAME;
    }
    if later {
        after |= after::CUE;
    }
    after
}

/// The mask of a punctuation mark.
#[allow(clippy::needless_bitwise_bool)] // `||` would branch
pub(crate) fn mask_of_mark(byte: u8, glued: bool) -> u16 {
    const MASKS: [u16; 256] = {
        let mut masks = [0; 256];
        masks[b'@' as usize] = mask::AT;
        masks[b':' as usize] = mask::WEB;
        masks[b'.' as usize] = mask::WEB;
        masks[b'-' as usize] = mask::WEB;
        masks
    };
    let joined = glued | (byte == b'@') | (byte == b':');
    MASKS[usize::from(byte)] * u16::from(joined)
}

/// The lists, each in text order.
#[derive(Default)]
pub(crate) struct Anchors {
    pub(crate) date: List,
    pub(crate) age: List,
    pub(crate) name: List,
    pub(crate) cue: List,
    pub(crate) letter: List,
    pub(crate) run: List,
    pub(crate) turn: List,
    pub(crate) email: Vec<u32>,
    pub(crate) web: Vec<u32>,
    pub(crate) place: Vec<u32>,
    pub(crate) secret: Vec<u32>,
    /// The tokens that start something.
    starts: List,
}

/// Tokens sorted at once: few enough that what is written and read again stays in the nearest cache.
const BLOCK: usize = 2048;

impl Anchors {
    pub(crate) fn collect(&mut self, tokens: &[Token]) {
        for list in [
            &mut self.date,
            &mut self.age,
            &mut self.name,
            &mut self.cue,
            &mut self.letter,
            &mut self.run,
            &mut self.turn,
        ] {
            list.used = 0;
        }
        for list in [
            &mut self.email,
            &mut self.web,
            &mut self.place,
            &mut self.secret,
        ] {
            list.clear();
        }
        for start in (0..tokens.len()).step_by(BLOCK) {
            self.block(tokens, start, tokens.len().min(start + BLOCK));
        }
    }

    /// Puts what starts something among tokens `from..to` into the lists of the detectors that begin at it. Whether a
    /// token starts something, and what, is as good as random: what is common takes no branch.
    #[allow(clippy::needless_bitwise_bool)] // `&&` would branch
    fn block(&mut self, tokens: &[Token], from: usize, to: usize) {
        let starts = &mut self.starts;
        starts.used = 0;
        starts.make_room(to - from);
        for (i, token) in (from..).zip(&tokens[from..to]) {
            starts.put(u32::try_from(i).unwrap_or(u32::MAX), token.mask != 0);
        }
        let (names, cues, runs) = (&mut self.name, &mut self.cue, &mut self.run);
        let turns = &mut self.turn;
        let (dates, letters, ages) = (&mut self.date, &mut self.letter, &mut self.age);
        for list in [
            &mut *names,
            &mut *cues,
            &mut *runs,
            &mut *dates,
            &mut *letters,
            &mut *ages,
            &mut *turns,
        ] {
            list.make_room(starts.used);
        }
        let nothing = Token::end_of_text();
        for &at in starts.iter() {
            let i = at as usize;
            let token = &tokens[i];
            let next = tokens.get(i + 1).unwrap_or(&nothing);
            let second = tokens.get(i + 2).unwrap_or(&nothing);
            // A letter begins something only before a number, a letter, a mark or "as in".
            let alone = (token.mask & mask::LETTER != 0) & (next.after & after::LETTER == 0);
            let unnamed = (next.after | second.after) & after::NAME == 0;
            let ends = (next.after & after::CUE == 0) | !TABLE.cues.may_go_on(token, next);
            // The mark at the end of a sentence, or after a speaker's name.
            let stop = (token.shape == Shape::Punct) & !next.glued;
            let bits = token.mask
                & !(u16::from(alone) * (mask::LETTER | mask::RUN))
                & !(u16::from(unnamed) * mask::BEFORE_NAME)
                & !(u16::from(ends) * mask::CUE)
                & !(u16::from(stop) * mask::WEB);
            names.put(
                at,
                bits & (mask::NAME | mask::GIVEN | mask::BEFORE_NAME) != 0,
            );
            cues.put(at, bits & (mask::WHOLE_CUE | mask::CODE | mask::CUE) != 0);
            turns.put(at, bits & mask::TURN != 0);
            runs.put(at, bits & (mask::RUN | mask::CODE) != 0);
            dates.put(at, bits & mask::DATE != 0);
            letters.put(at, bits & mask::LETTER != 0);
            ages.put(at, bits & mask::AGE != 0);
            if bits & mask::SELDOM != 0 {
                self.email.extend((bits & mask::AT != 0).then_some(at));
                self.web.extend((bits & mask::WEB != 0).then_some(at));
                // `SW1A 1AA`
                let outward = bits & mask::CODE != 0 && token.capital && token.len <= 2;
                self.place
                    .extend((bits & mask::PLACE != 0 || outward).then_some(at));
                self.secret
                    .extend((bits & (mask::SECRET | mask::CODE) != 0).then_some(at));
            }
        }
    }
}

/// A list that is written to without asking whether to keep what was written. Its places are never taken back, so
/// that a text finds them as large as the text before needed them.
#[derive(Default)]
pub(crate) struct List {
    places: Vec<u32>,
    used: usize,
}

impl List {
    fn make_room(&mut self, more: usize) {
        let places = self.used + more + 1;
        if self.places.len() < places {
            self.places.resize(places, 0);
        }
    }

    #[inline]
    fn put(&mut self, at: u32, keep: bool) {
        self.places[self.used] = at;
        self.used += usize::from(keep);
    }

    /// Drops what does not satisfy `keep`.
    pub(crate) fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        let used = std::mem::take(&mut self.used);
        for i in 0..used {
            let at = self.places[i];
            self.put(at, keep(at));
        }
    }
}

impl Deref for List {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.places[..self.used]
    }
}
