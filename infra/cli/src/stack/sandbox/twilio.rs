//! Twilio's Messages API: takes what Twilio takes, refuses what it refuses, and does not recognise a message that is
//! sent twice.
//!
//! Source: <https://www.twilio.com/docs/messaging/api/message-resource>, <https://www.twilio.com/docs/api/errors>.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use uuid::Uuid;

use super::exchange::{Answer, Call};

/// The account of the demo tenant.
pub const ACCOUNT_SID: &str = "AC5a11e900000040008000000000000001";
/// What proves every account here, and signs what Twilio sends: the secret of the demo tenant's endpoint.
pub const AUTH_TOKEN: &str = "demo-twilio-secret-of-the-local-stack";

/// Where an error's meaning is explained.
const MORE: &str = "https://www.twilio.com/docs/errors";
/// Messages of a page, unless the request says otherwise; and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 1000;

/// A message that was taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub sid: String,
    /// The account that sent it.
    pub account_sid: String,
    /// The recipient, with the channel's prefix.
    pub to: String,
    /// The sender, with the channel's prefix.
    pub from: String,
    /// What it says.
    pub body: String,
    /// How far it got.
    pub status: String,
    /// Where that is reported.
    pub status_callback: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created: OffsetDateTime,
}

/// The look-alike.
#[derive(Debug, Default, Serialize)]
pub(super) struct Twilio {
    /// Oldest first.
    pub(super) messages: Vec<Message>,
    unsubscribed: BTreeSet<String>,
}

impl Twilio {
    pub(super) fn answer(&mut self, call: &Call) -> Answer {
        let mut parts = call.path.strip_prefix("/2010-04-01/Accounts/").map(|rest| {
            let (account, rest) = rest.split_once('/').unwrap_or((rest, ""));
            (account.to_owned(), rest.to_owned())
        });
        let Some((account, rest)) = parts.take() else {
            return Answer::unknown("twilio", call);
        };
        let proved = call.basic() == Some((account.clone(), AUTH_TOKEN.to_owned()));
        if !proved || !is_sid("AC", &account) {
            return refused(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
        }
        match (&call.method, rest.as_str()) {
            (&Method::POST, "Messages.json") => self.send(call, account),
            (&Method::GET, "Messages.json") => self.list(call, &account),
            (&Method::GET, one) => {
                let sid = one
                    .strip_prefix("Messages/")
                    .and_then(|sid| sid.strip_suffix(".json"));
                let found = self
                    .messages
                    .iter()
                    .find(|message| Some(message.sid.as_str()) == sid);
                found.map_or_else(
                    || {
                        refused(
                            StatusCode::NOT_FOUND,
                            20404,
                            "The requested resource was not found",
                        )
                    },
                    |message| Answer::ok(resource(message)),
                )
            }
            _ => Answer::unknown("twilio", call),
        }
    }

    fn send(&mut self, call: &Call, account_sid: String) -> Answer {
        let bad = |code, text| refused(StatusCode::BAD_REQUEST, code, text);
        let Some(to) = call.field("To") else {
            return bad(21604, "A 'To' phone number is required.");
        };
        let Some(from) = call.field("From") else {
            return bad(21603, "A 'From' phone number is required.");
        };
        let Some(body) = call.field("Body") else {
            return bad(21602, "Message body is required.");
        };
        if !is_address(&to) {
            return bad(21211, "Invalid 'To' Phone Number");
        }
        if !is_address(&from) || from.starts_with("whatsapp:") != to.starts_with("whatsapp:") {
            return bad(21212, "Invalid 'From' Phone Number");
        }
        if body.chars().count() > 1600 {
            return bad(
                21617,
                "The concatenated message body exceeds the 1600 character limit",
            );
        }
        if self.unsubscribed.contains(&to) {
            return bad(21610, "Attempt to send to unsubscribed recipient");
        }
        let message = Message {
            sid: format!("SM{}", Uuid::new_v4().simple()),
            account_sid,
            to,
            from,
            body,
            status: "queued".to_owned(),
            status_callback: call.field("StatusCallback"),
            created: OffsetDateTime::now_utc(),
        };
        let made = resource(&message);
        self.messages.push(message);
        Answer::json(StatusCode::CREATED, made)
    }

    /// Newest first, in pages.
    fn list(&self, call: &Call, account: &str) -> Answer {
        let (to, from) = (call.parameter("To"), call.parameter("From"));
        let since = call
            .parameter("DateSent>")
            .map(|date| date[..date.len().min(10)].to_owned());
        let size = call
            .parameter("PageSize")
            .and_then(|size| size.parse().ok());
        let size = size.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        let page: usize = call
            .parameter("Page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(0);
        let matching: Vec<Value> = self
            .messages
            .iter()
            .rev()
            .filter(|message| message.account_sid == account)
            .filter(|message| to.as_ref().is_none_or(|to| *to == message.to))
            .filter(|message| from.as_ref().is_none_or(|from| *from == message.from))
            .filter(|message| {
                since
                    .as_ref()
                    .is_none_or(|date| message.created.date().to_string() >= *date)
            })
            .map(resource)
            .collect();
        let rest = matching.get(page * size..).unwrap_or_default();
        let next = (rest.len() > size).then(|| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (name, value) in form_urlencoded::parse(call.query.as_bytes()) {
                if name != "Page" {
                    query.append_pair(&name, &value);
                }
            }
            query.append_pair("Page", &(page + 1).to_string());
            format!("{}?{}", call.path, query.finish())
        });
        Answer::ok(json!({
            "messages": &rest[..rest.len().min(size)], "page": page, "page_size": size, "next_page_uri": next,
        }))
    }

    /// Has a number no longer take messages, as after a STOP that Twilio saw itself.
    pub(super) fn unsubscribe(&mut self, number: &str) {
        self.unsubscribed.insert(number.to_owned());
    }

    /// Brings a message to a status. Where that is reported, and the form that reports it.
    pub(super) fn bring(
        &mut self,
        sid: &str,
        status: &str,
        error: Option<&str>,
    ) -> Option<(String, Vec<u8>)> {
        let message = self
            .messages
            .iter_mut()
            .find(|message| message.sid == sid)?;
        status.clone_into(&mut message.status);
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("MessageSid", message.sid.as_str()),
            ("SmsSid", message.sid.as_str()),
            ("AccountSid", &message.account_sid),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("To", &message.to),
            ("From", &message.from),
            ("ApiVersion", "2010-04-01"),
        ] {
            form.append_pair(name, value);
        }
        if let Some(error) = error {
            form.append_pair("ErrorCode", error);
        }
        Some((message.status_callback.clone()?, form.finish().into_bytes()))
    }
}

fn resource(message: &Message) -> Value {
    json!({
        "sid": message.sid, "account_sid": message.account_sid, "to": message.to, "from": message.from,
        "body": message.body, "status": message.status, "direction": "outbound-api",
        "date_created": message.created.format(&Rfc2822).unwrap_or_default(), "date_sent": null,
        "error_code": null, "error_message": null, "num_segments": "1", "api_version": "2010-04-01",
        "uri": format!("/2010-04-01/Accounts/{}/Messages/{}.json", message.account_sid, message.sid),
    })
}

fn refused(status: StatusCode, code: u32, message: &str) -> Answer {
    Answer::json(
        status,
        json!({
            "code": code, "message": message, "more_info": format!("{MORE}/{code}"), "status": status.as_u16(),
        }),
    )
}

fn is_sid(prefix: &str, sid: &str) -> bool {
    let digits = sid.strip_prefix(prefix);
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|c| c.is_ascii_hexdigit()))
}

/// E.164, with or without the prefix of `WhatsApp`.
fn is_address(text: &str) -> bool {
    let number = text.strip_prefix("whatsapp:").unwrap_or(text);
    let digits = number.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|c| c.is_ascii_digit())
}
