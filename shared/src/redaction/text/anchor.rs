//! Where each detector has to look: one pass over the tokens sorts the few that can start something into lists, so
//! that ordinary words cost nothing after it. Whether a token starts something, and what, is as good as random, so that
//! no branch asks it: the masks of a block of tokens are turned into one row of bits per detector.

use std::array::from_fn;

use crate::redaction::text::anchor_bits::{mask, seldom};
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::words::table_layout::NUMBERS;
use crate::redaction::words::tables::CUE_SECONDS;

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
    /// Placeholders of an earlier reading.
    pub(crate) removed: Vec<u32>,
}

/// Tokens whose masks are turned around at once: two words of bits for each detector.
const BLOCK: usize = 128;
const HALVES: usize = BLOCK / 64;
/// How far ahead of a number word a month may stand that makes it a date.
pub(crate) const AHEAD: usize = 6;
/// Tokens sorted at once: what follows them is in the block, too.
const SORTED: usize = BLOCK - AHEAD;
/// Tokens that are sorted sooner one by one.
const FEW: usize = 24;

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
            &mut self.removed,
        ] {
            list.clear();
        }
        for from in (0..tokens.len()).step_by(SORTED) {
            self.block(&tokens[from..], from);
        }
    }

    /// Puts what starts something among the first of `tokens` into the lists of the detectors that begin at it;
    /// `from`: how many tokens of the text stand before them.
    fn block(&mut self, tokens: &[Token], from: usize) {
        let block = &tokens[..tokens.len().min(BLOCK)];
        let masks = Rows::of(block);
        let here = u128::MAX >> (BLOCK - block.len().min(SORTED));
        let row = |mask: u16| masks.row(mask);
        let list = |set: &mut Vec<u32>, row: u128| add(set, from, row & here);

        // A letter begins something only before a number, a letter, a mark, the end or "as in".
        let end = u128::from(block.len() < BLOCK) << (block.len() % BLOCK);
        let alone = row(mask::LETTER) & !((row(mask::AFTER_LETTER) | end) >> 1);
        list(&mut self.letter, row(mask::LETTER) & !alone);
        list(&mut self.run, row(mask::RUN) & !alone | row(mask::CODE));

        let named = row(mask::AFTER_LEAD) >> 1 | row(mask::AFTER_LEAD) >> 2;
        list(
            &mut self.name,
            row(mask::NAME) | row(mask::BEFORE_NAME) & named,
        );

        // A number word begins a date only within a few words before a month.
        let month = row(mask::MONTH);
        let month = month | month >> 1;
        let month = month | month >> 2;
        let month = month | month >> (AHEAD - 3);
        list(&mut self.date, row(mask::DATE) | row(mask::RUN) & month);
        list(&mut self.turn, row(mask::TURN));

        let whole = row(mask::WHOLE_CUE) | row(mask::CODE);
        let phrases = row(mask::CUE) & row(mask::AFTER_CUE) >> 1 & !whole;
        let goes_on = |i: usize| u128::from(cue_may_go_on(&block[i..]));
        let phrases = Bits::of(phrases & here).fold(0, |row, i| row | goes_on(i) << i);
        list(&mut self.cue, whole | phrases);

        list(&mut self.email, row(mask::AT));
        for i in Bits::of(row(mask::WEB) & here) {
            // The mark at the end of a sentence, or after a speaker's name.
            let ends =
                block[i].shape == Shape::Punct && !block.get(i + 1).is_some_and(Token::glued);
            self.web.extend((!ends).then_some(number(from + i)));
        }
        for i in Bits::of((row(mask::SELDOM) | row(mask::CODE)) & here) {
            let (token, at) = (&block[i], number(from + i));
            let code = token.mask() & mask::CODE != 0;
            let seldom = token.word.seldom();
            // `SW1A 1AA`
            let outward = code && token.capital() && token.len <= 2;
            let place = outward || seldom & seldom::PLACE != 0;
            self.place.extend(place.then_some(at));
            let secret = code || seldom & seldom::SECRET != 0;
            self.secret.extend(secret.then_some(at));
            let age = seldom & seldom::AGE != 0;
            self.age.extend(age.then_some(at));
            let removed = token.shape == Shape::Placeholder;
            self.removed.extend(removed.then_some(at));
        }
    }
}

/// Whether a cue phrase may begin with the first of `tokens` and go on with what follows: contractions are passed over.
#[inline]
#[allow(clippy::needless_bitwise_bool)] // `||` would branch
fn cue_may_go_on(tokens: &[Token]) -> bool {
    let [token, next, later @ ..] = tokens else {
        return false;
    };
    let next = match later {
        [later, ..] if next.shape == Shape::Clitic => later,
        _ => next,
    };
    let first = usize::from(token.word.number()) % NUMBERS;
    let second = CUE_SECONDS[first] >> (next.word.number() & 63) & 1;
    (next.shape != Shape::Word) | (second != 0)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Adds the tokens whose bits are set: some at once, and what is too many is cut off, so that only a number of them that
/// is seldom reached decides a branch.
#[inline(never)]
fn add(list: &mut Vec<u32>, from: usize, row: u128) {
    let Bits { low, high } = Bits::of(row);
    for (bits, from) in [(low, from), (high, from + 64)] {
        let mut left = bits;
        while left != 0 {
            let some = left.count_ones().min(8) as usize;
            let places: [u32; 8] = from_fn(|_| {
                let place = number(from) + left.trailing_zeros();
                left &= left.wrapping_sub(1);
                place
            });
            let length = list.len() + some;
            list.extend_from_slice(&places);
            list.truncate(length);
        }
    }
}

/// The places of the bits that are set.
struct Bits {
    low: u64,
    high: u64,
}

impl Bits {
    #[allow(clippy::cast_possible_truncation)] // The halves of the row.
    fn of(row: u128) -> Self {
        Self {
            low: row as u64,
            high: (row >> 64) as u64,
        }
    }
}

impl Iterator for Bits {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.low != 0 {
            let first = self.low.trailing_zeros();
            self.low &= self.low - 1;
            return Some(first as usize);
        }
        let first = self.high.trailing_zeros();
        self.high &= self.high.wrapping_sub(1);
        (first < u64::BITS).then_some(64 + first as usize)
    }
}

/// Sixteen bits of each token of a block, turned around: for each bit, which tokens have it.
struct Rows([[u64; HALVES]; 16]);

impl Rows {
    #[inline]
    fn of(block: &[Token]) -> Self {
        let mut square = [[0; HALVES]; 16];
        // A field of a payload has few tokens, and most of them no bits.
        if block.len() <= FEW {
            for (i, token) in block.iter().enumerate() {
                let mut left = token.mask();
                while left != 0 {
                    square[left.trailing_zeros() as usize % 16][0] |= 1 << i;
                    left &= left - 1;
                }
            }
            return Self(square);
        }
        for (lane, tokens) in block.chunks(16).enumerate() {
            for (places, token) in square.iter_mut().zip(tokens) {
                places[lane / 4 % HALVES] |= u64::from(token.mask()) << (lane % 4 * 16);
            }
        }
        transpose::<8>(&mut square, 0x00ff_00ff_00ff_00ff);
        transpose::<4>(&mut square, 0x0f0f_0f0f_0f0f_0f0f);
        transpose::<2>(&mut square, 0x3333_3333_3333_3333);
        transpose::<1>(&mut square, 0x5555_5555_5555_5555);
        Self(square)
    }

    #[inline]
    fn row(&self, bit: u16) -> u128 {
        let [low, high] = self.0[bit.trailing_zeros() as usize % 16];
        u128::from(low) | u128::from(high) << 64
    }
}

/// Swaps the upper right and the lower left of every square of twice `D` bits, in all lanes at once.
#[inline]
fn transpose<const D: usize>(square: &mut [[u64; HALVES]; 16], left: u64) {
    for row in (0..8).map(|i| i / D * 2 * D + i % D) {
        let (upper, lower) = (square[row], square[row + D]);
        let moved: [u64; HALVES] = from_fn(|half| (upper[half] >> D ^ lower[half]) & left);
        square[row] = from_fn(|half| upper[half] ^ moved[half] << D);
        square[row + D] = from_fn(|half| lower[half] ^ moved[half]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_tells_which_tokens_of_the_block_have_the_bit(
            masks in proptest::collection::vec(any::<u16>(), 0..=BLOCK),
        ) {
            let block: Vec<Token> = masks.iter().map(|mask| Token::of_mask(*mask)).collect();
            let rows = Rows::of(&block);
            for bit in (0..16).map(|place| 1 << place) {
                let having = masks.iter().enumerate().filter(|(_, mask)| *mask & bit != 0);
                let expected = having.fold(0, |row, (i, _)| row | 1_u128 << i);
                prop_assert_eq!(rows.row(bit), expected);
            }
        }

        #[test]
        fn the_places_of_a_row_are_listed_in_order(row in any::<u128>(), from in 0_usize..1000) {
            let mut places = vec![7];
            add(&mut places, from, row);
            let bits = (0..128).filter(|i| row >> i & 1 != 0).map(|i| number(from) + i);
            let expected: Vec<u32> = std::iter::once(7).chain(bits).collect();
            prop_assert_eq!(places, expected);
        }
    }
}
