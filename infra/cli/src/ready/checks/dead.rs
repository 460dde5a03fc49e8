//! A delivery that is given up: people are told, the stage says so of itself, and it can be begun again.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use sallyport::{
    alert::{Alert, Code, Condition, Service, Word},
    delivery::{Body, BodyStore, DeliveryId, Queue, QueueMessage, claim::BodyDigest},
    webhook::EventKey,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::Trial;
use super::{Found, health};
use crate::{
    aws,
    delivery::{Deliveries, Order, Which},
};

const REASON: &str = "body_gone";

/// The cause can be mended: the body is not in the bucket, and then it is.
pub(super) async fn told_and_replayed(trial: &mut Trial) -> Result<Found> {
    if trial.local.is_none() {
        return Ok(Found::Missing(
            "it would alarm people: made on the local stage only".to_owned(),
        ));
    }
    let (reached, organization) = (&trial.reached, trial.tenant.organization);
    let call = Uuid::new_v4();
    let body = json!({ "message": {
        "type": "status-update", "status": "ended", "timestamp": OffsetDateTime::now_utc().unix_timestamp() * 1000,
        "call": { "id": call, "type": "inboundPhoneCall" },
    }});
    let body = body.to_string().into_bytes();
    let delivery = DeliveryId::derive("ready", &EventKey::of([call.to_string()]));
    let bucket = reached.outputs.get("OversizeBucket")?;
    let bodies = BodyStore::new(&reached.aws, bucket.to_owned());
    let stored = bodies.put(organization, &delivery, &body).await?;
    let object = aws::s3(&reached.aws)
        .delete_object()
        .bucket(bucket)
        .key(&stored.key);
    object.clone().send().await.context("remove the body")?;
    let endpoint = trial.vapi.url.rsplit('/').next();
    let message = QueueMessage {
        delivery: delivery.clone(),
        organization,
        endpoint: endpoint.context("an endpoint without a name")?.to_owned(),
        provider: trial.vapi.provider.to_owned(),
        event_type: "status-update".to_owned(),
        received_at: OffsetDateTime::now_utc(),
        digest: BodyDigest::of(&body),
        effect: None,
        replay: None,
        body: Body::Stored(stored),
    };
    let queue = reached.outputs.get("DeliveriesQueueUrl")?.to_owned();
    let queue = Queue::new(&reached.aws, queue);
    queue.send(&message, std::time::Duration::ZERO).await?;

    let row = trial.at_rest(delivery.as_str()).await?;
    ensure!(
        row["state"] == "dead" && row["reason"] == REASON,
        "{delivery} came to be {} ({})",
        row["state"],
        row["reason"]
    );
    people_are_told(trial, &delivery).await?;
    trial
        .until(
            "the readiness of the stage tells of a dead letter",
            || async { Ok((health::dead_letters(trial).await? != Some(0)).then_some(())) },
        )
        .await?;

    bodies.put(organization, &delivery, &body).await?;
    let deliveries = Deliveries::open(reached).await?;
    let which = Which::These(BTreeSet::from([delivery.clone()]));
    let order = Order::new("the readiness test puts the body back", 10)?;
    let replayed = trial
        .until("the dead letter is replayed", || async {
            let plan = deliveries.plan(&which).await?;
            let replayed = deliveries.replay(&plan, &order, |_| ()).await?;
            Ok((replayed.sent == 1).then_some(replayed))
        })
        .await?;
    let rows =
        format!("webhook_deliveries?org_id=eq.{organization}&delivery=eq.{delivery}&state=eq.done");
    trial
        .until("the replayed delivery is applied", || async {
            let rows: Vec<Value> = trial.rest.rows(&rows).await?;
            Ok(rows.into_iter().next())
        })
        .await?;
    object.send().await.context("remove the body")?;
    Ok(Found::Shown(format!(
        "{delivery} died ({REASON}), people were told, {} replay applied it",
        replayed.sent
    )))
}

/// The relay's record of the alert names the delivery, and says that Slack was told.
async fn people_are_told(trial: &Trial, delivery: &DeliveryId) -> Result<()> {
    let condition = Condition::firing(Code::DeliveryDead)
        .provider(trial.vapi.provider)
        .reason(REASON);
    let stage = Word::new(trial.reached.stage.as_str());
    let alert = Alert::new(
        condition,
        Service::QueueConsumer,
        stage,
        OffsetDateTime::now_utc(),
    );
    let table = trial.reached.outputs.get("AlertsTable")?;
    let client = aws_sdk_dynamodb::Client::new(&trial.reached.aws);
    let key = aws_sdk_dynamodb::types::AttributeValue::S(alert.fingerprint.to_string());
    let read = client
        .get_item()
        .table_name(table)
        .key("alert", key)
        .consistent_read(true);
    trial
        .until("people are told", || async {
            let found = read.clone().send().await;
            let found = found.map_err(aws_sdk_dynamodb::Error::from)?.item;
            let record = found
                .as_ref()
                .and_then(|item| item.get("record")?.as_s().ok());
            let record: Value = match record {
                Some(record) => serde_json::from_str(record)?,
                None => return Ok(None),
            };
            let is_ours = record["about"]["delivery"] == delivery.as_str();
            let is_told = !record["slack"]["told"].is_null() || !record["digest"].is_null();
            Ok((is_ours && is_told).then_some(()))
        })
        .await
}
