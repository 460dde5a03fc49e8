//! Parts of an address in the turns around it: the flat or the postal code in a turn of its own, the house number after
//! the street, what the next speaker asks about ("street?").

use crate::redaction::address::tail::{rest, state, zip_end};
use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::atom::numeric;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::nod::small;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::words;

/// Looks at turn `t`; `near`: an address was given or asked for in it or in the few turns before. Whether there
/// was something. `run` is where among the anchors its numbers begin.
pub(crate) fn follow(doc: &mut Doc<'_>, t: usize, near: bool, run: &mut usize) -> bool {
    let turn = doc.turns[t];
    let before = doc.findings.len();
    if t > 0 && turn.end - turn.first <= 5 && asks_kind(doc, &turn) {
        clarified(doc, t);
    }
    if !near {
        return doc.findings.len() > before;
    }
    if turn.asks & Cue::Address.bit() != 0 {
        named_street(doc, &turn);
        house_number(doc, &turn);
    }
    // A turn without a number or a letter near its start has nothing.
    let number = loop {
        match doc.anchors.run.get(*run).map(|at| *at as usize) {
            Some(at) if at < turn.first => *run += 1,
            at => break at,
        }
    };
    if number.is_none_or(|at| at >= turn.end.min(turn.first + 14)) {
        return doc.findings.len() > before;
    }
    let first = opening(doc, &turn);
    if numeric(doc, first) && first < turn.end {
        compass(doc, &turn, first);
    }
    dwelling_first(doc, &turn, first);
    if let Some(question) = t.checked_sub(1).map(|before| doc.turns[before]) {
        unit_answer(doc, &question, &turn, first);
        house_answer(doc, &question, &turn, first);
        house_corrected(doc, &question, &turn, first);
    }
    if !asked_else(doc, t)
        && let Some((at, end)) = bare_zip(doc, &turn)
        && !measured(doc, t)
    {
        doc.add(at, end, Kind::Zip, "zip-alone");
    }
    doc.findings.len() > before
}

/// "springfield illinois" in a turn of its own, when the other side nodded at the street.
pub(crate) fn town_after_nod(doc: &mut Doc<'_>, t: usize) -> bool {
    let Some(before) = t.checked_sub(1).filter(|before| small(doc, *before)) else {
        return false;
    };
    let (nod, turn) = (doc.turns[before], doc.turns[t]);
    if nod.asks != 0 || doc.is_punct(nod.end - 1, b'?') || turn.end - turn.first > 9 {
        return false;
    }
    let first = opening(doc, &turn);
    let mut end = first;
    let mut certain = false;
    while end < turn.end && end < first + 5 && !doc.taken[end] {
        if let Some(past) = state(doc, end) {
            (certain, end) = (true, past);
            break;
        }
        let joined = end > first && doc.is_punct(end, b',');
        if !joined && !place_word(doc, end) {
            break;
        }
        end += 1;
    }
    let closes =
        (end..turn.end).all(|at| unsaid(doc, at) || doc.is_any(at, words!["think", "yeah"]));
    if end <= first || end > turn.end || !closes || !certain && end - first > 2 {
        return false;
    }
    doc.add(first, end, Kind::Address, "address-town");
    true
}

/// Whether the turn or those before it ask for another number than a postal code.
fn asked_else(doc: &Doc<'_>, t: usize) -> bool {
    let other = !(Cue::Address.bit() | Cue::Zip.bit() | Cue::Name.bit() | Cue::None.bit());
    doc.turns[t.saturating_sub(2)..=t]
        .iter()
        .any(|turn| turn.asks & other != 0)
}

/// "and the platelets?": whether the turn before asks for something that is measured or counted.
fn measured(doc: &Doc<'_>, t: usize) -> bool {
    t.checked_sub(1).is_some_and(|before| {
        let asked = doc.turns[before];
        (asked.first.max(asked.end.saturating_sub(8))..asked.end)
            // "mm-hmm" is no length.
            .any(|at| doc.has(at, class::MEASURE | class::UNIT | class::DRUG) && !doc.is(at, "mm"))
    })
}

/// A word that says nothing of an address.
fn unsaid(doc: &Doc<'_>, at: usize) -> bool {
    !matches!(doc.shape(at), Some(Shape::Word | Shape::Number))
        || doc.has(at, class::FRAME | class::FILLER | class::CORRECTION) && !numeric(doc, at)
        || doc.is_any(
            at,
            words![
                "and", "is", "still", "in", "that's", "it's", "correct", "also", "ma'am", "ma",
                "sir"
            ],
        )
}

/// The first word of a turn's answer.
fn opening(doc: &Doc<'_>, turn: &Turn) -> usize {
    let stop = turn.end.min(turn.first + 8);
    (turn.first..stop)
        .find(|at| doc.has(*at, class::STREET | class::CARDINAL) || !unsaid(doc, *at))
        .unwrap_or(stop)
}

/// Where the number that begins at `at` ends.
fn number_end(doc: &Doc<'_>, at: usize, limit: usize) -> usize {
    let mut end = at;
    while end < limit
        && end < at + 7
        && (numeric(doc, end)
            || doc.has(end, class::HUNDRED)
            || end > at && doc.is_punct(end, b'-') && numeric(doc, end + 1)
            || end > at && doc.is(end, "and") && doc.has(end - 1, class::HUNDRED))
    {
        end += 1;
    }
    end
}

/// A word that can be part of a street's name where no word for a street follows.
fn place_word(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && !doc.has(
            at,
            class::UNIT | class::MEASURE | class::FRAME | class::FILLER | class::MONTH,
        )
        && (doc.capital(at)
            || strange(doc, at)
            || doc.name_class(at) & (name::LAST | name::COMMON) == name::LAST
            || doc.has(at, class::ORDINAL))
}

/// "nine hundred west huron": a number, a direction and a name are all that is said.
fn compass(doc: &mut Doc<'_>, turn: &Turn, first: usize) {
    let at = number_end(doc, first, turn.end);
    if !doc.has(at, class::DIRECTION) || doc.len_of(at) < 2 || !place_word(doc, at + 1) {
        return;
    }
    let mut end = at + 2;
    while end < turn.end && end < at + 4 && place_word(doc, end) {
        end += 1;
    }
    let closes = end >= turn.end || doc.shape(end) == Some(Shape::Punct);
    if closes && end <= turn.end && !doc.taken[first..end].iter().any(|taken| *taken) {
        doc.add(first, end, Kind::Address, "address-compass");
    }
}

/// Whether a turn asks in a word or two what kind of street it is: "street?", "road or drive?".
fn asks_kind(doc: &Doc<'_>, turn: &Turn) -> bool {
    doc.is_punct(turn.end - 1, b'?')
        && (turn.first..turn.end - 1).all(|at| {
            doc.has(at, class::SOLID_STREET)
                || doc.shape(at) == Some(Shape::Punct)
                || doc.is_any(
                    at,
                    words!["or", "is", "it", "that", "a", "like", "the", "and"],
                )
        })
        && (turn.first..turn.end).any(|at| doc.has(at, class::SOLID_STREET))
}

/// "fourteen crescent" – "street?" – "street, floor six": what the question is about, and its answer.
fn clarified(doc: &mut Doc<'_>, t: usize) {
    let said = doc.turns[t - 1];
    let first = opening(doc, &said);
    let end = number_end(doc, first, said.end);
    let mut last = end;
    while last < said.end && last < end + 5 && doc.shape(last) == Some(Shape::Word) {
        last += 1;
    }
    let free = first < last && !doc.taken[first..last].iter().any(|taken| *taken);
    if end > first && last > end && last >= said.end && free && !doc.has(end, class::UNIT) {
        doc.add(first, last, Kind::Address, "address-clarified");
    }
    let Some(answer) = doc.turns.get(t + 1).copied() else {
        return;
    };
    let kind = opening(doc, &answer);
    if kind < answer.end && doc.has(kind, class::SOLID_STREET) && !doc.taken[kind] {
        let end = rest(doc, kind + 1, answer.end, true);
        doc.add(kind, end, Kind::Address, "address-clarified");
    }
}

/// "my street's pell", "the street is old orchard": the name after the words that announce it.
fn named_street(doc: &mut Doc<'_>, turn: &Turn) {
    let Some(hit) = doc
        .turn_cues(turn)
        .iter()
        .find(|hit| hit.cue == Cue::Address && (hit.first..hit.end).any(|at| doc.is(at, "street")))
        .copied()
    else {
        return;
    };
    let verb = (hit.first..turn.end.min(hit.end + 1))
        .rev()
        .find(|at| doc.is(*at, "is") || doc.shape(*at) == Some(Shape::Clitic));
    let Some(first) = verb.map(|at| at + 1) else {
        return;
    };
    let mut end = first;
    while end < turn.end
        && end < first + 4
        && doc.shape(end) == Some(Shape::Word)
        && !doc.taken[end]
        && !doc.has(end, class::FRAME | class::FILLER | class::UNIT)
    {
        end += 1;
    }
    let named = (first..end).any(|at| place_word(doc, at));
    if named && (end >= turn.end || doc.shape(end) != Some(Shape::Word)) {
        doc.add(first, end, Kind::Address, "address-street");
    }
}

/// "route 9, house number 412": the number after the words that announce it.
fn house_number(doc: &mut Doc<'_>, turn: &Turn) {
    let Some(hit) = doc
        .turn_cues(turn)
        .iter()
        .find(|hit| {
            hit.cue == Cue::Address && doc.is(hit.first, "house") && doc.is(hit.end - 1, "number")
        })
        .copied()
    else {
        return;
    };
    let first = hit.end + usize::from(doc.is(hit.end, "is"));
    let end = number_end(doc, first, turn.end);
    if end > first && !doc.taken[first] && !doc.has(end, class::UNIT) {
        doc.add(first, end, Kind::Address, "address-house");
    }
}

/// "Building C, number eleven.", "apartment six": the turn begins with the word for a dwelling.
fn dwelling_first(doc: &mut Doc<'_>, turn: &Turn, at: usize) {
    let dwelling = doc.has(at, class::DWELLING) && !doc.is_any(at, words!["room", "box"])
        || doc.is_any(at, words!["trailer", "space"]);
    if at >= turn.end
        || !dwelling
        || doc.taken[at]
        || !(numeric(doc, at + 1) || doc.has(at + 1, class::LETTER))
        || doc.has(at + 2, class::UNIT)
    {
        return;
    }
    let end = rest(doc, at, turn.end, false);
    doc.add(at, end, Kind::Address, "address-dwelling");
}

/// "apartment?" – "three D", "which unit is it" – "lot nine".
fn unit_answer(doc: &mut Doc<'_>, question: &Turn, turn: &Turn, first: usize) {
    if first >= turn.end || !numeric(doc, first) && !doc.has(first, class::LETTER) {
        return;
    }
    let asks = question.end - question.first <= 10
        && (question.first..question.end).any(|at| {
            doc.is_any(
                at,
                words!["apartment", "apt", "unit", "flat", "suite", "lot"],
            )
        });
    if !asks {
        return;
    }
    let mut end = number_end(doc, first, turn.end);
    let letter = |at: usize| {
        doc.has(at, class::LETTER) && (!doc.is_any(at, words!["a", "i"]) || doc.capital(at))
    };
    if end < turn.end && (letter(end) || end > first && doc.glued(end) && doc.len_of(end) == 1) {
        end += 1;
    }
    let closes = end >= turn.end || doc.shape(end) != Some(Shape::Word);
    if end > first && end - first <= 5 && closes && !doc.taken[first] {
        doc.add(first, end, Kind::Address, "address-unit");
    }
}

/// "and the number?" – "four oh six, back house": the house number alone.
fn house_answer(doc: &mut Doc<'_>, question: &Turn, turn: &Turn, first: usize) {
    if first >= turn.end || !numeric(doc, first) || doc.taken[first] {
        return;
    }
    let near = question.first.max(question.end.saturating_sub(4))..question.end;
    let asks = question.end - question.first <= 7
        && question.asks & !(Cue::Address.bit() | Cue::None.bit()) == 0
        && near
            .clone()
            .any(|at| doc.is_any(at, words!["number", "house"]));
    if !asks {
        return;
    }
    let end = number_end(doc, first, turn.end);
    let closes = end >= turn.end || doc.shape(end) != Some(Shape::Word);
    let short = zip_end(doc, first, end).1 <= 5;
    if end > first && end - first <= 5 && closes && short {
        doc.add(first, end, Kind::Address, "address-house");
    }
}

/// "you're at 15 Alder Street?" – "50, not 15": the house number put right, and the wrong one.
#[inline(never)]
fn house_corrected(doc: &mut Doc<'_>, question: &Turn, turn: &Turn, first: usize) {
    let read_out = question.end >= question.first + 3
        && doc.taken[question.end - 2]
        && doc.is_punct(question.end - 1, b'?')
        && doc.tokens.get(question.end - 2).is_some_and(|last| {
            let mut latest = doc.findings.iter().rev().take(8);
            latest.any(|found| found.kind == Kind::Address && found.end == last.end())
        });
    if !read_out || first >= turn.end {
        return;
    }
    for at in first..turn.end.min(first + 8) {
        let due = at == first || doc.is_any(at - 1, words!["not", "no"]);
        let end = number_end(doc, at, turn.end);
        let closes = end >= turn.end || doc.shape(end) == Some(Shape::Punct);
        if due && end > at && closes && !doc.taken[at] && zip_end(doc, at, end).1 <= 5 {
            doc.add(at, end, Kind::Address, "address-house");
        }
    }
}

/// "02840, yep", "Bar Harbor, ME, 04609": five digits that are all that is said after an address, or follow a state.
fn bare_zip(doc: &Doc<'_>, turn: &Turn) -> Option<(usize, usize)> {
    let stop = turn.end.min(turn.first + 14);
    let at = (turn.first..stop).find(|at| numeric(doc, *at))?;
    if doc.taken[at] || doc.has(at, class::OH) && !numeric(doc, at + 1) {
        return None;
    }
    let (end, digits) = zip_end(doc, at, turn.end);
    if digits != 5 || end > turn.end {
        return None;
    }
    let comma = usize::from(at > turn.first && doc.is_punct(at - 1, b','));
    let in_state = (1..=2).any(|words| {
        at.checked_sub(comma + words)
            .is_some_and(|from| from >= turn.first && state(doc, from) == Some(at - comma))
    });
    let alone = (turn.first..at).all(|i| unsaid(doc, i) && !doc.is_punct(i, b'$'))
        && (end..turn.end.min(end + 6)).all(|i| unsaid(doc, i) && !doc.has(i, class::UNIT));
    (in_state || alone).then_some((at, end))
}

/// "68154. no, that's work. home is 68022": the other codes of the answer to a question for one.
pub(crate) fn other_zips(doc: &mut Doc<'_>, turn: &Turn) {
    for at in turn.first..turn.end.min(turn.first + 24) {
        let free = !doc.glued(at + 1)
            || doc.shape(at + 1) == Some(Shape::Newline)
            || doc.shape(at + 1) == Some(Shape::Punct) && !doc.glued(at + 2);
        if doc.shape(at) == Some(Shape::Number)
            && doc.len_of(at) == 5
            && !doc.taken[at]
            && free
            && !doc.has(at + 1, class::UNIT)
            && !(at > turn.first && doc.glued(at))
        {
            doc.add(at, at + 1, Kind::Zip, "zip-answer");
        }
    }
}

/// Where a turn goes on that turns down what the one before it read out: "no, moved, it's …", "nope …".
pub(crate) fn turned_down(doc: &Doc<'_>, turn: &Turn) -> Option<usize> {
    let no = words![
        "no",
        "nope",
        "nah",
        "moved",
        "not",
        "changed",
        "different",
        "wrong",
        "anymore",
        "longer"
    ];
    let stop = turn.end.min(turn.first + 8);
    (turn.first..turn.end.min(turn.first + 5)).find(|at| doc.is_any(*at, no))?;
    (turn.first..stop)
        .rev()
        .find(|at| doc.is_any(*at, no))
        .map(|at| at + 1)
}

/// "1418 Tamarack, I'm sorry, we moved. 92 Old Quarry Road": what stands before the address that replaces it.
pub(crate) fn replaced(doc: &mut Doc<'_>, turn: &Turn, at: usize) {
    let from = turn.first.max(at.saturating_sub(18));
    let taken_back = (from..at).rev().find(|i| {
        doc.has(*i, class::CORRECTION)
            || doc.is_any(*i, words!["no", "moved", "wait", "not", "old", "used"])
    });
    let Some(first) = (from..taken_back.unwrap_or(from)).find(|i| numeric(doc, *i)) else {
        return;
    };
    let number = number_end(doc, first, at);
    let mut end = number;
    while end < at && end < number + 4 && place_word(doc, end) {
        end += 1;
    }
    let closes = doc.shape(end) == Some(Shape::Punct)
        || doc.has(end, class::CORRECTION)
        || doc.is(end, "no");
    // "House number two one one. No no, listen to me": the number alone, where it is called so
    let house =
        end == number && first > turn.first && doc.is_any(first - 1, words!["number", "house"]);
    if (end > number || house) && closes && !doc.taken[first..end].iter().any(|taken| *taken) {
        doc.add(first, end, Kind::Address, "address-taken-back");
    }
}
