//! Names after "this is" and "I'm".

use crate::redaction::name::part::{Cued, accept, homonym};
use crate::redaction::name::span::{Part, part, record};
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

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
                && doc.len_of(i) > 2
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
            "will", "may", "mark", "bill", "art", "dawn", "grant", "rose", "june", "april",
            "august", "summer", "autumn", "faith", "hope", "joy", "grace", "ivy", "iris", "lily",
            "violet", "hazel", "olive", "ruby", "pearl", "amber", "crystal", "eve", "hunter"
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
pub(crate) const STATES: &WordSet = words![
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

fn past_title(doc: &Doc<'_>, mut at: usize) -> usize {
    while doc.has(at, class::TITLE | class::FILLER)
        || doc.is_punct(at, b'.') && doc.has(at.wrapping_sub(1), class::TITLE)
        || doc.is_punct(at, b',')
    {
        at += 1;
    }
    at
}
