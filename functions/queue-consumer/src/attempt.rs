//! One attempt at one message: begin, apply, finish. The claim keeps two attempts from being at work at once; what
//! makes an effect happen once is that it is keyed by the delivery.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use sallyport::batch::Bounds;
use sallyport::delivery::claim::{Claim, Processing, Recorded, Start, Terms, Verdict};
use sallyport::delivery::{Body, QueueMessage};
use sallyport::webhook::{Provider, Queued, provider};
use tokio::time::timeout_at;

use crate::App;
use crate::failure::Failure;
use crate::procedure::{self, Effect};

/// How long a retry of a provider that this build does not know is to be recognised.
const UNKNOWN_HORIZON: Duration = Duration::from_hours(24);

/// Makes an attempt. `Ok` means that the message may be deleted: the verdict is stored, or was before.
pub(crate) async fn attempt(
    app: &App,
    message: &QueueMessage,
    bounds: Bounds,
) -> Result<Effect, Failure> {
    let provider = provider(&message.provider);
    let terms = Terms {
        lease: bounds.lease,
        retry_horizon: provider.map_or(UNKNOWN_HORIZON, Provider::retry_horizon),
    };
    let claim = match app.claims.begin(&message.subject(), terms).await? {
        Start::Proceed(claim) => claim,
        Start::Duplicate(_) => return Ok(Effect::Duplicate),
        Start::InProgress { retry_after } => return Err(Failure::InProgress { retry_after }),
    };
    let work = AssertUnwindSafe(apply(app, message, &claim)).catch_unwind();
    let result = match timeout_at(bounds.until, work).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::DeadlineExceeded),
    };
    let last = bounds.receives >= app.max_receive_count;
    finish(app, &claim, result, last).await
}

async fn apply(
    app: &App,
    message: &QueueMessage,
    claim: &Claim<Processing>,
) -> Result<Effect, Failure> {
    let started_at = app.clock.now();
    let provider = provider(&message.provider).ok_or(Failure::UnknownProvider)?;
    let fetched;
    let body = match &message.body {
        Body::Inline(bytes) => bytes,
        Body::Stored(stored) => {
            fetched = app.bodies.get(stored).await?;
            &fetched
        }
    };
    let queued = Queued {
        event_type: &message.event_type,
        body,
        effect: message.effect.as_deref(),
        received_at: message.received_at,
    };
    let event = provider.read(queued)?;
    // A process that was stopped for a while finds out here.
    if !claim.holds_at(app.clock.now()) {
        return Err(Failure::Superseded);
    }
    let (procedures, secrets) = (&app.procedures, &app.secrets);
    let effect = procedure::apply(procedures, secrets, message, &event, started_at).await?;
    // Whatever the effect: an attempt before this one may have ended between the two.
    if provider.words(queued)?.is_some() {
        app.transcripts.send(message, Duration::ZERO).await?;
    }
    Ok(effect)
}

/// Stores how the attempt ended. A success that could not be stored is a failure: the message comes again, and finds
/// the effect there.
async fn finish(
    app: &App,
    claim: &Claim<Processing>,
    result: Result<Effect, Failure>,
    last: bool,
) -> Result<Effect, Failure> {
    let (verdict, reason) = match &result {
        Ok(Effect::Ignored) => (Verdict::Ignored, None),
        Ok(_) => (Verdict::Done, None),
        Err(failure) if last => (Verdict::Dead, Some(failure.code())),
        Err(failure) => (Verdict::Failed, Some(failure.code())),
    };
    let recorded = app.claims.finish(claim, verdict, reason).await;
    match (result, recorded) {
        (Ok(effect), Ok(Recorded::Yes)) => Ok(effect),
        (Ok(_), Ok(Recorded::Superseded(_))) => Err(Failure::Superseded),
        (Ok(_), Err(error)) => Err(error.into()),
        // The failure is what matters; its claim is free when the lease is over.
        (Err(failure), _) => Err(failure),
    }
}
