//! Each check of the readiness test goes red when what it is about is broken on purpose.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode, header::ACCESS_CONTROL_ALLOW_ORIGIN},
};
use sallyport_cli::{
    ready::{CHECKS, Verdict, test},
    stage::{Reached, Stage},
};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{tests, world::Shared};

tests![every_check_goes_red_when_its_subject_is_broken];

/// Long enough for what works, so that what is broken is given up soon.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most of an answer that is looked at.
const LARGEST: usize = 1 << 20;

/// What is done to the stage.
enum Break {
    /// A front door of which some answers are not the receiver's.
    Door(Lie),
    /// The stack names something else.
    Output(&'static str, &'static str),
    /// Done to the database, and undone.
    Sql(&'static str, &'static str),
    /// No alert reaches the relay.
    Rule,
}

/// What is said instead of the receiver's answer to a request with this path.
type Lie = fn(&str, &mut Answer);

struct Answer {
    status: StatusCode,
    body: Value,
    open_to_all: bool,
}

/// A check, the checks it builds on, and how it is broken.
type Row = (&'static str, &'static [&'static str], Break);

const FIRST: &[&str] = &["webhook-processed"];

fn table() -> Vec<Row> {
    use Break::{Door, Output, Rule, Sql};
    vec![
        ("configuration", &[], Output("AlertsQueueUrl", " ")),
        ("health", &[], Door(|path, answer| silent("/health", path, answer))),
        ("readiness", &[], Door(|path, answer| silent("/health/ready", path, answer))),
        (
            "webhook-processed",
            &[],
            Sql(
                "alter table calls add constraint broken check (provider is null) not valid",
                "alter table calls drop constraint broken",
            ),
        ),
        ("webhook-duplicate", FIRST, Door(forgetful)),
        ("webhook-forged", &[], Door(credulous)),
        ("webhook-stale", &[], Door(credulous)),
        ("webhook-unknown-endpoint", &[], Door(credulous)),
        ("webhook-conflict", FIRST, Door(credulous)),
        ("limit-exact", &[], Door(credulous)),
        ("cors", &[], Door(|_, answer| answer.open_to_all = true)),
        (
            "redaction",
            FIRST,
            Sql(
                "create function leak() returns trigger language plpgsql as
                 $$begin new.transcript := new.transcript || ' Quillfeather'; return new; end$$;
                 create trigger leak before insert or update on calls for each row
                 when (new.transcript is not null) execute function leak()",
                "drop trigger leak on calls; drop function leak()",
            ),
        ),
        (
            "tenancy",
            FIRST,
            Sql(
                "alter table calls disable row level security",
                "alter table calls enable row level security",
            ),
        ),
        ("circuit", &[], Output("CircuitsTable", "nobody")),
        ("alert-delivered", &[], Rule),
        ("dead-letter", &[], Rule),
        (
            "sweep-dry-run",
            &[],
            Sql(
                "alter function retention_begin(text, boolean, bigint, text, text, bigint, bigint) rename to broken",
                "alter function broken(text, boolean, bigint, text, text, bigint, bigint) rename to retention_begin",
            ),
        ),
        (
            "schedules",
            &[],
            Sql(
                "insert into private.retention_runs (class, state, as_of, due, held, total, guard, finished_at)
                 select class, 'done', now() - interval '400 days', 0, 0, 0, 500, now() - interval '400 days'
                 from private.record_classes",
                "delete from private.retention_runs where as_of < now() - interval '399 days'",
            ),
        ),
        ("errors-reported", FIRST, Door(credulous)),
    ]
}

fn silent(of: &str, path: &str, answer: &mut Answer) {
    if path == of {
        answer.status = StatusCode::SERVICE_UNAVAILABLE;
    }
}

/// Takes everything in.
fn credulous(path: &str, answer: &mut Answer) {
    if path.starts_with("/webhooks") {
        answer.status = StatusCode::OK;
    }
}

/// Knows nothing again.
fn forgetful(_: &str, answer: &mut Answer) {
    if answer.body["status"] == "duplicate" {
        answer.body["status"] = json!("accepted");
    }
}

async fn every_check_goes_red_when_its_subject_is_broken(world: Shared) -> Result<()> {
    let table = table();
    for check in CHECKS {
        let rows = table.iter().filter(|(name, ..)| *name == check.name);
        ensure!(rows.count() == 1, "{} is broken by nothing", check.name);
    }
    for (check, needs, how) in table {
        let verdict = broken(&world, check, needs, how).await;
        let (verdict, detail) = verdict.with_context(|| check.to_owned())?;
        println!("{check:<26} {detail}");
        ensure!(verdict == Verdict::Failed, "{check}: {verdict:?} {detail}");
    }
    world.purge_dead_letters().await
}

/// What the check says of the broken stage.
async fn broken(
    world: &Shared,
    check: &'static str,
    needs: &'static [&'static str],
    how: Break,
) -> Result<(Verdict, String)> {
    let mut outputs = world.outputs.clone();
    let (mut door, mut mend, mut rule) = (None, None, false);
    match how {
        Break::Door(lie) => {
            let (url, task) = front_door(world, lie).await?;
            outputs = outputs.with("ApiUrl", &url);
            door = Some(task);
        }
        Break::Output(name, value) => outputs = outputs.with(name, value),
        Break::Sql(spoil, undo) => {
            run(world, spoil).await?;
            mend = Some(undo);
        }
        Break::Rule => {
            enable_rule(world, false).await?;
            rule = true;
        }
    }
    let reached = Reached {
        stage: Stage::Local,
        aws: world.aws.clone(),
        outputs,
    };
    let chosen = |name: &str| name == check || needs.contains(&name);
    let report = test(&world.home, &reached, chosen, PATIENCE, |_| ()).await;
    if let Some(door) = door {
        door.abort();
    }
    if let Some(undo) = mend {
        run(world, undo).await?;
    }
    if rule {
        enable_rule(world, true).await?;
    }
    let lines = report?.lines.into_iter();
    let (mut ours, others): (Vec<_>, Vec<_>) = lines.partition(|line| line.name == check);
    for line in others {
        ensure!(line.verdict == Verdict::Passed, "{line:?}");
    }
    let line = ours.pop().context("the check was not made")?;
    Ok((line.verdict, line.detail))
}

async fn run(world: &Shared, sql: &'static str) -> Result<()> {
    let sql = AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql).execute(&world.database).await?;
    Ok(())
}

async fn enable_rule(world: &Shared, enabled: bool) -> Result<()> {
    let bus = aws_sdk_eventbridge::Client::new(&world.aws);
    let name = "sallyport-local-alerts";
    let done = if enabled {
        bus.enable_rule()
            .name(name)
            .send()
            .await
            .err()
            .map(aws_sdk_eventbridge::Error::from)
    } else {
        bus.disable_rule()
            .name(name)
            .send()
            .await
            .err()
            .map(aws_sdk_eventbridge::Error::from)
    };
    done.map_or(Ok(()), |error| Err(error.into()))
}

/// The front door, and where it is.
async fn front_door(world: &Shared, lie: Lie) -> Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let state = Arc::new((world.clone(), lie));
    let router = Router::new().fallback(pass_on).with_state(state);
    let task = tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    });
    Ok((url, task))
}

async fn pass_on(State(state): State<Arc<(Shared, Lie)>>, request: Request) -> Response<Body> {
    let (world, lie) = (&state.0, state.1);
    match told(world, lie, request).await {
        Ok(answer) => answer,
        Err(error) => {
            let mut answer = Response::new(Body::from(format!("{error:#}")));
            *answer.status_mut() = StatusCode::BAD_GATEWAY;
            answer
        }
    }
}

async fn told(world: &Shared, lie: Lie, request: Request) -> Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body: Bytes = to_bytes(body, LARGEST).await?;
    let mut headers = head.headers;
    headers.remove("host");
    let url = format!("{}{}", world.api_url, head.uri);
    let asked = world
        .http
        .request(head.method, url)
        .headers(headers)
        .body(body);
    let said = asked.send().await?;
    let mut answer = Answer {
        status: said.status(),
        open_to_all: false,
        body: serde_json::from_slice(&said.bytes().await?).unwrap_or_default(),
    };
    lie(head.uri.path(), &mut answer);
    let mut response = Response::new(Body::from(answer.body.to_string()));
    *response.status_mut() = answer.status;
    if answer.open_to_all {
        let any = "*".parse()?;
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, any);
    }
    Ok(response)
}
