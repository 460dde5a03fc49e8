//! The delivery log, by its procedures.

use anyhow::{Context, Result};
use sallyport::clock::{Clock, rfc3339_ms};
use sallyport::delivery::{DeliveryId, QueueMessage, claim::State};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::rest::Rest;

/// The most rows that are asked for at a time.
pub(super) const MOST: usize = 1000;

/// What the log says of a delivery.
#[derive(Clone, Debug, Deserialize)]
pub struct Logged {
    /// Which.
    pub delivery: DeliveryId,
    /// Whose.
    pub organization: Uuid,
    /// Through which endpoint it came.
    pub endpoint: String,
    /// Who sent it.
    pub provider: String,
    /// The provider's name for it.
    pub event_type: String,
    /// Its state's name.
    pub state: String,
    /// Why it is in it.
    pub reason: Option<String>,
    /// When it came.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
}

/// The log's door.
#[derive(Clone, Debug)]
pub(super) struct Log(pub(super) Rest);

impl Log {
    /// The oldest deliveries in these states, at most [`MOST`].
    pub(super) async fn in_states(
        &self,
        states: &[State],
        organization: Option<Uuid>,
    ) -> Result<Vec<Logged>> {
        let mut arguments = json!({ "p_states": names(states), "p_limit": MOST });
        if let Some(organization) = organization {
            arguments["p_organization"] = organization.to_string().into();
        }
        self.list(&arguments).await
    }

    /// What the log knows of these.
    pub(super) async fn named<'a>(
        &self,
        deliveries: impl IntoIterator<Item = &'a DeliveryId>,
    ) -> Result<Vec<Logged>> {
        let names_of: Vec<_> = deliveries.into_iter().map(DeliveryId::as_str).collect();
        let mut found = Vec::new();
        for some in names_of.chunks(MOST) {
            let states = names(&State::ALL);
            let arguments =
                json!({ "p_states": states, "p_limit": MOST, "p_deliveries": some.join(",") });
            found.extend(self.list(&arguments).await?);
        }
        Ok(found)
    }

    async fn list(&self, arguments: &Value) -> Result<Vec<Logged>> {
        let listed = self.0.call("list_deliveries", arguments).await;
        listed.context("ask the delivery log")
    }

    /// Has the log say that a dead letter's delivery is dead, unless it is finished.
    pub(super) async fn record_dead(&self, message: &QueueMessage, reason: &str) -> Result<()> {
        let arguments = json!({
            "p_delivery": message.delivery.as_str(),
            "p_organization": message.organization,
            "p_endpoint": message.endpoint,
            "p_provider": message.provider,
            "p_event_type": message.event_type,
            "p_received_at": rfc3339_ms(message.received_at),
            "p_started_at": rfc3339_ms(Clock::system().now()),
            "p_reason": reason,
        });
        let recorded = self
            .0
            .call::<Value>("record_dead_delivery", &arguments)
            .await;
        recorded
            .map(drop)
            .context("have the log say that a delivery is dead")
    }

    /// Records who has a delivery replayed, and why.
    pub(super) async fn record_replay(
        &self,
        message: &QueueMessage,
        replay: Uuid,
        actor: &str,
        reason: &str,
    ) -> Result<()> {
        let arguments = json!({
            "p_organization": message.organization,
            "p_delivery": message.delivery.as_str(),
            "p_replay": replay,
            "p_actor": actor,
            "p_reason": reason,
        });
        let recorded = self.0.call::<Value>("record_replay", &arguments).await;
        recorded
            .map(drop)
            .context("record the replay in the audit log")
    }
}

fn names(states: &[State]) -> String {
    let names: Vec<_> = states.iter().map(|state| state.as_str()).collect();
    names.join(",")
}
