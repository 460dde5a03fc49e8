//! What a sweep removes: exactly what is due, in batches that can stop anywhere, never more than was let through.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};

use super::{
    role::{DENIED, count, expect_refusal, names, refusal, run, service},
    sample::{self, CLINIC, OTHER},
};

const REFUSED: &str = "22023";

/// A contact with one row of everything, all of it ten years old.
pub fn old_rows(organization: &str) -> String {
    "
    alter table public.contacts disable trigger user;
    alter table public.appointments disable trigger user;
    insert into public.contacts (org_id, id, phone, created_at, updated_at)
    values ('<org>', '<org>', '+15550100', now() - interval '10 years 1 day', now() - interval '10 years 1 day');
    insert into public.calls (org_id, id, provider, provider_call_id, contact_id, status, status_at, status_delivery,
        created_at, started_at, recording_url, transcript, summary, analysis, redaction, redaction_policy, words_delivery)
    values ('<org>', '<org>', 'vapi', 'call-1', '<org>', 'ended', now(), 'd', now() - interval '10 years 1 day',
        now() - interval '10 years 1 day', 'https://example.com/r.wav', 'said', 'said', '{}', '{}', '1', 'd');
    insert into public.appointments (org_id, contact_id, call_id, calendar, starts_at, ends_at)
    values ('<org>', '<org>', '<org>', 'dr-a', now() - interval '10 years 2 days', now() - interval '10 years 1 day');
    insert into public.messages (org_id, contact_id, call_id, channel, direction, status, created_at)
    values ('<org>', '<org>', '<org>', 'sms', 'outbound', 'sent', now() - interval '10 years 1 day');
    insert into public.webhook_deliveries (org_id, delivery, endpoint, provider, event_type, state, received_at, call_id)
    values ('<org>', 'dlv_00000000000000000000000000000001', 'e', 'vapi', 'x', 'done', now() - interval '10 years 1 day', '<org>');
    insert into public.audit_log (org_id, actor, action, entity, occurred_at)
    values ('<org>', 'role:test', 'insert', 'endpoints', now() - interval '10 years 1 day');
    alter table public.contacts enable trigger user;
    alter table public.appointments enable trigger user;
    "
    .replace("<org>", organization)
}

/// The classes of which the organisation has something older than ten years.
pub async fn left(connection: &mut PgConnection, organization: &str) -> Result<Vec<String>> {
    let sql = "
        select class from (
            select 'contacts' as class, org_id from public.contacts
            union all select 'calls', org_id from public.calls
            union all select 'transcripts', org_id from public.calls
                where num_nonnulls(transcript, summary, analysis, redaction, redaction_policy, words_delivery) > 0
            union all select 'recordings', org_id from public.calls where recording_url is not null
            union all select 'appointments', org_id from public.appointments
            union all select 'messages', org_id from public.messages
            union all select 'delivery_log', org_id from public.webhook_deliveries
            union all select 'audit', org_id from public.audit_log where occurred_at < now() - interval '9 years'
        ) as found where org_id = $1::uuid order by 1";
    Ok(sqlx::query_scalar(sql)
        .bind(organization)
        .fetch_all(connection)
        .await?)
}

/// Begins a run that `approved` rows may go in, and gives its id.
pub async fn begin(connection: &mut PgConnection, class: &str, approved: i64) -> Result<String> {
    let begun = ask_to_begin(connection, class, Some(approved)).await?;
    ensure!(begun["state"] == "running", "{begun}");
    Ok(begun["run"].as_str().context("no run")?.to_owned())
}

async fn ask_to_begin(
    connection: &mut PgConnection,
    class: &str,
    approved: Option<i64>,
) -> Result<Value> {
    let sql =
        "select public.retention_begin($1, p_approved_rows => $2, p_approved_by => 'user:test',
         p_approval_reason => 'a test')::text";
    let text: String = sqlx::query_scalar(sql)
        .bind(class)
        .bind(approved)
        .fetch_one(connection)
        .await?;
    Ok(serde_json::from_str(&text)?)
}

/// One batch of a run: the keys, their ages and whether each was removed.
pub async fn batch(
    connection: &mut PgConnection,
    run: &str,
    organization: &str,
    limit: i32,
    after: Option<&(String, String, bool)>,
) -> Result<Vec<(String, String, bool)>> {
    let sql = "select key, at::text, removed from public.retention_sweep($1::uuid, $2::uuid, $3,
         coalesce($4::timestamptz, '-infinity'), $5)";
    Ok(sqlx::query_as(sql)
        .bind(run)
        .bind(organization)
        .bind(limit)
        .bind(after.map(|(_, at, _)| at))
        .bind(after.map(|(key, _, _)| key))
        .fetch_all(connection)
        .await?)
}

/// Sweeps a class to its end. Gives the number of rows removed.
pub async fn sweep(connection: &mut PgConnection, class: &str) -> Result<usize> {
    let run = begin(connection, class, 1_000_000).await?;
    let organizations: Vec<String> = sqlx::query_scalar(
        "select org_id::text from public.retention_organizations($1::uuid, 500)",
    )
    .bind(&run)
    .fetch_all(&mut *connection)
    .await?;
    let mut removed = 0;
    for organization in organizations {
        let mut after = None;
        loop {
            let page = batch(connection, &run, &organization, 3, after.as_ref()).await?;
            removed += page.iter().filter(|(_, _, removed)| *removed).count();
            if page.len() < 3 {
                break;
            }
            after = page.into_iter().last();
        }
    }
    sqlx::query("select public.retention_finish($1::uuid, 'done')")
        .bind(&run)
        .execute(connection)
        .await?;
    Ok(removed)
}

async fn audited(connection: &mut PgConnection) -> Result<i64> {
    count(
        connection,
        "select coalesce(sum((details ->> 'removed')::bigint), 0)::bigint from public.audit_log where action = 'retention.sweep'",
    )
    .await
}

/// Messages of the clinic, one for each age in days, from the youngest.
async fn messages(connection: &mut PgConnection, ages: std::ops::Range<u32>) -> Result<()> {
    let sql = format!(
        "insert into public.messages (org_id, channel, direction, status, created_at)
         select '{CLINIC}', 'sms', 'outbound', 'sent', now() - make_interval(days => age)
         from generate_series({}, {}) as age",
        ages.start,
        ages.end - 1
    );
    run(connection, &sql).await?;
    Ok(())
}

pub async fn what_is_due_goes_and_what_is_young_stays_to_the_day(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    messages(&mut connection, 720..740).await?;
    ensure!(sweep(&mut connection, "messages").await? == 10);
    ensure!(audited(&mut connection).await? == 10);
    let oldest = "select count(*) from public.messages where created_at < now() - interval '730 days 1 minute'";
    ensure!(count(&mut connection, oldest).await? == 0);
    ensure!(count(&mut connection, "select count(*) from public.messages").await? == 10);
    // The organisation's own policy, and back to the product's.
    let shorter = format!(
        "insert into public.retention_policies (org_id, class, keep_days) values ('{CLINIC}', 'messages', 725)"
    );
    run(&mut connection, &shorter).await?;
    ensure!(sweep(&mut connection, "messages").await? == 5);
    ensure!(audited(&mut connection).await? == 15);
    // Even a policy that slipped past its bounds does not go below them.
    run(&mut connection, "alter table public.retention_policies disable trigger user; update public.retention_policies set keep_days = 1").await?;
    messages(&mut connection, 1..31).await?;
    sweep(&mut connection, "messages").await?;
    let young =
        "select count(*) from public.messages where created_at > now() - interval '30 days'";
    ensure!(count(&mut connection, young).await? == 29);
    Ok(())
}

pub async fn a_contact_goes_when_nothing_happened_with_it_since(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    for (active, removed) in [
        ("", 1),
        ("update public.contacts set updated_at = now()", 0),
        ("update public.calls set created_at = now()", 0),
        ("update public.calls set started_at = now()", 0),
        ("update public.messages set created_at = now()", 0),
        (
            "update public.appointments set starts_at = now(), ends_at = now() + interval '1 hour'",
            0,
        ),
    ] {
        let mut transaction = connection.begin().await?;
        run(&mut transaction, &old_rows(CLINIC)).await?;
        // As nobody's change, or `updated_at` would be the contact's activity.
        run(
            &mut transaction,
            "set local session_replication_role = replica",
        )
        .await?;
        run(&mut transaction, active).await?;
        run(
            &mut transaction,
            "set local session_replication_role = origin",
        )
        .await?;
        let gone = sweep(&mut transaction, "contacts").await?;
        ensure!(gone == removed, "{active}: {gone}");
        transaction.rollback().await?;
    }
    Ok(())
}

pub async fn a_delivery_that_was_applied_late_stays_until_it_is_old_itself(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    run(&mut connection, &old_rows(CLINIC)).await?;
    run(
        &mut connection,
        "update public.webhook_deliveries set applied_at = now() - interval '6 days'",
    )
    .await?;
    ensure!(sweep(&mut connection, "delivery_log").await? == 0);
    run(
        &mut connection,
        "update public.webhook_deliveries set applied_at = now() - interval '8 days'",
    )
    .await?;
    ensure!(sweep(&mut connection, "delivery_log").await? == 1);
    Ok(())
}

pub async fn more_than_the_guard_lets_go_needs_an_approval(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    // 21 of 121: above a twentieth and above the handful.
    messages(&mut connection, 1..101).await?;
    messages(&mut connection, 731..752).await?;
    let begun = ask_to_begin(&mut connection, "messages", None).await?;
    ensure!(
        begun["state"] == "refused" && begun["due"] == 21 && begun["guard"] == 20,
        "{begun}"
    );
    let refused = begun["run"].as_str().context("no run")?.to_owned();
    let batch_of =
        |run: &str| format!("select * from public.retention_sweep('{run}', '{CLINIC}', 500)");
    ensure!(refusal(&mut connection, &batch_of(&refused)).await? == REFUSED);
    ensure!(ask_to_begin(&mut connection, "messages", Some(20)).await?["state"] == "refused");
    let run_id = begin(&mut connection, "messages", 21).await?;
    // What became due under a run is not what was approved.
    messages(&mut connection, 752..760).await?;
    let removed = batch(&mut connection, &run_id, CLINIC, 500, None).await?;
    ensure!(removed.iter().filter(|(_, _, removed)| *removed).count() == 21);
    ensure!(audited(&mut connection).await? == 21);
    let nameless = "select public.retention_begin('messages', p_approved_rows => 100)";
    ensure!(refusal(&mut connection, nameless).await? == "23514");
    let dry = "select public.retention_begin('messages', p_dry_run => true) ->> 'run'";
    let dry: String = sqlx::query_scalar(dry).fetch_one(&mut *connection).await?;
    ensure!(
        refusal(&mut connection, &batch_of(&dry)).await? == REFUSED,
        "a dry run removes"
    );
    let rest =
        "select count(*) from public.messages where created_at < now() - interval '730 days'";
    ensure!(count(&mut connection, rest).await? == 8);
    Ok(())
}

pub async fn ten_times_the_median_of_a_week_needs_an_approval(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    let bulk = |count: u32, age: u32| {
        format!(
            "insert into public.messages (org_id, channel, direction, status, created_at)
             select '{CLINIC}', 'sms', 'outbound', 'sent', now() - interval '{age} days' from generate_series(1, {count})"
        )
    };
    run(&mut connection, &bulk(20_000, 1)).await?;
    for _ in 0..3 {
        run(&mut connection, &bulk(60, 800)).await?;
        ensure!(sweep(&mut connection, "messages").await? == 60);
    }
    run(&mut connection, &bulk(600, 800)).await?;
    ensure!(ask_to_begin(&mut connection, "messages", None).await?["state"] == "running");
    run(&mut connection, &bulk(1, 800)).await?;
    let begun = ask_to_begin(&mut connection, "messages", None).await?;
    ensure!(
        begun["state"] == "refused" && begun["guard"] == 600,
        "{begun}"
    );
    // A sweep that was missed for days has the work of days.
    let late = "update private.retention_runs set finished_at = finished_at - interval '2 days'
         where state = 'done'";
    run(&mut connection, late).await?;
    let begun = ask_to_begin(&mut connection, "messages", None).await?;
    ensure!(
        begun["state"] == "running" && begun["guard"] == 1031,
        "{begun}"
    );
    Ok(())
}

/// Killed before its commit a batch has removed and recorded nothing; the next run takes what is left.
pub async fn a_sweep_ended_at_any_batch_resumes_without_loss_or_double_count(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    for survives in 0..4 {
        messages(&mut connection, 731..741).await?;
        let before = audited(&mut connection).await?;
        let run_id = begin(&mut connection, "messages", 100).await?;
        for _ in 0..survives {
            batch(&mut connection, &run_id, CLINIC, 3, None).await?;
        }
        let mut killed = connection.begin().await?;
        batch(&mut killed, &run_id, CLINIC, 3, None).await?;
        killed.rollback().await?;
        let recorded = audited(&mut connection).await? - before;
        let left = count(&mut connection, "select count(*) from public.messages").await?;
        ensure!(
            recorded + left == 10,
            "{survives}: {recorded} recorded, {left} left"
        );
        sweep(&mut connection, "messages").await?;
        ensure!(count(&mut connection, "select count(*) from public.messages").await? == 0);
        ensure!(audited(&mut connection).await? - before == 10);
    }
    let counted = "select sum(removed)::bigint from private.retention_runs";
    ensure!(count(&mut connection, counted).await? == 40);
    Ok(())
}

pub async fn two_sweeps_at_once_remove_each_row_once(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut connection = pool.acquire().await?;
    for organization in [CLINIC, OTHER] {
        let sql = format!(
            "insert into public.messages (org_id, channel, direction, status, created_at)
             select '{organization}', 'sms', 'outbound', 'sent', now() - interval '800 days' from generate_series(1, 400)"
        );
        run(&mut connection, &sql).await?;
    }
    let service = service(&pool, 4).await?;
    let sweeps = (0..4).map(|_| async {
        let mut connection = service.acquire().await?;
        sweep(&mut connection, "messages").await
    });
    let removed: usize = futures::future::try_join_all(sweeps).await?.iter().sum();
    // What one had locked the other passed over; the next run of a schedule would find it.
    let rest = sweep(&mut connection, "messages").await?;
    ensure!(removed + rest == 800, "{removed} and {rest}");
    ensure!(audited(&mut connection).await? == 800);
    ensure!(count(&mut connection, "select count(*) from public.messages").await? == 0);
    Ok(())
}

pub async fn only_a_run_removes_and_only_its_class(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for table in ["retention_runs", "record_classes"] {
        for verb in ["select from", "delete from"] {
            expect_refusal(&mut connection, DENIED, &format!("{verb} private.{table}")).await?;
        }
    }
    let nothing =
        format!("select * from public.retention_sweep(gen_random_uuid(), '{CLINIC}', 500)");
    ensure!(refusal(&mut connection, &nothing).await? == REFUSED);
    let run_id = begin(&mut connection, "messages", 100).await?;
    sqlx::query("select public.retention_finish($1::uuid, 'done')")
        .bind(&run_id)
        .execute(&mut *connection)
        .await?;
    let over = format!("select * from public.retention_sweep('{run_id}', '{CLINIC}', 500)");
    ensure!(refusal(&mut connection, &over).await? == REFUSED);
    expect_refusal(
        &mut connection,
        REFUSED,
        "select public.retention_begin('everything')",
    )
    .await
}

/// Tables whose rows are no records: configuration, which an organisation changes itself, and what is kept with it.
const KEPT: &[&str] = &[
    "calendar_links",
    "endpoints",
    "feature_flag_overrides",
    "legal_holds",
    "organization_integrations",
    "redaction_policies",
    "retention_policies",
];

pub async fn every_tenant_table_has_a_record_class(pool: PgPool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let swept = names(
        &mut connection,
        "select distinct c.relname::text from private.record_classes k join pg_class c on c.oid = k.relation where k.clears is null",
    )
    .await?;
    let missing: Vec<String> = sample::tenant_tables(&mut connection)
        .await?
        .into_iter()
        .filter(|table| !swept.contains(table) && !KEPT.contains(&table.as_str()))
        .collect();
    ensure!(missing.is_empty(), "kept for ever: {missing:?}");
    Ok(())
}

/// A hundred thousand rows of five organisations, of all ages.
pub const SEED: &str = include_str!("seed.sql");

/// Every batch of every class on [`SEED`]: the plans, and the times.
pub async fn each_batch_of_a_hundred_thousand_rows_walks_an_index_and_is_quick(
    pool: PgPool,
) -> Result<()> {
    let mut connection = pool.acquire().await?;
    run(&mut connection, SEED).await?;
    run(&mut connection, "analyze").await?;
    let classes = names(
        &mut connection,
        "select class from private.record_classes where relation is not null
         order by array_position('{delivery_log,transcripts,recordings,messages,appointments,calls,contacts}', class)",
    )
    .await?;
    let mut all = Vec::new();
    for class in &classes {
        plans(&mut connection, class).await?;
        let run_id = begin(&mut connection, class, 1_000_000).await?;
        let (size, organizations): (i32, Vec<String>) = sqlx::query_as(
            "select batch, array(select org_id::text from public.retention_organizations($1::uuid, 500))
             from private.record_classes where class = $2",
        )
        .bind(&run_id)
        .bind(class)
        .fetch_one(&mut *connection)
        .await?;
        let mut times = Vec::new();
        for organization in organizations {
            let mut after = None;
            loop {
                let began = Instant::now();
                let page = batch(
                    &mut connection,
                    &run_id,
                    &organization,
                    size,
                    after.as_ref(),
                )
                .await?;
                times.push(began.elapsed());
                if page.len() < usize::try_from(size)? {
                    break;
                }
                after = page.into_iter().last();
            }
        }
        times.sort_unstable();
        println!(
            "  {class}: {} batches of {size}, p50 {:?}, p95 {:?}, longest {:?}",
            times.len(),
            quantile(&times, 50),
            quantile(&times, 95),
            quantile(&times, 100)
        );
        all.extend(times);
    }
    all.sort_unstable();
    let p95 = quantile(&all, 95);
    println!("  all: {} batches, p95 {p95:?}", all.len());
    ensure!(p95 < Duration::from_millis(100), "p95 {p95:?}");
    Ok(())
}

/// The value below which this many of a hundred lie.
fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// That neither statement of a batch reads a whole table, but for the holds, of which there are few.
async fn plans(connection: &mut PgConnection, class: &str) -> Result<()> {
    let (look, removal): (String, String) = sqlx::query_as(
        "select private.sweep_statement(k), private.removal_statement(k)
         from private.record_classes k where class = $1",
    )
    .bind(class)
    .fetch_one(&mut *connection)
    .await?;
    let organization = "00000000-0000-4000-8000-000000000001";
    let nil = "00000000-0000-0000-0000-000000000000";
    for (statement, types, values) in [
        (
            look,
            "uuid, timestamptz, timestamptz, text, integer",
            format!("'{organization}', now() - interval '400 days', '-infinity', '{nil}', 500"),
        ),
        (
            removal,
            "uuid, text[]",
            format!("'{organization}', '{{{nil}}}'"),
        ),
    ] {
        let mut transaction = connection.begin().await?;
        run(
            &mut transaction,
            &format!("prepare probe ({types}) as {statement}"),
        )
        .await?;
        let explain = format!("explain (format text) execute probe ({values})");
        let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(explain))
            .fetch_all(&mut *transaction)
            .await?;
        let whole = plan
            .iter()
            .any(|line| line.contains("Seq Scan on") && !line.contains("Seq Scan on legal_holds"));
        let indexed = plan
            .iter()
            .any(|line| line.contains("Index Cond: ") && line.contains("org_id"));
        ensure!(!whole && indexed, "{class}: {plan:#?}");
        run(&mut transaction, "deallocate probe").await?;
        transaction.rollback().await?;
    }
    Ok(())
}
