//! An operator's part: how long an organisation keeps a class, and what must be kept whatever the time.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Retention;
use crate::database::DatabaseError;

/// What a hold is on: a whole organisation, or of it a class, a person or a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewHold {
    /// The organisation.
    #[serde(rename = "p_organization")]
    pub organization: Uuid,
    /// The matter's reference. Never a person's data.
    #[serde(rename = "p_reason")]
    pub reason: String,
    /// Who places it.
    #[serde(rename = "p_placed_by")]
    pub placed_by: String,
    /// Only this record class.
    #[serde(rename = "p_class", skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Only what hangs on this contact.
    #[serde(rename = "p_contact", skip_serializing_if = "Option::is_none")]
    pub contact: Option<Uuid>,
    /// Only what hangs on this call.
    #[serde(rename = "p_call", skip_serializing_if = "Option::is_none")]
    pub call: Option<Uuid>,
}

/// A hold in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The organisation.
    pub org_id: Uuid,
    /// The hold.
    pub id: Uuid,
    /// The record class it is on; every one if absent.
    pub class: Option<String>,
    /// The contact it is on.
    pub contact_id: Option<Uuid>,
    /// The call it is on.
    pub call_id: Option<Uuid>,
    /// The matter's reference.
    pub reason: String,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Release<'a> {
    p_organization: Uuid,
    p_hold: Uuid,
    p_released_by: &'a str,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Keep<'a> {
    p_organization: Uuid,
    p_class: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_keep_days: Option<u32>,
}

#[derive(Serialize)]
struct Of {
    #[serde(rename = "p_organization", skip_serializing_if = "Option::is_none")]
    organization: Option<Uuid>,
}

impl Retention {
    /// Places a hold and gives its id. From the answer on nothing it is on is removed.
    ///
    /// # Errors
    /// [`DatabaseError`], also when it names nothing of the organisation.
    pub async fn hold(&self, hold: &NewHold) -> Result<Uuid, DatabaseError> {
        #[derive(Deserialize)]
        struct Placed {
            hold: Uuid,
        }
        let placed: Placed = self
            .procedures
            .call(&self.secrets, "place_hold", hold)
            .await?;
        Ok(placed.hold)
    }

    /// Releases a hold; `false` when there is none in force by this id.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn release(
        &self,
        organization: Uuid,
        hold: Uuid,
        by: &str,
    ) -> Result<bool, DatabaseError> {
        #[derive(Deserialize)]
        struct Released {
            released: bool,
        }
        let release = Release {
            p_organization: organization,
            p_hold: hold,
            p_released_by: by,
        };
        let released: Released = self
            .procedures
            .call(&self.secrets, "release_hold", &release)
            .await?;
        Ok(released.released)
    }

    /// The holds in force, the newest first, at most 1000.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn holds(&self, organization: Option<Uuid>) -> Result<Vec<Hold>, DatabaseError> {
        let of = Of { organization };
        self.procedures
            .call(&self.secrets, "holds_in_force", &of)
            .await
    }

    /// Sets how many days an organisation keeps a class; `None`: what the product says.
    ///
    /// # Errors
    /// [`DatabaseError`], also when that is beyond the product's bounds.
    pub async fn keep(
        &self,
        organization: Uuid,
        class: &str,
        days: Option<u32>,
    ) -> Result<(), DatabaseError> {
        let keep = Keep {
            p_organization: organization,
            p_class: class,
            p_keep_days: days,
        };
        let _: serde_json::Value = self
            .procedures
            .call(&self.secrets, "set_retention", &keep)
            .await?;
        Ok(())
    }
}
