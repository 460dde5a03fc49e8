//! What a delivery costs, counted on the wire.

use anyhow::{Context, Result, ensure};
use sallyport_cli::cost::usage::{CALLS_TO_2XX, LOG_BYTES, WRITE_UNITS};

use crate::{
    rehearsal::{
        Receiver, Rehearsal,
        relay::{Plan, Relay},
        worker::At,
    },
    tests,
    world::Shared,
};

tests![
    a_webhook_takes_three_calls_to_2xx_and_four_write_units_in_its_life,
    a_duplicate_takes_two_calls_and_sends_nothing,
    the_lines_about_a_delivery_are_few_and_short,
];

/// The write units of the calls from `first` on: one for each started kilobyte of the item, which its JSON is longer
/// than.
fn write_units(relay: &Relay, first: usize) -> usize {
    let calls = relay.calls().into_iter().skip(first);
    let writes = calls.filter(|call| call.operation == "UpdateItem");
    writes.map(|call| call.answer.len().div_ceil(1024)).sum()
}

async fn a_webhook_takes_three_calls_to_2xx_and_four_write_units_in_its_life(
    world: Shared,
) -> Result<()> {
    let rehearsal = Rehearsal::begin(&world).await?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    warmed(&world, &receiver).await?;
    let before = receiver.relay.calls().len();
    let request = world.sample("vapi", "end-of-call-report")?;
    let answer = receiver.handle(&request).await?.context("ended")?;
    ensure!(answer.status_code == 200, "{}", answer.body);
    let calls = receiver.relay.operations().split_off(before);
    ensure!(
        calls == ["UpdateItem", "UpdateItem", "SendMessage"],
        "{calls:?}"
    );
    ensure!(u32::try_from(calls.len()) == Ok(CALLS_TO_2XX));
    let to_2xx = write_units(&receiver.relay, before);

    let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
    let consumers = rehearsal.drain(consumer).await?;
    let after: usize = consumers.iter().map(|one| write_units(&one.relay, 0)).sum();
    // The consumers have had the delivery that warmed the receiver as well.
    let units = to_2xx + after / 2;
    ensure!(
        u32::try_from(units) == Ok(WRITE_UNITS),
        "{to_2xx} and {after} write units"
    );
    Ok(())
}

/// What the functions log of a delivery is paid for by the byte.
async fn the_lines_about_a_delivery_are_few_and_short(world: Shared) -> Result<()> {
    let request = world.sample("vapi", "end-of-call-report")?;
    let delivery = world.accepted(&request).await?;
    world.at_rest(&delivery).await?;
    let bytes = || async {
        let logs = world.function_logs().await?;
        let about = logs.lines().filter(|line| line.contains(&delivery));
        let (lines, bytes) = about.fold((0, 0), |(lines, bytes), line| {
            (lines + 1, bytes + line.len())
        });
        // The receiver's, the consumer's and the redaction's.
        Ok((lines >= 3).then_some(bytes))
    };
    let bytes = world.until("the functions' lines", bytes).await?;
    println!("{bytes} bytes of logs about a delivery with a transcript");
    ensure!(u32::try_from(bytes)? <= LOG_BYTES, "{bytes} bytes of logs");
    Ok(())
}

/// Lets a receiver fill its caches.
async fn warmed(world: &Shared, receiver: &Receiver) -> Result<()> {
    let request = world.sample("vapi", "end-of-call-report")?;
    let answer = receiver.handle(&request).await?.context("ended")?;
    ensure!(answer.status_code == 200, "{}", answer.body);
    Ok(())
}

async fn a_duplicate_takes_two_calls_and_sends_nothing(world: Shared) -> Result<()> {
    let rehearsal = Rehearsal::begin(&world).await?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    let request = world.sample("vapi", "end-of-call-report")?;
    receiver.handle(&request).await?.context("ended")?;
    let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
    rehearsal.drain(consumer).await?;
    warmed(&world, &receiver).await?;
    let before = receiver.relay.calls().len();
    let answer = receiver.handle(&request).await?.context("ended")?;
    ensure!(
        answer.status_code == 200 && answer.body.contains("duplicate"),
        "{}",
        answer.body
    );
    let calls = receiver.relay.operations().split_off(before);
    ensure!(calls == ["UpdateItem", "UpdateItem"], "{calls:?}");
    ensure!(rehearsal.depth().await? == 1, "the one that warmed it");
    Ok(())
}
