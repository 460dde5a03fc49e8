//! The sweep as it is deployed, and the operator's commands.

use anyhow::{Context, Result, ensure};
use clap::Parser as _;
use sallyport_cli::{
    commands::{self, Arguments},
    stack::sandbox::Recorded,
};
use serde_json::{Value, json};

use super::sweeps::{count, messages_left, more_old_messages, old_messages};
use crate::{tests, world::Shared};

tests![
    the_function_sweeps_by_its_own_rights_and_a_dry_run_removes_nothing,
    an_operator_plans_holds_and_runs,
];

/// Invokes the deployed function, as its schedule does, and gives its answer.
async fn invoke(world: &Shared, order: &Value) -> Result<Value> {
    let name = world.outputs.get("RetentionSweepFunction")?;
    let url = format!("{}/2015-03-31/functions/{name}/invocations", world.aws_url);
    let owner = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
    let answer = world
        .http
        .post(url)
        .header("authorization", owner)
        .json(order)
        .send()
        .await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    ensure!(
        status.is_success() && body.get("errorType").is_none(),
        "{status} {body}"
    );
    Ok(body)
}

async fn the_function_sweeps_by_its_own_rights_and_a_dry_run_removes_nothing(
    world: Shared,
) -> Result<()> {
    let organization = old_messages(&world).await?;
    let dry = invoke(&world, &json!({ "class": "messages", "dry_run": true })).await?;
    ensure!(
        dry["state"] == "planned" && dry["due"] == 1200 && dry["removed"] == 0,
        "{dry}"
    );
    ensure!(messages_left(&world, &organization).await? == 2400);
    // More than the guard lets go, which grows with what there is.
    let (due, guard) = (1200, dry["guard"].as_i64().context("no guard")?);
    let due =
        due + more_old_messages(&world, &organization, (guard + 1 - due) * 10 / 9 + 1).await?;
    let young = messages_left(&world, &organization).await? - due;
    let daily = json!({ "class": "messages", "every": "day" });
    let refused = invoke(&world, &daily).await?;
    ensure!(
        refused["state"] == "refused" && refused["removed"] == 0,
        "{refused}"
    );
    ensure!(messages_left(&world, &organization).await? == young + due);
    let approval = json!({ "rows": due, "by": "user:test", "reason": "a test" });
    let done = invoke(
        &world,
        &json!({ "class": "messages", "approval": approval }),
    )
    .await?;
    ensure!(done["state"] == "done" && done["removed"] == due, "{done}");
    ensure!(messages_left(&world, &organization).await? == 1200);
    for class in ["claims", "payloads", "delivery_log"] {
        let swept = invoke(&world, &json!({ "class": class, "every": "hour" })).await?;
        ensure!(swept["state"] == "done", "{swept}");
    }
    // The schedules' runs have checked in, and what somebody ordered by hand has not.
    let url = format!("{}/_sandbox/requests", world.sandbox_url);
    let requests: Vec<Recorded> = world.http.get(url).send().await?.json().await?;
    let told = requests
        .iter()
        .filter(|one| one.body.contains("monitor_slug"));
    let told = told.filter_map(|one| serde_json::from_str::<Value>(one.body.lines().nth(2)?).ok());
    let told = told.map(|it| format!("{} {}", it["monitor_slug"], it["status"]).replace('"', ""));
    let told: Vec<String> = told.collect();
    for run in [
        "sweep-messages error",
        "sweep-claims ok",
        "sweep-payloads ok",
        "sweep-delivery_log ok",
    ] {
        ensure!(told.iter().any(|told| told == run), "{run} not in {told:?}");
    }
    ensure!(
        !told.iter().any(|told| told == "sweep-messages ok"),
        "ordered by hand: {told:?}"
    );
    let logs = world.function_logs().await?;
    for told in [
        "\"RetentionRuns\":1",
        "\"outcome\":\"done\"",
        "\"RetentionHeartbeats\":1",
    ] {
        ensure!(logs.contains(told), "no line tells {told}");
    }
    Ok(())
}

async fn command(words: &[&str]) -> Result<()> {
    let all = ["sallyport", "--stack", "tests", "retention"];
    let arguments = Arguments::try_parse_from(all.iter().chain(words))?;
    commands::run(arguments).await
}

async fn an_operator_plans_holds_and_runs(world: Shared) -> Result<()> {
    let organization = old_messages(&world).await?;
    let of = ["--organization", organization.as_str()];
    command(&[&["plan"][..], &of].concat()).await?;
    command(&["status"]).await?;
    ensure!(
        command(&[&["keep", "messages", "29"][..], &of].concat())
            .await
            .is_err()
    );
    command(&[&["keep", "messages", "800"][..], &of].concat()).await?;
    command(
        &[
            &[
                "hold", "place", "--reason", "case 17", "--by", "dana", "--class", "messages",
            ][..],
            &of,
        ]
        .concat(),
    )
    .await?;
    let run = [
        "run",
        "messages",
        "--approve",
        "5000",
        "--by",
        "dana",
        "--reason",
        "a test",
    ];
    ensure!(
        command(&run[..4]).await.is_err(),
        "an approval without a name"
    );
    command(&run).await?;
    ensure!(messages_left(&world, &organization).await? == 2400, "held");
    let hold: String =
        sqlx::query_scalar("select id::text from public.legal_holds where org_id = $1::uuid")
            .bind(&organization)
            .fetch_one(&world.database)
            .await?;
    command(&["hold", "list"]).await?;
    let release = ["hold", "release", &hold, "--by", "dana"];
    command(&[&release[..], &of].concat()).await?;
    ensure!(
        command(&[&release[..], &of].concat()).await.is_err(),
        "released twice"
    );
    command(&["run", "messages", "--dry-run"]).await?;
    ensure!(
        messages_left(&world, &organization).await? == 2400,
        "a dry run removed"
    );
    command(&run).await?;
    ensure!(messages_left(&world, &organization).await? == 1200);
    let approved =
        "select count(*) from private.retention_runs where approved_by = 'operator:dana' and approval_reason = 'a test'
             and state = 'done'";
    ensure!(count(&world, approved).await? == 2);
    Ok(())
}
