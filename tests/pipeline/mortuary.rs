//! The dead letters, the alerts and the operator's command, as the tests need them.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_sdk_eventbridge::types::Target;
use sallyport::{
    clock::Clock,
    delivery::{
        Body, DeliveryId, QueueMessage,
        claim::{BodyDigest, Claims, Record, Table},
    },
    webhook::EventKey,
};
use sallyport_cli::{
    delivery::Deliveries,
    stack::seed,
    stage::{Reached, Stage},
};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::world::{Shared, World};

/// How long a run that was ended keeps dead letters hidden.
pub const HIDDEN: Duration = Duration::from_secs(2);

/// The dead letters of the stack, and the command that works on them.
pub struct Mortuary {
    world: Shared,
    sqs: aws_sdk_sqs::Client,
    /// The command's own view.
    pub deliveries: Deliveries,
    claims: Claims,
}

/// The stage, through `aws` and `postgrest`.
pub fn reached(world: &World, aws: &aws_config::SdkConfig) -> Reached {
    Reached {
        stage: Stage::Local,
        aws: aws.clone(),
        outputs: world.outputs.clone(),
    }
}

impl Mortuary {
    /// Opens it, emptied of what a test that failed has left.
    pub async fn open(world: &Shared) -> Result<Self> {
        let deliveries = Deliveries::open(&reached(world, &world.aws)).await?;
        let dynamodb = aws_sdk_dynamodb::Client::new(&world.aws);
        let table = Table::new(&dynamodb, world.deliveries_table.clone());
        let mortuary = Self {
            world: world.clone(),
            sqs: aws_sdk_sqs::Client::new(&world.aws),
            deliveries: deliveries.hiding_for(HIDDEN),
            claims: Claims::new(table, Clock::system()),
        };
        mortuary.empty().await?;
        Ok(mortuary)
    }

    /// A delivery's claim.
    pub async fn claim(&self, delivery: &DeliveryId) -> Result<Option<Record>> {
        Ok(self.claims.find(delivery).await?)
    }

    fn url(&self) -> Result<&str> {
        self.world.outputs.get("DeliveriesDeadLetterQueueUrl")
    }

    /// Makes a text a dead letter.
    pub async fn bury(&self, text: &str) -> Result<()> {
        self.send(self.url()?, text).await
    }

    /// Puts a text into the deliveries queue.
    pub async fn queue(&self, text: &str) -> Result<()> {
        self.send(&self.world.queue_url, text).await
    }

    async fn send(&self, url: &str, text: &str) -> Result<()> {
        let send = self.sqs.send_message().queue_url(url).message_body(text);
        let send = send.message_group_id("mortuary").send();
        send.await.map_err(aws_sdk_sqs::Error::from)?;
        Ok(())
    }

    /// Waits until there are so many dead letters.
    pub async fn letters(&self, count: u64) -> Result<()> {
        let counted = || async {
            let found = self.world.dead_letters().await?;
            Ok((found == count).then_some(()))
        };
        self.world
            .until("the dead letters are there", counted)
            .await
    }

    /// Waits until every dead letter can be seen.
    pub async fn shown(&self, count: u64) -> Result<()> {
        let shown = || async {
            let answer = self
                .sqs
                .get_queue_attributes()
                .queue_url(self.url()?)
                .attribute_names(
                    aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages,
                )
                .send()
                .await
                .map_err(aws_sdk_sqs::Error::from)?;
            let counts = answer.attributes.unwrap_or_default();
            let found = counts.values().next().map_or("0", String::as_str);
            Ok((found.parse::<u64>()? == count).then_some(()))
        };
        self.world
            .until("the dead letters can be seen", shown)
            .await
    }

    /// Leaves no dead letter behind.
    pub async fn empty(&self) -> Result<()> {
        let purge = self.sqs.purge_queue().queue_url(self.url()?).send();
        purge.await.map_err(aws_sdk_sqs::Error::from)?;
        self.letters(0).await
    }
}

/// A message of the demo tenant that no receiver has seen, with this body.
pub fn letter(world: &World, provider: &str, body: &Value) -> QueueMessage {
    let _ = world;
    let body = body.to_string().into_bytes();
    QueueMessage {
        delivery: DeliveryId::derive("mortuary", &EventKey::of([Uuid::new_v4().to_string()])),
        organization: seed::ORGANIZATION.parse().unwrap_or_default(),
        endpoint: format!("{provider}-demo"),
        provider: provider.to_owned(),
        event_type: "status-update".to_owned(),
        received_at: OffsetDateTime::now_utc(),
        digest: BodyDigest::of(&body),
        effect: None,
        replay: None,
        body: Body::Inline(body),
    }
}

/// A second listener on the event bus, beside the alerts queue, which the relay empties.
pub struct Alerts {
    world: Shared,
    sqs: aws_sdk_sqs::Client,
    bus: aws_sdk_eventbridge::Client,
    url: String,
}

impl Alerts {
    /// Listens from now on.
    pub async fn listen(world: &Shared) -> Result<Self> {
        let name = format!("alerts-{}", Uuid::new_v4().simple());
        let (sqs, bus) = (
            aws_sdk_sqs::Client::new(&world.aws),
            aws_sdk_eventbridge::Client::new(&world.aws),
        );
        let queue = sqs.create_queue().queue_name(&name).send().await;
        let url = queue
            .map_err(aws_sdk_sqs::Error::from)?
            .queue_url
            .context("no URL")?;
        let arn = format!("arn:aws:sqs:us-east-1:000000000000:{name}");
        let rule = bus
            .put_rule()
            .name(&name)
            .event_pattern(r#"{"source":["sallyport"],"detail-type":["Alert"]}"#);
        rule.send()
            .await
            .map_err(aws_sdk_eventbridge::Error::from)?;
        let target = Target::builder().id("listener").arn(arn).build()?;
        let targets = bus.put_targets().rule(&name).targets(target).send().await;
        targets.map_err(aws_sdk_eventbridge::Error::from)?;
        Ok(Self {
            world: world.clone(),
            sqs,
            bus,
            url,
        })
    }

    /// Waits for the alert of a delivery.
    pub async fn of(&self, delivery: &str) -> Result<Value> {
        self.with(|alert| alert["attributes"]["delivery"] == delivery)
            .await
    }

    /// Waits for an alert like this.
    pub async fn with(&self, is: impl Fn(&Value) -> bool) -> Result<Value> {
        let heard = || async {
            let answer = self
                .sqs
                .receive_message()
                .queue_url(&self.url)
                .max_number_of_messages(10)
                .send()
                .await;
            for message in answer.map_err(aws_sdk_sqs::Error::from)?.messages() {
                let event: Value = serde_json::from_str(message.body().unwrap_or_default())?;
                if is(&event["detail"]) {
                    return Ok(Some(event["detail"].clone()));
                }
            }
            Ok(None)
        };
        self.world.until("people are told", heard).await
    }

    /// Whether the template's own rule for the same events leads to the alerts queue.
    pub async fn rule_leads_to_the_alerts_queue(&self) -> Result<bool> {
        let name = "sallyport-local-alerts";
        let rule = self.bus.describe_rule().name(name).send().await;
        let pattern = rule
            .map_err(aws_sdk_eventbridge::Error::from)?
            .event_pattern
            .unwrap_or_default();
        let targets = self.bus.list_targets_by_rule().rule(name).send().await;
        let targets = targets.map_err(aws_sdk_eventbridge::Error::from)?;
        let queue = self.world.outputs.get("AlertsQueueUrl")?.rsplit('/').next();
        let leads = targets
            .targets()
            .iter()
            .any(|target| target.arn().rsplit(':').next() == queue);
        let pattern: Value = serde_json::from_str(&pattern)?;
        Ok(
            leads
                && pattern["source"][0] == "sallyport"
                && pattern["detail"]["stage"][0] == "local",
        )
    }
}
