//! Twilio's Programmable Messaging: sending a message, and looking for one that may have been sent.
//!
//! Twilio takes no idempotency key. What may have been sent is looked for among the messages from our number to the
//! recipient, by its text; and the status callback's URL names what sent it, so that Twilio itself tells of it.
//!
//! Source: <https://www.twilio.com/docs/messaging/api/message-resource>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::time::Instant;

use super::credentials::TwilioAccount;
use super::{CallError, Class, Dependency, Outbound, Prepared, Repeat, Reply, Target, unknown};
use crate::webhook::event::Channel;

/// Twilio itself.
pub const BASE_URL: &str = "https://api.twilio.com";
/// The most messages looked through. Between one sender and one recipient, within minutes, there are a handful.
const PAGE: &str = "100";

/// Twilio, as one organisation calls it.
#[derive(Clone, Copy, Debug)]
pub struct Twilio<'a> {
    /// The way out.
    pub outbound: &'a Outbound,
    /// Where Twilio's API lies, [`BASE_URL`] or a look-alike, without a trailing slash.
    pub base_url: &'a str,
    /// What names the credential: the organisation's id.
    pub organization: &'a str,
    /// The organisation's account.
    pub account: &'a TwilioAccount,
}

/// A message to a person. It does not print itself.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// By which way.
    pub channel: Channel,
    /// Our number, E.164.
    pub from: &'a str,
    /// The person's number, E.164.
    pub to: &'a str,
    /// What it says.
    pub text: &'a str,
    /// Where Twilio reports how far it got.
    pub status_callback: Option<&'a str>,
}

/// A message that Twilio has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Twilio's id of it.
    pub sid: String,
}

#[derive(Deserialize)]
struct Resource {
    sid: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    direction: Option<String>,
    #[serde(default)]
    date_created: Option<String>,
}

impl Twilio<'_> {
    /// Sends a message, by `until`. Twilio queues it; whether it arrives, its status callbacks tell.
    ///
    /// # Errors
    /// [`CallError`]; [`Class::Ambiguous`] where it may have been sent. A message that Twilio made and refused at once
    /// is refused: its code is in the reply.
    pub async fn send(&self, message: Message<'_>, until: Instant) -> Result<Sent, CallError> {
        let mut form = form();
        let address = |number| address(message.channel, number);
        form.query_pairs_mut()
            .append_pair("To", &address(message.to))
            .append_pair("From", &address(message.from))
            .append_pair("Body", message.text);
        if let Some(url) = message.status_callback {
            form.query_pairs_mut().append_pair("StatusCallback", url);
        }
        let mut headers = self.headers()?;
        let encoded = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, encoded);
        let request = Prepared {
            method: Method::POST,
            url: self.messages()?,
            headers,
            body: Bytes::from(form.query().unwrap_or_default().to_owned()),
            repeat: Repeat::Unsafe,
        };
        let reply = self.outbound.call(self.target(), request, until).await?;
        let Ok(made) = serde_json::from_slice::<Resource>(&reply.body) else {
            return Err(failed(unknown(Repeat::Unsafe), reply));
        };
        match made.status.as_deref() {
            Some("failed" | "undelivered" | "canceled") => Err(failed(Class::Permanent, reply)),
            _ => Ok(Sent { sid: made.sid }),
        }
    }

    /// The messages of this sender, recipient and text that were made from `since` on, newest first.
    ///
    /// # Errors
    /// [`CallError`]: it is not known whether there are any.
    pub async fn find(
        &self,
        message: Message<'_>,
        since: OffsetDateTime,
        until: Instant,
    ) -> Result<Vec<Sent>, CallError> {
        #[derive(Deserialize)]
        struct Page {
            messages: Vec<Resource>,
        }
        let mut url = self.messages()?;
        let address = |number| address(message.channel, number);
        url.query_pairs_mut()
            .append_pair("To", &address(message.to))
            .append_pair("From", &address(message.from))
            .append_pair("PageSize", PAGE);
        let request = Prepared {
            method: Method::GET,
            url,
            headers: self.headers()?,
            body: Bytes::new(),
            repeat: Repeat::Safe,
        };
        let reply = self.outbound.call(self.target(), request, until).await?;
        let Ok(page) = serde_json::from_slice::<Page>(&reply.body) else {
            return Err(failed(unknown(Repeat::Safe), reply));
        };
        let is_it = |resource: &Resource| {
            let created = resource.date_created.as_deref();
            // Twilio's dates are whole seconds. One that cannot be read rules nothing out.
            let created = created.and_then(|text| OffsetDateTime::parse(text, &Rfc2822).ok());
            let ours = resource.direction.as_deref() != Some("inbound");
            ours && resource.body.as_deref() == Some(message.text)
                && created.is_none_or(|created| created >= since)
        };
        let found = page.messages.into_iter().filter(is_it);
        Ok(found.map(|found| Sent { sid: found.sid }).collect())
    }

    fn target(&self) -> Target<'_> {
        Target {
            dependency: Dependency::Twilio,
            credential: self.organization,
        }
    }

    fn messages(&self) -> Result<Url, CallError> {
        let (base, account) = (self.base_url, &self.account.account_sid);
        let is_plain = account.bytes().all(|c| c.is_ascii_alphanumeric());
        let url = format!("{base}/2010-04-01/Accounts/{account}/Messages.json");
        let url = Url::parse(&url).ok().filter(|_| is_plain);
        url.ok_or_else(unusable)
    }

    fn headers(&self) -> Result<HeaderMap, CallError> {
        let account = self.account;
        let pair = format!("{}:{}", account.account_sid, account.auth_token);
        let basic = format!("Basic {}", STANDARD.encode(pair));
        let mut basic = HeaderValue::from_str(&basic).map_err(|_| unusable())?;
        basic.set_sensitive(true);
        Ok(HeaderMap::from_iter([(AUTHORIZATION, basic)]))
    }
}

/// A number as Twilio writes it for the way the message goes.
fn address(channel: Channel, number: &str) -> String {
    match channel {
        Channel::Sms => number.to_owned(),
        Channel::WhatsApp => format!("whatsapp:{number}"),
    }
}

/// A URL whose query is the form: the one encoder at hand writes both alike.
fn form() -> Url {
    // A constant that parses.
    Url::parse("form:").unwrap_or_else(|_| unreachable!())
}

fn failed(class: Class, reply: Reply) -> CallError {
    CallError::Failed {
        class,
        status: Some(reply.status),
        retry_after: None,
        reply: Some(Box::new(reply)),
    }
}

/// The credential cannot be shown to Twilio.
fn unusable() -> CallError {
    CallError::Failed {
        class: Class::Auth,
        status: None,
        retry_after: None,
        reply: None,
    }
}
