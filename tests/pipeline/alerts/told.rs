//! What people are told of an alert's life, in a process of our own and by a clock to set.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport::alert::{Code, Condition, Scope};
use serde_json::json;

use super::desk::{Desk, mend, spoil};
use crate::{rehearsal::relay::Plan, tests, world::Shared};

tests![
    an_alert_is_one_message_and_one_incident_and_its_end_turns_both,
    a_message_handed_out_twice_tells_nobody_twice,
    an_alarms_states_may_come_in_any_order,
    slack_being_down_for_a_minute_loses_nothing,
    slacks_wish_to_wait_is_heeded,
    an_open_circuit_speaks_for_the_failures_it_explains,
    a_silence_holds_until_it_ends,
    the_sign_of_life_reaches_people,
];

const GREEN: &str = "#2eb67d";
const RED: &str = "#e01e5a";

async fn an_alert_is_one_message_and_one_incident_and_its_end_turns_both(
    world: Shared,
) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let (alert, message) = desk.alert(
        Condition::firing(Code::CircuitOpen)
            .dependency("twilio")
            .reason("timeout"),
    );
    ensure!(worker.handle(&message, 1).await? == Some(false));
    let (posted, threads) = desk.messages().await?;
    ensure!(
        posted.len() == 1 && threads.len() == 1,
        "{posted:?} {threads:?}"
    );
    ensure!(
        posted[0].text.starts_with("CRITICAL "),
        "{}",
        posted[0].text
    );
    ensure!(posted[0].attachments[0]["color"] == RED);
    let link = posted[0].attachments.to_string();
    ensure!(link.contains("runbook.md#circuit-open|"), "{link}");
    ensure!(
        threads[0].text.contains("reason: timeout"),
        "{}",
        threads[0].text
    );
    let key = alert.fingerprint.as_str();
    let incident = desk.incident(key).await?.context("nobody was paged")?;
    ensure!((incident.state.as_str(), incident.opened) == ("triggered", 1));

    desk.pass(Duration::from_mins(3));
    let (_, message) = desk.alert(Condition::resolved(Code::CircuitOpen).dependency("twilio"));
    ensure!(worker.handle(&message, 1).await? == Some(false));
    let (posted, threads) = desk.messages().await?;
    ensure!(posted.len() == 1 && threads.len() == 2);
    ensure!(posted[0].attachments[0]["color"] == GREEN);
    ensure!(
        posted[0].text.starts_with("Resolved: "),
        "{}",
        posted[0].text
    );
    ensure!(threads[1].text.contains("in 3 min"), "{}", threads[1].text);
    let incident = desk.incident(key).await?.context("no incident")?;
    ensure!(incident.state == "resolved");
    Ok(())
}

async fn a_message_handed_out_twice_tells_nobody_twice(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let (_, message) = desk.alert(Condition::firing(Code::ReceiverErrors));
    let first = desk.worker(Plan::Pass, Plan::Pass).await?;
    ensure!(first.handle(&message, 1).await? == Some(false));
    let told = first.providers.calls().len();
    for receives in 1..4 {
        let again = desk.worker(Plan::Pass, Plan::Pass).await?;
        ensure!(again.handle(&message, receives).await? == Some(false));
        ensure!(
            again.providers.calls().is_empty(),
            "{:?}",
            again.providers.operations()
        );
        desk.pass(Duration::from_mins(1));
    }
    ensure!(told == 3, "the pager, the message, its thread: {told}");

    // At once, in many places: one tells, the others leave it to him or come again.
    let desk = Desk::set(&world).await?;
    let (_, message) = desk.alert(Condition::firing(Code::ReceiverErrors));
    let mut workers = Vec::new();
    for _ in 0..8 {
        workers.push(desk.worker(Plan::Pass, Plan::Pass).await?);
    }
    let all = workers.iter().map(|worker| worker.handle(&message, 1));
    futures::future::try_join_all(all).await?;
    let (posted, threads) = desk.messages().await?;
    ensure!(
        posted.len() == 1 && threads.len() == 1,
        "{posted:?} {threads:?}"
    );
    Ok(())
}

async fn an_alarms_states_may_come_in_any_order(world: Shared) -> Result<()> {
    let worst = ["ALARM", "OK", "ALARM", "OK"];
    for order in [[3, 0, 1, 2], [2, 1, 0, 3], [3, 2, 1, 0], [0, 2, 1, 3]] {
        for last in ["OK", "ALARM"] {
            let desk = Desk::set(&world).await?;
            let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
            let began = desk.now();
            for place in order {
                let state = if place == 3 { last } else { worst[place] };
                let at = began + Duration::from_mins(20) * u32::try_from(place)?;
                let message = desk.alarm("receiver-errors", state, at);
                ensure!(worker.handle(&message, 1).await? == Some(false));
            }
            // Whatever was said meanwhile, and after any flapping is over.
            desk.pass(Duration::from_mins(75));
            for note in worker.notes()? {
                ensure!(worker.handle(&note, 1).await? == Some(false));
            }
            let table = desk.table().await?;
            let state = if last == "OK" { "resolved" } else { "firing" };
            let shown = format!("\\\"state\\\":\\\"{state}\\\"");
            ensure!(table.contains(&shown), "{order:?} {last}: {table}");
            let (posted, _) = desk.messages().await?;
            if let Some(told) = posted.last() {
                let green = told.attachments[0]["color"] == GREEN;
                ensure!(green == (last == "OK"), "{order:?} {last}: {told:?}");
            } else {
                ensure!(last == "OK", "{order:?}: nobody was told");
            }
        }
    }
    Ok(())
}

async fn slack_being_down_for_a_minute_loses_nothing(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let down = json!({ "provider": "slack", "status": 503, "times": 1000 });
    spoil(&world, down).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let (alert, message) = desk.alert(Condition::firing(Code::LimiterOpen));
    let outcome = worker.handle(&message, 1).await;
    let paged = desk.incident(alert.fingerprint.as_str()).await;
    mend(&world).await?;
    ensure!(
        outcome? == Some(false),
        "the message is let go: the table and a note answer for it"
    );
    let incident = paged?.context("the pager did not stand in")?;
    ensure!(incident.severity == "warning" && incident.state == "triggered");
    ensure!(desk.messages().await?.0.is_empty());

    desk.pass(Duration::from_mins(1));
    let notes = worker.notes()?;
    ensure!(notes.len() == 1, "{} notes", notes.len());
    let later = desk.worker(Plan::Pass, Plan::Pass).await?;
    ensure!(later.handle(&notes[0], 1).await? == Some(false));
    let (posted, _) = desk.messages().await?;
    ensure!(
        posted.len() == 1 && posted[0].text.starts_with("Warning: "),
        "{posted:?}"
    );
    Ok(())
}

async fn slacks_wish_to_wait_is_heeded(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let busy = json!({ "provider": "slack", "status": 429, "retry_after": "40", "times": 1 });
    spoil(&world, busy).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let (alert, message) = desk.alert(Condition::firing(Code::LimiterOpen));
    let outcome = worker.handle(&message, 1).await;
    mend(&world).await?;
    ensure!(outcome? == Some(false));
    // Busy is not down: nobody is woken for it.
    ensure!(desk.incident(alert.fingerprint.as_str()).await?.is_none());
    desk.pass(Duration::from_secs(39));
    let notes = worker.notes()?;
    let early = desk.worker(Plan::Pass, Plan::Pass).await?;
    early.handle(&notes[0], 1).await?;
    ensure!(early.providers.calls().is_empty(), "it was asked to wait");
    desk.pass(Duration::from_secs(2));
    let later = desk.worker(Plan::Pass, Plan::Pass).await?;
    ensure!(later.handle(&notes[0], 1).await? == Some(false));
    ensure!(desk.messages().await?.0.len() == 1);
    Ok(())
}

async fn an_open_circuit_speaks_for_the_failures_it_explains(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let open = Condition::firing(Code::CircuitOpen).dependency("twilio");
    let failed = |dependency| Condition::firing(Code::EffectFailed).dependency(dependency);
    for condition in [open, failed("twilio"), failed("google_calendar")] {
        let (_, message) = desk.alert(condition);
        ensure!(worker.handle(&message, 1).await? == Some(false));
    }
    let (posted, _) = desk.messages().await?;
    ensure!(posted.len() == 2, "{posted:?}");
    ensure!(
        posted[1].text.contains("google_calendar"),
        "{}",
        posted[1].text
    );

    desk.pass(Duration::from_mins(6));
    let (_, message) = desk.alert(Condition::resolved(Code::CircuitOpen).dependency("twilio"));
    worker.handle(&message, 1).await?;
    for note in worker.notes()? {
        worker.handle(&note, 1).await?;
    }
    let (posted, _) = desk.messages().await?;
    let told = posted
        .iter()
        .any(|message| message.text.contains("effect") && message.text.contains("twilio"));
    ensure!(told, "what goes on without its cause is told: {posted:?}");
    Ok(())
}

async fn a_silence_holds_until_it_ends(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let until = (desk.now() + Duration::from_hours(2)).unix_timestamp() * 1000;
    let silence = json!({ "why": "silenced", "until": until, "as_of": 0 });
    desk.silence(&Scope::Code(Code::ReceiverErrors).key(), &silence)
        .await?;
    let report = || desk.alert(Condition::firing(Code::ReceiverErrors));
    let (alert, message) = report();
    ensure!(worker.handle(&message, 1).await? == Some(false));
    ensure!(worker.providers.calls().is_empty());
    desk.pass(Duration::from_hours(2));
    let (_, message) = report();
    ensure!(worker.handle(&message, 1).await? == Some(false));
    ensure!(desk.messages().await?.0.len() == 1);
    ensure!(desk.incident(alert.fingerprint.as_str()).await?.is_some());
    Ok(())
}

async fn the_sign_of_life_reaches_people(world: Shared) -> Result<()> {
    let desk = Desk::set(&world).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let beat = json!({ "heartbeat": true });
    let answer = worker.invoke(beat.clone()).await?.context("ended")?;
    ensure!(answer == json!({ "heartbeat": "told" }), "{answer}");
    ensure!(desk.messages().await?.0.len() == 1);

    spoil(
        &world,
        json!({ "provider": "slack", "status": 503, "times": 1000 }),
    )
    .await?;
    desk.pass(Duration::from_hours(24));
    let silent = worker.invoke(beat).await;
    mend(&world).await?;
    ensure!(silent.is_err(), "a sign of life that nobody sees is none");
    Ok(())
}
