//! An alert on its way to people, and the end of it.

use anyhow::{Context as _, Result, ensure};
use sallyport::{
    alert::{Code, Condition, OrganizationRef, Publisher, Service},
    clock::Clock,
};
use serde_json::Value;

use super::super::Trial;
use super::Found;
use crate::stack::sandbox::slack::Message;

pub(super) async fn told_and_over(trial: &mut Trial) -> Result<Found> {
    let Some(local) = &trial.local else {
        return Ok(Found::Missing(
            "it would alarm people: made on the local stage only. The daily heartbeat tries the way to them".to_owned(),
        ));
    };
    let slack = format!("{}/_sandbox/state/slack", local.sandbox_url);
    let stage = trial.reached.stage.as_str();
    let service = Service::QueueConsumer;
    let publisher = Publisher::new(&trial.reached.aws, service, stage, Clock::system());
    let organization = OrganizationRef::new(trial.tenant.organization);
    let condition = |condition: Condition| condition.organization(organization.clone());
    let firing = condition(Condition::firing(Code::CalendarDisconnected));
    let alert = publisher.publish(firing).await?;
    let messages = || async {
        let held: Value = trial.http.get(&slack).send().await?.json().await?;
        let all: Vec<Message> = serde_json::from_value(held["messages"].clone())?;
        Ok::<_, anyhow::Error>(all)
    };
    // The thread of a message has the fingerprint.
    let posted = trial
        .until("Slack has a message", || async {
            let all = messages().await?;
            let fingerprint = alert.fingerprint.as_str();
            let thread = all.iter().find(|one| one.text.contains(fingerprint));
            let parent = thread.and_then(|thread| thread.thread_ts.clone());
            Ok(parent.and_then(|ts| all.into_iter().find(|one| one.ts == ts)))
        })
        .await?;
    ensure!(
        !posted.text.starts_with("Resolved"),
        "it is over before it began"
    );
    let over = condition(Condition::resolved(Code::CalendarDisconnected));
    publisher.publish(over).await?;
    let updated = trial
        .until("Slack's message says that it is over", || async {
            let mut all = messages().await?.into_iter();
            let ours = all.find(|one| one.ts == posted.ts);
            let ours = ours.context("the message is gone")?;
            Ok(ours.text.starts_with("Resolved").then_some(ours))
        })
        .await?;
    Ok(Found::Shown(format!(
        "one message, brought up to date {} times",
        updated.edits
    )))
}
