//! Events in the clinic's own calendars, through what the organisation granted.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use tokio::time::Instant;

use super::Stopped;
use super::requests::Taken;
use crate::clock::Clock;
use crate::outbound::circuit::{Circuits, Table};
use crate::outbound::credentials::{self, GoogleGrant};
use crate::outbound::google_calendar::{AccessTokens, GoogleCalendar};
use crate::outbound::{Chance, Dependency, Outbound};
use crate::secrets::Secrets;

/// The longest the circuits are waited for; without them calls pass.
const CIRCUITS_TIMEOUT: Duration = Duration::from_millis(300);
/// The longest one event may take.
const CALL: Duration = Duration::from_secs(20);

/// How calendars are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPlace {
    /// The table of the providers' circuits.
    pub circuits_table: String,
    /// Google's APIs, without a trailing slash.
    pub api_url: String,
    /// Google's token endpoint.
    pub token_url: String,
    /// The stage, in the names of the organisations' secrets.
    pub stage: String,
}

/// The way to the calendars; made only when there is an event to cancel.
#[derive(Clone, Debug)]
pub(super) struct Calendars {
    dynamodb: Client,
    place: Option<CalendarPlace>,
}

impl Calendars {
    pub(super) fn new(aws: &SdkConfig, place: Option<CalendarPlace>) -> Self {
        Self {
            dynamodb: Client::new(aws),
            place,
        }
    }

    /// Cancels the events of the subject's appointments; one that is not there is as good. Where no calendar can be
    /// reached, a subject with events is not erased, and its request says why.
    pub(super) async fn cancel(
        &self,
        secrets: &Secrets,
        taken: &Taken,
        until: Instant,
    ) -> Result<u64, Stopped> {
        if taken.events.is_empty() {
            return Ok(0);
        }
        let place = self.place.as_ref().ok_or(Stopped("calendar_unreachable"))?;
        let clock = Clock::system();
        let table = place.circuits_table.clone();
        let table = Table::new(&self.dynamodb, table, CIRCUITS_TIMEOUT);
        let circuits = Circuits::new(table, clock.clone(), Chance::system());
        let outbound = Outbound::new(circuits, clock.clone(), Chance::system());
        let outbound = outbound.map_err(|_| Stopped("calendar_client"))?;
        let google = Dependency::GoogleCalendar;
        let grant = credentials::read(secrets, &place.stage, taken.org_id, google).await;
        let grant: GoogleGrant = grant.map_err(|_| Stopped("calendar_grant"))?;
        let organization = taken.org_id.to_string();
        let calendar = GoogleCalendar {
            outbound: &outbound,
            api_url: &place.api_url,
            token_url: &place.token_url,
            organization: &organization,
            grant: &grant,
            tokens: &AccessTokens::default(),
            clock: &clock,
        };
        let mut cancelled = 0;
        for event in &taken.events {
            let until = until.min(Instant::now() + CALL);
            let done = calendar.cancel(&event.calendar, &event.event, until).await;
            done.map_err(|_| Stopped("calendar_event"))?;
            cancelled += 1;
        }
        Ok(cancelled)
    }
}
