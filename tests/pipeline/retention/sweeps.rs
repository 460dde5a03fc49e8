//! The sweep on the running stack, through PostgREST, DynamoDB and the bucket.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;
use sallyport::{
    clock::Clock,
    database::{Bounds, Database, Procedures, ServiceKey},
    retention::{Approval, CalendarPlace, Order, Places, Report, Retention, RunState},
    secrets::{SecretText, Secrets},
};
use sallyport_cli::stack::postgrest;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    rehearsal::relay::{Plan, Relay},
    schema, tests,
    world::Shared,
};

tests![
    of_a_hundred_thousand_rows_exactly_the_due_ones_go,
    a_sweep_ended_at_any_call_resumes_without_loss_or_double_count,
    a_sweep_whose_time_is_short_stops_and_the_next_goes_on,
    two_sweeps_at_once_remove_each_row_once,
    a_delete_with_a_limit_wipes_nothing,
    claims_and_bodies_go_when_their_time_is_over,
];

/// The stores of the stack, with its database behind `database`.
fn retention(world: &Shared, database: String) -> Result<Retention> {
    retention_with(world, database, None)
}

/// The same, with a way to the calendars.
pub fn retention_with(
    world: &Shared,
    database: String,
    calendars: Option<CalendarPlace>,
) -> Result<Retention> {
    let procedures = Procedures {
        database: Database::new(database)?,
        secret: world.outputs.get("DatabaseSecret")?.to_owned(),
    };
    let output = |name| world.outputs.get(name).map(str::to_owned);
    let places = Places {
        deliveries_table: world.deliveries_table.clone(),
        oversize_bucket: output("OversizeBucket")?,
        tombstones_table: output("TombstonesTable")?,
        tombstones_secret: output("TombstonesSecret")?,
        dead_letter_queues: vec![output("DeliveriesDeadLetterQueueUrl")?],
        calendars,
    };
    let secrets = Secrets::new(&world.aws, Clock::system());
    Ok(Retention::new(procedures, secrets, &world.aws, &places))
}

fn order(class: &str, approved: u64) -> Order {
    let approval = Approval {
        rows: approved,
        by: "user:test".to_owned(),
        reason: "a test".to_owned(),
    };
    Order {
        class: class.to_owned(),
        dry_run: false,
        approval: Some(approval),
        every: None,
    }
}

async fn sweep(retention: &Retention, class: &str) -> Result<Report> {
    let until = Instant::now() + Duration::from_mins(2);
    Ok(retention.sweep(&order(class, 1_000_000), until).await?)
}

pub async fn count(world: &Shared, sql: &str) -> Result<i64> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&world.database)
        .await
        .with_context(|| sql.to_owned())
}

async fn execute(world: &Shared, sql: &str) -> Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&world.database)
        .await
        .with_context(|| sql.to_owned())?;
    Ok(())
}

async fn audited(world: &Shared, class: &str) -> Result<i64> {
    let sql = format!(
        "select coalesce(sum((details ->> 'removed')::bigint), 0)::bigint from public.audit_log
         where action = 'retention.sweep' and entity = '{class}'"
    );
    count(world, &sql).await
}

/// Resident memory of this process at its highest, MiB.
fn peak_mib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line
        .and_then(|line| line.split_whitespace().nth(1))
        .context("no VmHWM")?;
    Ok(kib.parse::<u64>()? / 1024)
}

/// What is due of each class, said once more in plain SQL: the fifth clinic has a hold on everything, the fourth keeps
/// messages for 800 days, and in the third one contact is held.
const DUE: &[(&str, &str)] = &[
    ("delivery_log", "public.webhook_deliveries where received_at < now() - interval '7 days'"),
    ("transcripts", "public.calls where transcript is not null and created_at < now() - interval '365 days'"),
    ("recordings", "public.calls where recording_url is not null and created_at < now() - interval '90 days'"),
    (
        "messages",
        "public.messages where created_at < now() - case when org_id = '00000000-0000-4000-8000-000000000004'
             then interval '800 days' else interval '730 days' end",
    ),
    ("appointments", "public.appointments where ends_at < now() - interval '2557 days'"),
    ("calls", "public.calls where created_at < now() - interval '2557 days'"),
    ("audit", "public.audit_log where occurred_at < now() - interval '2557 days'"),
];
const SEEDED: &str = "org_id::text like '00000000-0000-4000-8000-00000000000_'";
const HELD: &str = "org_id = '00000000-0000-4000-8000-000000000005'";

async fn of_a_hundred_thousand_rows_exactly_the_due_ones_go(world: Shared) -> Result<()> {
    execute(&world, schema::sweeps::SEED).await?;
    let held_contact = "10000000-0000-4000-8000-000000001292";
    execute(
        &world,
        &format!(
            "insert into public.legal_holds (org_id, reason) values ('00000000-0000-4000-8000-000000000005', 'matter');
             insert into public.legal_holds (org_id, contact_id, reason)
             values ('00000000-0000-4000-8000-000000000003', '{held_contact}', 'matter');
             insert into public.retention_policies (org_id, class, keep_days)
             values ('00000000-0000-4000-8000-000000000004', 'messages', 800); analyze"
        ),
    )
    .await?;
    let retention = retention(&world, world.postgrest_url.clone())?;
    let before = peak_mib()?;
    // Of the held contact: its own, and what hangs on it, by class.
    let held_rows =
        |class: &str| i64::from(["transcripts", "recordings", "messages"].contains(&class));
    for (class, due) in DUE {
        let all = count(&world, &format!("select count(*) from {due} and {SEEDED}")).await?;
        let held = count(&world, &format!("select count(*) from {due} and {HELD}")).await?;
        let expected = all - held - held_rows(class);
        let began = Instant::now();
        let report = sweep(&retention, class).await?;
        let took = began.elapsed().as_millis();
        println!(
            "  {class}: {} removed in {} batches, {took} ms, longest batch {} ms, held {}",
            report.removed, report.batches, report.longest_batch_ms, report.held
        );
        ensure!(report.state == RunState::Done, "{report:?}");
        ensure!(
            report.removed == u64::try_from(expected)?,
            "{expected} were due: {report:?}"
        );
        ensure!(
            audited(&world, class).await? == expected,
            "the audit tells another number"
        );
        let left = count(&world, &format!("select count(*) from {due} and {SEEDED}")).await?;
        ensure!(
            left == held + held_rows(class),
            "{class}: {left} of age stayed"
        );
    }
    let plan = retention.plan(None, None).await?;
    let due: u64 = plan
        .iter()
        .filter(|row| DUE.iter().any(|(class, _)| *class == row.class))
        .map(|row| row.due)
        .sum();
    ensure!(due == 0, "{plan:?}");
    let grown = peak_mib()? - before;
    println!("  memory: {grown} MiB more at the highest");
    ensure!(grown < 32, "{grown} MiB");
    Ok(())
}

/// 1200 messages past their time, and as many young ones, of an organisation of its own.
pub async fn old_messages(world: &Shared) -> Result<String> {
    let organization = uuid::Uuid::new_v4().to_string();
    execute(
        world,
        &format!(
            "insert into public.organizations (id, name) values ('{organization}', 'A clinic');
             insert into public.messages (org_id, channel, direction, status, created_at)
             select '{organization}', 'sms', 'outbound', 'sent', now() - make_interval(days => days)
             from generate_series(1, 1200), unnest(array[100, 800]) as days"
        ),
    )
    .await?;
    Ok(organization)
}

pub async fn more_old_messages(world: &Shared, organization: &str, rows: i64) -> Result<i64> {
    let rows = rows.max(0);
    execute(
        world,
        &format!(
            "insert into public.messages (org_id, channel, direction, status, created_at)
             select '{organization}', 'sms', 'outbound', 'sent', now() - interval '800 days' from generate_series(1, {rows})"
        ),
    )
    .await?;
    Ok(rows)
}

pub async fn messages_left(world: &Shared, organization: &str) -> Result<i64> {
    count(
        world,
        &format!("select count(*) from public.messages where org_id = '{organization}'"),
    )
    .await
}

async fn a_sweep_ended_at_any_call_resumes_without_loss_or_double_count(
    world: Shared,
) -> Result<()> {
    let whole = retention(&world, world.postgrest_url.clone())?;
    // One that nobody ends, to know its calls.
    old_messages(&world).await?;
    let relay = Relay::start(world.postgrest_url.trim_end_matches("/rest/v1"), Plan::Pass).await?;
    let url = |relay: &Relay| format!("{}/rest/v1", relay.url);
    sweep(&retention(&world, url(&relay))?, "messages").await?;
    let calls = relay.operations();
    ensure!(
        calls
            .iter()
            .filter(|call| *call == "rpc/retention_sweep")
            .count()
            >= 3,
        "{calls:?}"
    );
    for (number, call) in calls.iter().enumerate() {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let before = audited(&world, "messages").await?;
            let organization = old_messages(&world).await?;
            let relay = Relay::start(
                world.postgrest_url.trim_end_matches("/rest/v1"),
                plan.clone(),
            )
            .await?;
            let ended = retention(&world, url(&relay))?;
            let answer = relay.run(sweep(&ended, "messages")).await;
            ensure!(answer.is_none(), "{plan:?} of {call} ended nothing");
            let report = sweep(&whole, "messages").await?;
            let removed = audited(&world, "messages").await? - before;
            ensure!(
                removed == 1200,
                "{plan:?} of {call}: {removed} audited, {report:?}"
            );
            ensure!(
                messages_left(&world, &organization).await? == 1200,
                "{plan:?} of {call}"
            );
        }
    }
    let counted = count(
        &world,
        "select sum(removed)::bigint from private.retention_runs where class = 'messages'",
    )
    .await?;
    ensure!(
        counted == audited(&world, "messages").await?,
        "the runs tell another number"
    );
    Ok(())
}

async fn a_sweep_whose_time_is_short_stops_and_the_next_goes_on(world: Shared) -> Result<()> {
    let organization = old_messages(&world).await?;
    let retention = retention(&world, world.postgrest_url.clone())?;
    let late = retention
        .sweep(&order("messages", 1_000_000), Instant::now())
        .await?;
    ensure!(
        late.state == RunState::Partial && late.removed == 0,
        "{late:?}"
    );
    let rest = sweep(&retention, "messages").await?;
    ensure!(
        rest.state == RunState::Done && rest.removed == 1200,
        "{rest:?}"
    );
    ensure!(messages_left(&world, &organization).await? == 1200);
    Ok(())
}

async fn two_sweeps_at_once_remove_each_row_once(world: Shared) -> Result<()> {
    let before = audited(&world, "messages").await?;
    let organization = old_messages(&world).await?;
    let (one, other) = (
        retention(&world, world.postgrest_url.clone())?,
        retention(&world, world.postgrest_url.clone())?,
    );
    let (first, second) = tokio::try_join!(sweep(&one, "messages"), sweep(&other, "messages"))?;
    let rest = sweep(&one, "messages").await?;
    ensure!(
        first.removed + second.removed + rest.removed == 1200,
        "{first:?} {second:?} {rest:?}"
    );
    ensure!(audited(&world, "messages").await? - before == 1200);
    ensure!(messages_left(&world, &organization).await? == 1200);
    Ok(())
}

/// PostgREST passes over `limit` where rows are changed: what asks for five would lose all. Our key may not delete at
/// all, our client has no such request, and what a procedure may touch is bounded by the server and undone past it.
async fn a_delete_with_a_limit_wipes_nothing(world: Shared) -> Result<()> {
    let organization = old_messages(&world).await?;
    let key = postgrest::key("service_role")?;
    for table in [
        "messages",
        "webhook_deliveries",
        "contacts",
        "calls",
        "audit_log",
    ] {
        let url = format!(
            "{}/{table}?order=org_id&limit=5&org_id=eq.{organization}",
            world.postgrest_url
        );
        let answer = world.http.delete(url).bearer_auth(&key).send().await?;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await?;
        ensure!(
            [401, 403].contains(&status) && body["code"] == "42501",
            "{table}: {status} {body}"
        );
    }
    let database = Database::new(world.postgrest_url.clone())?;
    let secret = json!({ "service_role_key": key }).to_string();
    let key = ServiceKey::parse(&SecretText::new(secret))?;
    let bounds = |rows| Bounds {
        within: Duration::from_secs(8),
        rows,
    };
    let begin = json!({ "p_class": "messages", "p_approved_rows": 2000, "p_approved_by": "user:test", "p_approval_reason": "a test" });
    let run: Value = database
        .call("retention_begin", &begin, &key, bounds(None))
        .await?;
    let batch =
        json!({ "p_run": run["run"], "p_organization": organization, "p_limit": 1_000_000 });
    let refused: Result<Value, _> = database
        .call("retention_sweep", &batch, &key, bounds(Some(5)))
        .await;
    ensure!(
        refused.is_err(),
        "more rows than were asked for: {refused:?}"
    );
    ensure!(
        messages_left(&world, &organization).await? == 2400,
        "what was refused was not undone"
    );
    let looked: Vec<Value> = database
        .call("retention_sweep", &batch, &key, bounds(Some(500)))
        .await?;
    ensure!(looked.len() == 500, "a batch of {}", looked.len());
    ensure!(messages_left(&world, &organization).await? == 1900);
    sweep(&retention(&world, world.postgrest_url.clone())?, "messages").await?;
    Ok(())
}

async fn claims_and_bodies_go_when_their_time_is_over(world: Shared) -> Result<()> {
    let dynamodb = aws_sdk_dynamodb::Client::new(&world.aws);
    let claims = async || -> Result<i32> {
        let scan = dynamodb.scan().table_name(&world.deliveries_table);
        let mut pages = scan.into_paginator().send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            count += page.map_err(aws_sdk_dynamodb::Error::from)?.count;
        }
        Ok(count)
    };
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let retention = retention(&world, world.postgrest_url.clone())?;
    sweep(&retention, "claims").await?;
    let living = claims().await?;
    for (number, ends) in
        (0..700).map(|number| (number, if number < 600 { now - 1 } else { now + 3600 }))
    {
        dynamodb
            .put_item()
            .table_name(&world.deliveries_table)
            .item("delivery", AttributeValue::S(format!("dlv_{number:032x}")))
            .item("expires_at", AttributeValue::N(ends.to_string()))
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)?;
    }
    let report = sweep(&retention, "claims").await?;
    ensure!(report.removed == 600 && report.due == 600, "{report:?}");
    ensure!(claims().await? == living + 100);

    let s3 = sallyport_cli::aws::s3(&world.aws);
    let bucket = world.outputs.get("OversizeBucket")?;
    for number in 0..3 {
        let put = s3
            .put_object()
            .bucket(bucket)
            .key(format!("some/body/{number}"));
        put.body(ByteStream::from_static(b"x"))
            .send()
            .await
            .map_err(aws_sdk_s3::Error::from)?;
    }
    ensure!(
        sweep(&retention, "payloads").await?.removed == 0,
        "young bodies went"
    );
    // The database's clock decides, so that is the one to put forward.
    let ahead =
        "create or replace function public.retention_now() returns timestamptz language sql stable
         set search_path = '' as 'select now() + interval ''8 days'''";
    execute(&world, ahead).await?;
    let report = sweep(&retention, "payloads").await;
    let back =
        "create or replace function public.retention_now() returns timestamptz language sql stable
         set search_path = '' as 'select now()'";
    execute(&world, back).await?;
    let report = report?;
    ensure!(
        report.removed >= 3 && report.removed == report.due,
        "{report:?}"
    );
    let left = s3
        .list_objects_v2()
        .bucket(bucket)
        .send()
        .await
        .map_err(aws_sdk_s3::Error::from)?;
    ensure!(left.contents().is_empty(), "{:?}", left.contents());
    Ok(())
}
