//! `before_send`: an event is not cleaned but made anew, from what may leave and nothing else. Whatever a later version
//! of the client or a careless caller puts into one stays behind.

use std::borrow::Cow;

use sentry::protocol::{Event, Exception, Frame, Stacktrace, Values};

use super::event::{TAGS, UNNAMED};
use crate::delivery::DeliveryId;
use crate::telemetry::closed::{is_id, is_sentence, is_word};
use crate::telemetry::net;

/// The most frames of one trace, and the most exceptions of one event.
const MOST: usize = 64;

/// The event that may leave, made of `event`.
pub(super) fn rebuild(event: Event<'static>) -> Event<'static> {
    let closed = |text: String| {
        if is_sentence(&text) {
            netted(&text)
        } else {
            UNNAMED.to_owned()
        }
    };
    let message = event.message.map(closed);
    let tags = event.tags.into_iter().filter_map(tag).collect();
    let exceptions = event.exception.into_iter().take(MOST);
    let exception: Values<_> = exceptions
        .map(|exception| Exception {
            ty: closed(exception.ty),
            stacktrace: exception.stacktrace.map(trace),
            ..Exception::default()
        })
        .collect::<Vec<_>>()
        .into();
    let own = |text: Cow<'static, str>| is_release(&text).then(|| netted(&text).into());
    Event {
        event_id: event.event_id,
        timestamp: event.timestamp,
        level: event.level,
        platform: "native".into(),
        release: event.release.and_then(own),
        environment: event.environment.and_then(own),
        message,
        exception,
        tags,
        ..Event::default()
    }
}

fn tag((name, text): (String, String)) -> Option<(String, String)> {
    if name == "correlation_id" {
        // This form alone proves that it is an id of ours, which the net might take for something else.
        return DeliveryId::parse(&text).map(|_| (name, text));
    }
    (TAGS.contains(&name.as_str()) && is_word(&text)).then(|| (name, netted(&text)))
}

/// A trace's functions, files and lines; never its variables or the source around a line.
fn trace(trace: Stacktrace) -> Stacktrace {
    let place = |text: Option<String>| text.filter(|text| is_id(text)).map(|text| netted(&text));
    let frames = trace.frames.into_iter().take(MOST).map(|frame| Frame {
        function: place(frame.function),
        filename: place(frame.filename),
        lineno: frame.lineno,
        ..Frame::default()
    });
    Stacktrace {
        frames: frames.collect(),
        ..Stacktrace::default()
    }
}

/// `sallyport@0.1.0`, `prod`.
fn is_release(text: &str) -> bool {
    text.split('@').count() <= 2 && text.split('@').all(|part| !part.is_empty() && is_id(part))
}

/// The last net. A release is no address, though it has the sign of one.
fn netted(text: &str) -> String {
    match text.split_once('@') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{}@{}", net::clean_text(name), net::clean_text(version))
        }
        _ => net::clean_text(text),
    }
}
