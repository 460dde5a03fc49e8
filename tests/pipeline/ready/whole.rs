//! It passes where all is well, and leaves nothing behind.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport_cli::{
    ready::{CHECKS, Report, Verdict, test},
    stage::{Reached, Stage},
};

use crate::{tests, world::Shared};

/// How long anything may take to come to rest.
const PATIENCE: Duration = Duration::from_mins(1);

tests![
    the_stack_passes_every_check_and_nothing_of_the_test_stays,
    a_dead_letter_is_a_stage_that_is_not_ready,
    a_clinics_rows_cannot_be_removed_as_a_tests,
];

async fn made(world: &Shared, chosen: fn(&str) -> bool) -> Result<Report> {
    let reached = Reached {
        stage: Stage::Local,
        aws: world.aws.clone(),
        outputs: world.outputs.clone(),
    };
    test(&world.home, &reached, chosen, PATIENCE, |line| {
        println!("{} {:?} {}", line.name, line.verdict, line.detail);
    })
    .await
}

async fn the_stack_passes_every_check_and_nothing_of_the_test_stays(world: Shared) -> Result<()> {
    // What other tests have left there on purpose.
    world.purge_dead_letters().await?;
    let report = made(&world, |_| true).await?;
    ensure!(report.left.is_none(), "{:?}", report.left);
    ensure!(report.is_ready(), "{report:#?}");
    let skipped = report.lines.iter();
    let skipped: Vec<_> = skipped
        .filter(|line| line.verdict == Verdict::Skipped)
        .map(|line| line.name)
        .collect();
    ensure!(
        report.lines.len() == CHECKS.len() && skipped.iter().all(|name| *name == "schedules"),
        "skipped: {skipped:?}"
    );
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from calls c join organizations o on o.id = c.org_id where o.synthetic)
              + (select count(*) from contacts c join organizations o on o.id = c.org_id where o.synthetic)
              + (select count(*) from webhook_deliveries d join organizations o on o.id = d.org_id where o.synthetic)
              + (select count(*) from endpoints e join organizations o on o.id = e.org_id where o.synthetic)",
    )
    .fetch_one(&world.database)
    .await?;
    ensure!(left == 0, "{left} rows of synthetic organisations stay");
    let registered = aws_sdk_dynamodb::Client::new(&world.aws)
        .scan()
        .table_name(world.outputs.get("EndpointsTable")?)
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    let ready = registered.items().iter().any(|item| {
        let name = item.get("endpoint").and_then(|name| name.as_s().ok());
        name.is_some_and(|name| name.starts_with("ready-"))
    });
    ensure!(!ready, "an endpoint of the test is registered still");
    Ok(())
}

async fn a_dead_letter_is_a_stage_that_is_not_ready(world: Shared) -> Result<()> {
    world.dead_letter("{}").await?;
    let report = made(&world, |name| name == "readiness").await?;
    world.purge_dead_letters().await?;
    let line = report.lines.first().context("no line")?;
    ensure!(
        line.verdict == Verdict::Failed && line.detail.contains("dead letters"),
        "{line:?}"
    );
    ensure!(!report.is_ready() && report.score() == 0);
    Ok(())
}

async fn a_clinics_rows_cannot_be_removed_as_a_tests(world: Shared) -> Result<()> {
    let clinic: uuid::Uuid =
        sqlx::query_scalar("insert into organizations (name) values ('Clinic') returning id")
            .fetch_one(&world.database)
            .await?;
    sqlx::query("insert into contacts (org_id, phone) values ($1, '+14155550123')")
        .bind(clinic)
        .execute(&world.database)
        .await?;
    for sql in [
        "select empty_synthetic_organization($1)",
        "update organizations set synthetic = true where id = $1",
    ] {
        let refused = sqlx::query(sql).bind(clinic).execute(&world.database).await;
        ensure!(refused.is_err(), "{sql} was done");
    }
    let contacts: i64 = sqlx::query_scalar("select count(*) from contacts where org_id = $1")
        .bind(clinic)
        .fetch_one(&world.database)
        .await?;
    ensure!(contacts == 1);
    Ok(())
}
