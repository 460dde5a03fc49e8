//! A provider's outage from its beginning to its end, as ten consumers live through it: real deliveries, the real
//! ledger and the real table of circuits; the provider's look-alike fails, and then is well again.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use sallyport::outbound::{
    Dependency, Target,
    circuit::{Key, Record, State},
};
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

tests![ten_consumers_live_through_an_outage_of_twilio_with_one_probe_and_no_dead_letter];

const CONSUMERS: usize = 10;
/// Failures in a row that open Twilio's circuit in one process.
const FAILURES: usize = 5;
/// One more than opens the circuit, for each consumer.
const EACH: usize = FAILURES + 1;
/// As in the template.
const RECEIVES: u32 = 5;
/// What is believed of a circuit is believed no longer than this.
const BELIEVED: Duration = Duration::from_secs(7);
/// How far behind the machine the stage's clock begins: more than passes here.
const BEHIND: Duration = Duration::from_hours(4);

/// The stage: consumers, a queue that hands out what is visible, and a provider of their own.
struct Outage {
    world: Shared,
    clinic: Clinic,
    stage: Rehearsal,
    sandbox: Sandbox,
    consumers: Vec<Worker>,
    /// What waits, and how often it was received.
    waiting: Vec<(String, u32)>,
    dead: usize,
}

async fn ten_consumers_live_through_an_outage_of_twilio_with_one_probe_and_no_dead_letter(
    world: Shared,
) -> Result<()> {
    let mut outage = Outage::begin(&world).await?;
    let all = CONSUMERS * EACH;

    // The provider fails, and nobody has heard of it.
    outage.sandbox.add_fault(Fault {
        times: 10_000,
        ..Fault::of("twilio")
    });
    for _ in 0..EACH {
        outage.wave(CONSUMERS).await?;
    }
    let until_open = outage.asked();
    ensure!(
        (CONSUMERS * (FAILURES - 1) + 1..=CONSUMERS * FAILURES).contains(&until_open),
        "{until_open} calls until it was open"
    );
    let opened = outage.circuit().await?;
    ensure!(
        (opened.state, opened.generation) == (State::Open, 1),
        "{opened:?}"
    );

    // Everybody knows: not one call more.
    outage.stage.pass(BELIEVED);
    outage.wave(CONSUMERS).await?;
    ensure!(outage.asked() == until_open, "called while it was open");

    // The provider is well, and answers slowly: while it does, one probe is out, and the others stay away.
    outage.sandbox.clear_faults();
    outage.sandbox.add_fault(Fault {
        applied: true,
        delay_ms: 2000,
        ..Fault::of("twilio")
    });
    let slack = 2000;
    let wait = opened.open_until + slack - outage.stage.now().unix_timestamp() * 1000;
    let wait = Duration::from_millis(u64::try_from(wait).unwrap_or_default());
    outage.stage.pass(wait + Duration::from_secs(1));
    let batches = outage.batches(CONSUMERS);
    let watch = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        outage.asked() - until_open
    };
    let handed = outage.hand(&batches);
    let (probes, handed) = futures::join!(watch, handed);
    let failed = handed?;
    ensure!(probes == 1, "{probes} probes were out at once");
    outage.settle(batches, failed)?;

    // What waited is done, with nobody in its way.
    let mut rounds = 0;
    while !outage.waiting.is_empty() {
        ensure!(rounds < 12, "{} messages are left", outage.waiting.len());
        outage.stage.pass(Duration::from_secs(150));
        for _ in 0..EACH {
            outage.wave(CONSUMERS).await?;
        }
        rounds += 1;
    }
    let closed = outage.circuit().await?;
    ensure!(closed.state == State::Closed, "{closed:?}");
    ensure!(outage.dead == 0, "{} dead letters", outage.dead);
    outage.sent_once(all).await?;
    let owners = outage.probes()?;
    println!(
        "{CONSUMERS} consumers: open after {until_open} calls, 1 probe at a time ({} in all), closed at generation {}, \
         {all} messages sent once after {rounds} rounds, 0 dead letters",
        owners.len(),
        closed.generation
    );
    Ok(())
}

impl Outage {
    async fn begin(world: &Shared) -> Result<Self> {
        let mut clinic = Clinic::open(world).await?;
        let sandbox = Sandbox::start(0).await?;
        let queue = Rehearsal::begin(world).await?;
        let stage = queue.beside(sandbox.url(), RECEIVES, BEHIND);
        let mut consumers = Vec::new();
        for _ in 0..CONSUMERS {
            consumers.push(stage.consumer(Plan::Pass, At::Aws).await?);
        }
        let mut waiting = Vec::new();
        for number in 0..CONSUMERS * EACH {
            // Each from a patient of its own: no message looks like another's.
            clinic.patient = format!("+1777{number:07}");
            let mut message = clinic.text("HELP");
            message.received_at = stage.now();
            waiting.push((message.to_json(), 1));
        }
        Ok(Self {
            world: world.clone(),
            clinic,
            stage,
            sandbox,
            consumers,
            waiting,
            dead: 0,
        })
    }

    /// Each consumer works on one message, all at once.
    async fn wave(&mut self, count: usize) -> Result<()> {
        let batches = self.batches(count);
        let failed = self.hand(&batches).await?;
        self.settle(batches, failed)
    }

    fn batches(&mut self, count: usize) -> Vec<(String, u32)> {
        let count = count.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }

    async fn hand(&self, messages: &[(String, u32)]) -> Result<Vec<bool>> {
        let handed =
            self.consumers
                .iter()
                .zip(messages)
                .map(|(consumer, (body, receives))| async move {
                    let record = json!({
                        "messageId": Uuid::new_v4().to_string(), "body": body,
                        "attributes": { "ApproximateReceiveCount": receives.to_string() },
                    });
                    let failed = consumer.hand(vec![record]).await?.context("it was ended")?;
                    anyhow::Ok(!failed.is_empty())
                });
        join_all(handed).await.into_iter().collect()
    }

    /// Does what SQS would, and takes up what was queued anew.
    fn settle(&mut self, messages: Vec<(String, u32)>, failed: Vec<bool>) -> Result<()> {
        for ((body, receives), failed) in messages.into_iter().zip(failed) {
            match failed {
                true if receives >= RECEIVES => self.dead += 1,
                true => self.waiting.push((body, receives + 1)),
                false => {}
            }
        }
        for consumer in &self.consumers {
            for sent in consumer.relay.take("SendMessage") {
                let request: Value = serde_json::from_slice(&sent.request)?;
                let body = request["MessageBody"].as_str().context("no body")?;
                self.waiting.push((body.to_owned(), 1));
            }
        }
        Ok(())
    }

    fn asked(&self) -> usize {
        let requests = self.sandbox.requests();
        let ours = requests.iter().filter(|one| one.provider == "twilio");
        ours.count()
    }

    async fn circuit(&self) -> Result<Record> {
        let credential = self.clinic.organization.to_string();
        let key = Key::of(Target {
            dependency: Dependency::Twilio,
            credential: &credential,
        });
        let item = aws_sdk_dynamodb::Client::new(&self.world.aws)
            .get_item()
            .table_name(self.world.outputs.get("CircuitsTable")?)
            .key("circuit", AttributeValue::S(key.as_str().to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)?
            .item;
        Ok(Record::read(&item.context("no circuit")?)?)
    }

    /// Who probed, by generation.
    fn probes(&self) -> Result<BTreeMap<u64, String>> {
        let mut owners = BTreeMap::new();
        for consumer in &self.consumers {
            for write in consumer.relay.calls() {
                let answer: Value = serde_json::from_slice(&write.answer).unwrap_or_default();
                let item = &answer["Attributes"];
                let lease = item["lease_until"]["N"].as_str().unwrap_or("0");
                if write.status != 200 || item["state"]["S"] != "half_open" || lease == "0" {
                    continue;
                }
                let generation = item["generation"]["N"].as_str().context("no generation")?;
                let owner = item["owner"]["S"].as_str().unwrap_or_default().to_owned();
                let twice = owners.insert(generation.parse()?, owner);
                ensure!(twice.is_none(), "two probes of generation {generation}");
            }
        }
        Ok(owners)
    }

    /// Every patient has one answer, every delivery is done.
    async fn sent_once(&self, all: usize) -> Result<()> {
        let state = self.sandbox.state("twilio");
        let messages = state["messages"].as_array().context("no messages")?;
        let patients: BTreeSet<_> = messages
            .iter()
            .filter_map(|one| one["to"].as_str())
            .collect();
        ensure!(
            messages.len() == all && patients.len() == all,
            "{} messages to {} patients",
            messages.len(),
            patients.len()
        );
        let log = self
            .clinic
            .ask("select state::text || ' ' || count(*) from webhook_deliveries where org_id = $1 group by state")
            .await?;
        ensure!(log == [format!("done {all}")], "{log:?}");
        Ok(())
    }
}
