//! What a delivery does outside the database: messages, calendar events, alerts.
//!
//! Who acts: the delivery's procedure has planned its effects in the ledger, and names those that are not settled, at
//! the first attempt and at every later one. [`perform`] takes them one after the other: begin in the ledger, call
//! the provider, settle in the ledger. What correctness hangs on is the ledger: its key makes an effect one, its
//! number of the attempt fences late words, and an attempt without an end is looked for before it is repeated. The
//! claim of the delivery only keeps two attempts from being at work at once.
//!
//! | ended | what is known | the next attempt |
//! |---|---|---|
//! | before `begin` was stored | nothing was sent | proceeds |
//! | after it, before the call | in doubt | looks; absent, and [`RESEND_AFTER`] over: proceeds |
//! | after the call was applied | in doubt | looks, finds, settles; or the provider's own report settled it |
//! | after `settle` was stored | settled | finds nothing open |
//!
//! Calendar events carry an id of ours, and alerts a fingerprint: for these, to do it again is to look. A message has
//! no such id. One that its provider took and does not show within [`RESEND_AFTER`] is sent a second time: that is
//! the one window in which a patient may get two.

mod alert;
mod calendar_event;
mod ending;
mod ledger;
mod message;
mod text;

use std::time::Duration;

use sallyport::delivery::QueueMessage;
use sallyport::delivery::claim::{Claim, Processing};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;

use crate::App;
use crate::failure::Failure;

pub(crate) use calendar_event::through as google;
use ending::Ending;
pub(crate) use ending::again;
pub(crate) use ledger::Planned;
use ledger::{Attempt, Begun, Ledger, Settled, State};

/// How long after an attempt whose end is unknown its message may still turn up at the provider: longer than any
/// invocation of this function lasts (30 s), with time for the provider's list to catch up.
const RESEND_AFTER: Duration = Duration::from_mins(2);
/// How long an effect waits for another one that is under way.
const OTHER_FIRST: Duration = Duration::from_mins(1);
/// Kept back from the attempt's time, to store how a call ended.
const TO_SETTLE: Duration = Duration::from_millis(500);

/// What is to be done. The order is the ledger's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// An appointment put into the clinic's Google calendar.
    CalendarEvent,
    /// A cancelled appointment taken out of it.
    CalendarCancellation,
    /// The patient told that an appointment is booked.
    Confirmation,
    /// The answer to HELP.
    HelpReply,
    /// People told that a caller should be called back.
    HotLeadAlert,
    /// People told that a caller was promised a time that is taken.
    BookingConflictAlert,
    /// People told that the calendar puts an appointment where another one is.
    CalendarConflictAlert,
    /// Planned by a newer schema than this build knows.
    #[serde(other)]
    Unknown,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::CalendarEvent => "calendar_event",
            Self::CalendarCancellation => "calendar_cancellation",
            Self::Confirmation => "confirmation",
            Self::HelpReply => "help_reply",
            Self::HotLeadAlert => "hot_lead_alert",
            Self::BookingConflictAlert => "booking_conflict_alert",
            Self::CalendarConflictAlert => "calendar_conflict_alert",
            Self::Unknown => "unknown",
        }
    }
}

/// An attempt at a delivery, as its effects need it.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) message: &'a QueueMessage,
    pub(crate) claim: &'a Claim<Processing>,
    /// When nothing more may be begun.
    pub(crate) until: Instant,
}

impl Desk<'_> {
    /// When a call must be over, so that its end can be stored.
    pub(crate) fn call_until(&self) -> Instant {
        self.until - TO_SETTLE
    }
}

/// Attempts every effect that is open; one that does not succeed keeps none of the others from being attempted.
///
/// # Errors
/// The failure because of which the message must come again. Among several, one that trying again can mend.
pub(crate) async fn perform(desk: Desk<'_>, open: &[Planned]) -> Result<(), Failure> {
    let mut worst: Option<Failure> = None;
    for planned in open {
        let Err(failure) = attempt(desk, planned).await else {
            continue;
        };
        if worst.as_ref().is_none_or(|worst| !worst.is_retryable()) {
            worst = Some(failure);
        }
    }
    worst.map_or(Ok(()), Err)
}

async fn attempt(desk: Desk<'_>, planned: &Planned) -> Result<(), Failure> {
    let (app, key) = (desk.app, planned.key.as_str());
    let ledger = Ledger {
        procedures: &app.procedures,
        secrets: &app.secrets,
        organization: desk.message.organization,
    };
    let known_id = calendar_event::known_id(desk, planned);
    let mut absent: Option<String> = None;
    // Looked for, and then done; once more where something came in between.
    for _ in 0..3 {
        // A process that was stopped for a while finds out here.
        if !desk.claim.holds_at(app.clock.now()) {
            return Err(Failure::Superseded);
        }
        let now = app.clock.now();
        let begun = ledger.begin(key, now, known_id.as_deref(), absent.as_deref());
        let (begun, looks) = match begun.await? {
            Begun::Proceed(begun) => (begun, false),
            Begun::Reconcile(begun) => (begun, true),
            Begun::Wait => {
                return Err(Failure::Waiting {
                    retry_after: OTHER_FIRST,
                });
            }
            Begun::Skip { obstacle } => {
                log(planned, "skipped", obstacle.as_deref());
                return Ok(());
            }
        };
        let step = Step {
            desk,
            ledger: &ledger,
            planned,
            begun: &begun,
        };
        let ending = if looks {
            step.look().await?
        } else {
            step.settle(step.act().await).await?
        };
        if !matches!(ending, Ending::Absent) {
            return match ending {
                Ending::Again(failure) => Err(failure),
                Ending::Ambiguous => Err(Failure::EffectAmbiguous),
                _ => Ok(()),
            };
        }
        let hidden = still_hidden(&begun, app.clock.now());
        if let (None, Some(retry_after)) = (&begun.obstacle, hidden) {
            return Err(Failure::Waiting { retry_after });
        }
        absent = Some(begun.attempted_at);
    }
    Err(Failure::EffectAmbiguous)
}

/// How long what an attempt did may still be hidden at the provider; `None` when it is not there.
fn still_hidden(begun: &Attempt, now: OffsetDateTime) -> Option<Duration> {
    let attempted_at = OffsetDateTime::parse(&begun.attempted_at, &Rfc3339).ok()?;
    let rest = attempted_at + RESEND_AFTER - now;
    Duration::try_from(rest).ok().filter(|rest| !rest.is_zero())
}

/// One begun attempt.
#[derive(Clone, Copy)]
struct Step<'a> {
    desk: Desk<'a>,
    ledger: &'a Ledger<'a>,
    planned: &'a Planned,
    begun: &'a Attempt,
}

impl Step<'_> {
    async fn act(self) -> Ending {
        let (desk, planned, begun) = (self.desk, self.planned, self.begun);
        match planned.kind {
            Kind::CalendarEvent => calendar_event::insert(desk, begun).await,
            Kind::CalendarCancellation => calendar_event::remove(desk, begun).await,
            Kind::Confirmation | Kind::HelpReply => message::send(desk, planned, begun).await,
            Kind::HotLeadAlert | Kind::BookingConflictAlert | Kind::CalendarConflictAlert => {
                alert::publish(desk, planned.kind).await
            }
            Kind::Unknown => Ending::Again(Failure::UnknownEffect),
        }
    }

    /// Looks for what an attempt may have done, and settles what is found. What carries an id of ours is looked for by
    /// doing it again.
    async fn look(self) -> Result<Ending, Failure> {
        let (desk, planned, begun) = (self.desk, self.planned, self.begun);
        match (planned.kind, &begun.obstacle) {
            (Kind::Confirmation | Kind::HelpReply, _) => {
                let found = match message::find(desk, planned, begun).await {
                    Ok(found) => found,
                    Err(ending) => return self.settle(ending).await,
                };
                for sent in found {
                    // One that is another effect's doing counts as absent.
                    let ending = self.settle(Ending::Done(Some(sent.sid))).await?;
                    if !matches!(ending, Ending::Absent) {
                        return Ok(ending);
                    }
                }
                Ok(Ending::Absent)
            }
            (_, None) => self.settle(self.act().await).await,
            // It may be there, and is not wanted any more: who removes it finds it, or finds nothing.
            (Kind::CalendarEvent, Some(_)) => {
                let id = begun.terms.event_id.clone();
                self.settle(Ending::Done(id)).await
            }
            (_, Some(_)) => Ok(Ending::Absent),
        }
    }

    /// Stores how an attempt ended, and says how it stands then.
    async fn settle(self, ending: Ending) -> Result<Ending, Failure> {
        let (desk, planned) = (self.desk, self.planned);
        let (state, told) = match &ending {
            Ending::Done(id) => (State::Done, (id.as_deref(), None)),
            Ending::Failed(reason) => (State::Failed, (None, Some(reason.as_str()))),
            Ending::Ambiguous => (State::Ambiguous, (None, None)),
            Ending::Again(_) => (State::Intended, (None, None)),
            Ending::Absent => return Ok(ending),
        };
        // Before it is settled: nobody comes back to what is.
        alert::report(desk, planned.kind, &ending).await;
        let (key, attempt, now) = (&planned.key, self.begun.number, desk.app.clock.now());
        match self.ledger.settle(key, attempt, now, state, told).await? {
            Settled::Recorded => {
                let reason = match &ending {
                    Ending::Failed(reason) => Some(reason.as_str()),
                    Ending::Again(failure) => Some(failure.code()),
                    _ => None,
                };
                log(planned, word(&ending), reason);
                Ok(ending)
            }
            Settled::Duplicate => Ok(Ending::Done(None)),
            Settled::Superseded => Err(Failure::Superseded),
            Settled::Taken => Ok(Ending::Absent),
        }
    }
}

const fn word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Done(_) => "done",
        Ending::Failed(_) => "failed",
        Ending::Ambiguous => "ambiguous",
        Ending::Again(_) => "postponed",
        Ending::Absent => "absent",
    }
}

/// The one line of an attempt at an effect.
fn log(planned: &Planned, outcome: &'static str, reason: Option<&str>) {
    let kind = planned.kind.as_str();
    tracing::info!(metric = "Effects", outcome, kind, reason, "effect");
}
