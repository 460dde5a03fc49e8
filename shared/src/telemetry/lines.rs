//! The layer that turns events into lines.
//!
//! A line has two parts until it is written: the closed one, which is ours and goes out as it is, and the free one,
//! which passes the last net. A foreign crate's line is free text throughout, and cannot take a name of ours.

use std::fmt::{self, Debug};

use serde_json::Value;
use time::OffsetDateTime;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::fields::Fields;
use super::metric;
use crate::clock::rfc3339_ms;

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

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::of(attributes.metadata().target());
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
        let metadata = event.metadata();
        let mut line = Fields::of_event(event, &context).written();
        let now = OffsetDateTime::now_utc();
        line.insert("timestamp".to_owned(), rfc3339_ms(now).into());
        line.insert("level".to_owned(), level_name(*metadata.level()).into());
        line.insert("service".to_owned(), self.service.into());
        if let Some(function) = &self.function {
            line.insert("function_name".to_owned(), function.as_str().into());
        }
        if *metadata.level() <= Level::WARN {
            let (module, number) = (metadata.target(), metadata.line().unwrap_or_default());
            line.insert("location".to_owned(), format!("{module}:{number}").into());
        }
        metric::embed(&mut line, now);
        let mut text = Value::Object(line).to_string();
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
    use crate::telemetry::fields::FIELD_LIMIT;
    use crate::telemetry::net::tests::CLEANED;

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

    /// A value of every kind that a foreign crate might print of a request.
    const CANARIES: [&str; 7] = [
        "+14155550142",
        "(415) 555-0142",
        "jordan.avery@example.com",
        "219-09-9998",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb3JkYW4ifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg",
        "Bearer 8fKq3Zx91LmPq0Tt77Vb",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    ];

    #[test]
    fn a_foreign_crates_warning_comes_out_without_what_identifies() {
        for canary in CANARIES {
            let lines = lines_of(|| {
                tracing::warn!(target: "hyper::client", "cannot send: {canary} was refused");
                tracing::warn!(target: "h2", request = canary, reason = canary, "refused");
                tracing::warn!(target: "h2", headers = ?[("authorization", canary)], id = canary, "refused");
                let span =
                    tracing::error_span!(target: "tower", "call", delivery = canary, uri = canary);
                span.in_scope(|| tracing::error!(target: "tower", "failed"));
                tracing::error!(error = %format!("answer was {canary}"), "database refused");
            });
            for line in lines {
                let text = line.to_string();
                let value = canary.trim_start_matches("Bearer ");
                assert!(!text.contains(value), "{text}");
            }
        }
    }

    #[test]
    fn a_foreign_crate_cannot_take_a_name_of_ours() {
        let lines = lines_of(|| {
            tracing::warn!(target: "h2", timestamp = "never", level = "INFO", service = "h2",
                function_name = "h2", metric = "Requests", "stream closed");
        });
        assert_eq!(lines[0]["level"], "WARN");
        assert_eq!(lines[0]["service"], "test");
        assert_eq!(lines[0]["function_name"], "fn-1");
        assert_ne!(lines[0]["timestamp"], "never");
        assert_eq!(lines[0].get("Requests"), None);
        assert_eq!(lines[0]["message"], "stream closed");
    }

    #[test]
    fn our_own_ids_come_out_as_they_are() {
        let ids = [
            ("delivery", "dlv_41555501420194b65e5e47542da3f9763"),
            ("endpoint", "trial-41555501424000800000000000001"),
            ("event_type", "payment_intent.succeeded"),
            ("correlation_id", "dlv_2190999980194b65e5e47542da3f9763"),
        ];
        let lines = lines_of(|| {
            tracing::info!(
                delivery = ids[0].1,
                endpoint = ids[1].1,
                event_type = ids[2].1,
                correlation_id = ids[3].1,
                latency_ms = 4_155_550_142_u64,
                "delivery"
            );
        });
        for (name, value) in ids {
            assert_eq!(lines[0][name], value);
        }
        assert_eq!(lines[0]["latency_ms"], 4_155_550_142_u64);
        assert_eq!(CLEANED.get(), 0, "the common line does not need the engine");
        lines_of(|| tracing::info!(detail = "not closed", "delivery"));
        assert_eq!(CLEANED.get(), 1);
    }
}
