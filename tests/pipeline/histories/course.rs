//! The course of one history. Who acts is decided by its seed, step after step: a provider that sends, or sends again,
//! the queue that hands out what it holds once, twice or in another order, a function that is ended at some call, a
//! provider that fails, an operator who replays. Then all of that stops, and what is left must come to rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use sallyport::delivery::QueueMessage;
use sallyport_cli::stack::sandbox::Sandbox;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    events::{self, Event},
    processes::Processes,
    random::Random,
    tally::Tally,
};
use crate::{
    effects::clinic::Clinic,
    rehearsal::{
        Receiver, Rehearsal,
        relay::{Call, Plan},
        worker::{At, Worker},
    },
    world::Shared,
};

/// How often a message is handed out, as in the template.
const RECEIVES: u32 = 5;
/// Everything has come to rest after so many rounds, each longer than any lease, open time or wait (I8).
const ROUNDS: usize = 12;
/// The time of a round.
const ROUND: Duration = Duration::from_secs(330);
/// How often an operator has a delivery begun again before leaving it dead.
const REPLAYS: u32 = 4;
/// More than all the time that passes in a history.
const BEHIND: Duration = Duration::from_hours(8);
/// The patient of every clinic: what keeps clinics apart is nothing that a provider tells.
const PATIENT: &str = "+16665550100";

/// A message in the queue.
#[derive(Clone, Debug)]
struct Waiting {
    id: String,
    body: String,
    receives: u32,
}

/// A history under way.
pub struct Course {
    pub world: Shared,
    pub clinic: Clinic,
    pub stage: Rehearsal,
    pub sandbox: Sandbox,
    pub events: Vec<Event>,
    /// The delivery of each event, once its provider was told that it is taken.
    pub acknowledged: Vec<Option<String>>,
    /// Every message that the queue has taken.
    pub queued: Vec<QueueMessage>,
    /// The functions' processes, the ended ones too.
    pub workers: Vec<Worker>,
    receivers: Vec<Receiver>,
    /// What was dead-lettered for good.
    pub dead: BTreeSet<String>,
    /// How many messages had been sent when the patient's STOP was applied.
    pub sent_before_stop: Option<usize>,
    pub tally: Tally,
    /// What was done, in order; without anything that is patient data.
    pub trace: Vec<String>,
    /// Whether all of it comes once more in the end.
    pub is_repeated: bool,
    processes: Arc<Processes>,
    random: Random,
    waiting: Vec<Waiting>,
    letters: Vec<String>,
    replayed: BTreeMap<String, u32>,
}

impl Drop for Course {
    fn drop(&mut self) {
        let workers = std::mem::take(&mut self.workers);
        let receivers = std::mem::take(&mut self.receivers);
        self.processes.give(workers, receivers);
    }
}

impl Course {
    /// What was done, and what the providers were asked.
    pub fn tell(&self) -> String {
        let mut told = self.trace.join("\n  ");
        for request in self.sandbox.requests() {
            let path = request.path.split('?').next().unwrap_or_default();
            let _ = write!(told, "\n  {} {path} {}", request.method, request.status);
        }
        told
    }

    /// Sets the stage for the history of this seed.
    pub async fn begin(world: &Shared, processes: &Arc<Processes>, seed: u64) -> Result<Self> {
        let mut random = Random::of(seed);
        let organization = Uuid::new_v4();
        let clinic = Clinic::open_as(world, organization, PATIENT.to_owned()).await?;
        events::register(world, &clinic).await?;
        let sandbox = Sandbox::start(0).await?;
        let events = events::choose(world, &clinic, &sandbox, &mut random).await?;
        let stage = processes.queue.beside(sandbox.url(), RECEIVES, BEHIND);
        let mut course = Self {
            world: world.clone(),
            acknowledged: events.iter().map(|_| None).collect(),
            workers: vec![processes.consumer(&stage).await?],
            receivers: vec![processes.receiver(&stage).await?],
            clinic,
            stage,
            sandbox,
            events,
            queued: Vec::new(),
            dead: BTreeSet::new(),
            sent_before_stop: None,
            tally: Tally::default(),
            trace: Vec::new(),
            is_repeated: random.percent(25),
            processes: processes.clone(),
            random,
            waiting: Vec::new(),
            letters: Vec::new(),
            replayed: BTreeMap::new(),
        };
        course.tally.deliveries = course.events.len();
        Ok(course)
    }

    /// Everything that may happen, for a while.
    pub async fn trouble(&mut self) -> Result<()> {
        for _ in 0..self.random.below(3) {
            let fault = self.fault();
            self.trace.push(format!("fault {fault}"));
            self.sandbox.add_fault(serde_json::from_value(fault)?);
            self.tally.faults += 1;
        }
        let mut steps = 3 * self.events.len();
        while steps > 0 || self.acknowledged.iter().any(Option::is_none) {
            steps = steps.saturating_sub(1);
            match self.random.below(100) {
                0..40 => {
                    let which = self.random.below(self.events.len());
                    self.send(which, 15).await?;
                }
                40..86 => self.work(25).await?,
                86..92 => self.double(),
                92..96 => self.replay(),
                _ => {
                    let time = Duration::from_secs(1 + self.random.next() % 600);
                    self.stage.pass(time);
                }
            }
        }
        Ok(())
    }

    /// Nothing goes wrong any more: everything comes to rest.
    pub async fn rest(&mut self) -> Result<()> {
        self.sandbox.clear_faults();
        for round in 1..=ROUNDS {
            self.replay();
            if self.waiting.is_empty() {
                self.tally.rounds = self.tally.rounds.max(round);
                return Ok(());
            }
            // What cannot succeed is handed out at once, again and again: here the last time is the next one.
            let hopeless = round > 3;
            for batch in std::mem::take(&mut self.waiting).chunks(10) {
                let mut batch = batch.to_vec();
                if hopeless {
                    for one in &mut batch {
                        one.receives = RECEIVES;
                    }
                }
                let worker = self.consumer(true).await?;
                self.trace.push(format!("round {round}"));
                self.hand(worker, batch).await?;
            }
            self.stage.pass(ROUND);
        }
        let left: Vec<_> = self.waiting.iter().map(|one| one.receives).collect();
        anyhow::bail!("I8: after {ROUNDS} rounds messages are left, of receives {left:?}")
    }

    /// Every message once more, to a new process: nothing may come of it.
    pub async fn again(&mut self) -> Result<()> {
        let bodies: BTreeSet<String> = self
            .queued
            .iter()
            .filter(|message| !self.dead.contains(message.delivery.as_str()))
            .map(QueueMessage::to_json)
            .collect();
        self.waiting = bodies.into_iter().map(waiting).collect();
        self.tally.duplicates += self.waiting.len();
        self.rest().await
    }

    /// A provider sends an event, until it is told that it is taken. The receiver is ended in some percent of cases.
    async fn send(&mut self, which: usize, ended: usize) -> Result<()> {
        let request = self.events[which]
            .report
            .signed(&self.world, self.stage.now())?;
        let plan = self.plan(ended, 4);
        let receiver = self.receivers.last().context("no receiver")?;
        let kind = self.events[which].kind;
        self.trace.push(format!("send {kind:?}, {plan:?}"));
        receiver.relay.arm(plan);
        let answer = receiver.handle(&request).await?;
        self.collect()?;
        let Some(answer) = answer else {
            self.tally.crashes += 1;
            self.receivers
                .push(self.processes.receiver(&self.stage).await?);
            return Ok(());
        };
        if answer.status_code != 200 {
            ensure!(
                matches!(answer.status_code, 409 | 503),
                "the receiver answers {}: {}",
                answer.status_code,
                answer.body
            );
            self.stage.pass(Duration::from_secs(12));
            return Ok(());
        }
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let delivery = match body["delivery"].as_str() {
            Some(delivery) => delivery.to_owned(),
            // Twilio is answered in TwiML.
            None => self.events[which]
                .report
                .delivery(&request, self.stage.now())?,
        };
        // Rule one: durable before 2xx.
        ensure!(
            self.queued
                .iter()
                .any(|message| message.delivery.as_str() == delivery),
            "I1: acknowledged and not in the queue: {delivery}"
        );
        if self.acknowledged[which].is_some() {
            self.tally.duplicates += 1;
        }
        self.acknowledged[which] = Some(delivery);
        Ok(())
    }

    /// A consumer works on some of what waits, in any order, and is ended in some percent of cases.
    async fn work(&mut self, ended: usize) -> Result<()> {
        let mut batch = Vec::new();
        for _ in 0..=self.random.below(3) {
            if !self.waiting.is_empty() {
                let which = self.random.below(self.waiting.len());
                self.tally.reordered += usize::from(which > 0);
                batch.push(self.waiting.remove(which));
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        let at = self.random.pick(&[At::Aws, At::Database, At::Providers]);
        let plan = self.plan(ended, 7);
        let fresh = self.random.percent(15);
        let worker = self.consumer(fresh).await?;
        self.trace.push(format!("work, {at:?} {plan:?}"));
        self.workers[worker].arm(at, &plan);
        if self.random.percent(12) {
            // A second consumer has the same messages at the same time.
            self.workers
                .push(self.processes.consumer(&self.stage).await?);
            let other = self.workers.last().context("no consumer")?;
            self.tally.duplicates += batch.len();
            let (first, second) = futures::join!(
                self.workers[worker].hand(records(&batch)),
                other.hand(records(&batch)),
            );
            // SQS believes who holds the newest receipt.
            let (_, second) = (first?, second?);
            self.settle(batch, second.as_deref());
            self.collect()?;
        } else {
            self.hand(worker, batch).await?;
        }
        let time = Duration::from_secs(1 + self.random.next() % 45);
        self.stage.pass(time);
        Ok(())
    }

    /// Hands a batch to a consumer, and does with the messages what SQS would.
    async fn hand(&mut self, worker: usize, batch: Vec<Waiting>) -> Result<()> {
        let failed = self.workers[worker].hand(records(&batch)).await?;
        self.settle(batch, failed.as_deref());
        self.collect()
    }

    fn settle(&mut self, batch: Vec<Waiting>, failed: Option<&[String]>) {
        self.trace
            .push(format!("  {}, come again: {failed:?}", shown(&batch)));
        if failed.is_none() {
            self.tally.crashes += 1;
            // Longer than any lease.
            self.stage.pass(Duration::from_secs(40));
        }
        let sent = self.sandbox.state("twilio")["messages"]
            .as_array()
            .map_or(0, Vec::len);
        for mut message in batch {
            let comes_again = failed.is_none_or(|failed| failed.contains(&message.id));
            if !comes_again {
                if is_stop(&message.body) {
                    self.sent_before_stop.get_or_insert(sent);
                }
                continue;
            }
            if message.receives >= RECEIVES {
                self.tally.dead_letters += 1;
                self.letters.push(message.body);
            } else {
                message.receives += 1;
                self.waiting.push(message);
            }
        }
    }

    /// The place of a consumer that lives.
    async fn consumer(&mut self, fresh: bool) -> Result<usize> {
        let ended = self.workers.last().is_none_or(Worker::was_ended);
        if fresh || ended {
            self.workers
                .push(self.processes.consumer(&self.stage).await?);
        }
        Ok(self.workers.len() - 1)
    }

    /// The queue holds a message twice, under one id or two.
    fn double(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let which = self.random.below(self.waiting.len());
        let mut copy = self.waiting[which].clone();
        if self.random.percent(50) {
            copy.id = Uuid::new_v4().to_string();
        }
        self.waiting.push(copy);
        self.tally.duplicates += 1;
    }

    /// An operator has every dead letter begun again, some times.
    fn replay(&mut self) {
        for body in std::mem::take(&mut self.letters) {
            let Ok(mut message) = QueueMessage::from_json(&body) else {
                continue;
            };
            let delivery = message.delivery.to_string();
            let times = self.replayed.entry(delivery.clone()).or_default();
            *times += 1;
            if *times <= REPLAYS {
                message.replay = Some(Uuid::new_v4());
                self.waiting.push(waiting(message.to_json()));
                self.tally.replays += 1;
            } else {
                self.dead.insert(delivery);
            }
        }
    }

    /// Takes up what the functions have put into the queue.
    fn collect(&mut self) -> Result<()> {
        let workers = self.workers.iter().map(|worker| &worker.relay);
        let receivers = self.receivers.iter().map(|receiver| &receiver.relay);
        let sent: Vec<Call> = workers
            .chain(receivers)
            .flat_map(|relay| relay.take("SendMessage"))
            .collect();
        sent.iter().try_for_each(|call| self.take(call))
    }

    fn take(&mut self, call: &Call) -> Result<()> {
        let request: Value = serde_json::from_slice(&call.request)?;
        if request["QueueUrl"] != self.stage.queue_url() {
            return Ok(());
        }
        let body = request["MessageBody"].as_str().context("no body")?;
        self.queued.push(QueueMessage::from_json(body)?);
        self.waiting.push(waiting(body.to_owned()));
        Ok(())
    }

    fn plan(&mut self, ended: usize, calls: usize) -> Plan {
        if !self.random.percent(ended) {
            return Plan::Pass;
        }
        let number = self.random.below(calls);
        if self.random.percent(50) {
            Plan::EndBefore(number)
        } else {
            Plan::EndAfter(number)
        }
    }

    fn fault(&mut self) -> Value {
        let skip = self.random.below(3);
        let (provider, method) = self.random.pick(&[
            ("twilio", "POST"),
            ("twilio", "GET"),
            ("google", "POST"),
            ("google", "GET"),
        ]);
        let mut fault = json!({ "provider": provider, "method": method, "skip": skip });
        let how = match self.random.below(12) {
            0 => json!({ "status": 429, "retry_after": "1" }),
            1 => json!({ "status": 429, "retry_after": "86400" }),
            2 => json!({ "status": 429, "retry_after": "soon" }),
            3 => json!({ "status": 503, "times": 2 }),
            4 => json!({ "status": 500, "applied": true }),
            5 => json!({ "ends": "reset" }),
            6 => json!({ "ends": "reset", "applied": true }),
            7 => json!({ "ends": "truncate", "applied": true }),
            8 => json!({ "status": 200, "content_type": "text/html", "body": "<html>busy</html>" }),
            9 => json!({ "status": 200, "applied": true, "body": "{\"error\":" }),
            // Long enough to open a circuit.
            10 => json!({ "status": 503, "times": 8, "method": null }),
            _ if self.random.percent(20) => json!({ "ends": "stall" }),
            _ => json!({ "delay_ms": 200, "applied": true }),
        };
        if let (Some(fault), Value::Object(how)) = (fault.as_object_mut(), how) {
            fault.extend(how);
        }
        fault
    }
}

fn is_stop(body: &str) -> bool {
    let message = QueueMessage::from_json(body).ok();
    let body = message.and_then(events::body).unwrap_or_default();
    form_urlencoded::parse(&body).any(|(name, word)| name == "Body" && word == "STOP")
}

/// What is worked on: the kinds, and how often they were received.
fn shown(batch: &[Waiting]) -> String {
    let kinds = batch.iter().map(|one| {
        let message = QueueMessage::from_json(&one.body).ok();
        let kind = message.map_or_else(String::new, |message| message.event_type);
        format!("{kind} ({}, {})", &one.id[..8], one.receives)
    });
    kinds.collect::<Vec<_>>().join(", ")
}

fn waiting(body: String) -> Waiting {
    Waiting {
        id: Uuid::new_v4().to_string(),
        body,
        receives: 1,
    }
}

fn records(batch: &[Waiting]) -> Vec<Value> {
    let record = |message: &Waiting| {
        json!({
            "messageId": message.id, "body": message.body,
            "attributes": { "ApproximateReceiveCount": message.receives.to_string() },
        })
    };
    batch.iter().map(record).collect()
}
