//! How many error lines were written since somebody last asked.

use std::sync::atomic::{AtomicU32, Ordering};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::closed::is_ours;

static ERRORS: AtomicU32 = AtomicU32::new(0);

/// The layer that counts the error lines of our own crates.
pub(super) struct Tally;

impl<S: Subscriber> Layer<S> for Tally {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() == Level::ERROR && is_ours(metadata.target()) {
            ERRORS.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Takes the count, which begins anew.
pub(super) fn take() -> u32 {
    ERRORS.swap(0, Ordering::Relaxed)
}
