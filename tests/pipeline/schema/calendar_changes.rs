//! What a linked calendar says, a page at a time; and payments.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{
    bookings::clinic,
    event::{delivery, effects, told},
    order::Lcg,
    role::{names, run},
    sample::CLINIC,
};

/// Applies a page asked for with the token `seen`; `next` is there on the last one.
async fn page(
    connection: &mut PgConnection,
    number: u64,
    events: Value,
    seen: Option<&str>,
    next: Option<&str>,
) -> Result<Value> {
    let answer: String = sqlx::query_scalar(
        "select public.apply_calendar_page(
             p_delivery => $1, p_organization => $2::uuid, p_endpoint => 'ep_clinic', p_provider => 'google-calendar',
             p_event_type => 'exists', p_received_at => now(), p_started_at => now(), p_calendar => 'main',
             p_events => $3::jsonb, p_seen_token => $4, p_next_token => $5)::text",
    )
    .bind(delivery(number))
    .bind(CLINIC)
    .bind(events.to_string())
    .bind(seen)
    .bind(next)
    .fetch_one(connection)
    .await?;
    Ok(serde_json::from_str(&answer)?)
}

/// Two appointments that the calendar knows, at 10 and at 12.
async fn appointments(pool: &PgPool) -> Result<()> {
    let rows = format!(
        "insert into public.appointments (org_id, calendar, starts_at, ends_at, status, external_event_id) values
         ('{CLINIC}', 'main', '2031-01-01 10:00Z', '2031-01-01 11:00Z', 'confirmed', 'a'),
         ('{CLINIC}', 'main', '2031-01-01 12:00Z', '2031-01-01 13:00Z', 'confirmed', 'b')"
    );
    run(&mut *pool.acquire().await?, &rows).await?;
    Ok(())
}

fn moved(id: &str, from: u32, to: u32) -> Value {
    json!({ "id": id, "cancelled": false, "starts_at": format!("2031-01-01T{from:02}:00:00Z"),
            "ends_at": format!("2031-01-01T{to:02}:00:00Z") })
}

async fn found(connection: &mut PgConnection) -> Result<Vec<String>> {
    names(
        connection,
        "select concat_ws(' ', external_event_id, to_char(starts_at at time zone 'UTC', 'HH24'), status,
             to_char(external_starts_at at time zone 'UTC', 'HH24')) from public.appointments order by external_event_id",
    )
    .await
}

pub async fn moved_events_move_and_cancelled_ones_cancel(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    appointments(&pool).await?;
    let mut connection = service.acquire().await?;
    // Each into the other's old place, and one that is not ours.
    let events = json!([
        moved("a", 12, 13),
        moved("b", 14, 15),
        moved("stranger", 10, 20)
    ]);
    let answer = page(&mut connection, 1, events, None, Some("t1")).await?;
    ensure!(
        answer == json!({ "outcome": "applied", "effects": [] }),
        "{answer}"
    );
    ensure!(found(&mut connection).await? == ["a 12 confirmed", "b 14 confirmed"]);
    let cancelled = json!([{ "id": "a", "cancelled": true }]);
    page(&mut connection, 2, cancelled, Some("t1"), Some("t2")).await?;
    let rows = found(&mut connection).await?;
    ensure!(rows == ["a 12 cancelled", "b 14 confirmed"], "{rows:?}");
    // What the calendar has removed itself is not removed again.
    let ledger = names(
        &mut connection,
        "select concat_ws(' ', kind, state, reason) from public.effects",
    )
    .await?;
    ensure!(
        ledger == ["calendar_cancellation done cancelled_in_calendar"],
        "{ledger:?}"
    );
    Ok(())
}

pub async fn a_move_onto_another_appointment_is_kept_visible(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    appointments(&pool).await?;
    let mut connection = service.acquire().await?;
    let answer = page(
        &mut connection,
        1,
        json!([moved("a", 12, 13)]),
        None,
        Some("t1"),
    )
    .await?;
    let keys = effects(&answer);
    ensure!(
        keys.len() == 1 && keys[0].starts_with("calendar_conflict_alert."),
        "{answer}"
    );
    let rows = found(&mut connection).await?;
    ensure!(rows == ["a 10 confirmed 12", "b 12 confirmed"], "{rows:?}");
    page(
        &mut connection,
        2,
        json!([moved("a", 15, 16)]),
        Some("t1"),
        Some("t2"),
    )
    .await?;
    let rows = found(&mut connection).await?;
    ensure!(
        rows == ["a 15 confirmed", "b 12 confirmed"],
        "the conflict is over: {rows:?}"
    );
    Ok(())
}

pub async fn a_page_counts_only_from_where_the_calendar_stands(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    appointments(&pool).await?;
    let mut connection = service.acquire().await?;
    // A first page ends nothing: the delivery is as open as before.
    let first = page(&mut connection, 1, json!([moved("a", 8, 9)]), None, None).await?;
    ensure!(first["outcome"] == "applied", "{first}");
    ensure!(
        names(
            &mut connection,
            "select delivery from public.webhook_deliveries"
        )
        .await?
        .is_empty()
    );
    page(
        &mut connection,
        1,
        json!([moved("b", 9, 10)]),
        None,
        Some("t1"),
    )
    .await?;
    let old = page(
        &mut connection,
        2,
        json!([{ "id": "a", "cancelled": true }]),
        None,
        Some("t9"),
    )
    .await?;
    ensure!(old["outcome"] == "moved", "{old}");
    let rows = found(&mut connection).await?;
    ensure!(rows == ["a 08 confirmed", "b 09 confirmed"], "{rows:?}");
    let again = page(&mut connection, 1, json!([]), Some("t1"), Some("t2")).await?;
    ensure!(again["outcome"] == "duplicate", "{again}");
    let token = names(
        &mut connection,
        "select sync_token from public.calendar_links",
    )
    .await?;
    ensure!(token == ["t1"], "{token:?}");
    let source: String = sqlx::query_scalar(
        "select public.calendar_source($1, $2::uuid, 'ep_clinic') ->> 'sync_token'",
    )
    .bind(delivery(3))
    .bind(CLINIC)
    .fetch_optional(&mut *connection)
    .await?
    .context("no source")?;
    ensure!(source == "t1");
    Ok(())
}

pub async fn in_any_order_a_payment_is_what_its_newest_event_says(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let event = |payment: u64, status: &str, second: u64, amount: Value, refunded: Value| {
        json!({ "provider_payment_id": format!("pi_{payment}"), "status": status, "amount_minor": amount,
                "refunded_minor": refunded, "currency": "usd", "live": false,
                "occurred_at": format!("2030-01-01T00:00:{second:02}Z") })
    };
    let (mut random, mut number) = (Lcg(7), 0);
    for round in 0..30 {
        let mut events = vec![
            event(round, "pending", 1, json!(900), Value::Null),
            event(round, "processing", 2, Value::Null, Value::Null),
            event(round, "succeeded", 2, json!(1000), json!(0)),
            event(round, "partially_refunded", 3, json!(1000), json!(300)),
            event(round, "refunded", 4, Value::Null, json!(1000)),
        ];
        random.shuffle(&mut events);
        for event in &events {
            number += 1;
            told(
                &mut connection,
                ("apply_payment_event", "p_payment"),
                &delivery(number),
                event,
            )
            .await?;
        }
    }
    let found = names(
        &mut connection,
        "select distinct concat_ws(' ', status, amount_minor, refunded_minor, currency) from public.payments",
    )
    .await?;
    ensure!(found == ["refunded 1000 1000 usd"], "{found:?}");
    Ok(())
}
