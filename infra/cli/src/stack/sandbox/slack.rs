//! Slack's `chat.postMessage` and `chat.update`. Errors are answered 200, as Slack answers them.
//!
//! Source: <https://docs.slack.dev/reference/methods/chat.postMessage>, and its page of `chat.update`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::exchange::{Answer, Call};

/// The one token.
pub const TOKEN: &str = "xoxb-sandbox-token";
/// A channel; every other id of the right form is one too.
pub const CHANNEL: &str = "C0SANDBOX";

/// A message as it stands now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The channel.
    pub channel: String,
    /// What names the message there.
    pub ts: String,
    /// What it is an answer to.
    pub thread_ts: Option<String>,
    /// The text.
    pub text: String,
    /// The blocks.
    pub blocks: Value,
    /// The attachments, which carry the colour.
    pub attachments: Value,
    /// How often it was changed.
    pub edits: u32,
}

/// The look-alike.
#[derive(Debug, Default, Serialize)]
pub(super) struct Slack {
    /// Oldest first.
    messages: Vec<Message>,
}

impl Slack {
    pub(super) fn answer(&mut self, call: &Call) -> Answer {
        if call.bearer() != Some(TOKEN) {
            return failed("invalid_auth");
        }
        let Some(message) = call.json() else {
            return failed("invalid_json");
        };
        match call.path.as_str() {
            "/api/chat.postMessage" => self.post(&message),
            "/api/chat.update" => self.update(&message),
            _ => Answer::unknown("slack", call),
        }
    }

    fn post(&mut self, asked: &Value) -> Answer {
        let Some(channel) = channel(asked) else {
            return failed("channel_not_found");
        };
        if let Err(error) = content(asked) {
            return failed(error);
        }
        let thread = asked["thread_ts"].as_str();
        if thread.is_some_and(|ts| !self.messages.iter().any(|message| message.ts == ts)) {
            return failed("thread_not_found");
        }
        let ts = format!("{}.000100", 1_700_000_000 + self.messages.len());
        let message = Message {
            channel: channel.to_owned(),
            ts: ts.clone(),
            thread_ts: thread.map(str::to_owned),
            text: asked["text"].as_str().unwrap_or_default().to_owned(),
            blocks: asked["blocks"].clone(),
            attachments: asked["attachments"].clone(),
            edits: 0,
        };
        self.messages.push(message);
        Answer::ok(json!({ "ok": true, "channel": channel, "ts": ts }))
    }

    fn update(&mut self, asked: &Value) -> Answer {
        let Some(channel) = channel(asked) else {
            return failed("channel_not_found");
        };
        if let Err(error) = content(asked) {
            return failed(error);
        }
        let named =
            |message: &&mut Message| message.channel == channel && asked["ts"] == message.ts;
        let Some(message) = self.messages.iter_mut().find(named) else {
            return failed("message_not_found");
        };
        asked["text"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut message.text);
        message.blocks = asked["blocks"].clone();
        message.attachments = asked["attachments"].clone();
        message.edits += 1;
        Answer::ok(
            json!({ "ok": true, "channel": channel, "ts": message.ts, "text": message.text }),
        )
    }
}

fn channel(asked: &Value) -> Option<&str> {
    let channel = asked["channel"].as_str()?;
    let fits = channel.starts_with('C') && channel.bytes().all(|c| c.is_ascii_alphanumeric());
    fits.then_some(channel)
}

/// The limits of text and blocks.
fn content(asked: &Value) -> Result<(), &'static str> {
    let text = asked["text"].as_str().unwrap_or_default();
    let mut blocks: Vec<&Value> = asked["blocks"].as_array().into_iter().flatten().collect();
    let attachments = asked["attachments"].as_array();
    for attachment in attachments.into_iter().flatten() {
        blocks.extend(attachment["blocks"].as_array().into_iter().flatten());
    }
    if text.is_empty() && blocks.is_empty() {
        return Err("no_text");
    }
    if text.chars().count() > 40_000 {
        return Err("msg_too_long");
    }
    let fits = |text: &Value, most: usize| {
        let text = text["text"].as_str();
        text.is_none_or(|text| (1..=most).contains(&text.chars().count()))
    };
    let sound = blocks.len() <= 50
        && blocks.iter().all(|block| match block["type"].as_str() {
            Some("section") => {
                let fields = block["fields"].as_array();
                fits(&block["text"], 3000)
                    && fields.is_none_or(|fields| {
                        fields.len() <= 10 && fields.iter().all(|field| fits(field, 2000))
                    })
            }
            Some("header") => fits(&block["text"], 150),
            Some("context") => block["elements"]
                .as_array()
                .is_some_and(|elements| elements.len() <= 10),
            Some("actions") => block["elements"]
                .as_array()
                .is_some_and(|elements| elements.len() <= 25),
            Some("divider") => true,
            _ => false,
        });
    if sound { Ok(()) } else { Err("invalid_blocks") }
}

fn failed(error: &str) -> Answer {
    Answer::ok(json!({ "ok": false, "error": error }))
}
