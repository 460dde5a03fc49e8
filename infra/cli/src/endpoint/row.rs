//! The rows of `public.endpoints`.

use anyhow::{Result, bail};
use sallyport::endpoint::Endpoint;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    rest::{Refused, Rest},
    stage::Reached,
};

/// SQLSTATE: a row of this key is there already.
const EXISTS: &str = "23505";
/// SQLSTATE: what the row refers to is not there.
const UNKNOWN: &str = "23503";

/// The table's door.
pub(super) struct Rows(Rest);

#[derive(Deserialize)]
struct Row {
    org_id: Uuid,
    provider: String,
}

impl Rows {
    /// Opens the door with the key from the stage's secret.
    pub(super) async fn open(reached: &Reached) -> Result<Self> {
        Rest::open(reached).await.map(Self)
    }

    /// Links the endpoint to its organisation; false when it was linked already.
    ///
    /// # Errors
    /// When there is no such organisation, or the name is linked to another one or another provider.
    pub(super) async fn link(&self, endpoint: &Endpoint) -> Result<bool> {
        let Endpoint {
            name,
            provider,
            organization,
            ..
        } = endpoint;
        let row = json!({ "org_id": organization, "endpoint": name, "provider": provider });
        match self.0.make("endpoints", &row).await {
            Ok(()) => return Ok(true),
            Err(error) if Refused::is(&error, EXISTS) => {}
            Err(error) if Refused::is(&error, UNKNOWN) => bail!(
                "the database has no organisation {organization}: add it to public.organizations first"
            ),
            Err(error) => return Err(error.context("the endpoint's row")),
        }
        let query = format!("endpoints?endpoint=eq.{name}&select=org_id,provider");
        let Some(linked) = self.0.rows::<Row>(&query).await?.into_iter().next() else {
            bail!(
                "the database says of {name} that it is there and that it is not: run this again"
            );
        };
        if linked.org_id != *organization || linked.provider != *provider {
            bail!(
                "{name} is linked to organisation {} and provider {} in public.endpoints: choose another name",
                linked.org_id,
                linked.provider
            );
        }
        Ok(false)
    }

    /// Takes away the endpoint's link.
    pub(super) async fn unlink(&self, name: &str) -> Result<()> {
        let query = format!("endpoints?endpoint=eq.{name}");
        self.0.remove(&query).await
    }
}
