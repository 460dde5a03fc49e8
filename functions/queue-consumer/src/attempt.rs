//! One attempt at one message: begin, apply, perform the effects, finish. The claim keeps two attempts from being at
//! work at once; what makes an effect happen once is that it is keyed by the delivery.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use sallyport::batch::{Again, Bounds};
use sallyport::delivery::claim::{Claim, Processing, Recorded, Start, Terms, Verdict};
use sallyport::delivery::{Body, QueueMessage};
use sallyport::webhook::{Event, Provider, Queued, provider};
use tokio::time::timeout_at;

use crate::App;
use crate::effects::{self, Desk};
use crate::failure::Failure;
use crate::procedure::{self, Outcome, Subject};
use crate::{calendar, requeue};

/// How long a retry of a provider that this build does not know is to be recognised.
const UNKNOWN_HORIZON: Duration = Duration::from_hours(24);

/// Makes an attempt. `Ok` means that the message may be deleted: the verdict is stored, or was before.
pub(crate) async fn attempt(
    app: &App,
    message: &QueueMessage,
    bounds: Bounds,
) -> Result<Outcome, Failure> {
    let provider = provider(&message.provider);
    let terms = Terms {
        lease: bounds.lease,
        retry_horizon: provider.map_or(UNKNOWN_HORIZON, Provider::retry_horizon),
    };
    let claim = match app.claims.begin(&message.subject(), terms).await? {
        Start::Proceed(claim) => claim,
        Start::Duplicate(_) => return Ok(Outcome::Duplicate),
        Start::InProgress { retry_after } => return Err(Failure::InProgress { retry_after }),
    };
    let work = AssertUnwindSafe(apply(app, message, &claim, bounds)).catch_unwind();
    let result = match timeout_at(bounds.until, work).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::DeadlineExceeded),
    };
    finish(app, message, &claim, result, bounds.receives).await
}

async fn apply(
    app: &App,
    message: &QueueMessage,
    claim: &Claim<Processing>,
    bounds: Bounds,
) -> Result<Outcome, Failure> {
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
    let desk = Desk {
        app,
        message,
        claim,
        until: bounds.until,
    };
    let applied = if let Event::CalendarChanged(change) = event {
        calendar::apply(desk, change, started_at).await?
    } else {
        let subject = Subject::of(message, started_at);
        procedure::apply(procedures, secrets, subject, &event).await?
    };
    // Whatever the outcome: an attempt before this one may have ended between the two.
    if provider.words(queued)?.is_some() {
        app.transcripts.send(message, Duration::ZERO).await?;
    }
    effects::perform(desk, &applied.effects).await?;
    Ok(applied.outcome)
}

/// Stores how the attempt ended. A success that could not be stored is a failure: the message comes again, and finds
/// the effect there.
async fn finish(
    app: &App,
    message: &QueueMessage,
    claim: &Claim<Processing>,
    result: Result<Outcome, Failure>,
    receives: u32,
) -> Result<Outcome, Failure> {
    let afresh = match &result {
        Err(failure) => requeue::is_due(app, message, failure, receives),
        Ok(_) => false,
    };
    let last = receives >= app.max_receive_count;
    let (verdict, reason) = match &result {
        Ok(Outcome::Ignored) => (Verdict::Ignored, None),
        Ok(_) => (Verdict::Done, None),
        Err(failure) if last && !afresh => (Verdict::Dead, Some(failure.code())),
        Err(failure) => (Verdict::Failed, Some(failure.code())),
    };
    let recorded = app.claims.finish(claim, verdict, reason).await;
    match (result, recorded) {
        (Ok(outcome), Ok(Recorded::Yes)) => Ok(outcome),
        (Ok(_), Ok(Recorded::Superseded(_))) => Err(Failure::Superseded),
        (Ok(_), Err(error)) => Err(error.into()),
        // Only who held the claim to the end: a successor's message is the one that counts.
        (Err(failure), Ok(Recorded::Yes)) if afresh => {
            let Again::After(delay) = failure.again() else {
                return Err(failure);
            };
            match app.queue.send(message, delay).await {
                Ok(()) => Ok(Outcome::Requeued),
                Err(_) => Err(failure),
            }
        }
        // The failure is what matters; its claim is free when the lease is over.
        (Err(failure), _) => Err(failure),
    }
}
