//! Phrases that announce a value, as one trie over word numbers: every cue of a text is found in one pass.

use super::lexicon::{Lexicon, Table, class};
use super::token::{Shape, Token};

/// What a phrase announces. [`Cue::None`] is a phrase that only looks like a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    None,
    Ssn,
    SsnLast4,
    Last4,
    Phone,
    PhoneLast4,
    Card,
    CardLast4,
    CardExp,
    Cvv,
    Routing,
    Account,
    Iban,
    Mrn,
    Member,
    Mbi,
    Npi,
    Dea,
    Rx,
    License,
    Passport,
    Plate,
    Vin,
    Device,
    Zip,
    Dob,
    Age,
    Email,
    Address,
    Id,
    Secret,
    Url,
    Name,
}

impl Cue {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "ssn" => Self::Ssn,
            "ssn_last4" => Self::SsnLast4,
            "last4" => Self::Last4,
            "phone" => Self::Phone,
            "phone_last4" => Self::PhoneLast4,
            "card" => Self::Card,
            "card_last4" => Self::CardLast4,
            "card_exp" => Self::CardExp,
            "cvv" => Self::Cvv,
            "routing" => Self::Routing,
            "account" => Self::Account,
            "iban" => Self::Iban,
            "mrn" => Self::Mrn,
            "member" => Self::Member,
            "mbi" => Self::Mbi,
            "npi" => Self::Npi,
            "dea" => Self::Dea,
            "rx" => Self::Rx,
            "license" => Self::License,
            "passport" => Self::Passport,
            "plate" => Self::Plate,
            "vin" => Self::Vin,
            "device" => Self::Device,
            "zip" => Self::Zip,
            "dob" => Self::Dob,
            "age" => Self::Age,
            "email" => Self::Email,
            "address" => Self::Address,
            "id" => Self::Id,
            "secret" => Self::Secret,
            "url" => Self::Url,
            "name" => Self::Name,
            _ => return None,
        })
    }

    /// Its bit in [`super::doc::Turn::asks`].
    pub(crate) fn bit(self) -> u64 {
        1 << (self as u64)
    }

    /// Whether this cue announces a number or code.
    pub(crate) fn is_code(self) -> bool {
        !matches!(
            self,
            Self::None | Self::Age | Self::Email | Self::Address | Self::Url | Self::Name
        )
    }
}

/// A cue in a text, by token indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) cue: Cue,
}

/// The phrases.
#[derive(Default)]
pub(crate) struct CueTrie {
    edges: Option<Table<u16>>,
    ends: Vec<Option<Cue>>,
}

impl CueTrie {
    /// Reads `kind: word/word/_ word …` lines into `lexicon.cues`.
    pub(crate) fn build(lexicon: &mut Lexicon, text: &str) {
        let mut edges = Table::with_capacity(8192);
        let mut ends: Vec<Option<Cue>> = vec![None];
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((kind, phrase)) = line.split_once(':') else {
                continue;
            };
            let Some(cue) = Cue::named(kind.trim()) else {
                continue;
            };
            let mut fronts: Vec<(usize, bool)> = vec![(0, false)];
            for slot in phrase.split_ascii_whitespace() {
                let mut next: Vec<(usize, bool)> = Vec::with_capacity(fronts.len());
                for word in slot.split('/') {
                    if word == "_" {
                        next.extend_from_slice(&fronts);
                        continue;
                    }
                    let number = lexicon.intern(word);
                    for &(node, _) in &fronts {
                        if node == 0 {
                            lexicon.add_class(number, class::CUE);
                        }
                        let child = edges.entry(edge(node, number));
                        if *child == 0 {
                            *child = u16::try_from(ends.len()).unwrap_or(0);
                            ends.push(None);
                        }
                        next.push((usize::from(*child), true));
                    }
                }
                fronts = next;
            }
            for (node, _) in fronts {
                if node != 0 && ends[node].is_none() {
                    ends[node] = Some(cue);
                }
            }
        }
        debug_assert!(ends.len() < 12_000, "the table of edges is too small");
        lexicon.cues = Self {
            edges: Some(edges),
            ends,
        };
    }

    /// The longest cue that starts at token `first`, and the index after it.
    pub(crate) fn longest(&self, tokens: &[Token], first: usize) -> Option<(Cue, usize)> {
        let edges = self.edges.as_ref()?;
        let (mut node, mut best, mut at) = (0_usize, None, first);
        while at < tokens.len() && at < first + 14 {
            let token = tokens[at];
            match token.shape {
                Shape::Word | Shape::Number => {
                    if token.word == 0 {
                        break;
                    }
                    match edges.get(edge(node, token.word)) {
                        Some(child) if child != 0 => node = usize::from(child),
                        _ => break,
                    }
                    if let Some(cue) = self.ends[node] {
                        best = Some((cue, at + 1));
                    }
                }
                Shape::Clitic => {}
                Shape::Punct if token.glued && matches!(token.word, 0x2d | 0x2e | 0x27) => {}
                _ => break,
            }
            at += 1;
        }
        best
    }
}

fn edge(node: usize, word: u16) -> u64 {
    ((node as u64) << 16 | u64::from(word)) + 1
}
