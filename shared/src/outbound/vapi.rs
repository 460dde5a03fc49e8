//! Vapi's API: how a call stands, for a call whose last event never came.
//!
//! Only the call's state is read of the answer. What was said is in it too, and is not kept.
//!
//! Source: <https://docs.vapi.ai/api-reference/calls/get>

use serde::Deserialize;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::credentials::VapiKey;
use super::{CallError, Dependency, Outbound, Prepared, Repeat, Target, codec};

/// Vapi itself.
pub const BASE_URL: &str = "https://api.vapi.ai";

/// Vapi, as one organisation calls it.
#[derive(Clone, Copy, Debug)]
pub struct Vapi<'a> {
    /// The way out.
    pub outbound: &'a Outbound,
    /// Where the API lies, [`BASE_URL`] or a look-alike, without a trailing slash.
    pub base_url: &'a str,
    /// What names the credential: the organisation's id.
    pub organization: &'a str,
    /// The organisation's key.
    pub key: &'a VapiKey,
}

/// A call as it stands.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Vapi's id of it.
    pub id: String,
    /// How far it got, in Vapi's words: `queued`, `ringing`, `in-progress`, `forwarding`, `ended`, …
    #[serde(default)]
    pub status: Option<String>,
    /// Why it ended, as Vapi's code.
    #[serde(default)]
    pub ended_reason: Option<String>,
    /// When it began.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// What it cost, in US dollars.
    #[serde(default)]
    pub cost: Option<f64>,
}

impl Vapi<'_> {
    /// The call of this id; `None` when the organisation has none.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call(&self, id: &str, until: Instant) -> Result<Option<Call>, CallError> {
        let url = codec::resource(self.base_url, ["call", id])?;
        let proof = codec::authorization("Bearer", &self.key.api_key)?;
        let target = Target {
            dependency: Dependency::Vapi,
            credential: self.organization,
        };
        let request = Prepared::get(url, proof);
        match self.outbound.call(target, request, until).await {
            Ok(reply) => codec::read(reply, Repeat::Safe).map(Some),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
