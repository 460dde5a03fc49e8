//! The delivery log, and what the functions refuse.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    event::{apply, delivery, ignore, status, with},
    role::{NO_SUCH_ROW, count, names, run, service, sqlstate},
    sample::{self, CLINIC},
};

const INVALID: &str = "22023";

pub async fn an_unknown_organization_is_an_error_and_leaves_nothing(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let stranger = "cccccccc-0000-4000-8000-000000000003";
    let event = with(
        status("call-1", "ringing", "2030-01-01T10:00:00Z"),
        &json!({ "customer_number": "+15550100" }),
    );
    let refused = apply(&mut connection, stranger, &delivery(1), &event)
        .await
        .unwrap_err();
    ensure!(
        sqlstate(&refused).as_deref() == Some(NO_SUCH_ROW),
        "{refused}"
    );
    let refused = ignore(&mut connection, stranger, &delivery(1))
        .await
        .unwrap_err();
    ensure!(
        sqlstate(&refused).as_deref() == Some(NO_SUCH_ROW),
        "{refused}"
    );
    for table in ["webhook_deliveries", "contacts", "calls"] {
        ensure!(
            count(
                &mut connection,
                &format!("select count(*) from public.{table}")
            )
            .await?
                == 0,
            "{table}"
        );
    }
    Ok(())
}

pub async fn a_malformed_event_is_refused_without_repeating_it(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let sound = || status("call-1", "ringing", "2030-01-01T10:00:00Z");
    for event in [
        Value::Null,
        json!("canary"),
        json!(["canary"]),
        json!({}),
        with(sound(), &json!({ "provider_call_id": "" })),
        with(sound(), &json!({ "provider_call_id": null })),
        with(sound(), &json!({ "status": "canary" })),
        with(sound(), &json!({ "status": null })),
        with(sound(), &json!({ "occurred_at": "canary" })),
        with(sound(), &json!({ "occurred_at": null })),
        with(sound(), &json!({ "occurred_at": "infinity" })),
        with(sound(), &json!({ "final": null })),
        with(sound(), &json!({ "final": true })),
        with(sound(), &json!({ "direction": "canary" })),
        with(sound(), &json!({ "customer_number": "555 canary" })),
        with(sound(), &json!({ "customer_number": "+15550100\n" })),
        with(sound(), &json!({ "duration_seconds": -1 })),
        with(sound(), &json!({ "duration_seconds": "canary" })),
        with(sound(), &json!({ "cost_usd": "NaN" })),
        with(sound(), &json!({ "recording_url": "canary".repeat(4000) })),
    ] {
        let refused = apply(&mut connection, CLINIC, &delivery(1), &event)
            .await
            .unwrap_err();
        ensure!(
            sqlstate(&refused).as_deref() == Some(INVALID),
            "{event}: {refused}"
        );
        let told = format!("{refused:?}");
        ensure!(
            !told.contains("canary") && !told.contains("555"),
            "the error repeats the event: {told}"
        );
    }
    // A foreign format of delivery id is refused as well, after everything else would have gone through.
    let refused = apply(&mut connection, CLINIC, "dlv_1", &sound())
        .await
        .unwrap_err();
    ensure!(sqlstate(&refused).as_deref() == Some("23514"), "{refused}");
    for table in ["webhook_deliveries", "contacts", "calls"] {
        ensure!(
            count(
                &mut connection,
                &format!("select count(*) from public.{table}")
            )
            .await?
                == 0,
            "{table}"
        );
    }
    Ok(())
}

pub async fn an_ignored_delivery_is_recorded_once_and_can_still_be_applied(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    ensure!(ignore(&mut connection, CLINIC, &delivery(1)).await? == "ignored");
    ensure!(ignore(&mut connection, CLINIC, &delivery(1)).await? == "duplicate");
    let log = "select concat_ws(' ', state, reason, event_type, call_id is not null) from public.webhook_deliveries";
    let found = names(&mut connection, log).await?;
    ensure!(found == ["ignored unknown_event_type hang f"], "{found:?}");
    // A replay, once its type is known.
    let event = status("call-1", "ringing", "2030-01-01T10:00:00Z");
    ensure!(
        apply(&mut connection, CLINIC, &delivery(1), &event)
            .await?
            .0
            == "applied"
    );
    ensure!(ignore(&mut connection, CLINIC, &delivery(1)).await? == "duplicate");
    let found = names(&mut connection, log).await?;
    ensure!(found == ["done hang t"], "{found:?}");
    Ok(())
}

pub async fn a_delivery_that_failed_before_is_finished_by_a_later_attempt(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for (number, state) in [
        (1, "received"),
        (2, "queued"),
        (3, "processing"),
        (4, "failed"),
        (5, "dead"),
        (6, "held"),
    ] {
        let delivery = delivery(number);
        let logged = format!(
            "insert into public.webhook_deliveries (org_id, delivery, endpoint, provider, event_type, state, reason, received_at)
             values ('{CLINIC}', '{delivery}', 'vapi-demo', 'vapi', 'status-update', '{state}', 'before', now())"
        );
        run(&mut connection, &logged).await?;
        let event = status(&format!("call-{number}"), "ringing", "2030-01-01T10:00:00Z");
        ensure!(
            apply(&mut connection, CLINIC, &delivery, &event).await?.0 == "applied",
            "{state}"
        );
    }
    let done = "select count(*) from public.webhook_deliveries where state = 'done' and reason is null and call_id is not null";
    ensure!(count(&mut connection, done).await? == 6);
    Ok(())
}
