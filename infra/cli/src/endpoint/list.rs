//! Lists the endpoints of a stage.

use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use sallyport::endpoint::{Endpoint, Item};
use serde::Serialize;
use uuid::Uuid;

use super::Directory;

/// Endpoints that are listed, at most.
const LONGEST: usize = 10_000;
/// Endpoints that are looked at side by side.
const AT_ONCE: usize = 8;
/// Pages of held deliveries that are counted for one endpoint, of 100 each.
const PAGES: usize = 10;

/// An endpoint in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: Option<String>,
    /// Its organisation.
    pub organization: Option<Uuid>,
    /// Its organisation's tier; the default one when absent.
    pub tier: Option<String>,
    /// `enabled`, `disabled`, or `damaged` when its item cannot be read.
    pub state: &'static str,
    /// Deliveries that wait for it to be enabled.
    pub held: HeldCount,
    /// The age of its current secret, in seconds; absent when the secret cannot be read.
    pub secret_age_s: Option<u64>,
    /// Whether the secret before it is accepted too.
    pub rotation_open: Option<bool>,
}

/// How many deliveries are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HeldCount {
    /// As many were counted.
    pub count: usize,
    /// And there are more.
    pub more: bool,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// The endpoints, by name.
    pub endpoints: Vec<Listed>,
    /// Whether there are more than are listed.
    pub truncated: bool,
}

impl Directory {
    /// Lists the endpoints, at most 10 000.
    ///
    /// # Errors
    /// When the registry or the bucket does not answer.
    pub async fn list(&self) -> Result<Listing> {
        let (mut items, mut next) = self.items.page(None).await?;
        while next.is_some() && items.len() < LONGEST {
            let (more, after) = self.items.page(next).await?;
            items.extend(more);
            next = after;
        }
        let mut endpoints: Vec<Listed> = stream::iter(items)
            .map(|(name, item)| self.listed(name, item))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        endpoints.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Listing {
            endpoints,
            truncated: next.is_some(),
        })
    }

    async fn listed(&self, name: String, item: Item) -> Result<Listed> {
        let held = self.count_held(&name).await?;
        let Ok(endpoint) = Endpoint::read(&name, &item) else {
            return Ok(Listed {
                name,
                provider: None,
                organization: None,
                tier: None,
                state: "damaged",
                held,
                secret_age_s: None,
                rotation_open: None,
            });
        };
        let versions = self.vault.versions(&endpoint.secret).await.ok();
        Ok(Listed {
            name,
            provider: Some(endpoint.provider),
            organization: Some(endpoint.organization),
            tier: endpoint.tier,
            state: if endpoint.enabled {
                "enabled"
            } else {
                "disabled"
            },
            held,
            secret_age_s: versions.as_ref().map(|found| found.current.age().as_secs()),
            rotation_open: versions.map(|found| found.previous.is_some()),
        })
    }

    /// Counts what is held for an endpoint, up to a thousand.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn count_held(&self, name: &str) -> Result<HeldCount> {
        let mut held = HeldCount {
            count: 0,
            more: false,
        };
        let mut next = None;
        for _ in 0..PAGES {
            let page = self.held.list(name, next.as_deref()).await?;
            held.count += page.deliveries.len();
            next = page.next;
            if next.is_none() {
                return Ok(held);
            }
        }
        held.more = true;
        Ok(held)
    }
}
