//! Thousands of mixed deliveries of ten clinics through the running stack, from its front door to the providers: some
//! twice, some out of order, and providers that fail now and then. Nothing is lost, nothing is doubled, and the queue is
//! empty in the end.
//!
//! `SALLYPORT_LOAD` says how many deliveries, `SALLYPORT_SEED` in which order.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    effects::clinic::Clinic,
    histories::{
        events::{self, Report},
        random::Random,
    },
    tests,
    world::Shared,
};

tests![thousands_of_mixed_deliveries_are_applied_once_each];

/// Deliveries, unless told.
const DELIVERIES: usize = 5000;
/// Clinics: few enough that each comes near its limit of requests an hour, and not over it.
const CLINICS: usize = 10;
/// Requests at once.
const AT_ONCE: usize = 24;
/// In a hundred deliveries: sent twice; out of their order; calls of providers that fail.
const DUPLICATES: usize = 10;
const REORDERED: usize = 20;
const FAULTS: usize = 5;
/// How long the backlog may take after the last request.
const DRAIN: Duration = Duration::from_mins(4);

/// What must be there of a clinic in the end.
#[derive(Debug, Default)]
struct Expected {
    deliveries: usize,
    calls: usize,
    bookings: usize,
    helps: usize,
    payments: usize,
    reports: usize,
}

async fn thousands_of_mixed_deliveries_are_applied_once_each(world: Shared) -> Result<()> {
    let count = told("SALLYPORT_LOAD", DELIVERIES)?;
    let mut random = Random::of(u64::try_from(told("SALLYPORT_SEED", 1)?)?);
    let dead_before = world.dead_letters().await?;
    let mut clinics = Vec::new();
    for _ in 0..CLINICS {
        let clinic = Clinic::open(&world).await?;
        events::register(&world, &clinic).await?;
        clinics.push(clinic);
    }
    let (mut queues, mut expected) = (Vec::new(), Vec::new());
    for clinic in &mut clinics {
        let (reports, counts) = reports(&world, clinic, count / CLINICS)?;
        queues.push(reports);
        expected.push(counts);
    }
    let mut order = Vec::new();
    let longest = queues.iter().map(Vec::len).max().unwrap_or_default();
    for number in 0..longest {
        order.extend(queues.iter().filter_map(|queue| queue.get(number).cloned()));
    }
    let deliveries = order.len();
    let moved = reorder(&mut order, &mut random);
    let doubled = double(&mut order, &mut random);
    let bookings: usize = expected.iter().map(|one| one.bookings).sum();
    let helps: usize = expected.iter().map(|one| one.helps).sum();
    let faults = spoil(&clinics[0], bookings, helps, &mut random).await?;

    let began = Instant::now();
    let requests = order.len();
    let sends = order.into_iter().map(|report| {
        let world = world.clone();
        async move { send(&world, &report).await }
    });
    let attempts: usize = futures::stream::iter(sends)
        .buffer_unordered(AT_ONCE)
        .try_fold(0, |all, tries| async move { Ok(all + tries) })
        .await?;
    let accepted = began.elapsed();
    let logged = drained(&world, &clinics, deliveries, began + accepted + DRAIN).await;
    let drained = began.elapsed();
    let per_second = |count: usize, time: Duration| {
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
    };
    println!(
        "{deliveries} deliveries of {CLINICS} clinics, {doubled} sent twice, {moved} out of order, {faults} provider \
         faults; {requests} requests ({attempts} attempts) answered in {:.1} s, {:.0} a second; all applied after \
         {:.1} s, {:.0} deliveries a second",
        accepted.as_secs_f64(),
        per_second(requests, accepted),
        drained.as_secs_f64(),
        per_second(deliveries, drained),
    );
    logged?;
    for (clinic, expected) in clinics.iter().zip(&expected) {
        applied_once(&world, clinic, expected).await?;
    }
    ensure!(world.dead_letters().await? == dead_before, "dead letters");
    Ok(())
}

/// The reports of a clinic, in the order in which things happened.
fn reports(world: &Shared, clinic: &mut Clinic, count: usize) -> Result<(Vec<Report>, Expected)> {
    let (mut reports, mut expected) = (Vec::new(), Expected::default());
    let patient = clinic.patient.clone();
    let first = OffsetDateTime::parse("2031-03-01T00:00:00Z", &Rfc3339)?;
    let mut number = 0_usize;
    while reports.len() < count {
        number += 1;
        let (call, moment) = (format!("call-{number}"), number);
        match number % 20 {
            0 | 10 => {
                let slot = first + Duration::from_mins(30) * u32::try_from(expected.bookings)?;
                reports.push(Report::of(
                    world,
                    clinic,
                    status(clinic, &call, "in-progress", moment),
                )?);
                let report = clinic.report(&call, &slot.format(&Rfc3339)?, false);
                reports.push(Report::of(world, clinic, report)?);
                expected.calls += 1;
                expected.bookings += 1;
            }
            7 | 16 => {
                // Each from a patient of its own.
                clinic.patient = format!("+1888{number:07}");
                reports.push(Report::of(world, clinic, clinic.text("HELP"))?);
                clinic.patient.clone_from(&patient);
                expected.helps += 1;
            }
            3 | 11 => {
                let body = json!({ "id": format!("evt_{}", Uuid::new_v4().simple()), "object": "event",
                    "type": "payment_intent.succeeded", "created": 1_900_000_000, "livemode": false,
                    "data": { "object": { "id": format!("pi_{number}"), "object": "payment_intent", "amount": 1200,
                    "amount_received": 1200, "currency": "usd", "status": "succeeded" } } });
                let body = body.to_string();
                let message =
                    clinic.delivery("stripe", "payment_intent.succeeded", body.as_bytes());
                reports.push(Report::of(world, clinic, message)?);
                expected.payments += 1;
            }
            5 | 13 => {
                let sid = format!("SM{}", Uuid::new_v4().simple());
                let form = format!(
                    "MessageSid={sid}&SmsSid={sid}&MessageStatus=delivered&SmsStatus=delivered&To=%2B{}&From=%2B{}",
                    &patient[1..],
                    &clinic.sender[1..],
                );
                let message = clinic.delivery("twilio", "message-status", form.as_bytes());
                reports.push(Report::of(world, clinic, message)?);
                expected.reports += 1;
            }
            17 if number % 100 == 17 => {
                let message = clinic.delivery("google-calendar", "exists", b"");
                reports.push(Report::of(world, clinic, message)?.numbered(number));
            }
            _ => {
                for word in ["in-progress", "ended"] {
                    reports.push(Report::of(
                        world,
                        clinic,
                        status(clinic, &call, word, moment),
                    )?);
                }
                expected.calls += 1;
            }
        }
    }
    expected.deliveries = reports.len();
    Ok((reports, expected))
}

fn status(
    clinic: &Clinic,
    call: &str,
    word: &str,
    moment: usize,
) -> sallyport::delivery::QueueMessage {
    let body = json!({ "message": {
        "type": "status-update", "status": word, "timestamp": 1_900_000_000_000_usize + moment,
        "call": { "id": call, "type": "inboundPhoneCall" }, "customer": { "number": clinic.patient },
    }});
    clinic.delivery("vapi", "status-update", body.to_string().as_bytes())
}

/// Has some change places. How many.
fn reorder(order: &mut [Report], random: &mut Random) -> usize {
    let moved: Vec<usize> = (0..order.len())
        .filter(|_| random.percent(REORDERED))
        .collect();
    for place in (1..moved.len()).rev() {
        order.swap(moved[place], moved[random.below(place + 1)]);
    }
    moved.len()
}

/// Has some come a second time, soon or late. How many.
fn double(order: &mut Vec<Report>, random: &mut Random) -> usize {
    let mut copies = BTreeMap::new();
    for (place, report) in order.iter().enumerate() {
        if random.percent(DUPLICATES) {
            let later = place + 1 + random.below(200);
            let rest: &mut Vec<Report> = copies.entry(later.min(order.len())).or_default();
            rest.push(report.clone());
        }
    }
    let doubled = copies.values().map(Vec::len).sum();
    // From the end, so that the places before stay what they were.
    for (place, reports) in copies.into_iter().rev() {
        order.splice(place..place, reports);
    }
    doubled
}

/// Has one of twenty calls that change something at a provider go wrong. How many.
async fn spoil(
    clinic: &Clinic,
    bookings: usize,
    helps: usize,
    random: &mut Random,
) -> Result<usize> {
    let mut all = 0;
    for (provider, calls) in [("twilio", bookings + helps), ("google", bookings)] {
        for _ in 0..calls * FAULTS / 100 {
            let how = match random.below(5) {
                0 => json!({ "applied": true, "status": 500 }),
                1 => json!({ "applied": true, "ends": "reset" }),
                2 => json!({ "applied": true, "ends": "truncate" }),
                3 => json!({ "status": 429, "retry_after": "1", "body": "{}" }),
                _ => json!({ "applied": true, "delay_ms": 1000 }),
            };
            let mut fault =
                json!({ "provider": provider, "method": "POST", "skip": 100 / FAULTS - 1 });
            // Its tokens are not what is spoiled.
            if provider == "google" {
                fault["path"] = json!("/events");
            }
            if let (Some(fault), Value::Object(how)) = (fault.as_object_mut(), how) {
                fault.extend(how);
            }
            clinic.fault(fault).await?;
            all += 1;
        }
    }
    Ok(all)
}

/// Sends a report until it is taken, as its provider would. How often.
async fn send(world: &Shared, report: &Report) -> Result<usize> {
    for tries in 1..=20 {
        let request = report.signed(world, OffsetDateTime::now_utc())?;
        let answer = world.post(&request).await?;
        match answer.status().as_u16() {
            200 => return Ok(tries),
            409 | 429 | 500..=504 => tokio::time::sleep(Duration::from_millis(500)).await,
            status => anyhow::bail!("answered {status}: {}", answer.text().await?),
        }
    }
    anyhow::bail!("not taken after twenty times")
}

/// Waits until every delivery is done and the queue is empty.
async fn drained(
    world: &Shared,
    clinics: &[Clinic],
    deliveries: usize,
    until: Instant,
) -> Result<()> {
    let clinics: Vec<Uuid> = clinics.iter().map(|clinic| clinic.organization).collect();
    loop {
        let (done, all): (i64, i64) = sqlx::query_as(
            "select count(*) filter (where state in ('done', 'ignored')), count(*)
             from webhook_deliveries where org_id = any($1)",
        )
        .bind(&clinics)
        .fetch_one(&world.database)
        .await?;
        let depth = world.queue_depth().await?;
        if usize::try_from(done)? == deliveries && depth == 0 {
            return Ok(());
        }
        ensure!(
            Instant::now() < until,
            "{done} of {deliveries} done, {all} begun, {depth} in the queue"
        );
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

async fn applied_once(world: &Shared, clinic: &Clinic, expected: &Expected) -> Result<()> {
    let found = clinic
        .ask(
            "select concat_ws(' ',
                (select count(*) from webhook_deliveries where org_id = $1),
                (select count(*) from calls where org_id = $1 and status = 'ended'),
                (select count(*) from calls where org_id = $1),
                (select count(*) from appointments where org_id = $1 and external_event_id is not null),
                (select count(*) from payments where org_id = $1),
                (select count(*) from effects where org_id = $1 and state = 'done'),
                (select count(*) from effects where org_id = $1))",
        )
        .await?;
    let effects = 2 * expected.bookings + expected.helps;
    let wanted = format!(
        "{} {} {} {} {} {effects} {effects}",
        expected.deliveries, expected.calls, expected.calls, expected.bookings, expected.payments
    );
    ensure!(
        found == [wanted.as_str()],
        "deliveries, ended, calls, appointments, payments, done, effects: {found:?}, not {wanted}"
    );
    let (messages, events) = (clinic.messages().await?, clinic.events().await?);
    let asked: BTreeSet<_> = messages
        .iter()
        .filter_map(|message| message["status_callback"].as_str())
        .collect();
    ensure!(
        messages.len() == expected.bookings + expected.helps && asked.len() == messages.len(),
        "{} messages for {} effects, not {}",
        messages.len(),
        asked.len(),
        expected.bookings + expected.helps
    );
    ensure!(
        events.len() == expected.bookings,
        "{} events, not {}",
        events.len(),
        expected.bookings
    );
    let (statuses,): (i64,) =
        sqlx::query_as("select count(*) from messages where org_id = $1 and status = 'delivered'")
            .bind(clinic.organization)
            .fetch_one(&world.database)
            .await?;
    ensure!(
        usize::try_from(statuses)? == expected.reports,
        "{statuses} reports"
    );
    Ok(())
}

fn told(name: &str, unless: usize) -> Result<usize> {
    match env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is no number")),
        Err(_) => Ok(unless),
    }
}
