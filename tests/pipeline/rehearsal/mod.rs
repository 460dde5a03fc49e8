//! The functions in this process, on the real stack's services and a queue of their own: so that
//! either can be ended at any call and started anew, and nothing but the test takes messages.

pub mod relay;
pub mod worker;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};
use aws_config::SdkConfig;
use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sallyport::{clock::Clock, rate_limit::Tiers};
use sallyport_cli::sample::Unsigned;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;
use webhook_receiver::gateway::{Event, Response};

use self::{
    relay::{Plan, Relay},
    worker::{At, Role, Worker},
};
use crate::world::Shared;

/// How long an invocation has.
const INVOCATION: Duration = Duration::from_secs(20);
/// How long a message is hidden, in seconds: the least there is, since it is waited for.
const VISIBILITY_S: &str = "1";
/// How often a message is handed out before it counts as lost.
pub const PATIENCE: u32 = 20;

/// A queue of its own, the stack's other services, and a clock to set.
pub struct Rehearsal {
    world: Shared,
    queue_url: String,
    sqs: aws_sdk_sqs::Client,
    now: Arc<AtomicI64>,
    sandbox_url: String,
    max_receive_count: u32,
}

/// The receiver, with the relay it works through.
pub struct Receiver {
    app: webhook_receiver::App,
    /// What it called.
    pub relay: Relay,
    now: Now,
}

/// The clock that a process goes by: that of the stage on which it stands.
type Now = Arc<Mutex<Arc<AtomicI64>>>;

impl Rehearsal {
    /// Sets the stage; the clock stands at the machine's time.
    pub async fn begin(world: &Shared) -> Result<Self> {
        let sqs = aws_sdk_sqs::Client::new(&world.aws);
        let queue = sqs
            .create_queue()
            .queue_name(format!("rehearsal-{}", Uuid::new_v4().simple()))
            .attributes(QueueAttributeName::VisibilityTimeout, VISIBILITY_S)
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        let now = OffsetDateTime::now_utc().unix_timestamp();
        Ok(Self {
            world: world.clone(),
            queue_url: queue.queue_url.context("a queue without a URL")?,
            sqs,
            now: Arc::new(AtomicI64::new(now)),
            sandbox_url: world.sandbox_url.clone(),
            max_receive_count: PATIENCE,
        })
    }

    /// A stage of its own on the same queue: with these look-alikes of the providers, messages that are handed out
    /// `max_receive_count` times, and a clock that is `behind` the machine's, by which the look-alikes go. Time may
    /// pass until it is no more: a provider whose clock is behind ours has done nothing lately.
    pub fn beside(&self, sandbox_url: &str, max_receive_count: u32, behind: Duration) -> Self {
        let now = (OffsetDateTime::now_utc() - behind).unix_timestamp();
        Self {
            world: self.world.clone(),
            queue_url: self.queue_url.clone(),
            sqs: self.sqs.clone(),
            now: Arc::new(AtomicI64::new(now)),
            sandbox_url: sandbox_url.to_owned(),
            max_receive_count,
        }
    }

    /// The functions' time.
    pub fn now(&self) -> OffsetDateTime {
        moment(&self.now)
    }

    /// The queue's URL.
    pub fn queue_url(&self) -> &str {
        &self.queue_url
    }

    /// Lets time pass by the functions' clock.
    pub fn pass(&self, time: Duration) {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The services behind a relay; one HTTP client for all.
    fn aws(&self, relay: &Relay) -> SdkConfig {
        let config = self.world.aws.to_builder();
        config.endpoint_url(&relay.url).build()
    }

    /// A receiver just started: nothing is cached.
    pub async fn receiver(&self, plan: Plan) -> Result<Receiver> {
        let world = &self.world;
        let relay = Relay::start(&world.aws_url, plan).await?;
        let config = webhook_receiver::Config {
            endpoints_table: world.outputs.get("EndpointsTable")?.to_owned(),
            deliveries_table: world.deliveries_table.clone(),
            limits_table: world.limits_table.clone(),
            limits_secret: world.outputs.get("LimitsSecret")?.to_owned(),
            limit_timeout: Duration::from_secs(3),
            tiers: Tiers::parse(r#"{"default":1000000,"trial":50}"#)?,
            deliveries_queue_url: self.queue_url.clone(),
            dead_letter_queue_url: world
                .outputs
                .get("DeliveriesDeadLetterQueueUrl")?
                .to_owned(),
            oversize_bucket: world.outputs.get("OversizeBucket")?.to_owned(),
            public_base_url: world.api_url.clone(),
            cors_origins: Vec::new(),
        };
        let now: Now = Arc::new(Mutex::new(self.now.clone()));
        let app = webhook_receiver::App::new(config, &self.aws(&relay), clock(&now));
        Ok(Receiver { app, relay, now })
    }

    /// A consumer just started.
    pub async fn consumer(&self, plan: Plan, at: At) -> Result<Worker> {
        Worker::start(self, Role::Consumer, plan, at).await
    }

    /// A redaction just started.
    pub async fn redaction(&self, plan: Plan, at: At) -> Result<Worker> {
        Worker::start(self, Role::Redaction, plan, at).await
    }

    /// Puts a message into the queue.
    pub async fn queue(&self, text: String) -> Result<()> {
        let send = self.sqs.send_message().queue_url(&self.queue_url);
        let send = send.message_group_id("rehearsal").message_body(text).send();
        send.await.map_err(aws_sdk_sqs::Error::from)?;
        Ok(())
    }

    /// The messages in the queue, hidden from now.
    pub async fn receive(&self) -> Result<Vec<aws_sdk_sqs::types::Message>> {
        let answer = self
            .sqs
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(10)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// How many messages the queue holds, delayed and hidden ones too.
    pub async fn depth(&self) -> Result<u64> {
        self.world.depth(&self.queue_url).await
    }

    /// How many messages wait for the end of a delay.
    pub async fn delayed(&self) -> Result<u64> {
        let name = QueueAttributeName::ApproximateNumberOfMessagesDelayed;
        let answer = self
            .sqs
            .get_queue_attributes()
            .queue_url(&self.queue_url)
            .attribute_names(name.clone())
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        let counts = answer.attributes.unwrap_or_default();
        Ok(counts.get(&name).map_or("0", String::as_str).parse()?)
    }

    /// Hands what is in the queue to workers until it is empty: to `first`, and, when that was ended, to new ones.
    pub async fn drain(&self, first: Worker) -> Result<Vec<Worker>> {
        self.drain_with(first, Vec::new()).await
    }

    /// The same; of the new ones the first have these plans, the last of them first.
    pub async fn drain_with(
        &self,
        first: Worker,
        mut plans: Vec<(Plan, At)>,
    ) -> Result<Vec<Worker>> {
        let role = first.role;
        let mut workers = vec![first];
        for _ in 0..PATIENCE {
            let messages = self
                .world
                .until("a message is visible, or none is left", || async {
                    let messages = self.receive().await?;
                    let settled = !messages.is_empty() || self.depth().await? == 0;
                    Ok(settled.then_some(messages))
                })
                .await?;
            if messages.is_empty() {
                return Ok(workers);
            }
            let worker = workers.last().context("no worker")?;
            if let Some(failed) = worker.handle(&messages).await? {
                self.settle(&messages, &failed).await?;
            } else {
                let (plan, at) = plans.pop().unwrap_or((Plan::Pass, At::Aws));
                workers.push(Worker::start(self, role, plan, at).await?);
            }
            // Longer than any lease: whoever was ended has lost its right.
            self.pass(Duration::from_secs(40));
        }
        anyhow::bail!("messages come again and again")
    }

    async fn settle(
        &self,
        messages: &[aws_sdk_sqs::types::Message],
        failed: &[String],
    ) -> Result<()> {
        for message in messages {
            let receipt = message.receipt_handle.as_deref().unwrap_or_default();
            let again = failed
                .iter()
                .any(|id| Some(id) == message.message_id.as_ref());
            if again {
                let show = self
                    .sqs
                    .change_message_visibility()
                    .queue_url(&self.queue_url);
                let show = show.receipt_handle(receipt).visibility_timeout(0).send();
                show.await.map_err(aws_sdk_sqs::Error::from)?;
            } else {
                let delete = self.sqs.delete_message().queue_url(&self.queue_url);
                let delete = delete.receipt_handle(receipt).send();
                delete.await.map_err(aws_sdk_sqs::Error::from)?;
            }
        }
        Ok(())
    }
}

fn clock(now: &Now) -> Clock {
    let now = now.clone();
    Clock::from_fn(move || moment(&now.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn moment(seconds: &AtomicI64) -> OffsetDateTime {
    let seconds = seconds.load(Ordering::SeqCst);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

impl Receiver {
    /// Comes to another stage of the same queue.
    pub fn enter(&mut self, rehearsal: &Rehearsal) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = rehearsal.now.clone();
        self.relay.turn(&rehearsal.world.aws_url);
    }

    /// Answers a request, unless it is ended before.
    pub async fn handle(&self, request: &Unsigned) -> Result<Option<Response>> {
        let event = event(request)?;
        let deadline = SystemTime::now() + INVOCATION;
        let answer = webhook_receiver::handle(&self.app, event, deadline);
        Ok(self.relay.run(answer).await)
    }
}

/// A request as API Gateway hands it to the function.
fn event(request: &Unsigned) -> Result<Event> {
    let url = reqwest::Url::parse(&request.url)?;
    let headers: serde_json::Map<_, _> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    ensure!(
        !headers.is_empty(),
        "a request without headers is signed by nobody"
    );
    Ok(serde_json::from_value(json!({
        "rawPath": url.path(), "rawQueryString": url.query().unwrap_or_default(), "headers": headers,
        "body": STANDARD.encode(&request.body), "isBase64Encoded": true,
        "requestContext": { "http": { "method": "POST", "sourceIp": "203.0.113.7" } },
    }))?)
}
