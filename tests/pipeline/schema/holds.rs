//! Policies within the product's bounds, and holds that win over every policy.

use anyhow::{Result, ensure};
use sqlx::PgPool;

use super::{
    concurrency::{backend, wait_until_blocked},
    role::{
        DENIED, NO_SUCH_ROW, RAISED, act_as, count, expect_refusal, names, run, service, user_of,
    },
    sample::{self, CLINIC, OTHER},
    sweeps::{self, sweep},
};

const CHECK: &str = "23514";

pub async fn no_policy_goes_beyond_the_products_bounds(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let keep = |class: &str, days: i32| {
        format!(
            "insert into public.retention_policies (org_id, class, keep_days) values ('{CLINIC}', '{class}', {days})
             on conflict (org_id, class) do update set keep_days = excluded.keep_days"
        )
    };
    for (class, days) in [
        ("delivery_log", 6),
        ("delivery_log", 91),
        ("audit", 2191),
        ("payloads", 8),
        ("payloads", 6),
        ("transcripts", 7),
        ("contacts", 0),
        ("contacts", -1),
    ] {
        expect_refusal(&mut connection, CHECK, &keep(class, days)).await?;
    }
    expect_refusal(&mut connection, NO_SUCH_ROW, &keep("everything", 30)).await?;
    run(&mut connection, &keep("audit", 2192)).await?;
    expect_refusal(&mut connection, CHECK, &keep("audit", 2191)).await?;
    // 2192 days are six years wherever they begin.
    let short = "select count(*) from generate_series('2000-01-01'::timestamptz, '2030-01-01', '1 day') as day
         where day - interval '2192 days' > day - interval '6 years'";
    ensure!(count(&mut connection, short).await? == 0);
    Ok(())
}

pub async fn a_policy_and_a_hold_are_audited_and_not_the_tenants_to_write(
    pool: PgPool,
) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    act_as(
        &mut transaction,
        "authenticated",
        &user_of(CLINIC).to_string(),
    )
    .await?;
    for write in [
        "update public.retention_policies set keep_days = 10",
        "delete from public.legal_holds",
        "update public.legal_holds set released_at = now()",
        "select private.kept_days(null, 'calls')",
    ] {
        expect_refusal(&mut transaction, DENIED, write).await?;
    }
    run(&mut transaction, "reset role").await?;
    let audited = names(
        &mut transaction,
        "select distinct concat_ws(' ', action, entity) from public.audit_log
         where entity in ('retention_policies', 'legal_holds') order by 1",
    )
    .await?;
    ensure!(
        audited == ["insert legal_holds", "insert retention_policies"],
        "{audited:?}"
    );
    Ok(())
}

pub async fn a_hold_is_released_once_and_names_what_is_there(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let hold = |column: &str, id: &str| {
        format!(
            "insert into public.legal_holds (org_id, {column}, reason) values ('{CLINIC}', '{id}', 'matter')"
        )
    };
    expect_refusal(&mut connection, NO_SUCH_ROW, &hold("contact_id", OTHER)).await?;
    expect_refusal(&mut connection, NO_SUCH_ROW, &hold("call_id", OTHER)).await?;
    expect_refusal(&mut connection, NO_SUCH_ROW, &hold("class", "nothing")).await?;
    run(&mut connection, &hold("call_id", CLINIC)).await?;
    let release = "update public.legal_holds set released_at = now(), released_by = 'user:x' where call_id is not null";
    run(&mut connection, release).await?;
    let again = "update public.legal_holds set released_at = null, released_by = null where call_id is not null";
    expect_refusal(&mut connection, RAISED, again).await?;
    let moved = format!("update public.legal_holds set call_id = '{OTHER}'");
    expect_refusal(&mut connection, DENIED, &moved).await?;
    expect_refusal(&mut connection, DENIED, "delete from public.legal_holds").await
}

/// What each hold must keep of a contact with everything, all of it past its time: class and rows.
pub async fn a_hold_keeps_all_it_is_on_and_nothing_else(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    for (hold, kept) in [
        ("", &[][..]),
        (
            "(org_id, reason)",
            &[
                "appointments",
                "audit",
                "calls",
                "contacts",
                "delivery_log",
                "messages",
                "recordings",
                "transcripts",
            ],
        ),
        (
            "(org_id, reason, contact_id)",
            &[
                "appointments",
                "calls",
                "contacts",
                "delivery_log",
                "messages",
                "recordings",
                "transcripts",
            ],
        ),
        (
            "(org_id, reason, call_id)",
            &[
                "appointments",
                "calls",
                "contacts",
                "delivery_log",
                "messages",
                "recordings",
                "transcripts",
            ],
        ),
        (
            "(org_id, reason, class) transcripts",
            &["calls", "contacts", "transcripts"],
        ),
        (
            "(org_id, reason, class) messages",
            &["appointments", "calls", "contacts", "messages"],
        ),
        ("(org_id, reason, class) audit", &["audit"]),
    ] {
        let mut transaction = sqlx::Connection::begin(&mut *connection).await?;
        run(&mut transaction, &sweeps::old_rows(CLINIC)).await?;
        run(&mut transaction, &sweeps::old_rows(OTHER)).await?;
        if let Some((columns, class)) = hold.split_once(") ").or(hold.split_once(')')) {
            let value = if class.is_empty() { CLINIC } else { class };
            let mut values = format!("'{CLINIC}', 'matter'");
            if columns.matches(',').count() == 2 {
                values = format!("{values}, '{value}'");
            }
            let sql = format!("insert into public.legal_holds {columns}) values ({values})");
            run(&mut transaction, &sql).await?;
        }
        // Parents last, as the schedules have them.
        for class in [
            "delivery_log",
            "transcripts",
            "recordings",
            "messages",
            "appointments",
            "calls",
            "contacts",
            "audit",
        ] {
            sweep(&mut transaction, class).await?;
        }
        let left = sweeps::left(&mut transaction, CLINIC).await?;
        ensure!(left == kept, "{hold}: {left:?} stayed, not {kept:?}");
        let others = sweeps::left(&mut transaction, OTHER).await?;
        ensure!(
            others.is_empty(),
            "{hold}: {others:?} of another organisation stayed"
        );
        transaction.rollback().await?;
    }
    Ok(())
}

/// A batch locks the holds: one that is placed meanwhile waits, and the next batch sees it.
pub async fn a_hold_waits_for_the_batch_that_runs_and_wins_over_the_next(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 2).await?;
    let mut connection = pool.acquire().await?;
    run(&mut connection, &sweeps::old_rows(CLINIC)).await?;
    let mut first = service.begin().await?;
    let run_id = sweeps::begin(&mut first, "messages", 10).await?;
    let removed = sweeps::batch(&mut first, &run_id, CLINIC, 500, None).await?;
    ensure!(removed.len() == 1);
    let mut second = service.acquire().await?;
    let waiting = backend(&mut second).await?;
    let placing = tokio::spawn(async move {
        let hold = format!(
            "insert into public.legal_holds (org_id, class, reason) values ('{CLINIC}', 'calls', 'matter')"
        );
        run(&mut second, &hold).await
    });
    wait_until_blocked(&pool, waiting).await?;
    first.commit().await?;
    placing.await??;
    let mut third = service.begin().await?;
    sweep(&mut third, "calls").await?;
    third.commit().await?;
    ensure!(count(&mut connection, "select count(*) from public.calls").await? == 1);
    Ok(())
}
