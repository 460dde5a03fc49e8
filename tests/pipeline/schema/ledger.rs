//! The ledger of effects: attempted under a fence, looked for before it is repeated, and asked for consent at the last
//! moment.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{
    bookings::{at, booked, clinic},
    concurrency::{backend, wait_until_blocked},
    event::{begin, delivery, effects, settle, told},
    role::{names, run, service},
};

const CALL: (&str, &str) = ("apply_call_event", "p_call");
const NOTHING: (Option<&str>, Option<&str>) = (None, None);

/// A booked call of the clinic: the keys of the calendar's event and of the confirmation.
async fn booking(connection: &mut PgConnection) -> Result<(String, String)> {
    let event = booked("call-1", &at("2031-01-01T10:00:00"));
    let keys = effects(&told(connection, CALL, &delivery(1), &event).await?);
    let [event, confirmation] = keys.try_into().ok().context("two effects")?;
    Ok((event, confirmation))
}

async fn states(connection: &mut PgConnection) -> Result<Vec<String>> {
    names(
        connection,
        "select concat_ws(' ', kind, state, reason) from public.effects order by kind",
    )
    .await
}

async fn log(connection: &mut PgConnection) -> Result<String> {
    let state = "select state::text from public.webhook_deliveries where delivery like '%1'";
    names(connection, state).await?.pop().context("no delivery")
}

pub async fn a_delivery_is_done_when_its_last_effect_is_settled(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (event, confirmation) = booking(&mut connection).await?;
    let begun = begin(&mut connection, &confirmation, 0, None).await?;
    ensure!(begun["decision"] == "proceed", "{begun}");
    ensure!(
        (
            &begun["from"],
            &begun["to"],
            &begun["channel"],
            &begun["starts_local"],
            &begun["clinic_name"]
        ) == (
            &json!("+15550199"),
            &json!("+15550100"),
            &json!("sms"),
            &json!("2031-01-01T10:00:00"),
            &json!("A clinic")
        ),
        "{begun}"
    );
    settle(
        &mut connection,
        &confirmation,
        &begun["attempt"],
        "done",
        (Some("SM1"), None),
    )
    .await?;
    ensure!(log(&mut connection).await? == "processing");
    let begun = begin(&mut connection, &event, 0, None).await?;
    ensure!(begun["google_calendar_id"] == "main@example.com", "{begun}");
    settle(
        &mut connection,
        &event,
        &begun["attempt"],
        "failed",
        (None, Some("gone")),
    )
    .await?;
    ensure!(log(&mut connection).await? == "done");
    let found = states(&mut connection).await?;
    ensure!(
        found == ["calendar_event failed gone", "confirmation done"],
        "{found:?}"
    );
    let begun = begin(&mut connection, &confirmation, 1, None).await?;
    ensure!(
        begun["decision"] == "skip",
        "what is settled is settled: {begun}"
    );
    Ok(())
}

pub async fn an_attempt_without_an_end_is_looked_for_and_never_blindly_repeated(
    pool: PgPool,
) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (_, confirmation) = booking(&mut connection).await?;
    let first = begin(&mut connection, &confirmation, 0, None).await?;
    let second = begin(&mut connection, &confirmation, 60, None).await?;
    ensure!(
        second["decision"] == "reconcile" && second["attempted_at"] == first["attempted_at"],
        "{second}"
    );
    // The fence: the first one's late word counts for nothing.
    let late = settle(
        &mut connection,
        &confirmation,
        &first["attempt"],
        "done",
        (Some("SM1"), None),
    )
    .await?;
    ensure!(late == "superseded", "{late}");
    // One that only looked does not undo the doubt.
    settle(
        &mut connection,
        &confirmation,
        &second["attempt"],
        "intended",
        NOTHING,
    )
    .await?;
    let third = begin(&mut connection, &confirmation, 120, None).await?;
    ensure!(third["decision"] == "reconcile", "{third}");
    // Absent: begun anew, and in doubt anew from then on.
    let fourth = begin(
        &mut connection,
        &confirmation,
        180,
        Some(&third["attempted_at"]),
    )
    .await?;
    ensure!(fourth["decision"] == "proceed", "{fourth}");
    let stale = begin(
        &mut connection,
        &confirmation,
        240,
        Some(&third["attempted_at"]),
    )
    .await?;
    ensure!(
        stale["decision"] == "reconcile",
        "the absent one is not the last one: {stale}"
    );
    Ok(())
}

pub async fn what_was_not_sent_is_free_to_be_attempted(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (_, confirmation) = booking(&mut connection).await?;
    for turn in 0..3 {
        let begun = begin(&mut connection, &confirmation, turn, None).await?;
        ensure!(begun["decision"] == "proceed", "{begun}");
        let outcome = settle(
            &mut connection,
            &confirmation,
            &begun["attempt"],
            "intended",
            NOTHING,
        )
        .await?;
        ensure!(outcome == "settled");
    }
    Ok(())
}

pub async fn consent_and_existence_are_asked_for_at_the_moment_of_sending(
    pool: PgPool,
) -> Result<()> {
    for (change, reason) in [
        (
            "update public.contacts set consent = 'withdrawn'",
            "consent_withdrawn",
        ),
        ("delete from public.contacts", "contact_gone"),
        (
            "update public.appointments set status = 'cancelled'",
            "appointment_cancelled",
        ),
        ("delete from public.appointments", "appointment_gone"),
        (
            "update public.appointments set starts_at = '2029-01-01', ends_at = '2029-01-02'",
            "appointment_past",
        ),
        (
            "update public.organization_integrations set sms_sender = null",
            "not_configured",
        ),
    ] {
        let mut owner = pool.begin().await?;
        super::role::run(&mut owner, "set local role none").await?;
        if names(&mut owner, "select id::text from public.organizations")
            .await?
            .is_empty()
        {
            drop(owner);
            clinic(&pool).await?.close().await;
            owner = pool.begin().await?;
        }
        let (_, confirmation) = booking(&mut owner).await?;
        run(&mut owner, change).await?;
        let begun = begin(&mut owner, &confirmation, 0, None).await?;
        ensure!(
            begun["decision"] == "skip" && begun["obstacle"] == reason,
            "{change}: {begun}"
        );
        let found = states(&mut owner).await?;
        ensure!(
            found.contains(&format!("confirmation failed {reason}")),
            "{found:?}"
        );
        owner.rollback().await?;
    }
    Ok(())
}

/// Consent is withdrawn between an attempt and the look for it: what was sent is found, what was not stays unsent.
pub async fn an_obstacle_does_not_end_what_may_have_been_done(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (_, confirmation) = booking(&mut connection).await?;
    begin(&mut connection, &confirmation, 0, None).await?;
    run(
        &mut connection,
        "update public.contacts set consent = 'withdrawn'",
    )
    .await?;
    let begun = begin(&mut connection, &confirmation, 60, None).await?;
    ensure!(
        begun["decision"] == "reconcile" && begun["obstacle"] == "consent_withdrawn",
        "{begun}"
    );
    let begun = begin(
        &mut connection,
        &confirmation,
        90,
        Some(&begun["attempted_at"]),
    )
    .await?;
    ensure!(begun["decision"] == "skip", "{begun}");
    Ok(())
}

pub async fn a_carriers_opt_out_withdraws_consent(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (_, confirmation) = booking(&mut connection).await?;
    let begun = begin(&mut connection, &confirmation, 0, None).await?;
    settle(
        &mut connection,
        &confirmation,
        &begun["attempt"],
        "failed",
        (None, Some("21610")),
    )
    .await?;
    let consent = names(&mut connection, "select consent::text from public.contacts").await?;
    ensure!(consent == ["withdrawn"], "{consent:?}");
    let message = names(
        &mut connection,
        "select concat_ws(' ', status, error_code) from public.messages",
    )
    .await?;
    ensure!(message == ["failed 21610"], "{message:?}");
    Ok(())
}

pub async fn one_message_settles_one_effect(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (_, first) = booking(&mut connection).await?;
    let event = booked("call-2", &at("2031-01-02T10:00:00"));
    let second = effects(&told(&mut connection, CALL, &delivery(2), &event).await?).remove(1);
    for (key, outcome) in [(&first, "settled"), (&second, "taken")] {
        let begun = begin(&mut connection, key, 0, None).await?;
        let told = settle(
            &mut connection,
            key,
            &begun["attempt"],
            "done",
            (Some("SM1"), None),
        )
        .await?;
        ensure!(told == outcome, "{key}: {told}");
    }
    Ok(())
}

pub async fn an_event_is_removed_only_when_it_is_known_to_be_there(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (event, _) = booking(&mut connection).await?;
    let made = begin(&mut connection, &event, 0, None).await?;
    run(
        &mut connection,
        "update public.appointments set status = 'cancelled'",
    )
    .await?;
    let id = event.split('.').nth(1).unwrap_or_default();
    let change = json!({ "source": "database", "schema": "public", "table": "appointments", "operation": "update", "row_id": id });
    let answer = told(
        &mut connection,
        ("apply_change_event", "p_change"),
        &delivery(3),
        &change,
    )
    .await?;
    let removal = effects(&answer).pop().context("no effect")?;
    let begun = begin(&mut connection, &removal, 1, None).await?;
    ensure!(
        begun["decision"] == "wait",
        "the insert is under way: {begun}"
    );
    settle(
        &mut connection,
        &event,
        &made["attempt"],
        "done",
        (Some("ev1"), None),
    )
    .await?;
    let begun = begin(&mut connection, &removal, 2, None).await?;
    ensure!(begun["decision"] == "proceed", "{begun}");
    Ok(())
}

pub async fn an_event_that_was_never_attempted_is_neither_made_nor_removed(
    pool: PgPool,
) -> Result<()> {
    let service = clinic(&pool).await?;
    let mut connection = service.acquire().await?;
    let (event, _) = booking(&mut connection).await?;
    run(
        &mut connection,
        "update public.appointments set status = 'cancelled'",
    )
    .await?;
    let id = event.split('.').nth(1).unwrap_or_default();
    let change = json!({ "source": "database", "schema": "public", "table": "appointments", "operation": "update", "row_id": id });
    let answer = told(
        &mut connection,
        ("apply_change_event", "p_change"),
        &delivery(3),
        &change,
    )
    .await?;
    let removal = effects(&answer).pop().context("no effect")?;
    let begun = begin(&mut connection, &removal, 1, None).await?;
    ensure!(
        begun["decision"] == "skip" && begun["obstacle"] == "never_made",
        "{begun}"
    );
    let begun = begin(&mut connection, &event, 2, None).await?;
    ensure!(begun["decision"] == "skip", "{begun}");
    Ok(())
}

/// Two effects settled at the same moment: the delivery must not stay open because neither saw the other.
pub async fn effects_settled_at_once_leave_no_delivery_open(pool: PgPool) -> Result<()> {
    clinic(&pool).await?.close().await;
    let service = service(&pool, 2).await?;
    let mut first = service.begin().await?;
    let (event, confirmation) = booking(&mut first).await?;
    let (one, other) = (
        begin(&mut first, &event, 0, None).await?,
        begin(&mut first, &confirmation, 0, None).await?,
    );
    first.commit().await?;
    let mut first = service.begin().await?;
    settle(
        &mut first,
        &event,
        &one["attempt"],
        "done",
        (Some("ev1"), None),
    )
    .await?;
    let mut second = service.acquire().await?;
    let blocked = backend(&mut second).await?;
    let waiting = tokio::spawn(async move {
        settle(
            &mut second,
            &confirmation,
            &other["attempt"],
            "done",
            (Some("SM1"), None),
        )
        .await
    });
    wait_until_blocked(&pool, blocked).await?;
    first.commit().await?;
    waiting.await??;
    ensure!(log(&mut *pool.acquire().await?).await? == "done");
    Ok(())
}

/// The answer's fields that tell of a person: none of them is stored with the effect.
pub async fn nobody_but_the_service_role_begins_or_settles(pool: PgPool) -> Result<()> {
    let service = clinic(&pool).await?;
    let (_, confirmation) = booking(&mut *service.acquire().await?).await?;
    for role in ["anon", "authenticated"] {
        let mut transaction = pool.begin().await?;
        run(&mut transaction, &format!("set local role {role}")).await?;
        ensure!(
            begin(&mut transaction, &confirmation, 0, None)
                .await
                .is_err(),
            "{role} began"
        );
        let mut transaction = pool.begin().await?;
        run(&mut transaction, &format!("set local role {role}")).await?;
        let settled = settle(
            &mut transaction,
            &confirmation,
            &Value::from(1),
            "done",
            NOTHING,
        )
        .await;
        ensure!(settled.is_err(), "{role} settled");
    }
    Ok(())
}
