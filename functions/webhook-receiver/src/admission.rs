//! The claim at the door: who may make a delivery durable, and what a duplicate is told.

use std::time::Duration;

use sallyport::delivery::claim::{Admission, Subject, Terms};
use sallyport::delivery::{Claimed, Claiming};
use sallyport::webhook::{Inbound, Refusal, Verified};
use tokio::time::{Instant, sleep};

use crate::App;
use crate::rejection::Rejection;

/// How long a duplicate waits for the attempt before it to become durable. A consumer begins within a fraction of
/// this; a sender that got no answer is better told "duplicate" now than "come again".
const PATIENCE: Duration = Duration::from_secs(2);
/// The pause before the first further look, in which an attempt at work usually has ended. It doubles each time.
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// What to do with a verified delivery.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// It is ours to make durable.
    Claimed(Box<Inbound<Claimed>>),
    /// It is durable already.
    Duplicate,
}

/// Claims a delivery.
pub(crate) async fn admit(
    app: &App,
    inbound: Inbound<Verified>,
    subject: &Subject,
    terms: Terms,
) -> Result<Admitted, Rejection> {
    let admission = match inbound.claim(&app.claims, subject, terms).await {
        Ok(Claiming::Claimed(claimed)) => return Ok(Admitted::Claimed(claimed)),
        Ok(Claiming::Refused(admission)) => admission,
        Err(_) => return Err(Refusal::ClaimsUnavailable.into()),
    };
    match settled(app, subject, admission).await {
        Admission::Duplicate(_) => Ok(Admitted::Duplicate),
        Admission::InProgress { retry_after } => {
            Err(Rejection::until(Refusal::InProgress, retry_after))
        }
        Admission::Poisoned { retry_after, .. } => {
            Err(Rejection::until(Refusal::Poisoned, retry_after))
        }
        Admission::Conflict => Err(Refusal::BodyConflict.into()),
        // A claim of ours was returned above.
        Admission::Proceed(_) => Err(Refusal::Internal.into()),
    }
}

/// What a delivery in progress has come to, as far as it is worth waiting for.
async fn settled(app: &App, subject: &Subject, first: Admission) -> Admission {
    let until = Instant::now() + PATIENCE;
    let mut pause = FIRST_LOOK;
    let mut admission = first;
    while matches!(admission, Admission::InProgress { .. }) && Instant::now() + pause < until {
        sleep(pause).await;
        pause *= 2;
        match app.claims.look(subject).await {
            Ok(seen) => admission = seen,
            // What the claim itself said still stands.
            Err(_) => break,
        }
    }
    admission
}
