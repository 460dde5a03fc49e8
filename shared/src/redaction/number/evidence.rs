//! The evidence that a run is an identifier: a cue before or after it, a question it answers, a value it repeats or
//! resembles, a noun that heads it, or its own form.

use std::cell::Cell;

use crate::redaction::date::spoken::dated;
use crate::redaction::kind::Kind;
use crate::redaction::number::answer::answers;
use crate::redaction::number::call_memory::{Pending, Seen};
use crate::redaction::number::card::{card_code, expiry};
use crate::redaction::number::context::{clock, frame_only, public_number};
use crate::redaction::number::correction::{placed, put_right};
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::cue_value::{by_shape, corrects, cue_after, kind_of, length, most};
use crate::redaction::number::edges::{begins, ends_in_two};
use crate::redaction::number::extension::named;
use crate::redaction::number::plate::plated;
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::token::Shape;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::{WordSet, words};

/// A value of this turn that may go on after an interruption.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    pub(crate) cue: Cue,
    /// Characters so far.
    pub(crate) got: usize,
    /// One past its last token.
    pub(crate) end: usize,
}

/// A run and where it stands.
pub(crate) struct Case<'c> {
    pub(crate) turn: Turn,
    /// The turn's number.
    pub(crate) t: usize,
    pub(crate) hits: &'c [Hit],
    /// The cue that is waiting for its value, and how much of it was given.
    pub(crate) local: Option<(Hit, usize)>,
    /// That cue still speaks for this run.
    pub(crate) armed_here: bool,
    /// The value before it in this turn.
    pub(crate) open: Option<Open>,
    /// The questions that wait for an answer.
    pub(crate) pending: &'c [Pending],
    /// Whether it is a quantity, when that was asked.
    pub(crate) counted: Cell<Option<bool>>,
}

/// What the run is, and why; nothing when there is no evidence.
pub(crate) fn decide(
    doc: &Doc<'_>,
    run: &Run,
    case: &Case<'_>,
    seen: &Seen,
) -> Option<(Cue, Kind, &'static str)> {
    let announced = case.armed_here && case.local.is_some_and(|(hit, _)| hit.cue != Cue::Phone);
    if public_number(run) && (run.len() >= 10 || !announced) {
        // "…, expires January twenty eight, 711"
        return card_code(doc, run, case);
    }
    let turn = case.turn;
    let quantity = || case.quantity(doc, run);
    // The word alone is a cue of nothing: joints extend as well.
    let spoken = turn.asks | case.t.checked_sub(1).map_or(0, |t| doc.turns[t].asks);
    if spoken & Cue::None.bit() != 0
        && let Some(found) = named(doc, run, case)
    {
        return Some(found);
    }
    let long = run.len() >= 7 && run.digits() >= 5;
    if let Some(cue) = cue_after(doc, run, case.hits, turn.end)
        && run.len() >= length(cue).1
        && (long || !quantity())
    {
        return Some((cue, kind_of(cue, run), "cue-after"));
    }
    if case.armed_here
        && let Some(found) = cued(doc, run, case)
    {
        return Some(found);
    }
    if (run.len() >= 6 || !quantity())
        && let Some((kind, rule)) = seen.echo(run)
    {
        return Some((Cue::Id, kind, rule));
    }
    let alone = (2..=3).contains(&run.len())
        && !quantity()
        && run.singles == run.len()
        && run.end < turn.first + 8
        && frame_only(doc, turn.first, run.first)
        && (run.end >= turn.end || doc.shape(run.end) != Some(Shape::Word));
    if alone && let Some((kind, rule)) = seen.edge(run) {
        return Some((Cue::Id, kind, rule));
    }
    if !quantity() {
        if let Some(answer) = answers(doc, run, &turn, case.t, case.pending) {
            return Some((answer, kind_of(answer, run), "answer"));
        }
        if let Some(open) = case.open
            && goes_on(doc, run, &turn, open)
        {
            return Some((open.cue, kind_of(open.cue, run), "continued"));
        }
        if let Some(kind) = begins(doc, run, case) {
            return Some((Cue::Id, kind, "first-digits"));
        }
    }
    if !quantity()
        && let Some(kind) = put_right(doc, run, case).or_else(|| placed(doc, run, case, seen))
    {
        return Some((Cue::Id, kind, "correction"));
    }
    // "oh eight, seventeen, twenty through six twenty seven eighteen"
    let range = doc.is_any(run.end, words!["through", "to", "until", "till"]);
    if run.values[0] <= 31
        && (range || !quantity())
        && let Some(kind) = dated(doc, run, &turn, case.t)
    {
        return Some((Cue::Dob, kind, "spoken-date"));
    }
    // "no it's 5286 at the end"
    if (2..=6).contains(&run.len())
        && doc.is(run.end, "at")
        && doc.is(run.end + 1, "the")
        && doc.is(run.end + 2, "end")
        && !seen.is_empty()
    {
        return Some((Cue::Last4, Kind::PhoneLast4, "correction"));
    }
    if let Some(found) = expiry(doc, run, case).or_else(|| card_code(doc, run, case)) {
        return Some(found);
    }
    // "Cigna, two seventy seven, two eighty three, six twenty six"
    if run.len() >= 8 && run.letters == 0 && !quantity() && insured(doc, run.first, turn.first) {
        return Some((Cue::Member, Kind::MemberId, "insurer"));
    }
    // A parking lot is no lot of vaccines: "he drives a gray jeep, if he has to use the lot it's K R four nine W two".
    if run.letters >= 2 && !run.spine() && !run.births() && plated(doc, run, turn.first) {
        return Some((Cue::Plate, Kind::Plate, "vehicle"));
    }
    if quantity()
        || run.cardinal
        || run.decimal
        || run.counts()
        || run.lists()
        || run.births()
        || run.spine()
    {
        return None;
    }
    if let Some((kind, rule)) = seen.akin(doc, run) {
        return Some((Cue::Id, kind, rule));
    }
    by_form(doc, run, case)
}

/// Evidence of the cue before the run.
fn cued(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> Option<(Cue, Kind, &'static str)> {
    let (hit, got) = case.local?;
    // "the class ends nine thirty"
    if run.atoms > 1
        && run.singles != run.len()
        && clock(run)
        && doc.is(hit.end.saturating_sub(1), "ends")
    {
        return None;
    }
    let quantity = || case.quantity(doc, run);
    let long = run.len() >= 7 && run.digits() >= 5;
    let (full, least) = length(hit.cue);
    let least = if got > 0 && got < full || hit.cue == Cue::Dob {
        1
    } else if ends_in_two(doc, run, case, hit) {
        2
    } else {
        least
    };
    let open = got < full || run.groups()[0].corrected || got < 40 && corrects(doc, run.first);
    // "555 0142. 0142 again", not "555 0142, the system returned 503"
    let restated = got >= full
        && !quantity()
        && (run.len() >= 5
            || run.len() >= 3
                && frame_only(doc, hit.end.max(run.first.saturating_sub(3)), run.first));
    let short_birth =
        hit.cue == Cue::Dob && run.len() < 3 && got == 0 && !frame_only(doc, hit.end, run.first);
    let plain = (open || restated)
        && run.len() >= least
        && run.digits() > 0
        && !short_birth
        && (long && !run.cardinal || !quantity());
    // Digits alone go on with such a code, or are a year or a count: "medicare since 2019".
    let letters = || run.letters > 0 || got < full && !quantity() || hit.cue == Cue::Secret;
    let coded = || {
        matches!(hit.cue, Cue::Mbi | Cue::Plate | Cue::Secret) && run.len() >= least && letters()
    };
    (plain || coded()).then(|| (hit.cue, kind_of(hit.cue, run), "cue"))
}

/// "7118... sorry, the dog... 2666": the rest of a value after a few words that have nothing to do with it.
fn goes_on(doc: &Doc<'_>, run: &Run, turn: &Turn, open: Open) -> bool {
    let words = (open.end..run.first)
        .filter(|at| doc.shape(*at) == Some(Shape::Word))
        .count();
    let asked = (open.end..run.first).any(|at| doc.is_punct(at, b'?'));
    let closes = run.end >= turn.end || doc.shape(run.end) != Some(Shape::Word);
    run.len() >= 2
        && run.digits() > 0
        && run.first < open.end + 14
        && words <= 6
        && !asked
        && closes
        && !run.cardinal
        && (open.got + run.len() <= most(open.cue)
            // "337, oh sorry I flipped it, 659"
            || corrects(doc, run.first) && (length(open.cue).1..=most(open.cue)).contains(&run.len()))
}

/// Evidence of the run's own form and of the noun that heads it.
fn by_form(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> Option<(Cue, Kind, &'static str)> {
    let singly = run.singles == run.len();
    if run.letters == 0 && (run.len() >= 7 || singly && run.len() >= 6) {
        return Some((Cue::Id, by_shape(run), "long-number"));
    }
    if run.letters > 0
        && (run.digits() >= 4 && run.len() >= 6 && run.atoms >= 2
            || run.digits() >= 3 && run.len() >= 7)
    {
        return Some((Cue::Id, by_shape(run), "code"));
    }
    if run.spelled > 0 && run.digits() >= 2 && run.len() >= 3 {
        return Some((Cue::Id, by_shape(run), "spelled-code"));
    }
    if let Some(kind) = marked(doc, run, case.turn.first) {
        return Some((Cue::Id, kind, "marked"));
    }
    if plated(doc, run, case.turn.first) {
        return Some((Cue::Plate, Kind::Plate, "vehicle"));
    }
    let enough = run.len() >= 5 && run.digits() >= 3 || singly && run.len() >= 4;
    // "reference is b as in boy, 7, 7, 2"
    let said = run.len() >= 4
        && run.digits() >= 2
        && run.letters > 0
        && (doc.shape(run.first - usize::from(run.first > 0)) == Some(Shape::Clitic)
            || run.first > 0 && doc.is_any(run.first - 1, words!["is", "was", "number", "says"]))
        && headed(doc, run.first, case.turn.first, 8);
    if said {
        return Some((Cue::Id, by_shape(run), "numbered"));
    }
    if !enough {
        return None;
    }
    // "and group, do they need it? 862424": a cue whose value was long in coming.
    let far = case
        .local
        .filter(|(hit, got)| hit.cue.is_code() && *got == 0 && run.first <= hit.end + 10);
    let closes = run.end >= case.turn.end || doc.shape(run.end) != Some(Shape::Word);
    if let Some((hit, _)) = far
        && (closes || headed(doc, run.first, case.turn.first, 8))
        && run.len() >= length(hit.cue).1
    {
        return Some((hit.cue, kind_of(hit.cue, run), "cue-far"));
    }
    if headed(doc, run.first, case.turn.first, 8) || asked_to_read(doc, run, case) {
        return Some((Cue::Id, by_shape(run), "numbered"));
    }
    None
}

/// "patient #55-20-91", "claim #44812": what a number sign gives to a record or a person; but "#30" of tablets.
#[inline(never)]
fn marked(doc: &Doc<'_>, run: &Run, floor: usize) -> Option<Kind> {
    let mark = run.first.checked_sub(1).filter(|mark| *mark > floor)?;
    let sign = doc.is_punct(mark, b'#') && run.digits() >= 3;
    let person = sign
        && doc.is_any(
            mark - 1,
            words!["patient", "pt", "client", "chart", "record", "mrn"],
        );
    if person {
        return Some(Kind::Mrn);
    }
    (sign && doc.is_any(mark - 1, HEADS)).then(|| by_shape(run))
}

/// Whether an insurer's name stands right before.
fn insured(doc: &Doc<'_>, first: usize, floor: usize) -> bool {
    (floor.max(first.saturating_sub(3))..first).any(|at| {
        doc.is_any(
            at,
            words![
                "aetna",
                "cigna",
                "humana",
                "anthem",
                "kaiser",
                "molina",
                "medicaid",
                "tricare",
                "bupa",
                "axa",
                "healthcare",
                "shield",
            ],
        )
    })
}

/// Nouns that head the numbers and codes people are given, or on which they read them.
const HEADS: &WordSet = words![
    "number",
    "numbers",
    "id",
    "digits",
    "serial",
    "sticker",
    "tag",
    "badge",
    "bottle",
    "bracelet",
    "wristband",
    "file",
    "case",
    "claim",
    "reference",
    "ref",
    "confirmation",
    "invoice",
    "ticket",
    "order",
    "tracking",
    "account",
    "acct",
    "policy",
    "card",
    "license",
    "licence",
    "plate",
    "record",
    "chart",
    "script",
    "prescription",
    "certificate",
    "registration",
    "barcode",
    "authorization",
    "authorisation",
    "auth",
    "member",
    "subscriber",
    "voucher",
    "receipt",
    "label",
    "vial",
    "envelope",
    "referral",
    "permit",
    "passport",
    "visa",
    "docket",
    "locker",
    "hotline",
    "helpline",
    "aetna",
    "cigna",
    "humana",
    "anthem",
    "kaiser",
    "molina",
    "medicaid",
    "tricare",
    "bupa",
    "unitedhealthcare",
];

/// Whether one of [`HEADS`] stands within the `back` tokens before, in the same sentence.
pub(crate) fn headed(doc: &Doc<'_>, first: usize, floor: usize, back: usize) -> bool {
    let from = floor.max(first.saturating_sub(back));
    // "remember these numbers": a test of memory.
    let test = (floor.max(first.saturating_sub(12))..first)
        .any(|at| doc.is_any(at, words!["remember", "repeat", "memorize", "memorise"]));
    !test
        && (from..first)
            .rev()
            .take_while(|at| !doc.is_punct(*at, b'.') || doc.glued(*at + 1))
            .any(|at| doc.is_any(at, HEADS))
}

/// Whether the turn before asked to read something that has a number, and this turn only answers.
fn asked_to_read(doc: &Doc<'_>, run: &Run, case: &Case<'_>) -> bool {
    let Some(asked) = case.t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    frame_only(doc, case.turn.first, run.first)
        && headed(doc, asked.end, asked.first, 8)
        && !(asked.first.max(asked.end.saturating_sub(10))..asked.end)
            .any(|at| doc.has(at, class::MEASURE) && !doc.has(at, class::FRAME))
}
