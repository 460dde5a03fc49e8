//! Whether a word that can be a name is one here: what stands before and after it.

use crate::redaction::name::part::{homonym, modal};
use crate::redaction::name::span::strange;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::lexicon::{class, name};
use crate::redaction::words::word_set::{WordSet, words};

/// "North Carolina", "in Houston": a place that is called so.
pub(crate) fn placed(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    at > floor
        && (place(doc, at)
            && doc.is_any(
                at - 1,
                words!["in", "at", "near", "of", "to", "from", "the"],
            )
            || doc.is_any(
                at - 1,
                words![
                    "new", "north", "south", "west", "east", "mount", "lake", "fort", "port",
                    "san", "santa", "saint"
                ],
            ))
}

/// Names of places as much as of people.
fn place(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_any(
        at,
        words![
            "boston",
            "carolina",
            "york",
            "jordan",
            "lincoln",
            "madison",
            "jackson",
            "austin",
            "denver",
            "charlotte",
            "aurora",
            "chelsea",
            "camden",
            "kingston",
            "bristol",
            "chester",
            "lancaster",
            "sydney",
            "milan",
            "sofia",
            "verona",
            "geneva",
            "valencia",
            "alexandria",
            "raleigh",
            "salem",
            "washington",
            "georgia",
            "memphis",
            "santiago",
            "vienna",
            "hilton",
            "jones",
            "cleveland",
            "lourdes",
            "walgreens",
            "mcdonald",
            "wendy",
            "easter",
        ],
    )
}

/// Whether a name that is nothing else is one here, though nothing announces it.
pub(crate) fn unannounced(doc: &Doc<'_>, at: usize, floor: usize, end: usize) -> bool {
    let names = doc.name_class(at);
    let bits = doc.class(at);
    let length = doc.len_of(at);
    if doc.shape(at + 1) == Some(Shape::Clitic) && doc.word(at + 1).ends_with(['t', 'T']) {
        return false;
    }
    if at > floor && belongs(doc, at, floor, end) {
        return true;
    }
    if !doc.capital(at) && at > floor && doc.is_any(at - 1, words!["a", "an", "the"]) {
        return false;
    }
    let of_place = at > floor
        && doc.is_any(
            at - 1,
            words![
                "in", "at", "near", "of", "new", "fort", "san", "santa", "port", "lake", "mount",
                "saint", "st"
            ],
        );
    if bits != 0
        || of_place && names & name::FIRST == 0
        || doc.has(at + 1, class::MEDICAL | class::STREET)
    {
        return false;
    }
    if place(doc, at) {
        return false;
    }
    if of_place && !doc.is_any(at - 1, words!["of"]) {
        return false;
    }
    if names & name::FIRST != 0 {
        let least = if names & name::RARE == 0 { 4 } else { 5 };
        return length >= least || length >= 3 && somebody(doc, at, floor, end, false);
    }
    // "it's under thibodeaux"
    if at > floor
        && doc.is(at - 1, "under")
        && length >= 5
        && (at + 1 >= end || doc.shape(at + 1) == Some(Shape::Punct))
    {
        return true;
    }
    // A family name alone.
    let organised = doc.capital(at) && (doc.capital(at + 1) || at > floor && doc.capital(at - 1));
    length >= 5
        && !organised
        && (names & name::RARE == 0 || doc.capital(at) && somebody(doc, at, floor, end, false))
        && !doc.is_any(at + 1, words!["and"])
        && (doc.capital(at) || doc.shape(at + 1) != Some(Shape::Clitic))
        && !(at > floor && doc.is_any(at - 1, words!["to", "from", "the", "a", "an"]))
}

/// "she's a whitcombe, i'm a lachance": the family that somebody is of; "is this Tran?".
fn belongs(doc: &Doc<'_>, at: usize, floor: usize, end: usize) -> bool {
    let family = doc.name_class(at) & (name::FIRST | name::LAST | name::COMMON | name::WORD)
        == name::LAST
        && doc.class(at) == 0
        && doc.len_of(at) > 2;
    let closes = at + 1 >= end
        || matches!(doc.shape(at + 1), Some(Shape::Punct | Shape::Newline))
        || doc.is_any(
            at + 1,
            words![
                "and",
                "i'm",
                "i",
                "now",
                "before",
                "until",
                "but",
                "is",
                "back",
                "when",
                "then",
                "till",
                "til",
                "originally",
                "by",
                "once"
            ],
        );
    if !family || !closes || at < floor + 2 {
        return false;
    }
    let is = doc.shape(at - 2) == Some(Shape::Clitic)
        || doc.is_any(at - 2, words!["am", "was", "is", "born", "became", "still"]);
    let who = (at.saturating_sub(4).max(floor)..at - 1)
        .any(|i| doc.is_any(i, words!["she", "he", "i", "i'm", "she's", "he's"]));
    doc.is_any(at - 1, words!["a", "an"]) && is && who
        || doc.is(at - 1, "this") && doc.is(at - 2, "is")
}

/// Words before a word that is no name.
const NOT_BEFORE: &WordSet = words![
    "the", "a", "an", "this", "that", "these", "those", "your", "our", "some", "any", "no", "in",
    "of", "every", "each", "last", "next", "early", "late", "on", "by", "since", "until", "very",
    "so", "to", "i", "you", "we", "they", "he", "she", "it", "can", "could", "will", "would",
    "should", "don't", "didn't", "do", "not", "really", "too", "how", "please", "more", "much",
    "as", "my", "his", "her", "their", "good", "bad", "best", "old", "new", "little",
];

/// Words before a name.
const LINKING: &WordSet = words![
    "with",
    "for",
    "from",
    "ask",
    "tell",
    "give",
    "call",
    "ring",
    "know",
    "said",
    "says",
    "found",
    "have",
    "see",
    "reach",
    "another",
    "attention",
    "under",
    "and",
    "me",
    "did",
    "hey",
    "then",
    "set",
    "is",
    "was",
    "calls",
    "does",
    "met",
    "told",
    "about",
    "or",
    "calling",
    "alright",
    "okay",
    "ok",
    "thanks",
    "bye",
    "yes",
    "yeah",
    "no",
    "sorry",
    "right",
    "on",
    "hello",
    "hi",
    "go",
    "it",
    "email",
    "text",
    "signed",
    "done",
];

/// Words after a name.
const ACTING: &WordSet = words![
    "is", "was", "has", "had", "says", "said", "called", "needs", "wants", "gets", "got", "hates",
    "does", "came", "carried", "drove", "pays", "started", "lives", "takes", "took", "keeps",
    "who", "she", "he", "you", "i", "we", "how", "what", "are", "do", "her", "his", "calling",
    "speaking", "here", "again", "it", "loves", "told", "thinks", "used", "will", "can", "it's",
    "and",
];

/// Verbs of people.
const TELLING: &WordSet = words![
    "says", "said", "hates", "called", "wants", "loves", "thinks", "told", "carried", "came",
    "drove", "needs"
];

/// Whether the words that end before `before` say that a name follows: "i'm", "this is", "is this", "calls me".
fn introduced(doc: &Doc<'_>, before: usize, opens: bool, clitic: bool) -> bool {
    let prev = before.wrapping_sub(1);
    clitic
        && doc.is_any(
            before.wrapping_sub(2),
            words!["i", "he", "she", "you", "name"],
        )
        || doc.is(prev, "is")
            && doc.is_any(before.wrapping_sub(2), words!["this", "name"])
            && !opens
        || doc.is(prev, "this") && doc.is(before.wrapping_sub(2), "is")
        || doc.is_any(prev, words!["named", "called", "am"]) && !opens
        || doc.is_any(prev, words!["her", "him", "me"])
            && doc.is_any(before.wrapping_sub(2), words!["call", "calls", "called"])
}

/// People without a relation's name.
const FAMILIAR: &WordSet = words![
    "boy",
    "girl",
    "buddy",
    "lad",
    "mate",
    "lady",
    "roommate",
    "carer",
    "counselor",
    "counsellor",
    "therapist",
    "midwife",
    "nurse",
    "caseworker",
    "coach",
    "assistant",
    "receptionist",
    "hygienist",
    "aide",
    "physio",
    "tech",
    "driver",
    "dietitian",
    "interpreter"
];

/// Whether what stands around the word says that somebody is called so; `known`: somebody in this call is.
pub(crate) fn somebody(doc: &Doc<'_>, at: usize, floor: usize, end: usize, known: bool) -> bool {
    let mut before = at;
    while before > floor
        && (doc.is_punct(before - 1, b',')
            || doc.has(before - 1, class::FILLER)
                && doc.is_any(before - 1, words!["um", "uh", "er", "like", "well"]))
    {
        before -= 1;
    }
    let comma = before < at && doc.is_punct(at - 1, b',');
    let opens = before == floor || doc.after_stop(before);
    let prev = before.wrapping_sub(1);
    let calendar = doc.has(at, class::MONTH | class::WEEKDAY);
    let clitic = doc.shape(prev) == Some(Shape::Clitic) && before > floor + 1;
    let am = introduced(doc, before, opens, clitic);
    let related = !opens && (doc.has(prev, class::RELATION) || doc.is_any(prev, FAMILIAR));
    if modal(doc, at) && (!am || at + 1 < end) {
        return false;
    }
    if !opens && !calendar && (asked_of(doc, at, prev) || tidings(doc, at, prev)) {
        return true;
    }
    // "is Destiny there?"
    let sought = words!["there", "available", "home", "around"];
    if !calendar && doc.capital(at) && doc.is_any(at + 1, sought) && doc.is(prev, "is") {
        return true;
    }
    if !opens && !am && !related && !comma && doc.is_any(prev, NOT_BEFORE) {
        return false;
    }
    let some = !opens && doc.is_any(prev, LINKING);
    let next = at + 1;
    let closes = next >= end
        || matches!(doc.shape(next), Some(Shape::Punct | Shape::Newline))
            && !doc.is_punct(next, b'-');
    let owns = doc.shape(next) == Some(Shape::Clitic)
        && doc.word(next).ends_with(['s', 'S'])
        && doc.shape(next + 1) == Some(Shape::Word);
    let acts = next < end && doc.is_any(next, ACTING);
    // "Bell's palsy", "Graves' disease", "Graves' eye disease"
    let plural = doc.is_punct(next, 0x27);
    if (owns && doc.has(next + 1, class::MEDICAL)
        || plural && (next + 1..next + 3).any(|i| doc.has(i, class::MEDICAL)))
        && !known
    {
        return false;
    }
    let surname = next < end
        && doc.name_class(next) & (name::LAST | name::COMMON | name::WORD) == name::LAST
        && doc.class(next) & !class::NATO == 0;
    let after = closes || acts || owns;
    let tells = doc.is_any(next, TELLING);
    let capital = doc.capital(at) && !opens && (doc.capital(at + 1) == surname || closes);
    if surname && !calendar && (doc.capital(next) == doc.capital(at)) {
        return true;
    }
    if !calendar
        && (doc.is(prev, "attention") && !opens
            || some && next < end && strange(doc, next) && doc.capital(next) == doc.capital(at))
    {
        return true;
    }
    if calendar && !known {
        return am
            && closes
            && doc.capital(at)
            && doc.is_any(before.wrapping_sub(2), words!["i", "name"]);
    }
    if am || related {
        return after || known || capital;
    }
    if known {
        return closes || owns || some && after || opens && acts || capital;
    }
    if owns
        && !doc.has(next + 1, class::MEDICAL)
        && !doc.is_any(next + 1, words!["a", "an", "the", "not"])
    {
        return true;
    }
    let mut start = at;
    while start > floor && doc.has(start - 1, class::FILLER | class::LEAD) {
        start -= 1;
    }
    if (start == floor || opens || comma)
        && (tells
            || doc.is(next, "is")
                && doc.is_any(next + 1, words!["a", "an", "my"])
                && !doc.is_any(
                    at,
                    words!["orange", "grey", "gray", "brown", "blue", "white"],
                )
            || doc.is(next, "this") && doc.is(next + 1, "is")
            || doc.is_punct(next, b',')
                && doc.is_any(next + 1, words!["she", "he", "can", "could", "what", "how"])
                && doc.capital(at))
    {
        return true;
    }
    if capital {
        return some && after || comma && closes || owns || acts && !homonym(doc, at);
    }
    some && next < end && doc.is_any(next, words!["she", "he", "who"])
}

/// "Can Bill call about the bill himself?": a capital between an auxiliary and a verb.
fn asked_of(doc: &Doc<'_>, at: usize, prev: usize) -> bool {
    doc.capital(at)
        && doc.name_class(at) & name::FIRST != 0
        && doc.is_any(
            prev,
            words![
                "can", "could", "should", "would", "will", "did", "does", "has", "didn't"
            ],
        )
        && doc.shape(at + 1) == Some(Shape::Word)
        && !doc.capital(at + 1)
        && (!doc.has(at + 1, class::MEDICAL | class::UNIT) || doc.is(at + 1, "sign"))
}

/// "tell her Rusty called": what somebody is to be told begins with who did it.
fn tidings(doc: &Doc<'_>, at: usize, prev: usize) -> bool {
    doc.is_any(prev, words!["her", "him", "them"])
        && prev > 0
        && doc.is_any(prev - 1, words!["tell", "told", "remind"])
        && doc.name_class(at) & name::FIRST != 0
        && doc.is_any(at + 1, TELLING)
}
