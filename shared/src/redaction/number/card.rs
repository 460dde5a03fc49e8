//! The code and the expiry date of a card, where nothing names them: what is said in talk of a card, and in which order.

use crate::redaction::kind::Kind;
use crate::redaction::number::context::frame_only;
use crate::redaction::number::cue::Cue;
use crate::redaction::number::evidence::Case;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::words::word_set::{WordSet, words};

/// How many turns the talk of a card lasts.
const TALK: usize = 12;

/// Whether a cue of `cues` stands in the turns of `case` and up to `back` before it.
fn asked(doc: &Doc<'_>, case: &Case<'_>, back: usize, cues: u64) -> bool {
    doc.turns[case.t.saturating_sub(back)..=case.t]
        .iter()
        .any(|turn| turn.asks & cues != 0)
}

fn card_talk(doc: &Doc<'_>, case: &Case<'_>) -> bool {
    let cues = Cue::Card.bit() | Cue::CardExp.bit() | Cue::CardLast4.bit() | Cue::Cvv.bit();
    asked(doc, case, TALK, cues) || recent(doc, Kind::Card) || recent(doc, Kind::CardExp)
}

/// Whether one of the last values found is a `kind`.
fn recent(doc: &Doc<'_>, kind: Kind) -> bool {
    doc.findings
        .iter()
        .rev()
        .take(8)
        .any(|finding| finding.kind == kind)
}

/// "12/31, code 6465", "the three on the back? it's worn off, I think it's 281", "did the code change? they sent me a
/// new card. oh nine three": in talk of a card, the three or four digits of a code.
#[inline(never)]
pub(crate) fn card_code(
    doc: &Doc<'_>,
    run: &Run,
    case: &Case<'_>,
) -> Option<(Cue, Kind, &'static str)> {
    let digits = run.letters == 0 && !run.decimal && !run.cardinal;
    let turn = case.turn;
    if !digits || !(3..=4).contains(&run.len()) {
        return None;
    }
    let closes = run.end >= turn.end || doc.shape(run.end) != Some(Shape::Word);
    if !closes {
        return None;
    }
    if after_value(doc, run, case) {
        return card_talk(doc, case).then_some((Cue::Cvv, Kind::Cvv, "card-code"));
    }
    let named = |from: usize, to: usize| doc.says(from, to, CODES);
    let near = turn.first.max(run.first.saturating_sub(16));
    let found = if case.quantity(doc, run) {
        // "code" heads counts as well.
        run.first > turn.first
            && doc.is(run.first - 1, "code")
            && asked(doc, case, 1, Cue::CardExp.bit())
    } else {
        let before = case.t.checked_sub(1).map(|before| doc.turns[before]);
        let answer = turn.first + 14 > run.first
            && before.is_some_and(|asked| {
                named(asked.first.max(asked.end.saturating_sub(8)), asked.end)
            });
        let singly = run.singles == run.len() || run.atoms == 1;
        // "and then" – "and then five oh six": after the expiry date.
        let next = singly
            && recent(doc, Kind::CardExp)
            && frame_only(doc, turn.first, run.first)
            && before.is_some_and(|asked| {
                doc.says(
                    asked.first.max(asked.end.saturating_sub(8)),
                    asked.end,
                    NEXT,
                )
            });
        next || answer
            || named(turn.first.max(run.first.saturating_sub(4)), run.first)
            || singly && doc.after_stop(run.first) && named(near, run.first)
    };
    // "the digits kinda rubbed off the back, it's 427": no other digits stand there.
    let says = |words: &WordSet| doc.says(near, run.first, words);
    let back = !case.quantity(doc, run)
        && says(words!["digits", "numbers", "code"])
        && says(words!["back", "strip", "stripe", "reverse"]);
    (back || found && card_talk(doc, case)).then_some((Cue::Cvv, Kind::Cvv, "card-code"))
}

/// "4128 2189 5113 3468, 9/27, 212", "10/27 code 055": what follows the expiry date at once, or is called a code there.
#[inline(never)]
fn after_value(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> bool {
    let mut at = run.first;
    let mut code = false;
    while at > case.turn.first && run.first - at < 4 && !doc.taken[at - 1] {
        let small = doc.is_any(at - 1, words!["code", "is", "and", "the"])
            || matches!(doc.shape(at - 1), Some(Shape::Punct | Shape::Clitic));
        if !small {
            return false;
        }
        at -= 1;
        code |= doc.is(at, "code");
    }
    let Some(end) = at.checked_sub(1).and_then(|last| doc.tokens.get(last)) else {
        return false;
    };
    let end = end.end();
    let mut before = doc.findings.iter().rev().take(8);
    let kind = before
        .find(|found| found.end == end)
        .map(|found| found.kind);
    match kind {
        Some(Kind::CardExp | Kind::Card) => code || !case.quantity(doc, run),
        // Before the number of the card is known to be over, its expiry date is only a date.
        Some(Kind::Date | Kind::Id) => code || !case.quantity(doc, run) && recent(doc, Kind::Card),
        _ => false,
    }
}

/// "two twenty nine. one 88." in answer to "the date and security code?": an expiry date and a code in one breath.
pub(crate) fn expiry_and_code(run: &Run) -> bool {
    let [.., code] = run.groups() else {
        return false;
    };
    let code = usize::from(code.chars);
    let head = run.len().saturating_sub(code);
    (3..=4).contains(&code)
        && run.letters == 0
        && run.group_count > 1
        && year_ahead(&run.chars()[..head])
}

/// Whether the digits are those of a month and of a year to come.
pub(crate) fn year_ahead(digits: &[u8]) -> bool {
    let month = match digits {
        [month, b'2'..=b'3', _] => [b'0', *month],
        [tens, ones, b'2'..=b'3', _] | [tens, ones, b'2', b'0', b'2'..=b'3', _] => [*tens, *ones],
        _ => return false,
    };
    matches!(month, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
}

/// What people call the code of a card, or where it stands.
const CODES: &WordSet = words![
    "code",
    "back",
    "signature",
    "strip",
    "stripe",
    "digits",
    "security",
    "reverse"
];

/// How the next part is asked for.
const NEXT: &WordSet = words![
    "next",
    "then",
    "last",
    "else",
    "more",
    "rest",
    "remaining",
    "final",
    "piece",
    "finally",
    "lastly",
    "other",
    "and",
];

/// "date on the card?" – "nine twenty nine"
fn date_asked(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> bool {
    let Some(before) = case.t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    let near = before.first.max(before.end.saturating_sub(10));
    before.asks & Cue::Card.bit() != 0
        && doc.says(near, before.end, words!["date", "month", "good"])
        && !doc.says(near, before.end, words!["time", "birth"])
        && frame_only(doc, case.turn.first, run.first)
}

/// "4485 1203 7789 0016. Ten twenty eight.": what comes right after the number of the card.
#[inline(never)]
fn follows_card(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> bool {
    let last = run.first.checked_sub(2).filter(|at| *at >= case.turn.first);
    let closes = run.end >= case.turn.end || doc.shape(run.end) != Some(Shape::Word);
    closes
        && last.is_some_and(|at| {
            let end = doc.tokens[at].end();
            doc.shape(at + 1) == Some(Shape::Punct)
                && doc
                    .findings
                    .iter()
                    .rev()
                    .take(2)
                    .any(|found| found.end == end && found.kind == Kind::Card)
        })
}

/// "it dies eleven slash twenty-seven": in talk of a card, a month over a year to come.
#[inline(never)]
pub(crate) fn expiry(
    doc: &Doc<'_>,
    run: &Run,
    case: &Case<'_>,
) -> Option<(Cue, Kind, &'static str)> {
    if run.letters > 0 || run.decimal || !(3..=6).contains(&run.len()) || case.quantity(doc, run) {
        return None;
    }
    let slash = doc.says(run.first, run.end, words!["slash", "of"]);
    let year = matches!(
        run.chars(),
        [.., b'2', b'0', b'2' | b'3', _] | [.., b'2', b'4'..=b'9'] | [.., b'3', _]
    );
    let month = matches!(run.values[0], 0..=12) && (2..=4).contains(&run.atoms);
    let ends = run.first > case.turn.first
        && doc.is_any(
            run.first - 1,
            words![
                "dies", "until", "till", "til", "thru", "through", "lapses", "good"
            ],
        );
    if month && year && (follows_card(doc, run, case) || date_asked(doc, run, case)) {
        return Some((Cue::CardExp, Kind::CardExp, "card-expiry"));
    }
    (month && year && (slash && ends || (slash || ends) && card_talk(doc, case))).then_some((
        Cue::CardExp,
        Kind::CardExp,
        "card-expiry",
    ))
}
