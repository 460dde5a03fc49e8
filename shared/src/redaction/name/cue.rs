//! What follows the words that announce a name: titles, greetings, relations, introductions.

use crate::redaction::name::mention::mentioned;
use crate::redaction::name::part::{Cued, accept, homonym, modal, plausible};
use crate::redaction::name::past_frame;
use crate::redaction::name::span::{Part, boundary, part, record, span, strange, take};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name, word as known_word};
use crate::redaction::words::word_key::key_of;
use crate::redaction::words::word_set::{WordSet, words};

/// A cue word at `at` and what follows it.
pub(crate) fn cued(doc: &mut Doc<'_>, at: usize, floor: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    if bits & class::TITLE != 0 {
        titled(doc, at, end, known);
    } else if bits & class::GREETING != 0 || doc.is(at, "thank") && doc.is(at + 1, "you") {
        greeted(doc, at, end, known);
    } else if bits & class::RELATION != 0 {
        related(doc, at, floor, end, known);
    } else if doc.is(at, "patient") {
        patient(doc, at, end, known);
    } else if doc.is(at, "family") {
        family(doc, at, floor, known);
    } else if bits & class::INTRODUCTION != 0 {
        introduced(doc, at, end, known);
    } else if bits & class::MENTION != 0 {
        mentioned(doc, at, end, known);
    } else if at <= floor + 3 && bits & class::LEAD != 0 {
        accept(
            doc,
            comma(doc, at + 1),
            end,
            Cued::Weakly,
            "name-address",
            known,
        );
    }
}

pub(crate) fn comma(doc: &Doc<'_>, at: usize) -> usize {
    if doc.is_punct(at, b',') { at + 1 } else { at }
}

/// "Mrs Lopez", "doctor patel".
pub(crate) fn titled(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = if doc.is_punct(at + 1, b'.') {
        at + 2
    } else {
        at + 1
    };
    let abbreviated = doc.is_any(
        at,
        words!["mr", "mrs", "ms", "dr", "mister", "missus", "miss"],
    );
    let known_name = doc.name_class(next) & (name::LAST | name::FIRST) != 0
        && !doc.has(next, class::FRAME | class::FILLER);
    if (abbreviated || doc.capital(next) || known_name && doc.is(at, "doctor"))
        && doc.word(next).len() > 1
    {
        let level = if known_name || abbreviated || doc.capital(next) {
            Cued::Strongly
        } else {
            Cued::Weakly
        };
        if !doc.has(next, class::MEDICAL) || abbreviated {
            accept(doc, next, end, level, "name-title", known);
        }
    }
}

/// "hi maria", "thank you, April".
pub(crate) fn greeted(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let bits = doc.class(at);
    let mut next = if doc.is(at, "thank") { at + 2 } else { at + 1 };
    while next < at + 4
        && (doc.is_any(
            next,
            words![
                "there", "you", "good", "again", "so", "much", "very", "okay", "ok", "and",
            ],
        ) || doc.has(next, class::GREETING))
    {
        next += 1;
    }
    // "thank you for holding, April"
    if doc.is(next, "for") && doc.is_any(next + 1, words!["holding", "waiting", "calling"]) {
        next += 2;
    }
    let next = comma(doc, next);
    // "hi its oliviabergstrom"
    if doc.is_any(next, words!["its", "it", "this"]) {
        let name = past_frame(doc, next, end, 4);
        if name < end && glued_name(doc, name) {
            record(doc, name, name + 1, "name-greeting", known);
            return;
        }
        // "hi its winter again"
        let says = name + 1 >= end
            || doc.shape(name + 1) == Some(Shape::Punct)
            || doc.is_any(
                name + 1,
                words!["again", "calling", "here", "speaking", "from"],
            );
        let given = doc.name_class(name) & name::FIRST != 0
            && !doc.has(
                name,
                class::MONTH | class::WEEKDAY | class::FRAME | class::FILLER,
            );
        let state =
            doc.is_any(name, STATES) && !doc.is_any(name + 1, words!["calling", "speaking"]);
        if says && given && !state && name < end && !doc.taken[name] && !modal(doc, name) {
            record(doc, name, name + 1, "name-greeting", known);
            return;
        }
    }
    let vocative = next + 1 >= end
        || matches!(doc.shape(next + 1), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            next + 1,
            words![
                "how", "you're", "what", "it", "i", "nice", "good", "so", "this", "thanks", "for",
                "what's", "you",
            ],
        );
    accept(
        doc,
        next,
        end,
        if vocative { Cued::Fairly } else { Cued::Weakly },
        "name-greeting",
        known,
    );
    if vocative
        && doc.capital(next)
        && !doc.taken.get(next).copied().unwrap_or(true)
        && plausible(doc, next, Cued::Strongly)
        && bits & class::GREETING != 0
        && at + 1 == next
    {
        accept(doc, next, end, Cued::Strongly, "name-greeting", known);
    }
}

/// A given and a family name in one word: "oliviabergstrom".
fn glued_name(doc: &Doc<'_>, at: usize) -> bool {
    let text = doc.word(at);
    strange(doc, at)
        && (8..=24).contains(&text.len())
        && text.is_ascii()
        && (3..text.len() - 3).any(|i| {
            let lower = text.to_ascii_lowercase();
            let (given, family) = lower.split_at(i);
            let names = |part: &str| known_word(key_of(part)).names();
            names(given) & (name::FIRST | name::COMMON | name::RARE) == name::FIRST
                && names(family) & (name::LAST | name::COMMON) == name::LAST
        })
}

/// "my daughter April", "his wife is Joan".
pub(crate) fn related(
    doc: &mut Doc<'_>,
    at: usize,
    floor: usize,
    end: usize,
    known: &mut Vec<u64>,
) {
    let in_law = doc.is(at + 1, "in") && doc.is(at + 2, "law");
    let next = comma(doc, if in_law { at + 3 } else { at + 1 });
    // "my cousin is a hunter"
    if doc.is_any(next, words!["is", "was"]) && doc.is_any(next + 1, words!["a", "an", "the"]) {
        return;
    }
    let next = if doc.is_any(next, words!["is", "are", "named", "called"])
        || doc.shape(next) == Some(Shape::Clitic) && doc.is_any(next + 1, words!["name"])
    {
        past_frame(doc, next + 1, end, 3)
    } else {
        next
    };
    // "it's her dad's, Blount": the name is the relation's
    if doc.shape(next) == Some(Shape::Clitic) && doc.word(next).ends_with('s') {
        let name = comma(doc, next + 1);
        let kind = part(doc, name);
        if (kind == Part::Name
            || kind == Part::Unknown
            || kind == Part::Doubtful && doc.capital(name)
            || kind == Part::Particle)
            && !doc.has(
                name,
                class::HOMONYM | class::MONTH | class::WEEKDAY | class::MEDICAL,
            )
            && span(doc, name, end).is_some_and(|stop| {
                boundary(doc, stop, end) && doc.shape(stop) != Some(Shape::Clitic)
            })
        {
            take(doc, name, end, "name-relation", known);
        }
        return;
    }
    let mine = at > floor
        && doc.is_any(
            at - 1,
            words!["my", "his", "her", "their", "our", "your", "the", "me"],
        );
    // "my sister Zbyszka": a word that is in no list
    if mine
        && part(doc, next) == Part::Unknown
        && (doc.capital(next) || boundary(doc, next + 1, end))
        && take(doc, next, end, "name-relation", known)
    {
        return;
    }
    accept(
        doc,
        next,
        end,
        if mine { Cued::Fairly } else { Cued::Weakly },
        "name-relation",
        known,
    );
    // "my sister summer drives me": no verb and no thing
    let given = doc.name_class(next) & name::FIRST != 0
        && !modal(doc, next)
        && !doc.is_any(
            next,
            words![
                "don", "may", "will", "chin", "nail", "elder", "young", "love"
            ],
        )
        && !doc.has(
            next,
            class::FRAME | class::FILLER | class::MEDICAL | class::MONTH | class::WEEKDAY,
        );
    if mine
        && given
        && next < end
        && doc.shape(next) == Some(Shape::Word)
        && !doc.taken[next]
        && !take(doc, next, end, "name-relation", known)
    {
        record(doc, next, next + 1, "name-relation", known);
    }
}

/// "patient Maria Lopez, date of birth …".
pub(crate) fn patient(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let next = past_frame(doc, at + 1, end, 3);
    let record = doc.shape(next + 1) == Some(Shape::Punct) || doc.has(next + 1, class::CUE);
    accept(
        doc,
        next,
        end,
        if record || doc.capital(next) {
            Cued::Fairly
        } else {
            Cued::Weakly
        },
        "name-patient",
        known,
    );
}

/// "it's the nguyen family".
fn family(doc: &mut Doc<'_>, at: usize, floor: usize, known: &mut Vec<u64>) {
    let named = at > floor + 1
        && doc.is(at - 2, "the")
        && doc.name_class(at - 1) & (name::LAST | name::COMMON) == name::LAST;
    if named {
        accept(doc, at - 1, at, Cued::Strongly, "name-family", known);
    }
}

/// "this is Maria Lopez", "I'm Xochitl calling …".
pub(crate) fn introduced(doc: &mut Doc<'_>, at: usize, end: usize, known: &mut Vec<u64>) {
    let verb = doc.shape(at + 1) == Some(Shape::Clitic)
        && !doc.word(at + 1).ends_with(['d', 'e', 'l', 't'])
        || doc.is_any(at + 1, words!["is", "am"]);
    if verb {
        let next = past_title(doc, at + 2);
        accept(doc, next, end, Cued::Weakly, "name-introduction", known);
        // "this is will, …", "this is grace calling"
        let alone = next + 1 >= end
            || doc.is_punct(next + 1, b',')
            || doc.is_any(
                next + 1,
                words!["calling", "speaking", "here", "from", "again"],
            );
        if doc.is(at, "this") && alone && homonym(doc, next) {
            accept(doc, next, end, Cued::Fairly, "name-introduction", known);
        }
        let unknown = |i: usize| {
            doc.shape(i) == Some(Shape::Word)
                && doc.class(i) == 0
                && doc.name_class(i) & name::COMMON == 0
                && doc.word(i).len() > 2
                && !doc.taken[i]
        };
        let says =
            |i: usize| i < end && doc.is_any(i, words!["calling", "speaking", "here", "from"]);
        let surname = next + 1 < end
            && doc.name_class(next + 1) & (name::LAST | name::COMMON) == name::LAST
            && doc.class(next + 1) & (class::MEDICAL | class::UNIT | class::FRAME) == 0;
        if next < end
            && unknown(next)
            && (surname || says(next + 1) || next + 2 < end && unknown(next + 1) && says(next + 2))
        {
            accept(doc, next, end, Cued::Strongly, "name-introduction", known);
        }
        if next < end && !doc.taken[next] {
            whole_introduction(doc, at, next, end, known);
        }
    }
}

/// "this is jack sharp returning your call": what stands between "this is" and what the caller does is a name, whatever
/// else its words are. "i'm joy": a given name that cannot say how somebody is.
fn whole_introduction(doc: &mut Doc<'_>, at: usize, next: usize, end: usize, known: &mut Vec<u64>) {
    let given = doc.name_class(next) & name::FIRST != 0
        && !doc.has(next, class::FRAME | class::FILLER | class::CARDINAL);
    if !given {
        return;
    }
    let does = |i: usize| {
        doc.is_any(
            i,
            words![
                "calling",
                "speaking",
                "here",
                "from",
                "returning",
                "phoning",
                "ringing",
                "again"
            ],
        )
    };
    let stop = (next + 1..end.min(next + 4)).find(|i| does(*i));
    let whole = stop.is_some_and(|stop| {
        (next..stop).all(|i| {
            part(doc, i) != Part::Other
                || doc.name_class(i) & name::LAST != 0 && !doc.has(i, class::FILLER)
        })
    });
    // "I'm Mark Young if that helps", "this is rose baker"
    let cased = doc.capital(next) && doc.capital(next + 1);
    let word = next + 2 < end && doc.shape(next + 2) == Some(Shape::Word);
    let last = next + 1 < end
        && doc.name_class(next + 1) & name::LAST != 0
        && !doc.has(
            next + 1,
            class::FRAME | class::FILLER | class::CARDINAL | class::MEDICAL | class::UNIT,
        )
        && (!word || cased && !doc.capital(next + 2) || goes_on(doc, next + 1))
        && (cased || !(doc.is(at, "i") && doc.is_any(next, STATES)) || goes_on(doc, next + 1));
    // "i'm young again"
    let state = doc.is(at, "i") && stop == Some(next + 1) && doc.is_any(next, STATES);
    if let Some(stop) = stop.filter(|_| whole && !state) {
        record(doc, next, stop, "name-introduction", known);
    } else if last && doc.is_any(at, words!["this", "i"]) {
        record(doc, next, next + 2, "name-introduction", known);
    } else if doc.is(at, "i")
        && !doc.is_any(next, STATES)
        && !doc.has(next, class::MONTH | class::WEEKDAY)
        && (next + 1 >= end
            || doc.shape(next + 1) == Some(Shape::Punct)
            || doc.is_any(
                next + 1,
                words!["my", "and", "i", "i'm", "her", "his", "the"],
            ))
    {
        record(doc, next, next + 1, "name-introduction", known);
    }
}

/// "i'm will summers will you call me back": whether a new clause begins after the family name at `at`, so that "will"
/// before it is no verb.
#[inline(never)]
fn goes_on(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(
        at - 1,
        words![
            "will", "may", "mark", "bill", "art", "dawn", "grant", "rose"
        ],
    ) && !doc.is_any(at, words!["will", "may", "down"])
        && doc.is_any(
            at + 1,
            words![
                "will", "can", "could", "i", "and", "my", "would", "we", "please", "is", "are",
                "do", "i'm"
            ],
        )
}

/// Given names that can follow "I'm" as another word.
const STATES: &WordSet = words![
    "will",
    "may",
    "don",
    "frank",
    "rich",
    "sunny",
    "sandy",
    "young",
    "early",
    "french",
    "german",
    "christian",
    "bonny",
    "merry",
    "misty",
    "dusty",
    "rusty",
    "stormy",
    "gay",
    "jolly",
    "candid",
    "earnest",
    "loyal",
    "noble",
    "moody",
    "icy",
    "elder",
    "sweet",
    "golden",
    "royal",
    "brown",
    "green",
    "down",
    "man",
    "guy",
    "star",
    "gene",
    "max",
    "love",
    "asian",
    "valiant",
    "true",
    "major",
    "rocky",
    "handy",
    "hardy",
    "cute",
    "blue",
    "gray",
    "grey",
    "tan",
    "able",
    "ready",
    "pale",
    "clear",
    "worth",
    "king",
    "queen",
    "prince",
    "doc",
    "angel",
    "baby",
    "case",
    "kind",
    "long",
    "short",
    "wise",
    "strong",
    "smart",
    "precious",
    "happy",
    "lucky",
    "sincere",
    "serene",
    "patient",
    "sage",
    "chance",
    "home",
    "art",
    "mark",
    "bill",
    "free",
    "alright",
    "diamond",
];

pub(crate) fn past_title(doc: &Doc<'_>, mut at: usize) -> usize {
    while doc.has(at, class::TITLE | class::FILLER)
        || doc.is_punct(at, b'.') && doc.has(at.wrapping_sub(1), class::TITLE)
        || doc.is_punct(at, b',')
    {
        at += 1;
    }
    at
}
