//! Messages: consent as it was last said, and statuses that never go back.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    bookings::{at, booked, clinic},
    event::{begin, delivery, effects, settle, told, with},
    role::{names, sqlstate},
};

const MESSAGE: (&str, &str) = ("apply_message_event", "p_message");

fn received(id: &str, keyword: Option<&str>, minute: u32) -> Value {
    json!({ "version": 1, "provider_message_id": id, "channel": "sms", "kind": "received", "from": "+15550100",
            "to": "+15550199", "keyword": keyword, "status": null, "error_code": null, "effect": null,
            "occurred_at": format!("2030-01-01T10:{minute:02}:00Z") })
}

fn status(id: &str, status: &str) -> Value {
    json!({ "version": 1, "provider_message_id": id, "channel": "sms", "kind": "status", "from": "+15550199",
            "to": "+15550100", "status": status, "occurred_at": "2030-01-01T10:00:00Z" })
}

pub async fn the_newest_word_on_consent_counts_in_any_order(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (mut number, consent) = (0, "select consent::text from public.contacts");
    for (words, expected) in [
        (vec![("stop", 1)], "withdrawn"),
        (vec![("start", 3), ("stop", 2)], "granted"),
        (vec![("stop", 5), ("start", 4)], "withdrawn"),
        (vec![("start", 6), ("stop", 6)], "withdrawn"),
        (vec![("start", 6)], "withdrawn"),
        (vec![("start", 7)], "granted"),
    ] {
        for (keyword, minute) in &words {
            number += 1;
            let event = received(&format!("SM{number}"), Some(keyword), *minute);
            told(&mut connection, MESSAGE, &delivery(number), &event).await?;
        }
        let found = names(&mut connection, consent).await?;
        ensure!(found == [expected], "{words:?}: {found:?}");
    }
    Ok(())
}

pub async fn a_call_for_help_is_answered_once_and_by_the_way_it_came(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let event = received("SM1", Some("help"), 0);
    let answer = told(&mut connection, MESSAGE, &delivery(1), &event).await?;
    let keys = effects(&answer);
    ensure!(
        keys.len() == 1 && keys[0].starts_with("help_reply."),
        "{answer}"
    );
    let begun = begin(&mut connection, &keys[0], 0, None).await?;
    ensure!(
        begun["decision"] == "proceed" && begun["channel"] == "sms",
        "{begun}"
    );
    // The same message under another delivery.
    let again = told(&mut connection, MESSAGE, &delivery(2), &event).await?;
    ensure!(effects(&again).is_empty(), "{again}");
    // A way for which the clinic has no sender.
    let event = with(
        received("SM2", Some("help"), 1),
        &json!({ "channel": "whatsapp" }),
    );
    let keys = effects(&told(&mut connection, MESSAGE, &delivery(3), &event).await?);
    let begun = begin(&mut connection, &keys[0], 0, None).await?;
    ensure!(begun["obstacle"] == "not_configured", "{begun}");
    Ok(())
}

pub async fn in_any_order_the_status_that_knows_most_stays(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let orders: [(&[&str], &str); 5] = [
        (&["queued", "sent", "delivered"], "delivered"),
        (&["delivered", "sent", "queued"], "delivered"),
        (&["sent", "delivered", "sending", "sent"], "delivered"),
        (&["undelivered", "delivered", "failed"], "delivered"),
        (&["read", "delivered", "sent"], "read"),
    ];
    let mut number = 0;
    for (case, (order, expected)) in orders.into_iter().enumerate() {
        for told_status in order {
            number += 1;
            let event = status(&format!("SM-{case}"), told_status);
            told(&mut connection, MESSAGE, &delivery(number), &event).await?;
        }
        let found = names(
            &mut connection,
            "select status::text from public.messages order by created_at desc limit 1",
        )
        .await?;
        ensure!(found == [expected], "{order:?}: {found:?}");
    }
    let late = told(
        &mut connection,
        MESSAGE,
        &delivery(900),
        &status("SM-0", "sent"),
    )
    .await?;
    ensure!(late["outcome"] == "stale", "{late}");
    Ok(())
}

/// The answer to the send was lost; the callback names the effect.
pub async fn a_report_that_names_its_effect_heals_it(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let call = booked("call-1", &at("2031-01-01T10:00:00"));
    let keys = effects(
        &told(
            &mut connection,
            ("apply_call_event", "p_call"),
            &delivery(1),
            &call,
        )
        .await?,
    );
    let (event, confirmation) = (&keys[0], &keys[1]);
    let begun = begin(&mut connection, event, 0, None).await?;
    settle(
        &mut connection,
        event,
        &begun["attempt"],
        "done",
        (Some("ev"), None),
    )
    .await?;
    let report = |id: &str| with(status(id, "sent"), &json!({ "effect": confirmation }));
    // Before anything was attempted it proves nothing.
    told(&mut connection, MESSAGE, &delivery(2), &report("SM0")).await?;
    let begun = begin(&mut connection, confirmation, 0, None).await?;
    ensure!(begun["decision"] == "proceed", "{begun}");
    settle(
        &mut connection,
        confirmation,
        &begun["attempt"],
        "ambiguous",
        (None, None),
    )
    .await?;
    told(&mut connection, MESSAGE, &delivery(3), &report("SM1")).await?;
    let ledger =
        "select concat_ws(' ', state, provider_id) from public.effects where kind = 'confirmation'";
    let found = names(&mut connection, ledger).await?;
    ensure!(found == ["done SM1"], "{found:?}");
    let message = "select concat_ws(' ', status, provider_message_id) from public.messages where effect_key is not null";
    let found = names(&mut connection, message).await?;
    ensure!(found == ["sent SM1"], "{found:?}");
    let log = "select state::text from public.webhook_deliveries where delivery like '%1'";
    ensure!(names(&mut connection, log).await? == ["done"]);
    Ok(())
}

pub async fn a_malformed_message_is_refused_without_repeating_it(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    for fault in [
        json!({ "provider_message_id": null }),
        json!({ "channel": "canary" }),
        json!({ "kind": "canary" }),
        json!({ "kind": "status", "status": "received" }),
        json!({ "from": "canary" }),
        json!({ "keyword": "canary" }),
        json!({ "occurred_at": "canary" }),
    ] {
        let event = with(received("SM1", None, 0), &fault);
        let refused = told(&mut connection, MESSAGE, &delivery(1), &event)
            .await
            .unwrap_err();
        ensure!(
            sqlstate(&refused).as_deref() == Some("22023"),
            "{fault}: {refused}"
        );
        ensure!(!format!("{refused:?}").contains("canary"), "{refused:?}");
    }
    Ok(())
}
