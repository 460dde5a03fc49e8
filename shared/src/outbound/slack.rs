//! Slack's Web API: a message posted, and the same message brought up to date.
//!
//! A message is named by its channel and its `ts`, which the answer to the post tells. Where that answer is lost the
//! post is [`Class::Ambiguous`](super::Class::Ambiguous): a second one shows twice.
//!
//! Source: <https://docs.slack.dev/reference/methods/chat.postMessage>,
//! <https://docs.slack.dev/reference/methods/chat.update>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use super::{CallError, Dependency, Outbound, Prepared, Repeat, Target, codec};

/// Slack itself.
pub const BASE_URL: &str = "https://slack.com";

/// Slack, as one bot calls it.
#[derive(Clone, Copy)]
pub struct Slack<'a> {
    /// The way out.
    pub outbound: &'a Outbound,
    /// Where Slack lies, [`BASE_URL`] or a look-alike, without a trailing slash.
    pub base_url: &'a str,
    /// What names the bot; never its token.
    pub credential: &'a str,
    /// The bot's token, `xoxb-…`, with the scope `chat:write`.
    pub token: &'a str,
}

/// What a message says. Slack refuses what exceeds its limits: 50 blocks, 3000 characters in a section's text, 150 in
/// a header's. Text that is not ours must be escaped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Content<'a> {
    /// What notifications show, and who cannot see the blocks.
    pub text: &'a str,
    /// Blocks of Block Kit, in their order.
    pub blocks: &'a [Value],
    /// The colour of a bar beside the blocks, as `#2eb67d`.
    pub colour: Option<&'a str>,
}

/// What names a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The channel's id, also where the message was posted to a name.
    pub channel: String,
    /// The message within it.
    pub ts: String,
}

#[derive(Serialize)]
struct Document<'a> {
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    text: &'a str,
    /// Sent empty too: an update without them leaves the old ones.
    blocks: &'a [Value],
    attachments: &'a [Attachment<'a>],
    unfurl_links: bool,
    unfurl_media: bool,
}

#[derive(Serialize)]
struct Attachment<'a> {
    color: &'a str,
    blocks: &'a [Value],
}

impl Slack<'_> {
    /// Posts a message to a channel, in the thread of the message `thread` if that is given.
    ///
    /// # Errors
    /// [`CallError`]; [`Class::Ambiguous`](super::Class::Ambiguous) where it may have been posted.
    pub async fn post(
        &self,
        channel: &str,
        thread: Option<&str>,
        content: Content<'_>,
        until: Instant,
    ) -> Result<Posted, CallError> {
        let attachments = content.attachments();
        let document = Document {
            thread_ts: thread,
            ..content.document(channel, &attachments)
        };
        self.call("chat.postMessage", &document, Repeat::Unsafe, until)
            .await
    }

    /// Replaces what a message says.
    ///
    /// # Errors
    /// [`CallError`]; [`Class::Permanent`](super::Class::Permanent) when it is not there any more.
    pub async fn update(
        &self,
        message: &Posted,
        content: Content<'_>,
        until: Instant,
    ) -> Result<Posted, CallError> {
        let attachments = content.attachments();
        let document = Document {
            ts: Some(&message.ts),
            ..content.document(&message.channel, &attachments)
        };
        self.call("chat.update", &document, Repeat::Safe, until)
            .await
    }

    async fn call(
        &self,
        method: &str,
        document: &Document<'_>,
        repeat: Repeat,
        until: Instant,
    ) -> Result<Posted, CallError> {
        let url = codec::resource(self.base_url, ["api", method])?;
        let proof = codec::authorization("Bearer", self.token)?;
        let request = Prepared::bare(Method::POST, url, Some(proof), repeat).with_json(document);
        let target = Target {
            dependency: Dependency::Slack,
            credential: self.credential,
        };
        let reply = self.outbound.call(target, request, until).await?;
        codec::read(reply, repeat)
    }
}

impl<'a> Content<'a> {
    /// The one attachment, which is how blocks get a colour.
    fn attachments(&self) -> Vec<Attachment<'a>> {
        let colour = self.colour.into_iter();
        let attachment = |color| Attachment {
            color,
            blocks: self.blocks,
        };
        colour.map(attachment).collect()
    }

    fn document(&self, channel: &'a str, attachments: &'a [Attachment<'a>]) -> Document<'a> {
        Document {
            channel,
            ts: None,
            thread_ts: None,
            text: self.text,
            blocks: if attachments.is_empty() {
                self.blocks
            } else {
                &[]
            },
            attachments,
            unfurl_links: false,
            unfurl_media: false,
        }
    }
}

impl fmt::Debug for Slack<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
