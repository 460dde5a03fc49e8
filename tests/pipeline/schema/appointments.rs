//! A calendar is never booked twice.

use anyhow::{Result, ensure};
use sqlx::PgPool;

use super::{
    concurrency::{backend, wait_until_blocked},
    role::{expect_refusal, run, sqlstate},
    sample::{self, CLINIC, OTHER},
};

const OVERLAP: &str = "23P01";
const CHECK: &str = "23514";

fn booking(organization: &str, calendar: &str, from: &str, to: &str) -> String {
    format!(
        "insert into public.appointments (org_id, calendar, starts_at, ends_at)
         values ('{organization}', '{calendar}', '2030-01-01 {from}Z', '2030-01-01 {to}Z')"
    )
}

pub async fn overlapping_appointments_of_a_calendar_are_refused(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    run(&mut connection, &booking(CLINIC, "dr-a", "10:00", "11:00")).await?;
    for (from, to) in [
        ("10:00", "11:00"),
        ("09:30", "10:01"),
        ("10:59", "12:00"),
        ("10:20", "10:40"),
        ("09:00", "12:00"),
    ] {
        expect_refusal(&mut connection, OVERLAP, &booking(CLINIC, "dr-a", from, to)).await?;
    }
    // Nor by moving one there.
    run(&mut connection, &booking(CLINIC, "dr-a", "12:00", "13:00")).await?;
    let moved = "update public.appointments set starts_at = '2030-01-01 10:30Z' where starts_at = '2030-01-01 12:00Z'";
    expect_refusal(&mut connection, OVERLAP, moved).await
}

pub async fn adjacent_appointments_and_other_calendars_are_free(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    for free in [
        booking(CLINIC, "dr-a", "10:00", "11:00"),
        booking(CLINIC, "dr-a", "11:00", "12:00"),
        booking(CLINIC, "dr-a", "09:00", "10:00"),
        booking(CLINIC, "dr-b", "10:00", "11:00"),
        booking(OTHER, "dr-a", "10:00", "11:00"),
    ] {
        run(&mut connection, &free).await?;
    }
    Ok(())
}

pub async fn a_cancelled_appointment_does_not_block(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    run(&mut connection, &booking(CLINIC, "dr-a", "10:00", "11:00")).await?;
    run(
        &mut connection,
        "update public.appointments set status = 'cancelled'",
    )
    .await?;
    run(&mut connection, &booking(CLINIC, "dr-a", "10:00", "11:00")).await?;
    // And cannot come back over the one that took its place.
    let revived = "update public.appointments set status = 'confirmed' where status = 'cancelled'";
    expect_refusal(&mut connection, OVERLAP, revived).await
}

pub async fn of_two_bookings_at_once_one_wins(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut first = pool.begin().await?;
    run(&mut first, &booking(CLINIC, "dr-a", "10:00", "11:00")).await?;
    let mut second = pool.acquire().await?;
    let backend = backend(&mut second).await?;
    let waiting =
        tokio::spawn(
            async move { run(&mut second, &booking(CLINIC, "dr-a", "10:30", "11:30")).await },
        );
    wait_until_blocked(&pool, backend).await?;
    first.commit().await?;
    let refused = waiting.await?.unwrap_err();
    ensure!(sqlstate(&refused).as_deref() == Some(OVERLAP), "{refused}");
    Ok(())
}

pub async fn two_transactions_that_book_the_same_hours_do_not_deadlock(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut first = pool.begin().await?;
    run(&mut first, &booking(CLINIC, "dr-a", "10:00", "11:00")).await?;
    let mut second = pool.acquire().await?;
    let backend = backend(&mut second).await?;
    let waiting =
        tokio::spawn(
            async move { run(&mut second, &booking(CLINIC, "dr-a", "10:30", "11:30")).await },
        );
    wait_until_blocked(&pool, backend).await?;
    // Had the other been written already, each would now wait for the other.
    run(&mut first, &booking(CLINIC, "dr-a", "11:15", "12:00")).await?;
    first.commit().await?;
    let refused = waiting.await?.unwrap_err();
    ensure!(sqlstate(&refused).as_deref() == Some(OVERLAP), "{refused}");
    Ok(())
}

pub async fn an_appointment_without_length_is_refused(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    expect_refusal(
        &mut connection,
        CHECK,
        &booking(CLINIC, "dr-a", "10:00", "10:00"),
    )
    .await?;
    expect_refusal(
        &mut connection,
        "22000",
        &booking(CLINIC, "dr-a", "11:00", "10:00"),
    )
    .await?;
    let endless = format!(
        "insert into public.appointments (org_id, calendar, starts_at, ends_at)
         values ('{CLINIC}', 'dr-a', '2030-01-01 10:00Z', 'infinity')"
    );
    expect_refusal(&mut connection, CHECK, &endless).await
}
