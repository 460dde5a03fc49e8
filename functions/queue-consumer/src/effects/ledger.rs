//! The ledger's two procedures.

use sallyport::clock::rfc3339_ms;
use sallyport::database::{DatabaseError, Procedures};
use sallyport::secrets::Secrets;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Kind;

/// An effect that is not settled.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Planned {
    /// What names it, within its organisation.
    pub(crate) key: String,
    /// What is to be done.
    pub(crate) kind: Kind,
}

/// What the ledger says of an attempt.
#[derive(Deserialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
pub(super) enum Begun {
    /// Make the call.
    Proceed(Box<Attempt>),
    /// It may have been made: look first.
    Reconcile(Box<Attempt>),
    /// Another effect must be settled first.
    Wait,
    /// Nothing is left to do.
    Skip {
        /// What stood against it, as a stable code.
        obstacle: Option<String>,
    },
}

/// A begun attempt, and what the call is built of. Patient data: it is not kept, and does not print itself.
#[derive(Deserialize)]
pub(super) struct Attempt {
    /// Its number, the fence.
    #[serde(rename = "attempt")]
    pub(super) number: i32,
    /// When the attempt began that may have been applied, as the ledger writes it.
    pub(super) attempted_at: String,
    /// What by now stands against doing it, as a stable code.
    pub(super) obstacle: Option<String>,
    #[serde(flatten)]
    pub(super) terms: Terms,
}

/// What a call is built of; which fields are there depends on the kind.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Terms {
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) starts_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) ends_at: Option<OffsetDateTime>,
    pub(super) starts_local: Option<String>,
    pub(super) service: Option<String>,
    pub(super) event_id: Option<String>,
    pub(super) google_calendar_id: Option<String>,
    pub(super) calendar_time_zone: Option<String>,
    pub(super) clinic_name: Option<String>,
    pub(super) callback_endpoint: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// How an attempt ended, for the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It was done.
    Done,
    /// It will not be done.
    Failed,
    /// It may have been done.
    Ambiguous,
    /// Nothing was sent.
    Intended,
}

/// What the ledger made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Settled {
    /// Recorded.
    #[serde(rename = "settled")]
    Recorded,
    /// It was settled before.
    Duplicate,
    /// A later attempt has begun.
    Superseded,
    /// What was found is another effect's doing.
    Taken,
}

/// The ledger, for the effects of one organisation.
pub(super) struct Ledger<'a> {
    pub(super) procedures: &'a Procedures,
    pub(super) secrets: &'a Secrets,
    pub(super) organization: Uuid,
}

impl Ledger<'_> {
    /// Begins an attempt. `provider_id`: the id that what is done will have, where that is known beforehand. `absent`:
    /// the attempt that was looked for and has done nothing.
    pub(super) async fn begin(
        &self,
        key: &str,
        now: OffsetDateTime,
        provider_id: Option<&str>,
        absent: Option<&str>,
    ) -> Result<Begun, DatabaseError> {
        #[derive(Serialize)]
        #[expect(clippy::struct_field_names, reason = "the procedure's names")]
        struct Begin<'a> {
            p_organization: Uuid,
            p_key: &'a str,
            p_now: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            p_provider_id: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            p_absent: Option<&'a str>,
        }
        let arguments = Begin {
            p_organization: self.organization,
            p_key: key,
            p_now: rfc3339_ms(now),
            p_provider_id: provider_id,
            p_absent: absent,
        };
        let procedures = self.procedures;
        procedures
            .call(self.secrets, "begin_effect", &arguments)
            .await
    }

    /// Says how the attempt ended.
    pub(super) async fn settle(
        &self,
        key: &str,
        attempt: i32,
        now: OffsetDateTime,
        state: State,
        (provider_id, reason): (Option<&str>, Option<&str>),
    ) -> Result<Settled, DatabaseError> {
        #[derive(Serialize)]
        #[expect(clippy::struct_field_names, reason = "the procedure's names")]
        struct Settle<'a> {
            p_organization: Uuid,
            p_key: &'a str,
            p_attempt: i32,
            p_state: State,
            p_now: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            p_provider_id: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            p_reason: Option<&'a str>,
        }
        #[derive(Deserialize)]
        struct Answer {
            outcome: Settled,
        }
        let arguments = Settle {
            p_organization: self.organization,
            p_key: key,
            p_attempt: attempt,
            p_state: state,
            p_now: rfc3339_ms(now),
            p_provider_id: provider_id,
            p_reason: reason,
        };
        let procedures = self.procedures;
        let answer: Answer = procedures
            .call(self.secrets, "settle_effect", &arguments)
            .await?;
        Ok(answer.outcome)
    }
}
