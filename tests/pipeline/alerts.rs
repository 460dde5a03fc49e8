//! From what a function reports to what people read.

use anyhow::{Result, ensure};
use sallyport::{
    alert::{Code, Condition, Publisher, Service},
    clock::Clock,
};

use crate::{least_privilege::acting_as, tests, world::Shared};

tests![an_alert_that_the_consumer_publishes_reaches_the_alerts_queue];

/// How many messages are in the alerts queue and in its dead-letter queue: in one of the two every alert is found.
async fn arrived(world: &Shared) -> Result<u64> {
    let queue = world.outputs.get("AlertsQueueUrl")?;
    let dead = world.outputs.get("AlertsDeadLetterQueueUrl")?;
    Ok(world.depth(queue).await? + world.depth(dead).await?)
}

/// With the rights that its role gives it, on the bus and through the rule.
async fn an_alert_that_the_consumer_publishes_reaches_the_alerts_queue(
    world: Shared,
) -> Result<()> {
    let before = arrived(&world).await?;
    let aws = acting_as(&world, "queue-consumer").await?;
    let of = |stage| Publisher::new(&aws, Service::QueueConsumer, stage, Clock::system());
    let condition = Condition::firing(Code::CircuitOpen).dependency("twilio");
    // Another stage's alerts are on the same bus, and are not ours.
    of("prod").publish(condition.clone()).await?;
    of("local").publish(condition).await?;
    let one_more = || async {
        let now = arrived(&world).await?;
        ensure!(now <= before + 1, "{now} messages after {before}");
        Ok((now == before + 1).then_some(()))
    };
    world.until("the alert is in the queue", one_more).await
}
