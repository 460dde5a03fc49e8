//! Every kind of event, with nothing in its way.

use anyhow::Result;

use super::{clinic::Clinic, scenes::SCENES};
use crate::{
    rehearsal::{Rehearsal, relay::Plan, worker::At},
    tests,
    world::Shared,
};

tests![each_kind_of_event_does_what_it_leads_to_once];

async fn each_kind_of_event_does_what_it_leads_to_once(world: Shared) -> Result<()> {
    for scene in SCENES {
        let clinic = Clinic::open(&world).await?;
        let rehearsal = Rehearsal::begin(&world).await?;
        let set = scene.set(&clinic, &rehearsal).await?;
        // Twice: SQS may hand anything out again.
        for _ in 0..2 {
            rehearsal.queue(set.message.clone()).await?;
            let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
            rehearsal.drain(consumer).await?;
            scene.check(&clinic, &set).await?;
        }
    }
    Ok(())
}
