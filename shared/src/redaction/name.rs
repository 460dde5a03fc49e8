//! People's names: a grammar of cues (introductions, titles, greetings, relations, answers to "who is calling"), a
//! dictionary as evidence, spelled names, and then every other mention of a name found in the call.

use super::cue::Cue;
use super::doc::Doc;
use super::kind::Kind;
use super::lexicon::{class, key_of, name};
use super::token::{Shape, hash_of};

/// How much a cue says that a name follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cued {
    /// Only a given name that is nothing else ("so Kim").
    Weakly,
    /// Any given name, also one that is a word ("my daughter April").
    Fairly,
    /// Any word that is not an ordinary one ("my last name is Trabalotsa").
    Strongly,
}

/// Finds names by cue and dictionary, then by repetition.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let mut known: Vec<u64> = Vec::new();
    spelled(doc, &mut known, true);
    let mut next = 0;
    for t in 0..doc.turns.len() {
        turn(doc, t, &mut known, &mut next);
    }
    spelled(doc, &mut known, false);
    repeat(doc, &known);
}

/// Names in machine text: only after a cue, only capitalised, and their repetitions.
pub(crate) fn detect_written(doc: &mut Doc<'_>) {
    let mut known: Vec<u64> = Vec::new();
    for at in 0..doc.tokens.len() {
        if doc.shape(at) != Some(Shape::Word) || doc.taken[at] {
            continue;
        }
        let cue = doc.has(at, class::TITLE | class::RELATION) && doc.is_any(at, &["mr", "mrs", "ms", "dr", "doctor", "miss", "daughter", "son", "wife", "husband", "mother", "father"])
            || doc.is_any(at, &["patient", "customer", "caller", "contact", "user", "named", "hi", "hello", "dear", "member", "guardian", "attn"])
            || doc.is(at, "name") && at > 0 && doc.is_any(at - 1, &["patient", "full", "first", "last", "customer", "caller", "is", "my"]);
        if !cue {
            continue;
        }
        let mut next = at + 1;
        while doc.is_punct(next, b':') || doc.is_punct(next, b',') || doc.is_punct(next, b'.') && doc.has(at, class::TITLE) || doc.is(next, "is") || doc.is_punct(next, b'"') || doc.is_punct(next, b'=') || doc.is_punct(next, 0x27) {
            next += 1;
        }
        let listed = doc.name_class(next) & (name::FIRST | name::LAST) != 0;
        let pair = doc.capital(next + 1) && doc.shape(next + 1) == Some(Shape::Word) && !doc.glued(next + 1);
        if next < doc.tokens.len() && doc.capital(next) && !doc.glued(next + 1) | !joins_code(doc, next + 1) && (listed || pair && doc.name_class(next) & name::COMMON == 0) {
            let end = doc.tokens.len();
            accept(doc, next, end, Cued::Strongly, "name-cue", &mut known);
        }
    }
    repeat(doc, &known);
}

fn joins_code(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.shape(at), Some(Shape::Number | Shape::Word)) || doc.is_punct(at, b'_') || doc.is_punct(at, b'/') || doc.is_punct(at, b'=') || doc.is_punct(at, b'(')
}

fn turn(doc: &mut Doc<'_>, t: usize, known: &mut Vec<u64>, next: &mut usize) {
    let turn = doc.turns[t];
    for h in turn.cues.0..turn.cues.1 {
        let hit = doc.cues[h];
        if hit.cue == Cue::Name {
            let at = past_frame(doc, hit.end, turn.end, 8);
            if !asks(doc, hit.end, turn.end) {
                accept(doc, at, turn.end, Cued::Strongly, "name-cue", known);
            }
        }
    }
    if asked_name(doc, t) {
        let at = past_frame(doc, turn.first, turn.end, 10);
        let short = turn.end - at.min(turn.end) <= 12;
        accept(doc, at, turn.end, if short { Cued::Strongly } else { Cued::Fairly }, "name-answer", known);
    }
    while let Some(at) = doc.anchors.name.get(*next).map(|at| *at as usize).filter(|at| *at < turn.end) {
        *next += 1;
        if at < turn.first || doc.taken[at] {
            continue;
        }
        let bits = doc.class(at);
        if bits & (class::TITLE | class::GREETING | class::RELATION | class::NAME_CUE) != 0 {
            cued(doc, at, turn.first, turn.end, known);
        }
        if doc.tokens[at].given && !doc.taken[at] {
            uncued(doc, at, turn.first, turn.end, known);
        }
    }
}

/// A question mark or the end right after the cue: nothing to take in this turn.
fn asks(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    at >= end || doc.is_punct(at, b'?') || doc.is_any(at, &["and", "for", "on", "please", "of", "or"])
}

/// Whether a turn shortly before asked for a name and nobody gave one yet.
fn asked_name(doc: &Doc<'_>, t: usize) -> bool {
    let from = t.saturating_sub(2);
    (from..t).rev().any(|i| {
        let turn = doc.turns[i];
        let asked = doc.turn_cues(&turn).iter().any(|hit| hit.cue == Cue::Name && asks_or_ends(doc, hit.end, turn.end));
        asked && (i + 1..t).all(|j| !(doc.turns[j].first..doc.turns[j].end).any(|at| doc.taken[at]))
    })
}

fn asks_or_ends(doc: &Doc<'_>, at: usize, end: usize) -> bool {
    asks(doc, at, end) || end - at <= 4 || (at..end.min(at + 14)).any(|i| doc.is_punct(i, b'?'))
}

/// Skips the small words of an answer.
fn past_frame(doc: &Doc<'_>, mut at: usize, end: usize, most: usize) -> usize {
    let stop = at + most;
    while at < end && at < stop {
        let skip = match doc.shape(at) {
            Some(Shape::Punct | Shape::Clitic) => true,
            Some(Shape::Word) => {
                doc.has(at, class::FRAME | class::FILLER | class::GREETING | class::CORRECTION) && doc.name_class(at) & name::FIRST == 0
                    || doc.is_any(at, &["is", "am", "be", "to", "ohh", "can", "would", "will", "course", "full", "last", "first", "speaking", "called", "the"])
                    || doc.has(at, class::TITLE)
            }
            _ => false,
        };
        if !skip {
            break;
        }
        at += 1;
    }
    at
}

/// A cue word at `at` and what follows it.
fn cued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    let comma = |doc: &Doc<'_>, i: usize| if doc.is_punct(i, b',') { i + 1 } else { i };
    if bits & class::TITLE != 0 {
        let next = if doc.is_punct(at + 1, b'.') { at + 2 } else { at + 1 };
        let abbreviated = doc.is_any(at, &["mr", "mrs", "ms", "dr", "mister", "missus", "miss"]);
        let known_name = doc.name_class(next) & (name::LAST | name::FIRST) != 0 && !doc.has(next, class::FRAME | class::FILLER);
        if (abbreviated || doc.capital(next) || known_name && doc.is(at, "doctor")) && doc.word(next).len() > 1 {
            let level = if known_name || abbreviated || doc.capital(next) { Cued::Strongly } else { Cued::Weakly };
            if !doc.has(next, class::MEDICAL) || abbreviated {
                accept(doc, next, end, level, "name-title", known);
            }
        }
        return;
    }
    if bits & class::GREETING != 0 || doc.is(at, "thank") && doc.is(at + 1, "you") {
        let mut next = if doc.is(at, "thank") { at + 2 } else { at + 1 };
        while next < at + 4 && (doc.is_any(next, &["there", "you", "good", "again", "so", "much", "very", "okay", "ok", "and"]) || doc.has(next, class::GREETING)) {
            next += 1;
        }
        let next = comma(doc, next);
        let vocative = next + 1 >= end || matches!(doc.shape(next + 1), Some(Shape::Punct | Shape::Newline)) || doc.is_any(next + 1, &["how", "you're", "what", "it", "i", "nice", "good", "so", "this", "thanks", "for", "what's", "you"]);
        accept(doc, next, end, if vocative { Cued::Fairly } else { Cued::Weakly }, "name-greeting", known);
        if vocative && doc.capital(next) && !doc.taken.get(next).copied().unwrap_or(true) && plausible(doc, next, Cued::Strongly) && bits & class::GREETING != 0 && at + 1 == next {
            accept(doc, next, end, Cued::Strongly, "name-greeting", known);
        }
        return;
    }
    if bits & class::RELATION != 0 {
        let next = comma(doc, at + 1);
        let next = if doc.is_any(next, &["is", "named", "called"]) || doc.shape(next) == Some(Shape::Clitic) && doc.is_any(next + 1, &["name"]) { past_frame(doc, next + 1, end, 3) } else { next };
        let mine = at > floor && doc.is_any(at - 1, &["my", "his", "her", "their", "our", "your", "the"]);
        accept(doc, next, end, if mine { Cued::Fairly } else { Cued::Weakly }, "name-relation", known);
        return;
    }
    if doc.is(at, "patient") {
        let next = past_frame(doc, at + 1, end, 3);
        let record = doc.shape(next + 1) == Some(Shape::Punct) || doc.has(next + 1, class::CUE);
        accept(doc, next, end, if record || doc.capital(next) { Cued::Fairly } else { Cued::Weakly }, "name-patient", known);
        return;
    }
    if bits & class::INTRODUCTION != 0 {
        let verb = doc.shape(at + 1) == Some(Shape::Clitic) && !doc.word(at + 1).ends_with(['d', 'e', 'l', 't']) || doc.is_any(at + 1, &["is", "am"]);
        if verb {
            let next = past_title(doc, at + 2);
            accept(doc, next, end, Cued::Weakly, "name-introduction", known);
            let unknown = |i: usize| doc.shape(i) == Some(Shape::Word) && doc.class(i) == 0 && doc.name_class(i) & name::COMMON == 0 && doc.word(i).len() > 2 && !doc.taken[i];
            let says = |i: usize| i < end && doc.is_any(i, &["calling", "speaking", "here", "from"]);
            let surname = next + 1 < end && doc.name_class(next + 1) & (name::LAST | name::COMMON) == name::LAST && doc.class(next + 1) & (class::MEDICAL | class::UNIT | class::FRAME) == 0;
            if next < end && unknown(next) && (surname || says(next + 1) || next + 2 < end && unknown(next + 1) && says(next + 2)) {
                accept(doc, next, end, Cued::Strongly, "name-introduction", known);
            }
        }
        return;
    }
    if bits & class::MENTION != 0 {
        let next = if doc.is(at, "behalf") { at + 2 } else { at + 1 };
        if !doc.tokens.get(next).is_some_and(|token| token.given || token.capital) {
            return;
        }
        let level = if doc.is_any(at, &["named"]) { Cued::Fairly } else { Cued::Weakly };
        accept(doc, next, end, level, "name-mention", known);
        return;
    }
    if at <= floor + 3 && bits & class::LEAD != 0 {
        accept(doc, comma(doc, at + 1), end, Cued::Weakly, "name-address", known);
    }
}

fn past_title(doc: &Doc<'_>, mut at: usize) -> usize {
    while doc.has(at, class::TITLE | class::FILLER) || doc.is_punct(at, b'.') && doc.has(at.wrapping_sub(1), class::TITLE) || doc.is_punct(at, b',') {
        at += 1;
    }
    at
}

/// A name nobody announced: a capitalised given name, or given and family name together.
fn uncued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let names = doc.name_class(at);
    let code = doc.has(at, class::NATO) && (letter(doc, at + 1) || at > floor && letter(doc, at - 1));
    if names & name::FIRST == 0 || doc.word(at).len() < 3 || code {
        return;
    }
    let surname = doc.name_class(at + 1);
    let adjacent = at + 1 < end && doc.shape(at + 1) == Some(Shape::Word) && surname & name::LAST != 0 && !doc.taken[at + 1] && !doc.glued(at + 1);
    let cased = doc.capital(at) == doc.capital(at + 1);
    if adjacent && cased && names & name::COMMON == 0 && surname & name::COMMON == 0 && (doc.capital(at) || !homonym(doc, at) && !homonym(doc, at + 1) && doc.class(at + 1) & (class::MEDICAL | class::STREET | class::STATE) == 0) {
        accept(doc, at, end, Cued::Fairly, "name-full", known);
        return;
    }
    if names & name::COMMON != 0 || homonym(doc, at) {
        return;
    }
    let opens = at == floor || matches!(doc.shape(at - 1), Some(Shape::Punct));
    let closes = at + 1 >= end || matches!(doc.shape(at + 1), Some(Shape::Punct | Shape::Newline));
    let introduced = opens && (doc.is(at + 1, "is") && doc.is_any(at + 2, &["a", "an"]) || doc.is_any(at + 1, &["speaking", "calling", "here"]));
    if doc.capital(at) || opens && closes || introduced {
        accept(doc, at, end, Cued::Weakly, "name-dictionary", known);
    }
}

/// A name that is also an ordinary word, a month, an eponym or a place.
fn homonym(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(at, class::HOMONYM | class::MONTH | class::STATE | class::WEEKDAY)
}

/// Whether the word at `at` can be a name under a cue of this strength.
fn plausible(doc: &Doc<'_>, at: usize, cued: Cued) -> bool {
    if doc.shape(at) != Some(Shape::Word) || doc.taken[at] || doc.word(at).len() < 2 || doc.has(at, class::TITLE) {
        return false;
    }
    let names = doc.name_class(at);
    let bits = doc.class(at);
    let listed = names & (name::FIRST | name::LAST) != 0;
    let ordinary = names & name::COMMON != 0
        || bits & (class::FRAME | class::FILLER | class::UNIT | class::MEASURE | class::CARDINAL | class::WEEKDAY | class::TITLE | class::GREETING | class::RELATION | class::SPEAKER | class::CUE | class::OVER | class::CORRECTION | class::NAME_CUE | class::ORDINAL | class::DRUG | class::DIAGNOSIS) != 0
            && !(listed && bits & class::HOMONYM != 0);
    // "Don't" is not Don; "Will's" may be.
    if doc.shape(at + 1) == Some(Shape::Clitic) && doc.word(at + 1).ends_with(['t', 'T']) {
        return false;
    }
    match cued {
        Cued::Weakly => !ordinary && !homonym(doc, at) && (names & name::FIRST != 0 || doc.capital(at) && names & name::LAST != 0),
        Cued::Fairly => names & name::FIRST != 0 && (!ordinary || doc.capital(at)) || doc.capital(at) && names & name::LAST != 0 && !ordinary || names & name::FIRST != 0 && bits & (class::HOMONYM | class::MONTH) != 0 && bits & class::FRAME == 0,
        Cued::Strongly => !ordinary && bits & (class::MEDICAL | class::STATE) == 0 || listed && (doc.capital(at) || !ordinary || names & name::FIRST != 0) && bits & (class::FRAME | class::FILLER) == 0,
    }
}

/// Takes the name at `at`, if there is one, with its further parts.
fn accept(doc: &mut Doc<'_>, at: usize, limit: usize, cued: Cued, rule: &'static str, known: &mut Vec<u64>) {
    if at >= limit || !plausible(doc, at, cued) {
        return;
    }
    let mut end = at + 1;
    let mut last = at;
    while end < limit && end < at + 7 && last < at + 5 {
        let mut next = end;
        if doc.is_punct(next, b'-') && doc.glued(next) && doc.glued(next + 1) {
            next += 1;
        }
        // an initial
        if doc.shape(next) == Some(Shape::Word) && doc.word(next).len() == 1 && doc.capital(next) && !doc.is(next, "i") {
            let after = if doc.is_punct(next + 1, b'.') { next + 2 } else { next + 1 };
            if after < limit && doc.capital(after) && further(doc, after, cued) && doc.word(after).len() > 1 {
                end = after;
                continue;
            }
            break;
        }
        if doc.is_any(next, &["de", "la", "del", "van", "von", "der", "den", "di", "da", "bin", "al", "el", "st", "mc", "mac", "le", "dos", "ten"]) && next + 1 < limit && (further(doc, next + 1, cued) || doc.capital(next + 1)) && !doc.has(next + 1, class::CARDINAL) {
            end = next + 1;
            last = next;
            continue;
        }
        if next < limit && further(doc, next, cued) {
            end = next + 1;
            last = next;
            continue;
        }
        break;
    }
    if doc.has(end, class::GENERATION) && end < limit && (doc.name_class(end) & name::COMMON == 0) {
        end += 1;
    }
    // "Bell's palsy", "Martin dental", "Jordan Hospital"
    let after = if doc.shape(end) == Some(Shape::Clitic) { end + 1 } else { end };
    let eponym = after < limit && doc.has(after, class::MEDICAL) || doc.shape(end) == Some(Shape::Clitic) && doc.has(end - 1, class::HOMONYM) && cued < Cued::Strongly && !doc.is_any(after, &["calling", "here", "speaking"]);
    if eponym && rule != "name-title" && !(cued == Cued::Strongly && end - at >= 2) {
        return;
    }
    if doc.is(end, "street") || doc.has(end, class::SOLID_STREET) && cued < Cued::Strongly && doc.capital(end) {
        return;
    }
    for i in at..end {
        if doc.shape(i) == Some(Shape::Word) && doc.word(i).len() > 1 {
            let key = doc.key(i);
            if !known.contains(&key) && known.len() < 4096 {
                known.push(key);
            }
        }
    }
    doc.add(at, end, Kind::Person, rule);
}

/// Whether the word continues a name.
fn further(doc: &Doc<'_>, at: usize, cued: Cued) -> bool {
    if doc.shape(at) != Some(Shape::Word) || doc.taken[at] || doc.word(at).len() < 2 || !matches!(doc.shape(at.wrapping_sub(1)), Some(Shape::Word) | Some(Shape::Punct)) {
        return false;
    }
    let names = doc.name_class(at);
    let bits = doc.class(at);
    if bits & (class::FRAME | class::FILLER | class::UNIT | class::CARDINAL | class::MEASURE | class::CUE | class::GREETING | class::TITLE | class::RELATION | class::OVER | class::CORRECTION) != 0 && !(doc.capital(at) && names & name::LAST != 0) {
        return false;
    }
    if bits & class::NAME_CUE != 0 && !doc.capital(at) {
        return false;
    }
    let capital_before = doc.capital(at - 1);
    if names & (name::LAST | name::FIRST) != 0 && (names & name::COMMON == 0 || doc.capital(at) && capital_before) && !(homonym(doc, at) && names & name::LAST == 0) {
        return !(bits & class::MEDICAL != 0 && names & name::LAST == 0);
    }
    if names & name::LAST != 0 && (cued >= Cued::Fairly || doc.name_class(at - 1) & name::FIRST != 0 && doc.name_class(at - 1) & name::COMMON == 0) {
        return true;
    }
    if doc.capital(at) && capital_before && names & name::COMMON == 0 && bits & (class::MEDICAL | class::MONTH | class::WEEKDAY) == 0 {
        return true;
    }
    names == 0 && bits == 0 && doc.word(at).len() > 2 && (cued == Cued::Strongly || !capital_before && doc.name_class(at - 1) & name::FIRST != 0 && cued == Cued::Fairly)
}

/// "spelled j o n e s", "that's N-E-L-S-O-N": three or more letters after a name or a word about spelling, or letters
/// that make a known name.
fn spelled(doc: &mut Doc<'_>, known: &mut Vec<u64>, announced: bool) {
    let anchors = std::mem::take(&mut doc.anchors.letter);
    let mut next = 0;
    for t in 0..doc.turns.len() {
        let turn = doc.turns[t];
        let mut resume = turn.first;
        while let Some(start) = anchors.get(next).map(|at| *at as usize).filter(|at| *at < turn.end) {
            next += 1;
            let mut at = start;
            let more = letter(doc, at + 1) || matches!(doc.shape(at + 1), Some(Shape::Punct)) || doc.is_any(at + 1, &["as", "for", "like", "double"]);
            if at < resume || doc.taken[at] || !more {
                continue;
            }
            let first = at;
            let mut word = String::new();
            let mut end = at;
            while at < turn.end && !doc.taken[at] {
                if letter(doc, at) {
                    let char = if doc.has(at, class::LETTER) { doc.word(at).as_bytes()[0] } else { u8::try_from(doc.value(at)).unwrap_or(b'x') };
                    word.push(char::from(char.to_ascii_lowercase()));
                    at += 1;
                    // "b as in boy"
                    if doc.is(at, "as") && doc.is(at + 1, "in") && at + 2 < turn.end {
                        at += 3;
                    } else if doc.is_any(at, &["for", "like"]) && doc.word(at + 1).to_ascii_lowercase().starts_with(char::from(char.to_ascii_lowercase())) {
                        at += 2;
                    }
                    end = at;
                } else if doc.is(at, "double") && letter(doc, at + 1) || [b'-', b',', b'.'].iter().any(|b| doc.is_punct(at, *b)) && (letter(doc, at + 1) || doc.is(at + 1, "double")) {
                    at += 1;
                } else {
                    break;
                }
            }
            resume = at.max(first + 1);
            if word.len() < 2 {
                continue;
            }
            let spelling = (first.saturating_sub(6).max(turn.first)..first).any(|i| doc.is_any(i, &["spelled", "spell", "spelt", "spelling", "spells", "letters"]));
            let after_name = (first.saturating_sub(5).max(turn.first)..first).any(|i| doc.taken[i] && person_ends_at(doc, i));
            let asked = doc.turns[t.saturating_sub(2)..t].iter().any(|turn| (turn.first..turn.end).any(|i| doc.is_any(i, &["spell", "spelling", "spelled"])));
            let key = key_of(&word);
            let named = word.len() >= 4 && (doc.lexicon.name_class(key) & (name::FIRST | name::LAST) != 0 || known.contains(&key));
            let evidence = if announced { spelling } else { spelling || after_name || asked && first < turn.first + 12 };
            if word.len() >= 3 && evidence || named && !announced {
                doc.add(first, end, Kind::Person, "name-spelled");
                if !known.contains(&key) {
                    known.push(key);
                }
            }
        }
    }
    doc.anchors.letter = anchors;
}

fn letter(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(at, class::LETTER | class::NATO) && doc.shape(at) == Some(Shape::Word)
}

fn person_ends_at(doc: &Doc<'_>, at: usize) -> bool {
    let end = doc.tokens[at].end();
    doc.findings.iter().rev().take(64).any(|finding| finding.kind == Kind::Person && finding.end == end)
}

/// Hides every other mention of the names found. A name that is a word needs a capital inside a sentence, or a title
/// or greeting before it.
fn repeat(doc: &mut Doc<'_>, known: &[u64]) {
    if known.is_empty() {
        return;
    }
    let mut sorted = known.to_vec();
    sorted.sort_unstable();
    let mut filter = [false; 256];
    for key in &sorted {
        filter[usize::from(hash_of(*key))] = true;
    }
    for at in 0..doc.tokens.len() {
        let token = doc.tokens[at];
        if !filter[usize::from(token.hash)] || token.shape != Shape::Word || doc.taken[at] || token.len < 2 || sorted.binary_search(&doc.key(at)).is_err() {
            continue;
        }
        let word = doc.name_class(at) & name::COMMON != 0
            || doc.has(at, class::HOMONYM | class::MONTH | class::FRAME | class::UNIT | class::STATE | class::MEDICAL | class::STREET | class::MEASURE);
        let addressed = at > 0 && (doc.has(at - 1, class::TITLE | class::GREETING) || doc.is(at - 1, "you") && at > 1 && doc.is(at - 2, "thank") || doc.is_punct(at - 1, b'.') && at > 1 && doc.has(at - 2, class::TITLE) || at > 0 && doc.taken[at - 1] && person_ends_at(doc, at - 1));
        let inside = doc.capital(at) && !doc.after_stop(at) && at > 0 && doc.shape(at - 1) == Some(Shape::Word);
        let medical = doc.shape(at + 1) == Some(Shape::Clitic) && doc.has(at + 2, class::MEDICAL);
        if !medical && (!word || addressed || inside) {
            doc.add(at, at + 1, Kind::Person, "name-repeated");
        }
    }
}
