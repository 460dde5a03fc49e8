//! The limits at the door: a proved request's organisation, a rejected one's address.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use sallyport::clock::Clock;
use sallyport::endpoint::Endpoint;
use sallyport::rate_limit::{
    ADDRESS, AddressKey, Decision, Limiter, Policy, Quota, Subject, Tiers,
};
use sallyport::secrets::Secrets;
use sallyport::webhook::{Provider, Refusal};

use crate::config::Config;
use crate::rejection::{Rejection, random};

/// The limits of a process.
#[derive(Debug)]
pub(crate) struct Limits {
    organizations: Limiter,
    addresses: Limiter,
    tiers: Tiers,
    secret: String,
}

/// How a request that may pass is to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// How long the delivery waits in the queue: not at all within the limit.
    pub(crate) delay: Duration,
    /// What the limit's answer was, for the log.
    pub(crate) decision: &'static str,
}

impl Limits {
    pub(crate) fn new(config: &Config, client: &Client, clock: &Clock) -> Self {
        let table = config.limits_table.clone();
        let organizations = Limiter::new(client, table, config.limit_timeout, clock.clone());
        Self {
            addresses: organizations.beside(),
            organizations,
            tiers: config.tiers.clone(),
            secret: config.limits_secret.clone(),
        }
    }

    /// Counts a proved request. Over the limit it is refused where its provider will send it again, and otherwise
    /// deferred, as often as the limit admits requests.
    pub(crate) async fn organization(
        &self,
        provider: &dyn Provider,
        endpoint: &Endpoint,
    ) -> Result<Passage, Rejection> {
        let policy = self.tiers.policy(endpoint.tier.as_deref());
        let subject = Subject::organization(endpoint.organization);
        let decision = self.organizations.check(&policy, &subject).await;
        if decision.admits() {
            return Ok(Passage {
                delay: Duration::ZERO,
                decision: decision.as_str(),
            });
        }
        let refused = over(Refusal::OrganizationOverLimit, &policy, decision);
        if provider.retries() {
            return Err(refused);
        }
        let deferrals = Policy::deferred(policy.limit());
        if self
            .organizations
            .check(&deferrals, &subject)
            .await
            .admits()
        {
            Ok(Passage {
                delay: decision.quota().deferral(random()),
                decision: "deferred",
            })
        } else {
            Err(refused)
        }
    }

    /// Counts a request that was rejected, by the address it came from: the rejection to answer with.
    pub(crate) async fn address(
        &self,
        secrets: &Secrets,
        address: &str,
        rejection: Rejection,
    ) -> Rejection {
        // Without the key nothing can be counted, and what cannot be counted is not let through.
        let Ok(secret) = secrets.get(&self.secret).await else {
            return Refusal::AddressOverLimit.into();
        };
        let Some(key) = AddressKey::new(secret.expose().as_bytes()) else {
            return Refusal::AddressOverLimit.into();
        };
        let decision = self.addresses.check(&ADDRESS, &key.subject(address)).await;
        if decision.admits() {
            rejection
        } else {
            over(Refusal::AddressOverLimit, &ADDRESS, decision)
        }
    }
}

/// The rejection of a request that `policy` does not admit. Only a limit that was counted is shown.
fn over(refusal: Refusal, policy: &Policy, decision: Decision) -> Rejection {
    let Quota { renews_in, .. } = decision.quota();
    match decision {
        Decision::StoreTrouble { .. } => Rejection::until(refusal, renews_in),
        _ => Rejection::over(refusal, policy, decision.quota()),
    }
}
