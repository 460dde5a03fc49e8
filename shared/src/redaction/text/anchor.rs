//! Where each detector has to look: one pass over the tokens sorts the few that can start something into lists, so
//! that ordinary words cost nothing after it. Whether a token starts something, and what, is as good as random, so that
//! no branch asks it: the masks of a block of tokens are turned into one row of bits per detector.

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
    const DATES: u64 =
        class::MONTH | class::ORDINAL | class::TENS | class::TEEN | class::DIGIT | class::HOLIDAY;
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
    pub(crate) date: Vec<u32>,
    pub(crate) age: Vec<u32>,
    pub(crate) name: Vec<u32>,
    pub(crate) cue: Vec<u32>,
    pub(crate) letter: Vec<u32>,
    pub(crate) run: Vec<u32>,
    pub(crate) turn: Vec<u32>,
    pub(crate) email: Vec<u32>,
    pub(crate) web: Vec<u32>,
    pub(crate) place: Vec<u32>,
    pub(crate) secret: Vec<u32>,
}

/// Sixteen tokens a lane: as many lanes as the narrowest vector registers hold.
const LANES: usize = 8;
/// Tokens sorted at once.
const BLOCK: usize = 16 * LANES;

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
            &mut self.email,
            &mut self.web,
            &mut self.place,
            &mut self.secret,
        ] {
            list.clear();
        }
        for from in (0..tokens.len()).step_by(BLOCK) {
            self.block(tokens, from);
        }
    }

    /// Puts what starts something among the tokens of the block at `from` into the lists of the detectors that begin
    /// at it.
    fn block(&mut self, tokens: &[Token], from: usize) {
        let block = &tokens[from..tokens.len().min(from + BLOCK)];
        let masks = Rows::of(block, |token| token.mask);
        let row = |mask: u16| masks.row(mask);

        let nothing = Token::end_of_text();
        let meanings = Rows::of(block, |token| u16::from(token.after));
        // The tokens that stand `by` before one with this meaning.
        let next = |meaning: u8, by: usize| {
            let inside = meanings.row(u16::from(meaning)) >> by;
            let last = block.len().saturating_sub(by)..block.len();
            last.fold(inside, |row, i| {
                let beyond = tokens.get(from + i + by).unwrap_or(&nothing);
                row | u128::from(beyond.after & meaning != 0) << i
            })
        };

        // A letter begins something only before a number, a letter, a mark or "as in".
        let alone = row(mask::LETTER) & !next(after::LETTER, 1);
        let named = next(after::NAME, 1) | next(after::NAME, 2);
        list(&mut self.letter, from, row(mask::LETTER) & !alone);
        list(
            &mut self.run,
            from,
            row(mask::RUN) & !alone | row(mask::CODE),
        );
        list(
            &mut self.name,
            from,
            row(mask::NAME) | row(mask::GIVEN) | row(mask::BEFORE_NAME) & named,
        );
        list(&mut self.date, from, row(mask::DATE));
        list(&mut self.age, from, row(mask::AGE));
        list(&mut self.turn, from, row(mask::TURN));

        let whole = row(mask::WHOLE_CUE) | row(mask::CODE);
        let phrases = row(mask::CUE) & next(after::CUE, 1) & !whole;
        let goes_on = |i: &u32| {
            let i = from + *i as usize;
            TABLE
                .cues
                .may_go_on(&tokens[i], tokens.get(i + 1).unwrap_or(&nothing))
        };
        let phrases = Bits(phrases).filter(goes_on).fold(0, |row, i| row | 1 << i);
        list(&mut self.cue, from, whole | phrases);

        list(&mut self.email, from, row(mask::AT));
        list(&mut self.secret, from, row(mask::SECRET) | row(mask::CODE));
        for i in Bits(row(mask::WEB)) {
            let at = from + i as usize;
            // The mark at the end of a sentence, or after a speaker's name.
            let ends = tokens[at].shape == Shape::Punct
                && !tokens.get(at + 1).is_some_and(|next| next.glued);
            self.web.extend((!ends).then_some(number(at)));
        }
        for i in Bits(row(mask::PLACE) | row(mask::CODE)) {
            let at = from + i as usize;
            let token = &tokens[at];
            // `SW1A 1AA`
            let outward = token.mask & mask::CODE != 0 && token.capital && token.len <= 2;
            self.place
                .extend((token.mask & mask::PLACE != 0 || outward).then_some(number(at)));
        }
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Adds the tokens whose bits are set.
fn list(list: &mut Vec<u32>, from: usize, row: u128) {
    for (half, mut left) in [(0, row as u64), (64, (row >> 64) as u64)] {
        let base = number(from) + half;
        let listed = list.len();
        list.resize(listed + left.count_ones() as usize, 0);
        for place in &mut list[listed..] {
            *place = base + left.trailing_zeros();
            left &= left.wrapping_sub(1);
        }
    }
}

/// The places of the bits that are set.
struct Bits(u128);

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let first = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (first < u128::BITS).then_some(first)
    }
}

/// Sixteen bits of each token of a block, turned around: for each bit, which tokens have it.
struct Rows([[u16; LANES]; 16]);

impl Rows {
    #[inline]
    fn of(block: &[Token], bits: impl Fn(&Token) -> u16) -> Self {
        let mut square = [[0; LANES]; 16];
        let (lanes, rest) = block.as_chunks::<16>();
        for (lane, tokens) in lanes.iter().enumerate().take(LANES) {
            for (place, token) in square.iter_mut().zip(tokens) {
                place[lane] = bits(token);
            }
        }
        for (place, token) in square.iter_mut().zip(rest) {
            place[lanes.len() % LANES] = bits(token);
        }
        transpose::<8>(&mut square, 0x00ff);
        transpose::<4>(&mut square, 0x0f0f);
        transpose::<2>(&mut square, 0x3333);
        transpose::<1>(&mut square, 0x5555);
        Self(square)
    }

    #[inline]
    fn row(&self, bit: u16) -> u128 {
        let lanes = &self.0[bit.trailing_zeros() as usize % 16];
        let half = |lanes: &[u16; LANES / 2]| {
            lanes
                .iter()
                .rev()
                .fold(0, |row, lane| row << 16 | u64::from(*lane))
        };
        let (low, high) = (lanes.first_chunk(), lanes.last_chunk());
        let (low, high) = (low.map_or(0, half), high.map_or(0, half));
        u128::from(low) | u128::from(high) << 64
    }
}

/// Swaps the upper right and the lower left of every square of twice `D` bits, in all lanes at once.
#[inline]
fn transpose<const D: usize>(square: &mut [[u16; LANES]; 16], left: u16) {
    for pairs in square.chunks_exact_mut(2 * D) {
        let (upper, lower) = pairs.split_at_mut(D);
        for (upper, lower) in upper.iter_mut().zip(lower) {
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let moved = (*upper >> D ^ *lower) & left;
                *lower ^= moved;
                *upper ^= moved << D;
            }
        }
    }
}
