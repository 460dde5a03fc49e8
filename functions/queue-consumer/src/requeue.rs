//! A message that waits for somebody else, and is near its last receive, goes on as a fresh message of the same
//! delivery: a provider's outage of hours dead-letters nothing.
//!
//! SQS counts receives and forgets none. The fresh copy is sent before the old message is deleted, so that nothing is
//! lost between the two; both name one delivery, whose claim lets one of them work.

use std::time::Duration;

use sallyport::delivery::QueueMessage;

use crate::App;
use crate::failure::Failure;

/// How long after its receipt a delivery may go on like this. A fresh message has the queue's whole retention before
/// it, and what a delivery holds is to be gone from the queue a day after it came.
const LONGEST: Duration = Duration::from_hours(20);

/// Whether the message is to go on in a fresh one.
pub(crate) fn is_due(app: &App, message: &QueueMessage, failure: &Failure, receives: u32) -> bool {
    let age = app.clock.now() - message.received_at;
    // At the last but one: the last receive is kept for a send that fails.
    failure.is_wait() && receives + 1 >= app.max_receive_count && age < LONGEST
}
