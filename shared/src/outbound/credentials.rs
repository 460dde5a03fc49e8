//! The organisations' own credentials at the providers, from Secrets Manager.
//!
//! One secret for each organisation and provider, `sallyport/<stage>/organizations/<organisation>/<provider>`. What it
//! holds never prints itself.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{CallError, Class, Dependency};
use crate::secrets::Secrets;

/// An organisation's account at Twilio: `{"account_sid":"AC…","auth_token":"…"}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct TwilioAccount {
    /// The account.
    pub account_sid: String,
    /// What proves it.
    pub auth_token: String,
}

/// An organisation's grant to work on its calendars:
/// `{"client_id":"…","client_secret":"…","refresh_token":"…"}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct GoogleGrant {
    /// Our application at Google.
    pub client_id: String,
    /// What proves it.
    pub client_secret: String,
    /// What the organisation granted; exchanged for access tokens.
    pub refresh_token: String,
}

/// An organisation's key at Vapi: `{"api_key":"…"}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct VapiKey {
    /// The private key.
    pub api_key: String,
}

impl fmt::Debug for TwilioAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwilioAccount(…)")
    }
}

impl fmt::Debug for GoogleGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GoogleGrant(…)")
    }
}

impl fmt::Debug for VapiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapiKey(…)")
    }
}

/// The name of an organisation's secret for a provider.
#[must_use]
pub fn secret_name(stage: &str, organization: Uuid, dependency: Dependency) -> String {
    let provider = dependency.as_str();
    format!("sallyport/{stage}/organizations/{organization}/{provider}")
}

/// Reads an organisation's credential for a provider.
///
/// # Errors
/// As of a call that was not sent: [`Class::NotSent`] when there is none to be had, which may be the store's outage;
/// [`Class::Auth`] when it has not the shape it must have.
pub async fn read<T: DeserializeOwned>(
    secrets: &Secrets,
    stage: &str,
    organization: Uuid,
    dependency: Dependency,
) -> Result<T, CallError> {
    let failed = |class| CallError::Failed {
        class,
        status: None,
        retry_after: None,
        reply: None,
    };
    let name = secret_name(stage, organization, dependency);
    let text = secrets.get(&name).await;
    let text = text.map_err(|_| failed(Class::NotSent))?;
    serde_json::from_str(text.expose()).map_err(|_| failed(Class::Auth))
}
