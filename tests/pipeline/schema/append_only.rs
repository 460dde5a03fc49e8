//! The audit trail.

use anyhow::{Result, ensure};
use sqlx::PgPool;

use super::{
    role::{DENIED, RAISED, act_as, expect_refusal, names, run, user_of},
    sample::{self, CLINIC},
};

pub async fn the_audit_log_cannot_be_rewritten_by_anybody(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    for (table, change) in [
        ("audit_log", "actor = 'nobody'"),
        ("feature_flag_audit", "actor = 'nobody'"),
    ] {
        for rewrite in [
            format!("update public.{table} set {change}"),
            format!("delete from public.{table}"),
            format!("truncate public.{table}"),
        ] {
            expect_refusal(&mut transaction, RAISED, &rewrite).await?;
            act_as(&mut transaction, "service_role", "").await?;
            expect_refusal(&mut transaction, DENIED, &rewrite).await?;
            run(&mut transaction, "reset role").await?;
            // Were the service role granted it one day, the triggers would still refuse.
            run(
                &mut transaction,
                &format!("grant all on public.{table} to service_role"),
            )
            .await?;
            act_as(&mut transaction, "service_role", "").await?;
            expect_refusal(&mut transaction, RAISED, &rewrite).await?;
            run(&mut transaction, "reset role").await?;
            run(
                &mut transaction,
                &format!("revoke all on public.{table} from service_role"),
            )
            .await?;
        }
    }
    Ok(())
}

pub async fn only_the_owner_can_delete_audit_rows_older_than_six_years(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut transaction = pool.begin().await?;
    let entry = |age| {
        format!(
            "insert into public.audit_log (org_id, actor, action, entity, occurred_at)
             values ('{CLINIC}', 'role:test', 'insert', 'contacts', now() - interval '{age}')"
        )
    };
    run(&mut transaction, &entry("6 years 1 day")).await?;
    run(
        &mut transaction,
        "grant select, delete on public.audit_log to service_role",
    )
    .await?;
    act_as(&mut transaction, "service_role", "").await?;
    expect_refusal(&mut transaction, RAISED, "delete from public.audit_log").await?;
    // Nor can it write an entry that is old from the start.
    expect_refusal(&mut transaction, DENIED, &entry("7 years")).await?;
    run(&mut transaction, "reset role").await?;
    run(&mut transaction, &entry("5 years 364 days")).await?;
    expect_refusal(&mut transaction, RAISED, "delete from public.audit_log").await?;
    let old = "delete from public.audit_log where occurred_at < now() - interval '6 years'";
    ensure!(
        run(&mut transaction, old).await?.rows_affected() == 1,
        "the owner could not delete what is old"
    );
    Ok(())
}

pub async fn a_users_change_is_audited_by_column_and_never_by_value(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut transaction = pool.begin().await?;
    act_as(
        &mut transaction,
        "authenticated",
        &user_of(CLINIC).to_string(),
    )
    .await?;
    let added = format!(
        "insert into public.contacts (org_id, phone, name) values ('{CLINIC}', '+15550123', 'Canary')"
    );
    run(&mut transaction, &added).await?;
    run(
        &mut transaction,
        "update public.contacts set phone = '+15550124', consent = 'granted'",
    )
    .await?;
    run(
        &mut transaction,
        "update public.contacts set consent = 'granted'",
    )
    .await?;
    run(&mut transaction, "reset role").await?;
    let found = names(
        &mut transaction,
        "select concat_ws(' ', l.actor, l.action, l.entity, l.details) from public.audit_log l
         join public.contacts c on c.org_id = l.org_id and c.id::text = l.entity_id order by l.action",
    )
    .await?;
    let user = "user:11111111-2222-4333-8444-555555555555";
    ensure!(
        found
            == [
                format!("{user} insert contacts {{}}"),
                format!(
                    r#"{user} update contacts {{"columns": ["consent", "consent_changed_at", "consent_told_at", "phone"]}}"#
                ),
            ],
        "{found:#?}"
    );
    Ok(())
}
