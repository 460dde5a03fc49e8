//! Synthetic organisations: made for one run, emptied after it. What was audited stays, under a name that says so.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    endpoint::{Directory, NewEndpoint},
    rest::Rest,
};

/// The organisation's name in the database.
const NAME: &str = "Readiness test (synthetic)";

/// A synthetic organisation.
#[derive(Debug)]
pub(super) struct Tenant {
    /// Its id.
    pub(super) organization: Uuid,
    endpoints: Vec<String>,
}

/// One of its endpoints.
#[derive(Clone, Debug)]
pub(super) struct Door {
    /// The provider.
    pub(super) provider: &'static str,
    /// Where it posts.
    pub(super) url: String,
    /// The secret both sides know.
    pub(super) secret: String,
}

impl Tenant {
    /// Makes one.
    pub(super) async fn make(rest: &Rest) -> Result<Self> {
        let organization = Uuid::new_v4();
        let row = json!({ "id": organization, "name": NAME, "synthetic": true });
        rest.make("organizations", &row)
            .await
            .context("make a synthetic organisation")?;
        Ok(Self {
            organization,
            endpoints: Vec::new(),
        })
    }

    /// Gives it an endpoint of `provider`, a provider whose secrets we choose.
    pub(super) async fn open(
        &mut self,
        directory: &Directory,
        provider: &'static str,
        tier: Option<String>,
    ) -> Result<Door> {
        let name = format!("ready-{}", &Uuid::new_v4().simple().to_string()[..12]);
        // Noted first: what was made in part is removed too.
        self.endpoints.push(name.clone());
        let added = directory.add(NewEndpoint {
            name,
            provider: provider.to_owned(),
            organization: self.organization,
            tier,
            settings: None,
            secret: None,
        });
        let added = added.await.context("register an endpoint")?;
        let secret = added.chosen.context("the secret was not chosen here")?;
        Ok(Door {
            provider,
            url: added.url,
            secret: String::from_utf8(secret.expose().as_bytes().to_vec())?,
        })
    }

    /// Removes its endpoints and its rows.
    pub(super) async fn empty(self, rest: &Rest, directory: &Directory) -> Result<()> {
        for name in &self.endpoints {
            let removed = directory.remove(name).await;
            removed.with_context(|| format!("remove the endpoint {name}"))?;
        }
        let whose = json!({ "p_organization": self.organization });
        let emptied: Result<Value> = rest.call("empty_synthetic_organization", &whose).await;
        emptied.with_context(|| format!("empty the organisation {}", self.organization))?;
        Ok(())
    }
}
