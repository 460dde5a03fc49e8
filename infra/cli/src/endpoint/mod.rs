//! The endpoints of a stage: what is registered for each, and where.
//!
//! An endpoint is three things: a row of `public.endpoints` that links it to its organisation, for people and
//! reports; a secret; and an item of the registry, from which the receiver knows it. They are made in this order,
//! so that an endpoint that takes webhooks is whole, and each is made only where it is missing, so that a command
//! that was interrupted is simply run again.

mod add;
mod item;
mod list;
mod provider;
mod release;
mod remove;
mod rotate;
mod row;
mod secret;

pub use add::{Added, NewEndpoint};
pub use item::{Items, Switched};
pub use list::{HeldCount, Listed, Listing};
pub use provider::Known;
pub use release::{Released, SETTLED_AFTER, release};
pub use rotate::Rotation;
pub use secret::{Version, Versions};

use anyhow::{Context, Result, bail};
use sallyport::{
    delivery::{Held, Queue},
    endpoint::Endpoint,
};

use self::secret::Vault;
use crate::stage::{Reached, Stage};

/// The endpoints of one stage.
#[derive(Debug)]
pub struct Directory {
    reached: Reached,
    api_url: String,
    items: Items,
    vault: Vault,
    held: Held,
    queue: Queue,
}

impl Directory {
    /// The endpoints of the stage that was reached.
    ///
    /// # Errors
    /// When its stack does not tell where they are.
    pub fn open(reached: &Reached) -> Result<Self> {
        let output = |name| reached.outputs.get(name).map(str::to_owned);
        let key = match reached.stage {
            // The emulator's key encrypts nothing.
            Stage::Local => None,
            Stage::Dev | Stage::Staging | Stage::Prod => Some(output("DataKeyArn")?),
        };
        Ok(Self {
            reached: reached.clone(),
            api_url: output("ApiUrl")?,
            items: Items::new(&reached.aws, output("EndpointsTable")?),
            vault: Vault::new(&reached.aws, key),
            held: Held::new(&reached.aws, output("OversizeBucket")?),
            queue: Queue::new(&reached.aws, output("DeliveriesQueueUrl")?),
        })
    }

    /// The endpoint of this name.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub async fn find(&self, name: &str) -> Result<Endpoint> {
        let found = self.items.find(name).await?;
        found.with_context(|| {
            format!(
                "no endpoint of the stage {} is called {name:?}: `endpoint list` shows them",
                self.reached.stage
            )
        })
    }

    /// Enables or disables an endpoint.
    ///
    /// # Errors
    /// When there is none of this name, or its state is unknown.
    pub async fn switch(&self, name: &str, enabled: bool) -> Result<Switched> {
        self.find(name).await?;
        self.items.switch(name, enabled).await
    }

    /// Sends what is held for an enabled endpoint to the queue, at most `rate` deliveries a second, and tells
    /// `progress` how many it sent.
    ///
    /// # Errors
    /// When the endpoint is disabled, or a store does not answer. What was sent until then is no longer held; run it
    /// again for the rest.
    pub async fn release(
        &self,
        name: &str,
        rate: u32,
        progress: impl FnMut(u64),
    ) -> Result<Released> {
        if !self.find(name).await?.enabled {
            bail!("{name} is disabled: receivers go on holding its deliveries; enable it first");
        }
        release(&self.held, &self.queue, name, rate, progress).await
    }

    /// Where a provider posts to the endpoint.
    #[must_use]
    pub fn url(&self, provider: &str, name: &str) -> String {
        format!("{}/webhooks/{provider}/{name}", self.api_url)
    }

    /// The name of the secret of an endpoint that is to be added.
    fn secret_name(&self, endpoint: &str) -> String {
        format!("sallyport/{}/endpoints/{endpoint}", self.reached.stage)
    }
}
