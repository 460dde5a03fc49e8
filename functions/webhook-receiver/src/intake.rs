//! The way of a webhook: look up, verify, name, store, queue, and only then answer.

use sallyport::delivery::{Body, DeliveryId, QueueMessage};
use sallyport::endpoint::{Endpoint, RegistryError};
use sallyport::webhook::{Accepted, Handling, Inbound, Provider, Raw, Refusal, Verified, provider};

use crate::App;
use crate::gateway::Event;
use crate::outcome::{Success, Trail};

/// The largest body taken, in bytes. An invocation's payload ends at 6 MiB; this leaves room for the event
/// around the body, so that the answer to a large one is still ours.
pub const MAX_BODY: usize = 6_000_000;
/// The largest body carried in the message itself, in bytes. SQS takes 1 MiB; small messages are cheaper, and
/// patient data is better kept in as few places as can be.
pub const CLAIM_CHECK_THRESHOLD: usize = 128 * 1024;

/// Takes in one webhook. What becomes known on the way is left in `trail`, whatever the end.
pub(crate) async fn intake(
    app: &App,
    provider_name: &str,
    endpoint_name: &str,
    event: &Event,
    trail: &mut Trail,
) -> Result<Success, Refusal> {
    let provider = provider(provider_name).ok_or(Refusal::UnknownEndpoint)?;
    trail.provider = Some(provider.name());
    let request = event.request(MAX_BODY, &app.clock)?;
    let endpoint = find(app, provider, endpoint_name).await?;
    trail.endpoint = Some(endpoint.name.clone());

    let inbound = Inbound::receive(request);
    if let Some(answer) = inbound.unproven_answer(provider) {
        return Ok(Success::Handshake(answer));
    }
    let inbound = verify(app, provider, &endpoint, inbound).await?;
    if !endpoint.enabled {
        return Err(Refusal::EndpointDisabled);
    }
    if let Some(answer) = provider.handshake(inbound.request()) {
        return Ok(Success::Handshake(answer));
    }

    let head = inbound.head(provider)?;
    let delivery = DeliveryId::derive(&endpoint.name, &head.key);
    trail.delivery = Some(delivery.clone());
    trail.event_type = Some(head.event_type.clone());
    let accepted = match provider.handling(&head.event_type) {
        Handling::Queue => Accepted::Accepted,
        Handling::Inline => Accepted::Ignored,
    };
    let answer = provider.acknowledge(accepted, delivery.as_str());
    enqueue(app, provider, endpoint, head.event_type, delivery, &inbound).await?;
    Ok(Success::Durable(accepted, answer))
}

async fn find(app: &App, provider: &dyn Provider, name: &str) -> Result<Endpoint, Refusal> {
    match app.registry.find(name).await {
        Ok(Some(endpoint)) if endpoint.provider == provider.name() => Ok(endpoint),
        Ok(_) => Err(Refusal::UnknownEndpoint),
        Err(RegistryError::Unavailable) => Err(Refusal::RegistryUnavailable),
        Err(RegistryError::Unreadable(_)) => Err(Refusal::EndpointMisconfigured),
    }
}

/// Checks the proof against the secrets at hand, and once more if those turn out to have been rotated.
async fn verify(
    app: &App,
    provider: &dyn Provider,
    endpoint: &Endpoint,
    inbound: Inbound<Raw>,
) -> Result<Inbound<Verified>, Refusal> {
    let known = app
        .secrets
        .get(&endpoint.secret)
        .await
        .map_err(|_| Refusal::SecretsUnavailable)?;
    let settings = endpoint.proof.as_deref();
    let base = app.public_base_url.as_str();
    let unproven = match inbound.verify(provider, settings, &known.of_endpoint(), base) {
        Ok(verified) => return Ok(verified),
        Err(unproven) => unproven,
    };
    if unproven.refusal.may_be_stale_secret()
        && let Some(newer) = app.secrets.newer(&endpoint.secret, &known).await
    {
        let again = unproven
            .inbound
            .verify(provider, settings, &newer.of_endpoint(), base);
        return again.map_err(|unproven| unproven.refusal);
    }
    Err(unproven.refusal)
}

/// Makes the delivery durable: the body first where it is large, then the message that refers to it.
async fn enqueue(
    app: &App,
    provider: &dyn Provider,
    endpoint: Endpoint,
    event_type: String,
    delivery: DeliveryId,
    inbound: &Inbound<Verified>,
) -> Result<(), Refusal> {
    let request = inbound.request();
    let body = if request.body.len() > CLAIM_CHECK_THRESHOLD {
        let stored = app
            .bodies
            .put(endpoint.organization, &delivery, &request.body)
            .await;
        Body::Stored(stored.map_err(|_| Refusal::StoreUnavailable)?)
    } else {
        Body::Inline(request.body.clone())
    };
    let message = QueueMessage {
        delivery,
        organization: endpoint.organization,
        endpoint: endpoint.name,
        provider: provider.name().to_owned(),
        event_type,
        received_at: request.received_at,
        body,
    };
    app.queue
        .send(&message)
        .await
        .map_err(|_| Refusal::QueueUnavailable)
}
