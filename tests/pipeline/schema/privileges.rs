//! Who may touch what at all, before any policy is asked.

use anyhow::{Result, ensure};
use sqlx::{Connection, PgPool};

use super::{
    event,
    role::{DENIED, act_as, count, expect_refusal, names, run, service, sqlstate, user_of},
    sample::{self, CLINIC},
};

/// Everything tenants may do, as `table: verb columns`. A table that is missing here is closed to them.
const TENANTS: &[&str] = &[
    "appointments: INSERT calendar, contact_id, ends_at, org_id, service, starts_at, status",
    "appointments: SELECT",
    "appointments: UPDATE calendar, contact_id, ends_at, service, starts_at, status",
    "audit_log: SELECT",
    "calendar_links: SELECT",
    "calls: SELECT",
    "contacts: INSERT consent, name, org_id, phone",
    "contacts: SELECT",
    "contacts: UPDATE consent, name, phone",
    "deletion_requests: SELECT",
    "effects: SELECT",
    "endpoints: SELECT",
    "feature_flag_overrides: SELECT",
    "legal_holds: SELECT",
    "messages: SELECT",
    "organization_integrations: SELECT",
    "organizations: SELECT",
    "payments: SELECT",
    "redaction_policies: SELECT",
    "retention_policies: SELECT",
    "webhook_deliveries: SELECT",
];

pub async fn tenants_have_exactly_the_privileges_listed(pool: PgPool) -> Result<()> {
    let found = names(
        &mut *pool.acquire().await?,
        "select format('%s: %s', c.relname, a.privilege_type) as line
         from pg_class c, aclexplode(c.relacl) a
         where c.relnamespace = 'public'::regnamespace and a.grantee in (0, 'authenticated'::regrole)
         union all
         select format('%s: %s %s', c.relname, a.privilege_type, string_agg(t.attname, ', ' order by t.attname))
         from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
         where c.relnamespace = 'public'::regnamespace and a.grantee in (0, 'authenticated'::regrole)
         group by c.relname, a.privilege_type
         order by line",
    )
    .await?;
    ensure!(found == TENANTS, "{found:#?}");
    Ok(())
}

pub async fn anon_can_touch_nothing(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    let tables = sample::tenant_tables(&mut transaction).await?;
    act_as(&mut transaction, "anon", &user_of(CLINIC).to_string()).await?;
    for table in tables.iter().map(String::as_str).chain([
        "organizations",
        "feature_flags",
        "feature_flag_audit",
    ]) {
        expect_refusal(
            &mut transaction,
            DENIED,
            &format!("select from public.{table}"),
        )
        .await?;
        expect_refusal(
            &mut transaction,
            DENIED,
            &format!("delete from public.{table}"),
        )
        .await?;
    }
    expect_refusal(&mut transaction, DENIED, "select private.auth_org_id()").await
}

pub async fn no_tenant_can_call_a_function(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    for role in ["anon", "authenticated"] {
        let mut transaction = pool.begin().await?;
        act_as(&mut transaction, role, &user_of(CLINIC).to_string()).await?;
        let event = event::status("call-1", "ringing", "2030-01-01T10:00:00Z");
        let refused = event::apply(
            &mut *transaction.begin().await?,
            CLINIC,
            &event::delivery(1),
            &event,
        )
        .await;
        ensure!(
            sqlstate(&refused.unwrap_err()).as_deref() == Some(DENIED),
            "{role}: apply_call_event"
        );
        let refused = event::ignore(
            &mut *transaction.begin().await?,
            CLINIC,
            &event::delivery(1),
        )
        .await;
        ensure!(
            sqlstate(&refused.unwrap_err()).as_deref() == Some(DENIED),
            "{role}: record_ignored"
        );
        let flag = format!("select public.feature_enabled('sms.send', '{CLINIC}')");
        expect_refusal(&mut transaction, DENIED, &flag).await?;
    }
    Ok(())
}

pub async fn the_service_role_works_through_grants_and_cannot_delete_records(
    pool: PgPool,
) -> Result<()> {
    sample::rows(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for table in sample::tenant_tables(&mut connection).await? {
        let both = count(
            &mut connection,
            &format!("select count(distinct org_id) from public.{table}"),
        )
        .await?;
        ensure!(both == 2, "{table}: sees {both} organisations");
    }
    run(
        &mut connection,
        "update public.contacts set name = 'B'; update public.messages set status = 'sent'",
    )
    .await?;
    run(&mut connection, "delete from public.feature_flag_overrides").await?;
    for table in [
        "contacts",
        "calls",
        "appointments",
        "messages",
        "effects",
        "payments",
        "calendar_links",
        "webhook_deliveries",
        "deletion_requests",
        "organizations",
    ] {
        expect_refusal(
            &mut connection,
            DENIED,
            &format!("delete from public.{table}"),
        )
        .await?;
        expect_refusal(
            &mut connection,
            DENIED,
            &format!("truncate public.{table} cascade"),
        )
        .await?;
    }
    Ok(())
}
