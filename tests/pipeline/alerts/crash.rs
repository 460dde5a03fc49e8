//! The relay ended before and after every call it makes: to AWS, and to the ways to people. Whatever the moment, the
//! message's next receipt brings people to know, and the alert's end is told where its beginning was.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport::alert::{Code, Condition};

use super::desk::Desk;
use crate::{rehearsal::relay::Plan, tests, world::Shared};

tests![
    a_relay_ended_at_any_call_to_aws_tells_people_in_the_end,
    a_relay_ended_at_any_call_to_people_tells_them_in_the_end,
];

const LEASE_IS_OVER: Duration = Duration::from_secs(40);

#[derive(Clone, Copy, PartialEq)]
enum At {
    Aws,
    People,
}

/// What a run that nothing disturbs calls.
async fn undisturbed(world: &Shared, at: At) -> Result<Vec<String>> {
    let desk = Desk::set(world).await?;
    let worker = desk.worker(Plan::Pass, Plan::Pass).await?;
    let (_, message) = desk.alert(Condition::firing(Code::ReceiverErrors));
    ensure!(worker.handle(&message, 1).await? == Some(false));
    Ok(match at {
        At::Aws => worker.aws.operations(),
        At::People => worker.providers.operations(),
    })
}

async fn survives(world: &Shared, at: At) -> Result<()> {
    let calls = undisturbed(world, at).await?;
    ensure!(calls.len() >= 3, "{calls:?}");
    let mut doubled = 0;
    for (number, call) in calls.iter().enumerate() {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let moment = format!("{plan:?} ({call})");
            doubled += scene(world, at, plan).await.context(moment)?;
        }
    }
    ensure!(doubled == 1, "there is one such moment: {doubled}");
    Ok(())
}

/// Whether Slack has a second message, which is where it took the first and the relay ended before it had that written.
async fn scene(world: &Shared, at: At, plan: Plan) -> Result<usize> {
    let desk = Desk::set(world).await?;
    let (alert, message) = desk.alert(Condition::firing(Code::ReceiverErrors));
    let first = match at {
        At::Aws => desk.worker(plan, Plan::Pass).await?,
        At::People => desk.worker(Plan::Pass, plan).await?,
    };
    ensure!(
        first.handle(&message, 1).await?.is_none(),
        "it was not ended"
    );
    drop(first);
    let table = desk.table().await?;
    let is_unknown = desk
        .messages()
        .await?
        .0
        .iter()
        .any(|message| !table.contains(&message.ts));
    let second = desk.worker(Plan::Pass, Plan::Pass).await?;
    // Too early: it may be held by the one that ended.
    if second.handle(&message, 2).await? == Some(true) {
        desk.pass(LEASE_IS_OVER);
        ensure!(
            second.handle(&message, 3).await? == Some(false),
            "it comes again"
        );
    }
    let (posted, _) = desk.messages().await?;
    let doubled = usize::from(is_unknown);
    ensure!(posted.len() == 1 + doubled, "{posted:?}");
    let key = alert.fingerprint.as_str();
    let incident = desk.incident(key).await?.context("nobody was paged")?;
    ensure!((incident.state.as_str(), incident.opened) == ("triggered", 1));

    desk.pass(Duration::from_mins(5));
    let (_, end) = desk.alert(Condition::resolved(Code::ReceiverErrors));
    ensure!(second.handle(&end, 1).await? == Some(false));
    let (posted, _) = desk.messages().await?;
    let last = posted.last().context("no message")?;
    ensure!(last.text.starts_with("Resolved: "), "{last:?}");
    let incident = desk.incident(key).await?.context("no incident")?;
    ensure!(incident.state == "resolved");
    Ok(doubled)
}

async fn a_relay_ended_at_any_call_to_aws_tells_people_in_the_end(world: Shared) -> Result<()> {
    survives(&world, At::Aws).await
}

async fn a_relay_ended_at_any_call_to_people_tells_them_in_the_end(world: Shared) -> Result<()> {
    survives(&world, At::People).await
}
