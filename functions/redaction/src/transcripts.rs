//! The words of a delivery: fetched, redacted, stored.

use sallyport::delivery::{Body, QueueMessage};
use sallyport::webhook::{Queued, provider};

use crate::App;
use crate::failure::Failure;
use crate::policies::Policies;
use crate::{store, words};

/// Works on one delivery. What it was is the outcome.
pub(crate) async fn work(app: &App, message: &QueueMessage) -> Result<&'static str, Failure> {
    let provider = provider(&message.provider).ok_or(Failure::UnknownProvider)?;
    let fetched;
    let body = match &message.body {
        Body::Inline(bytes) => bytes,
        Body::Stored(stored) => {
            fetched = app.bodies.get(stored).await?;
            &fetched
        }
    };
    let said = provider.words(Queued {
        event_type: &message.event_type,
        body,
        effect: message.effect.as_deref(),
        received_at: message.received_at,
    })?;
    let Some(said) = said else {
        return Ok("silent");
    };
    let judge = Policies::of(app, message.organization).await?;
    let safe = words::redact(&judge.engine, &judge.policy, &said);
    let stored = store::store(app, message, &said.provider_call_id, &safe).await?;
    Ok(stored.as_str())
}
