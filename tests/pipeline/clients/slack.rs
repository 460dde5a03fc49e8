//! Messages in Slack: posted, and kept up to date in place.

use anyhow::{Context, Result, ensure};
use sallyport::outbound::{
    CallError, Class,
    slack::{Content, Posted, Slack},
};
use sallyport_cli::stack::sandbox::{Fault, slack as look_alike};
use serde_json::{Value, json};

use super::{Stage, lost_answers, soon};
use crate::{tests, world::Shared};

tests![
    a_message_is_posted_answered_in_its_thread_and_changed_in_place,
    a_post_whose_answer_is_lost_is_ambiguous_and_a_change_is_repeated,
    what_slack_says_with_200_is_taken_for_what_it_means,
];

fn slack<'a>(stage: &'a Stage, base_url: &'a str, token: &'a str) -> Slack<'a> {
    Slack {
        outbound: &stage.outbound,
        base_url,
        credential: &stage.organization,
        token,
    }
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

async fn a_message_is_posted_answered_in_its_thread_and_changed_in_place(
    world: Shared,
) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("slack");
    let slack = slack(&stage, &url, look_alike::TOKEN);
    let red = [section("*Queue is stuck*")];
    let firing = Content {
        text: "Queue is stuck",
        blocks: &red,
        colour: Some("#e01e5a"),
    };
    let posted = slack
        .post(look_alike::CHANNEL, None, firing, soon())
        .await?;
    let details = Content {
        text: "since 09:30",
        ..Content::default()
    };
    let thread = Some(posted.ts.as_str());
    let answer = slack.post(&posted.channel, thread, details, soon()).await?;
    ensure!(answer.ts != posted.ts);
    let green = [section("*Queue moves again*")];
    let resolved = Content {
        text: "Queue moves again",
        blocks: &green,
        colour: Some("#2eb67d"),
    };
    ensure!(slack.update(&posted, resolved, soon()).await? == posted);
    let held = stage.held("slack", "messages");
    ensure!(held.len() == 2 && held[1]["thread_ts"] == posted.ts.as_str());
    ensure!(held[0]["text"] == "Queue moves again" && held[0]["edits"] == 1);
    let bar = &held[0]["attachments"][0];
    ensure!(bar["color"] == "#2eb67d" && bar["blocks"][0] == green[0]);
    // Without a colour the blocks stand by themselves, and the bar is gone.
    let plain = Content {
        colour: None,
        ..resolved
    };
    slack.update(&posted, plain, soon()).await?;
    let held = stage.held("slack", "messages");
    ensure!(held[0]["attachments"] == json!([]) && held[0]["blocks"][0] == green[0]);
    Ok(())
}

async fn a_post_whose_answer_is_lost_is_ambiguous_and_a_change_is_repeated(
    world: Shared,
) -> Result<()> {
    let content = Content {
        text: "a",
        ..Content::default()
    };
    for fault in lost_answers("slack") {
        let stage = Stage::set(&world).await?;
        let url = stage.url("slack");
        let slack = slack(&stage, &url, look_alike::TOKEN);
        stage.sandbox.add_fault(fault.clone());
        let error = slack.post(look_alike::CHANNEL, None, content, soon()).await;
        let error = error.err().context("it was posted")?;
        ensure!(error.is_ambiguous(), "{fault:?}: {error:?}");
        let held = stage.held("slack", "messages");
        ensure!(held.len() == 1, "{fault:?}");
        let posted = Posted {
            channel: look_alike::CHANNEL.to_owned(),
            ts: held[0]["ts"].as_str().context("no ts")?.to_owned(),
        };
        stage.sandbox.add_fault(fault.clone());
        slack.update(&posted, content, soon()).await?;
        ensure!(stage.held("slack", "messages").len() == 1, "{fault:?}");
    }
    Ok(())
}

async fn what_slack_says_with_200_is_taken_for_what_it_means(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("slack");
    let long = section(&"x".repeat(3001));
    let (many, long) = (vec![section("x"); 51], [long]);
    let blocks = |blocks| Content {
        text: "a",
        blocks,
        colour: None,
    };
    let post = async |token, channel, content| -> Result<CallError> {
        let slack = slack(&stage, &url, token);
        let refused = slack.post(channel, None, content, soon()).await;
        refused.err().context("it was posted")
    };
    let (token, channel) = (look_alike::TOKEN, look_alike::CHANNEL);
    for (token, channel, content, class) in [
        ("xoxb-CANARY", channel, blocks(&[]), Class::Auth),
        (token, "nowhere", blocks(&[]), Class::Permanent),
        (token, channel, blocks(&many), Class::Permanent),
        (token, channel, blocks(&long), Class::Permanent),
        (token, channel, Content::default(), Class::Permanent),
    ] {
        let error = post(token, channel, content).await?;
        ensure!(error.class() == Some(class), "{error:?}");
        ensure!(!format!("{error:?} {error}").contains("CANARY"));
    }
    let lost = Posted {
        channel: channel.to_owned(),
        ts: "1.2".to_owned(),
    };
    let slack = slack(&stage, &url, token);
    let error = slack.update(&lost, blocks(&[]), soon()).await;
    let error = error.err().context("it was changed")?;
    ensure!(error.class() == Some(Class::Permanent), "{error:?}");
    stage.sandbox.add_fault(Fault {
        status: Some(200),
        body: Some(json!({ "ok": false, "error": "ratelimited" }).to_string()),
        retry_after: Some("30".to_owned()),
        ..Fault::of("slack")
    });
    let error = post(token, channel, blocks(&[])).await?;
    ensure!(error.class() == Some(Class::Throttled), "{error:?}");
    ensure!(stage.held("slack", "messages").is_empty());
    Ok(())
}
