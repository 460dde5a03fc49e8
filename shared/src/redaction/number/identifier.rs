//! Which number runs are identifiers: cues before and after, the question of an earlier turn, values seen before in
//! the call, and length. Checksums only refine the label.

use std::cell::Cell;

use crate::redaction::kind::Kind;
use crate::redaction::known::Known;
use crate::redaction::number::answer::{lone_digit, tells_day};
use crate::redaction::number::atom::numeric;
use crate::redaction::number::call_memory::{PATIENCE, Pending, Seen, answered, settle};
use crate::redaction::number::code_letters::{
    letters_after, letters_at_end, letters_before, letters_turns_before,
};
use crate::redaction::number::context::{
    FRAME, call_hours, emergency, frame_end, opens_clause, quantity_after, unit,
};
use crate::redaction::number::correction::{contrast, corrected_character, spelled_echo};
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::cue_value::{digits_only, length, reaches, refines};
use crate::redaction::number::dictation::Unclaimed;
use crate::redaction::number::evidence::{Case, Open, decide};
use crate::redaction::number::extension::with_extension;
use crate::redaction::number::glued_words::{glued_before, glued_words};
use crate::redaction::number::nod::nodded;
use crate::redaction::number::password::{password_answer, passwords};
use crate::redaction::number::read_run::read;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// Finds the identifiers of a whole text.
pub(crate) fn detect(doc: &mut Doc<'_>, known: &Known) {
    let mut call = Call {
        known,
        pending: Vec::with_capacity(8),
        seen: Seen::of(known),
        unclaimed: Unclaimed::new(),
        anchor: 0,
        run: Run::empty(),
    };
    for t in 0..doc.turns.len() {
        call.turn(doc, t);
        // The oldest stand first.
        while call.pending.first().is_some_and(|p| t - p.turn > PATIENCE) {
            call.pending.remove(0);
        }
    }
    call.unclaimed.repeat(doc, &call.seen);
}

/// What is remembered from turn to turn.
struct Call<'k> {
    known: &'k Known,
    pending: Vec<Pending>,
    seen: Seen,
    unclaimed: Unclaimed,
    /// The next place where a run may begin.
    anchor: usize,
    /// The run at hand.
    run: Run,
}

/// What is remembered within a turn.
struct Here {
    turn: Turn,
    t: usize,
    /// The cue that is waiting for its value, and how much of it was given.
    local: Option<(Hit, usize)>,
    /// A value that may go on.
    open: Option<Open>,
    /// Characters found in this turn, and of what kind.
    found: (usize, Option<Kind>),
    /// Where the last value ended.
    last_end: usize,
    /// Numbers that nothing gave away.
    left: usize,
    /// A letter that begins no number was said.
    spelled: bool,
    /// How far the turn has only the small words of an answer, as far as that was asked.
    frame_end: usize,
}

impl Here {
    /// Whether nothing was said in this turn before `at` but the small words of an answer and what was found.
    fn only_small_words(&mut self, doc: &Doc<'_>, at: usize) -> bool {
        at - self.turn.first <= FRAME && {
            self.frame_end = frame_end(doc, self.frame_end, at);
            self.frame_end == at
        }
    }

    /// Passes the placeholder of a value that an earlier reading found: a whole one of its kind.
    fn removed(&mut self, doc: &mut Doc<'_>, at: usize) {
        if let Some(kind) = doc.removed_kind(at).filter(|kind| kind.is_number()) {
            doc.meet_removed(at);
            self.found = (self.found.0 + 10, Some(kind));
        }
    }

    /// Passes a cue; where the search goes on after it.
    fn meet(&mut self, doc: &Doc<'_>, hit: Hit, at: usize) -> usize {
        // "six one seven, no, that's the other card, four oh three": the code was wrong, not asked anew.
        let aside = hit.first > 0
            && self.open.is_some()
            && doc.is_any(hit.first - 1, words!["other", "wrong", "old", "expired"]);
        if aside {
            return at.max(hit.end);
        }
        let specific = |(old, got): (Hit, usize)| got == 0 && refines(old.cue, hit.cue);
        if hit.cue != Cue::None && !self.local.is_some_and(specific) {
            self.local = Some((hit, 0));
            self.open = None;
        }
        at.max(hit.end)
    }
}

impl Call<'_> {
    fn turn(&mut self, doc: &mut Doc<'_>, t: usize) {
        let turn = doc.turns[t];
        let cues = std::mem::take(&mut doc.cues);
        let hits = &cues[turn.cues.0..turn.cues.1];
        let mut here = Here {
            turn,
            t,
            local: None,
            open: None,
            found: (0, None),
            last_end: turn.first,
            left: 0,
            spelled: false,
            frame_end: turn.first,
        };
        let (mut next_hit, mut started) = (0, false);
        let mut at = turn.first;
        while let Some(start) = next_start(doc, &mut self.anchor, at, turn.end) {
            at = start;
            started = true;
            while next_hit < hits.len() && hits[next_hit].first <= at {
                at = here.meet(doc, hits[next_hit], at);
                next_hit += 1;
            }
            if at > start {
                continue;
            }
            if doc.shape(at) == Some(Shape::Placeholder) {
                if let Some((_, got)) = &mut here.local {
                    *got = usize::MAX / 2;
                }
                here.removed(doc, at);
                here.open = None;
                self.pending.retain(|p| p.got == 0);
                self.pending.pop();
                at += 1;
                here.last_end = at;
                continue;
            }
            let limit = hits
                .get(next_hit)
                .filter(|hit| hit.first > at)
                .map_or(turn.end, |hit| hit.first);
            at = self.number(doc, &mut here, hits, at, limit);
        }
        // Something was said that is or begins a number or a letter.
        if started && here.found.0 == 0 && here.left >= 2 {
            contrast(doc, t);
        }
        if here.spelled && turn.end - turn.first <= 14 {
            spelled_echo(doc, t);
        }
        if let (_, Some(kind)) = here.found
            && here.last_end < turn.end
        {
            letters_at_end(doc, here.last_end, turn.end, kind);
        }
        if !hits.is_empty() {
            passwords(doc, hits, turn.end);
            if here.found.0 == 0 {
                glued_words(doc, hits, turn.end);
            }
            await_answers(doc, t, hits, turn.end, &mut self.pending);
        }
        let mut born = self.pending.iter_mut();
        if let Some(asked) = born.find(|p| p.cue == Cue::Dob && p.turn < t && p.got < 4)
            && tells_day(doc, &turn)
        {
            asked.got = 4;
        }
        self.unclaimed
            .close(doc, &mut self.seen, t, hits, here.found);
        doc.cues = cues;
        if t > 0 && doc.turns[t - 1].asks & Cue::Secret.bit() != 0 {
            password_answer(doc, t);
        }
    }

    /// Looks at the number or code that may begin at `at`; where the search goes on.
    fn number(
        &mut self,
        doc: &mut Doc<'_>,
        here: &mut Here,
        hits: &[Hit],
        at: usize,
        limit: usize,
    ) -> usize {
        let Here { turn, t, local, .. } = *here;
        let armed_here = local
            .is_some_and(|(hit, _)| hit.cue.is_code() && reaches(doc, &hit, at, here.last_end));
        let armed = armed_here
            || here.open.is_some_and(|open| at < open.end + 10)
            || self.pending.iter().any(|p| p.cue.is_code()) && here.only_small_words(doc, at)
            || self
                .pending
                .iter()
                .any(|p| p.cue.is_code() && p.turn + 1 == t)
                && (opens_clause(doc, turn.first, at) || nodded(doc, &turn, t, at));
        if armed && doc.is(at, "a") && self.article(doc, at, local.filter(|_| armed_here)) {
            return at + 1;
        }
        if let Some(end) = known_number(doc, self.known, at, limit) {
            doc.add(at, end, Kind::Known, "known-number");
            here.last_end = end;
            return end;
        }
        let run = &mut self.run;
        if !read(doc, at, limit, armed, run) {
            here.spelled |= doc.has(at, class::LETTER);
            return at + 1;
        }
        trim(doc, run, limit);
        // A single digit is nothing that was not announced.
        if run.len() < 2
            && !armed_here
            && (self.pending.is_empty() || !lone_digit(doc, run, &turn, t, &self.pending))
        {
            here.left += 1;
            here.spelled |= run.letters > 0;
            return run.end.max(at + 1);
        }
        let case = Case {
            turn,
            t,
            hits,
            local,
            armed_here,
            open: here.open,
            pending: &self.pending,
            counted: Cell::new(None),
        };
        if let Some(found) = decide(doc, run, &case, &self.seen) {
            self.accept(doc, here, armed_here, found);
        } else if run.len() >= 5 || run.len() >= 2 && !case.quantity(doc, run) {
            here.left += 1;
            // "call 911": nobody's, whatever is talked of later.
            if !emergency(run) {
                self.unclaimed.note(run, t);
            }
        }
        self.run.end.max(at + 1)
    }

    /// "There's a two two nine": whether "a" is no letter, as what was asked for has none.
    #[inline(never)]
    fn article(&self, doc: &Doc<'_>, at: usize, local: Option<(Hit, usize)>) -> bool {
        numeric(doc, at + 1)
            && match local {
                Some((hit, _)) => digits_only(hit.cue),
                None => self.pending.iter().all(|p| digits_only(p.cue)),
            }
    }

    /// Records the run as a value.
    fn accept(
        &mut self,
        doc: &mut Doc<'_>,
        here: &mut Here,
        armed_here: bool,
        (cue, kind, rule): (Cue, Kind, &'static str),
    ) {
        let run = &mut self.run;
        // "on the card it says XKR 330 …": no number of a card has letters.
        let kind = if kind == Kind::Card && run.letters >= 2 {
            Kind::MemberId
        } else {
            kind
        };
        let complete = length(cue).0;
        let before = here.local.filter(|(hit, _)| hit.cue == cue);
        let got = before.map_or(0, |(_, got)| got) + run.len();
        let first = glued_before(doc, glued_head(doc, run), here.turn.first);
        let first = letters_before(doc, first, here.turn.first, kind);
        let first = if rule == "echo" {
            self.seen.echoed_letters(doc, run, first, here.turn.first)
        } else {
            first
        };
        let end = with_extension(doc, run.end, kind, here.turn.end);
        let end = letters_after(doc, run, end, here.turn.end, kind);
        doc.add(first, end, kind, rule);
        if here.found.0 == 0 {
            letters_turns_before(doc, here.t, kind);
        }
        if end == run.end {
            let (start, stop) = (doc.tokens[first].start(), doc.tokens[end - 1].end());
            doc.readings.note(start, stop, run.chars());
        }
        if end + 2 < here.turn.end {
            corrected_character(doc, end, here.turn.end, kind);
        }
        run.end = end;
        self.seen.note(run, kind);
        if rule == "cue-after" && matches!(cue, Cue::Ssn | Cue::Phone) && run.len() < complete {
            self.unclaimed
                .first_of(doc, &mut self.seen, here.t, complete - run.len(), kind);
        }
        if let Some((hit, so_far)) = &mut here.local
            && (armed_here || hit.cue == cue)
        {
            *so_far = got;
        }
        settle(&mut self.pending, cue, here.t, run.len(), complete, got);
        here.last_end = end;
        here.found = (here.found.0 + run.len(), Some(kind));
        let so_far = here.open.filter(|open| open.cue == cue);
        here.open = (cue.is_code() && cue != Cue::Id).then_some(Open {
            cue,
            got: so_far.map_or(0, |open| open.got) + run.len(),
            end,
        });
    }
}

/// Where the value begins when a word is glued to it that only names it: "rx2570538".
fn glued_head(doc: &Doc<'_>, run: &Run) -> usize {
    let word = run.first > 0
        && doc.glued(run.first)
        && doc.shape(run.first - 1) == Some(Shape::Word)
        && doc.len_of(run.first - 1) <= 4
        && !doc.is_any(
            run.first - 1,
            words!["is", "was", "it", "the", "are", "at", "on", "ext"],
        )
        && !doc.taken[run.first - 1];
    run.first - usize::from(word)
}

/// The end of a number of the deny list that starts at `at`, said with whatever pauses.
fn known_number(doc: &Doc<'_>, known: &Known, at: usize, limit: usize) -> Option<usize> {
    if known.numbers.is_empty() {
        return None;
    }
    let mut run = Run::empty();
    if !read(doc, at, limit, true, &mut run) {
        return None;
    }
    while !known
        .numbers
        .iter()
        .any(|number| run.says(number.as_bytes()))
    {
        if !run.drop_last_group() {
            return None;
        }
    }
    Some(run.end)
}

/// The next token from `at` on where a run may begin, before `end`.
fn next_start(doc: &Doc<'_>, anchor: &mut usize, at: usize, end: usize) -> Option<usize> {
    while doc
        .anchors
        .run
        .get(*anchor)
        .is_some_and(|next| (*next as usize) < at)
    {
        *anchor += 1;
    }
    let next = *doc.anchors.run.get(*anchor)? as usize;
    (next < end).then_some(next)
}

/// Cues without a value in this turn wait for the next ones.
fn await_answers(doc: &Doc<'_>, t: usize, hits: &[Hit], end: usize, pending: &mut Vec<Pending>) {
    for hit in hits {
        if hit.cue.is_code() && !answered(doc, hit, hits, end) {
            pending.retain(|p| p.cue != hit.cue);
            pending.push(Pending {
                cue: hit.cue,
                turn: t,
                got: 0,
            });
        }
    }
    if pending.len() > 8 {
        pending.drain(..pending.len() - 8);
    }
}

/// "800/160, 2 a day"
fn taken_daily(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(at, words!["daily", "twice", "nightly"])
        || doc.is_any(at, words!["a", "per", "every", "each"]) && doc.has(at + 1, class::UNIT)
}

/// Drops groups at the end that belong to the next thought ("…, 3 times a day").
fn trim(doc: &Doc<'_>, run: &mut Run, limit: usize) {
    while run.group_count > 1
        && run.groups()[run.group_count - 1].paused
        && (quantity_after(doc, run, limit)
            || run.groups()[run.group_count - 1].chars <= 2 && taken_daily(doc, run.end))
        && run.drop_last_group()
    {}
    // "… one three one oh two refills left": the last digit counts.
    if run.len() >= 6
        && !run.cardinal
        && unit(doc, run.end)
        && doc.has(run.end - 1, class::DIGIT)
        && !call_hours(doc, run)
    {
        run.drop_last_digit();
    }
}
