//! The relay in this process: on tables and a queue of its own, on the sandbox's Slack and pager, and by a clock to
//! set. Each desk has a channel of its own, so that its messages are found among all.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use alert_relay::{App, Config, handle};
use anyhow::{Context, Result};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use sallyport::{
    alert::{Alert, Condition, Service, Word},
    clock::{Clock, from_unix_ms},
};
use sallyport_cli::{
    aws,
    stack::sandbox::{
        pagerduty::{Incident, ROUTING_KEY},
        slack::{Message, TOKEN},
    },
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    rehearsal::relay::{Plan, Relay},
    world::{Shared, World},
};

const INVOCATION: Duration = Duration::from_secs(20);

/// A relay's place of work.
pub struct Desk {
    world: Shared,
    /// Slack's channel.
    pub channel: String,
    /// What tells this desk's alerts from those of others.
    stage: Word,
    alerts_table: String,
    circuits_table: String,
    secret: String,
    queue_url: String,
    now: Arc<AtomicI64>,
}

/// A relay just started, with the wires it works through.
pub struct Worker {
    app: App,
    /// To AWS.
    pub aws: Relay,
    /// To the providers.
    pub providers: Relay,
}

/// A message as SQS hands it out.
#[derive(Clone)]
pub struct Handed {
    id: String,
    body: String,
}

impl Handed {
    /// A message of its own.
    pub fn new(body: &Value) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            body: body.to_string(),
        }
    }
}

impl Desk {
    /// Sets the stage, with the clock at the machine's time.
    pub async fn set(world: &Shared) -> Result<Self> {
        let id = Uuid::new_v4().simple().to_string();
        // Letters alone: a fingerprint of its own for each desk's alerts.
        let letter = |digit: char| {
            char::from(b'a' + u8::try_from(digit.to_digit(16).unwrap_or(0)).unwrap_or(0))
        };
        let stage: String = id.chars().map(letter).collect();
        let circuits_table = format!("circuits-{id}");
        let alerts_table = format!("alerts-{id}");
        table(world, &circuits_table, "circuit").await?;
        table(world, &alerts_table, "alert").await?;
        let channel = format!("C{}", id[..10].to_uppercase());
        let secret = format!("alerts-{id}");
        let ways =
            json!({ "slack_token": TOKEN, "slack_channel": channel, "pagerduty_key": ROUTING_KEY });
        aws_sdk_secretsmanager::Client::new(&world.aws)
            .create_secret()
            .name(&secret)
            .secret_string(ways.to_string())
            .send()
            .await
            .map_err(aws_sdk_secretsmanager::Error::from)?;
        let queue = aws_sdk_sqs::Client::new(&world.aws)
            .create_queue()
            .queue_name(format!("alerts-{id}"))
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        let now = OffsetDateTime::now_utc().unix_timestamp() * 1000;
        Ok(Self {
            world: world.clone(),
            channel,
            stage: Word::read(&stage).context("a stage without a name")?,
            alerts_table,
            circuits_table,
            secret,
            queue_url: queue.queue_url.context("a queue without a URL")?,
            now: Arc::new(AtomicI64::new(now)),
        })
    }

    /// Lets time pass by the relay's clock.
    pub fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// The time now.
    pub fn now(&self) -> OffsetDateTime {
        time_of(self.now.load(Ordering::SeqCst))
    }

    /// A relay just started: nothing is cached. `plan` is for its calls to AWS, `providers` for those to people.
    pub async fn worker(&self, plan: Plan, providers: Plan) -> Result<Worker> {
        let wire = Relay::start(&self.world.aws_url, plan).await?;
        let people = Relay::start(&self.world.sandbox_url, providers).await?;
        let config = Config {
            stage: self.stage.clone(),
            alerts_queue_url: self.queue_url.clone(),
            alerts_table: self.alerts_table.clone(),
            circuits_table: self.circuits_table.clone(),
            alerts_secret: self.secret.clone(),
            providers_url: Some(people.url.clone()),
            runbook_url: "https://sallyport.example/runbook.md".to_owned(),
        };
        let now = self.now.clone();
        let clock = Clock::from_fn(move || time_of(now.load(Ordering::SeqCst)));
        Ok(Worker {
            app: App::new(config, &aws::local(&wire.url), clock)?,
            aws: wire,
            providers: people,
        })
    }

    /// A message of an alert that `condition` makes now.
    pub fn alert(&self, condition: Condition) -> (Alert, Handed) {
        let stage = self.stage.clone();
        let alert = Alert::new(condition, Service::QueueConsumer, stage, self.now());
        let detail: Value = serde_json::from_str(&alert.to_json()).unwrap_or_default();
        let event = json!({
            "id": Uuid::new_v4(), "source": "sallyport", "detail-type": "Alert", "detail": detail,
        });
        (alert, Handed::new(&event))
    }

    /// A message of an alarm's change of state.
    pub fn alarm(&self, name: &str, state: &str, at: OffsetDateTime) -> Handed {
        let timestamp = sallyport::clock::rfc3339_ms(at).replace('Z', "+0000");
        Handed::new(&json!({
            "id": Uuid::new_v4(), "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
            "detail": {
                "alarmName": format!("sallyport-{}-{name}", self.stage),
                "state": { "value": state, "timestamp": timestamp },
            },
        }))
    }

    /// This desk's messages in Slack: the first of a thread, and what is in threads.
    pub async fn messages(&self) -> Result<(Vec<Message>, Vec<Message>)> {
        let all = slack(&self.world).await?.into_iter();
        let ours = all.filter(|message| message.channel == self.channel);
        Ok(ours.partition(|message| message.thread_ts.is_none()))
    }

    /// The incident of an alert.
    pub async fn incident(&self, alert: &str) -> Result<Option<Incident>> {
        Ok(incidents(&self.world).await?.remove(alert))
    }

    /// What the table holds, as text.
    pub async fn table(&self) -> Result<String> {
        items(&self.world, &self.alerts_table).await
    }

    /// Keeps alerts from people.
    pub async fn silence(&self, key: &str, silence: &Value) -> Result<()> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        aws_sdk_dynamodb::Client::new(&self.world.aws)
            .put_item()
            .table_name(&self.alerts_table)
            .item("alert", text(key))
            .item("version", AttributeValue::N("1".to_owned()))
            .item("record", text(&silence.to_string()))
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)?;
        Ok(())
    }
}

impl Worker {
    /// The notes to look again that it has left in the queue.
    pub fn notes(&self) -> Result<Vec<Handed>> {
        let calls = self.aws.calls();
        let sent = calls.iter().filter(|call| call.operation == "SendMessage");
        let bodies = sent.map(|call| {
            let asked: Value = serde_json::from_slice(&call.request)?;
            let body = asked["MessageBody"].as_str().context("no body")?;
            Ok(Handed::new(&serde_json::from_str(body)?))
        });
        bodies.collect()
    }

    /// Hands a message over for the `receives`-th time. Whether it must come again; nothing when the relay was ended.
    pub async fn handle(&self, message: &Handed, receives: u32) -> Result<Option<bool>> {
        let batch = json!({ "Records": [{
            "messageId": message.id, "receiptHandle": "none", "body": message.body,
            "attributes": { "ApproximateReceiveCount": receives.to_string() },
        }] });
        Ok(self.invoke(batch).await?.map(|answer| {
            let failures = answer["batchItemFailures"].as_array();
            failures.is_some_and(|failures| !failures.is_empty())
        }))
    }

    /// Invokes the function.
    pub async fn invoke(&self, input: Value) -> Result<Option<Value>> {
        let deadline = SystemTime::now() + INVOCATION;
        let work = handle(&self.app, input, deadline);
        let ended = self.providers.run(self.aws.run(work)).await;
        Ok(match ended.flatten() {
            Some(answer) => Some(answer?),
            None => None,
        })
    }
}

fn time_of(ms: i64) -> OffsetDateTime {
    from_unix_ms(ms).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Makes a table with this key.
pub async fn table(world: &World, name: &str, key: &str) -> Result<()> {
    let attribute = AttributeDefinition::builder()
        .attribute_name(key)
        .attribute_type(ScalarAttributeType::S)
        .build()?;
    let hash = KeySchemaElement::builder()
        .attribute_name(key)
        .key_type(KeyType::Hash)
        .build()?;
    aws_sdk_dynamodb::Client::new(&world.aws)
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute)
        .key_schema(hash)
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    Ok(())
}

/// Has the deployed relay know of no alert.
pub async fn forget(world: &World) -> Result<()> {
    let dynamodb = aws_sdk_dynamodb::Client::new(&world.aws);
    let table = world.outputs.get("AlertsTable")?;
    let mut pages = dynamodb.scan().table_name(table).into_paginator().send();
    while let Some(page) = pages.next().await {
        for item in page.map_err(aws_sdk_dynamodb::Error::from)?.items() {
            let key = item.get("alert").context("an item without its key")?;
            let delete = dynamodb.delete_item().table_name(table);
            let done = delete.key("alert", key.clone()).send().await;
            done.map_err(aws_sdk_dynamodb::Error::from)?;
        }
    }
    Ok(())
}

/// What a provider of the sandbox holds.
async fn state(world: &World, provider: &str) -> Result<Value> {
    let url = format!("{}/_sandbox/state/{provider}", world.sandbox_url);
    Ok(world
        .http
        .get(url)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?)
}

/// Every message in Slack.
pub async fn slack(world: &World) -> Result<Vec<Message>> {
    Ok(serde_json::from_value(
        state(world, "slack").await?["messages"].take(),
    )?)
}

/// Every incident, by its key.
pub async fn incidents(world: &World) -> Result<HashMap<String, Incident>> {
    Ok(serde_json::from_value(
        state(world, "pagerduty").await?["incidents"].take(),
    )?)
}

/// The items of a table, as text.
pub async fn items(world: &World, table: &str) -> Result<String> {
    let scan = aws_sdk_dynamodb::Client::new(&world.aws)
        .scan()
        .table_name(table);
    let scan = scan.send().await.map_err(aws_sdk_dynamodb::Error::from)?;
    Ok(format!("{:?}", scan.items()))
}

/// Makes a provider's next requests go wrong.
pub async fn spoil(world: &World, fault: Value) -> Result<()> {
    let url = format!("{}/_sandbox/faults", world.sandbox_url);
    world
        .http
        .post(url)
        .json(&fault)
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

/// Takes every fault away.
pub async fn mend(world: &World) -> Result<()> {
    let url = format!("{}/_sandbox/faults", world.sandbox_url);
    world.http.delete(url).send().await?.error_for_status()?;
    Ok(())
}
