//! Twilio's Programmable Messaging: sending a message, and looking for one that may have been sent.
//!
//! Twilio takes no idempotency key. What may have been sent is looked for among the messages from our number to the
//! recipient, by its text; and the status callback's URL names what sent it, so that Twilio itself tells of it.
//!
//! Source: <https://www.twilio.com/docs/messaging/api/message-resource>

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::time::Instant;

use super::codec::{self, unusable};
use super::credentials::TwilioAccount;
use super::{CallError, Class, Dependency, Outbound, Prepared, Repeat, Target, unknown};
use crate::webhook::event::Channel;

/// Twilio itself.
pub const BASE_URL: &str = "https://api.twilio.com";
/// Messages of one page: an answer stays far below [`Reply::LARGEST`](super::Reply::LARGEST).
const PAGE_SIZE: &str = "100";
/// The most pages looked through. Between one sender and one recipient, within minutes, there are a handful of
/// messages; a list that goes on beyond this is not one to conclude from.
const PAGES: usize = 10;

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

#[derive(Deserialize)]
struct Page {
    messages: Vec<Resource>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl Twilio<'_> {
    /// Sends a message, by `until`. Twilio queues it; whether it arrives, its status callbacks tell.
    ///
    /// # Errors
    /// [`CallError`]; [`Class::Ambiguous`] where it may have been sent. A message that Twilio made and refused at once
    /// is refused: its code is in the reply.
    pub async fn send(&self, message: Message<'_>, until: Instant) -> Result<Sent, CallError> {
        let (to, from) = message.addresses();
        let callback = message.status_callback.map(|url| ("StatusCallback", url));
        let fields = [
            ("To", to.as_ref()),
            ("From", from.as_ref()),
            ("Body", message.text),
        ];
        let proof = Some(self.proof()?);
        let request = Prepared::bare(Method::POST, self.messages()?, proof, Repeat::Unsafe);
        let request = request.with_form(fields.into_iter().chain(callback));
        let reply = self.outbound.call(self.target(), request, until).await?;
        let Ok(made) = serde_json::from_slice::<Resource>(&reply.body) else {
            return Err(codec::failed(unknown(Repeat::Unsafe), reply));
        };
        match made.status.as_deref() {
            Some("failed" | "undelivered" | "canceled") => {
                Err(codec::failed(Class::Permanent, reply))
            }
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
        // Twilio's dates are whole seconds. One that cannot be read rules nothing out.
        let since = since.unix_timestamp();
        let is_recent = |resource: &Resource| {
            let created = resource.date_created.as_deref();
            let created = created.and_then(|text| OffsetDateTime::parse(text, &Rfc2822).ok());
            created.is_none_or(|created| created.unix_timestamp() >= since)
        };
        let is_it = |resource: &Resource| {
            let ours = resource.direction.as_deref() != Some("inbound");
            ours && resource.body.as_deref() == Some(message.text) && is_recent(resource)
        };
        let (to, from) = message.addresses();
        let mut url = self.messages()?;
        // Not by date: a message has one in Twilio's filter only once it has left.
        url.query_pairs_mut()
            .append_pair("To", &to)
            .append_pair("From", &from)
            .append_pair("PageSize", PAGE_SIZE);
        let mut found = Vec::new();
        let mut last = None;
        for _ in 0..PAGES {
            let request = Prepared::get(url, self.proof()?);
            let reply = self.outbound.call(self.target(), request, until).await?;
            let Ok(page) = serde_json::from_slice::<Page>(&reply.body) else {
                return Err(codec::failed(unknown(Repeat::Safe), reply));
            };
            // Newest first: behind a page that is older throughout there is nothing newer.
            let is_past = !page.messages.iter().any(is_recent);
            let these = page.messages.into_iter().filter(is_it);
            found.extend(these.map(|one| Sent { sid: one.sid }));
            match page.next_page_uri {
                Some(next) if !is_past => url = self.page(&next)?,
                _ => return Ok(found),
            }
            last = Some(reply);
        }
        Err(last.map_or_else(unusable, |reply| {
            codec::failed(unknown(Repeat::Safe), reply)
        }))
    }

    fn target(&self) -> Target<'_> {
        Target {
            dependency: Dependency::Twilio,
            credential: self.organization,
        }
    }

    fn messages(&self) -> Result<Url, CallError> {
        let account = self.account.account_sid.as_str();
        let segments = ["2010-04-01", "Accounts", account, "Messages.json"];
        codec::resource(self.base_url, segments)
    }

    /// The next page, which must lie where the first one does: it is shown the account's token.
    fn page(&self, uri: &str) -> Result<Url, CallError> {
        let first = self.messages()?;
        let next = Url::parse(&format!("{}{uri}", self.base_url)).map_err(|_| unusable())?;
        let is_same = next.origin() == first.origin() && next.path() == first.path();
        if is_same { Ok(next) } else { Err(unusable()) }
    }

    fn proof(&self) -> Result<HeaderValue, CallError> {
        let TwilioAccount {
            account_sid,
            auth_token,
        } = self.account;
        let pair = STANDARD.encode(format!("{account_sid}:{auth_token}"));
        codec::authorization("Basic", &pair)
    }
}

impl<'a> Message<'a> {
    /// The recipient and the sender as Twilio writes them for the way the message goes.
    fn addresses(&self) -> (Cow<'a, str>, Cow<'a, str>) {
        let address = |number: &'a str| match self.channel {
            Channel::Sms => Cow::Borrowed(number),
            Channel::WhatsApp => Cow::Owned(format!("whatsapp:{number}")),
        };
        (address(self.to), address(self.from))
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}
