//! Calendar events: one for each effect however often it is asked for, and a token fetched no more often than needed.

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use sallyport::outbound::{
    Class,
    google_calendar::{AccessTokens, Changes, GoogleCalendar, Inserted, NewEvent, Page, event_id},
};
use sallyport_cli::stack::sandbox::{Deed, Ending, Fault};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Stage, lost_answers, soon};
use crate::{tests, world::Shared};

tests![
    an_insert_that_is_repeated_or_whose_answer_is_lost_makes_one_event,
    an_event_that_its_owner_moved_or_deleted_is_not_put_back,
    a_cancellation_may_come_twice_late_or_unheard,
    an_expired_access_token_is_replaced_once_for_all_who_use_it,
    a_token_that_is_refused_again_is_not_asked_for_for_ever,
    a_revoked_grant_is_told_and_opens_no_calendar,
    googles_403_is_a_limit_or_a_refusal_by_its_reason,
    changes_come_in_pages_and_then_since_the_token_until_it_is_too_old,
];

const CALENDAR: &str = "dr@clinic.example";

struct Desk {
    stage: Stage,
    api_url: String,
    token_url: String,
    tokens: AccessTokens,
}

impl Desk {
    async fn open(world: &Shared) -> Result<Self> {
        let stage = Stage::set(world).await?;
        Ok(Self {
            api_url: stage.url("google"),
            token_url: stage.url("google/token"),
            tokens: AccessTokens::default(),
            stage,
        })
    }

    fn google(&self) -> GoogleCalendar<'_> {
        GoogleCalendar {
            outbound: &self.stage.outbound,
            api_url: &self.api_url,
            token_url: &self.token_url,
            organization: &self.stage.organization,
            grant: &self.stage.grant,
            tokens: &self.tokens,
            clock: &self.stage.clock,
        }
    }

    /// The calendar as it stands.
    fn events(&self) -> Value {
        self.stage.sandbox.state("google")["calendars"][CALENDAR].clone()
    }

    fn count(&self) -> usize {
        self.events().as_object().map_or(0, serde_json::Map::len)
    }

    /// The calendar's owner does this there.
    async fn edit(&self, event: Value) -> Result<()> {
        let calendar = CALENDAR.to_owned();
        self.stage
            .sandbox
            .act(Deed::EditEvent { calendar, event })
            .await
    }

    async fn page(&self, sync: Option<&str>, page: Option<&str>) -> Result<Page> {
        let changes = self.google().changes(CALENDAR, sync, page, soon()).await?;
        match changes {
            Changes::Page(page) => Ok(page),
            Changes::Gone => anyhow::bail!("gone"),
        }
    }
}

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).expect("a time")
}

fn event(id: &str) -> NewEvent<'_> {
    NewEvent {
        id,
        calendar: CALENDAR,
        summary: "Jordan Avery, check-up",
        starts_at: at("2031-01-01T09:00:00Z"),
        ends_at: at("2031-01-01T09:30:00Z"),
        time_zone: "America/Los_Angeles",
    }
}

async fn an_insert_that_is_repeated_or_whose_answer_is_lost_makes_one_event(
    world: Shared,
) -> Result<()> {
    let desk = Desk::open(&world).await?;
    let id = event_id("o", "calendar_event.1");
    let insert = async |id| desk.google().insert(event(id), soon()).await;
    ensure!(insert(&id).await? == Inserted::Made);
    ensure!(insert(&id).await? == Inserted::There);
    ensure!(desk.count() == 1);
    let faults = lost_answers("google");
    for (number, fault) in faults.into_iter().enumerate() {
        let desk = Desk::open(&world).await?;
        let id = event_id("o", &number.to_string());
        desk.stage.sandbox.add_fault(Fault {
            method: Some("POST".to_owned()),
            path: Some("/events".to_owned()),
            ..fault.clone()
        });
        let inserted = desk.google().insert(event(&id), soon()).await?;
        ensure!(inserted == Inserted::There, "{fault:?}: {inserted:?}");
        ensure!(desk.count() == 1, "{fault:?}: {}", desk.events());
        ensure!(
            desk.stage.arrived("POST", "/events").len() == 2,
            "{fault:?}"
        );
        let resource = &desk.events()[&id]["resource"];
        ensure!(
            resource["summary"] == "Jordan Avery, check-up",
            "{resource}"
        );
    }
    Ok(())
}

async fn an_event_that_its_owner_moved_or_deleted_is_not_put_back(world: Shared) -> Result<()> {
    let desk = Desk::open(&world).await?;
    for (effect, change) in [
        ("1", json!({ "status": "cancelled" })),
        (
            "2",
            json!({ "start": { "dateTime": "2031-01-01T08:00:00Z" } }),
        ),
        // The same instant in other words is no change.
        (
            "3",
            json!({ "start": { "dateTime": "2031-01-01T01:00:00-08:00" } }),
        ),
    ] {
        let id = event_id("o", effect);
        desk.google().insert(event(&id), soon()).await?;
        let mut change = change;
        change["id"] = json!(id);
        desk.edit(change).await?;
        let before = desk.events();
        let again = desk.google().insert(event(&id), soon()).await?;
        let expected = match effect {
            "3" => Inserted::There,
            _ => Inserted::Changed,
        };
        ensure!(again == expected, "{effect}: {again:?}");
        ensure!(desk.events() == before);
    }
    Ok(())
}

async fn a_cancellation_may_come_twice_late_or_unheard(world: Shared) -> Result<()> {
    let desk = Desk::open(&world).await?;
    let (google, id) = (desk.google(), event_id("o", "1"));
    google.cancel(CALENDAR, &id, soon()).await?;
    google.insert(event(&id), soon()).await?;
    for ends in [Ending::Reset, Ending::Answer] {
        desk.stage.sandbox.add_fault(Fault {
            method: Some("DELETE".to_owned()),
            applied: true,
            ends,
            ..Fault::of("google")
        });
        google.cancel(CALENDAR, &id, soon()).await?;
    }
    ensure!(desk.events()[&id]["resource"]["status"] == "cancelled");
    Ok(())
}

async fn an_expired_access_token_is_replaced_once_for_all_who_use_it(world: Shared) -> Result<()> {
    let desk = Desk::open(&world).await?;
    let google = desk.google();
    google.cancel(CALENDAR, "eabc1", soon()).await?;
    google.cancel(CALENDAR, "eabc1", soon()).await?;
    ensure!(desk.stage.arrived("POST", "/token").len() == 1);
    desk.stage.sandbox.act(Deed::ExpireTokens).await?;
    let until = soon();
    try_join_all((0..5).map(|_| google.cancel(CALENDAR, "eabc1", until))).await?;
    let fetched = desk.stage.arrived("POST", "/token").len();
    ensure!(fetched == 2, "{fetched} tokens fetched");
    let refused = desk.stage.arrived("DELETE", "/events/").into_iter();
    let refused = refused.filter(|one| one.status == 401).count();
    ensure!((1..=5).contains(&refused), "{refused} refused");
    Ok(())
}

async fn a_token_that_is_refused_again_is_not_asked_for_for_ever(world: Shared) -> Result<()> {
    let desk = Desk::open(&world).await?;
    desk.stage.sandbox.add_fault(Fault {
        status: Some(401),
        path: Some("/calendar/v3/".to_owned()),
        times: 100,
        ..Fault::of("google")
    });
    let error = desk.google().cancel(CALENDAR, "eabc1", soon()).await;
    let error = error.err().context("it was cancelled")?;
    ensure!(error.class() == Some(Class::Auth), "{error:?}");
    ensure!(desk.stage.arrived("DELETE", "/events/").len() == 2);
    ensure!(desk.stage.arrived("POST", "/token").len() == 2);
    Ok(())
}

async fn a_revoked_grant_is_told_and_opens_no_calendar(world: Shared) -> Result<()> {
    let mut desk = Desk::open(&world).await?;
    "1//CANARY".clone_into(&mut desk.stage.grant.refresh_token);
    let id = event_id("o", "1");
    let error = desk.google().insert(event(&id), soon()).await;
    let error = error.err().context("it was inserted")?;
    ensure!(error.class() == Some(Class::Auth), "{error:?}");
    let told = format!("{error:?} {error} {:?} {:?}", desk.google(), event(&id));
    for canary in ["CANARY", "Avery", "GOCSPX"] {
        ensure!(!told.contains(canary), "{told}");
    }
    ensure!(desk.stage.arrived("POST", "/events").is_empty());
    Ok(())
}

async fn googles_403_is_a_limit_or_a_refusal_by_its_reason(world: Shared) -> Result<()> {
    for (reason, class) in [
        ("userRateLimitExceeded", Class::Throttled),
        ("rateLimitExceeded", Class::Throttled),
        ("forbiddenForNonOrganizer", Class::Auth),
    ] {
        let desk = Desk::open(&world).await?;
        desk.stage.sandbox.add_fault(Fault {
            status: Some(403),
            body: Some(json!({ "error": { "errors": [{ "reason": reason }] } }).to_string()),
            path: Some("/calendar/v3/".to_owned()),
            times: 100,
            ..Fault::of("google")
        });
        let error = desk.google().cancel(CALENDAR, "eabc1", soon()).await;
        let error = error.err().context("it was cancelled")?;
        ensure!(error.class() == Some(class), "{reason}: {error:?}");
    }
    Ok(())
}

async fn changes_come_in_pages_and_then_since_the_token_until_it_is_too_old(
    world: Shared,
) -> Result<()> {
    let desk = Desk::open(&world).await?;
    let time = |hour| json!({ "dateTime": format!("2031-01-01T{hour}:00:00-08:00") });
    for number in 0..260 {
        let id = event_id("o", &number.to_string());
        desk.edit(json!({ "id": id, "summary": "Avery", "start": time("09"), "end": time("10") }))
            .await?;
    }
    let first = desk.page(None, None).await?;
    ensure!(first.sync_token.is_none() && first.events.len() == 250);
    let next = first.next_page.context("no second page")?;
    let second = desk.page(None, Some(&next)).await?;
    ensure!(second.next_page.is_none() && second.events.len() == 10);
    let one = &second.events[0];
    ensure!(one.starts_at == Some(at("2031-01-01T17:00:00Z")) && !one.cancelled);
    let sync = second.sync_token.context("no sync token")?;
    ensure!(desk.page(Some(&sync), None).await?.events.is_empty());
    desk.edit(json!({ "id": one.id, "status": "cancelled" }))
        .await?;
    let changed = desk.page(Some(&sync), None).await?.events;
    ensure!(changed.len() == 1 && changed[0].cancelled && changed[0].id == one.id);
    desk.stage.sandbox.act(Deed::ExpireSyncTokens).await?;
    let google = desk.google();
    let gone = google.changes(CALENDAR, Some(&sync), None, soon()).await?;
    ensure!(gone == Changes::Gone, "{gone:?}");
    Ok(())
}
