//! Makes a claimed delivery durable: in the queue, or, at a disabled endpoint, in the bucket.

use std::time::Duration;

use sallyport::delivery::claim::Recorded;
use sallyport::delivery::{Body, Claimed, QueueMessage};
use sallyport::webhook::{Inbound, Refusal};

use crate::App;

/// The largest body carried in the message itself, in bytes. SQS takes 1 MiB; small messages are cheaper, and
/// patient data is better kept in as few places as can be.
pub const CLAIM_CHECK_THRESHOLD: usize = 128 * 1024;

/// Queues the delivery, to be handed out after `delay`: the body first where it is large, then the message that
/// refers to it. A failure gives the claim back, so that the sender's retry need not wait.
pub(crate) async fn queue(
    app: &App,
    inbound: &Inbound<Claimed>,
    delay: Duration,
) -> Result<(), Refusal> {
    let sent = async {
        let message = message(app, inbound).await?;
        let sent = app.queue.send(&message, delay).await;
        sent.map_err(|_| Refusal::QueueUnavailable)
    };
    if let Err(refusal) = sent.await {
        // Not given back, it is free when its lease is over.
        let _ = app.claims.release(inbound.claim()).await;
        return Err(refusal);
    }
    // A consumer is about to write over the claim; the mark is worth its write only where it will not begin at
    // once, or where the sender was seen to retry. Without it a retry is told to wait, or is queued again and
    // found done.
    if !delay.is_zero() || inbound.claim().attempt() > 1 {
        let _ = app.claims.mark_queued(inbound.claim()).await;
    }
    Ok(())
}

/// Stores the delivery for the time its endpoint is enabled again. It is durable once the claim says so.
pub(crate) async fn hold(app: &App, inbound: &Inbound<Claimed>) -> Result<(), Refusal> {
    let stored = async {
        let message = message(app, inbound).await?;
        let put = app.held.put(&message).await;
        put.map_err(|_| Refusal::StoreUnavailable)
    };
    if let Err(refusal) = stored.await {
        let _ = app.claims.release(inbound.claim()).await;
        return Err(refusal);
    }
    match app.claims.hold(inbound.claim()).await {
        Ok(Recorded::Yes) => Ok(()),
        Ok(Recorded::Superseded(_)) => Err(Refusal::InProgress),
        Err(_) => Err(Refusal::ClaimsUnavailable),
    }
}

async fn message(app: &App, inbound: &Inbound<Claimed>) -> Result<QueueMessage, Refusal> {
    let (body, subject) = (&inbound.request().body, inbound.subject());
    let body = if body.len() > CLAIM_CHECK_THRESHOLD {
        let stored = app
            .bodies
            .put(subject.organization, &subject.delivery, body)
            .await;
        Body::Stored(stored.map_err(|_| Refusal::StoreUnavailable)?)
    } else {
        Body::Inline(body.clone())
    };
    Ok(inbound.message(body))
}
