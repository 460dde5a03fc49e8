//! The answer to a question for an address that names no street: a number and a name, a town, a postal code, or one
//! part of it in a turn of its own.

use crate::redaction::address::ordinary;
use crate::redaction::address::postcode::said_postcode;
use crate::redaction::address::tail::state;
use crate::redaction::kind::Kind;
use crate::redaction::name::span::strange;
use crate::redaction::number::atom::numeric;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// The answer to a question for a part of the address: the house number, or the town.
pub(crate) fn part(doc: &mut Doc<'_>, question: &Turn, turn: &Turn) {
    let mut first = turn.first;
    let small = class::FRAME | class::FILLER | class::CUE;
    while first < turn.end
        && !numeric(doc, first)
        && (doc.shape(first) != Some(Shape::Word)
            || doc.has(first, small) && !capital_place(doc, first))
    {
        first += 1;
    }
    // "Cedar Falls, and the zip is …": the town ends where another part is named.
    let mut end = (first + 1..turn.end)
        .find(|at| doc.is_any(*at, words!["zip", "postcode", "postal"]))
        .unwrap_or(turn.end);
    while end > first
        && (doc.shape(end - 1) == Some(Shape::Punct)
            || end < turn.end && doc.is_any(end - 1, words!["and", "the", "my", "its", "with"]))
    {
        end -= 1;
    }
    if first >= end
        || end - first > 8
        || doc.taken[first..end].iter().any(|taken| *taken)
        || doc.is_punct(turn.end - 1, b'?')
    {
        return;
    }
    let house = (first..end).all(|at| numeric(doc, at) || doc.has(at, class::HUNDRED));
    let of_town = (question.first.max(question.end.saturating_sub(8))..question.end).any(|at| {
        doc.is_any(
            at,
            words![
                "city", "town", "state", "zip", "county", "village", "postcode"
            ],
        )
    });
    // "which street do you live on" – "ptarmigan"
    let of_street = (question.first..question.end).any(|at| {
        doc.is_any(at, words!["which", "what"]) && doc.is_any(at + 1, words!["street", "road"])
    }) && (first..end).all(|at| doc.shape(at) != Some(Shape::Clitic));
    let numbers = (first..end).filter(|at| numeric(doc, *at)).count();
    let place = |at: usize| {
        doc.capital(at)
            || !ordinary(doc, at)
            || state(doc, at).is_some()
            || doc.has(at, class::STREET)
    };
    let word = |at: &usize| doc.shape(*at) == Some(Shape::Word) && !numeric(doc, *at);
    // "city?" asks for nothing else; a longer question may be about anything.
    let brief = question.end - question.first <= 8;
    let asks = (question.first..question.end).any(|at| doc.is_punct(at, b'?'));
    let named = (brief || asks)
        && (first..end).any(|at| word(&at))
        && if brief {
            (first..end).filter(word).any(place)
        } else {
            (first..end).filter(word).all(place)
        };
    let words_only = (first..end).all(|at| {
        numeric(doc, at)
            || doc.shape(at) != Some(Shape::Word)
            || !doc.has(at, class::UNIT | class::MEASURE | class::OVER)
            || doc.has(at, class::STREET)
            || state(doc, at).is_some()
    });
    let asks_house = (question.first..question.end)
        .any(|at| doc.is_any(at, words!["address", "house", "street", "live", "number"]));
    if house && asks_house && !of_town && end - first <= 5
        || (of_town || of_street && end - first <= 3)
            && named
            && words_only
            && (numbers == 0 || end - first <= 8)
    {
        doc.add(first, end, Kind::Address, "address-part");
    }
}

/// A word of a town's name that is also one of the small words ("Reading").
fn capital_place(doc: &Doc<'_>, at: usize) -> bool {
    doc.capital(at) && doc.len_of(at) > 3 && !doc.has(at, class::FRAME)
}

/// A British postcode after a question for it, said with letters or the alphabet of pilots.
pub(crate) fn zip_answer(doc: &mut Doc<'_>, turn: &Turn) {
    for at in turn.first..turn.end.min(turn.first + 10) {
        if let Some(end) = said_postcode(doc, at, turn.end) {
            doc.add(at, end, Kind::Zip, "postcode");
            return;
        }
    }
}

/// "sioux falls south dakota": a city and its state after the words that ask for them.
pub(crate) fn place(doc: &mut Doc<'_>, from: usize, limit: usize) {
    let Some((at, end)) = (from..limit.min(from + 10)).find_map(|i| Some((i, state(doc, i)?)))
    else {
        return;
    };
    let mut first = at;
    while first > from
        && at - first < 4
        && !doc.taken[first - 1]
        && (doc.is_punct(first - 1, b',') && first == at
            || doc.shape(first - 1) == Some(Shape::Word)
                && !doc.has(first - 1, class::FRAME | class::FILLER | class::CUE)
                && (doc.capital(first - 1)
                    || !ordinary(doc, first - 1)
                    || doc.has(first - 1, class::STREET) && first == at))
    {
        first -= 1;
    }
    if at - first > 0 && !doc.taken[at] {
        doc.add(first, end, Kind::Address, "address-place");
    }
}

/// Whether a house number of two digits or more stands at `at`, before a word that can be a street's name alone.
fn house(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    let end = at + 1;
    doc.shape(at) == Some(Shape::Number)
        && doc.len_of(at) > 1
        && end < limit
        && !doc.glued(end)
        && doc.shape(end) == Some(Shape::Word)
        && (doc.capital(end) || strange(doc, end))
        && !doc.has(
            end,
            class::FRAME
                | class::FILLER
                | class::UNIT
                | class::MEASURE
                | class::DRUG
                | class::MONTH
                | class::OVER,
        )
}

/// "there's a $308.50 fee", "a six fifty copying fee"
fn amount(doc: &Doc<'_>, at: usize, floor: usize) -> bool {
    at > floor && doc.is_punct(at - 1, b'$')
        || doc.says(at + 1, at + 5, words!["fee", "fees", "deposit", "copay"])
        || doc.is_punct(at + 1, b'.')
            && doc.glued(at + 1)
            && doc.glued(at + 2)
            && doc.shape(at + 2) == Some(Shape::Number)
}

/// Words after which nothing belongs to an address any more.
const ENDS: &WordSet = words![
    "until", "till", "so", "because", "but", "when", "since", "if", "he", "she", "i", "we", "they",
    "that", "please", "there", "it", "where", "which", "while", "right"
];

/// The answer to a question for the address when it names no street word: from the first number to the end. Returns
/// where it ends.
pub(crate) fn answer(doc: &mut Doc<'_>, from: usize, limit: usize, asked: bool) -> Option<usize> {
    let mut first = from;
    let mut others = 0;
    // "my address is Hauptstrasse 12": where the words that lead to the number begin.
    let mut head = None;
    while first < limit {
        if numeric(doc, first)
            && !doc.taken[first]
            && (!doc.has(first, class::OH) || numeric(doc, first + 1))
            || doc.has(first, class::DWELLING) && numeric(doc, first + 1)
        {
            break;
        }
        if doc.taken[first]
            || doc.is_punct(first, b'?')
            || doc.has(first, class::MEASURE) && !doc.has(first, class::FRAME)
        {
            return None;
        }
        let word = doc.shape(first) == Some(Shape::Word);
        let small = doc.has(first, class::FRAME | class::FILLER | class::CUE);
        others += usize::from(word && !small);
        if word {
            let place = !small && (doc.capital(first) || !ordinary(doc, first));
            head = place.then(|| head.unwrap_or(first));
        }
        first += 1;
    }
    // "care of my son, 19 Tansy"
    let most = match asked {
        false => 3,
        true if house(doc, first, limit) => 4,
        true => 0,
    };
    if first >= limit || others > most || amount(doc, first, from) {
        return None;
    }
    let mut end = first;
    let mut named = head.is_some();
    while end < limit && end < first + 40 && !doc.taken[end] {
        // "is this still your address, 909 birchwood?"
        if doc.is_punct(end, b'?') && named && end > first + 1 && end + 1 >= limit {
            break;
        }
        if doc.is_punct(end, b'?')
            || doc.has(end, class::UNIT | class::RELATION) && end < first + 4
            || end < first + 3
                && doc.is_any(
                    end,
                    words![
                        "sons",
                        "daughters",
                        "others",
                        "cats",
                        "dogs",
                        "story",
                        "storey",
                        "bedroom",
                        "level",
                    ],
                )
            || doc.has(end, class::OVER) && end < first + 4
        {
            return None;
        }
        if doc.is_punct(end, b'.') && !doc.glued(end) || end > first + 1 && doc.is_any(end, ENDS) {
            if (end..limit.min(end + 8)).any(|at| doc.is_punct(at, b'?')) {
                return None;
            }
            break;
        }
        if doc.has(end, class::MEASURE) && !doc.has(end, class::FRAME | class::DWELLING)
            || doc.is(end, "point") && numeric(doc, end + 1)
        {
            return None;
        }
        named |= doc.shape(end) == Some(Shape::Word)
            && doc.len_of(end) > 1
            && (!ordinary(doc, end) || doc.capital(end))
            && !numeric(doc, end);
        end += 1;
    }
    while end > first
        && (doc.has(end - 1, class::FILLER)
            || doc.shape(end - 1) == Some(Shape::Punct)
            || doc.is_any(end - 1, words!["thanks", "thank", "you"]))
    {
        end -= 1;
    }
    if named && (asked || end - first >= 2) {
        doc.add(head.unwrap_or(first), end, Kind::Address, "address-answer");
        return Some(end);
    }
    None
}
