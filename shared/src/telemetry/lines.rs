//! The layer that turns events into lines.

use std::fmt::{self, Debug};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::metric;
use crate::clock::rfc3339_ms;

/// The longest text of one field, in characters: a line is a record, not a dump.
const FIELD_LIMIT: usize = 512;

/// Writes each event as one JSON line.
pub struct Lines {
    service: &'static str,
    function: Option<String>,
    sink: Box<dyn Fn(&str) + Send + Sync>,
}

impl Lines {
    /// Lines of `service`, handed to `sink` with their line end.
    pub fn new(
        service: &'static str,
        function: Option<String>,
        sink: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        Self {
            service,
            function,
            sink: Box::new(sink),
        }
    }
}

impl Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn text(&mut self, field: &Field, mut text: String) {
        if let Some((at, _)) = text.char_indices().nth(FIELD_LIMIT) {
            text.truncate(at);
            text.push('…');
        }
        self.0.insert(field.name().to_owned(), Value::String(text));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value.to_owned());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Fields::default();
        line.0.insert(
            "timestamp".to_owned(),
            rfc3339_ms(OffsetDateTime::now_utc()).into(),
        );
        line.0.insert(
            "level".to_owned(),
            level_name(*event.metadata().level()).into(),
        );
        line.0.insert("service".to_owned(), self.service.into());
        if let Some(function) = &self.function {
            line.0
                .insert("function_name".to_owned(), function.as_str().into());
        }
        if let Some(scope) = context.event_scope(event) {
            for span in scope.from_root() {
                if let Some(fields) = span.extensions().get::<Fields>() {
                    line.0.extend(fields.0.clone());
                }
            }
        }
        if *event.metadata().level() <= Level::WARN {
            let place = (
                event.metadata().target(),
                event.metadata().line().unwrap_or_default(),
            );
            line.0.insert(
                "location".to_owned(),
                format!("{}:{}", place.0, place.1).into(),
            );
        }
        event.record(&mut line);
        metric::embed(&mut line.0, OffsetDateTime::now_utc());
        let mut text = Value::Object(line.0).to_string();
        text.push('\n');
        (self.sink)(&text);
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARN",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn lines_of(run: impl FnOnce()) -> Vec<Value> {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let lines = Lines::new("test", Some("fn-1".to_owned()), move |line| {
            sink.lock()
                .unwrap()
                .push(serde_json::from_str(line).unwrap());
        });
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), run);
        std::mem::take(&mut written.lock().unwrap())
    }

    #[test]
    fn a_line_has_a_timestamp_and_the_invocations_fields() {
        let lines = lines_of(|| {
            let span = crate::telemetry::invocation("req-1", None);
            span.in_scope(|| tracing::info!(outcome = "accepted", latency_ms = 12_u64, "webhook"));
        });
        let line = &lines[0];
        assert_eq!(line["message"], "webhook");
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["service"], "test");
        assert_eq!(line["function_name"], "fn-1");
        assert_eq!(line["function_request_id"], "req-1");
        assert_eq!(line["latency_ms"], 12);
        let stamp = line["timestamp"].as_str().unwrap();
        assert!(stamp.len() == 24 && stamp.ends_with('Z'), "{stamp}");
        assert!(line.get("location").is_none());
    }

    #[test]
    fn a_long_field_is_cut_and_an_error_says_where() {
        let lines = lines_of(|| tracing::error!(what = "ä".repeat(2000), "x"));
        assert_eq!(
            lines[0]["what"].as_str().unwrap().chars().count(),
            FIELD_LIMIT + 1
        );
        assert!(
            lines[0]["location"]
                .as_str()
                .unwrap()
                .starts_with("sallyport::telemetry")
        );
    }
}
