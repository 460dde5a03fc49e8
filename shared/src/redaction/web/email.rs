//! E-mail addresses, written ("a.b@c.org") and spoken ("a dot b at c dot org", letters, NATO, "underscore").

use crate::redaction::kind::Kind;
use crate::redaction::number::cue::Cue;
use crate::redaction::text::doc::Doc;
use crate::redaction::web::email_domain::domain;
use crate::redaction::web::email_mailbox::local_part;
use crate::redaction::web::email_talk::{
    explained, letters_before, lone_providers, mailbox, provider,
};
use crate::redaction::web::email_turns::{across_turns, answers, before_turn};
use crate::redaction::web::run_together;
use crate::redaction::words::lexicon::class;

/// Finds e-mail addresses.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.email);
    let mut t = 0;
    let mut resume = 0;
    for at in anchors.iter().map(|at| *at as usize) {
        while doc.turns.get(t).is_some_and(|turn| turn.end <= at) {
            t += 1;
        }
        let Some(turn) = doc.turns.get(t).copied() else {
            break;
        };
        if at < resume.max(turn.first) || doc.taken[at] {
            continue;
        }
        let written = doc.is_punct(at, b'@');
        if let Some(end) = domain(doc, at + 1, turn.end, written) {
            let first = local_part(doc, t, at, turn.first, written);
            // "the photo at facebook dot com slash …"
            if first < at && !doc.is(end, "slash") {
                doc.add(
                    first,
                    end,
                    Kind::Email,
                    if written { "email" } else { "email-spoken" },
                );
                explained(doc, first, end, turn.end);
            }
            letters_of_name(doc, turn.first, first);
            if first == at && t > 0 {
                if doc.asked(t, 3, Cue::Email) {
                    before_turn(doc, t, at, end);
                }
                if !doc.taken[at]
                    && (at <= turn.first + 2 || doc.after_stop(at))
                    && (doc.has(at + 1, class::PROVIDER) || doc.asked(t, 3, Cue::Email))
                {
                    across_turns(doc, t, at, end);
                    letters_before(doc, &turn, at);
                }
            }
            resume = end;
        } else if !written && let Some(end) = provider(doc, at, turn.end) {
            without_ending(doc, t, at, end);
            resume = end;
        }
    }
    doc.anchors.email = anchors;
    answers(doc);
    lone_providers(doc);
    run_together::detect(doc);
}

/// "d kim dot md at gmail", "at gmail?": an address whose "dot com" nobody says.
fn without_ending(doc: &mut Doc<'_>, t: usize, at: usize, end: usize) {
    let turn = doc.turns[t];
    let asked =
        doc.asked(t, 3, Cue::Email) || doc.cues_before(&turn, at).any(|hit| hit.cue == Cue::Email);
    let first = local_part(doc, t, at, turn.first, false);
    if first < at && (asked || mailbox(doc, first, at)) {
        doc.add(first, end, Kind::Email, "email-provider");
        explained(doc, first, end, turn.end);
    } else if at <= turn.first + 1 && end + 2 >= turn.end && t > 0 {
        across_turns(doc, t, at, end);
    }
}

/// "g u p, like the first three of my last name, then nine at …": the letters before the remark.
fn letters_of_name(doc: &mut Doc<'_>, floor: usize, end: usize) {
    let from = end.saturating_sub(18).max(floor);
    let Some(name) = (from..end).rev().find(|i| doc.is(*i, "name")) else {
        return;
    };
    let letter = |i: usize| doc.has(i, class::LETTER) && !doc.taken[i];
    let Some(first) = (from..name).find(|i| letter(*i) && letter(*i + 1)) else {
        return;
    };
    let stop = (first..name).find(|i| !letter(*i)).unwrap_or(name);
    doc.add(first, stop, Kind::Email, "email-letters");
}
