//! Effects in trouble: consent withdrawn, providers that refuse, fail, stall, or do it and do not say so.

use anyhow::{Result, ensure};
use sallyport::delivery::QueueMessage;
use serde_json::{Value, json};

use super::clinic::Clinic;
use crate::{
    rehearsal::{Rehearsal, relay::Plan, worker::At},
    tests,
    world::Shared,
};

tests![
    whoever_has_withdrawn_consent_gets_no_message,
    a_carriers_opt_out_ends_the_effect_and_withdraws_consent,
    a_message_that_was_sent_and_not_confirmed_is_found_and_not_sent_again,
    a_message_that_was_not_sent_is_sent_once_when_that_is_known,
    a_callback_settles_what_its_answer_did_not,
    a_refused_event_ends_its_effect_and_the_delivery_goes_on,
    an_event_whose_insert_was_not_confirmed_is_there_once,
    what_waits_for_a_provider_is_not_dead_lettered,
];

const APPOINTMENT: &str = "2031-03-04T09:30:00-08:00";

/// A stage, and a delivery that books.
async fn booking(world: &Shared) -> Result<(Clinic, Rehearsal, QueueMessage)> {
    let (clinic, rehearsal) = (Clinic::open(world).await?, Rehearsal::begin(world).await?);
    let report = clinic.report("call-1", APPOINTMENT, false);
    rehearsal.queue(report.to_json()).await?;
    Ok((clinic, rehearsal, report))
}

async fn drained(rehearsal: &Rehearsal) -> Result<()> {
    let consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
    rehearsal.drain(consumer).await.map(drop)
}

async fn expect(clinic: &Clinic, messages: usize, events: usize, effects: &[&str]) -> Result<()> {
    let found = (clinic.messages().await?.len(), clinic.events().await?.len());
    ensure!(
        found == (messages, events),
        "messages and events: {found:?}"
    );
    let ledger = clinic.effects().await?;
    ensure!(ledger == effects, "{ledger:?}");
    let log = clinic
        .ask("select distinct state::text from webhook_deliveries where org_id = $1")
        .await?;
    ensure!(log == ["done"], "{log:?}");
    Ok(())
}

/// Spoils the next request of `method` to `provider` in this way.
async fn spoil(
    clinic: &Clinic,
    provider: &str,
    path: &str,
    method: &str,
    how: Value,
) -> Result<()> {
    let mut fault = json!({ "provider": provider, "path": path, "method": method });
    if let (Some(fault), Value::Object(how)) = (fault.as_object_mut(), how) {
        fault.extend(how);
    }
    clinic.fault(fault).await
}

async fn whoever_has_withdrawn_consent_gets_no_message(world: Shared) -> Result<()> {
    let (clinic, rehearsal, _) = booking(&world).await?;
    clinic
        .sql("update contacts set consent = 'withdrawn' where org_id = $1")
        .await?;
    drained(&rehearsal).await?;
    let ledger = [
        "calendar_event done",
        "confirmation failed consent_withdrawn",
    ];
    expect(&clinic, 0, 1, &ledger).await
}

async fn a_carriers_opt_out_ends_the_effect_and_withdraws_consent(world: Shared) -> Result<()> {
    let (clinic, rehearsal, _) = booking(&world).await?;
    let deed = json!({ "do": "unsubscribe", "number": clinic.patient });
    clinic.deed(deed).await?;
    drained(&rehearsal).await?;
    expect(
        &clinic,
        0,
        1,
        &["calendar_event done", "confirmation failed 21610"],
    )
    .await?;
    let consent = clinic
        .ask("select consent::text from contacts where org_id = $1")
        .await?;
    ensure!(consent == ["withdrawn"], "{consent:?}");
    Ok(())
}

async fn a_message_that_was_sent_and_not_confirmed_is_found_and_not_sent_again(
    world: Shared,
) -> Result<()> {
    for how in [
        json!({ "applied": true, "status": 500 }),
        json!({ "applied": true, "ends": "reset" }),
        json!({ "applied": true, "ends": "truncate" }),
    ] {
        let (clinic, rehearsal, _) = booking(&world).await?;
        spoil(&clinic, "twilio", "Messages.json", "POST", how).await?;
        drained(&rehearsal).await?;
        expect(&clinic, 1, 1, &["calendar_event done", "confirmation done"]).await?;
    }
    Ok(())
}

async fn a_message_that_was_not_sent_is_sent_once_when_that_is_known(world: Shared) -> Result<()> {
    for how in [json!({ "status": 500 }), json!({ "ends": "reset" })] {
        let (clinic, rehearsal, _) = booking(&world).await?;
        spoil(&clinic, "twilio", "Messages.json", "POST", how).await?;
        drained(&rehearsal).await?;
        expect(&clinic, 1, 1, &["calendar_event done", "confirmation done"]).await?;
    }
    Ok(())
}

/// The consumer ends between the provider's answer and the ledger; the report on the message comes first.
async fn a_callback_settles_what_its_answer_did_not(world: Shared) -> Result<()> {
    let (clinic, rehearsal, _) = booking(&world).await?;
    // The third call of the providers, after the token and the event.
    let consumer = rehearsal.consumer(Plan::EndAfter(2), At::Providers).await?;
    let messages = rehearsal.receive().await?;
    ensure!(
        consumer.handle(&messages).await?.is_none(),
        "it was not ended"
    );
    let sent = clinic.messages().await?;
    ensure!(sent.len() == 1, "{sent:?}");
    let sid = sent[0]["sid"].as_str().unwrap_or_default();
    let form = format!(
        "MessageSid={sid}&SmsSid={sid}&MessageStatus=sent&SmsStatus=sent&To=%2B{}",
        &clinic.patient[1..]
    );
    let mut report = clinic.delivery("twilio", "message-status", form.as_bytes());
    let key = clinic
        .ask("select key from effects where org_id = $1 and kind = 'confirmation'")
        .await?;
    report.effect = key.into_iter().next();
    let aside = Rehearsal::begin(&world).await?;
    aside.queue(report.to_json()).await?;
    drained(&aside).await?;
    expect(&clinic, 1, 1, &["calendar_event done", "confirmation done"]).await
}

async fn a_refused_event_ends_its_effect_and_the_delivery_goes_on(world: Shared) -> Result<()> {
    let (clinic, rehearsal, _) = booking(&world).await?;
    let how = json!({ "status": 400, "body": "{}" });
    spoil(
        &clinic,
        "google",
        &clinic.organization.simple().to_string(),
        "POST",
        how,
    )
    .await?;
    drained(&rehearsal).await?;
    expect(
        &clinic,
        1,
        0,
        &["calendar_event failed status_400", "confirmation done"],
    )
    .await
}

async fn an_event_whose_insert_was_not_confirmed_is_there_once(world: Shared) -> Result<()> {
    for how in [
        json!({ "applied": true, "status": 503 }),
        json!({ "applied": true, "ends": "reset", "times": 3 }),
        json!({ "status": 503 }),
    ] {
        let (clinic, rehearsal, _) = booking(&world).await?;
        spoil(
            &clinic,
            "google",
            &clinic.organization.simple().to_string(),
            "POST",
            how,
        )
        .await?;
        drained(&rehearsal).await?;
        expect(&clinic, 1, 1, &["calendar_event done", "confirmation done"]).await?;
    }
    Ok(())
}

/// Near its last receive, a message that only waits goes on as a fresh one of the same delivery.
async fn what_waits_for_a_provider_is_not_dead_lettered(world: Shared) -> Result<()> {
    let (clinic, rehearsal, _) = booking(&world).await?;
    let how = json!({ "status": 429, "retry_after": "30", "times": 1, "body": "{\"code\":20429}" });
    spoil(&clinic, "twilio", "Messages.json", "POST", how).await?;
    let mut consumer = rehearsal.consumer(Plan::Pass, At::Aws).await?;
    consumer.receives = crate::rehearsal::PATIENCE;
    let messages = rehearsal.receive().await?;
    let failed = consumer.handle(&messages).await?;
    ensure!(
        failed.as_ref().is_some_and(Vec::is_empty),
        "the old message is done with: {failed:?}"
    );
    ensure!(rehearsal.delayed().await? == 1, "the fresh one waits");
    ensure!(clinic.messages().await?.is_empty());
    let log = clinic
        .ask("select state::text from webhook_deliveries where org_id = $1")
        .await?;
    ensure!(log == ["processing"], "{log:?}");
    Ok(())
}
