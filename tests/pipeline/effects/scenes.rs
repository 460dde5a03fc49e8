//! One scene for each kind of event: what is there before, the delivery, and what must be there in the end, by count.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::clinic::Clinic;
use crate::rehearsal::{Rehearsal, relay::Plan, worker::At};

/// A time that no test lives to see.
const APPOINTMENT: &str = "2031-03-04T09:30:00-08:00";

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// A call in which an appointment was booked, of a caller to call back.
    Booking,
    /// A call in which a time was promised that is taken.
    Conflict,
    /// A patient asks for help.
    Help,
    /// A patient wants no more messages.
    Stop,
    /// A provider reports how far a message got.
    Status,
    /// The dashboard books.
    DashboardBooks,
    /// The dashboard cancels.
    DashboardCancels,
    /// The clinic moves an event in its own calendar.
    CalendarMoves,
    /// A payment succeeds.
    Payment,
}

/// Every one.
pub const SCENES: [Scene; 9] = [
    Scene::Booking,
    Scene::Conflict,
    Scene::Help,
    Scene::Stop,
    Scene::Status,
    Scene::DashboardBooks,
    Scene::DashboardCancels,
    Scene::CalendarMoves,
    Scene::Payment,
];

/// A scene that is set: the message to put into the queue.
pub struct Set {
    /// The delivery's id.
    pub delivery: String,
    /// Its message.
    pub message: String,
}

impl Scene {
    /// Prepares what is there before, and makes the delivery.
    pub async fn set(self, clinic: &Clinic, rehearsal: &Rehearsal) -> Result<Set> {
        let delivery = match self {
            Self::Booking => clinic.report("call-1", APPOINTMENT, true),
            Self::Conflict => {
                taken(clinic, None).await?;
                clinic.report("call-1", APPOINTMENT, false)
            }
            Self::Help => clinic.text("HELP"),
            Self::Stop => clinic.text("STOP"),
            Self::Status => {
                let sid = "SM00000000000000000000000000000001";
                let form = format!(
                    "MessageSid={sid}&SmsSid={sid}&MessageStatus=delivered&SmsStatus=delivered&To=%2B{}&From=%2B{}",
                    clinic.patient.trim_start_matches('+'),
                    clinic.sender.trim_start_matches('+'),
                );
                clinic.delivery("twilio", "message-status", form.as_bytes())
            }
            Self::DashboardBooks => {
                taken(clinic, None).await?;
                clinic.change("INSERT", &appointment(clinic).await?)
            }
            Self::DashboardCancels => {
                taken(clinic, None).await?;
                let books = clinic.change("INSERT", &appointment(clinic).await?);
                rehearsal.queue(books.to_json()).await?;
                rehearsal
                    .drain(rehearsal.consumer(Plan::Pass, At::Aws).await?)
                    .await?;
                clinic
                    .sql("update appointments set status = 'cancelled' where org_id = $1")
                    .await?;
                clinic.change("UPDATE", &appointment(clinic).await?)
            }
            Self::CalendarMoves => {
                taken(clinic, Some("moved")).await?;
                let event = json!({
                    "id": "moved", "summary": "x", "start": { "dateTime": "2031-03-04T12:00:00-08:00" },
                    "end": { "dateTime": "2031-03-04T12:30:00-08:00" },
                });
                let deed =
                    json!({ "do": "edit_event", "calendar": clinic.calendar, "event": event });
                clinic.deed(deed).await?;
                clinic.delivery("google-calendar", "exists", b"")
            }
            Self::Payment => {
                let body = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "created": 1_900_000_000,
                    "livemode": false, "data": { "object": { "id": "pi_1", "object": "payment_intent",
                    "amount": 1200, "amount_received": 1200, "currency": "usd", "status": "succeeded" } } });
                let body = body.to_string();
                clinic.delivery("stripe", "payment_intent.succeeded", body.as_bytes())
            }
        };
        Ok(Set {
            delivery: delivery.delivery.to_string(),
            message: delivery.to_json(),
        })
    }

    /// Looks at what is there in the end.
    pub async fn check(self, clinic: &Clinic, set: &Set) -> Result<()> {
        let logged = clinic
            .ask("select delivery || ' ' || state from webhook_deliveries where org_id = $1")
            .await?;
        let done = format!("{} done", set.delivery);
        ensure!(logged.contains(&done), "{self:?}: {logged:?}");
        let (messages, events) = (clinic.messages().await?, clinic.events().await?);
        let effects = clinic.effects().await?;
        let standing = events
            .iter()
            .filter(|event| event["status"] == "confirmed")
            .count();
        let found = (messages.len(), events.len(), standing);
        let (expected, ledger): (_, &[&str]) = match self {
            Self::Booking => (
                (1, 1, 1),
                &[
                    "calendar_event done",
                    "confirmation done",
                    "hot_lead_alert done",
                ],
            ),
            Self::Conflict => ((0, 0, 0), &["booking_conflict_alert done"]),
            Self::Help => ((1, 0, 0), &["help_reply done"]),
            Self::Stop | Self::Status | Self::Payment => ((0, 0, 0), &[]),
            Self::DashboardBooks => ((1, 1, 1), &["calendar_event done", "confirmation done"]),
            Self::DashboardCancels => (
                (1, 1, 0),
                &[
                    "calendar_event done",
                    "calendar_cancellation done",
                    "confirmation done",
                ],
            ),
            Self::CalendarMoves => ((0, 1, 1), &[]),
        };
        ensure!(
            found == expected,
            "{self:?}: messages, events, standing: {found:?}"
        );
        ensure!(effects == ledger, "{self:?}: {effects:?}");
        let (question, answer) = match self {
            Self::Booking | Self::DashboardBooks => (
                "select count(*) || ' ' || bool_and(external_event_id is not null) from appointments where org_id = $1",
                "1 true",
            ),
            Self::Conflict => (
                "select count(*)::text from calls where org_id = $1 and final",
                "1",
            ),
            Self::Help => (
                "select string_agg(direction || ' ' || status, ', ' order by direction) from messages where org_id = $1",
                "inbound received, outbound queued",
            ),
            Self::Stop => (
                "select consent::text from contacts where org_id = $1",
                "withdrawn",
            ),
            Self::Status => (
                "select status::text from messages where org_id = $1",
                "delivered",
            ),
            Self::DashboardCancels => (
                "select status::text from appointments where org_id = $1",
                "cancelled",
            ),
            Self::CalendarMoves => (
                "select to_char(starts_at at time zone 'UTC', 'HH24:MI') from appointments where org_id = $1",
                "20:00",
            ),
            Self::Payment => (
                "select status || ' ' || amount_minor from payments where org_id = $1",
                "succeeded 1200",
            ),
        };
        let told = clinic.ask(question).await?;
        ensure!(told == [answer], "{self:?}: {told:?}");
        Ok(())
    }
}

/// An appointment at the time of the tests.
async fn taken(clinic: &Clinic, event: Option<&'static str>) -> Result<()> {
    clinic
        .sql(match event {
            None => {
                "insert into appointments (org_id, contact_id, calendar, starts_at, ends_at, status)
                 select $1, id, 'main', '2031-03-04 09:30-08', '2031-03-04 10:00-08', 'confirmed' from contacts where org_id = $1"
            }
            Some(_) => {
                "insert into appointments (org_id, calendar, starts_at, ends_at, status, external_event_id)
                 values ($1, 'main', '2031-03-04 09:30-08', '2031-03-04 10:00-08', 'confirmed', 'moved')"
            }
        })
        .await
}

async fn appointment(clinic: &Clinic) -> Result<String> {
    let ids = clinic
        .ask("select id::text from appointments where org_id = $1")
        .await?;
    ids.into_iter().next().context("no appointment")
}
