//! What is noted of an error, and the event that is made of it.

use std::time::SystemTime;

use sentry::protocol::{Event, Exception, Frame, Stacktrace};
use serde_json::{Map, Value};
use tracing::Metadata;

/// The tags of an event: closed words, and the id that lines and reports have in common.
pub(super) const TAGS: [&str; 7] = [
    "correlation_id",
    "event_type",
    "outcome",
    "provider",
    "reason",
    "service",
    "stage",
];

/// What stands for a message that is no fixed sentence of ours.
pub(super) const UNNAMED: &str = "unnamed error";

/// What is known of an error in closed words.
pub(super) struct Note {
    at: SystemTime,
    module: &'static str,
    file: Option<String>,
    line: Option<u64>,
    fields: Map<String, Value>,
}

impl Note {
    /// Notes a line's closed fields. A panic's place is its own, not that of the hook which tells of it.
    pub(super) fn of(metadata: &'static Metadata<'static>, fields: Map<String, Value>) -> Self {
        let place = fields.get("place").and_then(Value::as_str);
        let (file, line) = match place.map(|place| place.splitn(3, ':').collect::<Vec<_>>()) {
            Some(parts) => (
                parts.first().map(|&file| file.to_owned()),
                parts.get(1).and_then(|line| line.parse().ok()),
            ),
            None => (
                metadata.file().map(str::to_owned),
                metadata.line().map(u64::from),
            ),
        };
        Self {
            at: SystemTime::now(),
            module: metadata.target(),
            file,
            line,
            fields,
        }
    }

    /// The event: an exception named by the message, with the place as its one frame.
    pub(super) fn into_event(mut self, service: &str, stage: &str) -> Event<'static> {
        let message = match self.fields.remove("message") {
            Some(Value::String(text)) => text,
            _ => UNNAMED.to_owned(),
        };
        self.fields.insert("service".to_owned(), service.into());
        self.fields.insert("stage".to_owned(), stage.into());
        let tags = TAGS.iter().filter_map(|name| {
            let text = self.fields.get(*name)?.as_str()?;
            Some(((*name).to_owned(), text.to_owned()))
        });
        let frame = Frame {
            function: Some(self.module.to_owned()),
            filename: self.file,
            lineno: self.line,
            ..Frame::default()
        };
        let exception = Exception {
            ty: message.clone(),
            stacktrace: Some(Stacktrace {
                frames: vec![frame],
                ..Stacktrace::default()
            }),
            ..Exception::default()
        };
        Event {
            timestamp: self.at,
            message: Some(message),
            tags: tags.collect(),
            exception: vec![exception].into(),
            ..Event::default()
        }
    }
}
