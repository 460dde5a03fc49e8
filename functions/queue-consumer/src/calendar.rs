//! A linked calendar, asked what changed in it: the event that it did says no more.
//!
//! The database keeps up to where the calendar is known, as Google's sync token. Each page of changes is applied in one
//! transaction, which counts only while that token stands; the last one brings the next. Of two deliveries that ask at
//! once, the slower one finds that the token has moved, and asks again from there.

use sallyport::clock::rfc3339_ms;
use sallyport::outbound::google_calendar::{Changed, Changes};
use sallyport::webhook::event::CalendarState;
use sallyport::webhook::{CalendarEvent, Event};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::effects::{self, Desk, Planned};
use crate::failure::Failure;
use crate::procedure::{self, Applied, Outcome, Subject};

/// How often an attempt starts over because the calendar moved on, or because its token was too old.
const STARTS: usize = 3;
/// The most pages of one attempt: far more than its time allows. A provider that never ends its list ends here.
const PAGES: usize = 1000;

/// Where a calendar is known up to.
#[derive(Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
enum Source {
    Linked {
        calendar: String,
        google_calendar_id: String,
        sync_token: Option<String>,
    },
    Unlinked,
    Duplicate {
        effects: Vec<Planned>,
    },
}

/// What became of a page.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcomes {
    Applied,
    Moved,
    Duplicate,
}

#[derive(Deserialize)]
struct Answer {
    outcome: Outcomes,
    effects: Option<Vec<Planned>>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct AskSource<'a> {
    p_delivery: &'a str,
    p_organization: String,
    p_endpoint: &'a str,
}

#[derive(Serialize)]
struct ApplyPage<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    p_calendar: &'a str,
    p_events: Vec<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_seen_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_next_token: Option<&'a str>,
}

/// An event of the calendar as the database takes it.
#[derive(Serialize)]
struct Told {
    id: String,
    cancelled: bool,
    starts_at: Option<String>,
    ends_at: Option<String>,
}

impl From<Changed> for Told {
    fn from(changed: Changed) -> Self {
        Self {
            id: changed.id,
            cancelled: changed.cancelled,
            starts_at: changed.starts_at.map(rfc3339_ms),
            ends_at: changed.ends_at.map(rfc3339_ms),
        }
    }
}

/// Applies all that changed in the calendar of the delivery's endpoint.
pub(crate) async fn apply(
    desk: Desk<'_>,
    change: CalendarEvent,
    started_at: OffsetDateTime,
) -> Result<Applied, Failure> {
    if change.state == CalendarState::NotExists {
        return ignored(desk, started_at, "calendar_not_there").await;
    }
    let (app, message) = (desk.app, desk.message);
    for _ in 0..STARTS {
        let ask = AskSource {
            p_delivery: message.delivery.as_str(),
            p_organization: message.organization.to_string(),
            p_endpoint: &message.endpoint,
        };
        let source = app.procedures.call(&app.secrets, "calendar_source", &ask);
        match source.await? {
            Source::Unlinked => return ignored(desk, started_at, "calendar_not_linked").await,
            Source::Duplicate { effects } => {
                return Ok(Applied {
                    outcome: Outcome::Duplicate,
                    effects,
                });
            }
            Source::Linked {
                calendar,
                google_calendar_id,
                sync_token,
            } => {
                let known = Known {
                    calendar: &calendar,
                    google: &google_calendar_id,
                    sync_token: sync_token.as_deref(),
                };
                if let Some(applied) = known.follow(desk, started_at).await? {
                    return Ok(applied);
                }
            }
        }
    }
    Err(Failure::CalendarMoved)
}

async fn ignored(
    desk: Desk<'_>,
    started_at: OffsetDateTime,
    reason: &'static str,
) -> Result<Applied, Failure> {
    let (app, subject) = (desk.app, Subject::of(desk.message, started_at));
    let event = Event::Ignored { reason };
    Ok(procedure::apply(&app.procedures, &app.secrets, subject, &event).await?)
}

/// A calendar, and up to where it is known.
#[derive(Clone, Copy)]
struct Known<'a> {
    calendar: &'a str,
    google: &'a str,
    sync_token: Option<&'a str>,
}

impl Known<'_> {
    /// Reads and applies page after page. `None`: somebody else was faster.
    async fn follow(
        self,
        desk: Desk<'_>,
        started_at: OffsetDateTime,
    ) -> Result<Option<Applied>, Failure> {
        let (mut ask, mut page_token) = (self.sync_token, None);
        for _ in 0..PAGES {
            if !desk.claim.holds_at(desk.app.clock.now()) {
                return Err(Failure::Superseded);
            }
            let changes = effects::google(desk, async |google| {
                let (calendar, page) = (self.google, page_token.as_deref());
                google.changes(calendar, ask, page, desk.call_until()).await
            });
            let page = match changes.await.map_err(|error| effects::again(&error))? {
                Changes::Page(page) => page,
                // Too old: everything, from the beginning.
                Changes::Gone if ask.is_some() => {
                    (ask, page_token) = (None, None);
                    continue;
                }
                Changes::Gone => return Err(Failure::Refused),
            };
            let is_last = page.next_page.is_none();
            let next = page.sync_token.filter(|_| is_last);
            if is_last && next.is_none() {
                return Err(Failure::Provider);
            }
            let arguments = ApplyPage {
                subject: Subject::of(desk.message, started_at),
                p_calendar: self.calendar,
                p_events: page.events.into_iter().map(Told::from).collect(),
                p_seen_token: self.sync_token,
                p_next_token: next.as_deref(),
            };
            let (procedures, secrets) = (&desk.app.procedures, &desk.app.secrets);
            let answer = procedures.call(secrets, "apply_calendar_page", &arguments);
            let answer: Answer = answer.await?;
            let effects = answer.effects.unwrap_or_default();
            match answer.outcome {
                Outcomes::Moved => return Ok(None),
                Outcomes::Duplicate => {
                    let outcome = Outcome::Duplicate;
                    return Ok(Some(Applied { outcome, effects }));
                }
                Outcomes::Applied if is_last => {
                    let outcome = Outcome::Applied;
                    return Ok(Some(Applied { outcome, effects }));
                }
                Outcomes::Applied => page_token = page.next_page,
            }
        }
        Err(Failure::Provider)
    }
}
