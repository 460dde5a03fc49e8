//! The database's procedures for words.

use sallyport::delivery::QueueMessage;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::App;
use crate::failure::Failure;
use crate::words::Safe;

/// What the database made of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// They stand in the call's row.
    Stored,
    /// They stood there already.
    Duplicate,
    /// There is no such call any more.
    Gone,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Gone => "gone",
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    outcome: Outcome,
}

#[derive(Serialize)]
struct Store<'a> {
    p_delivery: &'a str,
    p_organization: Uuid,
    p_provider_call_id: &'a str,
    #[serde(flatten)]
    safe: &'a Safe,
}

/// Stores the words of a call.
pub(crate) async fn store(
    app: &App,
    message: &QueueMessage,
    provider_call_id: &str,
    safe: &Safe,
) -> Result<Outcome, Failure> {
    let arguments = Store {
        p_delivery: message.delivery.as_str(),
        p_organization: message.organization,
        p_provider_call_id: provider_call_id,
        safe,
    };
    let answer: Answer = app
        .procedures
        .call(&app.secrets, "store_call_words", &arguments)
        .await?;
    Ok(answer.outcome)
}

/// Calls whose words were redacted under an older policy.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    /// How many there are from here on.
    pub(crate) left: u64,
    /// The next of them.
    pub(crate) calls: Vec<Outdated>,
}

/// One of them. What it holds was redacted before.
#[derive(Debug, Deserialize)]
pub(crate) struct Outdated {
    #[serde(rename = "org_id")]
    pub(crate) organization: Uuid,
    #[serde(rename = "id")]
    pub(crate) call: Uuid,
    pub(crate) transcript: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) analysis: Option<Value>,
    pub(crate) redaction: Value,
    pub(crate) redaction_policy: String,
}

#[derive(Serialize)]
struct After<'a> {
    #[serde(rename = "p_engine")]
    engine: &'a str,
    #[serde(rename = "p_limit")]
    limit: u32,
    #[serde(
        rename = "p_after_organization",
        skip_serializing_if = "Option::is_none"
    )]
    organization: Option<Uuid>,
    #[serde(rename = "p_after_call", skip_serializing_if = "Option::is_none")]
    call: Option<Uuid>,
}

/// The next outdated calls after this one.
pub(crate) async fn outdated(
    app: &App,
    engine: &str,
    after: Option<(Uuid, Uuid)>,
    limit: u32,
) -> Result<Page, Failure> {
    let arguments = After {
        engine,
        organization: after.map(|(organization, _)| organization),
        call: after.map(|(_, call)| call),
        limit,
    };
    Ok(app
        .procedures
        .call(&app.secrets, "outdated_call_words", &arguments)
        .await?)
}

#[derive(Serialize)]
struct Replace<'a> {
    p_organization: Uuid,
    p_call: Uuid,
    p_from: &'a str,
    #[serde(flatten)]
    safe: &'a Safe,
}

/// Replaces a call's words, unless somebody did before.
pub(crate) async fn replace(app: &App, old: &Outdated, safe: &Safe) -> Result<Outcome, Failure> {
    let arguments = Replace {
        p_organization: old.organization,
        p_call: old.call,
        p_from: &old.redaction_policy,
        safe,
    };
    let answer: Answer = app
        .procedures
        .call(&app.secrets, "replace_call_words", &arguments)
        .await?;
    Ok(answer.outcome)
}
