//! What a request to erase hides, and that no table with a person in it is forgotten.

use anyhow::{Result, ensure};
use sqlx::PgPool;

use super::{
    event::{apply, delivery, status, with},
    role::{count, names, refusal, run, service},
    sample::{self, CLINIC},
};
use serde_json::json;

const REFUSED: &str = "22023";

/// Tenant tables whose rows say nothing about a person, with why.
const NOBODY: &[(&str, &str)] = &[
    ("calendar_links", "which calendar is which"),
    ("endpoints", "a registration"),
    ("feature_flag_overrides", "a switch"),
    (
        "organization_integrations",
        "how an organisation is reached",
    ),
    (
        "payments",
        "amounts by the provider's ids, which name nobody here",
    ),
    ("redaction_policies", "rules"),
    ("retention_policies", "days"),
];

pub async fn every_tenant_table_is_erased_told_or_about_nobody(pool: PgPool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let known = names(
        &mut connection,
        "select c.relname::text from private.subject_relations k join pg_class c on c.oid = k.relation",
    )
    .await?;
    let missing: Vec<String> = sample::tenant_tables(&mut connection)
        .await?
        .into_iter()
        .filter(|table| !known.contains(table) && !NOBODY.iter().any(|(nobody, _)| nobody == table))
        .collect();
    ensure!(
        missing.is_empty(),
        "not looked at by an erasure: {missing:?}"
    );
    // Whatever refers to a contact or a call is about somebody, whatever the list above says.
    let referring = names(
        &mut connection,
        "select distinct c.conrelid::regclass::text from pg_constraint c
         where c.contype = 'f' and c.confrelid in ('public.contacts'::regclass, 'public.calls'::regclass)
         union select t.relname::text from pg_class t join pg_attribute a on a.attrelid = t.oid
         where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')
         and a.attname in ('contact_id', 'call_id', 'phone')",
    )
    .await?;
    let kept = names(
        &mut connection,
        "select c.relname::text from private.subject_relations k join pg_class c on c.oid = k.relation where k.place is null",
    )
    .await?;
    for table in referring {
        ensure!(
            known.contains(&table) && (!kept.contains(&table) || table == "legal_holds"),
            "{table} refers to a person and is not erased"
        );
    }
    Ok(())
}

pub async fn what_is_told_of_an_erased_call_afterwards_goes_with_it(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let told = |call: &str, state: &str, at: &str| {
        with(
            status(call, state, at),
            &json!({ "customer_number": "+15550100", "recording_url": "https://example.com/r.wav" }),
        )
    };
    apply(
        &mut connection,
        CLINIC,
        &delivery(1),
        &told("call-1", "ringing", "2020-01-01T10:00:00Z"),
    )
    .await?;
    run(
        &mut connection,
        "select public.request_erasure(org_id, 'contact', id, 'gdpr_article_17', 'user:x') from public.contacts",
    )
    .await?;
    // Late: of the hidden call, and of one that nobody had heard of.
    apply(
        &mut connection,
        CLINIC,
        &delivery(2),
        &told("call-1", "ended", "2020-01-01T10:05:00Z"),
    )
    .await?;
    apply(
        &mut connection,
        CLINIC,
        &delivery(3),
        &told("call-0", "ended", "2020-01-01T09:00:00Z"),
    )
    .await?;
    let open = "select count(*) from public.contacts where deleted_at is null or phone like '+%'";
    ensure!(
        count(&mut connection, open).await? == 0,
        "the person is back"
    );
    let open = "select count(*) from public.calls where deleted_at is null";
    ensure!(count(&mut connection, open).await? == 0, "the call is back");
    let untouched = "select count(*) from public.calls where provider_call_id = 'call-1' and status = 'ringing'";
    ensure!(
        count(&mut connection, untouched).await? == 1,
        "an erased call was told more"
    );
    // Somebody who calls again is somebody new.
    apply(
        &mut connection,
        CLINIC,
        &delivery(4),
        &told("call-2", "ringing", "2099-01-01T10:00:00Z"),
    )
    .await?;
    let new = "select count(*) from public.calls c join public.contacts k on k.id = c.contact_id
         where c.deleted_at is null and k.deleted_at is null and k.phone = '+15550100'";
    ensure!(
        count(&mut connection, new).await? == 1,
        "a new call is hidden"
    );
    Ok(())
}

pub async fn nothing_is_removed_before_the_grace_or_without_a_request(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let release = "update public.legal_holds set released_at = now(), released_by = 'user:x'";
    run(&mut connection, release).await?;
    let asked = format!(
        "select public.request_erasure('{CLINIC}', 'contact', '{CLINIC}', 'gdpr_article_17', 'user:x') ->> 'request'"
    );
    let request: String = sqlx::query_scalar(sqlx::AssertSqlSafe(asked))
        .fetch_one(&mut *connection)
        .await?;
    ensure!(
        count(
            &mut connection,
            "select count(*) from public.take_erasure()"
        )
        .await?
            == 0
    );
    let rows = format!("select * from public.erase_rows('{CLINIC}', '{request}', 500)");
    ensure!(refusal(&mut connection, &rows).await? == REFUSED);
    let settle = format!("select public.settle_erasure('{CLINIC}', '{request}', '{{}}')");
    ensure!(
        refusal(&mut connection, &settle).await? == REFUSED,
        "settled with rows left"
    );
    let graces = "select count(*) from public.deletion_requests where scope = 'contact'
         and erase_after between now() + interval '26 days' and now() + interval '30 days' and erase_after < due_at";
    ensure!(count(&mut connection, graces).await? == 1);
    // Not taken, and past its grace: still not to be removed from.
    run(
        &mut *pool.acquire().await?,
        "update public.deletion_requests set erase_after = now()",
    )
    .await?;
    ensure!(refusal(&mut connection, &rows).await? == REFUSED);
    ensure!(
        count(
            &mut connection,
            "select count(*) from public.take_erasure()"
        )
        .await?
            == 1
    );
    ensure!(
        count(
            &mut connection,
            "select count(*) from public.take_erasure()"
        )
        .await?
            == 0,
        "taken twice"
    );
    Ok(())
}
