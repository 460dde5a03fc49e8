//! Erasure on the running stack: a subject with canaries in every store, and none of them anywhere afterwards.

mod person;
mod stores;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser as _;
use sallyport::{
    outbound::{Dependency, credentials::secret_name},
    retention::{CalendarPlace, ERASURES, Order, RunState},
};
use sallyport_cli::{
    commands::{self, Arguments},
    retention::stores,
    stack::{postgrest, sandbox::google},
    stage::{Reached, Stage},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{retention::retention_with, tests, world::Shared};
use person::Person;
use stores::{dump, everything, plant_outside, restore};

tests![
    what_is_erased_stands_nowhere_and_a_restore_does_not_bring_it_back,
    only_an_administrator_of_the_organization_may_ask,
    a_hold_wins_over_an_erasure_until_it_is_released,
    an_erasure_ended_at_any_call_is_carried_out_by_the_next,
    an_export_is_complete,
    an_event_in_the_clinics_own_calendar_is_cancelled_or_nothing_is_erased,
];

const USER: &str = "11111111-2222-4333-8444-555555555555";

/// Lets the grace be over.
async fn grace_is_over(world: &Shared, request: &str) -> Result<()> {
    sqlx::query("update public.deletion_requests set erase_after = now() where id = $1::uuid")
        .bind(request)
        .execute(&world.database)
        .await?;
    Ok(())
}

fn reached(world: &Shared, url: Option<String>) -> Result<sallyport::retention::Retention> {
    let aws = url.map_or_else(|| world.aws.clone(), |url| sallyport_cli::aws::local(&url));
    stores(&Reached {
        stage: Stage::Local,
        aws,
        outputs: world.outputs.clone(),
    })
}

fn order() -> Order {
    Order {
        class: ERASURES.to_owned(),
        dry_run: false,
        approval: None,
        every: None,
    }
}

async fn command(words: &[&str]) -> Result<()> {
    let all = ["sallyport", "--stack", "tests"];
    commands::run(Arguments::try_parse_from(all.iter().chain(words))?).await
}

async fn what_is_erased_stands_nowhere_and_a_restore_does_not_bring_it_back(
    world: Shared,
) -> Result<()> {
    let person = Person::plant(&world, 3).await?;
    let neighbour = Person::plant(&world, 1).await?;
    plant_outside(&world, &[&person, &neighbour]).await?;
    let before = everything(&world).await?;
    ensure!(
        before.matches(&person.canary).count() >= 12,
        "the canaries are not planted"
    );
    let backup = dump(&world, &person).await?;

    let request = person.ask(&world).await?;
    ensure!(
        person.ask(&world).await? == request,
        "asked twice, two requests"
    );
    // Hidden from the clinic at once.
    let token = postgrest::user_token(&person.organization, USER)?;
    for table in ["contacts", "calls", "appointments", "messages"] {
        let seen: Value = world
            .http
            .get(format!("{}/{table}", world.postgrest_url))
            .bearer_auth(&token)
            .send()
            .await?
            .json()
            .await?;
        ensure!(seen == json!([]), "{table}: {seen}");
    }
    let retention = reached(&world, None)?;
    let until = || Instant::now() + Duration::from_mins(2);
    let early = retention.sweep(&order(), until()).await?;
    ensure!(early.removed == 0, "before the grace was over: {early:?}");
    grace_is_over(&world, &request).await?;
    // The dead letters were looked at above and are hidden still: they are waited for.
    let done = retention.sweep(&order(), until()).await?;
    ensure!(
        done.state == RunState::Done && done.removed == 1,
        "{done:?}"
    );
    let status = person.status(&world, &request).await?;
    ensure!(status["status"] == "completed", "{status}");
    ensure!(
        status["records_deleted"]
            == json!({ "contacts": 1, "calls": 3, "appointments": 3, "messages": 4, "webhook_deliveries": 1 }),
        "{status}"
    );
    ensure!(
        status["steps"]
            == json!({ "tombstones": 4, "bodies": 2, "dead_letters": 2, "calendar_events": 0 }),
        "{status}"
    );
    let audited: i64 = sqlx::query_scalar(
        "select sum((details ->> 'removed')::bigint)::bigint from public.audit_log where org_id = $1::uuid and action = 'erasure.rows'",
    )
    .bind(&person.organization)
    .fetch_one(&world.database)
    .await?;
    ensure!(audited == 12, "{audited} audited");
    gone(&world, &person).await?;
    let after = world.whole_database().await?;
    ensure!(
        after.matches(&neighbour.canary).count() >= 5,
        "the neighbour went too"
    );

    restore(&world, &person, &backup).await?;
    ensure!(
        world.whole_database().await?.contains(&person.canary),
        "nothing was restored"
    );
    command(&["erase", "replay"]).await?;
    gone(&world, &person).await?;
    let again = retention.replay(until()).await?;
    ensure!(again.back == 0 && again.seen > 0, "{again:?}");
    Ok(())
}

/// That nothing of the person stands anywhere.
async fn gone(world: &Shared, person: &Person) -> Result<()> {
    let all = everything(world).await?;
    for mark in [&person.canary, &person.phone, &person.provider_call] {
        let line = all.lines().find(|line| line.contains(mark.as_str()));
        ensure!(line.is_none(), "{mark} in {line:?}");
    }
    let logs = world.function_logs().await?;
    for mark in [&person.canary, &person.phone] {
        ensure!(!logs.contains(mark.as_str()), "{mark} is in the logs");
    }
    Ok(())
}

async fn only_an_administrator_of_the_organization_may_ask(world: Shared) -> Result<()> {
    let (person, other) = (
        Person::plant(&world, 1).await?,
        Person::plant(&world, 1).await?,
    );
    let url = format!("{}/erasure", world.api_url);
    let good = json!({ "scope": "contact", "subject": person.contact });
    let admin = postgrest::admin_token(&person.organization, USER)?;
    let mut forged = admin.clone();
    forged.replace_range(forged.len() - 6.., "AAAAAA");
    for (token, body, status, reason) in [
        (String::new(), good.clone(), 401, "unauthenticated"),
        (forged, good.clone(), 401, "unauthenticated"),
        (
            postgrest::key("service_role")?,
            good.clone(),
            401,
            "unauthenticated",
        ),
        (
            postgrest::user_token(&person.organization, USER)?,
            good.clone(),
            403,
            "not_an_administrator",
        ),
        (
            postgrest::admin_token(&other.organization, USER)?,
            good.clone(),
            404,
            "not_found",
        ),
        (
            admin.clone(),
            json!({ "scope": "organization", "subject": person.contact }),
            400,
            "malformed",
        ),
        (
            admin.clone(),
            json!({ "scope": "contact" }),
            400,
            "malformed",
        ),
        (
            admin.clone(),
            json!({ "scope": "contact", "subject": "x".repeat(5000) }),
            413,
            "too_large",
        ),
    ] {
        let answer = world
            .http
            .post(&url)
            .bearer_auth(token)
            .json(&body)
            .send()
            .await?;
        let found = answer.status().as_u16();
        let problem: Value = answer.json().await?;
        ensure!(
            found == status && problem["reason"] == reason,
            "{found} {problem}, not {status} {reason}"
        );
    }
    let hidden: i64 = sqlx::query_scalar(
        "select count(*) from public.contacts where deleted_at is not null and org_id = $1::uuid",
    )
    .bind(&person.organization)
    .fetch_one(&world.database)
    .await?;
    ensure!(hidden == 0, "a refused request hid somebody");
    let request = person.ask(&world).await?;
    let token = postgrest::admin_token(&other.organization, USER)?;
    let foreign = world
        .http
        .get(format!("{url}/{request}"))
        .bearer_auth(token)
        .send()
        .await?;
    ensure!(
        foreign.status() == 404,
        "another organisation sees the request"
    );
    // The table itself takes no request from a tenant.
    let direct = world
        .http
        .post(format!("{}/deletion_requests", world.postgrest_url))
        .bearer_auth(&admin)
        .json(&json!({ "org_id": person.organization, "scope": "contact", "subject_id": person.contact, "basis": "ccpa" }))
        .send()
        .await?;
    ensure!(
        [401, 403].contains(&direct.status().as_u16()),
        "{}",
        direct.status()
    );
    Ok(())
}

async fn a_hold_wins_over_an_erasure_until_it_is_released(world: Shared) -> Result<()> {
    let person = Person::plant(&world, 1).await?;
    let of = ["--organization", person.organization.as_str()];
    let hold = [
        "retention",
        "hold",
        "place",
        "--reason",
        "case 17",
        "--by",
        "dana",
        "--call",
        &person.contact,
    ];
    command(&[&hold[..], &of].concat()).await?;
    let request = person.ask(&world).await?;
    grace_is_over(&world, &request).await?;
    command(&["erase", "run"]).await?;
    let status = person.status(&world, &request).await?;
    ensure!(
        status["status"] == "running" && status["reason"] == "held",
        "{status}"
    );
    ensure!(world.whole_database().await?.contains(&person.canary));
    let placed: String =
        sqlx::query_scalar("select id::text from public.legal_holds where org_id = $1::uuid")
            .bind(&person.organization)
            .fetch_one(&world.database)
            .await?;
    command(
        &[
            &["retention", "hold", "release", &placed, "--by", "dana"][..],
            &of,
        ]
        .concat(),
    )
    .await?;
    command(&["erase", "run"]).await?;
    ensure!(person.status(&world, &request).await?["status"] == "completed");
    gone(&world, &person).await
}

async fn an_erasure_ended_at_any_call_is_carried_out_by_the_next(world: Shared) -> Result<()> {
    use crate::rehearsal::relay::{Plan, Relay};
    let until = || Instant::now() + Duration::from_mins(1);
    let whole = reached(&world, None)?;
    // A run that dies hides the letters of others for a minute, which the next would wait for.
    world.purge_dead_letters().await?;
    // One that nobody ends, to know its calls to AWS.
    let run = async |plan: Plan, person: &Person| -> Result<(Option<()>, Vec<String>, String)> {
        let request = person.ask(&world).await?;
        grace_is_over(&world, &request).await?;
        let relay = Relay::start(&world.aws_url, plan).await?;
        let ended = reached(&world, Some(relay.url.clone()))?;
        let swept = relay
            .run(async { ended.sweep(&order(), until()).await.map(drop) })
            .await;
        Ok((swept.transpose()?, relay.operations(), request))
    };
    let (done, calls, _) = run(Plan::Pass, &Person::plant(&world, 1).await?).await?;
    ensure!(done.is_some() && calls.len() >= 5, "{calls:?}");
    for number in 0..calls.len() {
        let person = Person::plant(&world, 1).await?;
        let (done, _, request) = run(Plan::EndAfter(number), &person).await?;
        ensure!(done.is_none(), "call {number} of {calls:?} ended nothing");
        // The lease of one that died is over in ten minutes.
        sqlx::query("update public.deletion_requests set lease_until = now() where id = $1::uuid and lease_until is not null")
            .bind(&request)
            .execute(&world.database)
            .await?;
        whole.sweep(&order(), until()).await?;
        let status = person.status(&world, &request).await?;
        ensure!(
            status["status"] == "completed",
            "after call {number}: {status}"
        );
        ensure!(
            !world.whole_database().await?.contains(&person.canary),
            "after call {number}"
        );
    }
    Ok(())
}

async fn an_export_is_complete(world: Shared) -> Result<()> {
    let person = Person::plant(&world, 450).await?;
    let file = world
        .home
        .stack
        .join(format!("export-{}.json", person.contact));
    let path = file.to_str().context("no path")?;
    let words = [
        "export",
        &person.contact,
        "--organization",
        &person.organization,
        "--to",
        path,
    ];
    command(&words).await?;
    ensure!(command(&words).await.is_err(), "an export overwrote a file");
    let export: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    std::fs::remove_file(&file)?;
    let records = export["records"].as_object().context("no records")?;
    let count = |table: &str| records[table].as_array().map_or(0, Vec::len);
    for (table, rows) in [
        ("contacts", 1),
        ("calls", 450),
        ("appointments", 450),
        ("messages", 451),
        ("webhook_deliveries", 1),
    ] {
        ensure!(count(table) == rows, "{table}: {}", count(table));
    }
    ensure!(export["records"]["contacts"][0]["name"] == person.canary.as_str());
    let all: usize = records.keys().map(|table| count(table)).sum();
    ensure!(
        export["count"] == all && count("audit_log") >= 1,
        "{}",
        export["count"]
    );
    Ok(())
}

/// Puts an event into the look-alike's calendar.
async fn insert_event(world: &Shared, calendar: &str, id: &str) -> Result<()> {
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        google::CLIENT_ID,
        google::CLIENT_SECRET,
        google::REFRESH_TOKEN.replace('/', "%2F")
    );
    let token: Value = world
        .http
        .post(format!("{}/google/token", world.sandbox_url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await?
        .json()
        .await?;
    let at = |hour| json!({ "dateTime": format!("2030-01-01T{hour}:00:00Z"), "timeZone": "UTC" });
    let event = json!({ "id": id, "summary": "Appointment", "start": at(10), "end": at(11) });
    let url = format!(
        "{}/google/calendar/v3/calendars/{calendar}/events",
        world.sandbox_url
    );
    let token = token["access_token"].as_str().context("no token")?;
    let made = world
        .http
        .post(url)
        .bearer_auth(token)
        .json(&event)
        .send()
        .await?;
    ensure!(made.status().is_success(), "{}", made.status());
    Ok(())
}

async fn an_event_in_the_clinics_own_calendar_is_cancelled_or_nothing_is_erased(
    world: Shared,
) -> Result<()> {
    let person = Person::plant(&world, 1).await?;
    let (calendar, event) = (
        format!("cal-{}", person.contact),
        "e0123456789abcdefghijklmnop",
    );
    insert_event(&world, &calendar, event).await?;
    sqlx::query("update public.appointments set calendar = $2, external_event_id = $3 where org_id = $1::uuid")
        .bind(&person.organization)
        .bind(&calendar)
        .bind(event)
        .execute(&world.database)
        .await?;
    let request = person.ask(&world).await?;
    grace_is_over(&world, &request).await?;
    let until = || Instant::now() + Duration::from_mins(1);
    let cut_off = retention_with(&world, world.postgrest_url.clone(), None)?;
    ensure!(
        cut_off.sweep(&order(), until()).await.is_err(),
        "done without its calendar"
    );
    let status = person.status(&world, &request).await?;
    ensure!(
        status["status"] == "failed" && status["reason"] == "calendar_unreachable",
        "{status}"
    );
    ensure!(
        world.whole_database().await?.contains(&person.canary),
        "the rows went first"
    );

    let grant = json!({
        "client_id": google::CLIENT_ID, "client_secret": google::CLIENT_SECRET, "refresh_token": google::REFRESH_TOKEN,
    });
    aws_sdk_secretsmanager::Client::new(&world.aws)
        .create_secret()
        .name(secret_name(
            "local",
            person.organization.parse()?,
            Dependency::GoogleCalendar,
        ))
        .secret_string(grant.to_string())
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)?;
    let place = CalendarPlace {
        // Without circuits calls pass.
        circuits_table: "no-circuits".to_owned(),
        api_url: format!("{}/google", world.sandbox_url),
        token_url: format!("{}/google/token", world.sandbox_url),
        stage: "local".to_owned(),
    };
    let whole = retention_with(&world, world.postgrest_url.clone(), Some(place))?;
    whole.sweep(&order(), until()).await?;
    let status = person.status(&world, &request).await?;
    ensure!(
        status["status"] == "completed" && status["steps"]["calendar_events"] == 1,
        "{status}"
    );
    let held: Value = world
        .http
        .get(format!("{}/_sandbox/state/google", world.sandbox_url))
        .send()
        .await?
        .json()
        .await?;
    let held = &held["calendars"][&calendar][event]["resource"]["status"];
    ensure!(held == "cancelled", "{held}");
    gone(&world, &person).await
}
