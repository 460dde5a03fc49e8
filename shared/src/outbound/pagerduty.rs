//! PagerDuty's Events API v2: somebody is called, and told when it is over.
//!
//! Events with one key of de-duplication are one incident while it is open, so each may be sent again.
//!
//! Source: <https://developer.pagerduty.com/docs/send-alert-event>

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use tokio::time::Instant;

use super::{CallError, Dependency, Outbound, Prepared, Repeat, Target, codec};

/// PagerDuty itself.
pub const BASE_URL: &str = "https://events.pagerduty.com";

/// PagerDuty, as one integration calls it.
#[derive(Clone, Copy)]
pub struct PagerDuty<'a> {
    /// The way out.
    pub outbound: &'a Outbound,
    /// Where the Events API lies, [`BASE_URL`] or a look-alike, without a trailing slash.
    pub base_url: &'a str,
    /// What names the integration; never its key.
    pub credential: &'a str,
    /// The integration's key, 32 characters.
    pub routing_key: &'a str,
}

/// What is done to an incident.
#[derive(Clone, Copy, Debug)]
pub enum Action<'a> {
    /// Opens it, or adds to it while it is open.
    Trigger(Incident<'a>),
    /// Somebody is at it.
    Acknowledge,
    /// It is over. Without an open incident this is taken and does nothing.
    Resolve,
}

/// What an incident is about.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Incident<'a> {
    /// One line, 1 to 1024 characters.
    pub summary: &'a str,
    /// What has the trouble, as the name of a service and its stage.
    pub source: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// The part of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<&'a str>,
    /// What kind of trouble, as a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'a str>,
    /// What to do about it.
    #[serde(skip)]
    pub link: Option<Link<'a>>,
}

/// Where more is to be read.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Link<'a> {
    /// The URL.
    pub href: &'a str,
    /// What is there.
    pub text: &'a str,
}

/// How bad it is, in PagerDuty's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Wake somebody.
    Critical,
    /// Something fails.
    Error,
    /// Something may fail soon.
    Warning,
    /// Good to know.
    Info,
}

#[derive(Serialize)]
struct Document<'a> {
    routing_key: &'a str,
    event_action: &'static str,
    dedup_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a Incident<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<[Link<'a>; 1]>,
}

impl PagerDuty<'_> {
    /// Sends an event about the incident of this key of de-duplication, 1 to 255 characters.
    ///
    /// # Errors
    /// [`CallError`]; never [`Class::Ambiguous`](super::Class::Ambiguous).
    pub async fn enqueue(
        &self,
        dedup_key: &str,
        action: Action<'_>,
        until: Instant,
    ) -> Result<(), CallError> {
        let (event_action, payload) = match &action {
            Action::Trigger(incident) => ("trigger", Some(incident)),
            Action::Acknowledge => ("acknowledge", None),
            Action::Resolve => ("resolve", None),
        };
        let document = Document {
            routing_key: self.routing_key,
            event_action,
            dedup_key,
            payload,
            links: payload
                .and_then(|incident| incident.link)
                .map(|link| [link]),
        };
        let url = codec::resource(self.base_url, ["v2", "enqueue"])?;
        let request = Prepared::bare(Method::POST, url, None, Repeat::Safe).with_json(&document);
        let target = Target {
            dependency: Dependency::PagerDuty,
            credential: self.credential,
        };
        self.outbound.call(target, request, until).await?;
        Ok(())
    }
}

impl fmt::Debug for PagerDuty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PagerDuty")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
