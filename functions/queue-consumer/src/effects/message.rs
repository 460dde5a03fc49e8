//! Messages to patients, through Twilio. Twilio knows no key of ours: what may have been sent is looked for, by
//! recipient, sender and text, before it is sent again; and its status callback names the effect.

use std::time::Duration;

use sallyport::outbound::twilio::{Message, Sent, Twilio};
use sallyport::outbound::{CallError, Dependency, credentials};
use sallyport::webhook::event::Channel;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::ledger::{Attempt, Planned, Terms};
use super::{Desk, Ending, Kind, text};

/// How far before an attempt its message is looked for: our clock and the provider's may differ.
const CLOCKS: Duration = Duration::from_mins(10);

/// A message, its text made.
struct Composed<'a> {
    channel: Channel,
    from: &'a str,
    to: &'a str,
    text: String,
    status_callback: Option<String>,
}

/// Sends the effect's message.
pub(super) async fn send(desk: Desk<'_>, planned: &Planned, begun: &Attempt) -> Ending {
    let Some(composed) = compose(desk, planned, &begun.terms) else {
        return Ending::Failed("incomplete".to_owned());
    };
    let sent = through(desk, async |twilio| {
        twilio.send(composed.message(), desk.call_until()).await
    });
    match sent.await {
        Ok(Sent { sid }) => Ending::Done(Some(sid)),
        Err(error) => Ending::of(&error, code(&error)),
    }
}

/// The messages that an attempt whose end is unknown may have sent, the likeliest first.
pub(super) async fn find(
    desk: Desk<'_>,
    planned: &Planned,
    begun: &Attempt,
) -> Result<Vec<Sent>, Ending> {
    let attempted_at = OffsetDateTime::parse(&begun.attempted_at, &Rfc3339).ok();
    let composed = compose(desk, planned, &begun.terms);
    let (Some(composed), Some(attempted_at)) = (composed, attempted_at) else {
        return Ok(Vec::new());
    };
    let found = through(desk, async |twilio| {
        let since = attempted_at - CLOCKS;
        twilio
            .find(composed.message(), since, desk.call_until())
            .await
    });
    // What was not found out leaves it in doubt, whatever the reason.
    found
        .await
        .map_err(|error| Ending::Again(super::again(&error)))
}

/// Calls Twilio with the organisation's own account.
async fn through<T>(
    desk: Desk<'_>,
    call: impl AsyncFnOnce(Twilio<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let (app, organization) = (desk.app, desk.message.organization);
    let account = credentials::read(&app.secrets, &app.stage, organization, Dependency::Twilio);
    let account = account.await?;
    let name = organization.to_string();
    let twilio = Twilio {
        outbound: &app.outbound,
        base_url: &app.providers.twilio,
        organization: &name,
        account: &account,
    };
    call(twilio).await
}

fn compose<'a>(desk: Desk<'_>, planned: &Planned, terms: &'a Terms) -> Option<Composed<'a>> {
    let clinic = terms.clinic_name.as_deref()?;
    let text = match planned.kind {
        Kind::Confirmation => {
            text::confirmation(clinic, text::local(terms.starts_local.as_deref()?)?)
        }
        _ => text::help(clinic),
    };
    let base = &desk.app.public_base_url;
    let callback = |endpoint| format!("{base}/webhooks/twilio/{endpoint}?effect={}", planned.key);
    Some(Composed {
        channel: match terms.channel.as_deref()? {
            "whatsapp" => Channel::WhatsApp,
            _ => Channel::Sms,
        },
        from: terms.from.as_deref()?,
        to: terms.to.as_deref()?,
        text,
        status_callback: terms.callback_endpoint.as_deref().map(callback),
    })
}

impl Composed<'_> {
    fn message(&self) -> Message<'_> {
        Message {
            channel: self.channel,
            from: self.from,
            to: self.to,
            text: &self.text,
            status_callback: self.status_callback.as_deref(),
        }
    }
}

/// Twilio's code for why it refuses, such as 21610: the recipient has opted out at the carrier.
fn code(error: &CallError) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(alias = "error_code")]
        code: u32,
    }
    let CallError::Failed {
        reply: Some(reply), ..
    } = error
    else {
        return None;
    };
    let refusal: Refusal = serde_json::from_slice(&reply.body).ok()?;
    Some(refusal.code.to_string())
}
