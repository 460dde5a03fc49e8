//! What a call leads to: an appointment, and what it asks for.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{
    event::{delivery, effects, told, with},
    role::{count, names, run, service},
    sample::{self, CLINIC},
};

const CALL: (&str, &str) = ("apply_call_event", "p_call");
const CHANGE: (&str, &str) = ("apply_change_event", "p_change");

/// The clinic's senders, zone and calendar.
pub async fn clinic(pool: &PgPool) -> Result<PgPool> {
    sample::organizations(pool).await?;
    let setting = format!(
        "insert into public.endpoints (org_id, endpoint, provider) values ('{CLINIC}', 'ep_clinic', 'google-calendar');
         insert into public.organization_integrations (org_id, clinic_name, time_zone, sms_sender)
         values ('{CLINIC}', 'A clinic', 'Europe/Berlin', '+15550199');
         insert into public.calendar_links (org_id, calendar, endpoint, google_calendar_id)
         values ('{CLINIC}', 'main', 'ep_clinic', 'main@example.com');"
    );
    run(&mut *pool.acquire().await?, &setting).await?;
    service(pool, 1).await
}

/// The last word on a call in which this was booked.
pub fn booked(call: &str, booking: &Value) -> Value {
    json!({
        "provider_call_id": call, "status": "ended", "occurred_at": "2029-01-01T10:00:00Z", "final": true,
        "customer_number": "+15550100", "booking": booking,
    })
}

/// A booking at this time on the clinic's walls.
pub fn at(local: &str) -> Value {
    json!({ "starts_at": { "local": local } })
}

async fn appointments(connection: &mut PgConnection) -> Result<Vec<String>> {
    names(
        connection,
        "select format('%s %s-%s %s', calendar, to_char(starts_at at time zone 'UTC', 'DD HH24:MI'),
             to_char(ends_at at time zone 'UTC', 'HH24:MI'), status) from public.appointments order by starts_at",
    )
    .await
}

pub async fn a_booking_becomes_an_appointment_by_the_clinics_clock(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    for (number, booking, expected) in [
        (
            1,
            at("2031-01-01T10:00:00"),
            "main 01 09:00-09:30 confirmed",
        ),
        (
            2,
            json!({ "starts_at": { "at": "2031-07-02T10:00:00+02:00" }, "duration_minutes": 45, "calendar": "dr-b" }),
            "dr-b 02 08:00-08:45 confirmed",
        ),
        (
            3,
            json!({ "starts_at": { "local": "2031-07-03T10:00:00" }, "ends_at": { "local": "2031-07-03T11:00:00" } }),
            "main 03 08:00-09:00 confirmed",
        ),
        (
            4,
            json!({ "starts_at": { "local": "2031-07-04T10:00:00" }, "ends_at": { "local": "2031-07-04T09:00:00" } }),
            "main 04 08:00-08:30 confirmed",
        ),
    ] {
        let call = format!("call-{number}");
        told(
            &mut connection,
            CALL,
            &delivery(number),
            &booked(&call, &booking),
        )
        .await?;
        let found = appointments(&mut connection).await?;
        ensure!(
            found.iter().any(|one| one == expected),
            "{booking}: {found:?}"
        );
    }
    for (number, nonsense) in [
        (11, json!({})),
        (12, json!({ "starts_at": { "local": "canary" } })),
        (13, json!({ "starts_at": { "at": "infinity" } })),
        (14, json!({ "starts_at": "2031-07-04T10:00:00Z" })),
        (15, json!("tomorrow")),
    ] {
        let call = format!("call-{number}");
        let answer = told(
            &mut connection,
            CALL,
            &delivery(number),
            &booked(&call, &nonsense),
        )
        .await?;
        ensure!(answer["outcome"] == "applied", "{nonsense}: {answer}");
    }
    ensure!(appointments(&mut connection).await?.len() == 4);
    Ok(())
}

pub async fn a_call_books_once_and_names_its_effects_until_they_are_settled(
    pool: PgPool,
) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let event = with(
        booked("call-1", &at("2031-01-01T10:00:00")),
        &json!({ "lead": { "score": 80, "hot": true }, "customer_name": "Canary" }),
    );
    let first = told(&mut connection, CALL, &delivery(1), &event).await?;
    let keys = effects(&first);
    let kinds: Vec<_> = keys
        .iter()
        .filter_map(|key| key.split('.').next())
        .collect();
    ensure!(
        kinds == ["calendar_event", "confirmation", "hot_lead_alert"],
        "{first}"
    );
    let again = told(&mut connection, CALL, &delivery(1), &event).await?;
    ensure!(
        again["outcome"] == "duplicate" && effects(&again) == keys,
        "{again}"
    );
    // Another report of the same call, of another content.
    let second = told(&mut connection, CALL, &delivery(2), &event).await?;
    ensure!(effects(&second).is_empty(), "{second}");
    ensure!(appointments(&mut connection).await?.len() == 1);
    let ledger = "select count(*) from public.effects e where to_jsonb(e)::text like '%Canary%' or to_jsonb(e)::text like '%+1555%'";
    ensure!(
        count(&mut connection, ledger).await? == 0,
        "patient data in the ledger"
    );
    let log = names(
        &mut connection,
        "select state::text from public.webhook_deliveries order by delivery",
    )
    .await?;
    ensure!(log == ["processing", "done"], "{log:?}");
    Ok(())
}

pub async fn a_time_that_is_taken_makes_an_alert_and_fails_nothing(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    told(
        &mut connection,
        CALL,
        &delivery(1),
        &booked("call-1", &at("2031-01-01T10:00:00")),
    )
    .await?;
    let event = booked("call-2", &at("2031-01-01T10:10:00"));
    let answer = told(&mut connection, CALL, &delivery(2), &event).await?;
    ensure!(answer["outcome"] == "applied", "{answer}");
    let keys = effects(&answer);
    ensure!(
        keys.len() == 1 && keys[0].starts_with("booking_conflict_alert."),
        "{answer}"
    );
    ensure!(appointments(&mut connection).await?.len() == 1);
    let calls = "select count(*) from public.calls where final";
    ensure!(
        count(&mut connection, calls).await? == 2,
        "the call is recorded all the same"
    );
    Ok(())
}

pub async fn what_the_dashboard_books_and_cancels_plans_the_same_effects(
    pool: PgPool,
) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let answer = told(
        &mut connection,
        CALL,
        &delivery(1),
        &booked("call-1", &at("2031-01-01T10:00:00")),
    )
    .await?;
    let (booked_by_call, contact) = (effects(&answer), "(select id from public.contacts)");
    run(
        &mut connection,
        &format!(
            "insert into public.appointments (org_id, id, contact_id, calendar, starts_at, ends_at, status)
             values ('{CLINIC}', '{CLINIC}', {contact}, 'main', '2031-02-01 10:00Z', '2031-02-01 11:00Z', 'confirmed')"
        ),
    )
    .await?;
    let change = |id: &str, operation: &str| {
        json!({ "source": "database", "schema": "public", "table": "appointments", "operation": operation,
                "row_id": id, "occurred_at": "2030-01-01T00:00:00Z" })
    };
    let answer = told(
        &mut connection,
        CHANGE,
        &delivery(2),
        &change(CLINIC, "insert"),
    )
    .await?;
    ensure!(
        effects(&answer)
            == [
                format!("calendar_event.{CLINIC}"),
                format!("confirmation.{CLINIC}")
            ],
        "{answer}"
    );
    // The table tells of the call's own appointment too: those effects are the call's.
    let own = booked_by_call[0].split('.').nth(1).context("no id")?;
    let answer = told(
        &mut connection,
        CHANGE,
        &delivery(3),
        &change(own, "insert"),
    )
    .await?;
    ensure!(
        answer["outcome"] == "applied" && effects(&answer).is_empty(),
        "{answer}"
    );
    run(
        &mut connection,
        "update public.appointments set status = 'cancelled'",
    )
    .await?;
    let answer = told(
        &mut connection,
        CHANGE,
        &delivery(4),
        &change(CLINIC, "update"),
    )
    .await?;
    ensure!(
        effects(&answer) == [format!("calendar_cancellation.{CLINIC}")],
        "{answer}"
    );
    for (number, nothing) in [
        (5, change("cccccccc-0000-4000-8000-000000000003", "insert")),
        (6, change("7", "insert")),
        (
            7,
            with(change(CLINIC, "insert"), &json!({ "table": "calls" })),
        ),
        (
            8,
            with(change(CLINIC, "insert"), &json!({ "source": "users" })),
        ),
        (
            9,
            with(change(CLINIC, "insert"), &json!({ "row_id": null })),
        ),
    ] {
        let answer = told(&mut connection, CHANGE, &delivery(number), &nothing).await?;
        ensure!(answer["outcome"] == "ignored", "{nothing}: {answer}");
    }
    Ok(())
}
