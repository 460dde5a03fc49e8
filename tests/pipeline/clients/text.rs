//! Text messages: never sent twice without having been looked for, and never told of in an error.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport::{
    outbound::{
        CallError, Class,
        twilio::{Message, Twilio},
    },
    webhook::event::Channel,
};
use sallyport_cli::stack::sandbox::{Deed, Ending, Fault, twilio};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Stage, lost_answers, soon};
use crate::{tests, world::Shared};

tests![
    a_message_is_at_twilio_with_its_channel_and_its_way_back,
    a_message_whose_answer_is_lost_is_sent_once_and_found,
    a_message_that_twilio_never_took_is_not_found,
    a_message_is_found_behind_a_hundred_newer_ones,
    a_request_to_wait_is_obeyed_in_every_form_it_takes,
    no_error_tells_a_number_a_text_or_a_token,
];

const TEXT: Message<'_> = Message {
    channel: Channel::Sms,
    from: "+14155550100",
    to: "+14155550142",
    text: "Your visit with Dr. Avery: Tuesday, 9:30",
    status_callback: Some("https://hooks.example/webhooks/twilio/t?effect=confirmation.1"),
};

fn twilio<'a>(stage: &'a Stage, base_url: &'a str) -> Twilio<'a> {
    Twilio {
        outbound: &stage.outbound,
        base_url,
        organization: &stage.organization,
        account: &stage.account,
    }
}

fn class(error: &CallError) -> Option<Class> {
    error.class()
}

async fn a_message_is_at_twilio_with_its_channel_and_its_way_back(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("twilio");
    for (channel, prefix) in [(Channel::Sms, ""), (Channel::WhatsApp, "whatsapp:")] {
        let message = Message { channel, ..TEXT };
        let sent = twilio(&stage, &url).send(message, soon()).await?;
        let held = stage.held("twilio", "messages").pop().context("none")?;
        ensure!(held["sid"] == sent.sid.as_str(), "{held}");
        ensure!(held["to"] == format!("{prefix}{}", TEXT.to), "{held}");
        ensure!(held["from"] == format!("{prefix}{}", TEXT.from), "{held}");
        ensure!(held["body"] == TEXT.text, "{held}");
        ensure!(
            held["status_callback"].as_str() == TEXT.status_callback,
            "{held}"
        );
    }
    Ok(())
}

async fn a_message_whose_answer_is_lost_is_sent_once_and_found(world: Shared) -> Result<()> {
    for fault in lost_answers("twilio") {
        let stage = Stage::set(&world).await?;
        let url = stage.url("twilio");
        let twilio = twilio(&stage, &url);
        let since = OffsetDateTime::now_utc();
        stage.sandbox.add_fault(fault.clone());
        let error = twilio
            .send(TEXT, soon())
            .await
            .err()
            .context("it was sent")?;
        ensure!(error.is_ambiguous(), "{fault:?}: {error:?}");
        let held = stage.held("twilio", "messages");
        ensure!(held.len() == 1, "{fault:?}: {} messages", held.len());
        let found = twilio.find(TEXT, since, soon()).await?;
        ensure!(found.len() == 1, "{fault:?}: {found:?}");
        ensure!(held[0]["sid"] == found[0].sid.as_str(), "{found:?}");
    }
    Ok(())
}

async fn a_message_that_twilio_never_took_is_not_found(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("twilio");
    let twilio = twilio(&stage, &url);
    let since = OffsetDateTime::now_utc();
    for ends in [Ending::Reset, Ending::Stall] {
        stage.sandbox.add_fault(Fault {
            ends,
            ..Fault::of("twilio")
        });
        let until = Instant::now() + Duration::from_secs(2);
        let error = twilio
            .send(TEXT, until)
            .await
            .err()
            .context("it was sent")?;
        ensure!(error.is_ambiguous(), "{ends:?}: {error:?}");
    }
    let found = twilio.find(TEXT, since, soon()).await?;
    ensure!(found.is_empty(), "{found:?}");
    ensure!(stage.arrived("POST", "Messages.json").len() == 2);
    Ok(())
}

/// Also: neither another text, nor another recipient, nor an older message is taken for it.
async fn a_message_is_found_behind_a_hundred_newer_ones(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("twilio");
    let twilio = twilio(&stage, &url);
    let since = OffsetDateTime::now_utc();
    let sent = twilio.send(TEXT, soon()).await?;
    // Past the client, whose rate this would exceed.
    let messages = format!(
        "{url}/2010-04-01/Accounts/{}/Messages.json",
        twilio::ACCOUNT_SID
    );
    for number in 0..130 {
        let form = format!("To=%2B14155550142&From=%2B14155550100&Body=other+{number}");
        let post = world.http.post(&messages).body(form);
        let post = post.basic_auth(twilio::ACCOUNT_SID, Some(twilio::AUTH_TOKEN));
        ensure!(post.send().await?.status() == 201);
    }
    let find = async |message, since| twilio.find(message, since, soon()).await;
    ensure!(find(TEXT, since).await? == [sent]);
    ensure!(stage.arrived("GET", "Messages.json").len() == 2);
    let (to, text) = ("+14155550143", "Your visit with Dr. Avery: Tuesday, 9:31");
    ensure!(find(Message { to, ..TEXT }, since).await?.is_empty());
    ensure!(find(Message { text, ..TEXT }, since).await?.is_empty());
    let later = since + Duration::from_mins(10);
    ensure!(find(TEXT, later).await?.is_empty());
    Ok(())
}

async fn a_request_to_wait_is_obeyed_in_every_form_it_takes(world: Shared) -> Result<()> {
    for (retry_after, asked) in [
        (Some("120"), Some(120)),
        (Some("99999999999999999999"), Some(600)),
        (Some("Thu, 31 Dec 2099 23:59:59 GMT"), Some(600)),
        (Some("soon"), None),
        (Some("-1"), None),
        (None, None),
    ] {
        let stage = Stage::set(&world).await?;
        let url = stage.url("twilio");
        let twilio = twilio(&stage, &url);
        stage.sandbox.add_fault(Fault {
            status: Some(429),
            retry_after: retry_after.map(str::to_owned),
            ..Fault::of("twilio")
        });
        let error = twilio
            .send(TEXT, soon())
            .await
            .err()
            .context("it was sent")?;
        ensure!(class(&error) == Some(Class::Throttled), "{error:?}");
        let CallError::Failed {
            retry_after: told, ..
        } = error
        else {
            unreachable!("it has a class");
        };
        let told = told.map(|told| told.as_secs());
        ensure!(told == asked, "{retry_after:?}: {told:?}");
        // The gate is closed: nothing leaves.
        let error = twilio
            .send(TEXT, soon())
            .await
            .err()
            .context("it was sent")?;
        ensure!(matches!(error, CallError::Rejected { .. }), "{error:?}");
        ensure!(stage.arrived("POST", "Messages.json").len() == 1);
    }
    let stage = Stage::set(&world).await?;
    let url = stage.url("twilio");
    stage.sandbox.add_fault(Fault {
        status: Some(429),
        retry_after: Some("1".to_owned()),
        ..Fault::of("twilio")
    });
    twilio(&stage, &url).send(TEXT, soon()).await?;
    ensure!(stage.held("twilio", "messages").len() == 1);
    Ok(())
}

async fn no_error_tells_a_number_a_text_or_a_token(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let url = stage.url("twilio");
    let number = TEXT.to.to_owned();
    stage.sandbox.act(Deed::Unsubscribe { number }).await?;
    let mut errors = Vec::new();
    let refused = twilio(&stage, &url).send(TEXT, soon()).await;
    errors.push((Class::Permanent, refused.err().context("it was sent")?));
    // Twilio quotes what it was sent.
    stage.sandbox.add_fault(Fault {
        status: Some(400),
        body: Some(format!(r#"{{"message":"{} {}"}}"#, TEXT.to, TEXT.text)),
        ..Fault::of("twilio")
    });
    let quoted = twilio(&stage, &url).send(TEXT, soon()).await;
    errors.push((Class::Permanent, quoted.err().context("it was sent")?));
    let mut stage = stage;
    "CANARY".clone_into(&mut stage.account.auth_token);
    let stranger = twilio(&stage, &url).send(TEXT, soon()).await;
    errors.push((Class::Auth, stranger.err().context("it was sent")?));
    "AC1/../../x".clone_into(&mut stage.account.account_sid);
    let elsewhere = twilio(&stage, &url).send(TEXT, soon()).await;
    errors.push((Class::Auth, elsewhere.err().context("it was sent")?));
    for (expected, error) in errors {
        ensure!(class(&error) == Some(expected), "{error:?}");
        let told = format!("{error:?} {error} {:?} {TEXT:?}", stage.account);
        for canary in ["4155550142", "Avery", "CANARY", "hooks.example"] {
            ensure!(!told.contains(canary), "{told}");
        }
    }
    Ok(())
}
