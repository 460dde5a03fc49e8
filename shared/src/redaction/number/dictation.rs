//! Numbers that nothing gave away when they were said: the words of a later turn do ("thanks, that's your social"),
//! or that they were dictated in parts while the other side only nodded or repeated them.

use std::ops::Range;

use crate::redaction::kind::Kind;
use crate::redaction::number::call_memory::{Seen, holds};
use crate::redaction::number::code_letters::{letters_before, letters_turns_before};
use crate::redaction::number::context::{clock, frame_only};
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::cue_value::{kind_of, length, most};
use crate::redaction::number::evidence::headed;
use crate::redaction::number::nod::{measures, nods, small};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// How many turns a value may take.
const TURNS: usize = 10;

/// A number that was not claimed.
struct Heard {
    tokens: Range<usize>,
    chars: Range<usize>,
    turn: usize,
    clock: bool,
    /// Said digit by digit, and not counted up.
    singly: bool,
    /// Said or written as one number.
    single: bool,
}

/// The numbers of a call that nothing gave away.
pub(crate) struct Unclaimed {
    heard: Vec<Heard>,
    chars: Vec<u8>,
    /// First of the numbers that are being dictated.
    from: usize,
    /// Digits dictated, echoes left out, and the parts they came in.
    digits: usize,
    parts: usize,
    /// The part before, to know its echo.
    last: Range<usize>,
    /// What was found of the value that is being dictated.
    kind: Option<Kind>,
    /// Measurements were asked for.
    measures: bool,
    /// How many of the values that were found are compared already.
    read: usize,
    /// The turn before in which something was found, and of what kind.
    found: Option<(usize, Kind)>,
}

impl Unclaimed {
    pub(crate) fn new() -> Self {
        Self {
            heard: Vec::with_capacity(8),
            chars: Vec::with_capacity(64),
            from: 0,
            digits: 0,
            parts: 0,
            last: 0..0,
            kind: None,
            measures: false,
            read: 0,
            found: None,
        }
    }

    pub(crate) fn note(&mut self, run: &Run, turn: usize) {
        let from = self.chars.len();
        self.chars.extend_from_slice(run.chars());
        self.heard.push(Heard {
            tokens: run.first..run.end,
            chars: from..self.chars.len(),
            turn,
            clock: clock(run),
            singly: run.singles == run.len() && !rises(run.chars()),
            single: run.atoms == 1 && run.letters == 0,
        });
    }

    /// Ends turn `t`; `found` is what was found in it: characters, and of what kind.
    pub(crate) fn close(
        &mut self,
        doc: &mut Doc<'_>,
        seen: &mut Seen,
        t: usize,
        hits: &[Hit],
        found: (usize, Option<Kind>),
    ) {
        if seen.count() > self.read {
            self.read_back(doc, seen, t);
        }
        let before = self.found;
        if let Some(kind) = found.1 {
            self.found = Some((t, kind));
        }
        let near = |heard: &Heard| t < heard.turn + TURNS;
        if self.parts == 0 && found.0 == 0 && !self.heard.last().is_some_and(near) {
            return;
        }
        match (found.1, before) {
            (Some(kind), _) => self.first_part(doc, seen, t, kind),
            (None, Some((turn, kind))) if turn + 2 == t => self.last_part(doc, seen, t, kind),
            _ => {}
        }
        self.begun_anew(doc, seen, t);
        self.claim_named(doc, seen, t, hits);
        let numbers = self.heard.last().is_some_and(|heard| heard.turn == t) || found.0 > 0;
        // A whole value is nobody's first part.
        let whole = found.0 >= 7;
        if found.0 == 7 {
            self.area(doc, seen, t);
        }
        if numbers && !whole && (small(doc, t) || self.parts == 0 && opens(doc, t)) {
            self.dictated(doc, seen, t, found);
        } else if self.parts > 0 && (numbers || !small(doc, t)) {
            self.from = self.heard.len();
            (self.digits, self.parts, self.kind, self.last) = (0, 0, None, 0..0);
        } else if self.parts == 0 {
            self.from = self.heard.len();
        }
    }

    /// Turn `t` said numbers and small words only.
    fn dictated(
        &mut self,
        doc: &mut Doc<'_>,
        seen: &mut Seen,
        t: usize,
        found: (usize, Option<Kind>),
    ) {
        let first = self.heard.partition_point(|heard| heard.turn < t);
        if self.parts == 0 {
            self.from = first;
            self.measures = (t.saturating_sub(2)..t).any(|before| measures(doc, before));
        }
        let part = self.heard[first..]
            .first()
            .map_or(0..0, |heard| heard.chars.start..self.chars.len());
        let echo = !part.is_empty() && self.chars[part.clone()] == self.chars[self.last.clone()];
        if !echo {
            self.digits += part.len() + found.0;
            self.parts += 1;
            self.last = part;
        }
        self.kind = self.kind.or(found.1);
        self.claim_dictated(doc, seen);
    }

    /// "six one seven", "mm-hmm", "four oh seven two oh four one": the area code of what turn `t` said. The other side may
    /// say it again: "take down the new one: 312" – "okay, 312" – "794 4738".
    #[inline(never)]
    fn area(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, t: usize) {
        let Some(said) = t.checked_sub(2) else {
            return;
        };
        let first = self.heard.partition_point(|heard| heard.turn < said);
        let (code, again) = match &self.heard[first..] {
            [code] => (code, None),
            [code, again] => (code, Some(again)),
            _ => return,
        };
        let echo = |again: &Heard| {
            again.turn == t - 1 && self.chars[again.chars.clone()] == self.chars[code.chars.clone()]
        };
        let announced = code.singly || code.single && doc.turns[said].end <= code.tokens.end + 1;
        let nodded = code.turn == said
            && (small(doc, said) || announced && !measures(doc, said))
            && small(doc, t - 1);
        let whole = code.chars.len() == 3 && again.is_none_or(echo);
        if nodded && whole && !measures(doc, said.saturating_sub(1)) {
            self.claim(doc, seen, first, Kind::Phone);
        }
    }

    /// "645 31... hang on, the card's all worn... 5376. That's my Social.": the first `missing` digits of a value, whose
    /// last ones were found in turn `t`.
    #[inline(never)]
    pub(crate) fn first_of(
        &mut self,
        doc: &mut Doc<'_>,
        seen: &mut Seen,
        t: usize,
        missing: usize,
        kind: Kind,
    ) {
        let mut total = 0;
        let from = self.heard.iter().rposition(|heard| {
            total += heard.chars.len();
            heard.turn != t || total >= missing
        });
        if let Some(from) = from.filter(|from| self.heard[*from].turn == t && total == missing) {
            self.claim(doc, seen, from, kind);
        }
    }

    /// "thanks, that's your social then": the numbers of the turns before were what it names.
    fn claim_named(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, t: usize, hits: &[Hit]) {
        let near = self
            .heard
            .last()
            .is_some_and(|heard| heard.turn < t && t < heard.turn + TURNS);
        if !near {
            return;
        }
        let Some(hit) = hits.iter().find(|hit| hit.cue.is_code()) else {
            return;
        };
        let turn = doc.turns[t];
        let confirms = (turn.first.max(hit.first.saturating_sub(5))..hit.first).any(|at| {
            doc.is_any(
                at,
                words![
                    "that", "thats", "this", "got", "was", "were", "thanks", "those"
                ],
            )
        });
        if !confirms || turn.end - turn.first > 24 {
            return;
        }
        let mut from = self.heard.len();
        let mut total = 0;
        for back in 1..TURNS.min(t + 1) {
            let past = t - back;
            // A whole value may stand in a sentence of its own: only in the turn just before.
            let small = small(doc, past);
            if !small && back > 1 {
                break;
            }
            while from > 0 && self.heard[from - 1].turn == past {
                from -= 1;
                total += self.heard[from].chars.len();
            }
            if !small {
                break;
            }
        }
        let echoed = most(hit.cue) * 2;
        if total >= length(hit.cue).1 && total >= 3 && total <= echoed {
            self.claim(doc, seen, from, kind_of(hit.cue, &Run::empty()));
        }
    }

    /// "account number?" – "let me look. 242 I think" – "okay" – "then five five five …": the part before the one that
    /// was found in turn `t`, in answer to the question and with a nod between.
    #[inline(never)]
    fn first_part(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, t: usize, kind: Kind) {
        let Some(said) = t.checked_sub(2).filter(|said| *said > 0) else {
            return;
        };
        let Some(at) = self.heard.iter().rposition(|heard| heard.turn < t) else {
            return;
        };
        let heard = &self.heard[at];
        let closes = doc.turns[said].end <= heard.tokens.end + 3;
        let dictated = heard.singly || heard.single;
        let asked = doc.turns[said - 1].asks & Cue::codes() != 0 && !measures(doc, said - 1);
        if heard.turn == said
            && heard.chars.len() >= 2
            && closes
            && dictated
            && asked
            && !doc.taken[heard.tokens.start]
            && small(doc, t - 1)
        {
            let (tokens, chars) = (heard.tokens.clone(), heard.chars.clone());
            let floor = doc.turns[said].first;
            let first = letters_before(doc, tokens.start, floor, kind);
            doc.add(first, tokens.end, kind, "dictated");
            seen.note_chars(&self.chars[chars], kind);
        }
    }

    /// "… 242" – "okay" – "five six five": what goes on with the value that was found before the nod.
    #[inline(never)]
    fn last_part(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, t: usize, kind: Kind) {
        let from = self.heard.partition_point(|heard| heard.turn < t);
        let [heard] = &self.heard[from..] else {
            return;
        };
        let more = (2..=6).contains(&heard.chars.len()) && (heard.singly || heard.single);
        let between = doc.turns[t - 1];
        let nods = small(doc, t - 1) && between.asks == 0 && !doc.is_punct(between.end - 1, b'?');
        if more && nods && small(doc, t) {
            self.found = Some((t, kind));
            self.claim(doc, seen, from, kind);
        }
    }

    /// Parts that together are long enough for a value and were not asked for as measurements.
    fn claim_dictated(&mut self, doc: &mut Doc<'_>, seen: &mut Seen) {
        let clocks = self.kind.is_none() && self.heard[self.from..].iter().all(|heard| heard.clock);
        let enough = if clocks { 12 } else { 7 };
        if self.parts >= 2 && self.digits >= enough && !self.measures {
            let kind = self.kind.unwrap_or(match self.digits {
                9 => Kind::Ssn,
                10 | 11 => Kind::Phone,
                15 | 16 => Kind::Card,
                _ => Kind::Id,
            });
            self.claim(doc, seen, self.from, kind);
        }
    }

    /// "six six, I need my readers, six six one": a code that was begun anew in turn `t`.
    fn begun_anew(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, t: usize) {
        let [.., first, second] = &self.heard[..] else {
            return;
        };
        let (part, whole) = (
            &self.chars[first.chars.clone()],
            &self.chars[second.chars.clone()],
        );
        let anew = (first.turn, second.turn) == (t, t)
            && first.singly
            && second.singly
            && (2..=6).contains(&part.len())
            && whole.len() > part.len()
            && whole.starts_with(part);
        if anew {
            self.claim(doc, seen, self.heard.len() - 2, Kind::Id);
        }
    }

    /// "seven oh three three and then under the crease one eight six" – "seven zero three three one eight six, is that
    /// you?": the parts of a value that was read back, or said again whole.
    #[inline(never)]
    fn read_back(&mut self, doc: &mut Doc<'_>, seen: &Seen, t: usize) {
        let from = std::mem::replace(&mut self.read, seen.count());
        for (value, kind) in seen.since(from).filter(|(value, _)| value.len() >= 6) {
            for heard in self.heard.iter().rev().take(8) {
                let part = &self.chars[heard.chars.clone()];
                if heard.turn + 6 < t || part.len() >= value.len() || doc.taken[heard.tokens.start]
                {
                    continue;
                }
                let floor = doc.turns[heard.turn].first;
                let edge = value.starts_with(part) || value.ends_with(part);
                let framed = frame_only(doc, floor, heard.tokens.start);
                if edge && (part.len() > 2 || framed)
                    || (part.len() > 3 || part.len() == 3 && heard.turn == t) && holds(value, part)
                {
                    let first = letters_before(doc, heard.tokens.start, floor, kind);
                    doc.add(first, heard.tokens.end, kind, "read-back");
                    if framed {
                        letters_turns_before(doc, heard.turn, kind);
                    }
                }
            }
        }
    }

    fn claim(&mut self, doc: &mut Doc<'_>, seen: &mut Seen, from: usize, kind: Kind) {
        for heard in &self.heard[from..] {
            if !doc.taken[heard.tokens.start] {
                let floor = doc.turns[heard.turn].first;
                let first = letters_before(doc, heard.tokens.start, floor, kind);
                doc.add(first, heard.tokens.end, kind, "dictated");
                seen.note_chars(&self.chars[heard.chars.clone()], kind);
            }
        }
        self.heard.truncate(from);
        self.from = self.from.min(from);
    }

    /// A value may be said before anything gives it away: hides its other mentions too.
    pub(crate) fn repeat(&self, doc: &mut Doc<'_>, seen: &Seen) {
        for heard in &self.heard {
            if heard.chars.len() >= 5
                && !doc.taken[heard.tokens.start]
                && let Some(kind) = seen.mentions(&self.chars[heard.chars.clone()])
            {
                doc.add(heard.tokens.start, heard.tokens.end, kind, "repetition");
            }
        }
    }
}

/// "the bank's number, the nine digit one, is one one zero": the first part of a value closes the sentence that names it.
fn opens(doc: &Doc<'_>, t: usize) -> bool {
    // The other side only nods.
    let nodded = doc
        .turns
        .get(t + 1)
        .is_some_and(|next| next.asks == 0 && nods(doc, next));
    if !nodded {
        return false;
    }
    let turn = doc.turns[t];
    let stop = turn.end > turn.first && doc.shape(turn.end - 1) == Some(Shape::Punct);
    let end = turn.end - usize::from(stop);
    end > turn.first
        && (doc.has(end - 1, class::CARDINAL) || doc.shape(end - 1) == Some(Shape::Number))
        && headed(doc, end, turn.first, 16)
        && !measures(doc, t)
}

/// "two three four": digits that are counted up.
fn rises(chars: &[u8]) -> bool {
    chars.windows(2).all(|pair| pair[1] == pair[0] + 1)
}
