//! What must hold when a history has come to rest, whatever happened in it: by count at the providers, in the database
//! and in what the functions asked of AWS.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{
    course::Course,
    events::{Event, Kind},
};
use crate::rehearsal::relay::Call;

/// What a call to a provider may take: the attempts of one call, and once more after a refused token.
const ATTEMPTS: usize = 6;

/// Looks at all of it, and counts what there was.
pub async fn hold(course: &mut Course) -> Result<()> {
    acknowledged_deliveries_ended(course).await?;
    rows_are_there_once(course).await?;
    effects_are_there_once(course).await?;
    consent_was_honoured(course)?;
    nothing_is_anybody_elses(course)?;
    circuits_obeyed_their_protocol(course)?;
    retries_kept_to_their_bounds(course)
}

/// I1: what was acknowledged is done, or dead, and then people were told.
async fn acknowledged_deliveries_ended(course: &mut Course) -> Result<()> {
    let log = course
        .clinic
        .ask("select delivery || ' ' || state from webhook_deliveries where org_id = $1")
        .await?;
    let states: BTreeMap<&str, &str> = log.iter().filter_map(|row| row.split_once(' ')).collect();
    ensure!(
        states.len() == log.len(),
        "I2: a delivery is logged twice: {log:?}"
    );
    for (event, delivery) in course.events.iter().zip(&course.acknowledged) {
        let delivery = delivery.as_deref().context("never acknowledged")?;
        let state = states.get(delivery).copied();
        if event.kind == Kind::Poison {
            ensure!(state == Some("dead"), "I1: the unreadable one is {state:?}");
            ensure!(course.dead.contains(delivery), "I1: it is no dead letter");
            let told = course.workers.iter().any(|worker| {
                let calls = worker.relay.calls();
                calls.iter().any(|call| {
                    call.operation == "PutEvents"
                        && call.status == 200
                        && contains(&call.request, delivery)
                        && contains(&call.request, "delivery_dead")
                })
            });
            ensure!(told, "I1: nobody was told of the dead delivery");
            course.tally.dead += 1;
        } else {
            let ended = matches!(state, Some("done" | "ignored"));
            ensure!(ended, "I1: {:?} is {state:?}", event.kind);
        }
    }
    // A database's webhook that comes again is a delivery of its own.
    let queued: BTreeSet<&str> = course
        .queued
        .iter()
        .map(|message| message.delivery.as_str())
        .collect();
    let logged: BTreeSet<&str> = states.keys().copied().collect();
    ensure!(
        logged == queued,
        "I1: {} deliveries queued, {} logged",
        queued.len(),
        logged.len()
    );
    let open = states.values().any(|state| *state == "processing");
    ensure!(!open, "I1: a delivery is still processing");
    Ok(())
}

/// I2 in the database: each call, payment and appointment once, and as the latest word on it says.
async fn rows_are_there_once(course: &Course) -> Result<()> {
    let mut calls = BTreeMap::new();
    let (mut slots, mut bookings) = (BTreeSet::new(), 0);
    let (mut dashboard, mut payments, mut moved) = (0, 0, 0);
    for event in &course.events {
        match event.kind {
            Kind::Began(call) => {
                calls.entry(call).or_insert(false);
            }
            Kind::Booking { call, slot, .. } => {
                calls.insert(call, true);
                slots.insert(slot);
                bookings += 1;
            }
            Kind::Dashboard(slot) => {
                slots.insert(slot);
                dashboard += 1;
            }
            Kind::Payment => payments = 1,
            Kind::Calendar => moved = 1,
            _ => {}
        }
    }
    let expected: Vec<String> = calls
        .iter()
        .map(|(call, is_final)| format!("call-{call} {is_final}"))
        .collect();
    let found = course
        .clinic
        .ask("select provider_call_id || ' ' || final from calls where org_id = $1 order by 1")
        .await?;
    ensure!(found == expected, "I2: calls {found:?}, not {expected:?}");
    let counts = course
        .clinic
        .ask(
            "select concat_ws(' ',
                (select count(*) from appointments where org_id = $1 and external_event_id is distinct from 'moved'),
                (select count(*) from appointments where org_id = $1 and external_event_id = 'moved'
                    and starts_at = '2031-03-05 12:00-08'),
                (select count(*) from payments where org_id = $1 and status = 'succeeded'),
                (select count(*) from effects where org_id = $1 and kind = 'booking_conflict_alert'),
                (select count(*) from contacts where org_id = $1))",
        )
        .await?;
    let conflicts = bookings + dashboard - slots.len();
    let expected = format!("{} {moved} {payments} {conflicts} 1", slots.len());
    ensure!(
        counts == [expected.as_str()],
        "I2: appointments, moved, payments, conflicts, contacts: {counts:?}, not {expected}"
    );
    Ok(())
}

/// I2 at the providers: every effect is settled, and there as often as the ledger says.
async fn effects_are_there_once(course: &mut Course) -> Result<()> {
    let ledger = course
        .clinic
        .ask(
            "select concat_ws(' ', kind, state, coalesce(reason, '-'), coalesce(provider_id, '-'), key)
             from effects where org_id = $1",
        )
        .await?;
    let stopped = course.events.iter().any(|event| event.kind == Kind::Stop);
    let (mut sent, mut put) = (BTreeMap::new(), BTreeSet::new());
    let mut planned: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &ledger {
        let [kind, state, reason, id, key] = row.split(' ').collect::<Vec<_>>()[..] else {
            anyhow::bail!("a ledger row of another shape: {row}");
        };
        *planned.entry(kind).or_default() += 1;
        match (kind, state) {
            ("confirmation" | "help_reply", "done") => {
                ensure!(
                    sent.insert(id, key).is_none(),
                    "I2: one message, two effects"
                );
            }
            ("confirmation" | "help_reply", "failed") => ensure!(
                reason == "consent_withdrawn" && stopped,
                "I1: a message failed: {reason}"
            ),
            ("calendar_event", "done") => {
                put.insert(id);
            }
            (_, "done") => {}
            _ => anyhow::bail!("I1: an effect is not settled well: {kind} {state} {reason}"),
        }
    }
    let messages = course.sandbox.state("twilio");
    let messages = messages["messages"].as_array().context("no messages")?;
    let mut found = BTreeSet::new();
    for message in messages {
        let sid = message["sid"].as_str().unwrap_or_default();
        let key = sent.get(sid).with_context(|| {
            let effect = message["status_callback"].as_str().unwrap_or_default();
            let effect = effect.rsplit('=').next().unwrap_or_default();
            let row = ledger.iter().find(|row| row.ends_with(effect));
            format!("I2: a message that no effect knows; its ledger row: {row:?}")
        })?;
        let callback = message["status_callback"].as_str().unwrap_or_default();
        ensure!(
            callback.ends_with(&format!("?effect={key}")),
            "I2: {callback}"
        );
        found.insert(sid);
    }
    ensure!(
        messages.len() == sent.len() && found.len() == sent.len(),
        "I2: {} messages, {} sent by the ledger",
        messages.len(),
        sent.len()
    );
    let google = course.sandbox.state("google");
    let events = google["calendars"][&course.clinic.calendar].as_object();
    let events: BTreeSet<&str> = events
        .into_iter()
        .flatten()
        .map(|(id, _)| id.as_str())
        .filter(|id| *id != "moved")
        .collect();
    ensure!(
        events == put,
        "I2: {} events, {} by the ledger",
        events.len(),
        put.len()
    );
    let linked = course
        .clinic
        .ask("select external_event_id from appointments where org_id = $1 and external_event_id <> 'moved'")
        .await?;
    let linked: BTreeSet<&str> = linked.iter().map(String::as_str).collect();
    ensure!(
        linked == events,
        "I2: an appointment and its event are apart"
    );
    let count = |kind| planned.get(kind).copied().unwrap_or_default();
    let helps = course
        .events
        .iter()
        .filter(|event| event.kind == Kind::Help);
    ensure!(
        count("help_reply") == helps.count(),
        "I1: an answer is missing"
    );
    ensure!(
        count("calendar_event") == events.len() && count("confirmation") == events.len(),
        "I1: an appointment without its effects"
    );
    course.tally.effects += ledger.len();
    Ok(())
}

/// I2: who has said that they want no messages gets none, unless they say otherwise.
fn consent_was_honoured(course: &Course) -> Result<()> {
    let is = |kind| move |event: &Event| event.kind == kind;
    let Some(before) = course.sent_before_stop else {
        return Ok(());
    };
    let twilio = course.sandbox.state("twilio");
    let sent = twilio["messages"].as_array().map_or(0, Vec::len);
    let started = course.events.iter().any(is(Kind::Start));
    ensure!(
        started || sent <= before,
        "I2: a message to somebody who wants none"
    );
    Ok(())
}

/// I3: every clinic has the same patient and the same calls; whatever is at the providers is this one's all the same.
fn nothing_is_anybody_elses(course: &Course) -> Result<()> {
    let twilio = course.sandbox.state("twilio");
    for message in twilio["messages"].as_array().into_iter().flatten() {
        let own = message["from"] == course.clinic.sender.as_str()
            && message["to"] == course.clinic.patient.as_str();
        ensure!(own, "I3: a message from or to somebody else");
    }
    let google = course.sandbox.state("google");
    for (calendar, _) in google["calendars"].as_object().into_iter().flatten() {
        ensure!(
            *calendar == course.clinic.calendar,
            "I3: another's calendar"
        );
    }
    let organization = course.clinic.organization.to_string();
    for worker in &course.workers {
        for call in worker.database.calls() {
            let asked: Value = serde_json::from_slice(&call.request).unwrap_or_default();
            ensure!(
                asked["p_organization"] == organization.as_str(),
                "I3: {} for another organisation",
                call.operation
            );
        }
    }
    Ok(())
}

/// I5: one probe for each generation, and none that is older than the newest failure closes a circuit.
fn circuits_obeyed_their_protocol(course: &mut Course) -> Result<()> {
    let mut writes: Vec<Call> = Vec::new();
    for worker in &course.workers {
        writes.extend(worker.relay.calls().into_iter().filter(|call| {
            call.operation == "UpdateItem"
                && call.status == 200
                && contains(&call.request, "lease_until")
                && contains(&call.request, "\"circuit\"")
        }));
    }
    writes.sort_by_key(|call| call.at);
    let mut generations: BTreeMap<String, u64> = BTreeMap::new();
    let mut probes: BTreeMap<(String, u64), String> = BTreeMap::new();
    for write in &writes {
        let answer: Value = serde_json::from_slice(&write.answer)?;
        let item = &answer["Attributes"];
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| {
            let number = item[name]["N"].as_str();
            number.and_then(|text| text.parse::<u64>().ok())
        };
        let circuit = text("circuit");
        let generation = number("generation").context("no generation")?;
        let newest = generations.entry(circuit.clone()).or_default();
        match text("state").as_str() {
            "half_open" => {
                if number("lease_until") > Some(0) {
                    let owner = probes.insert((circuit, generation), text("owner"));
                    ensure!(owner.is_none(), "I5: two probes of generation {generation}");
                    course.tally.probes += 1;
                }
            }
            "closed" => {
                ensure!(generation >= *newest, "I5: closed by an older probe");
                course.tally.closed += 1;
            }
            _ => {
                course.tally.opened +=
                    usize::from(generation > *newest && number("failed_probes") == Some(0));
            }
        }
        *newest = (*newest).max(generation);
    }
    Ok(())
}

/// I9: no invocation asks a provider for one thing more often than one call may, and sends no message twice.
fn retries_kept_to_their_bounds(course: &mut Course) -> Result<()> {
    let mut requests = 0;
    for worker in &course.workers {
        let calls = worker.providers.calls();
        requests += calls.len();
        let mut counts: BTreeMap<(&str, &str, &[u8]), usize> = BTreeMap::new();
        for call in &calls {
            let key = (
                call.operation.as_str(),
                call.path.as_str(),
                &call.request[..],
            );
            *counts.entry(key).or_default() += 1;
        }
        let most = counts.values().copied().max().unwrap_or_default();
        ensure!(
            most <= ATTEMPTS * worker.invocations(),
            "I9: {most} requests for one thing in {} invocations",
            worker.invocations()
        );
    }
    course.tally.requests += requests;
    Ok(())
}

fn contains(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}
