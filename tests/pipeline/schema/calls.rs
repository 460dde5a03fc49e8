//! What a call's row says after its events, case by case. `order` has the general law.

use anyhow::{Result, ensure};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{
    event::{apply, delivery, status, with},
    role::{count, names, service},
    sample::{self, CLINIC, OTHER},
};

/// Every column of every call, as text.
async fn rows(connection: &mut PgConnection) -> Result<Vec<String>> {
    names(
        connection,
        "select (to_jsonb(c))::text from public.calls c order by c.org_id, c.provider_call_id",
    )
    .await
}

fn report() -> serde_json::Value {
    with(
        status("call-1", "ended", "2030-01-01T10:05:00Z"),
        &json!({
            "final": true, "direction": "inbound", "customer_number": "+15550100", "assistant_id": "asst",
            "started_at": "2030-01-01T10:00:00Z", "ended_at": "2030-01-01T10:05:00Z",
            "ended_reason": "customer-ended-call", "duration_seconds": 300.5, "cost_usd": 0.42,
            "recording_url": "https://example.com/r.wav", "success_evaluation": "true", "phone_number_id": "pn",
        }),
    )
}

pub async fn a_report_before_any_status_makes_an_ended_final_call(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let (outcome, call) = apply(&mut connection, CLINIC, &delivery(1), &report()).await?;
    ensure!(outcome == "applied");
    let found = names(
        &mut connection,
        "select concat_ws(' ', c.status, c.final, c.direction, k.phone, c.duration_seconds, c.cost_usd, c.older_facts,
             l.state, l.reason, l.event_type, l.call_id = c.id, l.applied_at is not null)
         from public.calls c join public.contacts k on k.org_id = c.org_id and k.id = c.contact_id
         join public.webhook_deliveries l on l.org_id = c.org_id and l.call_id = c.id",
    )
    .await?;
    ensure!(
        found == ["ended t inbound +15550100 300.5 0.42 {} done status-update t t"],
        "{found:?}"
    );
    let again = apply(&mut connection, CLINIC, &delivery(1), &report()).await?;
    ensure!(again == ("duplicate".to_owned(), call));
    Ok(())
}

pub async fn a_late_status_changes_nothing_and_is_recorded(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let (_, call) = apply(&mut connection, CLINIC, &delivery(1), &report()).await?;
    let before = rows(&mut connection).await?;
    for (number, late) in [
        (2, status("call-1", "in-progress", "2030-01-01T10:01:00Z")),
        // Later by the clock, and still not the last word.
        (
            3,
            with(
                status("call-1", "ended", "2030-01-01T10:06:00Z"),
                &json!({ "ended_reason": "unknown" }),
            ),
        ),
        (
            4,
            with(
                status("call-1", "queued", "2031-01-01T00:00:00Z"),
                &json!({ "direction": "web" }),
            ),
        ),
    ] {
        let answer = apply(&mut connection, CLINIC, &delivery(number), &late).await?;
        ensure!(answer == ("stale".to_owned(), call.clone()), "{answer:?}");
    }
    ensure!(
        rows(&mut connection).await? == before,
        "a late status changed the call"
    );
    let recorded = "select count(*) from public.webhook_deliveries where state = 'done' and reason = 'stale' and call_id is not null";
    ensure!(count(&mut connection, recorded).await? == 3);
    Ok(())
}

pub async fn a_known_fact_is_never_lost(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let ringing = with(
        status("call-1", "ringing", "2030-01-01T10:00:00Z"),
        &json!({ "direction": "inbound", "customer_number": "+15550100", "assistant_id": "asst" }),
    );
    apply(&mut connection, CLINIC, &delivery(1), &ringing).await?;
    let sparse = with(
        status("call-1", "ended", "2030-01-01T10:05:00Z"),
        &json!({ "final": true, "direction": null, "customer_number": null, "cost_usd": 1 }),
    );
    ensure!(
        apply(&mut connection, CLINIC, &delivery(2), &sparse)
            .await?
            .0
            == "applied"
    );
    // Fills what is unknown, leaves what is known, and is still stale.
    let filling = with(
        status("call-1", "in-progress", "2030-01-01T10:01:00Z"),
        &json!({ "started_at": "2030-01-01T10:01:00Z", "cost_usd": 9 }),
    );
    ensure!(
        apply(&mut connection, CLINIC, &delivery(3), &filling)
            .await?
            .0
            == "stale"
    );
    let found = names(
        &mut connection,
        "select concat_ws(' ', c.status, c.final, c.direction, c.assistant_id, k.phone, c.cost_usd, c.started_at is not null)
         from public.calls c join public.contacts k on k.org_id = c.org_id and k.id = c.contact_id",
    )
    .await?;
    ensure!(found == ["ended t inbound asst +15550100 1 t"], "{found:?}");
    Ok(())
}

pub async fn a_contact_is_made_once_per_number(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for (number, call, phone) in [
        (1, "call-1", Some("+15550100")),
        (2, "call-2", Some("+15550100")),
        (3, "call-3", Some("+15550101")),
        (4, "call-4", None),
    ] {
        let event = with(
            status(call, "ringing", "2030-01-01T10:00:00Z"),
            &json!({ "customer_number": phone }),
        );
        apply(&mut connection, CLINIC, &delivery(number), &event).await?;
    }
    let found = names(
        &mut connection,
        "select concat_ws(' ', coalesce(k.phone, 'web'), count(*)) from public.calls c
         left join public.contacts k on k.org_id = c.org_id and k.id = c.contact_id group by k.phone order by 1",
    )
    .await?;
    ensure!(
        found == ["+15550100 2", "+15550101 1", "web 1"],
        "{found:?}"
    );
    // A contact_id in the event is not the caller's to give.
    let forged = with(
        status("call-4", "ended", "2030-01-01T10:00:00Z"),
        &json!({ "contact_id": CLINIC }),
    );
    apply(&mut connection, CLINIC, &delivery(5), &forged).await?;
    ensure!(
        count(
            &mut connection,
            "select count(*) from public.calls where contact_id is null"
        )
        .await?
            == 1
    );
    Ok(())
}

pub async fn calls_of_the_same_id_in_two_organizations_are_two_calls(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for organization in [CLINIC, OTHER] {
        let (outcome, _) = apply(&mut connection, organization, &delivery(1), &report()).await?;
        ensure!(outcome == "applied", "{organization}: {outcome}");
    }
    ensure!(rows(&mut connection).await?.len() == 2);
    Ok(())
}
