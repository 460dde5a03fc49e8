//! The ways to people: Slack and the pager, each behind the guarded call.

use std::time::Duration;

use sallyport::outbound::pagerduty::{self, Action, PagerDuty};
use sallyport::outbound::slack::{self, Content, Posted, Slack};
use sallyport::outbound::{CallError, Class, Outbound, Rejection, Reply};
use sallyport::secrets::Secrets;
use serde::Deserialize;
use tokio::time::Instant;

use crate::Config;
use crate::slack::Message;

/// The one credential of each: the stage's own.
const CREDENTIAL: &str = "alerts";
/// How long a way rests that is not there at all.
const UNCONFIGURED: Duration = Duration::from_mins(15);

/// How long a way rests that is busy and does not say for how long.
const UNSAID: Duration = Duration::from_secs(5);

/// The ways to people.
#[derive(Debug)]
pub(crate) struct Channels {
    outbound: Outbound,
    secrets: Secrets,
    secret: String,
    slack_url: String,
    pagerduty_url: String,
}

/// What the secret holds. Each part may be missing; then that way is not there.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Keys {
    slack_token: String,
    slack_channel: String,
    pagerduty_key: String,
}

/// A way to people did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// It asked to wait, or was asked too often by us: it works.
    Busy(Duration),
    /// It does not work.
    Down(Option<Duration>),
    /// What the message refers to is not there any more.
    Gone,
}

impl Channels {
    pub(crate) fn new(config: &Config, outbound: Outbound, secrets: Secrets) -> Self {
        let place = |name: &str, real: &str| match &config.providers_url {
            Some(look_alikes) => format!("{look_alikes}/{name}"),
            None => real.to_owned(),
        };
        Self {
            outbound,
            secrets,
            secret: config.alerts_secret.clone(),
            slack_url: place("slack", slack::BASE_URL),
            pagerduty_url: place("pagerduty", pagerduty::BASE_URL),
        }
    }

    /// Posts a message, into the thread of `thread` if that is given.
    pub(crate) async fn post(
        &self,
        message: &Message,
        thread: Option<&str>,
        until: Instant,
    ) -> Result<Posted, Unreached> {
        let keys = self.keys().await?;
        let slack = self.slack(&keys)?;
        let posting = slack.post(&keys.slack_channel, thread, content(message), until);
        // Boxed: the clients' futures are deep and large.
        Box::pin(posting).await.map_err(unreached)
    }

    /// Replaces what a message says.
    pub(crate) async fn update(
        &self,
        posted: &Posted,
        message: &Message,
        until: Instant,
    ) -> Result<(), Unreached> {
        let keys = self.keys().await?;
        let slack = self.slack(&keys)?;
        let updating = slack.update(posted, content(message), until);
        Box::pin(updating).await.map_err(unreached)?;
        Ok(())
    }

    /// Opens or closes the incident of `fingerprint`.
    pub(crate) async fn page(
        &self,
        fingerprint: &str,
        action: Action<'_>,
        until: Instant,
    ) -> Result<(), Unreached> {
        let keys = self.keys().await?;
        if keys.pagerduty_key.is_empty() {
            return Err(unconfigured("pagerduty"));
        }
        let pager = PagerDuty {
            outbound: &self.outbound,
            base_url: &self.pagerduty_url,
            credential: CREDENTIAL,
            routing_key: &keys.pagerduty_key,
        };
        Box::pin(pager.enqueue(fingerprint, action, until))
            .await
            .map_err(unreached)
    }

    fn slack<'a>(&'a self, keys: &'a Keys) -> Result<Slack<'a>, Unreached> {
        if keys.slack_token.is_empty() || keys.slack_channel.is_empty() {
            return Err(unconfigured("slack"));
        }
        Ok(Slack {
            outbound: &self.outbound,
            base_url: &self.slack_url,
            credential: CREDENTIAL,
            token: &keys.slack_token,
        })
    }

    async fn keys(&self) -> Result<Keys, Unreached> {
        let text = self.secrets.get(&self.secret).await;
        let text = text.map_err(|_| Unreached::Down(None))?;
        serde_json::from_str(text.expose()).map_err(|_| {
            tracing::error!(secret = self.secret, "secret of the alerts cannot be read");
            Unreached::Down(None)
        })
    }
}

fn content(message: &Message) -> Content<'_> {
    Content {
        text: &message.text,
        blocks: &message.blocks,
        colour: message.colour,
    }
}

fn unreached(error: CallError) -> Unreached {
    match error {
        CallError::Rejected {
            reason: Rejection::CircuitOpen,
            retry_after,
        } => Unreached::Down(Some(retry_after)),
        CallError::Rejected { retry_after, .. } => Unreached::Busy(retry_after),
        CallError::Failed {
            class: Class::Throttled,
            retry_after,
            ..
        } => Unreached::Busy(retry_after.unwrap_or(UNSAID)),
        CallError::Failed {
            reply: Some(reply), ..
        } if is_gone(&reply) => Unreached::Gone,
        CallError::Failed { retry_after, .. } => Unreached::Down(retry_after),
    }
}

fn unconfigured(provider: &'static str) -> Unreached {
    tracing::error!(provider, "no way to people is configured");
    Unreached::Down(Some(UNCONFIGURED))
}

/// Whether Slack says that the message to be brought up to date is not there.
fn is_gone(reply: &Reply) -> bool {
    #[derive(Deserialize)]
    struct Answer {
        error: String,
    }
    let answer = serde_json::from_slice::<Answer>(&reply.body);
    answer.is_ok_and(|answer| {
        matches!(
            answer.error.as_str(),
            "message_not_found" | "cant_update_message" | "thread_not_found"
        )
    })
}
