//! What is put right about a value after it was said: one character of it, or its last digits.

use crate::redaction::finding::Finding;
use crate::redaction::kind::Kind;
use crate::redaction::number::atom::{numeric, spelled};
use crate::redaction::number::call_memory::Seen;
use crate::redaction::number::context::{frame_only, opens_clause};
use crate::redaction::number::evidence::Case;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

/// "… is that a K, no it's an X so …", "… 6 B or maybe that's an 8, yeah": one character in place of one of the value
/// that ended at `end`.
#[inline(never)]
pub(crate) fn corrected_character(doc: &mut Doc<'_>, end: usize, limit: usize, kind: Kind) {
    let limit = limit.min(end + 16);
    let mut wrong = false;
    for at in end..limit {
        if doc.taken[at] {
            return;
        }
        wrong |= doc.has(at, class::CORRECTION)
            || doc.is_any(
                at,
                words!["no", "nope", "wait", "hold", "or", "maybe", "not"],
            );
        if at >= end + 4 && !wrong {
            return;
        }
        let led = at > end
            && (doc.is_any(at - 1, words!["a", "an", "be"])
                || doc.shape(at - 1) == Some(Shape::Clitic)
                    && doc.is_any(at.wrapping_sub(2), words!["it", "that"]));
        if wrong && led && character(doc, at) && closes(doc, at + 1, limit) {
            doc.add(at, at + 1, kind, "corrected-character");
        }
    }
}

/// A letter or a digit.
fn character(doc: &Doc<'_>, at: usize) -> bool {
    match doc.shape(at) {
        Some(Shape::Number) => doc.len_of(at) == 1,
        Some(Shape::Word) => {
            doc.has(at, class::DIGIT | class::NATO)
                || doc.has(at, class::LETTER) && !doc.is_any(at, words!["a", "i"])
        }
        _ => false,
    }
}

/// Whether the clause ends at `at`, or goes on with a word that joins another.
fn closes(doc: &Doc<'_>, at: usize, limit: usize) -> bool {
    at >= limit
        || doc.shape(at) != Some(Shape::Word)
        || doc.is_any(
            at,
            words![
                "so", "and", "then", "not", "instead", "yeah", "yes", "sorry", "okay", "ok"
            ],
        )
}

/// "Flip the last two. 34, not 43.", "Not 4, it should be 5.": digits in place of others, in a short turn after one
/// that read a number or spoke of its digits.
#[inline(never)]
pub(crate) fn contrast(doc: &mut Doc<'_>, t: usize) {
    let Some(asked) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return;
    };
    let turn = doc.turns[t];
    if turn.end - turn.first > 18 || turn.end - turn.first < 3 {
        return;
    }
    let kind = number_in(doc, &asked);
    if kind.is_none() && asked.asks == 0 {
        return;
    }
    let against = doc.says(turn.first, turn.end, words!["not", "instead"]);
    if !against {
        return;
    }
    let digits = (asked.first.max(asked.end.saturating_sub(20))..asked.end)
        .find(|at| doc.is_any(*at, words!["digit", "digits"]));
    let Some(kind) = kind.or(digits.map(|_| Kind::Phone)) else {
        return;
    };
    let Some([first, second]) = pair(doc, &turn) else {
        return;
    };
    doc.add(first.0, first.1, kind, "contrast");
    doc.add(second.0, second.1, kind, "contrast");
    // "I have the last digit of your mobile as 4."
    let Some(digits) = digits else {
        return;
    };
    for at in digits..asked.end {
        if numeric(doc, at)
            && !doc.taken[at]
            && doc.is_any(
                at - usize::from(at > 0),
                words!["as", "is", "was", "a", "be"],
            )
        {
            doc.add(at, at + 1, kind, "contrast");
            return;
        }
    }
}

/// The kind of a number or code that was found in the turn.
fn number_in(doc: &Doc<'_>, turn: &Turn) -> Option<Kind> {
    let start = doc.tokens.get(turn.first)?.start();
    let end = doc.tokens.get(turn.end.checked_sub(1)?)?.end();
    let code = |finding: &&Finding| {
        finding.start >= start
            && finding.end <= end
            && !matches!(
                finding.kind,
                Kind::Person | Kind::Address | Kind::Date | Kind::Email | Kind::Url
            )
    };
    doc.findings
        .iter()
        .rev()
        .take(3)
        .find(code)
        .map(|finding| finding.kind)
}

/// The two groups of as many digits that a turn of small words sets against each other.
fn pair(doc: &Doc<'_>, turn: &Turn) -> Option<[(usize, usize); 2]> {
    let mut groups = [(0, 0); 2];
    let mut count = 0;
    let mut at = turn.first;
    while at < turn.end {
        if doc.has(at, class::UNIT | class::MEASURE) && !doc.has(at, class::FRAME) {
            return None;
        }
        let counted =
            at > turn.first && doc.is_any(at - 1, words!["last", "first", "final", "middle"]);
        if !counted && numeric(doc, at) && !doc.taken[at] {
            let first = at;
            while at < turn.end && numeric(doc, at) {
                at += 1;
            }
            *groups.get_mut(count)? = (first, at);
            count += 1;
            continue;
        }
        let small = doc.shape(at) != Some(Shape::Word)
            || doc.taken[at]
            || counted
            || doc.has(
                at,
                class::FRAME | class::FILLER | class::CORRECTION | class::ORDINAL,
            )
            || doc.is_any(
                at,
                words![
                    "not", "instead", "of", "rest", "flip", "flipped", "swap", "swapped", "switch",
                    "switched", "reverse", "reversed", "them", "those", "should", "but", "final",
                    "middle", "other", "way", "around", "digit", "got", "you've", "are"
                ],
            );
        if !small {
            return None;
        }
        at += 1;
    }
    let said = |(first, end): (usize, usize)| {
        (first..end)
            .map(|at| {
                if doc.shape(at) == Some(Shape::Number) {
                    doc.len_of(at)
                } else {
                    1
                }
            })
            .sum::<usize>()
    };
    let [first, second] = groups;
    (count == 2 && said(first) == said(second) && said(first) <= 4).then_some(groups)
}

/// "So that's …, oh one oh nine?" – "oh one nine oh. You flipped it.", "no, I changed carriers. 857 now.": digits in
/// answer to a value that was read back.
#[inline(never)]
pub(crate) fn put_right(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> Option<Kind> {
    let turn = case.turn;
    let asked = doc.turns[case.t.checked_sub(1)?];
    let digits = run.letters == 0 && (2..=7).contains(&run.len());
    let written = run.atoms == 1 && run.len() >= 3 && doc.shape(run.first) == Some(Shape::Number);
    let singly = digits && (run.singles == run.len() || written);
    if !singly || run.first > turn.first + 12 || !doc.is_punct(asked.end.checked_sub(1)?, b'?') {
        return None;
    }
    let end = run.end + usize::from(doc.is_any(run.end, words!["now", "then", "instead"]));
    let closes = end >= turn.end || doc.shape(end) != Some(Shape::Word);
    let denied = doc.is_any(turn.first, words!["no", "nope", "nah", "not"]);
    let clause = frame_only(doc, turn.first, run.first)
        || denied && opens_clause(doc, turn.first, run.first);
    (closes && clause).then(|| number_in(doc, &asked)).flatten()
}

/// "the chart ending 6604?" – "if the front of it's one one eight": digits of a value by their place in it.
#[inline(never)]
pub(crate) fn placed(doc: &Doc<'_>, run: &Run, case: &Case<'_>, seen: &Seen) -> Option<Kind> {
    let singly = run.singles == run.len() && (2..=7).contains(&run.len());
    if !singly || seen.is_empty() {
        return None;
    }
    let from = case.turn.first.max(run.first.saturating_sub(7));
    let named = (from..run.first).any(|at| {
        doc.is_any(
            at,
            words![
                "front",
                "beginning",
                "start",
                "end",
                "rest",
                "middle",
                "first",
                "last"
            ],
        ) && (doc.is_any(at + 1, words!["part", "bit", "half", "digits"])
            || doc.is(at + 1, "of")
                && doc.is_any(
                    at + 2,
                    words!["it", "its", "that", "mine", "hers", "his", "number"],
                ))
    });
    named.then(|| seen.last_kind()).flatten()
}

/// "W as in whiskey?": a letter of the code that was said just before, spelled out in a short turn.
#[inline(never)]
pub(crate) fn spelled_echo(doc: &mut Doc<'_>, t: usize) {
    let turn = doc.turns[t];
    if t == 0 {
        return;
    }
    let before = doc.tokens[turn.first].start();
    let near = |finding: &Finding| finding.end.abs_diff(before) < 120;
    if !doc.findings.last().is_some_and(near) {
        return;
    }
    let letters = &doc.anchors.letter;
    let from = letters.partition_point(|at| (*at as usize) < turn.first);
    let Some((at, end)) = letters[from..]
        .iter()
        .map(|at| *at as usize)
        .take_while(|at| *at < turn.end)
        .find_map(|at| spelled(doc, at, turn.end).map(|end| (at, end)))
        .filter(|(at, end)| end - at >= 3 && !doc.taken[*at])
    else {
        return;
    };
    let letter = doc.word(at);
    let mut recent = doc.findings.iter().rev().take(3);
    let code = recent.find(|finding| {
        let lettered = !matches!(
            finding.kind,
            Kind::Person | Kind::Address | Kind::Date | Kind::Email | Kind::Url | Kind::Phone
        );
        let first = doc.token_at(finding.start);
        near(finding)
            && lettered
            && (first..doc.tokens.len().min(first + 24))
                .take_while(|i| doc.tokens[*i].start() < finding.end)
                .any(|i| {
                    doc.word(i).eq_ignore_ascii_case(letter)
                        || doc.shape(i) == Some(Shape::Word)
                            && doc.capital(i)
                            && doc.len_of(i) <= 4
                            && doc.word(i).contains(letter)
                })
    });
    if let Some(kind) = code.map(|finding| finding.kind) {
        doc.add(at, end, kind, "spelled-echo");
    }
}
