//! Which number runs are identifiers: cues before and after, the question of an earlier turn, values seen before in
//! the call, and length. Checksums only refine the label.

use super::call_memory::{PATIENCE, Pending, Seen, answered, answers, settle};
use super::context::{frame_only, public_number, quantity_after, quantity_before};
use super::cue::{Cue, Hit};
use super::cue_value::{by_shape, corrects, cue_after, kind_of, length, reaches, refines};
use super::doc::{Doc, Turn};
use super::kind::Kind;
use super::known::Known;
use super::lexicon::class;
use super::password::passwords;
use super::run::{Run, read};
use super::token::Shape;
use super::word_set::words;

/// Finds the identifiers of a whole text.
pub(crate) fn detect(doc: &mut Doc<'_>, known: &Known) {
    let mut pending: Vec<Pending> = Vec::new();
    let mut seen = Seen::of(known);
    let mut rejected: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    let mut anchor = 0;
    let mut run = Run::empty();
    for t in 0..doc.turns.len() {
        turn(
            doc,
            known,
            t,
            &mut pending,
            &mut seen,
            &mut rejected,
            &mut anchor,
            &mut run,
        );
        pending.retain(|p| t - p.turn <= PATIENCE);
    }
    // A value may be said before anything gives it away: hide its other mentions too.
    for (first, end, value) in rejected {
        if !doc.taken[first]
            && let Some(kind) = seen.mentions(&value)
        {
            doc.add(first, end, kind, "repetition");
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn turn(
    doc: &mut Doc<'_>,
    known: &Known,
    t: usize,
    pending: &mut Vec<Pending>,
    seen: &mut Seen,
    rejected: &mut Vec<(usize, usize, Vec<u8>)>,
    anchor: &mut usize,
    run: &mut Run,
) {
    let turn = doc.turns[t];
    let cues = std::mem::take(&mut doc.cues);
    let hits = &cues[turn.cues.0..turn.cues.1];
    // The cue that is waiting for its value, and where the last accepted value of this turn ended.
    let mut local: Option<(Hit, usize)> = None;
    let mut next_hit = 0;
    let mut at = turn.first;
    let mut last_end = turn.first;
    while let Some(start) = next_start(doc, anchor, at, turn.end) {
        at = start;
        while next_hit < hits.len() && hits[next_hit].first <= at {
            let hit = hits[next_hit];
            next_hit += 1;
            if hit.cue == Cue::None {
                at = at.max(hit.end);
                continue;
            }
            let keep_specific =
                local.is_some_and(|(old, got)| got == 0 && refines(old.cue, hit.cue));
            if !keep_specific {
                local = Some((hit, 0));
            }
            at = at.max(hit.end);
        }
        if at > start {
            continue;
        }
        if doc.shape(at) == Some(Shape::Placeholder) {
            if let Some((_, got)) = &mut local {
                *got = usize::MAX / 2;
            }
            pending.retain(|p| p.got == 0);
            pending.pop();
            last_end = at + 1;
            at += 1;
            continue;
        }
        let limit = hits
            .get(next_hit)
            .filter(|hit| hit.first > at)
            .map_or(turn.end, |hit| hit.first);
        let armed_here =
            local.is_some_and(|(hit, _)| hit.cue.is_code() && reaches(doc, &hit, at, last_end));
        let armed = armed_here
            || pending.iter().any(|p| p.cue.is_code()) && frame_only(doc, turn.first, at);
        if let Some(end) = known_number(doc, known, at, limit) {
            doc.add(at, end, Kind::Known, "known-number");
            last_end = end;
            at = end;
            continue;
        }
        if !read(doc, at, limit, armed, run) {
            at += 1;
            continue;
        }
        let floor = local.map_or(
            turn.first,
            |(hit, _)| if armed_here { hit.end } else { turn.first },
        );
        trim(doc, run, limit);
        let quantity = run.decimal && !armed_here
            || quantity_after(doc, run, turn.end)
            || quantity_before(doc, run, if armed_here { floor } else { turn.first })
            || !armed_here && run.readings() && measure_asked(doc, t, pending);
        let decision = decide(
            doc, run, &turn, local, armed_here, pending, hits, quantity, seen,
        );
        match decision {
            Some((cue, kind, rule)) => {
                let complete = length(cue).0;
                let got = local
                    .filter(|(hit, _)| hit.cue == cue)
                    .map_or(0, |(_, got)| got)
                    + run.len();
                let end = extension(doc, run, kind, turn.end);
                doc.add(run.first, end, kind, rule);
                if end == run.end {
                    let (start, stop) = (doc.tokens[run.first].start(), doc.tokens[end - 1].end());
                    doc.readings.note(start, stop, run.chars());
                }
                run.end = end;
                seen.note(run, kind);
                if let Some((hit, so_far)) = &mut local
                    && (armed_here || hit.cue == cue)
                {
                    *so_far = got;
                }
                settle(pending, cue, t, run.len(), complete, got);
                last_end = run.end;
            }
            None if run.len() >= 5 => rejected.push((run.first, run.end, run.chars().to_owned())),
            None => {}
        }
        at = run.end.max(at + 1);
    }
    passwords(doc, hits, turn.end);
    await_answers(doc, t, hits, turn.end, pending);
    doc.cues = cues;
}

/// "what have your sugars been": the turn before asked for measurements, and for nothing else.
fn measure_asked(doc: &Doc<'_>, t: usize, pending: &[Pending]) -> bool {
    let Some(asked) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    pending.iter().all(|p| p.turn + 1 != t)
        && (asked.first.max(asked.end.saturating_sub(24))..asked.end)
            .any(|at| doc.has(at, class::MEASURE) && !doc.has(at, class::FRAME))
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

/// "… 0132 ext 204": the extension belongs to the telephone number.
fn extension(doc: &Doc<'_>, run: &Run, kind: Kind, limit: usize) -> usize {
    let word = if doc.is_punct(run.end, b',') {
        run.end + 1
    } else {
        run.end
    };
    if kind != Kind::Phone || !doc.is_any(word, words!["ext", "extension", "x"]) {
        return run.end;
    }
    let mut next = word + 1;
    while next < limit && (doc.is_punct(next, b'.') || doc.is_any(next, words!["number", "is"])) {
        next += 1;
    }
    let mut tail = Run::empty();
    if read(doc, next, limit, false, &mut tail) && tail.len() <= 6 {
        tail.end
    } else {
        run.end
    }
}

/// Drops groups at the end that belong to the next thought ("…, 3 times a day").
fn trim(doc: &Doc<'_>, run: &mut Run, limit: usize) {
    while run.group_count > 1
        && run.groups()[run.group_count - 1].paused
        && quantity_after(doc, run, limit)
        && run.drop_last_group()
    {}
}

#[allow(clippy::too_many_arguments)]
fn decide(
    doc: &Doc<'_>,
    run: &Run,
    turn: &Turn,
    local: Option<(Hit, usize)>,
    armed_here: bool,
    pending: &[Pending],
    hits: &[Hit],
    quantity: bool,
    seen: &Seen,
) -> Option<(Cue, Kind, &'static str)> {
    if public_number(run) {
        return None;
    }
    let long = run.len() >= 7 && run.digits() >= 5;
    if let Some(cue) = cue_after(doc, run, hits, turn.end)
        && run.len() >= length(cue).1
        && (!quantity || long)
    {
        return Some((cue, kind_of(cue, run), "cue-after"));
    }
    if armed_here && let Some((hit, got)) = local {
        let (full, least) = length(hit.cue);
        let least = if got > 0 && got < full || hit.cue == Cue::Dob {
            1
        } else {
            least
        };
        let open = got < full || run.groups()[0].corrected || got < 40 && corrects(doc, run.first);
        let restated = got >= full && run.len() >= 3 && !quantity;
        if (open || restated)
            && run.len() >= least
            && run.digits() > 0
            && (!quantity || long && !run.cardinal)
            && !(hit.cue == Cue::Dob
                && run.len() < 3
                && got == 0
                && !frame_only(doc, hit.end, run.first))
        {
            return Some((hit.cue, kind_of(hit.cue, run), "cue"));
        }
        if (hit.cue == Cue::Mbi || hit.cue == Cue::Plate || hit.cue == Cue::Secret)
            && run.len() >= least
        {
            return Some((hit.cue, kind_of(hit.cue, run), "cue"));
        }
    }
    if let Some((kind, rule)) = seen.echo(run, quantity) {
        return Some((Cue::Id, kind, rule));
    }
    if !quantity && let Some(answer) = answers(doc, run, turn, pending) {
        return Some((answer, kind_of(answer, run), "answer"));
    }
    // "no it's 5286 at the end"
    if (2..=6).contains(&run.len())
        && doc.is(run.end, "at")
        && doc.is(run.end + 1, "the")
        && doc.is(run.end + 2, "end")
        && !seen.is_empty()
    {
        return Some((Cue::Last4, Kind::PhoneLast4, "correction"));
    }
    if quantity || run.cardinal || run.decimal || run.counts() || run.lists() || run.births() {
        return None;
    }
    if run.letters == 0 && run.len() >= 7 {
        return Some((Cue::Id, by_shape(run), "long-number"));
    }
    let named = run.first > turn.first + 1
        && doc.is_any(run.first - 1, words!["is", "number", "id", "code"])
        && (1..=2)
            .any(|back| run.first >= back && doc.is_any(run.first - back, words!["number", "id"]));
    if named && run.len() >= 5 {
        return Some((Cue::Id, by_shape(run), "numbered"));
    }
    if run.letters > 0 && run.digits() >= 4 && run.len() >= 6 && run.atoms >= 2 {
        return Some((Cue::Id, by_shape(run), "code"));
    }
    if run.letters > 0 && run.digits() >= 3 && run.len() >= 7 {
        return Some((Cue::Id, by_shape(run), "code"));
    }
    None
}
