//! The fields of events and spans, in two parts: the closed one, which is ours, and the free one, which passes the last
//! net before it is written.

use std::fmt::Debug;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::closed::{is_closed, is_ours};
use super::{metric, net};

/// The longest text of one field, in characters: a line is a record, not a dump.
pub(super) const FIELD_LIMIT: usize = 512;

/// The fields of an event or a span.
#[derive(Clone, Default)]
pub(super) struct Fields {
    ours: bool,
    /// What may be written as it is.
    pub(super) closed: Map<String, Value>,
    free: Map<String, Value>,
}

impl Fields {
    /// None yet, of something at `target`.
    pub(super) fn of(target: &str) -> Self {
        Self {
            ours: is_ours(target),
            ..Self::default()
        }
    }

    /// Those of an event and of every span it lies in, the innermost first in right.
    pub(super) fn of_event<S: Subscriber + for<'a> LookupSpan<'a>>(
        event: &Event<'_>,
        context: &Context<'_, S>,
    ) -> Self {
        let mut fields = Self::of(event.metadata().target());
        if let Some(scope) = context.event_scope(event) {
            for span in scope.from_root() {
                if let Some(outer) = span.extensions().get::<Self>() {
                    fields.closed.extend(outer.closed.clone());
                    fields.free.extend(outer.free.clone());
                }
            }
        }
        event.record(&mut fields);
        fields
    }

    fn text(&mut self, field: &Field, text: &str) {
        let part = if self.ours && is_closed(field.name(), text) {
            &mut self.closed
        } else {
            &mut self.free
        };
        part.insert(field.name().to_owned(), text.into());
    }

    fn number(&mut self, field: &Field, value: Value) {
        let part = if self.ours {
            &mut self.closed
        } else {
            &mut self.free
        };
        part.insert(field.name().to_owned(), value);
    }

    /// The fields as they may be written.
    pub(super) fn written(self) -> Map<String, Value> {
        let mut line = net::clean(self.free);
        // What makes a line count is never anybody else's.
        line.remove(metric::MARK);
        for value in line.values_mut() {
            cut(value);
        }
        line.extend(self.closed);
        line
    }
}

/// Cut after the net, never before it: half a telephone number is not known for one.
fn cut(value: &mut Value) {
    if let Value::String(text) = value
        && let Some((at, _)) = text.char_indices().nth(FIELD_LIMIT)
    {
        text.truncate(at);
        text.push('…');
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value.into());
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.text(field, &value.to_string());
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.text(field, &value.to_string());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.number(field, value.into());
    }
}
