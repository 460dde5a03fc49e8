//! Whether a run is a quantity: units, measurements, times of day or prices stand by it. Asking is dear, and many runs
//! are decided without: it is asked when the answer is needed, once.

use crate::redaction::number::body::of_body;
use crate::redaction::number::call_memory::Pending;
use crate::redaction::number::context::{
    clock, fasting, pressure, quantity_after, quantity_before, telephone,
};
use crate::redaction::number::cue::{Cue, Hit};
use crate::redaction::number::evidence::Case;
use crate::redaction::number::nod::nods;
use crate::redaction::number::product::{payer_code, product_asked};
use crate::redaction::number::run::Run;
use crate::redaction::text::doc::Doc;
use crate::redaction::text::turn::Turn;
use crate::redaction::words::lexicon::class;
use crate::redaction::words::word_set::words;

impl Case<'_> {
    /// Whether the run of this case is a quantity.
    pub(crate) fn quantity(&self, doc: &Doc<'_>, run: &Run) -> bool {
        self.counted.get().unwrap_or_else(|| {
            let counted = self.counts(doc, run);
            self.counted.set(Some(counted));
            counted
        })
    }

    #[inline(never)]
    fn counts(&self, doc: &Doc<'_>, run: &Run) -> bool {
        let Self {
            turn,
            t,
            local,
            pending,
            ..
        } = *self;
        let armed = self.armed_here;
        let floor = match local {
            Some((hit, _)) if armed => hit.end,
            _ => turn.first,
        };
        run.decimal && !armed
            || quantity_after(doc, run, turn.end)
            || quantity_before(doc, run, floor)
            || pressure(doc, run)
            || !armed && of_body(doc, run, turn.first)
            || !armed && run.atoms > 2 && run.singles < run.len() && fasting(doc, turn.first, run)
            || !armed && run.readings() && !telephone(doc, run) && measured_here(doc, &turn, run)
            || !armed && owed(doc, run, floor)
            || !armed && priced(doc, &turn, run)
            || !armed && run.len() <= 4 && counted_asked(doc, t)
            || repeated_after(doc, t)
            || !armed
                && (run.readings() && !telephone(doc, run)
                    || run.group_count > 1 && run.len() <= 6
                    || !pending.is_empty() && run.len() <= 3 && run.singles < run.len())
                && measure_asked(doc, t, pending)
            || !armed && run.len() >= 5 && product_asked(doc, t, pending)
            || armed && local.is_some_and(|(hit, _)| call_time(doc, run, &hit, t))
            || payer_code(doc, run, floor)
    }
}

/// "every day for the heart failure 201 203 206": readings in a turn that says what was measured.
fn measured_here(doc: &Doc<'_>, turn: &Turn, run: &Run) -> bool {
    let nouns = words![
        "weigh", "weighed", "weight", "weights", "sugar", "sugars", "rate", "pulse", "pressure",
        "glucose", "readings", "numbers", "scale", "cuff", "failure", "watch", "meter"
    ];
    run.atoms > 2
        && doc.says(
            turn.first.max(run.first.saturating_sub(14)),
            run.first,
            nouns,
        )
}

/// "owes two hundred twelve even", "approved for six hundred twelve eighty": money, though nothing names its unit.
fn owed(doc: &Doc<'_>, run: &Run, floor: usize) -> bool {
    let said = |back: usize| run.first >= floor + back;
    run.len() <= 6
        && said(1)
        && (doc.is_any(
            run.first - 1,
            words!["owe", "owes", "owed", "charged", "billed"],
        ) || said(2)
            && doc.is(run.first - 1, "for")
            && doc.is_any(
                run.first - 2,
                words!["approved", "charged", "billed", "bill", "quoted", "charge"],
            ))
}

/// "how much is the shot, the other place said twenty nine ninety five", "a six fifty copying fee": a price.
fn priced(doc: &Doc<'_>, turn: &Turn, run: &Run) -> bool {
    let amounts = run.len() <= 6 || run.groups().iter().all(|group| group.chars <= 4);
    let price = words!["price", "prices", "cost", "costs", "cheaper"];
    let asks = |at: usize| doc.is(at, "how") && doc.is(at + 1, "much") || doc.is_any(at, price);
    amounts
        && (doc.says(
            run.end,
            run.end + 2,
            words!["fee", "fees", "deposit", "copay"],
        ) || (turn.first.max(run.first.saturating_sub(14))..run.first).any(asks))
}

/// "how many pages am i?": the turn before asked to count or to measure.
fn counted_asked(doc: &Doc<'_>, t: usize) -> bool {
    let nouns = words!["many", "much", "long", "often", "far", "tall", "big"];
    t.checked_sub(1).is_some_and(|before| {
        let asked = doc.turns[before];
        (asked.first.max(asked.end.saturating_sub(12))..asked.end)
            .any(|at| doc.is(at, "how") && doc.is_any(at + 1, nouns))
    })
}

/// "repeat after me: nine, three, eight": a test of memory, said by the other side and by whom it tests.
fn repeated_after(doc: &Doc<'_>, t: usize) -> bool {
    doc.turns[t.saturating_sub(1)..=t].iter().any(|turn| {
        let end = turn.end.min(turn.first + 16);
        doc.holds(turn.first, end, "repeat")
            && (turn.first..end)
                .any(|at| doc.is(at, "repeat") && doc.is(at + 1, "after") && doc.is(at + 2, "me"))
    })
}

/// "what have your sugars been": the turn before asked for measurements, and for nothing else.
fn measure_asked(doc: &Doc<'_>, t: usize, pending: &[Pending]) -> bool {
    let Some(asked) = t.checked_sub(1).map(|before| doc.turns[before]) else {
        return false;
    };
    pending.iter().all(|p| p.turn + 1 != t)
        && (asked.first.max(asked.end.saturating_sub(24))..asked.end).any(|at| {
            doc.has(at, class::MEASURE)
                && !doc.has(at, class::FRAME)
                && !doc.is_any(
                    at,
                    words![
                        "between",
                        "around",
                        "hours",
                        "total",
                        "roughly",
                        "backwards",
                        "backward"
                    ],
                )
        })
}

/// "call me back at five thirty": a time, unless the other side asks for the rest of a number.
fn call_time(doc: &Doc<'_>, run: &Run, hit: &Hit, t: usize) -> bool {
    let goes_on = doc.turns.get(t + 1).is_some_and(|next| nods(doc, next));
    !goes_on
        && hit.cue == Cue::Phone
        && hit.end == run.first
        && run.len() <= 4
        && run.singles < run.len().max(2)
        && clock(run)
        && doc.is(hit.end.saturating_sub(1), "at")
}
