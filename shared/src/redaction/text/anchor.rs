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
}

/// Tokens sorted at once.
const BLOCK: usize = 128;
/// Sixteen tokens a lane, and four lanes in each word.
const HALVES: usize = BLOCK / 64;
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
        let masks = Rows::of(block);
        let row = |mask: u16| masks.row(mask);

        let nothing = Token::end_of_text();
        // The tokens that stand `by` before one with this bit.
        let next = |mask: u16, by: usize| {
            let inside = row(mask) >> by;
            let last = block.len().saturating_sub(by)..block.len();
            last.fold(inside, |row, i| {
                let beyond = tokens.get(from + i + by).unwrap_or(&nothing);
                row | u128::from(beyond.mask() & mask != 0) << i
            })
        };

        // A letter begins something only before a number, a letter, a mark or "as in".
        let alone = row(mask::LETTER) & !next(mask::AFTER_LETTER, 1);
        let named = next(mask::AFTER_LEAD, 1) | next(mask::AFTER_LEAD, 2);
        list(&mut self.letter, from, row(mask::LETTER) & !alone);
        list(
            &mut self.run,
            from,
            row(mask::RUN) & !alone | row(mask::CODE),
        );
        list(
            &mut self.name,
            from,
            row(mask::NAME) | row(mask::BEFORE_NAME) & named,
        );
        list(&mut self.date, from, row(mask::DATE));
        list(&mut self.age, from, row(mask::AGE));
        list(&mut self.turn, from, row(mask::TURN));

        let whole = row(mask::WHOLE_CUE) | row(mask::CODE);
        let phrases = row(mask::CUE) & next(mask::AFTER_CUE, 1) & !whole;
        let goes_on = |i: &u32| {
            let i = from + *i as usize;
            cue_may_go_on(&tokens[i], tokens.get(i + 1).unwrap_or(&nothing))
        };
        let phrases = Bits(phrases).filter(goes_on).fold(0, |row, i| row | 1 << i);
        list(&mut self.cue, from, whole | phrases);

        list(&mut self.email, from, row(mask::AT));
        for i in Bits(row(mask::WEB)) {
            let at = from + i as usize;
            // The mark at the end of a sentence, or after a speaker's name.
            let ends =
                tokens[at].shape == Shape::Punct && !tokens.get(at + 1).is_some_and(Token::glued);
            self.web.extend((!ends).then_some(number(at)));
        }
        for i in Bits(row(mask::SELDOM) | row(mask::CODE)) {
            let at = from + i as usize;
            let token = &tokens[at];
            let code = token.mask() & mask::CODE != 0;
            // `SW1A 1AA`
            let outward = code && token.capital() && token.len <= 2;
            let place = outward || token.word.seldom() & seldom::PLACE != 0;
            self.place.extend(place.then_some(number(at)));
            let secret = code || token.word.seldom() & seldom::SECRET != 0;
            self.secret.extend(secret.then_some(number(at)));
        }
    }
}

/// Whether a cue phrase may begin with `token` and go on with `next`.
#[inline]
#[allow(clippy::needless_bitwise_bool)] // `||` would branch
fn cue_may_go_on(token: &Token, next: &Token) -> bool {
    let first = usize::from(token.word.number()) % NUMBERS;
    let second = CUE_SECONDS[first] >> (next.word.number() & 63) & 1;
    (next.shape != Shape::Word) | (second != 0)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Adds the tokens whose bits are set.
fn list(list: &mut Vec<u32>, from: usize, row: u128) {
    for half in [0, 64] {
        let mut left = u64::try_from(row >> half & u128::from(u64::MAX)).unwrap_or(0);
        let base = number(from) + half;
        while left != 0 {
            list.push(base + left.trailing_zeros());
            left &= left - 1;
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
    for row in (0..16).filter(|row| row & D == 0) {
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
    use crate::redaction::words::lexicon::Word;

    proptest! {
        #[test]
        fn a_row_tells_which_tokens_of_the_block_have_the_bit(
            masks in proptest::collection::vec(any::<u16>(), 0..=BLOCK),
        ) {
            let block: Vec<Token> = masks
                .iter()
                .map(|mask| {
                    let mut token = Token::end_of_text();
                    token.word = Word::default().with_mask(*mask);
                    token
                })
                .collect();
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
            list(&mut places, from, row);
            let bits = (0..128).filter(|i| row >> i & 1 != 0).map(|i| number(from) + i);
            let expected: Vec<u32> = std::iter::once(7).chain(bits).collect();
            prop_assert_eq!(places, expected);
        }
    }
}
