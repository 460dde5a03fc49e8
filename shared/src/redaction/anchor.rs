//! Where each detector has to look: one pass over the tokens sorts the few that can start something into lists, so
//! that ordinary words cost nothing after it.

use super::lexicon::{Lexicon, class};
use super::token::{Shape, Token};

/// Bits of a word's mask.
pub(crate) mod mask {
    pub(crate) const AT: u16 = 1;
    pub(crate) const DOT: u16 = 2;
    pub(crate) const DATE: u16 = 4;
    pub(crate) const AGE: u16 = 8;
    pub(crate) const PLACE: u16 = 16;
    pub(crate) const NAME: u16 = 32;
    pub(crate) const CUE: u16 = 64;
    pub(crate) const LETTER: u16 = 128;
    pub(crate) const RUN: u16 = 256;
    pub(crate) const SPEAKER: u16 = 512;
    pub(crate) const SECRET: u16 = 1024;
    pub(crate) const JOIN: u16 = 2048;
}

/// The mask of a word with these class bits; `at`, `dot` and `post` are known by spelling.
pub(crate) fn mask_of(bits: u64, spelling: &str) -> u16 {
    let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
    when(spelling == "at", mask::AT)
        | when(spelling == "dot", mask::DOT)
        | when(
            bits & (class::MONTH | class::ORDINAL | class::TENS | class::TEEN | class::DIGIT) != 0,
            mask::DATE,
        )
        | when(
            bits & (class::TENS | class::HUNDRED) != 0 || spelling == "one",
            mask::AGE,
        )
        | when(
            bits & (class::STREET | class::STATE) != 0 || matches!(spelling, "po" | "p" | "post"),
            mask::PLACE,
        )
        | when(
            bits & (class::TITLE
                | class::GREETING
                | class::RELATION
                | class::NAME_CUE
                | class::HOMONYM
                | class::MONTH
                | class::NATO)
                != 0,
            mask::NAME,
        )
        | when(bits & class::CUE != 0, mask::CUE)
        | when(bits & (class::LETTER | class::NATO) != 0, mask::LETTER)
        | when(
            bits & (class::DIGIT
                | class::TEEN
                | class::TENS
                | class::MULTIPLE
                | class::OH
                | class::LETTER
                | class::NATO)
                != 0,
            mask::RUN,
        )
        | when(bits & class::SPEAKER != 0, mask::SPEAKER)
        | when(bits & class::SECRET_HEAD != 0, mask::SECRET)
        | when(
            matches!(spelling, "as" | "for" | "like" | "double" | "triple"),
            mask::JOIN,
        )
}

/// The lists, each in text order.
#[derive(Default)]
pub(crate) struct Anchors {
    pub(crate) email: Vec<u32>,
    pub(crate) web: Vec<u32>,
    pub(crate) date: Vec<u32>,
    pub(crate) age: Vec<u32>,
    pub(crate) place: Vec<u32>,
    pub(crate) name: Vec<u32>,
    pub(crate) cue: Vec<u32>,
    pub(crate) letter: Vec<u32>,
    pub(crate) run: Vec<u32>,
    pub(crate) turn: Vec<u32>,
    /// Something looks like the beginning of a credential.
    pub(crate) secret: bool,
}

impl Anchors {
    pub(crate) fn collect(&mut self, tokens: &[Token], lexicon: &Lexicon) {
        let lists = self;
        for list in [
            &mut lists.email,
            &mut lists.web,
            &mut lists.date,
            &mut lists.age,
            &mut lists.place,
            &mut lists.name,
            &mut lists.cue,
            &mut lists.letter,
            &mut lists.run,
            &mut lists.turn,
        ] {
            list.clear();
        }
        lists.secret = false;
        for (i, token) in tokens.iter().enumerate() {
            let at = u32::try_from(i).unwrap_or(u32::MAX);
            match token.shape {
                Shape::Word => {
                    let bits = lexicon.mask(token.word);
                    lists.secret |= token.odd;
                    if bits == 0 && !token.notable {
                        continue;
                    }
                    let glued_number = tokens
                        .get(i + 1)
                        .is_some_and(|next| next.glued && next.shape == Shape::Number);
                    // A letter begins something only before a number, a letter, a mark or "as in".
                    let next = tokens.get(i + 1);
                    let alone = bits & mask::LETTER != 0
                        && next.is_some_and(|next| {
                            next.shape == Shape::Word
                                && lexicon.mask(next.word) & (mask::RUN | mask::JOIN) == 0
                        });
                    let bits = if alone {
                        bits & !(mask::LETTER | mask::RUN)
                    } else {
                        bits
                    };
                    lists.word(at, bits, token, glued_number);
                }
                Shape::Number => {
                    lists.date.push(at);
                    lists.run.push(at);
                    if matches!(token.len, 2 | 3) {
                        lists.age.push(at);
                    }
                }
                Shape::Punct => match u8::try_from(token.word).unwrap_or(0) {
                    b'@' => lists.email.push(at),
                    b':' => lists.web.push(at),
                    b'.' | b'-'
                        if token.glued && tokens.get(i + 1).is_some_and(|next| next.glued) =>
                    {
                        lists.web.push(at);
                    }
                    b'_' => lists.secret |= token.glued,
                    _ => {}
                },
                Shape::Newline => lists.turn.push(at),
                Shape::Placeholder => lists.run.push(at),
                Shape::Clitic => {}
            }
        }
    }

    #[inline]
    fn word(&mut self, at: u32, bits: u16, token: &Token, glued_number: bool) {
        if bits & mask::AT != 0 {
            self.email.push(at);
        }
        if bits & mask::DOT != 0 {
            self.web.push(at);
        }
        if bits & mask::DATE != 0 {
            self.date.push(at);
        }
        if bits & mask::AGE != 0 {
            self.age.push(at);
        }
        if bits & mask::PLACE != 0 || glued_number && token.capital && token.len <= 2 {
            self.place.push(at);
        }
        if bits & mask::NAME != 0 || token.capital || token.given {
            self.name.push(at);
        }
        if bits & mask::CUE != 0 || glued_number {
            self.cue.push(at);
        }
        if bits & mask::LETTER != 0 {
            self.letter.push(at);
        }
        if bits & mask::RUN != 0 || glued_number || token.capital && (2..=4).contains(&token.len) {
            self.run.push(at);
        }
        if bits & mask::SPEAKER != 0 {
            self.turn.push(at);
        }
        self.secret |= bits & mask::SECRET != 0;
    }
}
