//! A function that takes messages from the queue: the consumer, or the redaction.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use aws_sdk_sqs::types::Message;
use futures::FutureExt as _;
use serde_json::{Value, json};

use super::{
    INVOCATION, Now, Rehearsal, clock,
    relay::{Plan, Relay},
};

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The queue consumer.
    Consumer,
    /// The redaction.
    Redaction,
}

/// Whose calls a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Those of AWS.
    Aws,
    /// Those of the database.
    Database,
    /// Those of the providers.
    Providers,
}

enum App {
    Consumer(Box<queue_consumer::App>),
    Redaction(Box<redaction::App>),
}

/// A function with the relays it works through.
pub struct Worker {
    /// Which it is.
    pub role: Role,
    /// What it asked of AWS.
    pub relay: Relay,
    /// What it asked of the database.
    pub database: Relay,
    /// What it asked of the providers.
    pub providers: Relay,
    /// The how-manieth receive it is told of.
    pub receives: u32,
    /// How long each of its invocations has.
    pub lasts: Duration,
    ended: AtomicBool,
    invocations: AtomicUsize,
    now: Now,
    app: App,
}

impl Worker {
    pub(super) async fn start(
        rehearsal: &Rehearsal,
        role: Role,
        plan: Plan,
        at: At,
    ) -> Result<Self> {
        let world = &rehearsal.world;
        let of = |whose| {
            if at == whose {
                plan.clone()
            } else {
                Plan::Pass
            }
        };
        let now: Now = Arc::new(Mutex::new(rehearsal.now.clone()));
        let clock = clock(&now);
        let (of_aws, of_database) = (of(At::Aws), of(At::Database));
        let providers = Relay::start(&rehearsal.sandbox_url, of(At::Providers)).await?;
        let relay = Relay::start(&world.aws_url, of_aws).await?;
        let origin = world.postgrest_url.trim_end_matches("/rest/v1");
        let database = Relay::start(origin, of_database).await?;
        let (config, clock) = (rehearsal.aws(&relay), clock);
        let oversize_bucket = world.outputs.get("OversizeBucket")?.to_owned();
        let postgrest_url = format!("{}/rest/v1", database.url);
        let database_secret = world.outputs.get("DatabaseSecret")?.to_owned();
        let app = match role {
            Role::Consumer => App::Consumer(Box::new(queue_consumer::App::new(
                queue_consumer::Config {
                    stage: "local".to_owned(),
                    deliveries_table: world.deliveries_table.clone(),
                    circuits_table: world.outputs.get("CircuitsTable")?.to_owned(),
                    circuits_timeout: Duration::from_secs(3),
                    max_receive_count: rehearsal.max_receive_count,
                    deliveries_queue_url: rehearsal.queue_url.clone(),
                    transcripts_queue_url: world.outputs.get("TranscriptsQueueUrl")?.to_owned(),
                    oversize_bucket,
                    postgrest_url,
                    database_secret,
                    public_base_url: world.api_url.clone(),
                    providers: queue_consumer::Providers::look_alikes(&providers.url),
                },
                &config,
                clock,
            )?)),
            Role::Redaction => App::Redaction(Box::new(redaction::App::new(
                redaction::Config {
                    transcripts_queue_url: rehearsal.queue_url.clone(),
                    oversize_bucket,
                    postgrest_url,
                    database_secret,
                },
                &config,
                clock,
            )?)),
        };
        Ok(Self {
            role,
            relay,
            database,
            providers,
            receives: 1,
            lasts: INVOCATION,
            ended: AtomicBool::new(false),
            invocations: AtomicUsize::new(0),
            now,
            app,
        })
    }

    /// Works on messages: the ids of those that must come again, unless it is ended before.
    pub async fn handle(&self, messages: &[Message]) -> Result<Option<Vec<String>>> {
        let records: Vec<Value> = messages
            .iter()
            .map(|message| {
                json!({
                    "messageId": message.message_id, "receiptHandle": message.receipt_handle,
                    "body": message.body, "attributes": { "ApproximateReceiveCount": self.receives.to_string() },
                })
            })
            .collect();
        self.hand(records).await
    }

    /// The same, with the records of a batch as Lambda hands them over.
    pub async fn hand(&self, records: Vec<Value>) -> Result<Option<Vec<String>>> {
        self.invocations.fetch_add(1, Ordering::SeqCst);
        let batch = json!({ "Records": records });
        // Boxed: the type of what a function does is very deep.
        let answer = self.relay.run(self.answer(batch).boxed());
        let answer = self.providers.run(self.database.run(answer));
        let Some(answer) = answer.await.flatten().flatten() else {
            self.ended.store(true, Ordering::SeqCst);
            return Ok(None);
        };
        let answer = answer?;
        let failures = answer["batchItemFailures"]
            .as_array()
            .context("no failures")?;
        let ids = failures
            .iter()
            .filter_map(|failure| failure["itemIdentifier"].as_str());
        Ok(Some(ids.map(str::to_owned).collect()))
    }

    async fn answer(&self, batch: Value) -> Result<Value> {
        let deadline = SystemTime::now() + self.lasts;
        Ok(match &self.app {
            App::Consumer(app) => {
                let batch = serde_json::from_value(batch)?;
                serde_json::to_value(queue_consumer::handle(app, batch, deadline).await?)?
            }
            App::Redaction(app) => redaction::handle(app, batch, deadline).await?,
        })
    }

    /// Comes to another stage of the same queue, as a process that knows nothing of what goes on there.
    pub fn enter(&mut self, rehearsal: &Rehearsal) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = rehearsal.now.clone();
        let world = &rehearsal.world;
        self.relay.turn(&world.aws_url);
        self.database
            .turn(world.postgrest_url.trim_end_matches("/rest/v1"));
        self.providers.turn(&rehearsal.sandbox_url);
        (
            self.lasts,
            *self.ended.get_mut(),
            *self.invocations.get_mut(),
        ) = (INVOCATION, false, 0);
    }

    /// How often it was invoked.
    pub fn invocations(&self) -> usize {
        self.invocations.load(Ordering::SeqCst)
    }

    /// Whether it was ended, and is of no more use.
    pub fn was_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Has this happen from now on at those calls, which are counted from now.
    pub fn arm(&self, at: At, plan: &Plan) {
        for (whose, relay) in [
            (At::Aws, &self.relay),
            (At::Database, &self.database),
            (At::Providers, &self.providers),
        ] {
            relay.arm(if at == whose {
                plan.clone()
            } else {
                Plan::Pass
            });
        }
    }

    /// The calls to AWS, to the database or to the providers, in order.
    pub fn calls(&self, at: At) -> Vec<String> {
        match at {
            At::Aws => self.relay.operations(),
            At::Database => self.database.operations(),
            At::Providers => self.providers.operations(),
        }
    }
}
