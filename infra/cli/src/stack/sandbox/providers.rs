//! The look-alikes together: which answers what, what each holds, and what is done at a provider by others than us.

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::exchange::{Answer, Call};
use super::google::Google;
use super::pagerduty::PagerDuty;
use super::sentry;
use super::slack::Slack;
use super::twilio::{AUTH_TOKEN, Twilio};
use super::vapi::Vapi;
use crate::sample::Unsigned;

/// What is done at a provider by its other users, or by time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// A number takes no messages any more.
    Unsubscribe {
        /// With the channel's prefix.
        number: String,
    },
    /// Twilio brings a message to a status and reports it.
    Report {
        /// The message.
        sid: String,
        /// As Twilio writes it.
        status: String,
        /// The code of what went wrong.
        #[serde(default)]
        error: Option<String>,
    },
    /// Google's access tokens are no longer good.
    ExpireTokens,
    /// Google's sync tokens are too old.
    ExpireSyncTokens,
    /// Somebody changes an event in a calendar, or makes one.
    EditEvent {
        /// The calendar's id.
        calendar: String,
        /// The event's `id`, and the fields that change.
        event: Value,
    },
    /// Vapi has a call.
    AddCall {
        /// The call, with its `id`.
        call: Value,
    },
}

/// The look-alikes.
#[derive(Debug, Default)]
pub(super) struct Providers {
    twilio: Twilio,
    google: Google,
    slack: Slack,
    pagerduty: PagerDuty,
    vapi: Vapi,
}

impl Providers {
    pub(super) fn answer(&mut self, provider: &str, call: &Call) -> Answer {
        match provider {
            "twilio" => self.twilio.answer(call),
            "google" => self.google.answer(call),
            "slack" => self.slack.answer(call),
            "pagerduty" => self.pagerduty.answer(call),
            "vapi" => self.vapi.answer(call),
            "sentry" => sentry::answer(call),
            _ => Answer::unknown(provider, call),
        }
    }

    /// What a provider holds.
    pub(super) fn state(&self, provider: &str) -> Option<Value> {
        let state = match provider {
            "twilio" => serde_json::to_value(&self.twilio),
            "google" => serde_json::to_value(&self.google),
            "slack" => serde_json::to_value(&self.slack),
            "pagerduty" => serde_json::to_value(&self.pagerduty),
            "vapi" => serde_json::to_value(&self.vapi),
            _ => return None,
        };
        state.ok()
    }

    /// Does it. A report is to be posted where this says.
    pub(super) fn act(&mut self, deed: Deed) -> Result<Option<Unsigned>> {
        match deed {
            Deed::Unsubscribe { number } => self.twilio.unsubscribe(&number),
            Deed::ExpireTokens => self.google.expire_tokens(),
            Deed::ExpireSyncTokens => self.google.expire_sync_tokens(),
            Deed::EditEvent { calendar, event } => self.google.edit(&calendar, event),
            Deed::AddCall { call } => self.vapi.add(call),
            Deed::Report { sid, status, error } => {
                let report = self.twilio.bring(&sid, &status, error.as_deref());
                let (url, body) = report.context("no such message, or it wants no reports")?;
                let kind = "application/x-www-form-urlencoded; charset=UTF-8";
                let mut request = Unsigned {
                    url,
                    headers: vec![("content-type".to_owned(), kind.to_owned())],
                    body,
                };
                request.sign("twilio", AUTH_TOKEN, OffsetDateTime::now_utc())?;
                return Ok(Some(request));
            }
        }
        Ok(None)
    }
}

/// Posts a provider's report.
pub(super) async fn post(request: &Unsigned) -> Result<()> {
    let client = reqwest::Client::new();
    let mut post = client.post(&request.url).body(request.body.clone());
    for (name, value) in &request.headers {
        post = post.header(name, value);
    }
    let answer = post.send().await.context("report to the callback")?;
    let status = answer.status();
    ensure!(status.is_success(), "the callback answered {status}");
    Ok(())
}
