//! Feature flags and their audit.

use anyhow::{Result, ensure};
use sqlx::{PgConnection, PgPool};

use super::{
    role::{act_as, count, expect_refusal, names, run},
    sample::{self, CLINIC, OTHER},
};

async fn decision(connection: &mut PgConnection, organization: &str) -> Result<String> {
    let sql = "select concat(d ->> 'enabled', ' ', d ->> 'reason') from public.feature_enabled('sms.send', $1::uuid) d";
    Ok(sqlx::query_scalar(sql)
        .bind(organization)
        .fetch_one(connection)
        .await?)
}

pub async fn an_override_wins_over_the_percentage_and_off_wins_over_both(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut transaction = pool.begin().await?;
    act_as(&mut transaction, "service_role", "").await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "false unknown");
    run(
        &mut transaction,
        "insert into public.feature_flags (flag) values ('sms.send')",
    )
    .await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "false off");
    run(
        &mut transaction,
        "update public.feature_flags set enabled = true",
    )
    .await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "false rollout");
    let pilot = format!(
        "insert into public.feature_flag_overrides (org_id, flag, enabled) values ('{CLINIC}', 'sms.send', true)"
    );
    run(&mut transaction, &pilot).await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "true override");
    ensure!(decision(&mut transaction, OTHER).await? == "false rollout");
    run(
        &mut transaction,
        "update public.feature_flags set rollout_percent = 100",
    )
    .await?;
    run(
        &mut transaction,
        "update public.feature_flag_overrides set enabled = false",
    )
    .await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "false override");
    ensure!(decision(&mut transaction, OTHER).await? == "true rollout");
    run(
        &mut transaction,
        "update public.feature_flag_overrides set enabled = true",
    )
    .await?;
    run(
        &mut transaction,
        "update public.feature_flags set enabled = false",
    )
    .await?;
    ensure!(decision(&mut transaction, CLINIC).await? == "false off");
    for percent in ["-1", "101"] {
        expect_refusal(
            &mut transaction,
            "23514",
            &format!("update public.feature_flags set rollout_percent = {percent}"),
        )
        .await?;
    }
    Ok(())
}

pub async fn buckets_are_stable_and_never_negative(pool: PgPool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    // SHA-256 of "sms.send|aaaaaaaa-0000-4000-8000-000000000001" and of the other pair, computed outside Postgres.
    let known = format!(
        "select private.rollout_bucket('sms.send', '{CLINIC}') * 100 + private.rollout_bucket('calendar.write', '{OTHER}')"
    );
    let known = count(&mut connection, &format!("select ({known})::bigint")).await?;
    ensure!(known == 2492, "the buckets moved: {known}");
    let organizations =
        "from generate_series(1, 20000) n, lateral (select lpad(to_hex(n), 32, '0')::uuid) o (id)";
    let outside = format!(
        "select count(*) {organizations} where private.rollout_bucket('f', o.id) not between 0 and 99"
    );
    ensure!(
        count(&mut connection, &outside).await? == 0,
        "a bucket is out of range"
    );
    // One percent is about one percent: 200 of 20000, give or take four standard deviations of 14.
    let first =
        format!("select count(*) {organizations} where private.rollout_bucket('f', o.id) < 1");
    let first = count(&mut connection, &first).await?;
    ensure!(
        (144..=256).contains(&first),
        "one percent enabled {first} of 20000"
    );
    // Another flag goes to other organisations first: about 2 of these 200 are in both.
    let both = format!(
        "select count(*) {organizations} where private.rollout_bucket('f', o.id) < 1 and private.rollout_bucket('g', o.id) < 1"
    );
    let both = count(&mut connection, &both).await?;
    ensure!(
        both <= 10,
        "the same {both} organisations go first for every flag"
    );
    Ok(())
}

pub async fn every_change_of_a_flag_is_audited(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let mut transaction = pool.begin().await?;
    act_as(
        &mut transaction,
        "service_role",
        r#"{"role":"service_role","sub":"an-operator"}"#,
    )
    .await?;
    for change in [
        "insert into public.feature_flags (flag) values ('sms.send')".to_owned(),
        "update public.feature_flags set enabled = true, rollout_percent = 25".to_owned(),
        "update public.feature_flags set enabled = true".to_owned(),
        format!(
            "insert into public.feature_flag_overrides (org_id, flag, enabled) values ('{CLINIC}', 'sms.send', false)"
        ),
        "delete from public.feature_flags".to_owned(),
    ] {
        run(&mut transaction, &change).await?;
    }
    let found = names(
        &mut transaction,
        "select concat_ws(' ', actor, flag, left(org_id::text, 4),
             coalesce(before ->> 'rollout_percent', before ->> 'enabled', '-'), '>',
             coalesce(after ->> 'rollout_percent', after ->> 'enabled', '-'))
         from public.feature_flag_audit order by 1",
    )
    .await?;
    ensure!(
        found
            == [
                "user:an-operator sms.send - > 0",
                "user:an-operator sms.send 0 > 25",
                "user:an-operator sms.send 25 > -",
                "user:an-operator sms.send aaaa - > false",
                "user:an-operator sms.send aaaa false > -",
            ],
        "{found:#?}"
    );
    Ok(())
}
