//! Which number runs are identifiers: cues before and after, the question of an earlier turn, values seen before in
//! the call, and length. Checksums only refine the label.

use super::checks;
use super::context::{clock, frame_only, public_number, quantity_after, quantity_before};
use super::cue::{Cue, Hit};
use super::doc::{Doc, Turn};
use super::kind::Kind;
use super::lexicon::class;
use super::run::{Run, read};
use super::token::Shape;

/// A question that waits for its answer, or a value given in parts.
#[derive(Clone, Copy, Debug)]
struct Pending {
    cue: Cue,
    turn: usize,
    /// Characters of the value already given.
    got: usize,
}

/// Values found so far, for echoes and repetitions.
#[derive(Default)]
struct Seen {
    values: Vec<(String, Kind)>,
}

/// How long an unanswered question or an unfinished value is waited for, in turns.
const PATIENCE: usize = 6;

/// How many characters complete the value a cue announces, and the fewest a part of it can have.
fn length(cue: Cue) -> (usize, usize) {
    match cue {
        Cue::Ssn | Cue::Routing => (9, 2),
        Cue::Phone | Cue::Npi => (10, 3),
        Cue::Card => (15, 3),
        Cue::Dea => (9, 2),
        Cue::Mbi => (11, 2),
        Cue::Vin => (17, 3),
        Cue::Iban => (15, 3),
        Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 => (4, 3),
        Cue::Cvv => (3, 3),
        Cue::CardExp => (3, 2),
        Cue::Zip => (5, 3),
        Cue::Dob => (4, 2),
        Cue::Secret => (4, 3),
        _ => (6, 3),
    }
}

fn kind_of(cue: Cue, run: &Run) -> Kind {
    match cue {
        Cue::Ssn => Kind::Ssn,
        Cue::SsnLast4 => Kind::SsnLast4,
        Cue::Last4 if run.len() <= 6 => Kind::SsnLast4,
        Cue::Phone => Kind::Phone,
        Cue::PhoneLast4 => Kind::PhoneLast4,
        Cue::Card | Cue::CardLast4 => Kind::Card,
        Cue::CardExp => Kind::CardExp,
        Cue::Cvv => Kind::Cvv,
        Cue::Routing => Kind::Routing,
        Cue::Account => Kind::Account,
        Cue::Iban => Kind::Iban,
        Cue::Mrn => Kind::Mrn,
        Cue::Member => Kind::MemberId,
        Cue::Mbi => Kind::Mbi,
        Cue::Npi => Kind::Npi,
        Cue::Dea => Kind::Dea,
        Cue::Rx => Kind::Rx,
        Cue::License => Kind::License,
        Cue::Passport => Kind::Passport,
        Cue::Plate => Kind::Plate,
        Cue::Vin => Kind::Vin,
        Cue::Device => Kind::Device,
        Cue::Zip => Kind::Zip,
        Cue::Dob => Kind::Dob,
        Cue::Secret => Kind::Secret,
        _ => by_shape(run),
    }
}

/// The likeliest kind of a value nobody announced.
fn by_shape(run: &Run) -> Kind {
    let value = run.chars();
    if run.letters > 0 {
        return if checks::mbi(value) {
            Kind::Mbi
        } else if checks::dea(value) {
            Kind::Dea
        } else if checks::vin(value) {
            Kind::Vin
        } else {
            Kind::Id
        };
    }
    match value.len() {
        13..=19 if checks::card(value) => Kind::Card,
        15 | 16 => Kind::Card,
        10 if checks::npi(value) && value.starts_with('1') => Kind::Npi,
        10 | 11 | 7 => Kind::Phone,
        9 => Kind::Ssn,
        _ => Kind::Id,
    }
}

/// Finds the identifiers of a whole text.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let mut pending: Vec<Pending> = Vec::new();
    let mut seen = Seen::default();
    let mut rejected: Vec<(usize, usize, String)> = Vec::new();
    let mut anchor = 0;
    for t in 0..doc.turns.len() {
        turn(doc, t, &mut pending, &mut seen, &mut rejected, &mut anchor);
        pending.retain(|p| t - p.turn <= PATIENCE);
    }
    // A value may be said before anything gives it away: hide its other mentions too.
    for (first, end, value) in rejected {
        if !doc.taken[first]
            && let Some((_, kind)) = seen.values.iter().find(|(other, _)| *other == value || value.len() >= 6 && other.contains(&value))
        {
            doc.add(first, end, *kind, "repetition");
        }
    }
}

fn turn(doc: &mut Doc<'_>, t: usize, pending: &mut Vec<Pending>, seen: &mut Seen, rejected: &mut Vec<(usize, usize, String)>, anchor: &mut usize) {
    let turn = doc.turns[t];
    let cues = std::mem::take(&mut doc.cues);
    let hits = &cues[turn.cues.0..turn.cues.1];
    // The cue that is waiting for its value, and where the last accepted value of this turn ended.
    let mut local: Option<(Hit, usize)> = None;
    let mut next_hit = 0;
    let mut at = turn.first;
    let mut last_end = turn.first;
    loop {
        while doc.anchors.run.get(*anchor).is_some_and(|next| (*next as usize) < at) {
            *anchor += 1;
        }
        let Some(start) = doc.anchors.run.get(*anchor).map(|next| *next as usize).filter(|next| *next < turn.end) else { break };
        at = start;
        while next_hit < hits.len() && hits[next_hit].first <= at {
            let hit = hits[next_hit];
            next_hit += 1;
            if hit.cue == Cue::None {
                at = at.max(hit.end);
                continue;
            }
            let keep_specific = local.is_some_and(|(old, got)| got == 0 && refines(old.cue, hit.cue));
            if !keep_specific {
                local = Some((hit, 0));
            }
            at = at.max(hit.end);
            continue;
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
        let limit = hits.get(next_hit).filter(|hit| hit.first > at).map_or(turn.end, |hit| hit.first);
        let armed_here = local.is_some_and(|(hit, _)| hit.cue.is_code() && reaches(doc, &hit, at, last_end));
        let armed = armed_here || pending.iter().any(|p| p.cue.is_code()) && frame_only(doc, turn.first, at);
        let Some(mut run) = read(doc, at, limit, armed) else {
            at += 1;
            continue;
        };
        let floor = local.map_or(turn.first, |(hit, _)| if armed_here { hit.end } else { turn.first });
        trim(doc, &mut run, limit);
        let quantity = run.decimal && !armed_here
            || quantity_after(doc, &run, turn.end)
            || quantity_before(doc, &run, if armed_here { floor } else { turn.first });
        let decision = decide(doc, &run, &turn, local, armed_here, pending, hits, quantity, seen);
        match decision {
            Some((cue, kind, rule)) => {
                let complete = length(cue).0;
                let got = local.filter(|(hit, _)| hit.cue == cue).map_or(0, |(_, got)| got) + run.len();
                let end = extension(doc, &run, kind, turn.end);
                doc.add(run.first, end, kind, rule);
                run.end = end;
                seen.note(&run, kind);
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
    // Cues without a value in this turn wait for the next ones.
    for hit in hits {
        if hit.cue.is_code() && !answered(doc, hit, hits, turn.end) {
            pending.retain(|p| p.cue != hit.cue);
            pending.push(Pending { cue: hit.cue, turn: t, got: 0 });
        }
    }
    if pending.len() > 8 {
        pending.drain(..pending.len() - 8);
    }
    doc.cues = cues;
}

/// "… 0132 ext 204": the extension belongs to the telephone number.
fn extension(doc: &Doc<'_>, run: &Run, kind: Kind, limit: usize) -> usize {
    let word = if doc.is_punct(run.end, b',') { run.end + 1 } else { run.end };
    if kind != Kind::Phone || !doc.is_any(word, &["ext", "extension", "x"]) {
        return run.end;
    }
    let mut next = word + 1;
    while next < limit && (doc.is_punct(next, b'.') || doc.is_any(next, &["number", "is"])) {
        next += 1;
    }
    read(doc, next, limit, false).filter(|tail| tail.len() <= 6).map_or(run.end, |tail| tail.end)
}

/// A general word after a specific cue does not replace it: "social … last four", "card … number".
fn refines(old: Cue, new: Cue) -> bool {
    old != new && matches!(new, Cue::Name | Cue::Age | Cue::Url) || matches!((old, new), (Cue::Mbi, Cue::Member) | (Cue::Npi | Cue::Dea | Cue::License, Cue::Id))
}

/// Whether the cue still speaks for a value that starts at `at`.
fn reaches(doc: &Doc<'_>, hit: &Hit, at: usize, last_end: usize) -> bool {
    let from = hit.end.max(if last_end > hit.end { last_end } else { hit.end });
    if at < hit.end || at - from.min(at) > 14 {
        return false;
    }
    let mut strange = 0;
    for i in from.min(at)..at {
        match doc.shape(i) {
            Some(Shape::Word) => {
                if doc.has(i, class::MEASURE) && !doc.has(i, class::FRAME) {
                    return false;
                }
                if !doc.has(i, class::FRAME | class::FILLER | class::CORRECTION | class::SEPARATOR | class::LETTER | class::CARDINAL) {
                    strange += 1;
                }
            }
            Some(Shape::Punct) if doc.is_punct(i, b'?') => strange += 2,
            Some(Shape::Punct) if doc.is_punct(i, b'.') && !doc.glued(i + 1) => strange += 1,
            _ => {}
        }
    }
    strange <= if weak(doc, hit) { 0 } else { 3 }
}

/// A single noun that names many things: its value must follow at once ("policy 4471…", not "policy that…").
fn weak(doc: &Doc<'_>, hit: &Hit) -> bool {
    hit.end == hit.first + 1
        && doc.is_any(
            hit.first,
            &["chart", "group", "policy", "account", "medicaid", "plates", "tags", "license", "licence", "rx", "gmail", "routing", "plate", "tag", "aba", "visa"],
        )
}

/// Drops groups at the end that belong to the next thought ("…, 3 times a day").
fn trim(doc: &Doc<'_>, run: &mut Run, limit: usize) {
    while run.group_count > 1 && quantity_after(doc, run, limit) && run.groups()[run.group_count - 1].paused && run.drop_last_group() {}
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
        && !(quantity && !long)
    {
        return Some((cue, kind_of(cue, run), "cue-after"));
    }
    if armed_here && let Some((hit, got)) = local {
        let (full, least) = length(hit.cue);
        let least = if got > 0 && got < full || hit.cue == Cue::Dob { 1 } else { least };
        let open = got < full || run.groups()[0].corrected || got < 40 && corrects(doc, run.first);
        let restated = got >= full && run.len() >= 3 && !quantity;
        if (open || restated) && run.len() >= least && run.digits() > 0 && (!quantity || long && !run.cardinal) && !(hit.cue == Cue::Dob && run.len() < 3 && got == 0 && !frame_only(doc, hit.end, run.first)) {
            return Some((hit.cue, kind_of(hit.cue, run), "cue"));
        }
        if hit.cue == Cue::Mbi || hit.cue == Cue::Plate || hit.cue == Cue::Secret {
            if run.len() >= least {
                return Some((hit.cue, kind_of(hit.cue, run), "cue"));
            }
        }
    }
    if let Some((kind, rule)) = seen.echo(run, quantity) {
        return Some((Cue::Id, kind, rule));
    }
    if !quantity && let Some(answer) = answers(doc, run, turn, pending) {
        return Some((answer, kind_of(answer, run), "answer"));
    }
    if quantity || run.cardinal || run.decimal || run.counts() || run.lists() {
        return None;
    }
    if run.letters == 0 && run.len() >= 7 {
        return Some((Cue::Id, by_shape(run), "long-number"));
    }
    if run.letters > 0 && run.digits() >= 4 && run.len() >= 6 && run.atoms >= 2 {
        return Some((Cue::Id, by_shape(run), "code"));
    }
    if run.letters > 0 && run.digits() >= 3 && run.len() >= 7 {
        return Some((Cue::Id, by_shape(run), "code"));
    }
    None
}

fn corrects(doc: &Doc<'_>, first: usize) -> bool {
    (1..=5).any(|back| first >= back && (doc.has(first - back, class::CORRECTION) || doc.is(first - back, "wait")))
}

/// "415 555 0100, that's my cell": the cue that follows the value, unless it has a value of its own.
fn cue_after(doc: &Doc<'_>, run: &Run, hits: &[Hit], end: usize) -> Option<Cue> {
    let mut at = run.end;
    let mut words = 0;
    while at < end && words < 6 {
        if let Some(hit) = hits.iter().find(|hit| hit.first == at) {
            if !hit.cue.is_code() || matches!(hit.cue, Cue::Id) {
                return None;
            }
            let mut value = hit.end;
            while value < end && value < hit.end + 4 && (doc.has(value, class::FRAME | class::FILLER) || doc.is_punct(value, b',') || doc.is_punct(value, b':') || doc.shape(value) == Some(Shape::Clitic)) && !doc.has(value, class::LETTER) {
                value += 1;
            }
            let own = value < end && (doc.shape(value) == Some(Shape::Number) || doc.has(value, class::CARDINAL | class::LETTER | class::NATO)) && !doc.is_any(value, &["a", "i"]);
            return (!own && words > 0).then_some(hit.cue);
        }
        match doc.shape(at) {
            Some(Shape::Punct) if doc.is_punct(at, b',') || doc.is_punct(at, b'.') => {}
            Some(Shape::Clitic) => {}
            Some(Shape::Word) => {
                if !doc.is_any(at, &["that", "is", "was", "for", "my", "the", "his", "her", "your", "our", "their", "s", "and", "it", "as", "this", "on", "would", "be", "should", "which", "thats", "so", "uh", "um", "a"]) {
                    return None;
                }
                words += 1;
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

/// The pending question this run answers.
fn answers(doc: &Doc<'_>, run: &Run, turn: &Turn, pending: &[Pending]) -> Option<Cue> {
    if pending.is_empty() || run.counts() && run.len() < 7 && pending.iter().all(|p| p.got == 0) {
        return None;
    }
    let framed = frame_only(doc, turn.first, run.first);
    if !framed {
        return None;
    }
    let rest = turn.end - run.end;
    pending
        .iter()
        .rev()
        .find(|p| {
            let (full, least) = length(p.cue);
            let least = if p.got > 0 { 2 } else { least.max(2) };
            let fits = match p.cue {
                Cue::Last4 | Cue::SsnLast4 | Cue::PhoneLast4 | Cue::CardLast4 | Cue::Cvv => run.len() <= 5 && run.letters == 0,
                Cue::Dob => run.letters == 0 && (3..=8).contains(&run.len()),
                Cue::Zip | Cue::CardExp => run.len() <= 9,
                Cue::Ssn | Cue::Phone | Cue::Card | Cue::Npi | Cue::Routing => run.letters == 0,
                _ => true,
            };
            // A short number in a long sentence is not an answer.
            fits && run.digits() > 0 && run.len() >= least && (run.len() >= full.min(5) || rest <= 8 || doc.after_stop(run.end + 1)) && !(run.len() <= 2 && clock(run) && rest > 4)
        })
        .map(|p| p.cue)
}

fn settle(pending: &mut Vec<Pending>, cue: Cue, turn: usize, len: usize, complete: usize, total: usize) {
    let mut got = total.max(len);
    if let Some(at) = pending.iter().position(|p| p.cue == cue) {
        got = got.max(pending[at].got + len);
        pending.remove(at);
    }
    if got < complete && cue != Cue::Id {
        pending.push(Pending { cue, turn, got });
    }
}

/// Whether tokens after the cue hold a value already removed, before the next cue.
fn answered(doc: &Doc<'_>, hit: &Hit, hits: &[Hit], end: usize) -> bool {
    let until = hits.iter().find(|other| other.first >= hit.end && other.cue.is_code()).map_or(end, |other| other.first);
    (hit.end..until).any(|at| doc.taken[at] || doc.shape(at) == Some(Shape::Placeholder)) || hit.first > 0 && doc.taken[hit.first - 1]
}

impl Seen {
    fn note(&mut self, run: &Run, kind: Kind) {
        if run.len() >= 3 && self.values.len() < 256 {
            self.values.push((run.chars().to_owned(), kind));
        }
    }

    /// The run repeats a value of this call, or its end.
    fn echo(&self, run: &Run, quantity: bool) -> Option<(Kind, &'static str)> {
        let value = run.chars();
        if quantity && value.len() < 6 {
            return None;
        }
        let recent = self.values.len().saturating_sub(3);
        self.values
            .iter()
            .enumerate()
            .rev()
            .find(|(i, (other, _))| {
                if value.len() >= 6 {
                    other.contains(value)
                } else if value.len() >= 4 {
                    other == value || other.len() > 6 && other.ends_with(value)
                } else {
                    value.len() == 3 && *i >= recent && other.starts_with(value)
                }
            })
            .map(|(_, (_, kind))| (*kind, "echo"))
    }
}
