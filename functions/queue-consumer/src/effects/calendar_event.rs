//! Appointments in the clinic's Google calendar. Each carries an id that follows from its effect, so that to insert it
//! again, or to remove it again, is to find out that it was done.

use sallyport::outbound::google_calendar::{self, GoogleCalendar, NewEvent};
use sallyport::outbound::{CallError, Dependency, credentials};

use super::ledger::{Attempt, Planned};
use super::{Desk, Ending, Kind};

/// What stands in the calendar of an appointment that says no service. Never the patient's name.
const SUMMARY: &str = "Appointment";

/// The id that the effect's event has, or will have; `None` for effects that make none.
pub(super) fn known_id(desk: Desk<'_>, planned: &Planned) -> Option<String> {
    let organization = desk.message.organization.to_string();
    let makes_one = planned.kind == Kind::CalendarEvent;
    makes_one.then(|| google_calendar::event_id(&organization, &planned.key))
}

/// Puts the appointment into the calendar. One that is there already is as good, also if it was moved since.
pub(super) async fn insert(desk: Desk<'_>, begun: &Attempt) -> Ending {
    let terms = &begun.terms;
    let (Some(id), Some(calendar), Some(starts_at), Some(ends_at)) = (
        &terms.event_id,
        &terms.google_calendar_id,
        terms.starts_at,
        terms.ends_at,
    ) else {
        return Ending::Failed("incomplete".to_owned());
    };
    let event = NewEvent {
        id,
        calendar,
        summary: terms.service.as_deref().unwrap_or(SUMMARY),
        starts_at,
        ends_at,
        time_zone: terms.calendar_time_zone.as_deref().unwrap_or("UTC"),
    };
    let inserted = through(desk, async |google| {
        google.insert(event, desk.call_until()).await
    });
    match inserted.await {
        Ok(_) => Ending::Done(Some(id.clone())),
        Err(error) => Ending::of(&error, None),
    }
}

/// Takes a cancelled appointment out of the calendar. One that is not there is as good.
pub(super) async fn remove(desk: Desk<'_>, begun: &Attempt) -> Ending {
    let terms = &begun.terms;
    let (Some(id), Some(calendar)) = (&terms.event_id, &terms.google_calendar_id) else {
        return Ending::Failed("incomplete".to_owned());
    };
    let removed = through(desk, async |google| {
        google.cancel(calendar, id, desk.call_until()).await
    });
    match removed.await {
        Ok(()) => Ending::Done(Some(id.clone())),
        Err(error) => Ending::of(&error, None),
    }
}

/// Calls Google Calendar with what the organisation granted.
pub(crate) async fn through<T>(
    desk: Desk<'_>,
    call: impl AsyncFnOnce(GoogleCalendar<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let (app, organization) = (desk.app, desk.message.organization);
    let google = Dependency::GoogleCalendar;
    let grant = credentials::read(&app.secrets, &app.stage, organization, google).await?;
    let name = organization.to_string();
    let google = GoogleCalendar {
        outbound: &app.outbound,
        api_url: &app.providers.google_api,
        token_url: &app.providers.google_token,
        organization: &name,
        grant: &grant,
        tokens: &app.tokens,
        clock: &app.clock,
    };
    call(google).await
}
