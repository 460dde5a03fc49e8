//! Names spelled letter by letter, and every other mention of the names found in a call.

use crate::redaction::kind::Kind;
use crate::redaction::name::context::somebody;
use crate::redaction::name::span::{Part, part, record};
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::{Shape, Token};
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::{check_of, class, name, word as known_word};
use crate::redaction::words::word_key::{key_of, spread};
use crate::redaction::words::word_set::words;

/// "spelled j o n e s", "that's N-E-L-S-O-N": three or more letters after a name or a word about spelling, or letters
/// that make a known name.
pub(crate) fn spelled(doc: &mut Doc<'_>, known: &mut Vec<u64>, announced: bool) {
    let mut anchors = std::mem::take(&mut doc.anchors.letter);
    if announced {
        anchors.retain(|at| goes_on(doc, *at as usize + 1));
    }
    let (mut t, mut resume) = (0, 0);
    let (mut last, mut asked_in) = (None, None);
    for start in anchors.iter().map(|at| *at as usize) {
        if start < resume || doc.taken[start] {
            continue;
        }
        while doc.turns.get(t).is_some_and(|turn| turn.end <= start) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if start < turn.first {
            continue;
        }
        let mut first = start;
        let (mut word, end, after) = spelling(doc, start, turn.end);
        // "n p i one two three": a cue, no name
        if doc
            .turn_cues(&turn)
            .iter()
            .any(|hit| hit.first == first && hit.end > first + 1)
        {
            continue;
        }
        resume = after.max(start + 1);
        if word.len() < 2 {
            continue;
        }
        if start > turn.first && doc.is(start - 1, "double") {
            first = start - 1;
            let doubled = word.chars().next();
            word = doubled.into_iter().chain(word.chars()).collect();
        }
        // Before the names of the text are known, three letters at least are evidence of one.
        if announced && word.len() < 3 {
            continue;
        }
        let spelling = (first.saturating_sub(6).max(turn.first)..first).any(|i| {
            doc.is_any(
                i,
                words!["spelled", "spell", "spelt", "spelling", "spells", "letters"],
            )
        });
        let after_name = (first.saturating_sub(5).max(turn.first)..first)
            .any(|i| doc.taken[i] && person_ends_at(doc, i))
            || first > turn.first && known.contains(&doc.key(first - 1));
        // "o apostrophe h a r e"
        let apostrophe = doc.holds(first, end, "apostrophe");
        // "last name h a d d a d"
        let cued = doc
            .cues_before(&turn, first)
            .next()
            .is_some_and(|hit| hit.cue == Cue::Name && first - hit.end <= 3);
        let asked = !announced
            && match asked_in {
                Some((turn, asked)) if turn == t => asked,
                _ => asked_in.insert((t, asked_to_spell(doc, t))).1,
            };
        let key = key_of(&word);
        let named = word.len() >= 4
            && (known_word(key).names() & (name::FIRST | name::LAST) != 0 || known.contains(&key));
        let evidence = if announced {
            spelling || cued || alphabet(doc, t, first, end)
        } else {
            spelling || cued || after_name || apostrophe || asked && first < turn.first + 12
        };
        let goes_on = last.is_some_and(|last| t - last <= 3);
        let dictated = !announced
            && (goes_on || asked && doc.asked(t, 6, Cue::Name))
            && others(doc, &turn, first, end)
                .is_some_and(|others| others == 0 || word.len() > 3 && others <= 3);
        // Before the names of the text are known, only the word next to the letters.
        let echo = (word.len() >= 3 && (!announced || evidence))
            .then(|| echo(doc, t, first, key))
            .flatten()
            .filter(|at| !announced || first - at <= 2);
        if (word.len() >= 3 && evidence
            || !announced && after_name && known.contains(&key)
            || named && !announced
            || dictated
            || echo.is_some())
            && !other_word(doc, t, first)
        {
            last = Some(t);
            doc.add(first, end, Kind::Person, "name-spelled");
            if let Some(at) = echo {
                let given = at > turn.first
                    && !doc.taken[at - 1]
                    && doc.capital(at - 1) == doc.capital(at)
                    && doc.name_class(at - 1) & name::FIRST != 0
                    && !doc.has(at - 1, class::FRAME | class::FILLER);
                record(doc, at - usize::from(given), at + 1, "name-spelled", known);
            }
            if !known.contains(&key) {
                known.push(key);
            }
        }
    }
    doc.anchors.letter = anchors;
}

/// The word before a spelling that the letters spell: "last name cross, c r o s s". A word that is in no list of names
/// counts where the talk is of names.
fn echo(doc: &Doc<'_>, t: usize, first: usize, key: u64) -> Option<usize> {
    let turn = doc.turns[t];
    let at = (first.saturating_sub(8).max(turn.first)..first)
        .rev()
        .find(|at| doc.shape(*at) == Some(Shape::Word) && doc.key(*at) == key)?;
    let listed = doc.name_class(at) & (name::FIRST | name::LAST) != 0;
    // "Olu. O, L, U."
    let opens = at == turn.first && doc.is_punct(at + 1, b'.');
    let spoken_of = opens
        || doc.asked(t, 4, Cue::Name)
        || doc
            .turn_cues(&turn)
            .iter()
            .any(|hit| hit.cue == Cue::Name && hit.end <= at);
    (!doc.taken[at]
        && !doc.has(at, class::DRUG | class::DIAGNOSIS | class::MEDICAL)
        && (listed || spoken_of))
        .then_some(at)
}

/// How many words there are in the turn besides the letters `first..end`; `None` when there are numbers.
fn others(doc: &Doc<'_>, turn: &Turn, first: usize, end: usize) -> Option<usize> {
    let mut count = 0;
    for at in (turn.first..first).chain(end..turn.end) {
        if doc.shape(at) == Some(Shape::Number) || doc.has(at, class::CARDINAL) || count > 3 {
            return None;
        }
        count += usize::from(doc.shape(at) == Some(Shape::Word) && !doc.has(at, class::FILLER));
    }
    Some(count)
}

/// [`letters`], without the "i" of "k o w a l s k i, I think".
fn spelling(doc: &Doc<'_>, at: usize, limit: usize) -> (String, usize, usize) {
    let (mut word, mut end, after) = letters(doc, at, limit);
    let verb = words!["think", "believe", "guess", "mean", "am", "have"];
    if word.len() > 3 && doc.is(end - 1, "i") && doc.is_any(end, verb) {
        word.pop();
        end -= 1;
    }
    (word, end, after)
}

/// The letters said from `at`: what they spell, where they end, and where reading stopped.
fn letters(doc: &Doc<'_>, mut at: usize, limit: usize) -> (String, usize, usize) {
    let mut word = String::new();
    let mut end = at;
    let mut twice = false;
    while at < limit && !doc.taken[at] {
        if letter(doc, at) {
            let char = if doc.has(at, class::LETTER) {
                doc.bytes(at)[0]
            } else {
                u8::try_from(doc.value(at)).unwrap_or(b'x')
            };
            if twice {
                word.push(char::from(char.to_ascii_lowercase()));
            }
            twice = false;
            word.push(char::from(char.to_ascii_lowercase()));
            at += 1;
            // "b as in boy"
            if doc.is(at, "as") && doc.is(at + 1, "in") && at + 2 < limit {
                at += 3;
            } else if doc.is_any(at, words!["for", "like"])
                && doc
                    .word(at + 1)
                    .to_ascii_lowercase()
                    .starts_with(char::from(char.to_ascii_lowercase()))
            {
                at += 2;
            }
            // "y like yo-yo"
            if doc.is_punct(at, b'-')
                && doc.glued(at)
                && doc.glued(at + 1)
                && !letter(doc, at + 1)
                && !letter(doc, at - 1)
                && doc.shape(at + 1) == Some(Shape::Word)
            {
                at += 2;
            }
            end = at;
        } else if joins(doc, at, word.is_empty()) {
            twice = doc.is(at, "double");
            at += 1;
        } else {
            break;
        }
    }
    (word, end, at)
}

/// What may stand between letters: commas, dashes, "double", "apostrophe", the dots of a pause.
fn joins(doc: &Doc<'_>, at: usize, first: bool) -> bool {
    let mark = [b'-', b',', b'.'].iter().any(|b| doc.is_punct(at, *b));
    doc.is(at, "double") && letter(doc, at + 1)
        || mark
            && (letter(doc, at + 1)
                || doc.is_any(at + 1, words!["double", "apostrophe", "hyphen", "space"])
                || !first && doc.is_punct(at, b'.') && doc.is_punct(at + 1, b'.'))
        || !first
            && doc.is_any(at, words!["apostrophe", "hyphen", "dash", "space"])
            && (letter(doc, at + 1) || doc.is_punct(at + 1, b',') && letter(doc, at + 2))
}

/// "how do you spell that?" – "India, Golf, November, Alpha": three or more words of the alphabet of pilots, and hardly
/// anything else in the turn, where a name was asked for. Half of them are names themselves.
#[inline(never)]
fn alphabet(doc: &Doc<'_>, t: usize, first: usize, end: usize) -> bool {
    let turn = doc.turns[t];
    let pilots = (first..end).filter(|at| doc.has(*at, class::NATO)).count();
    pilots > 2
        && (first..end).all(|at| doc.has(at, class::NATO) || doc.shape(at) == Some(Shape::Punct))
        && (doc.asked(t, 4, Cue::Name) || asked_to_spell(doc, t) && !asked_else(doc, t))
        && others(doc, &turn, first, end).is_some_and(|others| others <= 2)
}

/// Whether one of the last two turns asks for something that is no name.
fn asked_else(doc: &Doc<'_>, t: usize) -> bool {
    doc.turns[t.saturating_sub(2)..t]
        .iter()
        .any(|turn| turn.asks & !(Cue::Name.bit() | Cue::None.bit()) != 0)
}

/// Whether a spelling goes on at `at` after a letter.
fn goes_on(doc: &Doc<'_>, at: usize) -> bool {
    letter(doc, at)
        || doc.shape(at) == Some(Shape::Punct)
        || doc.is_any(at, words!["as", "for", "like", "double", "apostrophe"])
}

/// "how do you spell that drug", "spell world backwards": what is spelled is no name.
fn other_word(doc: &Doc<'_>, t: usize, first: usize) -> bool {
    let before = t.checked_sub(1).map(|before| doc.turns[before]);
    let here = doc.turns[t].first.max(first.saturating_sub(6));
    let from = before
        .filter(|_| first < doc.turns[t].first + 6)
        .map_or(here, |turn| turn.first.max(turn.end.saturating_sub(12)));
    (from..first).any(|i| {
        doc.is_any(
            i,
            words![
                "drug",
                "medication",
                "medicine",
                "med",
                "pill",
                "world",
                "backwards",
                "backward",
            ],
        )
    })
}

/// Whether one of the last two turns speaks of spelling, near its end.
fn asked_to_spell(doc: &Doc<'_>, t: usize) -> bool {
    // "is that Hayes with a Y?"
    let variant = t.checked_sub(1).is_some_and(|before| {
        let asked = doc.turns[before];
        let from = asked.first.max(asked.end.saturating_sub(4));
        (from..asked.end).any(|at| {
            doc.is(at, "with")
                && doc.is_any(at + 1, words!["a", "an"])
                && doc.has(at + 2, class::LETTER)
        })
    });
    variant
        || doc.turns[t.saturating_sub(2)..t].iter().any(|turn| {
            (turn.first.max(turn.end.saturating_sub(40))..turn.end)
                .any(|i| doc.is_any(i, words!["spell", "spelling", "spelled"]))
        })
}

pub(crate) fn letter(doc: &Doc<'_>, at: usize) -> bool {
    doc.has(at, class::LETTER | class::NATO) && doc.shape(at) == Some(Shape::Word)
}

pub(crate) fn person_ends_at(doc: &Doc<'_>, at: usize) -> bool {
    let end = doc.tokens[at].end();
    doc.findings
        .iter()
        .rev()
        .take(64)
        .any(|finding| finding.kind == Kind::Person && finding.end == end)
}

/// "hunter … hunter brooks": a family name after a given name already found.
fn surname(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Word)
        && !doc.glued(at)
        && !doc.taken[at]
        && doc.name_class(at) & (name::LAST | name::COMMON) == name::LAST
        && doc.class(at) & !class::NATO == 0
        && doc.capital(at) == doc.capital(at - 1)
        && doc.name_class(at - 1) & name::FIRST != 0
}

/// "okay ford verify your birthday for me": a name that is known opens what is said to its bearer, though it is a word.
#[inline(never)]
fn spoken_to(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    let led = at > floor
        && doc.is_any(
            at - 1,
            words!["okay", "ok", "alright", "right", "thanks", "so", "well"],
        )
        && (floor..at).all(|i| {
            doc.has(i, class::FILLER | class::LEAD | class::FRAME) || doc.is_punct(i, b',')
        });
    let verb = doc.shape(at + 1) == Some(Shape::Word)
        && !doc.has(at + 1, class::CARDINAL | class::DIRECTION)
        && !doc.is_any(
            at + 1,
            words![
                "the", "a", "an", "to", "of", "it", "that", "this", "me", "us", "in", "for", "be",
                "have", "need"
            ],
        );
    led && verb && !doc.is_any(at, words!["will", "may"])
}

/// Hides every other mention of the names found. A name that is a word needs a capital inside a sentence, or a title
/// or greeting before it.
pub(crate) fn repeat(doc: &mut Doc<'_>, known: &[u64]) {
    if known.is_empty() {
        return;
    }
    let mut sorted = known.to_vec();
    sorted.sort_unstable();
    // Hardly a word is taken for a name that is none.
    let mut filter = [false; 1 << 10];
    let place = |check: u32| check as usize % (1 << 10);
    for key in &sorted {
        filter[place(check_of(spread(*key)))] = true;
    }
    let may_be = |token: &Token| filter[place(token.word.check())] && token.shape == Shape::Word;
    let mut from = 0;
    while let Some(step) = doc.tokens[from..].iter().position(may_be) {
        let at = from + step;
        from = at + 1;
        if doc.taken[at] || doc.tokens[at].len < 2 || sorted.binary_search(&doc.key(at)).is_err() {
            continue;
        }
        let word = doc.name_class(at) & name::COMMON != 0
            || doc.has(
                at,
                class::HOMONYM
                    | class::MONTH
                    | class::FRAME
                    | class::UNIT
                    | class::STATE
                    | class::MEDICAL
                    | class::STREET
                    | class::MEASURE,
            );
        let addressed = at > 0
            && (doc.has(at - 1, class::TITLE | class::GREETING)
                || doc.is(at - 1, "you") && at > 1 && doc.is(at - 2, "thank")
                || doc.is_punct(at - 1, b'.') && at > 1 && doc.has(at - 2, class::TITLE)
                || at > 0 && doc.taken[at - 1] && person_ends_at(doc, at - 1));
        let inside = doc.capital(at)
            && !doc.after_stop(at)
            && at > 0
            && doc.shape(at - 1) == Some(Shape::Word);
        let owns = doc.shape(at + 1) == Some(Shape::Clitic) || doc.is_punct(at + 1, 0x27);
        let medical = owns && doc.has(at + 2, class::MEDICAL);
        // "i'm will banks, will you call me back"
        let verb = doc.is_any(at, words!["will", "may"])
            && doc.is_any(
                at + 1,
                words!["you", "i", "we", "he", "she", "they", "it", "that"],
            );
        if verb {
            continue;
        }
        let meant =
            word && !medical && !addressed && !inside && doc.name_class(at) & name::FIRST != 0 && {
                let t = doc.turns.partition_point(|turn| turn.end <= at);
                doc.turns.get(t).is_some_and(|turn| {
                    turn.first <= at
                        && (somebody(doc, at, turn.first, turn.end, true)
                            || spoken_to(doc, at, turn.first))
                })
            };
        if !medical && (!word || addressed || inside || meant) {
            let end = if surname(doc, at + 1) { at + 2 } else { at + 1 };
            // "For Di Marco"
            let particle = at > 0
                && !doc.taken[at - 1]
                && doc.capital(at - 1)
                && doc.capital(at)
                && part(doc, at - 1) == Part::Particle;
            let first = at - usize::from(particle);
            doc.add(first, end, Kind::Person, "name-repeated");
        }
    }
}
