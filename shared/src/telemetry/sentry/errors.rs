//! The layer that notes errors.

use std::sync::Arc;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::Reporter;
use super::event::Note;
use crate::telemetry::closed::is_ours;
use crate::telemetry::fields::Fields;

/// Notes each error line of our own crates. It reads the spans' fields that [`crate::telemetry::Lines`] keeps.
#[derive(Debug)]
pub struct Errors(Arc<Reporter>);

impl Errors {
    /// Notes them for `reporter`.
    #[must_use]
    pub fn new(reporter: Arc<Reporter>) -> Self {
        Self(reporter)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() == Level::ERROR && is_ours(metadata.target()) {
            let fields = Fields::of_event(event, &context);
            self.0.note(Note::of(metadata, fields.closed));
        }
    }
}
