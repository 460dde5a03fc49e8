//! The faults that the pipeline is built for, by number, and the tests that show what holds in each. Those of this file
//! are named for their number; the others stand with what they are about.
//!
//! | fault | must hold | shown by |
//! |---|---|---|
//! | 1 a message handed out twice, under one id or two | applied once | [`fault_01`](fault_01_a_message_handed_out_five_times_at_once_is_applied_once), `effects::kinds`, `journey::the_same_delivery_sent_again_changes_nothing`, `claims::of_64_consumers_one_begins` |
//! | 2 out of order | the newest word stays | `journey::a_late_status_does_not_overwrite_a_later_one`, `schema::any_order_and_any_repetition_of_a_calls_events_ends_in_the_same_row`, `load` |
//! | 3 visible again while it is worked on | applied once, by lease and fence | [`fault_03`](fault_03_a_message_that_is_visible_again_while_it_is_worked_on_is_applied_once), `claims::a_late_consumer_cannot_touch_its_successors_claim` |
//! | 4 ended at any moment | applied once, nothing lost | `crash`, `effects_crash`, `outage::two_hundred_webhooks_survive_a_killed_consumer_and_a_stopped_postgres` |
//! | 5 frozen for minutes | no lease is used that is over | [`fault_05`](fault_05_a_consumer_that_was_frozen_for_minutes_does_nothing_more), `circuit::a_frozen_probe_can_neither_close_nor_reopen` |
//! | 6 a bad message among good ones, a batch that cannot be reported on | only the bad one comes again; all of it does | [`fault_06`](fault_06_of_a_batch_of_ten_only_the_bad_one_comes_again), the consumer's `a_batch_that_cannot_be_reported_on_is_given_back_whole` |
//! | 7 a store that throttles, refuses, or loses its answer | nothing is counted or claimed twice | `claims::a_lost_answer_is_made_up_for_by_the_second_attempt`, `rate_limit::an_answer_that_is_lost_only_counts_too_much`, `rate_limit::a_key_that_the_store_throttles_is_denied`, `circuit::an_answer_that_is_lost_changes_nothing`, the claims model |
//! | 8 a provider that fails, stalls, or answers something else | what may have been done is looked for | [`fault_08`](fault_08_whatever_a_provider_answers_its_message_is_sent_once), `effects::trouble`, the outbound `unsafe_calls` |
//! | 9 a 429 that asks for seconds, a date, nonsense or a day | a bounded wait, and no dead letter | [`fault_09`](fault_09_whatever_wait_is_asked_for_the_message_is_sent_once_and_not_dead_lettered), `clients::text::a_request_to_wait_is_obeyed_in_every_form_it_takes` |
//! | 10 poison | a dead letter, people told, the others unharmed | `dead_letters::a_poison_message_ends_as_a_dead_letter_with_its_reason_and_people_are_told`, `bad_input`, the consumer's `a_panic_is_the_failure_of_its_message_alone`, the fuzz targets |
//! | 11 clocks apart | the window has two sides, leases have slack | `bad_input::a_stale_timestamp_is_refused`, `bad_input::a_future_timestamp_is_refused`, `claims::a_claim_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before` |
//! | 12 secrets that change | both are taken, one is fetched anew | `endpoints::rotating`, the receiver's `a_rotated_secret_is_fetched_when_a_proof_fails` and `known_endpoints_outlive_an_outage_of_registry_and_secrets`, the consumer's `a_refused_key_is_fetched_again_and_tried_once_more` |
//! | 13 a database that fails, refuses its key, or loses its answer | applied once; a sweep keeps its bound | [`fault_13`](fault_13_an_answer_of_the_database_that_is_lost_after_its_commit_applies_once), `outage::a_delivery_that_meets_a_stopped_postgres_is_applied_when_it_is_back`, the consumer's `every_answer_that_is_not_the_promised_one_is_a_failure`, `schema::sweeps` |

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use sallyport_cli::stack::sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    effects::clinic::Clinic,
    rehearsal::{
        Rehearsal,
        relay::Plan,
        worker::{At, Worker},
    },
    tests,
    world::Shared,
};

tests![
    fault_01_a_message_handed_out_five_times_at_once_is_applied_once,
    fault_03_a_message_that_is_visible_again_while_it_is_worked_on_is_applied_once,
    fault_05_a_consumer_that_was_frozen_for_minutes_does_nothing_more,
    fault_06_of_a_batch_of_ten_only_the_bad_one_comes_again,
    fault_08_whatever_a_provider_answers_its_message_is_sent_once,
    fault_09_whatever_wait_is_asked_for_the_message_is_sent_once_and_not_dead_lettered,
    fault_13_an_answer_of_the_database_that_is_lost_after_its_commit_applies_once,
];

const APPOINTMENT: &str = "2031-03-04T09:30:00-08:00";
/// As in the template.
const RECEIVES: u32 = 5;
const BEHIND: Duration = Duration::from_hours(4);

/// A clinic, its providers, and a stage whose clock goes on as the test says.
struct Scene {
    clinic: Clinic,
    sandbox: Sandbox,
    stage: Rehearsal,
}

impl Scene {
    async fn set(world: &Shared) -> Result<Self> {
        let sandbox = Sandbox::start(0).await?;
        let queue = Rehearsal::begin(world).await?;
        Ok(Self {
            clinic: Clinic::open(world).await?,
            stage: queue.beside(sandbox.url(), RECEIVES, BEHIND),
            sandbox,
        })
    }

    /// A message that books.
    fn booking(&self) -> String {
        let mut message = self.clinic.report("call-1", APPOINTMENT, false);
        message.received_at = self.stage.now();
        message.to_json()
    }

    async fn consumer(&self) -> Result<Worker> {
        self.stage.consumer(Plan::Pass, At::Aws).await
    }

    /// Hands a message to new consumers until it is done with. How often it was handed out.
    async fn drain(&self, body: &str) -> Result<u32> {
        let mut fresh = body.to_owned();
        let mut receives = 1;
        for handed in 1..=12 {
            let consumer = self.consumer().await?;
            let failed = consumer.hand(vec![record(&fresh, receives)]).await?;
            let failed = failed.context("it was ended")?;
            receives += 1;
            if failed.is_empty() {
                let Some(sent) = consumer.relay.take("SendMessage").pop() else {
                    return Ok(handed);
                };
                // It goes on in a fresh message.
                let request: Value = serde_json::from_slice(&sent.request)?;
                request["MessageBody"]
                    .as_str()
                    .context("no body")?
                    .clone_into(&mut fresh);
                receives = 1;
            }
            ensure!(receives <= RECEIVES, "it became a dead letter");
            self.stage.pass(Duration::from_secs(150));
        }
        anyhow::bail!("it comes again and again")
    }

    /// The booking is there once, at its providers and in the ledger, and its delivery is done.
    async fn booked_once(&self) -> Result<()> {
        let twilio = self.sandbox.state("twilio");
        let messages = twilio["messages"].as_array().map_or(0, Vec::len);
        let google = self.sandbox.state("google");
        let events = google["calendars"][&self.clinic.calendar].as_object();
        let events = events.map_or(0, serde_json::Map::len);
        ensure!(
            (messages, events) == (1, 1),
            "{messages} messages, {events} events"
        );
        let ledger = self.clinic.effects().await?;
        ensure!(
            ledger == ["calendar_event done", "confirmation done"],
            "{ledger:?}"
        );
        let log = self
            .clinic
            .ask("select state::text from webhook_deliveries where org_id = $1")
            .await?;
        ensure!(log == ["done"], "{log:?}");
        let booked = self
            .clinic
            .ask("select count(*)::text from appointments where org_id = $1")
            .await?;
        ensure!(booked == ["1"], "{booked:?}");
        Ok(())
    }
}

fn record(body: &str, receives: u32) -> Value {
    json!({
        "messageId": Uuid::new_v4().to_string(), "body": body,
        "attributes": { "ApproximateReceiveCount": receives.to_string() },
    })
}

async fn fault_01_a_message_handed_out_five_times_at_once_is_applied_once(
    world: Shared,
) -> Result<()> {
    let scene = Scene::set(&world).await?;
    let body = scene.booking();
    let mut consumers = Vec::new();
    for _ in 0..5 {
        consumers.push(scene.consumer().await?);
    }
    // Under ids of their own, and twice to each.
    let handed = consumers
        .iter()
        .map(|consumer| consumer.hand(vec![record(&body, 1), record(&body, 1)]));
    let failed = join_all(handed)
        .await
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    let failed: usize = failed.into_iter().flatten().map(|ids| ids.len()).sum();
    ensure!(
        failed == 9,
        "{failed} of ten had to wait for the one at work"
    );
    scene.booked_once().await?;
    scene.stage.pass(Duration::from_secs(40));
    scene.drain(&body).await?;
    scene.booked_once().await
}

/// The first is held after its message was sent and before the ledger knows.
async fn held_after_sending(scene: &Scene) -> Result<Worker> {
    scene
        .stage
        .consumer(Plan::Hold("rpc/settle_effect"), At::Database)
        .await
}

async fn fault_03_a_message_that_is_visible_again_while_it_is_worked_on_is_applied_once(
    world: Shared,
) -> Result<()> {
    let scene = Scene::set(&world).await?;
    let (body, first) = (scene.booking(), held_after_sending(&scene).await?);
    let second = async {
        first.database.holding().await;
        // Its lease is over: others may.
        scene.stage.pass(Duration::from_mins(1));
        scene.drain(&body).await?;
        scene.booked_once().await?;
        first.database.release();
        anyhow::Ok(())
    };
    let (late, second) = futures::join!(first.hand(vec![record(&body, 1)]), second);
    second?;
    let late = late?.context("it was ended")?;
    ensure!(late.len() == 1, "the late one thinks that it was the one");
    scene.booked_once().await
}

async fn fault_05_a_consumer_that_was_frozen_for_minutes_does_nothing_more(
    world: Shared,
) -> Result<()> {
    let scene = Scene::set(&world).await?;
    let frozen = scene
        .stage
        .consumer(Plan::Hold("rpc/apply_call_event"), At::Database)
        .await?;
    let body = scene.booking();
    let thaw = async {
        frozen.database.holding().await;
        scene.stage.pass(Duration::from_mins(10));
        frozen.database.release();
    };
    let (late, ()) = futures::join!(frozen.hand(vec![record(&body, 1)]), thaw);
    ensure!(
        late?.is_some_and(|failed| failed.len() == 1),
        "it went on with a lease that was over"
    );
    ensure!(
        frozen.providers.calls().is_empty(),
        "it called a provider with a lease that was over"
    );
    scene.drain(&body).await?;
    scene.booked_once().await
}

async fn fault_06_of_a_batch_of_ten_only_the_bad_one_comes_again(world: Shared) -> Result<()> {
    let scene = Scene::set(&world).await?;
    let status = |number: usize, word: Value| {
        let body = json!({ "message": {
            "type": "status-update", "status": word, "timestamp": 1_900_000_000_000_i64,
            "call": { "id": format!("call-{number}"), "type": "inboundPhoneCall" },
        }});
        let message = scene
            .clinic
            .delivery("vapi", "status-update", body.to_string().as_bytes());
        record(&message.to_json(), 1)
    };
    let mut records: Vec<Value> = (0..10)
        .map(|number| status(number, json!("ended")))
        .collect();
    records[4] = status(4, Value::Null);
    let bad = records[4]["messageId"]
        .as_str()
        .context("no id")?
        .to_owned();
    let consumer = scene.consumer().await?;
    let failed = consumer.hand(records).await?.context("it was ended")?;
    ensure!(failed == [bad], "{failed:?}");
    let calls = scene
        .clinic
        .ask("select count(*)::text from calls where org_id = $1 and status = 'ended'")
        .await?;
    ensure!(calls == ["9"], "{calls:?}");
    Ok(())
}

async fn fault_08_whatever_a_provider_answers_its_message_is_sent_once(
    world: Shared,
) -> Result<()> {
    let text = |status: u16, kind: &str, body: &str| Fault {
        method: Some("POST".to_owned()),
        status: Some(status),
        content_type: Some(kind.to_owned()),
        body: Some(body.to_owned()),
        ..Fault::of("twilio")
    };
    let json = "application/json";
    for applied in [true, false] {
        for fault in [
            text(200, "text/html", "<html>we are busy</html>"),
            text(201, json, "{\"sid\":"),
            text(201, json, "{\"error_code\":30001}"),
            text(201, json, ""),
            text(502, "text/html", "<html>bad gateway</html>"),
            text(504, json, "{}"),
        ] {
            let scene = Scene::set(&world).await?;
            let told = format!("{fault:?}");
            scene.sandbox.add_fault(Fault { applied, ..fault });
            scene.drain(&scene.booking()).await.context(told.clone())?;
            scene.booked_once().await.context(told)?;
        }
    }
    Ok(())
}

async fn fault_09_whatever_wait_is_asked_for_the_message_is_sent_once_and_not_dead_lettered(
    world: Shared,
) -> Result<()> {
    for asked in [
        "1",
        "45",
        "86400",
        "soon",
        "-3",
        "99999999999999999999",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Fri, 31 Dec 2099 23:59:59 GMT",
    ] {
        for provider in ["twilio", "google"] {
            let scene = Scene::set(&world).await?;
            scene.sandbox.add_fault(Fault {
                method: Some("POST".to_owned()),
                status: Some(429),
                retry_after: Some(asked.to_owned()),
                body: Some("{}".to_owned()),
                times: 2,
                ..Fault::of(provider)
            });
            let at = format!("{provider}, {asked}");
            scene.drain(&scene.booking()).await.context(at.clone())?;
            scene.booked_once().await.context(at)?;
        }
    }
    Ok(())
}

/// Ended after the commit is the same, to who is left, as an answer that is lost; the process lives on here.
async fn fault_13_an_answer_of_the_database_that_is_lost_after_its_commit_applies_once(
    world: Shared,
) -> Result<()> {
    let calls = {
        let scene = Scene::set(&world).await?;
        let consumer = scene.consumer().await?;
        consumer.hand(vec![record(&scene.booking(), 1)]).await?;
        consumer.calls(At::Database)
    };
    ensure!(calls.len() >= 5, "{calls:?}");
    for (number, call) in calls.iter().enumerate() {
        let scene = Scene::set(&world).await?;
        let body = scene.booking();
        let plan = Plan::Lose(number);
        let consumer = scene.stage.consumer(plan, At::Database).await?;
        let failed = consumer.hand(vec![record(&body, 1)]).await?;
        let failed = failed.context("it was ended")?;
        scene.stage.pass(Duration::from_secs(150));
        if !failed.is_empty() {
            scene.drain(&body).await.context(call.clone())?;
        }
        scene.booked_once().await.context(call.clone())?;
    }
    println!("lost {} answers of the database", calls.len());
    Ok(())
}
