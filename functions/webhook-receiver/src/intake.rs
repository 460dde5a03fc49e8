//! The way of a webhook: look up, verify, limit, claim, store, queue, and only then answer.

use std::time::Duration;

use sallyport::delivery::claim::Terms;
use sallyport::endpoint::{Endpoint, RegistryError};
use sallyport::telemetry;
use sallyport::webhook::{Accepted, Handling, Inbound, Provider, Raw, Refusal, Verified, provider};

use crate::App;
use crate::admission::{Admitted, admit};
use crate::durable;
use crate::gateway::Event;
use crate::outcome::{Outcome, Success, Trail};
use crate::rejection::Rejection;

/// The largest body taken, in bytes. An invocation's payload ends at 6 MiB; this leaves room for the event
/// around the body, so that the answer to a large one is still ours.
pub const MAX_BODY: usize = 6_000_000;

/// A request whose sender is known, and what it wants.
enum Proved {
    /// An event of a registered endpoint.
    Event(Box<(Endpoint, Inbound<Verified>)>),
    /// A set-up exchange, answered.
    Handshake(Success),
}

/// Takes in one webhook, in at most `limit`. What becomes known on the way is left in `trail`, whatever the end.
pub(crate) async fn intake(
    app: &App,
    (provider_name, endpoint_name): (&str, &str),
    event: &mut Event,
    limit: Duration,
    trail: &mut Trail,
) -> Result<Success, Rejection> {
    let provider = provider(provider_name);
    let proved = match provider {
        Some(provider) => prove(app, provider, endpoint_name, event, trail).await,
        None => Err(Refusal::UnknownEndpoint),
    };
    match (provider, proved) {
        (_, Ok(Proved::Handshake(success))) => Ok(success),
        (Some(provider), Ok(Proved::Event(proved))) => {
            let (endpoint, inbound) = *proved;
            take_in(app, provider, &endpoint, inbound, limit, trail).await
        }
        (None, Ok(Proved::Event(_))) => Err(Refusal::Internal.into()),
        (_, Err(refusal)) if refusal.is_ours() => Err(refusal.into()),
        (_, Err(refusal)) => {
            let rejection = refusal.into();
            Err(app
                .limits
                .address(&app.secrets, event.source(), rejection)
                .await)
        }
    }
}

/// From a request to one whose sender is known.
async fn prove(
    app: &App,
    provider: &dyn Provider,
    endpoint_name: &str,
    event: &mut Event,
    trail: &mut Trail,
) -> Result<Proved, Refusal> {
    trail.provider = Some(provider.name());
    let request = event.request(MAX_BODY, &app.clock)?;
    let endpoint = find(app, provider, endpoint_name).await?;
    trail.endpoint = Some(endpoint.name.clone());
    let inbound = Inbound::receive(request);
    if let Some(answer) = inbound.unproven_answer(provider) {
        return Ok(Proved::Handshake(Success::new(Outcome::Handshake, answer)));
    }
    let inbound = verify(app, provider, &endpoint, inbound).await?;
    if let Some(answer) = provider.handshake(inbound.request()) {
        return Ok(Proved::Handshake(Success::new(Outcome::Handshake, answer)));
    }
    Ok(Proved::Event(Box::new((endpoint, inbound))))
}

/// From a verified event to one that is durable.
async fn take_in(
    app: &App,
    provider: &dyn Provider,
    endpoint: &Endpoint,
    inbound: Inbound<Verified>,
    limit: Duration,
    trail: &mut Trail,
) -> Result<Success, Rejection> {
    let head = inbound.head(provider)?;
    let handling = provider.handling(&head.event_type);
    let subject = inbound.subject(provider, &endpoint.name, endpoint.organization, head)?;
    trail.delivery = Some(subject.delivery.clone());
    telemetry::correlate(&subject.delivery);
    trail.event_type = Some(subject.event_type.clone());

    let passage = app.limits.organization(provider, endpoint).await?;
    trail.limit = Some(passage.decision);
    // The handler ends by then, and with it this attempt's right to act.
    let terms = Terms {
        lease: limit,
        retry_horizon: provider.retry_horizon(),
    };
    let outcome = match admit(app, inbound, &subject, terms).await? {
        Admitted::Duplicate => Outcome::Duplicate,
        Admitted::Claimed(inbound) if !endpoint.enabled => {
            durable::hold(app, &inbound).await?;
            Outcome::Held
        }
        Admitted::Claimed(inbound) => {
            durable::queue(app, &inbound, passage.delay).await?;
            match handling {
                Handling::Inline => Outcome::Ignored,
                Handling::Queue if passage.delay.is_zero() => Outcome::Accepted,
                Handling::Queue => Outcome::Deferred,
            }
        }
    };
    let accepted = match outcome {
        Outcome::Duplicate => Accepted::Duplicate,
        Outcome::Ignored => Accepted::Ignored,
        _ => Accepted::Accepted,
    };
    let answer = provider.acknowledge(accepted, subject.delivery.as_str());
    Ok(Success::new(outcome, answer))
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
