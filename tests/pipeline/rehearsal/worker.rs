//! A function that takes messages from the queue: the consumer, or the redaction.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use aws_sdk_sqs::types::Message;
use sallyport_cli::aws;
use serde_json::{Value, json};

use super::{
    INVOCATION, PATIENCE, Rehearsal,
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
        let (of_aws, of_database) = (of(At::Aws), of(At::Database));
        let providers = Relay::start(&world.sandbox_url, of(At::Providers)).await?;
        let relay = Relay::start(&world.aws_url, of_aws).await?;
        let origin = world.postgrest_url.trim_end_matches("/rest/v1");
        let database = Relay::start(origin, of_database).await?;
        let (config, clock) = (aws::local(&relay.url), rehearsal.clock());
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
                    max_receive_count: PATIENCE,
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
        let batch = json!({ "Records": records });
        let answer = self.relay.run(self.answer(batch));
        let answer = self.providers.run(self.database.run(answer));
        let Some(answer) = answer.await.flatten().flatten() else {
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
        let deadline = SystemTime::now() + INVOCATION;
        Ok(match &self.app {
            App::Consumer(app) => {
                let batch = serde_json::from_value(batch)?;
                serde_json::to_value(queue_consumer::handle(app, batch, deadline).await?)?
            }
            App::Redaction(app) => redaction::handle(app, batch, deadline).await?,
        })
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
